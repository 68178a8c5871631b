//! From the instruction sequence to basic blocks.

use bytecode::Op;

use super::{BlockId, Cfg, Instr};
use crate::assemble::Error;
use crate::instr::InstructionSequence;

struct Builder<'a> {
    cfg: &'a mut Cfg,
    current: BlockId,
    /// A label stands before the next instruction
    label: bool,
}

impl Builder<'_> {
    fn add(&mut self, instr: Instr) {
        let block = self.cfg.block_mut(self.current);
        let terminated = block.last().is_some_and(|i| i.op.is_terminator());
        if terminated || self.label && (!block.instrs.is_empty() || block.labelled) {
            let new = self.cfg.new_block();
            self.cfg.insert_after(self.current, new);
            self.current = new;
        }
        let block = self.cfg.block_mut(self.current);
        block.labelled |= std::mem::take(&mut self.label);
        block.instrs.push(instr);
    }
}

/// Splits a sequence into blocks (`_PyCfg_FromInstructionSequence`), with targets as blocks.
pub(super) fn from_sequence(cfg: &mut Cfg, seq: &InstructionSequence) -> Result<(), Error> {
    let mut is_target = vec![false; seq.instrs.len()];
    let target_of = |arg: u32| {
        let position = seq.position(crate::instr::Label(arg)).ok_or(Error::UnplacedLabel)? as usize;
        if position < seq.instrs.len() { Ok(position) } else { Err(Error::UnplacedLabel) }
    };
    for instr in seq.instrs.iter().filter(|i| i.op.has_target()) {
        is_target[target_of(instr.arg)?] = true;
    }

    cfg.clear();
    let current = cfg.new_block();
    let mut builder = Builder { cfg, current, label: false };
    // The block in which each instruction of the sequence starts; asked for targets only.
    let mut block_of = Vec::with_capacity(seq.instrs.len());
    for (i, instr) in seq.instrs.iter().enumerate() {
        builder.label |= is_target[i];
        let new = |i: &crate::instr::Instr| Instr::new(i.op, i.arg, i.loc);
        if instr.op == Op::ANNOTATIONS_PLACEHOLDER {
            let annotations = seq.annotations.iter().flat_map(|a| &a.instrs);
            for annotation in annotations {
                if annotation.op.has_target() {
                    return Err(Error::MalformedGraph);
                }
                builder.add(new(annotation));
            }
        } else {
            builder.add(new(instr));
        }
        block_of.push(builder.current);
    }
    let mut failed = None;
    cfg.for_each_instr(|instr| {
        if instr.op.has_target() {
            match target_of(instr.arg) {
                Ok(position) => instr.target = Some(block_of[position]),
                Err(e) => failed = Some(e),
            }
        }
    });
    match failed {
        Some(e) => Err(e),
        None => Ok(()),
    }
}

/// Deepest `SWAP`: more than any code has on its stack
const MAX_SWAP: u32 = 1 << 20;

/// Jumps and exits must be the last instructions of their blocks, and the last block must not run off the end.
/// The operands that passes use as indices must be in range.
pub(super) fn check(cfg: &Cfg, consts: usize) -> Result<(), Error> {
    for &b in cfg.order().iter() {
        let block = cfg.block(b);
        let inside = block.instrs.split_last().map_or(&[][..], |(_, rest)| rest);
        if inside.iter().any(|i| i.op.is_terminator()) || block.next.is_none() && block.has_fallthrough() {
            return Err(Error::MalformedGraph);
        }
        let out_of_range = |i: &&Instr| match i.op {
            Op::LOAD_CONST => i.arg as usize >= consts,
            Op::SWAP => !(1..=MAX_SWAP).contains(&i.arg),
            _ => false,
        };
        if let Some(i) = block.instrs.iter().find(out_of_range) {
            return Err(Error::Operand(i.op, i.arg));
        }
    }
    Ok(())
}
