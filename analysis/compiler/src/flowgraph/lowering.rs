//! From pseudo-instructions to real ones.

use bytecode::Op;

use super::{BlockSet, Cfg, Facts, Instr, nops};
use crate::assemble::Error;

/// `JUMP_IF_*`, which leave the value, become a copy, a truth test and a jump that pops.
pub(super) fn conditional_jumps(cfg: &mut Cfg) {
    cfg.each_block(|cfg, b| {
        let block = cfg.block_mut(b);
        let Some(last) = block.instrs.last_mut() else { return };
        let op = match last.op {
            Op::JUMP_IF_FALSE => Op::POP_JUMP_IF_FALSE,
            Op::JUMP_IF_TRUE => Op::POP_JUMP_IF_TRUE,
            _ => return,
        };
        let jump = Instr { op, ..*last };
        let plain = |op, arg| Instr { op, arg, target: None, ..jump };
        *last = jump;
        let at = block.instrs.len() - 1;
        block.insert(at, &[plain(Op::COPY, 1), plain(Op::TO_BOOL, 0)]);
    });
}

/// Block pushes are done with; pseudo-loads and stores of locals become plain ones.
pub(super) fn pseudo_instructions(cfg: &mut Cfg) -> Result<(), Error> {
    if cfg.facts.any(Facts::HANDLERS) {
        cfg.each_block(|cfg, b| {
            if !cfg.block(b).facts.any(Facts::HANDLERS) {
                return;
            }
            cfg.note(b, Facts::NOPS);
            for push in cfg.block_mut(b).instrs.iter_mut().filter(|instr| instr.op.is_block_push()) {
                push.set_nop();
                push.target = None;
            }
        });
    }
    if cfg.facts.any(Facts::PSEUDO_LOCALS) {
        cfg.for_each_instr(|instr| match instr.op {
            Op::LOAD_CLOSURE => instr.op = Op::LOAD_FAST,
            Op::STORE_FAST_MAYBE_NULL => instr.op = Op::STORE_FAST,
            _ => {}
        });
    }
    nops::remove_with_jumps(cfg)
}

/// Conditional jumps go forward only: one that goes back is turned around and followed by a plain jump. After
/// every conditional jump stands what monitoring counts as the way on (`normalize_jumps`).
pub(super) fn backward_jumps(cfg: &mut Cfg) {
    let mut seen = BlockSet::new(cfg);
    cfg.each_block(|cfg, b| {
        seen.insert(b);
        let block = cfg.block_mut(b);
        let Some(last) = block.instrs.last_mut() else { return };
        let reversed = match last.op {
            Op::POP_JUMP_IF_NOT_NONE => Op::POP_JUMP_IF_NONE,
            Op::POP_JUMP_IF_NONE => Op::POP_JUMP_IF_NOT_NONE,
            Op::POP_JUMP_IF_FALSE => Op::POP_JUMP_IF_TRUE,
            Op::POP_JUMP_IF_TRUE => Op::POP_JUMP_IF_FALSE,
            _ => return,
        };
        let Some(target) = last.target else { return };
        let not_taken = Instr::new(Op::NOT_TAKEN, 0, last.loc);
        if !seen.contains(target) {
            block.add(not_taken);
            return;
        }
        let jump = Instr { target: Some(target), ..Instr::new(Op::JUMP, 0, last.loc) };
        last.op = reversed;
        last.target = block.next;
        let cold = block.cold;
        let startdepth = cfg.block(target).startdepth;
        let back = cfg.new_block();
        let new = cfg.block_mut(back);
        new.extend([not_taken, jump]);
        (new.cold, new.startdepth) = (cold, startdepth);
        cfg.insert_after(b, back);
    });
}
