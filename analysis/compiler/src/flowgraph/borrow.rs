//! `LOAD_FAST_BORROW`: loads that need no reference of their own (`optimize_load_fast`).
//!
//! A load may borrow if the value is consumed in its block before the local changes, and is not stored into a
//! local. Each block is run on a stack of abstract references; what they came from is marked if it may not borrow.

use bytecode::Op;
use bytecode::opcode::effect::effect;

use super::{Block, BlockId, BlockSet, Cfg, Facts};
use crate::assemble::Error;

/// Stands for no instruction or no local; there are never so many.
const NOTHING: u32 = u32::MAX;

/// A value on the stack
#[derive(Clone, Copy, Debug)]
struct Ref {
    /// The instruction of this block that made it, or [`NOTHING`]
    from: u32,
    /// The local it was loaded from, or [`NOTHING`]
    local: u32,
}

/// Memory that the pass uses again
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    refs: Vec<Ref>,
    strong: Vec<bool>,
}

struct Scan {
    refs: Vec<Ref>,
    /// By instruction: its value may not be borrowed
    strong: Vec<bool>,
    /// Blocks to do, with the depth of the stack there
    todo: Vec<BlockId>,
    visited: BlockSet,
}

pub(super) fn load_fast(cfg: &mut Cfg) -> Result<(), Error> {
    if !cfg.facts.any(Facts::LOADS_FAST) {
        return Ok(());
    }
    let Memory { refs, strong } = std::mem::take(&mut cfg.borrowing);
    let mut todo = std::mem::take(&mut cfg.stack);
    todo.clear();
    todo.push(cfg.entry);
    let mut scan = Scan { refs, strong, todo, visited: BlockSet::new(cfg) };
    scan.visited.insert(cfg.entry);
    cfg.block_mut(cfg.entry).startdepth = Some(0);
    while let Some(b) = scan.todo.pop() {
        let block = cfg.block_mut(b);
        if block.facts.any(Facts::LOADS_FAST) {
            scan.block(block)?;
            for (instr, strong) in block.instrs.iter_mut().zip(&scan.strong) {
                match instr.op {
                    Op::LOAD_FAST if !strong => instr.op = Op::LOAD_FAST_BORROW,
                    Op::LOAD_FAST_LOAD_FAST if !strong => instr.op = Op::LOAD_FAST_BORROW_LOAD_FAST_BORROW,
                    _ => {}
                }
            }
        }
        // SEND and FOR_ITER, too, leave at their target what they leave for the next instruction.
        let jump = block.jump().and_then(|at| block.instrs[at].target);
        let next = block.next.filter(|_| !block.instrs.is_empty() && block.has_fallthrough());
        for reached in jump.into_iter().chain(next) {
            scan.reach(reached);
        }
    }
    let Scan { refs, strong, todo, .. } = scan;
    cfg.borrowing = Memory { refs, strong };
    cfg.stack = todo;
    Ok(())
}

impl Scan {
    /// Finds out which values that the block makes may not be borrowed.
    fn block(&mut self, block: &Block) -> Result<(), Error> {
        self.strong.clear();
        self.strong.resize(block.instrs.len(), false);
        self.refs.clear();
        let depth = block.startdepth.unwrap_or(0) as usize;
        self.refs.resize(depth, Ref { from: NOTHING, local: NOTHING });
        for (i, instr) in block.instrs.iter().enumerate() {
            self.instr(i, instr.op, instr.arg)?;
        }
        while let Some(r) = self.refs.pop() {
            self.mark_strong(r);
        }
        Ok(())
    }

    /// Where the value comes from it may not be borrowed.
    fn mark_strong(&mut self, r: Ref) {
        if let Some(strong) = self.strong.get_mut(r.from as usize) {
            *strong = true;
        }
    }

    fn reach(&mut self, b: BlockId) {
        if self.visited.insert(b) {
            self.todo.push(b);
        }
    }

    fn push(&mut self, from: usize, local: u32) {
        self.refs.push(Ref { from: from as u32, local });
    }

    fn pop(&mut self) -> Result<Ref, Error> {
        self.refs.pop().ok_or(Error::StackUnderflow)
    }

    fn drop(&mut self, n: u32) -> Result<(), Error> {
        let left = self.refs.len().checked_sub(n as usize).ok_or(Error::StackUnderflow)?;
        self.refs.truncate(left);
        Ok(())
    }

    /// References to a local must not outlive the value it has now.
    fn kill(&mut self, local: u32) {
        for r in self.refs.iter().filter(|r| r.local == local) {
            if let Some(strong) = self.strong.get_mut(r.from as usize) {
                *strong = true;
            }
        }
    }

    fn store(&mut self, local: u32) -> Result<(), Error> {
        let value = self.pop()?;
        self.kill(local);
        self.mark_strong(value);
        Ok(())
    }

    fn instr(&mut self, i: usize, op: Op, arg: u32) -> Result<(), Error> {
        let effect = || effect(op, arg).ok_or(Error::Operand(op, arg));
        match op {
            Op::LOAD_FAST => self.push(i, arg),
            Op::LOAD_FAST_AND_CLEAR => {
                self.kill(arg);
                self.push(i, arg);
            }
            Op::LOAD_FAST_LOAD_FAST => {
                self.push(i, arg >> 4);
                self.push(i, arg & 15);
            }
            Op::STORE_FAST => self.store(arg)?,
            Op::STORE_FAST_LOAD_FAST => {
                self.store(arg >> 4)?;
                self.push(i, arg & 15);
            }
            Op::STORE_FAST_STORE_FAST => {
                self.store(arg >> 4)?;
                self.store(arg & 15)?;
            }
            Op::COPY => {
                let at = self.refs.len().checked_sub(arg as usize).ok_or(Error::StackUnderflow)?;
                self.refs.push(self.refs[at]);
            }
            Op::SWAP => {
                let at = self.refs.len().checked_sub(arg as usize).ok_or(Error::StackUnderflow)?;
                let top = self.refs.len() - 1;
                self.refs.swap(at, top);
            }
            Op::DELETE_FAST => self.kill(arg),
            // These leave what they look at, or may give it back.
            Op::FORMAT_SIMPLE
            | Op::GET_ANEXT
            | Op::GET_LEN
            | Op::GET_YIELD_FROM_ITER
            | Op::IMPORT_FROM
            | Op::MATCH_KEYS
            | Op::MATCH_MAPPING
            | Op::MATCH_SEQUENCE
            | Op::WITH_EXCEPT_START => {
                // CPython 3.14 mistakes the count of pushed values for the instruction: what becomes of them
                // is held against the first instructions of the block.
                let e = effect()?;
                for count in 0..e.pushes.saturating_sub(e.pops) {
                    self.push(count as usize, NOTHING);
                }
            }
            Op::FOR_ITER => self.push(i, NOTHING),
            Op::DICT_MERGE
            | Op::DICT_UPDATE
            | Op::LIST_APPEND
            | Op::LIST_EXTEND
            | Op::MAP_ADD
            | Op::RERAISE
            | Op::SET_ADD
            | Op::SET_UPDATE => {
                let e = effect()?;
                self.drop(e.pops - e.pushes)?;
            }
            Op::END_SEND | Op::SET_FUNCTION_ATTRIBUTE => {
                let top = self.pop()?;
                self.drop(1)?;
                self.refs.push(top);
            }
            Op::CHECK_EXC_MATCH | Op::SEND => {
                self.drop(1)?;
                self.push(i, NOTHING);
            }
            Op::LOAD_SPECIAL | Op::PUSH_EXC_INFO => {
                let top = self.pop()?;
                self.push(i, NOTHING);
                self.refs.push(top);
            }
            Op::LOAD_ATTR | Op::LOAD_SUPER_ATTR => {
                let object = self.pop()?;
                self.drop(effect()?.pops - 1)?;
                self.push(i, NOTHING);
                if arg & 1 == 1 {
                    self.refs.push(object); // the method's self
                }
            }
            // For block pushes as well: on the way on they do nothing.
            _ => {
                let e = effect()?;
                self.drop(e.pops)?;
                for _ in 0..e.pushes {
                    self.push(i, NOTHING);
                }
            }
        }
        Ok(())
    }
}
