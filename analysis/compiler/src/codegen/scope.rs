//! A code unit under construction (`struct compiler_unit` in CPython's `compile.c`).

use std::collections::BTreeSet;

use bytecode::PyString;
use rustc_hash::{FxHashMap, FxHashSet};
use symtable::{Block, BlockId, Flags, Scope as NameScope, Symbol, SymbolTable};

use super::names::{Name, Names};
use super::node::{Cx, Stmt};
use crate::instr::{InstructionSequence, Label, Location, UnitMeta};
use syntax::ast::{Ident, StmtList};

/// What kind of code a unit is (`COMPILE_SCOPE_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    /// Annotations, type parameters, type aliases.
    Annotations,
}

/// A block on the frame-block stack (`fblockinfo`).
#[derive(Clone, Copy)]
pub(crate) struct FBlock<'a> {
    pub kind: FBlockKind<'a>,
    pub block: Option<Label>,
    pub exit: Option<Label>,
    pub loc: Location,
}

/// What must be undone when control leaves a block (`COMPILE_FBLOCK_*`).
#[derive(Clone, Copy)]
pub(crate) enum FBlockKind<'a> {
    WhileLoop,
    ForLoop,
    TryExcept,
    FinallyTry(Cx<'a>, StmtList),
    FinallyEnd,
    With,
    AsyncWith,
    /// With the name that the handler binds, if any.
    HandlerCleanup(Option<(Cx<'a>, Ident)>),
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    /// It leaves nothing to do on the way out, but it counts.
    InlinedComprehension,
    StopIteration,
}

/// How an access to a name is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameOp {
    Fast,
    Global,
    Deref,
    Name,
}

/// What a code unit knows of a name.
#[derive(Clone, Copy, Default)]
struct Known {
    /// It was asked for.
    met: bool,
    /// The symbol of the block, once it was looked up
    symbol: Option<Option<Symbol>>,
    /// Index in `co_names`
    name: Option<u32>,
    /// Index among the locals
    local: Option<u32>,
}

/// What a code unit knows of the names of the file.
#[derive(Default)]
struct KnownNames {
    /// By name
    known: Vec<Known>,
    /// Those of which there is something to know
    met: Vec<Name>,
}

impl KnownNames {
    fn of(&mut self, name: Name) -> &mut Known {
        let index = name.index();
        if index >= self.known.len() {
            self.known.resize(index + 1, Known::default());
        }
        let known = &mut self.known[index];
        if !known.met {
            known.met = true;
            self.met.push(name);
        }
        known
    }

    fn clear(&mut self) {
        for name in self.met.drain(..) {
            self.known[name.index()] = Known::default();
        }
    }
}

/// Memory of code units that were finished, for those to come
#[derive(Default)]
pub(crate) struct Memory {
    seq: Box<InstructionSequence>,
    meta: Box<UnitMeta>,
    known: Box<KnownNames>,
}

/// A code unit under construction.
pub(crate) struct Scope<'a> {
    pub kind: ScopeKind,
    pub block: BlockId,
    /// What the symbol table says of it.
    pub facts: &'a Block,
    pub seq: Box<InstructionSequence>,
    /// The unit's own sequence while that of its annotations is filled.
    pub main_seq: Option<Box<InstructionSequence>>,
    pub meta: Box<UnitMeta>,
    /// The class whose private names are mangled.
    pub private: Option<&'a str>,
    known: Box<KnownNames>,
    pub fblocks: Vec<FBlock<'a>>,
    /// Symbols of an inlined comprehension that hide those of the block.
    pub overrides: FxHashMap<String, Symbol>,
    /// Names of inlined comprehensions that are fast locals now, although the block is no function.
    pub hidden: FxHashSet<String>,
    pub in_inlined_comprehension: u32,
    pub in_conditional: u32,
    /// Annotated variables, each with its number if it may not be reached.
    pub deferred_annotations: Vec<(Stmt<'a>, Option<u32>)>,
    pub next_conditional_annotation: u32,
    /// Attributes that methods set on `self`.
    pub static_attributes: BTreeSet<PyString>,
}

impl<'a> Scope<'a> {
    pub fn new(
        table: &'a SymbolTable,
        names: &mut Names,
        kind: ScopeKind,
        block: BlockId,
        line: i32,
        private: Option<&'a str>,
        memory: Memory,
    ) -> Scope<'a> {
        let facts = table.block(block);
        let Memory { seq, mut meta, known } = memory;
        add_captured(table, names, block, &mut meta);
        for (needed, name) in [
            (facts.needs_class_closure, "__class__"),
            (facts.needs_classdict, "__classdict__"),
            (facts.has_conditional_annotations, "__conditional_annotations__"),
        ] {
            if needed {
                meta.cellvars.add(shared(names, name));
            }
        }
        for name in table.varnames(block) {
            meta.varnames.add(shared(names, name));
        }
        meta.nparams = table.varnames(block).len() as u32;
        meta.firstlineno = line;
        Scope {
            kind,
            block,
            facts,
            seq,
            main_seq: None,
            meta,
            private,
            known,
            fblocks: Vec::new(),
            overrides: FxHashMap::default(),
            hidden: FxHashSet::default(),
            in_inlined_comprehension: 0,
            in_conditional: 0,
            deferred_annotations: Vec::new(),
            next_conditional_annotation: 0,
            static_attributes: BTreeSet::new(),
        }
    }

    /// The memory of the unit, which is finished: emptied.
    pub fn into_memory(self) -> Memory {
        let Scope { mut seq, mut meta, mut known, .. } = self;
        seq.clear();
        meta.clear();
        known.clear();
        Memory { seq, meta, known }
    }

    /// The index in `co_names` of a (mangled) name, which is appended if it is new.
    pub fn add_name(&mut self, names: &Names, name: Name) -> u32 {
        let list = &mut self.meta.names;
        *self.known.of(name).name.get_or_insert_with(|| {
            list.push(names.text(name).clone());
            list.len() as u32 - 1
        })
    }

    /// The index among the locals of a (mangled) name, which is appended if it is new.
    pub fn add_local(&mut self, names: &Names, name: Name) -> u32 {
        let varnames = &mut self.meta.varnames;
        let known = self.known.of(name);
        *known.local.get_or_insert_with(|| varnames.add(names.text(name).clone()))
    }

    /// [`symbol`](Self::symbol) of a name that may come again.
    pub fn symbol_of(&mut self, table: &SymbolTable, names: &Names, name: Name) -> Option<Symbol> {
        if !self.overrides.is_empty()
            && let Some(symbol) = self.overrides.get(names.as_str(name))
        {
            return Some(*symbol);
        }
        let BlockId { unit, block } = self.block;
        let look_up = || table.scopes(unit).symbol_of_bytes(block, names.text(name).as_bytes());
        *self.known.of(name).symbol.get_or_insert_with(look_up)
    }

    /// The symbol of a (mangled) name, as it stands inside the inlined comprehensions under way.
    pub fn symbol(&self, table: &SymbolTable, name: &str) -> Option<Symbol> {
        match self.overrides.get(name) {
            Some(symbol) => Some(*symbol),
            None => table.symbol(self.block, name),
        }
    }

    /// `_PyST_GetScope`
    pub fn name_scope(&self, table: &SymbolTable, name: &str) -> Option<NameScope> {
        self.symbol(table, name)?.scope
    }

    /// How to reach a (mangled) name (`_PyCompile_ResolveNameop`).
    pub fn name_op(&mut self, table: &SymbolTable, names: &Names, name: Name) -> (NameOp, Option<NameScope>) {
        let function_like = self.facts.is_function_like();
        let scope = self.symbol_of(table, names, name).and_then(|symbol| symbol.scope);
        let op = match scope {
            Some(NameScope::Free | NameScope::Cell) => NameOp::Deref,
            Some(NameScope::Local) if function_like || self.hidden.contains(names.as_str(name)) => {
                NameOp::Fast
            }
            Some(NameScope::GlobalImplicit) if function_like => NameOp::Global,
            Some(NameScope::GlobalExplicit) => NameOp::Global,
            _ => NameOp::Name,
        };
        (op, scope)
    }

    /// The operand of `LOAD_CLOSURE` and its like for a name that nested code captures (`_PyCompile_LookupArg`).
    pub fn closure_index(&self, table: &SymbolTable, name: &PyString) -> u32 {
        let text = name.to_string_lossy();
        let implicit = self.kind == ScopeKind::Class
            && matches!(&*text, "__class__" | "__classdict__" | "__conditional_annotations__");
        let cell = implicit || self.name_scope(table, &text) == Some(NameScope::Cell);
        let own = if cell { self.meta.cellvars.get(name) } else { None };
        own.or_else(|| self.free_index(&text)).or_else(|| self.meta.cellvars.get(name)).unwrap_or(0)
    }

    /// The operand for a free variable: these stand behind the cell variables.
    pub fn free_index(&self, name: &str) -> Option<u32> {
        Some(self.meta.cellvars.len() as u32 + self.meta.freevars.get(name.as_bytes())?)
    }
}

/// The one string for a name
fn shared(names: &mut Names, name: &str) -> PyString {
    let name = names.intern(name);
    names.text(name).clone()
}

/// Adds the cell variables and the free variables of a block, each in order of the alphabet (`dictbytype`).
fn add_captured(table: &SymbolTable, names: &mut Names, block: BlockId, meta: &mut UnitMeta) {
    let (mut cells, mut free) = (Vec::new(), Vec::new());
    for (name, symbol) in table.block(block).symbols.iter() {
        if symbol.scope == Some(NameScope::Cell) || symbol.flags.contains(Flags::DEF_COMP_CELL) {
            cells.push(table.name(block, *name));
        }
        if symbol.scope == Some(NameScope::Free) || symbol.flags.contains(Flags::DEF_FREE_CLASS) {
            free.push(table.name(block, *name));
        }
    }
    for (mut found, into) in [(cells, &mut meta.cellvars), (free, &mut meta.freevars)] {
        found.sort_unstable();
        for name in found {
            into.add(shared(names, name));
        }
    }
}
