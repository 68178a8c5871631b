//! The graph as a sequence again, with indices for targets and handlers.

use bytecode::Op;

use super::{BlockId, Cfg, Facts};
use crate::instr::Location;

/// A block as the handler of the instructions that name it
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Handler {
    /// Index of its first instruction
    pub target: u32,
    /// Depth of the stack when it starts, the exception included
    pub startdepth: u32,
    /// It finds the raising instruction's offset below the exception
    pub preserve_lasti: bool,
}

/// An instruction in the final order
#[derive(Clone, Copy, Debug)]
pub struct LinearInstr {
    /// The opcode, real but for the jumps whose direction is not known yet
    pub op: Op,
    /// The operand; index of the target where the opcode has one
    pub arg: u32,
    /// Its source
    pub loc: Location,
    /// The handler of exceptions raised here, to be asked for with [`Linear::handler`]
    pub handler: Option<BlockId>,
}

/// Instructions in the final order
#[derive(Clone, Debug, Default)]
pub struct Linear {
    /// The instructions
    pub instrs: Vec<LinearInstr>,
    /// The places of those that jump
    pub jumps: Vec<u32>,
    /// There are locations to be settled: [`Location::NEXT`]
    pub unsettled: bool,
    /// There may be instructions with a handler
    pub handled: bool,
    /// By block
    handlers: Vec<Handler>,
}

impl Linear {
    /// The handler in force at an instruction
    pub fn handler(&self, instr: &LinearInstr) -> Option<Handler> {
        instr.handler.map(|block| self.handlers[block.index()])
    }
}

pub(super) fn run(cfg: &mut Cfg) -> Linear {
    let Linear { mut instrs, mut jumps, mut handlers, .. } = std::mem::take(&mut cfg.linear);
    // Where blocks start, by block
    handlers.clear();
    handlers.resize(cfg.len, Handler::default());
    let mut count = 0;
    for b in cfg.order() {
        let block = cfg.block(b);
        handlers[b.index()] = Handler {
            target: count,
            startdepth: block.startdepth.unwrap_or(0),
            preserve_lasti: block.preserve_lasti,
        };
        count += block.instrs.len() as u32;
    }
    instrs.clear();
    instrs.reserve(count as usize);
    jumps.clear();
    for b in cfg.order() {
        let block = cfg.block(b);
        instrs.extend(block.instrs.iter().map(|instr| LinearInstr {
            op: instr.op,
            arg: instr.arg,
            loc: instr.loc,
            handler: instr.except,
        }));
        if let Some(at) = block.jump()
            && let Some(target) = block.instrs[at].target
        {
            let at = handlers[b.index()].target as usize + at;
            instrs[at].arg = handlers[target.index()].target;
            jumps.push(at as u32);
        }
    }
    Linear {
        instrs,
        jumps,
        unsettled: cfg.facts.any(Facts::NEXT_LINE),
        handled: cfg.facts.any(Facts::HANDLERS),
        handlers,
    }
}
