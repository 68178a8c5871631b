//! From the instruction sequence to basic blocks.

use bytecode::Op;

use super::{BlockId, Cfg, Instr};
use crate::assemble::Error;
use crate::instr::InstructionSequence;

/// A graph that grows by the block at its end, which is put in when it is complete.
struct Builder<'a> {
    cfg: &'a mut Cfg,
    current: BlockId,
    /// The instructions of the current block
    instrs: Vec<Instr>,
    /// A label stood before them
    labelled: bool,
    /// A label stands before the next instruction
    label: bool,
    /// Nothing can follow in the current block
    ends: bool,
    /// Instructions with a target, each with its label's number
    jumps: Vec<(BlockId, usize, u32)>,
}

impl Builder<'_> {
    fn add(&mut self, instr: &crate::instr::Instr) {
        if self.ends || self.label && (!self.instrs.is_empty() || self.labelled) {
            self.end_block();
            let new = self.cfg.new_block();
            self.cfg.insert_after(self.current, new);
            self.current = new;
            self.instrs = std::mem::take(&mut self.cfg.block_mut(new).instrs);
        }
        self.labelled |= std::mem::take(&mut self.label);
        self.ends = instr.op.is_terminator();
        if instr.op.has_target() {
            self.jumps.push((self.current, self.instrs.len(), instr.arg));
        }
        self.instrs.push(Instr::new(instr.op, instr.arg, instr.loc));
    }

    fn end_block(&mut self) {
        let block = self.cfg.block_mut(self.current);
        block.instrs = std::mem::take(&mut self.instrs);
        block.labelled = std::mem::take(&mut self.labelled);
    }
}

/// Splits a sequence into blocks (`_PyCfg_FromInstructionSequence`), with targets as blocks.
pub(super) fn from_sequence(cfg: &mut Cfg, seq: &InstructionSequence) -> Result<(), Error> {
    let target_of = |arg: u32| {
        let position = seq.position(crate::instr::Label(arg)).ok_or(Error::UnplacedLabel)? as usize;
        if position < seq.instrs.len() { Ok(position) } else { Err(Error::UnplacedLabel) }
    };
    // By instruction of the sequence that is a target: the block it starts. Until that is known, any.
    let mut blocks: Vec<Option<BlockId>> = vec![None; seq.instrs.len()];
    for instr in seq.instrs.iter().filter(|i| i.op.has_target()) {
        blocks[target_of(instr.arg)?] = Some(BlockId::FIRST);
    }

    cfg.clear();
    let current = cfg.new_block();
    let instrs = std::mem::take(&mut cfg.block_mut(current).instrs);
    let jumps = Vec::new();
    let mut builder = Builder { cfg, current, instrs, labelled: false, label: false, ends: false, jumps };
    for (instr, block) in seq.instrs.iter().zip(&mut blocks) {
        builder.label |= block.is_some();
        if instr.op == Op::ANNOTATIONS_PLACEHOLDER {
            let annotations = seq.annotations.iter().flat_map(|a| &a.instrs);
            for annotation in annotations {
                if annotation.op.has_target() {
                    return Err(Error::MalformedGraph);
                }
                builder.add(annotation);
            }
        } else {
            builder.add(instr);
        }
        if let Some(block) = block {
            *block = builder.current;
        }
    }
    builder.end_block();
    for (block, at, label) in std::mem::take(&mut builder.jumps) {
        let target = blocks[target_of(label)?];
        cfg.block_mut(block).instrs[at].target = target;
    }
    Ok(())
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
