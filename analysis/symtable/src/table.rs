//! The symbol tables of a whole file: its units, linked.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use syntax::ast::{ChildId, Cursor, Span, Unit};
use text::TextRange;

use crate::block::{Block, BlockId, LocalBlock, Nested, Node, NodeKey, UnitIndex};
use crate::collect::{Collected, Context, Event, Memory, collect_in};
use crate::error::Error;
use crate::future::FutureFeatures;
use crate::mangle::mangle;
use crate::names::Name;
use crate::resolve::{Enclosing, Outcome, Scopes, add_globals, declared_globals, enclosing, resolve};
use crate::symbol::{Scope, Symbol};

/// How a file is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Features on from the start, as with `compile(…, flags)`; those the module imports are added.
    pub future: FutureFeatures,
    /// `await` outside of functions (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
    /// As the module `symtable` sees it, not the compiler, for which `__debug__` is a constant where it is read.
    pub uncompiled: bool,
}

/// A `SyntaxError` of the symbol table, with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolError {
    pub message: String,
    /// Lines from 1, columns in UTF-8 bytes from 0; CPython reports columns from 1.
    pub span: Span,
    /// Bytes of the file.
    pub range: TextRange,
}

/// The symbol tables of a file.
#[derive(Clone, Debug)]
pub struct SymbolTable {
    pub(crate) units: Vec<LinkedUnit>,
    /// The future features in force.
    future: FutureFeatures,
}

/// A unit of the file with its place among the others.
#[derive(Clone, Debug)]
pub(crate) struct LinkedUnit {
    pub scopes: Arc<Scopes>,
    /// Numbers of the nested units, by `ChildId`.
    pub children: FxHashMap<ChildId, UnitIndex>,
    /// The unit it stands in, as which child, and in which of its blocks.
    pub parent: Option<(UnitIndex, ChildId, LocalBlock)>,
    pub context: Context,
}

impl SymbolTable {
    /// Builds the tables of `module` and of all units in it. The errors are in CPython's order: the first is the one
    /// that CPython reports.
    pub fn build(module: &Unit, options: Options) -> (SymbolTable, Vec<SymbolError>) {
        let context = Context {
            future: options.future,
            top_level_await: options.top_level_await,
            uncompiled: options.uncompiled,
            ..Context::default()
        };
        let mut units = Vec::new();
        collect_all(module, context, None, &mut Memory::default(), &mut units);
        let globals = globals_of_units(&units);
        let mut first_pass = Vec::new();
        let is_error = |event: &Event| matches!(event, Event::Error(_));
        if units.iter().any(|unit| unit.collected.events.iter().any(is_error)) {
            located_errors(&units, Cursor::new(module), &mut first_pass);
        }
        if let Some(CollectedUnit { collected, children, .. }) = units.first_mut() {
            add_globals(collected, |child| globals[children[&child].0 as usize].clone());
        }
        let table = resolve_all(units);
        let mut errors = first_pass;
        let is_error = |outcome: &Outcome| matches!(outcome, Outcome::Error(_));
        if table.units.iter().any(|unit| unit.scopes.outcome.iter().any(is_error)) {
            table.errors_of(UnitIndex::MODULE, Cursor::new(module), &mut errors);
        }
        (table, errors)
    }

    /// The table of one unit on its own, under the number of a module. The units in it are there for what their
    /// headers open in this one; of their bodies nothing is known. `future` are the features in force in the file.
    pub fn of_unit(
        unit: &Unit,
        scopes: Arc<Scopes>,
        context: &Context,
        future: FutureFeatures,
    ) -> SymbolTable {
        let nothing = Arc::new(Scopes::default());
        let mut units = vec![LinkedUnit {
            scopes,
            children: FxHashMap::default(),
            parent: None,
            context: context.clone(),
        }];
        for (number, (child, _)) in (1..).zip(unit.children()) {
            units[0].children.insert(child, UnitIndex(number));
            units.push(LinkedUnit {
                scopes: nothing.clone(),
                children: FxHashMap::default(),
                parent: Some((UnitIndex::MODULE, child, LocalBlock::BODY)),
                context: Context::default(),
            });
        }
        SymbolTable { units, future }
    }

    /// The table of a file whose units have been resolved one by one: `module` and, through `nested`, the units in it.
    /// `nested` gives of a unit those directly in it, by `ChildId`, each with the block it stands in; `unit` its context
    /// and its symbols.
    pub fn link<K: Copy>(
        module: K,
        future: FutureFeatures,
        unit: impl Fn(K) -> (Context, Arc<Scopes>),
        nested: impl Fn(K) -> Vec<(ChildId, LocalBlock, K)>,
    ) -> SymbolTable {
        let mut units: Vec<LinkedUnit> = Vec::new();
        let mut open = vec![(module, None)];
        // Outer before inner, in the order of the text.
        while let Some((key, parent)) = open.pop() {
            let index = UnitIndex(u32::try_from(units.len()).expect("fewer units than bytes"));
            if let Some((outer, child, _)) = parent {
                let UnitIndex(outer) = outer;
                units[outer as usize].children.insert(child, index);
            }
            let (context, scopes) = unit(key);
            units.push(LinkedUnit { scopes, children: FxHashMap::default(), parent, context });
            let nested = nested(key).into_iter().rev();
            open.extend(nested.map(|(child, block, key)| (key, Some((index, child, block)))));
        }
        SymbolTable { units, future }
    }

    /// The module's block.
    pub fn module(&self) -> BlockId {
        BlockId { unit: UnitIndex::MODULE, block: LocalBlock::BODY }
    }

    /// The future features in force: those of the options and those the module imports.
    pub fn future(&self) -> FutureFeatures {
        self.future
    }

    /// The number of the nested unit that is child `id` of `unit`.
    pub fn child(&self, unit: UnitIndex, id: ChildId) -> Option<UnitIndex> {
        self.units[unit.0 as usize].children.get(&id).copied()
    }

    /// The block that `node` opens, where `node` is in the arena of `unit`.
    ///
    /// The blocks of a header ([`Node::TypeParams`], [`Node::Annotations`], lambdas among the defaults, …) are asked
    /// for with the unit whose header it is, like its [`Node::Body`].
    pub fn lookup(&self, unit: UnitIndex, node: Node) -> Option<BlockId> {
        let linked = &self.units[unit.0 as usize];
        if let Some(block) = linked.scopes.lookup((None, node)) {
            return Some(BlockId { unit, block });
        }
        let (parent, child, _) = linked.parent?;
        let block = self.units[parent.0 as usize].scopes.lookup((Some(child), node))?;
        Some(BlockId { unit: parent, block })
    }

    /// A block by its number.
    pub fn block(&self, id: BlockId) -> &Block {
        &self.units[id.unit.0 as usize].scopes.blocks[id.block.index()]
    }

    /// The text of a name that occurs in block `id`.
    pub fn name(&self, id: BlockId, name: Name) -> &str {
        self.units[id.unit.0 as usize].scopes.names.text(name)
    }

    /// The facts of `name` (mangled, if it is private) in block `id`; `None` if the block does not mention it.
    pub fn symbol(&self, id: BlockId, name: &str) -> Option<Symbol> {
        self.units[id.unit.0 as usize].scopes.symbol(id.block, name)
    }

    /// Where `name` lives as seen from block `id` (`_PyST_GetScope`).
    pub fn scope(&self, id: BlockId, name: &str) -> Option<Scope> {
        self.symbol(id, name)?.scope
    }

    /// The symbols of block `id` in order of first mention.
    pub fn symbols(&self, id: BlockId) -> impl ExactSizeIterator<Item = (&str, Symbol)> {
        self.units[id.unit.0 as usize].scopes.symbols(id.block)
    }

    /// The parameters of block `id` in the order of the frame's variables.
    pub fn varnames(&self, id: BlockId) -> impl ExactSizeIterator<Item = &str> {
        self.block(id).varnames.iter().map(move |name| self.name(id, *name))
    }

    /// The blocks nested in block `id`, in order; those of inlined comprehensions in place of these.
    pub fn children(&self, id: BlockId) -> impl Iterator<Item = BlockId> {
        let linked = &self.units[id.unit.0 as usize];
        self.block(id).children.iter().filter_map(move |nested| match nested {
            Nested::Block(block) => Some(BlockId { unit: id.unit, block: *block }),
            Nested::Unit(child) => {
                linked.children.get(child).map(|unit| BlockId { unit: *unit, block: LocalBlock::BODY })
            }
        })
    }

    /// The block around block `id`.
    pub fn parent(&self, id: BlockId) -> Option<BlockId> {
        if let Some(block) = self.block(id).parent {
            return Some(BlockId { unit: id.unit, block });
        }
        let (unit, _, block) = self.units[id.unit.0 as usize].parent?;
        Some(BlockId { unit, block })
    }

    /// The annotation block of the variables of block `id`.
    pub fn annotation_block(&self, id: BlockId) -> Option<BlockId> {
        self.block(id).annotation_block.map(|block| BlockId { unit: id.unit, block })
    }

    /// `name` as the compiler knows it when it is written in block `id` inside the class `private`
    /// (`_Py_MaybeMangle`).
    pub fn mangle<'n>(&self, id: BlockId, private: Option<&str>, name: &'n str) -> Cow<'n, str> {
        match self.block(id).mangled_names {
            Some(set) if !self.units[id.unit.0 as usize].scopes.mangled[set as usize].contains(name) => {
                Cow::Borrowed(name)
            }
            _ => mangle(private, name),
        }
    }

    /// Number of units in the file.
    pub fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// All blocks of the file, unit by unit; of each unit the outer before the inner.
    pub fn blocks(&self) -> impl Iterator<Item = BlockId> {
        self.units.iter().enumerate().flat_map(|(unit, linked)| {
            (0..linked.scopes.blocks.len() as u32)
                .map(move |block| BlockId { unit: UnitIndex(unit as u32), block: LocalBlock(block) })
        })
    }

    /// The unit that unit `index` stands in and as which child of it.
    pub fn unit_parent(&self, index: UnitIndex) -> Option<(UnitIndex, ChildId)> {
        self.units[index.0 as usize].parent.map(|(unit, child, _)| (unit, child))
    }

    /// The numbers of all units, outer before inner.
    pub fn unit_indices(&self) -> impl Iterator<Item = UnitIndex> + use<> {
        (0..self.units.len() as u32).map(UnitIndex)
    }

    /// The symbols of one unit.
    pub fn scopes(&self, index: UnitIndex) -> &Arc<Scopes> {
        &self.units[index.0 as usize].scopes
    }

    /// What the symbols of unit `index` depend on besides its text.
    pub fn context(&self, index: UnitIndex) -> &Context {
        &self.units[index.0 as usize].context
    }

    fn errors_of(&self, unit: UnitIndex, cursor: Cursor<'_>, into: &mut Vec<SymbolError>) {
        let linked = &self.units[unit.0 as usize];
        for outcome in &linked.scopes.outcome {
            match outcome {
                Outcome::Error(error) => into.push(located(error, cursor)),
                Outcome::Unit(child) => {
                    if let Some(index) = linked.children.get(child) {
                        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                            self.errors_of(*index, cursor.child(*child), into);
                        });
                    }
                }
            }
        }
    }
}

impl Scopes {
    /// The facts of `name` (mangled, if it is private) in `block`.
    pub fn symbol(&self, block: LocalBlock, name: &str) -> Option<Symbol> {
        self.symbol_of_bytes(block, name.as_bytes())
    }

    /// The same for a name as bytes.
    pub fn symbol_of_bytes(&self, block: LocalBlock, name: &[u8]) -> Option<Symbol> {
        let name = self.names.get(name)?;
        self.blocks[block.index()].symbols.get(name).copied()
    }

    /// The symbols of `block` in order of first mention.
    pub fn symbols(&self, block: LocalBlock) -> impl ExactSizeIterator<Item = (&str, Symbol)> {
        self.block(block).symbols.iter().map(move |(name, symbol)| (self.names.text(*name), *symbol))
    }

    /// The block that a node opens.
    pub fn lookup(&self, node: NodeKey) -> Option<LocalBlock> {
        self.nodes.get(&self.blocks, node)
    }

    /// A block by its number.
    pub fn block(&self, block: LocalBlock) -> &Block {
        &self.blocks[block.index()]
    }

    /// The nested units, each with the block it stands in.
    pub fn units(&self) -> impl Iterator<Item = (ChildId, LocalBlock)> {
        self.events.iter().filter_map(|event| match event {
            Event::Unit { child, parent, .. } => Some((*child, *parent)),
            Event::Error(_) | Event::Global(_) => None,
        })
    }

    /// Errors of both passes in this unit, those of the first before those of the second.
    pub fn errors(&self) -> impl Iterator<Item = &Error> {
        let first = self.events.iter().filter_map(|event| match event {
            Event::Error(error) => Some(error),
            Event::Unit { .. } | Event::Global(_) => None,
        });
        let second = self.outcome.iter().filter_map(|outcome| match outcome {
            Outcome::Error(error) => Some(error),
            Outcome::Unit(_) => None,
        });
        first.chain(second)
    }

    /// The names that the unit and the units in it declare `global`, in order of declaration. `nested` gives those of a
    /// nested unit.
    pub fn declared_globals(&self, nested: impl FnMut(ChildId) -> Arc<[Box<str>]>) -> Arc<[Box<str>]> {
        declared_globals(&self.names, &self.events, nested)
    }

    /// The future features that were in force.
    pub fn future(&self) -> FutureFeatures {
        self.future
    }

    /// The names that the unit leaves free.
    pub fn free(&self) -> &crate::resolve::Free {
        &self.free
    }
}

/// A unit after the first pass.
struct CollectedUnit {
    collected: Collected,
    children: FxHashMap<ChildId, UnitIndex>,
    parent: Option<(UnitIndex, ChildId, LocalBlock)>,
    context: Context,
}

/// The first pass over `unit` and all units in it, outer before inner.
fn collect_all(
    unit: &Unit,
    context: Context,
    parent: Option<(UnitIndex, ChildId, LocalBlock)>,
    memory: &mut Memory,
    units: &mut Vec<CollectedUnit>,
) -> UnitIndex {
    let index = UnitIndex(u32::try_from(units.len()).expect("fewer units than bytes"));
    let collected = collect_in(memory, unit, &context);
    let nested: Vec<_> =
        collected.units().map(|(child, block, context)| (child, block, context.clone())).collect();
    units.push(CollectedUnit { collected, children: FxHashMap::default(), parent, context });
    for (child, block, context) in nested {
        let child_unit = &unit.child(child).unit;
        let child_index = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            collect_all(child_unit, context, Some((index, child, block)), memory, units)
        });
        units[index.0 as usize].children.insert(child, child_index);
    }
    index
}

/// For each unit, the names declared `global` in it and in its nested units.
fn globals_of_units(units: &[CollectedUnit]) -> Vec<Arc<[Box<str>]>> {
    let mut globals: Vec<Arc<[Box<str>]>> = vec![Arc::from([]); units.len()];
    // Inner units have greater numbers.
    for (index, unit) in units.iter().enumerate().rev() {
        let Collected { names, events, .. } = &unit.collected;
        globals[index] =
            declared_globals(names, events, |child| globals[unit.children[&child].0 as usize].clone());
    }
    globals
}

/// The second pass.
fn resolve_all(units: Vec<CollectedUnit>) -> SymbolTable {
    // Inwards: what encloses each unit. Units in the same block share it.
    let mut around: Vec<Arc<Enclosing>> = vec![Arc::default(); units.len()];
    let mut by_block: FxHashMap<BlockId, Arc<Enclosing>> = FxHashMap::default();
    for (index, unit) in units.iter().enumerate() {
        let Some((parent, _, block)) = unit.parent else { continue };
        let outer = &units[parent.0 as usize].collected;
        let outside = around[parent.0 as usize].clone();
        let shared = by_block
            .entry(BlockId { unit: parent, block })
            .or_insert_with(|| Arc::new(enclosing(outer, &outside, block)));
        around[index] = shared.clone();
    }
    // Outwards: what each unit leaves free.
    let mut linked: Vec<Option<LinkedUnit>> = units.iter().map(|_| None).collect();
    let mut future = FutureFeatures::empty();
    for (index, unit) in units.into_iter().enumerate().rev() {
        let CollectedUnit { collected, children, parent, context } = unit;
        if index == 0 {
            future = collected.future;
        }
        let free = |child: ChildId| {
            let unit = linked[children[&child].0 as usize].as_ref();
            unit.map_or_else(|| Arc::from([]), |unit| unit.scopes.free.clone())
        };
        let scopes = Arc::new(resolve(collected, &around[index], free));
        linked[index] = Some(LinkedUnit { scopes, children, parent, context });
    }
    SymbolTable { units: linked.into_iter().flatten().collect(), future }
}

/// The errors of the first pass, those of nested units where CPython meets them.
fn located_errors(units: &[CollectedUnit], module: Cursor<'_>, into: &mut Vec<SymbolError>) {
    fn visit(units: &[CollectedUnit], index: UnitIndex, cursor: Cursor<'_>, into: &mut Vec<SymbolError>) {
        let unit = &units[index.0 as usize];
        for event in &unit.collected.events {
            match event {
                Event::Error(error) => into.push(located(error, cursor)),
                Event::Global(_) => {}
                Event::Unit { child, .. } => stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    visit(units, unit.children[child], cursor.child(*child), into);
                }),
            }
        }
    }
    visit(units, UnitIndex::MODULE, module, into);
}

fn located(error: &Error, cursor: Cursor<'_>) -> SymbolError {
    SymbolError {
        message: error.message.clone(),
        span: error.place.span(cursor),
        range: error.place.file_range(cursor),
    }
}
