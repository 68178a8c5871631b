//! What code generation hands to the flow graph and the assembler: an instruction sequence with labels and
//! source locations, and the metadata of the code unit. CPython's `instruction_sequence.c` and
//! `_PyCompile_CodeUnitMetadata`.
//!
//! The next stage, [`Assembler`](crate::assemble::Assembler), takes both; an error means that the sequence is malformed,
//! which is a bug of code generation.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

use bytecode::{Const, Op, PyString};
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashSet};

/// A place to jump to, made by [`InstructionSequence::new_label`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Label(pub u32);

/// The source of an instruction: lines from 1, columns in UTF-8 bytes from 0; −1 where unknown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Location {
    /// First line; −1: no location, −2: that of the next instruction
    pub line: i32,
    /// Last line
    pub end_line: i32,
    /// Column of the start in the first line
    pub col: i32,
    /// Column of the end in the last line
    pub end_col: i32,
}

impl Location {
    /// No location: the instruction is artificial.
    pub const NONE: Location = Location { line: -1, end_line: -1, col: -1, end_col: -1 };
    /// The location of the instruction that follows.
    pub const NEXT: Location = Location { line: -2, end_line: -2, col: -2, end_col: -2 };

    /// A line without columns
    pub const fn line(line: i32) -> Location {
        Location { line, end_line: line, col: -1, end_col: -1 }
    }
}

/// One instruction, real or pseudo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instr {
    /// The opcode
    pub op: Op,
    /// The operand; of an opcode with a target ([`Op::has_target`]) the label's number
    pub arg: u32,
    /// Its source
    pub loc: Location,
}

/// Largest operand of an instruction: CPython's limit in the compiler.
pub const MAX_ARG: u32 = (1 << 30) - 1;

/// Instructions in order, and where the labels stand in them.
#[derive(Clone, Debug, Default)]
pub struct InstructionSequence {
    /// The instructions
    pub instrs: Vec<Instr>,
    /// By label: index of the instruction it stands before, once used
    labels: Vec<Option<u32>>,
    /// Code that takes the place of `ANNOTATIONS_PLACEHOLDER`
    pub annotations: Option<Box<InstructionSequence>>,
}

impl InstructionSequence {
    /// Empties it, but for the memory.
    pub fn clear(&mut self) {
        self.instrs.clear();
        self.labels.clear();
        self.annotations = None;
    }

    /// Makes a label that stands nowhere yet.
    pub fn new_label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() as u32 - 1)
    }

    /// Puts a label before the next instruction.
    pub fn use_label(&mut self, label: Label) {
        self.labels[label.0 as usize] = Some(self.instrs.len() as u32);
    }

    /// Where the label stands, if it was used
    pub fn position(&self, label: Label) -> Option<u32> {
        *self.labels.get(label.0 as usize)?
    }

    /// Appends an instruction without operand (or with operand 0).
    pub fn emit(&mut self, op: Op, loc: Location) {
        self.emit_arg(op, 0, loc);
    }

    /// Appends an instruction with a plain operand.
    pub fn emit_arg(&mut self, op: Op, arg: u32, loc: Location) {
        debug_assert!(arg <= MAX_ARG, "{op:?} {arg}");
        self.instrs.push(Instr { op, arg, loc });
    }

    /// Appends a jump or a `SETUP_*`.
    pub fn emit_jump(&mut self, op: Op, target: Label, loc: Location) {
        debug_assert!(op.has_target(), "{op:?} takes no label");
        self.instrs.push(Instr { op, arg: target.0, loc });
    }

    /// Inserts an instruction before position `at`; labels at and after it move along.
    pub fn insert(&mut self, at: usize, instr: Instr) {
        self.instrs.insert(at, instr);
        for position in self.labels.iter_mut().flatten() {
            if *position as usize >= at {
                *position += 1;
            }
        }
    }

    /// The last instruction
    pub fn last(&self) -> Option<&Instr> {
        self.instrs.last()
    }
}

/// Indices that are not emptied
const LARGE: usize = 1024;

/// So many values are looked through; only when there are more are they hashed.
const FEW: usize = 8;

/// A list of distinct values with the index of each: `co_varnames` and its like while they grow.
#[derive(Clone, Debug)]
pub struct IndexTable<T> {
    items: Vec<T>,
    /// Indices of all values by their hashes, once there are more than [`FEW`]
    index: HashTable<u32>,
}

impl<T> Default for IndexTable<T> {
    fn default() -> Self {
        IndexTable { items: Vec::new(), index: HashTable::new() }
    }
}

impl<T: Eq + Hash> IndexTable<T> {
    /// The index of `value`, which is appended if it is new.
    pub fn add(&mut self, value: T) -> u32 {
        self.get(&value).unwrap_or_else(|| self.push(value))
    }

    /// The index of `value`, if it is there
    pub fn get<Q: Eq + Hash + ?Sized>(&self, value: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
    {
        if self.items.len() <= FEW {
            return self.items.iter().position(|item| item.borrow() == value).map(|i| i as u32);
        }
        let found = self.index.find(hash(value), |&i| self.items[i as usize].borrow() == value);
        found.copied()
    }

    /// Appends a value that is new; its index.
    fn push(&mut self, value: T) -> u32 {
        let next = self.items.len();
        self.items.push(value);
        if next >= FEW {
            let items = &self.items;
            let first = if next == FEW { 0 } else { next };
            for i in first..=next {
                self.index.insert_unique(hash(&items[i]), i as u32, |&i| hash(&items[i as usize]));
            }
        }
        next as u32
    }

    /// The values in order
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The values in order
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// Takes the values out, in order; the memory stays.
    pub(crate) fn drain(&mut self) -> std::vec::Drain<'_, T> {
        if !self.index.is_empty() {
            self.index = HashTable::new();
        }
        self.items.drain(..)
    }

    /// Empties it, but for the memory. (Emptying a large index costs more than getting a new one.)
    fn clear(&mut self) {
        self.items.clear();
        if self.index.capacity() > LARGE {
            self.index = HashTable::new();
        }
        self.index.clear();
    }

    /// How many there are
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    FxBuildHasher.hash_one(value)
}

impl IndexTable<PyString> {
    /// The index of a name, which is appended if it is new.
    pub fn add_name(&mut self, name: &str) -> u32 {
        self.get(name.as_bytes()).unwrap_or_else(|| self.push(name.into()))
    }
}

impl<T: Eq + Hash> FromIterator<T> for IndexTable<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut table = IndexTable::default();
        for value in values {
            table.add(value);
        }
        table
    }
}

/// `co_consts` while it grows: equal constants of the same type are one (`_PyCode_ConstantKey`); NaNs never are.
#[derive(Clone, Debug, Default)]
pub struct ConstTable(IndexTable<Const>);

impl ConstTable {
    /// The index of `value`, which is appended if it is new.
    pub fn add(&mut self, value: Const) -> u32 {
        match self.0.get(&value) {
            Some(index) if !value.has_nan() => index,
            _ => self.0.push(value),
        }
    }

    /// The constants in order
    pub fn items(&self) -> &[Const] {
        self.0.items()
    }

    /// Takes the constants out, in order.
    pub(crate) fn take_items(&mut self) -> Vec<Const> {
        let items = std::mem::take(&mut self.0.items);
        self.0.clear();
        items
    }

    /// Gets memory back.
    pub(crate) fn recycle(&mut self, mut items: Vec<Const>) {
        items.clear();
        self.0.items = items;
    }
}

/// What a code unit is besides its instructions.
#[derive(Clone, Debug, Default)]
pub struct UnitMeta {
    /// `co_name`
    pub name: PyString,
    /// `co_qualname`
    pub qualname: PyString,
    /// Constants, as `LOAD_CONST` indexes them
    pub consts: ConstTable,
    /// `co_names`
    pub names: Vec<PyString>,
    /// Locals; the parameters first, then those of inlined comprehensions too
    pub varnames: IndexTable<PyString>,
    /// Cell variables, in `co_cellvars`' order
    pub cellvars: IndexTable<PyString>,
    /// Free variables; `LOAD_DEREF` and its like index cell variables, then these
    pub freevars: IndexTable<PyString>,
    /// Locals that are hidden from `locals()`: fast locals of comprehensions inlined in a class or module
    pub fasthidden: FxHashSet<PyString>,
    /// Positional parameters, without the positional-only ones
    pub argcount: u32,
    /// Positional-only parameters
    pub posonlyargcount: u32,
    /// Keyword-only parameters
    pub kwonlyargcount: u32,
    /// All parameters, `*args` and `**kwargs` included: the length of the symbol table's `ste_varnames`
    pub nparams: u32,
    /// `co_firstlineno`
    pub firstlineno: i32,
}

impl UnitMeta {
    /// Makes it as new, but for the memory of the lists that most units have.
    pub(crate) fn clear(&mut self) {
        let UnitMeta { name, qualname, consts, names, varnames, cellvars, freevars, fasthidden, .. } = self;
        (*name, *qualname) = (PyString::default(), PyString::default());
        consts.0.clear();
        names.clear();
        [varnames, cellvars, freevars].into_iter().for_each(IndexTable::clear);
        fasthidden.clear();
        (self.argcount, self.posonlyargcount, self.kwonlyargcount) = (0, 0, 0);
        (self.nparams, self.firstlineno) = (0, 0);
    }
}
