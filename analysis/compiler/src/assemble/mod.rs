//! The last stage: from the optimised instructions to the code object (`Python/assemble.c`).

mod jumps;
mod tables;

use std::fmt;
use std::sync::Arc;

use bytecode::{CodeObject, Op, PyString, flags, local_kind};

use crate::flowgraph::{self, Cfg, Lowered};
use crate::instr::{InstructionSequence, UnitMeta};

/// What is wrong with an instruction sequence: all of these are faults of the code that made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// A jump to a label that stands nowhere
    UnplacedLabel,
    /// A jump or exit inside a block, or an unbalanced `POP_BLOCK`
    MalformedGraph,
    /// An instruction takes more from the stack than there is
    StackUnderflow,
    /// Two ways to an instruction leave different depths
    InconsistentDepth,
    /// An operand that makes no sense for the opcode
    Operand(Op, u32),
    /// A cell or free variable that the unit does not have
    CellIndex,
    /// A pseudo-instruction that has no place in code
    Pseudo(Op),
    /// Code longer than operands can span
    TooLarge,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::UnplacedLabel => f.write_str("jump to a label that was never placed"),
            Error::MalformedGraph => f.write_str("malformed control flow graph."),
            Error::StackUnderflow => f.write_str("Invalid CFG, stack underflow"),
            Error::InconsistentDepth => f.write_str("Invalid CFG, inconsistent stackdepth"),
            Error::Operand(op, arg) => write!(f, "bad operand of {op:?}: {arg}"),
            Error::CellIndex => f.write_str("cell index out of range"),
            Error::Pseudo(op) => write!(f, "pseudo-instruction {op:?} in the final code"),
            Error::TooLarge => f.write_str("code object too large"),
        }
    }
}

impl std::error::Error for Error {}

/// Makes code objects, one after the other, in memory that it keeps.
#[derive(Debug, Default)]
pub struct Assembler {
    cfg: Cfg,
}

impl Assembler {
    /// Optimises a code unit and makes its code object (`_PyCompile_OptimizeAndAssemble`).
    ///
    /// # Errors
    /// If the sequence is not well formed, which is a fault of code generation.
    pub fn optimize_and_assemble(
        &mut self,
        seq: &InstructionSequence,
        meta: UnitMeta,
        code_flags: u32,
        filename: &PyString,
    ) -> Result<CodeObject, Error> {
        self.observed(seq, meta, code_flags, filename, &mut ())
    }

    /// The same, watched.
    pub(crate) fn observed(
        &mut self,
        seq: &InstructionSequence,
        mut meta: UnitMeta,
        code_flags: u32,
        filename: &PyString,
        observer: &mut dyn flowgraph::Observer,
    ) -> Result<CodeObject, Error> {
        let lowered = flowgraph::run(&mut self.cfg, seq, &mut meta, code_flags, observer)?;
        assemble(lowered, meta, code_flags, filename)
    }
}

/// The code object of what the passes have left.
fn assemble(
    lowered: Lowered,
    meta: UnitMeta,
    code_flags: u32,
    filename: &PyString,
) -> Result<CodeObject, Error> {
    let mut code = lowered.code;
    let offsets = jumps::resolve(&mut code.instrs)?;
    let units = offsets.last().copied().unwrap_or(0);
    let (localsplusnames, localspluskinds) = locals(&meta, code_flags, lowered.nlocalsplus as usize);
    Ok(CodeObject {
        argcount: meta.posonlyargcount + meta.argcount,
        posonlyargcount: meta.posonlyargcount,
        kwonlyargcount: meta.kwonlyargcount,
        stacksize: lowered.stacksize,
        flags: code_flags,
        code: jumps::bytes(&code.instrs, units)?.into(),
        consts: lowered.consts.into_items().into(),
        names: meta.names.into_items().into(),
        localsplusnames,
        localspluskinds,
        filename: filename.clone(),
        name: meta.name,
        qualname: meta.qualname,
        firstlineno: meta.firstlineno,
        linetable: tables::lines(&mut code.instrs, &offsets, meta.firstlineno).into(),
        exceptiontable: tables::exceptions(&code, &offsets).into(),
    })
}

/// Names and kinds of the frame's slots (`compute_localsplus_info`).
fn locals(meta: &UnitMeta, code_flags: u32, count: usize) -> (Arc<[PyString]>, Arc<[u8]>) {
    use local_kind::{ARG_KW, ARG_POS, ARG_VAR, CELL, FREE, HIDDEN, LOCAL};
    let groups = [
        (meta.posonlyargcount, ARG_POS),
        (meta.argcount, ARG_POS | ARG_KW),
        (meta.kwonlyargcount, ARG_KW),
        (u32::from(code_flags & flags::VARARGS != 0), ARG_VAR | ARG_POS),
        (u32::from(code_flags & flags::VARKEYWORDS != 0), ARG_VAR | ARG_KW),
        (u32::MAX, 0),
    ];
    let arguments = groups.into_iter().flat_map(|(n, kind)| std::iter::repeat_n(kind, n as usize));
    let mut slots: Vec<(PyString, u8)> = Vec::with_capacity(count);
    for (name, argument) in meta.varnames.items().iter().zip(arguments) {
        let hidden = if meta.fasthidden.contains(name) { HIDDEN } else { 0 };
        let cell = if meta.cellvars.get(name).is_some() { CELL } else { 0 };
        slots.push((name.clone(), LOCAL | argument | hidden | cell));
    }
    // Cells that are locals have their slot already.
    let cells = meta.cellvars.items().iter().filter(|name| meta.varnames.get(*name).is_none());
    slots.extend(cells.map(|name| (name.clone(), CELL)));
    slots.extend(meta.freevars.items().iter().map(|name| (name.clone(), FREE)));
    debug_assert_eq!(slots.len(), count);
    (slots.iter().map(|s| s.0.clone()).collect(), slots.iter().map(|s| s.1).collect())
}
