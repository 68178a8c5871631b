//! Giving lines to instructions that have none: every exit and every jump back must know its line (PEP 626).

use bytecode::Op;

use super::{BlockId, Cfg, Facts, Instr};
use crate::instr::Location;

pub(super) fn resolve(cfg: &mut Cfg) {
    if cfg.facts.any(Facts::NO_LINE.with(Facts::NEXT_LINE)) {
        duplicate_exits(cfg);
        propagate(cfg);
    }
}

/// Instructions at which the interpreter may stop to do something else
fn has_eval_break(op: Op) -> bool {
    matches!(op, Op::RESUME | Op::JUMP | Op::JUMP_BACKWARD | Op::CALL | Op::CALL_KW | Op::CALL_FUNCTION_EX)
}

/// An exit, or a check for interrupts, without a line of its own
fn needs_line(cfg: &Cfg, b: BlockId) -> bool {
    let block = cfg.block(b);
    block.has_no_line() && (block.exits_scope() || block.instrs.iter().any(|i| has_eval_break(i.op)))
}

/// Copies such blocks so that each is reached from one place, whose line it takes
/// (`duplicate_exits_without_lineno`).
fn duplicate_exits(cfg: &mut Cfg) {
    let mut at = Some(cfg.entry);
    while let Some(b) = at {
        if let Some(jump) = cfg.block(b).last().copied().filter(|i| i.is_jump())
            && let Some(target) = cfg.next_nonempty(jump.target)
            && cfg.block(target).predecessors > 1
            && needs_line(cfg, target)
        {
            let copy = cfg.new_block();
            let original = cfg.block_mut(target);
            original.predecessors -= 1;
            let instrs = std::mem::take(&mut original.instrs);
            let facts = original.facts;
            let new = cfg.block_mut(copy);
            new.facts = facts;
            new.instrs.extend_from_slice(&instrs);
            if let Some(first) = new.instrs.first_mut() {
                first.loc = jump.loc;
            }
            (new.predecessors, new.labelled) = (1, true);
            cfg.block_mut(target).instrs = instrs;
            cfg.insert_after(target, copy);
            cfg.rerouted = true;
            if let Some(last) = cfg.block_mut(b).instrs.last_mut() {
                last.target = Some(copy);
            }
        }
        at = cfg.block(b).next;
    }
    // What is left is reached from the block before only.
    cfg.each_block(|cfg, b| {
        let block = cfg.block(b);
        let (Some(last), Some(next)) = (block.last(), block.next) else { return };
        if block.has_fallthrough() && needs_line(cfg, next) {
            let loc = last.loc;
            if let Some(first) = cfg.block_mut(next).instrs.first_mut() {
                first.loc = loc;
            }
        }
    });
}

/// Hands locations on: within a block, and to blocks with one way in (`propagate_line_numbers`).
fn propagate(cfg: &mut Cfg) {
    cfg.facts.remove(Facts::NO_LINE);
    cfg.each_block(|cfg, b| {
        let block = cfg.block_mut(b);
        if block.facts.any(Facts::NO_LINE) {
            let mut previous = Location::NONE;
            for instr in &mut block.instrs {
                if instr.loc.line == Location::NONE.line {
                    instr.loc = previous;
                } else {
                    previous = instr.loc;
                }
            }
            if block.instrs.first().is_some_and(|first| first.loc.line != Location::NONE.line) {
                block.facts.remove(Facts::NO_LINE);
            } else {
                cfg.facts.add(Facts::NO_LINE);
            }
        }
        let block = cfg.block(b);
        let Some(&Instr { loc: previous, op, target, .. }) = block.last() else { return };
        let fallthrough = block.next.filter(|_| block.has_fallthrough());
        let jump = target.filter(|_| op.is_jump());
        for next in fallthrough.into_iter().chain(jump) {
            let next = cfg.block_mut(next);
            if next.predecessors == 1
                && let Some(first) = next.instrs.first_mut()
                && first.loc.line == Location::NONE.line
            {
                first.loc = previous;
            }
        }
    });
}
