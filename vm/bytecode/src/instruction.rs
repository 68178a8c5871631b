//! Reading `co_code`: instructions with their full operands, caches skipped.

use crate::Opcode;

/// An instruction of `co_code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Code unit of the instruction
    pub offset: usize,
    /// Code unit of its first `EXTENDED_ARG`, or its own
    pub start: usize,
    /// The opcode
    pub op: Opcode,
    /// The operand, `EXTENDED_ARG`s included; 0 where the instruction has none
    pub arg: u32,
}

impl Instruction {
    /// Code unit after the instruction and its caches
    pub fn end(&self) -> usize {
        self.offset + 1 + self.op.deopt().caches()
    }

    /// Where a jump goes, in code units (`END_ASYNC_FOR` names the `SEND` it belongs to); `None` if this is
    /// no jump, or goes to before the start.
    pub fn jump_target(&self) -> Option<usize> {
        let op = self.op.deopt();
        if !op.has(crate::Flags::JUMP) {
            return None;
        }
        let arg = self.arg as usize;
        if is_backward(op) { self.end().checked_sub(arg) } else { Some(self.end() + arg) }
    }
}

/// The operand is a distance back. `END_ASYNC_FOR` does not jump, but has one.
pub fn is_backward(op: Opcode) -> bool {
    matches!(op, Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT | Opcode::END_ASYNC_FOR)
}

/// The instructions of `code`, `EXTENDED_ARG`s as instructions of their own. A trailing odd byte is ignored.
pub fn instructions(code: &[u8]) -> impl Iterator<Item = Instruction> + '_ {
    let mut offset = 0;
    let mut extended = 0u32;
    let mut prefixes = 0;
    std::iter::from_fn(move || {
        let unit = code.get(offset * 2..offset * 2 + 2)?;
        let op = Opcode(unit[0]);
        let arg = extended << 8 | u32::from(unit[1]);
        let instruction = if op.deopt() == Opcode::EXTENDED_ARG {
            extended = arg;
            prefixes += 1;
            Instruction { offset, start: offset, op, arg }
        } else {
            let start = offset - prefixes;
            extended = 0;
            prefixes = 0;
            Instruction { offset, start, op, arg }
        };
        offset = instruction.end();
        Some(instruction)
    })
}
