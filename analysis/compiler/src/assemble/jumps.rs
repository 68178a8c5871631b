//! Jump distances, `EXTENDED_ARG`s, and the bytes of `co_code`.

use bytecode::{Op, Opcode};
use smallvec::SmallVec;

use super::Error;
use crate::flowgraph::{Linear, LinearInstr};

/// What lies between the start of an `async for`'s cleanup target and the `END_SEND` after its `SEND`
const END_SEND_OFFSET: u32 = 5;

/// Code units of an instruction with its `EXTENDED_ARG`s and caches
#[inline]
pub(super) fn size(op: Op, arg: u32) -> u32 {
    let units = 1 + op.caches();
    if arg <= 0xff {
        return units;
    }
    units + 1 + u32::from(arg > 0xffff) + u32::from(arg > 0xff_ffff)
}

/// Gives jumps their direction and their distance. The distance can change the size of the jump, and that
/// other distances, so this goes on until nothing changes. `offsets` becomes where each instruction begins, in code
/// units, and where the last one ends.
pub(super) fn resolve(code: &mut Linear, offsets: &mut Vec<u32>) -> Result<(), Error> {
    let Linear { instrs, jumps, .. } = code;
    let mut targets: SmallVec<[(usize, usize); 32]> = SmallVec::with_capacity(jumps.len());
    for i in jumps.iter().map(|&i| i as usize) {
        let instr = &mut instrs[i];
        let target = instr.arg as usize;
        instr.op = match instr.op {
            Op::JUMP | Op::JUMP_NO_INTERRUPT if target > i => Op::JUMP_FORWARD,
            Op::JUMP => Op::JUMP_BACKWARD,
            Op::JUMP_NO_INTERRUPT => Op::JUMP_BACKWARD_NO_INTERRUPT,
            op => op,
        };
        targets.push((i, target));
    }
    // Sizes settle after a few rounds; from then on they may only grow, so that they must settle.
    let mut round = 0;
    loop {
        place(instrs, offsets)?;
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
            return Ok(());
        }
        round += 1;
    }
}

/// Where instructions begin if their operands are what they are now.
fn place(instrs: &[LinearInstr], offsets: &mut Vec<u32>) -> Result<(), Error> {
    let mut at = 0u64;
    offsets.clear();
    offsets.push(0);
    offsets.extend(instrs.iter().map(|instr| {
        at += u64::from(size(instr.op, instr.arg));
        at as u32
    }));
    if at > u64::from(u32::MAX) { Err(Error::TooLarge) } else { Ok(()) }
}

/// `co_code`; `offsets` are where instructions begin, and where the last ends.
pub(super) fn bytes(instrs: &[LinearInstr], offsets: &[u32], code: &mut Vec<u8>) -> Result<(), Error> {
    code.clear();
    // Caches are 0.
    code.resize(offsets.last().map_or(0, |&units| units as usize * 2), 0);
    for (instr, &offset) in instrs.iter().zip(offsets) {
        let op = instr.op.real().ok_or(Error::Pseudo(instr.op))?;
        let mut at = offset as usize * 2;
        if instr.arg > 0xff {
            for shift in [24, 16, 8] {
                if instr.arg >> shift != 0 {
                    code[at..at + 2].copy_from_slice(&[Opcode::EXTENDED_ARG.0, (instr.arg >> shift) as u8]);
                    at += 2;
                }
            }
        }
        code[at..at + 2].copy_from_slice(&[op.0, instr.arg as u8]);
    }
    Ok(())
}
