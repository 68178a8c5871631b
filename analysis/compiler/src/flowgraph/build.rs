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
    /// A label stands before the next instruction
    label: bool,
    /// Nothing can follow in the current block
    ends: bool,
}

impl Builder<'_> {
    /// Appends instructions with no label between them; the block where they begin.
    fn run(&mut self, mut run: &[instr::Instr]) -> BlockId {
        let mut begin = None;
        while !run.is_empty() {
            let block = self.cfg.block(self.current);
            if self.ends || self.label && (!block.instrs.is_empty() || block.labelled) {
                let new = self.cfg.new_block();
                self.cfg.insert_after(self.current, new);
                self.current = new;
            }
            begin.get_or_insert(self.current);
            let end = run.iter().position(|i| i.op.is_terminator()).map(|last| last + 1);
            let (now, later) = run.split_at(end.unwrap_or(run.len()));
            let block = self.cfg.block_mut(self.current);
            block.labelled |= std::mem::take(&mut self.label);
            block.instrs.extend(now.iter().map(|i| Instr::new(i.op, i.arg, i.loc)));
            self.ends = end.is_some();
            run = later;
        }
        begin.unwrap_or(self.current)
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
    let mut facts = Facts::default();
    for instr in &seq.instrs {
        facts.add(Facts::of(instr.op));
        check_operand(instr, consts)?;
        if instr.op.has_target() {
            starts[target_of(instr.arg)?] = Some(BlockId::FIRST);
        }
    }
    let annotations = seq.annotations.as_ref().map_or(&[][..], |a| &a.instrs);
    for instr in annotations {
        facts.add(Facts::of(instr.op));
        check_operand(instr, consts)?;
        if instr.op.has_target() {
            return Err(Error::MalformedGraph);
        }
    }
    cfg.facts = facts;

    let current = cfg.new_block();
    let mut builder = Builder { cfg, current, label: false, ends: false };
    let is_placeholder = |i: usize| seq.instrs[i].op == Op::ANNOTATIONS_PLACEHOLDER;
    let mut at = 0;
    while at < count {
        builder.label |= starts[at].is_some();
        let end = (at + 1..count).find(|&i| starts[i].is_some() || is_placeholder(i)).unwrap_or(count);
        let block = if is_placeholder(at) {
            let block = builder.run(annotations);
            builder.run(&seq.instrs[at + 1..end]);
            block
        } else {
            builder.run(&seq.instrs[at..end])
        };
        if let Some(start) = &mut starts[at] {
            *start = block;
        }
        at = end;
    }
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

fn check_operand(instr: &instr::Instr, consts: usize) -> Result<(), Error> {
    let fits = match instr.op {
        Op::LOAD_CONST => (instr.arg as usize) < consts,
        Op::SWAP => (1..=MAX_SWAP).contains(&instr.arg),
        _ => true,
    };
    if fits { Ok(()) } else { Err(Error::Operand(instr.op, instr.arg)) }
}
