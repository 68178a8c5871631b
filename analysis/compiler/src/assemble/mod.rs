//! The last stage: from the optimised instructions to the code object (`Python/assemble.c`).

mod jumps;
mod tables;

use std::fmt;
use std::sync::Arc;

use bytecode::{CodeObject, Op, PyString, flags, local_kind};
use smallvec::SmallVec;

use crate::flowgraph::{self, Cfg};
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
    /// Where each instruction begins
    offsets: Vec<u32>,
    /// Code and tables before they are part of a code object
    bytes: Vec<u8>,
}

impl Assembler {
    /// Optimises a code unit and makes its code object (`_PyCompile_OptimizeAndAssemble`). It takes the names and constants
    /// out of `meta`.
    ///
    /// # Errors
    /// If the sequence is not well formed, which is a fault of code generation.
    pub fn optimize_and_assemble(
        &mut self,
        seq: &InstructionSequence,
        meta: &mut UnitMeta,
        code_flags: u32,
        filename: &PyString,
    ) -> Result<CodeObject, Error> {
        self.observed(seq, meta, code_flags, filename, &mut ())
    }

    /// The same, watched.
    pub(crate) fn observed(
        &mut self,
        seq: &InstructionSequence,
        meta: &mut UnitMeta,
        code_flags: u32,
        filename: &PyString,
        observer: &mut dyn flowgraph::Observer,
    ) -> Result<CodeObject, Error> {
        let lowered = flowgraph::run(&mut self.cfg, seq, meta, code_flags, observer)?;
        let mut code = lowered.code;
        jumps::resolve(&mut code, &mut self.offsets)?;
        jumps::bytes(&code.instrs, &self.offsets, &mut self.bytes)?;
        let bytes: Arc<[u8]> = self.bytes.as_slice().into();
        self.bytes =
            tables::lines(&mut code, &self.offsets, meta.firstlineno, std::mem::take(&mut self.bytes));
        let linetable = self.bytes.as_slice().into();
        self.bytes.clear();
        tables::exceptions(&code, &self.offsets, &mut self.bytes);
        let exceptiontable = self.bytes.as_slice().into();
        self.cfg.recycle(code);
        let (localsplusnames, localspluskinds) = locals(meta, code_flags, lowered.nlocalsplus as usize);
        let mut consts = lowered.consts.into_items();
        let shared_consts = consts.drain(..).collect();
        meta.consts.recycle(consts);
        Ok(CodeObject {
            argcount: meta.posonlyargcount + meta.argcount,
            posonlyargcount: meta.posonlyargcount,
            kwonlyargcount: meta.kwonlyargcount,
            stacksize: lowered.stacksize,
            flags: code_flags,
            code: bytes,
            consts: shared_consts,
            names: meta.names.drain(..).collect(),
            localsplusnames,
            localspluskinds,
            filename: filename.clone(),
            name: std::mem::take(&mut meta.name),
            qualname: std::mem::take(&mut meta.qualname),
            firstlineno: meta.firstlineno,
            linetable,
            exceptiontable,
        })
    }
}

/// Names and kinds of the frame's slots (`compute_localsplus_info`). It takes the names out of `meta`.
fn locals(meta: &mut UnitMeta, code_flags: u32, count: usize) -> (Arc<[PyString]>, Arc<[u8]>) {
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
    let mut kinds: SmallVec<[u8; 64]> = SmallVec::with_capacity(count);
    for (name, argument) in meta.varnames.items().iter().zip(arguments) {
        let hidden = if meta.fasthidden.contains(name) { HIDDEN } else { 0 };
        let cell = if meta.cellvars.get(name).is_some() { CELL } else { 0 };
        kinds.push(LOCAL | argument | hidden | cell);
    }
    // Cells that are locals have their slot already.
    let cells = meta.cellvars.items().iter().filter(|name| meta.varnames.get(*name).is_none()).cloned();
    let cells: SmallVec<[PyString; 4]> = cells.collect();
    kinds.extend(std::iter::repeat_n(CELL, cells.len()));
    kinds.extend(std::iter::repeat_n(FREE, meta.freevars.len()));
    debug_assert_eq!(kinds.len(), count);
    let names = if cells.is_empty() && meta.freevars.is_empty() {
        meta.varnames.drain().collect()
    } else {
        let free = std::mem::take(&mut meta.freevars).into_items();
        meta.varnames.drain().chain(cells).chain(free).collect()
    };
    (names, kinds.as_slice().into())
}
