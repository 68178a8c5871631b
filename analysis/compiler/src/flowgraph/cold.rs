//! Moving exception handlers, and what only they reach, to the end.

use bytecode::Op;

use super::{BlockId, BlockSet, Cfg, Facts, Instr, nops};
use crate::assemble::Error;
use crate::instr::Location;

pub(super) fn push_to_end(cfg: &mut Cfg) -> Result<(), Error> {
    if !cfg.facts.any(Facts::HANDLERS) {
        return Ok(());
    }
    mark_warm(cfg);
    mark_cold(cfg);
    add_jumps_to_warm(cfg);
    let mut order = std::mem::take(&mut cfg.stack);
    order.clear();
    order.extend(cfg.order().filter(|&b| !cfg.block(b).cold));
    let warm = order.len();
    order.extend(cfg.order().filter(|&b| cfg.block(b).cold));
    let any_cold = warm < order.len();
    if any_cold {
        cfg.lay_out(&order);
    }
    cfg.stack = order;
    if any_cold { nops::remove_with_jumps(cfg) } else { Ok(()) }
}

/// What follows a block without an exception, the next block first. Only the last instruction can jump.
fn successors(cfg: &Cfg, b: BlockId) -> impl Iterator<Item = BlockId> + use<> {
    let block = cfg.block(b);
    let next = block.next.filter(|_| block.has_fallthrough());
    let jump = block.last().filter(|i| i.is_jump()).and_then(|i| i.target);
    next.into_iter().chain(jump)
}

fn mark_warm(cfg: &mut Cfg) {
    let mut visited = BlockSet::new(cfg);
    visited.insert(cfg.entry);
    let mut stack = vec![cfg.entry];
    while let Some(b) = stack.pop() {
        cfg.block_mut(b).warm = true;
        stack.extend(successors(cfg, b).filter(|&s| visited.insert(s)));
    }
}

fn mark_cold(cfg: &mut Cfg) {
    let mut visited = BlockSet::new(cfg);
    let mut stack: Vec<BlockId> = cfg.order().filter(|&b| cfg.block(b).except_handler).collect();
    for &b in &stack {
        visited.insert(b);
    }
    while let Some(b) = stack.pop() {
        cfg.block_mut(b).cold = true;
        stack.extend(successors(cfg, b).filter(|&s| !cfg.block(s).warm && visited.insert(s)));
    }
}

/// A cold block that runs on into a warm one needs a jump there.
fn add_jumps_to_warm(cfg: &mut Cfg) {
    cfg.each_block(|cfg, b| {
        let block = cfg.block(b);
        let Some(next) = block.next.filter(|_| block.cold && block.has_fallthrough()) else { return };
        if !cfg.block(next).warm {
            return;
        }
        cfg.block_mut(next).labelled = true;
        let jump = cfg.new_block();
        let instr = Instr { target: Some(next), ..Instr::new(Op::JUMP_NO_INTERRUPT, 0, Location::NONE) };
        let new = cfg.block_mut(jump);
        new.instrs.push(instr);
        (new.cold, new.predecessors, new.facts) = (true, 1, Facts::NO_LINE);
        cfg.insert_after(b, jump);
    });
}
