//! `LOAD_FAST_CHECK` where a local may have no value (`add_checks_for_loads_of_uninitialized_variables`).

use bytecode::Op;

use smallvec::{SmallVec, smallvec};

use super::{BlockId, BlockSet, Cfg, Facts};

/// Locals that are followed through the whole graph; those after them only within blocks.
const TRACKED: usize = 64;

/// What an instruction does to a local
#[derive(PartialEq, Eq)]
enum Local {
    Bound,
    Unbound,
    Loaded,
}

struct Analysis<'a> {
    cfg: &'a mut Cfg,
    /// By block: bit i is set if local i may be uninitialised at its start
    unsafe_at: SmallVec<[u64; 32]>,
    waiting: BlockSet,
    stack: Vec<BlockId>,
}

pub(super) fn add_checks(cfg: &mut Cfg, nlocals: usize, nparams: usize) {
    // Parameters have values, until they lose them.
    if !cfg.facts.any(Facts::LOADS_FAST) || nlocals <= nparams && !cfg.facts.any(Facts::UNBINDS) {
        return;
    }
    if nlocals > TRACKED {
        scan_untracked(cfg, nlocals);
    }
    let stack = std::mem::take(&mut cfg.stack);
    let mut analysis = Analysis { unsafe_at: smallvec![0; cfg.len], waiting: BlockSet::new(cfg), stack, cfg };
    let at_start = (nparams..nlocals.min(TRACKED)).fold(0, |mask, i| mask | 1 << i);
    analysis.flow(analysis.cfg.entry, at_start);
    // Every block is scanned once at least, for the sake of DELETE_FAST.
    let mut at = Some(analysis.cfg.entry);
    while let Some(b) = at {
        analysis.scan(b);
        at = analysis.cfg.block(b).next;
    }
    while let Some(b) = analysis.stack.pop() {
        if analysis.waiting.contains(b) {
            analysis.scan(b);
        }
    }
    let stack = analysis.stack;
    cfg.stack = stack;
}

impl Analysis<'_> {
    /// Says that the locals in `mask` may be uninitialised at the start of `b`.
    fn flow(&mut self, b: BlockId, mask: u64) {
        let known = &mut self.unsafe_at[b.index()];
        if *known | mask != *known {
            *known |= mask;
            if self.waiting.insert(b) {
                self.stack.push(b);
            }
        }
    }

    fn scan(&mut self, b: BlockId) {
        self.waiting.remove(b);
        let mut mask = self.unsafe_at[b.index()];
        let mut instrs = std::mem::take(&mut self.cfg.block_mut(b).instrs);
        let nothing = !self.cfg.facts.any(Facts::HANDLERS) && !self.cfg.block(b).facts.any(Facts::LOCALS);
        let scanned = if nothing { &mut [][..] } else { &mut instrs[..] };
        for instr in scanned {
            if let Some(handler) = instr.except {
                self.flow(handler, mask);
            }
            let kind = match instr.op {
                Op::DELETE_FAST | Op::LOAD_FAST_AND_CLEAR | Op::STORE_FAST_MAYBE_NULL => Local::Unbound,
                Op::STORE_FAST | Op::LOAD_FAST_CHECK => Local::Bound,
                Op::LOAD_FAST => Local::Loaded,
                _ => continue,
            };
            if instr.arg as usize >= TRACKED {
                continue;
            }
            let bit = 1 << instr.arg;
            if kind == Local::Loaded && mask & bit != 0 {
                instr.op = Op::LOAD_FAST_CHECK;
            }
            mask = if kind == Local::Unbound { mask | bit } else { mask & !bit };
        }
        self.cfg.block_mut(b).instrs = instrs;
        let block = self.cfg.block(b);
        let next = block.next.filter(|_| block.has_fallthrough());
        let jump = block.last().filter(|i| i.is_jump()).and_then(|i| i.target);
        for target in next.into_iter().chain(jump) {
            self.flow(target, mask);
        }
    }
}

/// Locals past the tracked ones are safe only after a load or store in the same block.
fn scan_untracked(cfg: &mut Cfg, nlocals: usize) {
    // By local: the number of the block in which it is known to have a value
    let mut known_in = vec![0u32; nlocals];
    let mut number = 0;
    cfg.each_block(|cfg, b| {
        number += 1;
        for instr in &mut cfg.block_mut(b).instrs {
            let local = instr.arg as usize;
            let Some(known) = known_in.get_mut(local).filter(|_| local >= TRACKED) else { continue };
            match instr.op {
                Op::DELETE_FAST | Op::LOAD_FAST_AND_CLEAR | Op::STORE_FAST_MAYBE_NULL => *known = number - 1,
                Op::STORE_FAST => *known = number,
                Op::LOAD_FAST => {
                    if *known != number {
                        instr.op = Op::LOAD_FAST_CHECK;
                    }
                    *known = number;
                }
                _ => {}
            }
        }
    });
}
