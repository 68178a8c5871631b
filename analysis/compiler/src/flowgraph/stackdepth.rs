//! How deep the value stack gets (`calculate_stackdepth`).

use bytecode::Op;
use bytecode::opcode::effect::{effect, handler_pushes};

use super::{BlockId, Cfg};
use crate::assemble::Error;

/// Deepest stack: later passes keep a model of it
const MAX_DEPTH: u32 = 1 << 20;

/// Sets the depth at the start of every block that is reached; returns the deepest.
pub(super) fn calculate(cfg: &mut Cfg) -> Result<u32, Error> {
    cfg.each_block(|cfg, b| cfg.block_mut(b).startdepth = None);
    let mut stack = std::mem::take(&mut cfg.stack);
    stack.clear();
    enter(cfg, &mut stack, cfg.entry, 0)?;
    let mut deepest = 1; // no frame has less
    while let Some(b) = stack.pop() {
        let mut depth = cfg.block(b).startdepth.unwrap_or(0);
        let instrs = std::mem::take(&mut cfg.block_mut(b).instrs);
        for instr in &instrs {
            let effect = effect(instr.op, instr.arg).ok_or(Error::Operand(instr.op, instr.arg))?;
            // Neither overflows: operands are below 2**30, and depths below the limit.
            let after = (depth + effect.pushes).checked_sub(effect.pops).ok_or(Error::StackUnderflow)?;
            deepest = deepest.max(depth);
            if let Some(target) = instr.target
                && instr.op != Op::END_ASYNC_FOR
            {
                let at_target = handler_pushes(instr.op).map_or(after, |pushed| depth + pushed);
                enter(cfg, &mut stack, target, at_target)?;
            }
            if after > MAX_DEPTH {
                return Err(Error::TooLarge);
            }
            depth = after;
        }
        cfg.block_mut(b).instrs = instrs;
        let block = cfg.block(b);
        if let Some(next) = block.next.filter(|_| block.has_fallthrough()) {
            enter(cfg, &mut stack, next, depth)?;
        }
    }
    cfg.stack = stack;
    Ok(deepest)
}

fn enter(cfg: &mut Cfg, stack: &mut Vec<BlockId>, b: BlockId, depth: u32) -> Result<(), Error> {
    match cfg.block_mut(b).startdepth.replace(depth) {
        None => stack.push(b),
        Some(known) if known != depth => return Err(Error::InconsistentDepth),
        Some(_) => {}
    }
    Ok(())
}
