//! The second pass: where each name lives (`analyze_block` of `Python/symtable.c`).
//!
//! Bindings flow inwards: what a unit needs from around it is its [`Enclosing`]. Free variables flow outwards: what it
//! needs from the units inside is the names each of them leaves free. Both are plain values, so that a change that
//! alters neither stops there.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use syntax::ast::ChildId;

use crate::block::{Block, BlockType, LocalBlock, Nested, Nodes};
use crate::collect::{Collected, Directive, Event};
use crate::error::Error;
use crate::future::FutureFeatures;
use crate::names::{Name, Names};
use crate::symbol::{Flags, Scope, Symbol, Symbols};

/// Names implied by a class for the functions in it.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

/// What the blocks around a unit bind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enclosing {
    /// Variables of functions (and of other function-like blocks) that the unit can see; `None` around a module.
    pub bound: Option<Arc<FxHashSet<Box<str>>>>,
    /// Those of them that are type parameters, which `nonlocal` must not rebind.
    pub type_params: Arc<FxHashSet<Box<str>>>,
}

/// The names a unit leaves free, in the order of discovery.
pub type Free = Arc<[Box<str>]>;

/// A unit with both passes done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    pub(crate) names: Names,
    pub(crate) blocks: Vec<Block>,
    pub(crate) nodes: Nodes,
    pub(crate) mangled: Vec<FxHashSet<Box<str>>>,
    /// What the first pass found that concerns other units.
    pub(crate) events: Vec<Event>,
    /// Errors of the second pass, and the nested units between which they fall.
    pub(crate) outcome: Vec<Outcome>,
    pub(crate) free: Free,
    /// The future features that were in force.
    pub(crate) future: FutureFeatures,
}

/// An error, or a nested unit with its own, in CPython's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Error(Error),
    Unit(ChildId),
}

/// What the blocks of `collected` bind for a unit nested in `parent`, one of those blocks.
pub fn enclosing(collected: &Collected, outer: &Enclosing, parent: LocalBlock) -> Enclosing {
    let mut chain = vec![parent];
    while let Some(next) = collected.blocks[chain[chain.len() - 1].index()].parent {
        chain.push(next);
    }
    let mut result = outer.clone();
    for id in chain.into_iter().rev() {
        let block = &collected.blocks[id.index()];
        let text = |name: &Name| Box::<str>::from(collected.names.text(*name));
        if block.kind != BlockType::Module {
            let type_params = Arc::make_mut(&mut result.type_params);
            for (name, symbol) in block.symbols.iter() {
                if symbol.flags.intersects(Flags::DEF_GLOBAL | Flags::DEF_NONLOCAL) {
                    continue;
                }
                if symbol.flags.contains(Flags::DEF_TYPE_PARAM) {
                    type_params.insert(text(name));
                } else if symbol.flags.intersects(Flags::DEF_BOUND) {
                    type_params.remove(collected.names.text(*name));
                }
            }
        }
        let bound = Arc::make_mut(result.bound.get_or_insert_default());
        if block.is_function_like() {
            for (name, symbol) in block.symbols.iter() {
                if symbol.flags.contains(Flags::DEF_GLOBAL) {
                    bound.remove(collected.names.text(*name));
                } else if is_local(symbol.flags) {
                    bound.insert(text(name));
                }
            }
        } else if block.kind == BlockType::Class {
            bound.extend(CLASS_CELLS.map(Box::from));
        }
    }
    result
}

/// Bound here and not declared to live elsewhere.
fn is_local(flags: Flags) -> bool {
    flags.intersects(Flags::DEF_BOUND) && !flags.intersects(Flags::DEF_GLOBAL | Flags::DEF_NONLOCAL)
}

/// The names that a unit and the units in it declare `global`, in order of declaration.
///
/// `nested` gives the same for a nested unit.
pub(crate) fn declared_globals(
    names: &Names,
    events: &[Event],
    mut nested: impl FnMut(ChildId) -> Arc<[Box<str>]>,
) -> Arc<[Box<str>]> {
    let mut declared: Vec<Box<str>> = Vec::new();
    for event in events {
        match event {
            Event::Global(name) => declared.push(names.text(*name).into()),
            Event::Unit { child, .. } => declared.extend(nested(*child).iter().cloned()),
            Event::Error(_) => {}
        }
    }
    if declared.is_empty() { Arc::default() } else { declared.into() }
}

/// Adds to a module's symbols the names that its functions declare `global`, each at the place in the order of symbols
/// where CPython's pass would have met it.
pub fn add_globals(module: &mut Collected, mut nested: impl FnMut(ChildId) -> Arc<[Box<str>]>) {
    let declared = module.events.iter().filter_map(|event| match event {
        Event::Unit { child, symbols_before, .. } => Some((nested(*child), *symbols_before)),
        Event::Error(_) | Event::Global(_) => None,
    });
    let declared: Vec<_> = declared.filter(|(globals, _)| !globals.is_empty()).collect();
    if declared.is_empty() {
        return;
    }
    let own = std::mem::take(&mut module.blocks[0].symbols);
    let mut own = own.into_iter();
    let mut merged = Symbols::default();
    let mut taken = 0;
    let mut add = |name: Name, flags: Flags| {
        let place = merged.mention(name);
        merged.at(place).flags |= flags;
    };
    for (globals, symbols_before) in declared {
        for (name, symbol) in own.by_ref().take(symbols_before.saturating_sub(taken)) {
            add(name, symbol.flags);
        }
        taken = taken.max(symbols_before);
        for name in globals.iter() {
            add(module.names.intern(name), Flags::DEF_GLOBAL);
        }
    }
    own.for_each(|(name, symbol)| add(name, symbol.flags));
    module.blocks[0].symbols = merged;
}

/// Decides where the names of `collected` live. `free` gives what a nested unit leaves free.
pub fn resolve(collected: Collected, enclosing: &Enclosing, free: impl FnMut(ChildId) -> Free) -> Scopes {
    let Collected { names, blocks, nodes, mangled, directives, events, future, .. } = collected;
    let mut resolver = Resolver { names, blocks, directives, enclosing, nested: free, outcome: Vec::new() };
    let mut layers = Vec::new();
    let left = resolver.block(LocalBlock::BODY, &mut layers, None);
    let Resolver { mut names, mut blocks, mut outcome, .. } = resolver;
    splice_inlined(&mut blocks);
    // There are thousands of these in a file.
    names.shrink_to_fit();
    blocks.shrink_to_fit();
    outcome.shrink_to_fit();
    for block in &mut blocks {
        block.symbols.shrink_to_fit();
        block.varnames.shrink_to_fit();
        block.children.shrink_to_fit();
    }
    let free = if left.is_empty() {
        Free::default()
    } else {
        left.into_iter().map(|name| names.text(name).into()).collect()
    };
    Scopes { names, blocks, nodes, mangled, events, outcome, free, future }
}

/// A set of names that remembers their order.
type NameSet = indexmap::IndexSet<Name, rustc_hash::FxBuildHasher>;

/// A block around the one at hand. What it says of names to those inside of it is what it said before inlined
/// comprehensions gave it theirs.
struct Layer {
    block: LocalBlock,
    /// How many symbols it had.
    symbols: usize,
}

struct Resolver<'a, F> {
    names: Names,
    blocks: Vec<Block>,
    directives: Vec<Directive>,
    enclosing: &'a Enclosing,
    nested: F,
    outcome: Vec<Outcome>,
}

impl<F: FnMut(ChildId) -> Free> Resolver<'_, F> {
    /// Analyses one block and those inside of it; returns the names that are free in it.
    ///
    /// `layers` are the blocks around it in this unit, outermost first; `class` is the class whose names the block sees.
    fn block(&mut self, id: LocalBlock, layers: &mut Vec<Layer>, class: Option<LocalBlock>) -> NameSet {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.block_inner(id, layers, class))
    }

    fn block_inner(&mut self, id: LocalBlock, layers: &mut Vec<Layer>, class: Option<LocalBlock>) -> NameSet {
        let mut free = NameSet::default();
        let symbols = self.blocks[id.index()].symbols.len();
        for place in 0..symbols {
            let (name, symbol) = *self.blocks[id.index()].symbols.nth(place);
            let scope = self.name(id, name, symbol.flags, layers, class);
            if scope == Scope::Free {
                free.insert(name);
            }
            self.blocks[id.index()].symbols.at(place).scope = Some(scope);
        }
        if self.blocks[id.index()].children.is_empty() {
            return free;
        }
        layers.push(Layer { block: id, symbols });
        let mut new_free = NameSet::default();
        let mut inlined_cells = NameSet::default();
        for index in 0..self.blocks[id.index()].children.len() {
            match self.blocks[id.index()].children[index] {
                Nested::Unit(unit) => {
                    self.outcome.push(Outcome::Unit(unit));
                    let names = (self.nested)(unit);
                    new_free.extend(names.iter().map(|name| self.names.intern(name)));
                }
                Nested::Block(child) => {
                    new_free.extend(self.nested_block(id, child, layers, class, &mut inlined_cells));
                }
            }
        }
        layers.pop();

        let block = &self.blocks[id.index()];
        let class_like = block.kind == BlockType::Class || block.can_see_class_scope;
        if block.is_function_like() {
            turn_into_cells(&mut self.blocks[id.index()].symbols, &mut new_free, &inlined_cells);
        } else if block.kind == BlockType::Class {
            self.drop_class_free(id, &mut new_free);
        }
        self.update_symbols(id, &new_free, &inlined_cells, class_like, layers);
        free.extend(new_free);
        free
    }

    /// A nested block of this unit, inlined if it is a comprehension that can be; returns its free names.
    fn nested_block(
        &mut self,
        outer: LocalBlock,
        child: LocalBlock,
        layers: &mut Vec<Layer>,
        class: Option<LocalBlock>,
        inlined_cells: &mut NameSet,
    ) -> NameSet {
        let (outer_kind, outer_sees) =
            (self.blocks[outer.index()].kind, self.blocks[outer.index()].can_see_class_scope);
        let block = &self.blocks[child.index()];
        let class = match (block.can_see_class_scope, outer_kind) {
            (false, _) => None,
            (true, BlockType::Class) => Some(outer),
            (true, _) => class,
        };
        // Generators need their frame, and in an annotation scope of a class names are looked up differently.
        let inline = block.comprehension.is_some() && !block.generator && !outer_sees;
        let mut free = self.block(child, layers, class);
        if inline {
            self.inline_comprehension(outer, child, &mut free, inlined_cells);
            self.blocks[child.index()].comp_inlined = true;
        }
        free
    }

    /// Where `name` lives as far as this block and those around it say (`analyze_name`).
    fn name(
        &mut self,
        id: LocalBlock,
        name: Name,
        flags: Flags,
        layers: &[Layer],
        class: Option<LocalBlock>,
    ) -> Scope {
        if flags.contains(Flags::DEF_GLOBAL) {
            if flags.contains(Flags::DEF_NONLOCAL) {
                self.error_at_directive(id, name, |name| format!("name '{name}' is nonlocal and global"));
            }
            return Scope::GlobalExplicit;
        }
        if flags.contains(Flags::DEF_NONLOCAL) {
            return self.nonlocal(id, name, layers);
        }
        if flags.intersects(Flags::DEF_BOUND) {
            return Scope::Local;
        }
        if let Some(class) = class
            && let Some(symbol) = self.blocks[class.index()].symbols.get(name)
        {
            // The class's own binding goes before one of a function around it.
            if symbol.flags.contains(Flags::DEF_GLOBAL) {
                return Scope::GlobalExplicit;
            }
            if symbol.flags.intersects(Flags::DEF_BOUND) && !symbol.flags.contains(Flags::DEF_NONLOCAL) {
                return Scope::GlobalImplicit;
            }
        }
        if self.is_bound(layers, name) { Scope::Free } else { Scope::GlobalImplicit }
    }

    fn nonlocal(&mut self, id: LocalBlock, name: Name, layers: &[Layer]) -> Scope {
        if self.blocks[id.index()].kind == BlockType::Module {
            self.error_at_directive(id, name, |_| {
                "nonlocal declaration not allowed at module level".to_owned()
            });
            return Scope::GlobalExplicit;
        }
        if !self.is_bound(layers, name) {
            self.error_at_directive(id, name, |name| format!("no binding for nonlocal '{name}' found"));
            return Scope::GlobalImplicit;
        }
        if self.is_type_param(layers, name) {
            let message = |name: &str| format!("nonlocal binding not allowed for type parameter '{name}'");
            self.error_at_directive(id, name, message);
        }
        Scope::Free
    }

    /// Whether a function around binds `name`.
    fn is_bound(&self, layers: &[Layer], name: Name) -> bool {
        for layer in layers.iter().rev() {
            match self.blocks[layer.block.index()].kind {
                BlockType::Module => {}
                // The names of a class are not visible in its functions.
                BlockType::Class if CLASS_CELLS.contains(&self.names.text(name)) => return true,
                BlockType::Class => {}
                _ => match self.flags_in(layer, name) {
                    flags if flags.contains(Flags::DEF_GLOBAL) => return false,
                    flags if is_local(flags) => return true,
                    _ => {}
                },
            }
        }
        self.enclosing.bound.as_ref().is_some_and(|bound| bound.contains(self.names.text(name)))
    }

    fn is_type_param(&self, layers: &[Layer], name: Name) -> bool {
        let local =
            layers.iter().rev().map(|layer| self.flags_in(layer, name)).find(|flags| is_local(*flags));
        match local {
            Some(flags) => flags.contains(Flags::DEF_TYPE_PARAM),
            None => self.enclosing.type_params.contains(self.names.text(name)),
        }
    }

    /// What a block around says of a name.
    fn flags_in(&self, layer: &Layer, name: Name) -> Flags {
        let symbols = &self.blocks[layer.block.index()].symbols;
        symbols.get_among(layer.symbols, name).map_or(Flags::empty(), |symbol| symbol.flags)
    }

    fn error_at_directive(&mut self, id: LocalBlock, name: Name, message: impl FnOnce(&str) -> String) {
        let directive =
            self.directives.iter().find(|directive| directive.block == id && directive.name == name);
        if let Some(directive) = directive {
            let message = message(self.names.text(name));
            self.outcome.push(Outcome::Error(Error { place: directive.place, message }));
        }
    }

    /// Gives the block the names of a comprehension whose code will be part of the block's (`inline_comprehension`).
    fn inline_comprehension(
        &mut self,
        outer: LocalBlock,
        comp: LocalBlock,
        comp_free: &mut NameSet,
        inlined_cells: &mut NameSet,
    ) {
        let outer_kind = self.blocks[outer.index()].kind;
        let mut dropped = Vec::new();
        for place in 0..self.blocks[comp.index()].symbols.len() {
            let (name, symbol) = *self.blocks[comp.index()].symbols.nth(place);
            if symbol.flags.contains(Flags::DEF_PARAM) {
                continue;
            }
            let mut scope = symbol.scope.unwrap_or(Scope::GlobalImplicit);
            if scope == Scope::Cell || symbol.flags.contains(Flags::DEF_COMP_CELL) {
                inlined_cells.insert(name);
            }
            // A class's implied names are no variables of the class, only of what is nested in it.
            if scope == Scope::Free
                && outer_kind == BlockType::Class
                && CLASS_CELLS.contains(&self.names.text(name))
            {
                scope = Scope::GlobalImplicit;
                if !self.is_free_in_any_child(comp, name) {
                    comp_free.shift_remove(&name);
                }
                dropped.push(name);
            }
            let Some(existing) = self.blocks[outer.index()].symbols.get_mut(name) else {
                let copied = Symbol { flags: symbol.flags, scope: Some(scope) };
                self.blocks[outer.index()].symbols.insert(name, copied);
                continue;
            };
            if outer_kind == BlockType::Class {
                continue;
            }
            if scope == Scope::Free {
                // The comprehension's use becomes one of the block's own.
                existing.flags |= symbol.flags & Flags::USE;
            }
            // Free in the comprehension, but a variable of the block it becomes part of.
            if existing.flags.intersects(Flags::DEF_BOUND) && !self.is_free_in_any_child(comp, name) {
                comp_free.shift_remove(&name);
            }
        }
        for name in dropped {
            self.blocks[comp.index()].symbols.remove(name);
        }
    }

    fn is_free_in_any_child(&self, block: LocalBlock, name: Name) -> bool {
        self.effective_children(block).into_iter().any(|child| {
            let symbol = self.blocks[child.index()].symbols.get(name);
            symbol.is_some_and(|symbol| symbol.scope == Some(Scope::Free))
        })
    }

    /// The nested blocks, with those of inlined comprehensions instead of the comprehensions. A comprehension nests no
    /// units.
    fn effective_children(&self, block: LocalBlock) -> Vec<LocalBlock> {
        let mut found = Vec::new();
        let mut open = vec![block];
        while let Some(block) = open.pop() {
            for child in &self.blocks[block.index()].children {
                if let Nested::Block(child) = child {
                    if self.blocks[child.index()].comp_inlined {
                        open.push(*child)
                    } else {
                        found.push(*child)
                    }
                }
            }
        }
        found
    }

    /// A class provides its implied names itself, where they are asked for.
    fn drop_class_free(&mut self, id: LocalBlock, free: &mut NameSet) {
        let [class, classdict, conditional] = CLASS_CELLS
            .map(|name| self.names.get(name.as_bytes()).is_some_and(|name| free.shift_remove(&name)));
        let block = &mut self.blocks[id.index()];
        block.needs_class_closure |= class;
        block.needs_classdict |= classdict;
        block.has_conditional_annotations |= conditional;
    }

    /// Adds to the block's symbols what came of those inside.
    fn update_symbols(
        &mut self,
        id: LocalBlock,
        free: &NameSet,
        inlined_cells: &NameSet,
        class_like: bool,
        layers: &[Layer],
    ) {
        let symbols = &mut self.blocks[id.index()].symbols;
        for name in inlined_cells {
            if let Some(symbol) = symbols.get_mut(*name) {
                symbol.flags |= Flags::DEF_COMP_CELL;
            }
        }
        let is_module = self.blocks[id.index()].kind == BlockType::Module;
        for name in free {
            if let Some(symbol) = self.blocks[id.index()].symbols.get_mut(*name) {
                if class_like {
                    symbol.flags |= Flags::DEF_FREE_CLASS;
                }
            } else if is_module || self.is_bound(layers, *name) {
                // A block inside captures it through this one.
                let passed = Symbol { flags: Flags::empty(), scope: Some(Scope::Free) };
                self.blocks[id.index()].symbols.insert(*name, passed);
            }
        }
    }
}

/// Local variables that nested blocks leave free are cells, and free no longer. What came as a cell out of an inlined
/// comprehension is that comprehension's: if other blocks leave the name free, they do not mean it.
fn turn_into_cells(symbols: &mut Symbols, free: &mut NameSet, inlined_cells: &NameSet) {
    let mut turn = |name: Name| {
        let local = symbols.get_mut(name).filter(|symbol| symbol.scope == Some(Scope::Local));
        local.map(|symbol| symbol.scope = Some(Scope::Cell)).is_some()
    };
    for name in inlined_cells {
        if turn(*name) {
            free.shift_remove(name);
        }
    }
    free.retain(|name| !turn(*name));
}

/// Puts the children of inlined comprehensions where the comprehensions stood.
fn splice_inlined(blocks: &mut [Block]) {
    // Nested blocks have greater numbers, so theirs are spliced already.
    for index in (0..blocks.len()).rev() {
        let inlined =
            |nested: &Nested| matches!(nested, Nested::Block(id) if blocks[id.index()].comp_inlined);
        if !blocks[index].children.iter().any(inlined) {
            continue;
        }
        let mut children = Vec::with_capacity(blocks[index].children.len());
        for nested in &blocks[index].children {
            match nested {
                Nested::Block(id) if blocks[id.index()].comp_inlined => {
                    children.extend_from_slice(&blocks[id.index()].children);
                }
                nested => children.push(*nested),
            }
        }
        blocks[index].children = children;
    }
}
