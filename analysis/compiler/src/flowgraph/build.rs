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
    /// Appends instructions of which only the last can end a block, in a new block if need be.
    fn run(&mut self, run: &[instr::Instr], facts: Facts) {
        let block = self.cfg.block(self.current);
        if self.ends || self.label && (!block.instrs.is_empty() || block.labelled) {
            let new = self.cfg.new_block();
            self.cfg.insert_after(self.current, new);
            self.current = new;
        }
        self.cfg.facts.add(facts);
        let block = self.cfg.block_mut(self.current);
        block.facts.add(facts);
        block.labelled |= std::mem::take(&mut self.label);
        block.instrs.extend(run.iter().map(|i| Instr::new(i.op, i.arg, i.loc)));
        self.ends = run.last().is_some_and(|last| last.op.is_terminator());
    }
}

/// How many instructions come before the next block or the annotations, and what they show; no label stands between them,
/// and there are `consts` constants.
fn scan(instrs: &[instr::Instr], consts: usize) -> Result<(usize, Facts), Error> {
    let mut all = Facts::default();
    for (i, instr) in instrs.iter().enumerate() {
        if instr.op == Op::ANNOTATIONS_PLACEHOLDER && i > 0 {
            return Ok((i, all));
        }
        let facts = Facts::of(instr.op);
        if facts.any(Facts::SWAPS.with(Facts::LOADS_CONST)) {
            check_operand(instr, consts)?;
        }
        all.add(facts);
        if instr.loc.line < 0 {
            all.add(Facts::of_location(instr.loc));
        }
        if instr.op.is_terminator() {
            return Ok((i + 1, all));
        }
    }
    Ok((instrs.len(), all))
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
    let mut builder = Builder { cfg, current, label: false, ends: false };
    let (mut at, mut next_label) = (0, 0);
    while at < count {
        builder.label |= starts[at].is_some();
        if seq.instrs[at].op == Op::ANNOTATIONS_PLACEHOLDER {
            if builder.label {
                return Err(Error::MalformedGraph);
            }
            let mut rest = annotations;
            while !rest.is_empty() {
                let (length, facts) = scan(rest, consts)?;
                let (run, later) = rest.split_at(length);
                builder.run(run, facts);
                rest = later;
            }
            at += 1;
            continue;
        }
        if next_label <= at {
            let later = starts[at + 1..].iter().position(Option::is_some);
            next_label = later.map_or(count, |later| at + 1 + later);
        }
        let (length, facts) = scan(&seq.instrs[at..next_label], consts)?;
        builder.run(&seq.instrs[at..at + length], facts);
        if let Some(start) = &mut starts[at] {
            *start = builder.current;
        }
        at += length;
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
