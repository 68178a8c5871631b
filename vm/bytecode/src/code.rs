//! The code object: everything CPython's `PyCodeObject` shows as `co_*`.

use std::sync::Arc;

use crate::{Consts, PyString};

/// Bits of the flags of `compile()` (`PyCF_*`); those of future features are in [`flags`].
pub mod compile_flags {
    /// The bits that go into `co_flags` as they are (`PyCF_MASK`)
    pub const FUTURE_MASK: u32 = 0x1FE_0000;
    /// Text that ends inside of a block is whole
    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    /// A tree in place of code
    pub const ONLY_AST: u32 = 0x400;
    /// Comments that give types are part of the grammar
    pub const TYPE_COMMENTS: u32 = 0x1000;
    /// `await` outside of functions
    pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
    /// Text that ends too early is an error of its own
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
    /// The bit more than [`ONLY_AST`] that a tree with folded constants takes
    pub const OPTIMIZED_AST: u32 = 0x8000;
}

/// Bits of `co_flags`.
pub mod flags {
    /// Locals are in fast slots
    pub const OPTIMIZED: u32 = 0x1;
    /// A call makes new locals
    pub const NEWLOCALS: u32 = 0x2;
    /// `*args`
    pub const VARARGS: u32 = 0x4;
    /// `**kwargs`
    pub const VARKEYWORDS: u32 = 0x8;
    /// Inside a function
    pub const NESTED: u32 = 0x10;
    /// A generator function
    pub const GENERATOR: u32 = 0x20;
    /// An `async def`
    pub const COROUTINE: u32 = 0x80;
    /// A generator that may be awaited (`types.coroutine`)
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// An `async def` with `yield`
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import division`, and so on
    pub const FUTURE_DIVISION: u32 = 0x20000;
    #[allow(missing_docs)]
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    #[allow(missing_docs)]
    pub const FUTURE_WITH_STATEMENT: u32 = 0x80000;
    #[allow(missing_docs)]
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x100000;
    #[allow(missing_docs)]
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x200000;
    #[allow(missing_docs)]
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    #[allow(missing_docs)]
    pub const FUTURE_GENERATOR_STOP: u32 = 0x800000;
    #[allow(missing_docs)]
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    /// The first constant is the docstring
    pub const HAS_DOCSTRING: u32 = 0x4000000;
    /// A function in a class body
    pub const METHOD: u32 = 0x8000000;
    /// The names `dis` gives to bits
    pub const NAMES: &[(u32, &str)] = &[
        (OPTIMIZED, "OPTIMIZED"),
        (NEWLOCALS, "NEWLOCALS"),
        (VARARGS, "VARARGS"),
        (VARKEYWORDS, "VARKEYWORDS"),
        (NESTED, "NESTED"),
        (GENERATOR, "GENERATOR"),
        (0x40, "NOFREE"),
        (COROUTINE, "COROUTINE"),
        (ITERABLE_COROUTINE, "ITERABLE_COROUTINE"),
        (ASYNC_GENERATOR, "ASYNC_GENERATOR"),
        (HAS_DOCSTRING, "HAS_DOCSTRING"),
        (METHOD, "METHOD"),
    ];

    /// The names of bits, and those that have none as a number.
    pub fn words(bits: u32) -> String {
        let named = NAMES.iter().filter(|(bit, _)| bits & bit != 0);
        let rest = bits & !NAMES.iter().fold(0, |all, (bit, _)| all | bit);
        let mut words: Vec<String> = named.map(|(_, word)| (*word).to_owned()).collect();
        if rest != 0 || words.is_empty() {
            words.push(format!("{rest:#x}"));
        }
        words.join(" ")
    }
}

/// What a slot of the frame's locals is: the bits of `co_localspluskinds`.
pub mod local_kind {
    /// A positional argument (or `*args`'s slot, with [`VAR`])
    pub const ARG_POS: u8 = 0x02;
    /// An argument that can be passed by keyword
    pub const ARG_KW: u8 = 0x04;
    /// `*args` or `**kwargs`
    pub const ARG_VAR: u8 = 0x08;
    /// A hidden local of an inlined comprehension
    pub const HIDDEN: u8 = 0x10;
    /// A local
    pub const LOCAL: u8 = 0x20;
    /// A cell variable
    pub const CELL: u8 = 0x40;
    /// A free variable
    pub const FREE: u8 = 0x80;
    /// All argument bits
    pub const ARG: u8 = ARG_POS | ARG_KW | ARG_VAR;
}

/// A code object. Two are equal as CPython's are: filename and qualname do not count.
#[derive(Clone, Debug, Default)]
pub struct CodeObject {
    /// Positional parameters, the positional-only ones included
    pub argcount: u32,
    /// Positional-only parameters
    pub posonlyargcount: u32,
    /// Keyword-only parameters
    pub kwonlyargcount: u32,
    /// Deepest value stack, in values
    pub stacksize: u32,
    /// [`flags`]
    pub flags: u32,
    /// Instructions and inline caches, two bytes each
    pub code: Arc<[u8]>,
    /// `co_consts`
    pub consts: Consts,
    /// `co_names`
    pub names: Arc<[PyString]>,
    /// Names of the frame's slots: locals, cells, free variables
    pub localsplusnames: Arc<[PyString]>,
    /// What each slot is, [`local_kind`]
    pub localspluskinds: Arc<[u8]>,
    /// `co_filename`
    pub filename: PyString,
    /// `co_name`
    pub name: PyString,
    /// `co_qualname`
    pub qualname: PyString,
    /// Line of the `def`, or of the first decorator
    pub firstlineno: i32,
    /// Positions of instructions, see [`crate::linetable`]
    pub linetable: Arc<[u8]>,
    /// Exception handlers, see [`crate::exceptiontable`]
    pub exceptiontable: Arc<[u8]>,
}

impl CodeObject {
    fn slots(&self, kind: u8) -> impl Iterator<Item = &PyString> {
        self.localsplusnames
            .iter()
            .zip(self.localspluskinds.iter())
            .filter(move |(_, k)| *k & kind != 0)
            .map(|(n, _)| n)
    }

    /// `co_varnames`
    pub fn varnames(&self) -> impl Iterator<Item = &PyString> {
        self.slots(local_kind::LOCAL)
    }

    /// `co_cellvars`
    pub fn cellvars(&self) -> impl Iterator<Item = &PyString> {
        self.slots(local_kind::CELL)
    }

    /// `co_freevars`
    pub fn freevars(&self) -> impl Iterator<Item = &PyString> {
        self.slots(local_kind::FREE)
    }

    /// `co_nlocals`
    pub fn nlocals(&self) -> usize {
        self.varnames().count()
    }

    /// Slots of the frame before its value stack
    pub fn nlocalsplus(&self) -> usize {
        self.localsplusnames.len()
    }

    /// The code objects among the constants, in order
    pub fn children(&self) -> impl Iterator<Item = &Arc<CodeObject>> {
        self.consts.iter().filter_map(|c| c.as_code())
    }
}

impl PartialEq for CodeObject {
    fn eq(&self, other: &CodeObject) -> bool {
        self.name == other.name
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags == other.flags
            && self.firstlineno == other.firstlineno
            && self.code == other.code
            && self.consts == other.consts
            && self.names == other.names
            && self.localsplusnames == other.localsplusnames
            && self.localspluskinds == other.localspluskinds
            && self.linetable == other.linetable
            && self.exceptiontable == other.exceptiontable
    }
}

impl Eq for CodeObject {}
