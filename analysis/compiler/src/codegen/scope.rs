//! A code unit under construction (`struct compiler_unit` in CPython's `compile.c`).

use std::collections::BTreeSet;

use bytecode::PyString;
use rustc_hash::{FxHashMap, FxHashSet};
use symtable::{BlockId, Flags, Scope as NameScope, Symbol, SymbolTable};

use super::names::{Name, Names};
use super::node::{Cx, Stmt};
use crate::instr::{IndexTable, InstructionSequence, Label, Location, UnitMeta};
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
    /// The symbol of the block, once it was looked up
    symbol: Option<Option<Symbol>>,
    /// Index in `co_names`
    name: Option<u32>,
    /// Index among the locals
    local: Option<u32>,
}

/// Memory of code units that were finished, for those to come
#[derive(Default)]
pub(crate) struct Memory {
    seq: InstructionSequence,
    meta: UnitMeta,
    known: FxHashMap<Name, Known>,
}

/// A code unit under construction.
pub(crate) struct Scope<'a> {
    pub kind: ScopeKind,
    pub block: BlockId,
    pub seq: InstructionSequence,
    /// The unit's own sequence while that of its annotations is filled.
    pub main_seq: Option<InstructionSequence>,
    pub meta: UnitMeta,
    /// The class whose private names are mangled.
    pub private: Option<&'a str>,
    known: FxHashMap<Name, Known>,
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
        table: &SymbolTable,
        names: &mut Names,
        kind: ScopeKind,
        block: BlockId,
        line: i32,
        private: Option<&'a str>,
        memory: Memory,
    ) -> Scope<'a> {
        let facts = table.block(block);
        let mut cellvars = by_scope(table, names, block, NameScope::Cell, Flags::DEF_COMP_CELL);
        for (needed, name) in [
            (facts.needs_class_closure, "__class__"),
            (facts.needs_classdict, "__classdict__"),
            (facts.has_conditional_annotations, "__conditional_annotations__"),
        ] {
            if needed {
                cellvars.add(shared(names, name));
            }
        }
        let Memory { seq, mut meta, known } = memory;
        for name in table.varnames(block) {
            meta.varnames.add(shared(names, name));
        }
        meta.nparams = table.varnames(block).len() as u32;
        meta.freevars = by_scope(table, names, block, NameScope::Free, Flags::DEF_FREE_CLASS);
        meta.cellvars = cellvars;
        meta.firstlineno = line;
        Scope {
            kind,
            block,
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

    /// The memory of the unit, which is finished: emptied, and none that is so large that emptying it costs more than
    /// getting new one.
    pub fn into_memory(self) -> Memory {
        const LARGE: usize = 1024;
        let Scope { mut seq, mut meta, mut known, .. } = self;
        seq.clear();
        meta.clear();
        known.clear();
        known.shrink_to(LARGE);
        Memory { seq, meta, known }
    }

    /// The index in `co_names` of a (mangled) name, which is appended if it is new.
    pub fn add_name(&mut self, names: &Names, name: Name) -> u32 {
        let list = &mut self.meta.names;
        *self.known.entry(name).or_default().name.get_or_insert_with(|| {
            list.push(names.text(name).clone());
            list.len() as u32 - 1
        })
    }

    /// The index among the locals of a (mangled) name, which is appended if it is new.
    pub fn add_local(&mut self, names: &Names, name: Name) -> u32 {
        let varnames = &mut self.meta.varnames;
        let known = self.known.entry(name).or_default();
        *known.local.get_or_insert_with(|| varnames.add(names.text(name).clone()))
    }

    /// [`symbol`](Self::symbol) of a name that may come again.
    pub fn symbol_of(&mut self, table: &SymbolTable, names: &Names, name: Name) -> Option<Symbol> {
        if !self.overrides.is_empty()
            && let Some(symbol) = self.overrides.get(names.as_str(name))
        {
            return Some(*symbol);
        }
        let known = self.known.entry(name).or_default();
        *known.symbol.get_or_insert_with(|| table.symbol(self.block, names.as_str(name)))
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
        let function_like = table.block(self.block).is_function_like();
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

/// The names of a block with this scope or flag, in order of the alphabet (`dictbytype`).
fn by_scope(
    table: &SymbolTable,
    names: &mut Names,
    block: BlockId,
    scope: NameScope,
    flag: Flags,
) -> IndexTable<PyString> {
    let symbols = table.symbols(block);
    let mut found: Vec<&str> = symbols
        .filter(|(_, symbol)| symbol.scope == Some(scope) || symbol.flags.contains(flag))
        .map(|(name, _)| name)
        .collect();
    found.sort_unstable();
    found.into_iter().map(|name| shared(names, name)).collect()
}
