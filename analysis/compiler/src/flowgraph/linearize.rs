//! The graph as a sequence again, with indices for targets and handlers.

use bytecode::Op;

use super::Cfg;
use crate::instr::Location;

/// A handler of the instructions that name it
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// The handler of exceptions raised here
    pub handler: Option<Handler>,
}

/// Instructions in the final order
pub type Linear = Vec<LinearInstr>;

pub(super) fn run(cfg: &Cfg) -> Linear {
    let order = cfg.order();
    let mut start = vec![0; cfg.len];
    let mut count = 0;
    for &b in order.iter() {
        start[b.index()] = count;
        count += cfg.block(b).instrs.len() as u32;
    }
    let mut out = Vec::with_capacity(count as usize);
    for &b in order.iter() {
        out.extend(cfg.block(b).instrs.iter().map(|instr| LinearInstr {
            op: instr.op,
            arg: instr.target.map_or(instr.arg, |t| start[t.index()]),
            loc: instr.loc,
            handler: instr.except.map(|h| {
                let handler = cfg.block(h);
                Handler {
                    target: start[h.index()],
                    startdepth: handler.startdepth.unwrap_or(0),
                    preserve_lasti: handler.preserve_lasti,
                }
            }),
        }));
    }
    out
}
