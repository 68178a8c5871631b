//! Copying small exit blocks to where they are jumped to, and blocks without lines too.

use bytecode::Op;

use super::{BlockId, Cfg, Facts};

/// Largest exit block that is copied, in instructions
const MAX_COPY: usize = 4;

/// Replaces the jump at the end of a block by the code it jumps to; whether it did.
fn inline(cfg: &mut Cfg, b: BlockId) -> bool {
    let Some((target_id, jump)) =
        cfg.block(b).last().filter(|i| i.op.is_unconditional_jump()).and_then(|i| Some((i.target?, i.op)))
    else {
        return false;
    };
    let target = cfg.block(target_id);
    let small_exit = target.exits_scope() && target.instrs.len() <= MAX_COPY;
    let artificial = target.has_no_line() && target.no_fallthrough();
    let loops = target_id == b || target.last().is_some_and(|i| i.target == Some(target_id));
    if loops || !small_exit && !artificial {
        return false;
    }
    let copied = std::mem::take(&mut cfg.block_mut(target_id).instrs);
    let facts = cfg.block(target_id).facts.with(Facts::NOPS);
    cfg.note(b, facts);
    let block = cfg.block_mut(b);
    if let Some(last) = block.instrs.last_mut() {
        last.set_nop();
        last.target = None;
    }
    block.extend(copied.iter().copied());
    if artificial
        && jump == Op::JUMP
        && let Some(last) = block.instrs.last_mut().filter(|i| i.op.is_unconditional_jump())
    {
        last.op = Op::JUMP; // the check for interrupts must not get lost
    }
    let target = cfg.block_mut(target_id);
    target.predecessors = target.predecessors.saturating_sub(1);
    target.instrs = copied;
    true
}

pub(super) fn run(cfg: &mut Cfg) {
    // Every change removes a jump or shortens a chain of jumps that is no loop: there is an end.
    let mut changed = true;
    while changed {
        changed = false;
        cfg.each_block(|cfg, b| changed |= inline(cfg, b));
    }
}
