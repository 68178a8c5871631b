//! The second pass: where each name lives (`analyze_block` of `Python/symtable.c`).
//!
//! Bindings flow inwards: what a unit needs from around it is its [`Enclosing`]. Free variables flow outwards: what it
//! needs from the units inside is the names each of them leaves free. Both are plain values, so that a change that
//! alters neither stops there.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use syntax::ast::ChildId;

use crate::block::{Block, BlockType, LocalBlock, Nested};
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
    pub(crate) nodes: FxHashMap<crate::block::NodeKey, LocalBlock>,
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
    declared.into()
}

/// Adds to a module's symbols the names that its functions declare `global`, each at the place in the order of symbols
/// where CPython's pass would have met it.
pub fn add_globals(module: &mut Collected, mut nested: impl FnMut(ChildId) -> Arc<[Box<str>]>) {
    let own = std::mem::take(&mut module.blocks[0].symbols);
    let mut own = own.into_iter();
    let mut merged = Symbols::default();
    let mut taken = 0;
    let mut add = |name: Name, symbol: Symbol| merged.mention(name).flags |= symbol.flags;
    for event in &module.events {
        let Event::Unit { child, symbols_before, .. } = event else { continue };
        let globals = nested(*child);
        if globals.is_empty() {
            continue;
        }
        for (name, symbol) in own.by_ref().take(symbols_before.saturating_sub(taken)) {
            add(name, symbol);
        }
        taken = taken.max(*symbols_before);
        for name in globals.iter() {
            add(module.names.intern(name), Symbol { flags: Flags::DEF_GLOBAL, scope: None });
        }
    }
    own.for_each(|(name, symbol)| add(name, symbol));
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
    let free = left.into_iter().map(|name| names.text(name).into()).collect();
    Scopes { names, blocks, nodes, mangled, events, outcome, free, future }
}

/// A set of names that remembers their order.
type NameSet = indexmap::IndexSet<Name, rustc_hash::FxBuildHasher>;

/// What one block says about names to the blocks inside of it.
#[derive(Default)]
struct Layer {
    /// Bound here (`true`), or cut off here by a `global` declaration (`false`).
    bound: FxHashMap<Name, bool>,
    /// Is a type parameter (`true`), or hides one (`false`).
    type_params: FxHashMap<Name, bool>,
}

struct Resolver<'a, F> {
    names: Names,
    blocks: Vec<Block>,
    directives: Vec<Directive>,
    enclosing: &'a Enclosing,
    nested: F,
    outcome: Vec<Outcome>,
}

/// Scopes decided so far for the names of one block.
type Decided = FxHashMap<Name, Scope>;

impl<F: FnMut(ChildId) -> Free> Resolver<'_, F> {
    /// Analyses one block and those inside of it; returns the names that are free in it.
    ///
    /// `layers` are the blocks around it in this unit, outermost first; `class` is the class whose names the block sees.
    fn block(&mut self, id: LocalBlock, layers: &mut Vec<Layer>, class: Option<LocalBlock>) -> NameSet {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.block_inner(id, layers, class))
    }

    fn block_inner(&mut self, id: LocalBlock, layers: &mut Vec<Layer>, class: Option<LocalBlock>) -> NameSet {
        let mut free = NameSet::default();
        let mut scopes = Decided::default();
        let mut layer = Layer::default();
        let block = &self.blocks[id.index()];
        let (kind, sees_class, function_like) =
            (block.kind, block.can_see_class_scope, block.is_function_like());
        // With nothing inside there is nobody to tell what is bound here, and nothing to turn into cells.
        let leaf = block.children.is_empty();
        let mut symbols = std::mem::take(&mut self.blocks[id.index()].symbols);
        for (name, symbol) in symbols.iter_mut() {
            let (name, flags) = (*name, symbol.flags);
            let scope = self.name(id, name, flags, layers, (!leaf).then_some(&mut layer), class);
            if scope == Scope::Free {
                free.insert(name);
            }
            if leaf {
                symbol.scope = Some(scope);
            } else {
                scopes.insert(name, scope);
            }
        }
        self.blocks[id.index()].symbols = symbols;
        if leaf {
            return free;
        }
        // What `update_symbols` may look up: the bindings around this block, minus what it declares global.
        let own_globals: FxHashSet<Name> =
            layer.bound.iter().filter(|(_, bound)| !**bound).map(|(name, _)| *name).collect();

        if kind == BlockType::Class {
            // The names of a class are not visible in its functions.
            layer.bound.clear();
            for name in CLASS_CELLS {
                layer.bound.insert(self.names.intern(name), true);
            }
        } else if !function_like {
            layer.bound.clear();
        }
        layers.push(layer);
        let mut new_free = NameSet::default();
        let mut inlined_cells = NameSet::default();
        for child in self.blocks[id.index()].children.clone() {
            let child_free = match child {
                Nested::Unit(unit) => {
                    self.outcome.push(Outcome::Unit(unit));
                    let names = (self.nested)(unit);
                    names.iter().map(|name| self.names.intern(name)).collect()
                }
                Nested::Block(child) => {
                    self.nested_block(id, child, layers, class, &mut scopes, &mut inlined_cells)
                }
            };
            new_free.extend(child_free);
        }
        layers.pop();

        if function_like {
            turn_into_cells(&mut scopes, &mut new_free, &inlined_cells);
        } else if kind == BlockType::Class {
            self.drop_class_free(id, &mut new_free);
        }
        let class_like = kind == BlockType::Class || sees_class;
        self.update_symbols(id, &scopes, &new_free, &inlined_cells, class_like, |this, name| {
            !own_globals.contains(&name) && this.is_bound(layers, name)
        });
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
        scopes: &mut Decided,
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
            self.inline_comprehension(outer, child, scopes, &mut free, inlined_cells);
            self.blocks[child.index()].comp_inlined = true;
        }
        free
    }

    /// Where `name` lives as far as this block and those around it say (`analyze_name`). `layer` learns of it, if blocks
    /// inside will ask.
    fn name(
        &mut self,
        id: LocalBlock,
        name: Name,
        flags: Flags,
        layers: &[Layer],
        layer: Option<&mut Layer>,
        class: Option<LocalBlock>,
    ) -> Scope {
        if flags.contains(Flags::DEF_GLOBAL) {
            if flags.contains(Flags::DEF_NONLOCAL) {
                self.error_at_directive(id, name, |name| format!("name '{name}' is nonlocal and global"));
            }
            if let Some(layer) = layer {
                layer.bound.insert(name, false);
            }
            return Scope::GlobalExplicit;
        }
        if flags.contains(Flags::DEF_NONLOCAL) {
            return self.nonlocal(id, name, layers);
        }
        if flags.intersects(Flags::DEF_BOUND) {
            if let Some(layer) = layer {
                layer.bound.insert(name, true);
                layer.type_params.insert(name, flags.contains(Flags::DEF_TYPE_PARAM));
            }
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
        match layers.iter().rev().find_map(|layer| layer.bound.get(&name)) {
            Some(bound) => *bound,
            None => self.enclosing.bound.as_ref().is_some_and(|bound| bound.contains(self.names.text(name))),
        }
    }

    fn is_type_param(&self, layers: &[Layer], name: Name) -> bool {
        match layers.iter().rev().find_map(|layer| layer.type_params.get(&name)) {
            Some(is_type_param) => *is_type_param,
            None => self.enclosing.type_params.contains(self.names.text(name)),
        }
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
        scopes: &mut Decided,
        comp_free: &mut NameSet,
        inlined_cells: &mut NameSet,
    ) {
        let outer_kind = self.blocks[outer.index()].kind;
        let mut dropped = Vec::new();
        let symbols: Vec<(Name, Symbol)> =
            self.blocks[comp.index()].symbols.iter().map(|(name, symbol)| (*name, *symbol)).collect();
        for (name, symbol) in symbols {
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
                let copied = Symbol { flags: symbol.flags, scope: None };
                self.blocks[outer.index()].symbols.insert(name, copied);
                scopes.insert(name, scope);
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
        let [class, classdict, conditional] = CLASS_CELLS.map(|name| {
            let name = self.names.intern(name);
            free.shift_remove(&name)
        });
        // Where the class binds that name itself, it is not free in those that look into the class.
        let seen = |child: LocalBlock| self.blocks[child.index()].can_see_class_scope;
        let seen = self.effective_children(id).into_iter().any(seen);
        let block = &mut self.blocks[id.index()];
        block.needs_class_closure |= class;
        block.needs_classdict |= classdict || seen;
        block.has_conditional_annotations |= conditional;
    }

    /// Writes the decisions into the block's symbols.
    fn update_symbols(
        &mut self,
        id: LocalBlock,
        scopes: &Decided,
        free: &NameSet,
        inlined_cells: &NameSet,
        class_like: bool,
        is_bound: impl Fn(&Self, Name) -> bool,
    ) {
        for (name, symbol) in self.blocks[id.index()].symbols.iter_mut() {
            if inlined_cells.contains(name) {
                symbol.flags |= Flags::DEF_COMP_CELL;
            }
            symbol.scope = scopes.get(name).copied();
        }
        let is_module = self.blocks[id.index()].kind == BlockType::Module;
        for name in free {
            if let Some(symbol) = self.blocks[id.index()].symbols.get_mut(*name) {
                if class_like {
                    symbol.flags |= Flags::DEF_FREE_CLASS;
                }
            } else if is_module || is_bound(self, *name) {
                // A block inside captures it through this one.
                let passed = Symbol { flags: Flags::empty(), scope: Some(Scope::Free) };
                self.blocks[id.index()].symbols.insert(*name, passed);
            }
        }
    }
}

/// Local variables that nested blocks leave free are cells, and free no longer.
fn turn_into_cells(scopes: &mut Decided, free: &mut NameSet, inlined_cells: &NameSet) {
    for (name, scope) in scopes.iter_mut() {
        if *scope == Scope::Local && (free.contains(name) || inlined_cells.contains(name)) {
            *scope = Scope::Cell;
        }
    }
    free.retain(|name| scopes.get(name) != Some(&Scope::Cell));
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
