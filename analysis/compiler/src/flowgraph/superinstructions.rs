//! Two loads or stores of locals in one instruction.

use bytecode::Op;

use super::{Cfg, Facts, Instr, nops};

/// Operands are packed into four bits each.
const MAX_LOCAL: u32 = 16;

pub(super) fn insert(cfg: &mut Cfg) {
    cfg.each_block(|cfg, b| {
        let block = cfg.block_mut(b);
        if block.facts.any(Facts::LOCALS) && in_block(&mut block.instrs) {
            cfg.note(b, Facts::NOPS);
        }
    });
    nops::remove(cfg);
}

/// Does it in a block; whether there was something to join.
fn in_block(instrs: &mut [Instr]) -> bool {
    let mut joined = false;
    let mut rest = instrs.iter_mut();
    let Some(mut first) = rest.next() else { return false };
    for second in rest {
        let op = match (first.op, second.op) {
            (Op::LOAD_FAST, Op::LOAD_FAST) => Some(Op::LOAD_FAST_LOAD_FAST),
            (Op::STORE_FAST, Op::LOAD_FAST) => Some(Op::STORE_FAST_LOAD_FAST),
            (Op::STORE_FAST, Op::STORE_FAST) => Some(Op::STORE_FAST_STORE_FAST),
            _ => None,
        };
        joined |= op.is_some_and(|op| join(first, second, op));
        first = second;
    }
    joined
}

/// Makes the first do what both do, if it can; whether it does.
fn join(first: &mut Instr, second: &mut Instr, op: Op) -> bool {
    let (line, next_line) = (first.loc.line, second.loc.line);
    let other_line = line >= 0 && next_line >= 0 && line != next_line;
    if other_line || first.arg >= MAX_LOCAL || second.arg >= MAX_LOCAL {
        return false;
    }
    first.set(op, first.arg << 4 | second.arg);
    second.set_nop();
    true
}
