//! Giving lines to instructions that have none: every exit and every jump back must know its line (PEP 626).

use bytecode::Op;

use super::{BlockId, Cfg};
use crate::instr::Location;

pub(super) fn resolve(cfg: &mut Cfg) {
    duplicate_exits(cfg);
    propagate(cfg);
}

/// Instructions at which the interpreter may stop to do something else
fn has_eval_break(op: Op) -> bool {
    matches!(op, Op::RESUME | Op::JUMP | Op::JUMP_BACKWARD | Op::CALL | Op::CALL_KW | Op::CALL_FUNCTION_EX)
}

/// An exit, or a check for interrupts, without a line of its own
fn needs_line(cfg: &Cfg, b: BlockId) -> bool {
    let block = cfg.block(b);
    (block.exits_scope() || block.instrs.iter().any(|i| has_eval_break(i.op))) && block.has_no_line()
}

/// Copies such blocks so that each is reached from one place, whose line it takes
/// (`duplicate_exits_without_lineno`).
fn duplicate_exits(cfg: &mut Cfg) {
    let mut at = Some(cfg.entry);
    while let Some(b) = at {
        if let Some(jump) = cfg.block(b).last().copied().filter(|i| i.is_jump())
            && let Some(target) = cfg.next_nonempty(jump.target)
            && needs_line(cfg, target)
            && cfg.block(target).predecessors > 1
        {
            let copy = cfg.new_block();
            let original = cfg.block_mut(target);
            original.predecessors -= 1;
            let mut instrs = original.instrs.clone();
            if let Some(first) = instrs.first_mut() {
                first.loc = jump.loc;
            }
            let new = cfg.block_mut(copy);
            (new.instrs, new.predecessors, new.labelled) = (instrs, 1, true);
            cfg.insert_after(target, copy);
            if let Some(last) = cfg.block_mut(b).instrs.last_mut() {
                last.target = Some(copy);
            }
        }
        at = cfg.block(b).next;
    }
    // What is left is reached from the block before only.
    for &b in cfg.order().iter() {
        let block = cfg.block(b);
        let (Some(last), Some(next)) = (block.last(), block.next) else { continue };
        if block.has_fallthrough() && needs_line(cfg, next) {
            let loc = last.loc;
            if let Some(first) = cfg.block_mut(next).instrs.first_mut() {
                first.loc = loc;
            }
        }
    }
}

/// Hands locations on: within a block, and to blocks with one way in (`propagate_line_numbers`).
fn propagate(cfg: &mut Cfg) {
    for &b in cfg.order().iter() {
        let block = cfg.block_mut(b);
        let mut previous = Location::NONE;
        for instr in &mut block.instrs {
            if instr.loc.line == Location::NONE.line {
                instr.loc = previous;
            } else {
                previous = instr.loc;
            }
        }
        let Some(last) = block.last() else { continue };
        let fallthrough = block.next.filter(|_| block.has_fallthrough());
        let jump = last.target.filter(|_| last.is_jump());
        for next in fallthrough.into_iter().chain(jump) {
            let next = cfg.block_mut(next);
            if next.predecessors == 1
                && let Some(first) = next.instrs.first_mut()
                && first.loc.line == Location::NONE.line
            {
                first.loc = previous;
            }
        }
    }
}
