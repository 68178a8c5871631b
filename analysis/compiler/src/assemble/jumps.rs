//! Jump distances, `EXTENDED_ARG`s, and the bytes of `co_code`.

use bytecode::{Flags, Op, Opcode};

use super::Error;
use crate::flowgraph::LinearInstr;

/// What lies between the start of an `async for`'s cleanup target and the `END_SEND` after its `SEND`
const END_SEND_OFFSET: u32 = 5;

/// Code units of an instruction with its `EXTENDED_ARG`s and caches
pub(super) fn size(op: Op, arg: u32) -> u32 {
    let prefixes = [8, 16, 24].iter().filter(|&&shift| arg >> shift != 0).count() as u32;
    1 + prefixes + u32::from(op.info().caches)
}

/// Gives jumps their direction and their distance. The distance can change the size of the jump, and that
/// other distances, so this goes on until nothing changes. Returns where each instruction begins, in code units, and
/// where the last one ends.
pub(super) fn resolve(instrs: &mut [LinearInstr]) -> Result<Vec<u32>, Error> {
    let mut targets = Vec::new();
    for (i, instr) in (0u32..).zip(instrs.iter_mut()) {
        let forward = instr.arg > i;
        instr.op = match instr.op {
            Op::JUMP | Op::JUMP_NO_INTERRUPT if forward => Op::JUMP_FORWARD,
            Op::JUMP => Op::JUMP_BACKWARD,
            Op::JUMP_NO_INTERRUPT => Op::JUMP_BACKWARD_NO_INTERRUPT,
            op => op,
        };
        if instr.op.has(Flags::JUMP) {
            targets.push((i as usize, instr.arg as usize));
        }
    }
    let mut offsets = vec![0u32; instrs.len() + 1];
    // Sizes settle after a few rounds; from then on they may only grow, so that they must settle.
    let mut round = 0;
    loop {
        for (i, instr) in instrs.iter().enumerate() {
            offsets[i + 1] = offsets[i].checked_add(size(instr.op, instr.arg)).ok_or(Error::TooLarge)?;
        }
        let mut settled = true;
        for &(i, target) in &targets {
            let instr = &mut instrs[i];
            let (end, target) = (offsets[i + 1], offsets[target]);
            let distance = match instr.op {
                Op::END_ASYNC_FOR => end.saturating_sub(target + END_SEND_OFFSET),
                _ => end.abs_diff(target),
            };
            let (old, new) = (size(instr.op, instr.arg), size(instr.op, distance));
            if new > old || new < old && round < 64 {
                settled = false;
            }
            if new >= old || round < 64 {
                instr.arg = distance;
            }
        }
        if settled {
            return Ok(offsets);
        }
        round += 1;
    }
}

/// `co_code`, which takes `units` code units
pub(super) fn bytes(instrs: &[LinearInstr], units: u32) -> Result<Vec<u8>, Error> {
    let mut code = Vec::with_capacity(units as usize * 2);
    for instr in instrs {
        let op = instr.op.real().ok_or(Error::Pseudo(instr.op))?;
        for shift in [24, 16, 8] {
            if instr.arg >> shift != 0 {
                code.extend([Opcode::EXTENDED_ARG.0, (instr.arg >> shift) as u8]);
            }
        }
        code.extend([op.0, instr.arg as u8]);
        code.resize(code.len() + 2 * op.caches(), 0);
    }
    Ok(code)
}
