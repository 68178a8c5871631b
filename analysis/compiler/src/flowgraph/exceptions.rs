//! Which handler is in force at each instruction: `SETUP_*` and `POP_BLOCK` become facts about the others.

use bytecode::Op;

use super::{BlockId, BlockSet, Cfg, Facts};
use crate::assemble::Error;

/// `RESUME` operand: after a `yield`, and so on; 0 is the start of a function.
const RESUME_AT_FUNC_START: u32 = 0;
/// `RESUME` operand bit: the only handler around is the one for `StopIteration`.
const RESUME_DEPTH1: u32 = 4;

/// A stack of handlers as a path to the root of a tree: copies cost nothing.
struct Frame {
    handler: BlockId,
    below: Option<usize>,
    depth: u32,
}

/// Sets every instruction's handler (`mark_except_handlers`, `label_exception_targets`).
pub(super) fn label_targets(cfg: &mut Cfg) -> Result<(), Error> {
    if !cfg.facts.any(Facts::HANDLERS) {
        return Ok(());
    }
    cfg.each_block(|cfg, b| {
        let instrs = std::mem::take(&mut cfg.block_mut(b).instrs);
        for target in instrs.iter().filter(|i| i.op.is_block_push()).filter_map(|i| i.target) {
            cfg.block_mut(target).except_handler = true;
        }
        cfg.block_mut(b).instrs = instrs;
    });
    let mut frames: Vec<Frame> = Vec::new();
    let mut visited = BlockSet::new(cfg);
    visited.insert(cfg.entry);
    let mut todo = vec![(cfg.entry, None)];
    while let Some((b, mut top)) = todo.pop() {
        let mut instrs = std::mem::take(&mut cfg.block_mut(b).instrs);
        let mut yield_depth = None;
        let mut popped = false;
        for instr in &mut instrs {
            let handler = top.map(|t: usize| frames[t].handler);
            if instr.op.is_block_push() {
                let target = instr.target.ok_or(Error::UnplacedLabel)?;
                if visited.insert(target) {
                    todo.push((target, top));
                }
                if instr.op != Op::SETUP_FINALLY {
                    cfg.block_mut(target).preserve_lasti = true;
                }
                let depth = top.map_or(0, |t| frames[t].depth) + 1;
                frames.push(Frame { handler: target, below: top, depth });
                top = Some(frames.len() - 1);
                continue;
            }
            if instr.op == Op::POP_BLOCK {
                top = frames[top.ok_or(Error::MalformedGraph)?].below;
                instr.set_nop();
                popped = true;
                // No exception comes from here.
                continue;
            }
            instr.except = handler;
            if instr.is_jump() {
                let target = instr.target.ok_or(Error::UnplacedLabel)?;
                if visited.insert(target) {
                    todo.push((target, top));
                }
            } else if instr.op == Op::YIELD_VALUE {
                yield_depth = Some(top.map_or(0, |t| frames[t].depth));
            } else if instr.op == Op::RESUME && instr.arg != RESUME_AT_FUNC_START {
                if yield_depth == Some(1) {
                    instr.arg |= RESUME_DEPTH1;
                }
                yield_depth = None;
            }
        }
        cfg.block_mut(b).instrs = instrs;
        if popped {
            cfg.note(b, Facts::NOPS);
        }
        let block = cfg.block(b);
        if let Some(next) = block.next.filter(|_| block.has_fallthrough())
            && visited.insert(next)
        {
            todo.push((next, top));
        }
    }
    Ok(())
}
