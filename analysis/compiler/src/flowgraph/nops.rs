//! Removing instructions that do nothing: `NOP`s no line needs, loads that are popped at once, jumps to the
//! next instruction.

use bytecode::Op;

use super::{BlockId, Cfg};
use crate::assemble::Error;

/// Removes the `NOP`s of a block that carry no line of their own; how many.
fn remove_in_block(cfg: &mut Cfg, b: BlockId) -> usize {
    let Some(first) = cfg.block(b).instrs.iter().position(|i| i.op == Op::NOP) else { return 0 };
    let ends_in_nop = cfg.block(b).last().is_some_and(|i| i.op == Op::NOP);
    let line_after = if ends_in_nop { first_line(cfg, cfg.block(b).next) } else { None };
    let instrs = &mut cfg.block_mut(b).instrs;
    let before = instrs.len();
    let mut kept = first;
    let mut previous = first.checked_sub(1).map_or(-1, |i| instrs[i].loc.line);
    for i in first..before {
        let instr = instrs[i];
        let line = instr.loc.line;
        if instr.op == Op::NOP {
            if line < 0 || line == previous {
                continue;
            }
            if let Some(next) = instrs.get_mut(i + 1) {
                if next.loc.line == line {
                    continue;
                }
                if next.loc.line < 0 {
                    next.loc = instr.loc;
                    continue;
                }
            } else if line_after == Some(line) {
                continue;
            }
        }
        instrs[kept] = instr;
        kept += 1;
        previous = line;
    }
    cfg.block_mut(b).truncate(kept);
    before - kept
}

/// The line of what runs next at or after `from`; `NOP`s without a line will be gone.
fn first_line(cfg: &Cfg, from: Option<BlockId>) -> Option<i32> {
    let next = cfg.block(cfg.next_nonempty(from)?);
    next.instrs.iter().find(|i| i.op != Op::NOP || i.loc.line >= 0).map(|i| i.loc.line)
}

/// Removes redundant `NOP`s everywhere; how many.
pub(super) fn remove(cfg: &mut Cfg) -> usize {
    cfg.order().iter().map(|&b| remove_in_block(cfg, b)).sum()
}

/// Removes redundant `NOP`s and values that are popped as soon as they are pushed.
pub(super) fn remove_with_pairs(cfg: &mut Cfg) {
    let order = cfg.order();
    loop {
        let mut done = true;
        // The instruction before, where control comes from nowhere else
        let mut previous: Option<(BlockId, usize)> = None;
        for &b in order.iter() {
            remove_in_block(cfg, b);
            if cfg.block(b).labelled {
                previous = None;
            }
            for i in 0..cfg.block(b).instrs.len() {
                let before = previous.replace((b, i));
                let Some((pb, pi)) = before.filter(|_| cfg.block(b).instrs[i].op == Op::POP_TOP) else {
                    continue;
                };
                let pushed = &mut cfg.block_mut(pb).instrs[pi];
                if pushed.loads_const() || pushed.op == Op::COPY && pushed.arg == 1 {
                    pushed.set_nop();
                    cfg.block_mut(b).instrs[i].set_nop();
                    done = false;
                }
            }
            let block = cfg.block(b);
            let last_is_jump = previous.is_some_and(|(pb, pi)| cfg.block(pb).instrs[pi].is_jump());
            if last_is_jump || block.no_fallthrough() {
                previous = None;
            }
        }
        if done {
            return;
        }
    }
}

/// Turns jumps to what follows anyway into `NOP`s; how many.
fn remove_jumps(cfg: &mut Cfg) -> Result<usize, Error> {
    let mut removed = 0;
    for &b in cfg.order().iter() {
        let block = cfg.block(b);
        let Some(last) = block.last().filter(|i| i.op.is_unconditional_jump()) else { continue };
        let target = cfg.next_nonempty(last.target).ok_or(Error::MalformedGraph)?;
        if cfg.next_nonempty(block.next) == Some(target) {
            removed += 1;
            let last = cfg.block_mut(b).instrs.last_mut().ok_or(Error::MalformedGraph)?;
            last.set_nop();
            last.target = None;
        }
    }
    Ok(removed)
}

/// Removes redundant `NOP`s and jumps until there are none.
pub(super) fn remove_with_jumps(cfg: &mut Cfg) -> Result<(), Error> {
    while remove(cfg) + remove_jumps(cfg)? > 0 {}
    Ok(())
}
