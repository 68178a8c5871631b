//! The control flow graph of a code unit and what CPython does with it (`Python/flowgraph.c`).
//!
//! [`Cfg`] holds basic blocks, chained in the order in which they will be laid out. The passes, each in a file
//! of its own, run in the order of [`optimize`] and [`lower`]; that order is part of what they compute.

mod borrow;
mod build;
mod cold;
mod exceptions;
mod facts;
mod fold;
mod inline_exits;
mod linearize;
mod lines;
mod load_const;
mod locals;
mod lowering;
mod nops;
mod peephole;
mod pool;
mod stackdepth;
mod superinstructions;
mod swaps;
#[cfg(test)]
mod tests;
mod text;
mod uninitialized;
mod unreachable;
mod unused_consts;

use facts::Facts;
pub use linearize::{Handler, Linear, LinearInstr};
pub use pool::ConstPool;

use std::num::NonZeroU32;

use bytecode::Op;
use smallvec::{SmallVec, smallvec};

use crate::assemble::Error;
use crate::instr::{InstructionSequence, Location, UnitMeta};

/// A basic block of a [`Cfg`]: its number, from 1, so that an optional one takes no more room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockId(NonZeroU32);

impl BlockId {
    const FIRST: BlockId = BlockId(NonZeroU32::MIN);

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// An instruction in the graph.
#[derive(Clone, Copy, Debug)]
struct Instr {
    op: Op,
    /// The operand; of no meaning where there is a target
    arg: u32,
    loc: Location,
    /// Where it jumps, or the handler it pushes
    target: Option<BlockId>,
    /// The handler of exceptions raised here
    except: Option<BlockId>,
}

impl Instr {
    fn new(op: Op, arg: u32, loc: Location) -> Instr {
        Instr { op, arg, loc, target: None, except: None }
    }

    /// Changes what the instruction does, not where it is from.
    fn set(&mut self, op: Op, arg: u32) {
        self.op = op;
        self.arg = arg;
    }

    fn set_nop(&mut self) {
        self.set(Op::NOP, 0);
    }

    fn is_jump(&self) -> bool {
        self.op.is_jump()
    }

    fn loads_const(&self) -> bool {
        matches!(self.op, Op::LOAD_CONST | Op::LOAD_SMALL_INT)
    }
}

/// Instructions that are entered at the first and left at the last only.
#[derive(Clone, Debug, Default)]
struct Block {
    instrs: Vec<Instr>,
    /// What there may be in it
    facts: Facts,
    /// Handlers of instructions that stood behind `instrs` before some were removed, the next place's last.
    /// An instruction that a pass appends there has that handler: CPython does not clear the field.
    left_behind: Vec<Option<BlockId>>,
    /// The block after this one, entered where this one does not jump
    next: Option<BlockId>,
    /// A label stood here: it is (or was) a jump's target
    labelled: bool,
    /// Ways to reach it, as the last pass that counted them knows
    predecessors: u32,
    /// Depth of the stack at the start, once known
    startdepth: Option<u32>,
    /// A handler that finds the raising instruction's offset on the stack
    preserve_lasti: bool,
    /// A handler
    except_handler: bool,
    /// Reached through exceptions only
    cold: bool,
    /// Reached without an exception
    warm: bool,
}

impl Block {
    /// Appends an instruction as CPython's `basicblock_addop` does.
    fn add(&mut self, mut instr: Instr) {
        instr.except = self.left_behind.pop().flatten();
        self.instrs.push(instr);
    }

    /// Appends instructions as they are.
    fn extend(&mut self, instrs: impl IntoIterator<Item = Instr>) {
        let before = self.instrs.len();
        self.instrs.extend(instrs);
        let left = self.left_behind.len().saturating_sub(self.instrs.len() - before);
        self.left_behind.truncate(left);
    }

    /// Inserts instructions as they are.
    fn insert(&mut self, at: usize, instrs: &[Instr]) {
        self.instrs.splice(at..at, instrs.iter().copied());
        let left = self.left_behind.len().saturating_sub(instrs.len());
        self.left_behind.truncate(left);
    }

    /// Drops the instructions from `count` on.
    fn truncate(&mut self, count: usize) {
        let removed = &self.instrs[count..];
        if !self.left_behind.is_empty() || removed.iter().any(|i| i.except.is_some()) {
            self.left_behind.extend(removed.iter().rev().map(|i| i.except));
        }
        self.instrs.truncate(count);
    }

    /// Makes it as new, but for the memory it has.
    fn reset(&mut self) {
        let (mut instrs, mut left_behind) =
            (std::mem::take(&mut self.instrs), std::mem::take(&mut self.left_behind));
        instrs.clear();
        left_behind.clear();
        *self = Block { instrs, left_behind, ..Block::default() };
    }

    fn last(&self) -> Option<&Instr> {
        self.instrs.last()
    }

    /// Which instruction jumps, at the end: the last, or that before the `NOT_TAKEN`
    fn jump(&self) -> Option<usize> {
        let behind = self.instrs.len() - usize::from(self.last().is_some_and(|i| i.op == Op::NOT_TAKEN));
        behind.checked_sub(1).filter(|&at| self.instrs[at].is_jump())
    }

    /// Whether control never goes on to the next block
    fn no_fallthrough(&self) -> bool {
        self.last().is_some_and(|i| i.op.no_fallthrough())
    }

    fn has_fallthrough(&self) -> bool {
        !self.no_fallthrough()
    }

    fn exits_scope(&self) -> bool {
        self.last().is_some_and(|i| i.op.is_scope_exit())
    }

    fn has_no_line(&self) -> bool {
        self.instrs.iter().all(|i| i.loc.line < 0)
    }
}

/// The graph: blocks, and the one that is entered first.
#[derive(Clone, Debug)]
pub struct Cfg {
    /// Those past `len` are not part of the graph: they are kept for their memory.
    blocks: Vec<Block>,
    len: usize,
    entry: BlockId,
    facts: Facts,
    /// A jump has a new target or is gone since the ways to blocks were counted
    rerouted: bool,
    /// Variables go by the slots of the frame ([`locals`])
    has_slots: bool,
    /// Memory of [`build`]
    starts: Vec<Option<BlockId>>,
    /// Memory of passes that follow the ways through the graph: blocks to go to
    stack: Vec<BlockId>,
    /// Memory of [`borrow`]
    borrowing: borrow::Memory,
    /// Memory of [`linearize`]
    linear: Linear,
}

impl Default for Cfg {
    fn default() -> Cfg {
        Cfg {
            blocks: Vec::new(),
            len: 0,
            entry: BlockId::FIRST,
            facts: Facts::default(),
            rerouted: false,
            has_slots: false,
            starts: Vec::new(),
            stack: Vec::new(),
            borrowing: borrow::Memory::default(),
            linear: Linear::default(),
        }
    }
}

impl Cfg {
    /// Empties the graph, which keeps its memory for the next code unit.
    fn clear(&mut self) {
        (self.len, self.entry) = (0, BlockId::FIRST);
        (self.facts, self.rerouted, self.has_slots) = (Facts::default(), false, false);
    }

    /// Takes the memory of a finished code unit back.
    pub(crate) fn recycle(&mut self, code: Linear) {
        self.linear = code;
    }

    fn new_block(&mut self) -> BlockId {
        let id = BlockId(BlockId::FIRST.0.saturating_add(self.len as u32));
        match self.blocks.get_mut(self.len) {
            Some(block) => block.reset(),
            None => self.blocks.push(Block::default()),
        }
        self.len += 1;
        id
    }

    /// Says what is in a block now.
    fn note(&mut self, b: BlockId, facts: Facts) {
        self.facts.add(facts);
        self.block_mut(b).facts.add(facts);
    }

    fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }

    fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }

    /// The blocks of the chain in order
    fn order(&self) -> impl Iterator<Item = BlockId> {
        std::iter::successors(Some(self.entry), |&b| self.block(b).next)
    }

    /// Does something with each block of the chain, less those that it puts in.
    fn each_block(&mut self, mut f: impl FnMut(&mut Cfg, BlockId)) {
        let mut at = Some(self.entry);
        while let Some(b) = at {
            at = self.block(b).next;
            f(self, b);
        }
    }

    /// The same until there is an error.
    fn try_each_block<E>(&mut self, mut f: impl FnMut(&mut Cfg, BlockId) -> Result<(), E>) -> Result<(), E> {
        let mut at = Some(self.entry);
        while let Some(b) = at {
            at = self.block(b).next;
            f(self, b)?;
        }
        Ok(())
    }

    /// Puts a new block into the chain.
    fn insert_after(&mut self, b: BlockId, new: BlockId) {
        let next = self.block_mut(b).next.replace(new);
        self.block_mut(new).next = next;
    }

    /// Makes a chain of the blocks in the order given.
    fn lay_out(&mut self, order: &[BlockId]) {
        for (i, &b) in order.iter().enumerate() {
            self.block_mut(b).next = order.get(i + 1).copied();
        }
    }

    /// All instructions of the chain, in layout order
    fn for_each_instr(&mut self, mut f: impl FnMut(&mut Instr)) {
        self.each_block(|cfg, b| cfg.block_mut(b).instrs.iter_mut().for_each(&mut f));
    }

    /// The first block at or after `from` that is not empty
    fn next_nonempty(&self, from: Option<BlockId>) -> Option<BlockId> {
        std::iter::successors(from, |&b| self.block(b).next).find(|&b| !self.block(b).instrs.is_empty())
    }
}

/// A set of blocks to mark them as visited, a bit for each
struct BlockSet(SmallVec<[u64; 4]>);

impl BlockSet {
    fn new(cfg: &Cfg) -> BlockSet {
        BlockSet(smallvec![0; cfg.len.div_ceil(64)])
    }

    fn place(b: BlockId) -> (usize, u64) {
        (b.index() / 64, 1 << (b.index() % 64))
    }

    /// Adds a block; whether it is new.
    fn insert(&mut self, b: BlockId) -> bool {
        let (word, bit) = BlockSet::place(b);
        let before = self.0[word];
        self.0[word] = before | bit;
        before & bit == 0
    }

    fn remove(&mut self, b: BlockId) {
        let (word, bit) = BlockSet::place(b);
        self.0[word] &= !bit;
    }

    fn contains(&self, b: BlockId) -> bool {
        let (word, bit) = BlockSet::place(b);
        self.0[word] & bit != 0
    }
}

/// A code unit after the last pass, ready to be assembled
#[derive(Debug)]
pub struct Lowered {
    /// The instructions in order
    pub code: Linear,
    /// `co_consts`
    pub consts: ConstPool,
    /// `co_stacksize`
    pub stacksize: u32,
    /// Slots of the frame before its stack
    pub nlocalsplus: u32,
}

/// Watches the passes over a code unit.
pub(crate) trait Observer {
    /// A pass has run; the first is code generation.
    fn after(&mut self, pass: &'static str, cfg: &Cfg, consts: &ConstPool, meta: &UnitMeta);
}

/// Nobody watches.
impl Observer for () {
    fn after(&mut self, _: &'static str, _: &Cfg, _: &ConstPool, _: &UnitMeta) {}
}

/// Runs all passes over a code unit (`_PyCfg_OptimizeCodeUnit` and
/// `_PyCfg_OptimizedCfgToInstructionSequence`). It takes the constants out of `meta`. What `cfg` holds is of no meaning
/// before and after: its memory is used.
///
/// # Errors
/// If the sequence is not well formed: jumps to nowhere, jumps inside blocks, an unbalanced stack.
pub(crate) fn run(
    cfg: &mut Cfg,
    seq: &InstructionSequence,
    meta: &mut UnitMeta,
    code_flags: u32,
    observer: &mut dyn Observer,
) -> Result<Lowered, Error> {
    let mut consts = ConstPool::new(meta.consts.take_items());
    build::from_sequence(cfg, seq, consts.items().len())?;
    observer.after("code generation", cfg, &consts, meta);
    optimize(cfg, &mut consts, meta, observer)?;
    lower(cfg, consts, meta, code_flags, observer)
}

fn optimize(
    cfg: &mut Cfg,
    consts: &mut ConstPool,
    meta: &UnitMeta,
    observer: &mut dyn Observer,
) -> Result<(), Error> {
    exceptions::label_targets(cfg)?;
    observer.after("exception handlers", cfg, consts, meta);
    inline_exits::run(cfg);
    observer.after("inlining of small exits", cfg, consts, meta);
    unreachable::remove(cfg);
    observer.after("unreachable blocks", cfg, consts, meta);
    lines::resolve(cfg);
    observer.after("line numbers", cfg, consts, meta);
    load_const::run(cfg, consts);
    observer.after("loads of constants", cfg, consts, meta);
    peephole::run(cfg, consts);
    observer.after("folding and jump threading", cfg, consts, meta);
    nops::remove_with_pairs(cfg);
    if cfg.rerouted {
        unreachable::remove(cfg);
    }
    nops::remove_with_jumps(cfg)?;
    observer.after("no-ops, redundant pairs and jumps", cfg, consts, meta);
    unused_consts::remove(cfg, consts);
    observer.after("unused constants", cfg, consts, meta);
    uninitialized::add_checks(cfg, meta.varnames.len(), meta.nparams as usize);
    observer.after("checks of unbound locals", cfg, consts, meta);
    superinstructions::insert(cfg);
    observer.after("superinstructions", cfg, consts, meta);
    cold::push_to_end(cfg)?;
    observer.after("cold blocks", cfg, consts, meta);
    lines::resolve(cfg);
    observer.after("line numbers of new jumps", cfg, consts, meta);
    Ok(())
}

fn lower(
    cfg: &mut Cfg,
    consts: ConstPool,
    meta: &UnitMeta,
    code_flags: u32,
    observer: &mut dyn Observer,
) -> Result<Lowered, Error> {
    lowering::conditional_jumps(cfg);
    observer.after("conditional jumps", cfg, &consts, meta);
    let stacksize = stackdepth::calculate(cfg)?;
    let nlocalsplus = locals::prepare(cfg, meta, code_flags)?;
    observer.after("slots of variables", cfg, &consts, meta);
    lowering::pseudo_instructions(cfg)?;
    lowering::backward_jumps(cfg);
    observer.after("pseudo-instructions and jumps", cfg, &consts, meta);
    borrow::load_fast(cfg)?;
    observer.after("borrowed locals", cfg, &consts, meta);
    Ok(Lowered { code: linearize::run(cfg), consts, stacksize, nlocalsplus })
}
