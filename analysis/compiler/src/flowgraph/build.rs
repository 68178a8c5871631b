//! From the instruction sequence to basic blocks.

use bytecode::Op;

use super::{BlockId, Cfg, Facts, Instr};
use crate::assemble::Error;
use crate::instr::{self, InstructionSequence, Label};

/// Deepest `SWAP`: more than any code has on its stack
const MAX_SWAP: u32 = 1 << 20;

/// A graph that grows by the block at its end.
struct Builder<'a> {
    cfg: &'a mut Cfg,
    current: BlockId,
    /// What is in the current block, until it is complete
    instrs: Vec<Instr>,
    facts: Facts,
    /// A label stands before the next instruction
    label: bool,
    /// Nothing can follow in the current block
    ends: bool,
    /// How many constants there are
    consts: usize,
}

impl Builder<'_> {
    /// Appends an instruction, in a new block if need be.
    fn push(&mut self, instr: &instr::Instr) -> Result<(), Error> {
        let fits = match instr.op {
            Op::LOAD_CONST => (instr.arg as usize) < self.consts,
            Op::SWAP => (1..=MAX_SWAP).contains(&instr.arg),
            _ => true,
        };
        if !fits {
            return Err(Error::Operand(instr.op, instr.arg));
        }
        if self.ends || self.label {
            self.begin();
        }
        self.facts.add(Facts::of(instr.op).with(Facts::of_location(instr.loc)));
        self.instrs.push(Instr::new(instr.op, instr.arg, instr.loc));
        self.ends = instr.op.is_terminator();
        Ok(())
    }

    /// Begins a block, unless the current one is as good as new.
    fn begin(&mut self) {
        if self.ends || !self.instrs.is_empty() || self.cfg.block(self.current).labelled {
            self.complete();
            let new = self.cfg.new_block();
            self.cfg.insert_after(self.current, new);
            self.current = new;
            self.instrs = std::mem::take(&mut self.cfg.block_mut(new).instrs);
            self.ends = false;
        }
        self.cfg.block_mut(self.current).labelled |= std::mem::take(&mut self.label);
    }

    /// Puts into the current block what belongs there.
    fn complete(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        self.cfg.block_mut(self.current).instrs = std::mem::take(&mut self.instrs);
        self.cfg.note(self.current, facts);
    }
}

/// Splits a sequence into blocks (`_PyCfg_FromInstructionSequence`), with targets as blocks. Jumps and exits are the last
/// instructions of theirs. The last block must not run off the end, and the operands that passes use as indices must be
/// in range; there are `consts` constants.
pub(super) fn from_sequence(cfg: &mut Cfg, seq: &InstructionSequence, consts: usize) -> Result<(), Error> {
    cfg.clear();
    let count = seq.instrs.len();
    let target_of = |arg: u32| {
        let position = seq.position(Label(arg)).ok_or(Error::UnplacedLabel)? as usize;
        if position < count { Ok(position) } else { Err(Error::UnplacedLabel) }
    };
    // By instruction of the sequence that is a target: the block it starts. Until that is known, any.
    let mut starts = std::mem::take(&mut cfg.starts);
    starts.clear();
    starts.resize(count, None);
    for instr in seq.instrs.iter().filter(|instr| instr.op.has_target()) {
        starts[target_of(instr.arg)?] = Some(BlockId::FIRST);
    }
    let annotations = seq.annotations.as_ref().map_or(&[][..], |a| &a.instrs);
    if annotations.iter().any(|instr| instr.op.has_target()) {
        return Err(Error::MalformedGraph);
    }

    let current = cfg.new_block();
    let instrs = std::mem::take(&mut cfg.block_mut(current).instrs);
    let mut builder =
        Builder { cfg, current, instrs, facts: Facts::default(), label: false, ends: false, consts };
    for (instr, start) in seq.instrs.iter().zip(&mut starts) {
        builder.label |= start.is_some();
        if instr.op == Op::ANNOTATIONS_PLACEHOLDER {
            if builder.label {
                return Err(Error::MalformedGraph);
            }
            annotations.iter().try_for_each(|instr| builder.push(instr))?;
        } else {
            builder.push(instr)?;
        }
        if let Some(start) = start {
            *start = builder.current;
        }
    }
    builder.complete();
    let last = builder.current;
    let handlers = cfg.facts.any(Facts::HANDLERS);
    cfg.try_each_block(|cfg, b| {
        let instrs = &mut cfg.block_mut(b).instrs;
        let first = if handlers { 0 } else { instrs.len().saturating_sub(1) };
        for instr in &mut instrs[first..] {
            if instr.op.has_target() {
                instr.target = starts[target_of(instr.arg)?];
            }
        }
        Ok(())
    })?;
    cfg.starts = starts;
    if cfg.block(last).has_fallthrough() { Err(Error::MalformedGraph) } else { Ok(()) }
}
