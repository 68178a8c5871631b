//! Removing instructions that do nothing: `NOP`s no line needs, loads that are popped at once, jumps to the
//! next instruction.

use bytecode::Op;

use super::{BlockId, Cfg, Facts, Instr};
use crate::assemble::Error;

/// Removes the `NOP`s of a block that carry no line of their own; how many.
fn remove_in_block(cfg: &mut Cfg, b: BlockId) -> usize {
    let block = cfg.block(b);
    let Some(first) = block.instrs.iter().position(|i| i.op == Op::NOP) else {
        cfg.block_mut(b).facts.remove(Facts::NOPS);
        return 0;
    };
    let ends_in_nop = block.last().is_some_and(|i| i.op == Op::NOP);
    let line_after = if ends_in_nop { first_line(cfg, block.next) } else { None };
    let instrs = &mut cfg.block_mut(b).instrs;
    let before = instrs.len();
    let mut kept = first;
    let mut nops_kept = false;
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
            nops_kept = true;
        }
        instrs[kept] = instr;
        kept += 1;
        previous = line;
    }
    let block = cfg.block_mut(b);
    block.truncate(kept);
    if !nops_kept {
        block.facts.remove(Facts::NOPS);
    }
    before - kept
}

/// The line of what runs next at or after `from`; `NOP`s without a line will be gone.
fn first_line(cfg: &Cfg, from: Option<BlockId>) -> Option<i32> {
    let next = cfg.block(cfg.next_nonempty(from)?);
    next.instrs.iter().find(|i| i.op != Op::NOP || i.loc.line >= 0).map(|i| i.loc.line)
}

/// Removes redundant `NOP`s everywhere; how many.
pub(super) fn remove(cfg: &mut Cfg) -> usize {
    if !cfg.facts.any(Facts::NOPS) {
        return 0;
    }
    let mut removed = 0;
    let mut left = false;
    cfg.each_block(|cfg, b| {
        if cfg.block(b).facts.any(Facts::NOPS) {
            removed += remove_in_block(cfg, b);
            left |= cfg.block(b).facts.any(Facts::NOPS);
        }
    });
    if !left {
        cfg.facts.remove(Facts::NOPS);
    }
    removed
}

/// Removes redundant `NOP`s and values that are popped as soon as they are pushed.
pub(super) fn remove_with_pairs(cfg: &mut Cfg) {
    loop {
        let mut done = true;
        // The last instruction before a block, where control comes from nowhere else
        let mut previous: Option<(BlockId, usize)> = None;
        cfg.each_block(|cfg, b| {
            if cfg.block(b).facts.any(Facts::NOPS) {
                remove_in_block(cfg, b);
            }
            if cfg.block(b).labelled {
                previous = None;
            }
            let pop = |i: &Instr| i.op == Op::POP_TOP;
            let mut at = if cfg.block(b).facts.any(Facts::POPS) { 0 } else { cfg.block(b).instrs.len() };
            while let Some(i) = cfg.block(b).instrs[at..].iter().position(pop).map(|later| at + later) {
                at = i + 1;
                let Some((pb, pi)) = i.checked_sub(1).map(|before| (b, before)).or(previous) else {
                    continue;
                };
                let pushed = &mut cfg.block_mut(pb).instrs[pi];
                if pushed.loads_const() || pushed.op == Op::COPY && pushed.arg == 1 {
                    pushed.set_nop();
                    cfg.block_mut(b).instrs[i].set_nop();
                    cfg.note(pb, Facts::NOPS);
                    cfg.note(b, Facts::NOPS);
                    done = false;
                }
            }
            let block = cfg.block(b);
            if let Some(last) = block.instrs.len().checked_sub(1) {
                previous = Some((b, last));
            }
            let last_is_jump = previous.is_some_and(|(pb, pi)| cfg.block(pb).instrs[pi].is_jump());
            if last_is_jump || block.no_fallthrough() {
                previous = None;
            }
        });
        if done {
            return;
        }
    }
}

/// Turns jumps to what follows anyway into `NOP`s; how many.
fn remove_jumps(cfg: &mut Cfg) -> Result<usize, Error> {
    let mut removed = 0;
    cfg.try_each_block(|cfg, b| {
        let block = cfg.block(b);
        let Some(last) = block.last().filter(|i| i.op.is_unconditional_jump()) else { return Ok(()) };
        let target = cfg.next_nonempty(last.target).ok_or(Error::MalformedGraph)?;
        if cfg.next_nonempty(block.next) == Some(target) {
            removed += 1;
            let last = cfg.block_mut(b).instrs.last_mut().ok_or(Error::MalformedGraph)?;
            last.set_nop();
            last.target = None;
            cfg.note(b, Facts::NOPS);
        }
        Ok(())
    })?;
    Ok(removed)
}

/// Removes redundant `NOP`s and jumps until there are none.
pub(super) fn remove_with_jumps(cfg: &mut Cfg) -> Result<(), Error> {
    while remove(cfg) + remove_jumps(cfg)? > 0 {}
    Ok(())
}
