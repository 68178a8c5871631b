//! The first pass: which names each block binds and uses (`symtable_visit_*` of `Python/symtable.c`).
//!
//! One unit is collected at a time, and all that comes in from outside is its [`Context`]; hence the symbols of a unit
//! stay valid while other units change. A nested `def` or `class` leaves a hole for its body, while its header
//! (decorators, defaults, bases, annotations, type parameters) is collected here, in the scope that evaluates it.
//!
//! CPython stops at the first error; this pass notes it and goes on.

mod annotation;
mod comprehension;
mod definition;
mod expr;
mod names;
mod stmt;

use rustc_hash::{FxHashMap, FxHashSet};
use syntax::ast::{ChildId, StmtList, Unit, UnitHeader};
use text::TextRange;

use crate::block::{Block, BlockType, LocalBlock, Nested, Node, NodeKey, Nodes};
use crate::error::{Error, Place};
use crate::future::{self, FutureFeatures};
use crate::names::{Name, Names};
use crate::occurrence::Occurrence;
use crate::symbol::{Flags, Symbols};

/// How much stack has to be left before a node is visited, and how much is added when it is not: the tree may be
/// nested deeper than any thread's stack.
const RED_ZONE: usize = 64 * 1024;
const STACK_PIECE: usize = 1024 * 1024;

/// What a unit's symbols depend on besides its own text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context {
    /// The innermost enclosing class, for name mangling.
    pub private: Option<Box<str>>,
    /// The unit stands in a function, at any depth.
    pub nested: bool,
    /// The unit stands directly in a class.
    pub method: bool,
    /// The future features of the module (of the caller of `compile` too).
    pub future: FutureFeatures,
    /// `await` is allowed outside of functions (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
    /// See [`Options`](crate::Options).
    pub uncompiled: bool,
}

/// What the first pass found in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    pub(crate) names: Names,
    /// In order of creation, so parents before children; the first is the body's.
    pub(crate) blocks: Vec<Block>,
    pub(crate) nodes: Nodes,
    /// For generic classes: the names to mangle, see [`Block::mangled_names`].
    pub(crate) mangled: Vec<FxHashSet<Box<str>>>,
    /// Where names were declared `global` or `nonlocal`.
    pub(crate) directives: Vec<Directive>,
    /// What concerns other units, in the order in which CPython would have met it.
    pub(crate) events: Vec<Event>,
    /// For each block with units in it, what their symbols depend on besides their text.
    pub(crate) contexts: FxHashMap<LocalBlock, Context>,
    /// The future features that were in force.
    pub(crate) future: FutureFeatures,
}

impl Collected {
    /// The nested units, each with the block it stands in and what its symbols depend on besides its text.
    pub fn units(&self) -> impl Iterator<Item = (ChildId, LocalBlock, &Context)> {
        self.events.iter().filter_map(|event| match event {
            Event::Unit { child, parent, .. } => Some((*child, *parent, self.contexts.get(parent)?)),
            Event::Error(_) | Event::Global(_) => None,
        })
    }

    /// What the symbols of units in a block depend on besides their text, if there are units.
    pub fn context(&self, block: LocalBlock) -> Option<&Context> {
        self.contexts.get(&block)
    }

    /// The block that a node opens.
    pub fn lookup(&self, node: NodeKey) -> Option<LocalBlock> {
        self.nodes.get(&self.blocks, node)
    }
}

/// A name in a `global` or `nonlocal` statement, or a walrus that acts like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Directive {
    pub block: LocalBlock,
    pub name: Name,
    pub place: Place,
}

/// Something whose order among units counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Error(Error),
    /// The name becomes a declared global of the module.
    Global(Name),
    /// Here is a nested unit.
    Unit {
        child: ChildId,
        /// The block whose child it is.
        parent: LocalBlock,
        /// How many symbols the body's block had.
        symbols_before: usize,
    },
}

/// Collects the symbols of `unit`.
pub fn collect(unit: &Unit, context: &Context) -> Collected {
    collect_in(&mut Memory::default(), unit, context)
}

/// The same, in memory that serves one unit after the other.
pub(crate) fn collect_in(memory: &mut Memory, unit: &Unit, context: &Context) -> Collected {
    run(memory, unit, context, None).0
}

/// Every place of `unit` where a name is written, in no particular order. Block numbers are those of [`collect`].
pub fn occurrences(unit: &Unit, context: &Context) -> (Names, Vec<Occurrence>) {
    let (collected, occurrences) = run(&mut Memory::default(), unit, context, Some(Vec::new()));
    (collected.names, occurrences.unwrap_or_default())
}

/// What [`collect()`] finds, and the occurrences if they are wanted.
fn run(
    memory: &mut Memory,
    unit: &Unit,
    context: &Context,
    occurrences: Option<Vec<Occurrence>>,
) -> (Collected, Option<Vec<Occurrence>>) {
    let mut collector = Collector {
        unit,
        child: None,
        private: context.private.clone(),
        future: context.future,
        top_level_await: context.top_level_await,
        uncompiled: context.uncompiled,
        leading_imports: 0,
        collected: Collected {
            names: std::mem::take(&mut memory.names),
            blocks: std::mem::take(&mut memory.blocks),
            nodes: Nodes::default(),
            mangled: Vec::new(),
            directives: Vec::new(),
            events: Vec::new(),
            contexts: FxHashMap::default(),
            future: context.future,
        },
        memory,
        occurrences,
    };
    collector.unit(context);
    let Collector { mut collected, memory, occurrences, .. } = collector;
    memory.give_back(&mut collected);
    (collected, occurrences)
}

/// Where the pass works: emptied for each unit, so that what it leaves behind is in memory of just its size.
#[derive(Default)]
pub(crate) struct Memory {
    names: Names,
    blocks: Vec<Block>,
    /// Of no block, empty.
    symbols: Vec<Symbols>,
    /// The blocks that are open; never empty while something is visited.
    stack: Vec<LocalBlock>,
    /// By block.
    states: Vec<State>,
    /// By identifier of the unit: the name that it is stored as, once it was met.
    stored: Vec<Option<Name>>,
    /// By name: the block whose symbol of that name was asked for last, and its place there. Without one no block has any.
    last_mention: Vec<Option<(LocalBlock, usize)>>,
}

impl Memory {
    /// Gets back what was lent for names, blocks and symbols, and is empty again.
    fn give_back(&mut self, collected: &mut Collected) {
        let names = collected.names.take();
        self.names = std::mem::replace(&mut collected.names, names);
        let blocks = collected.blocks.drain(..).map(|mut block| {
            let symbols = block.symbols.take();
            self.symbols.push(std::mem::replace(&mut block.symbols, symbols));
            block.varnames.shrink_to_fit();
            block.children.shrink_to_fit();
            block
        });
        let blocks: Vec<Block> = blocks.collect();
        collected.nodes = Nodes::of(&blocks);
        self.blocks = std::mem::replace(&mut collected.blocks, blocks);
        self.stack.clear();
        self.states.clear();
        self.stored.clear();
        self.last_mention.clear();
    }
}

/// Whether a body starts with a docstring (`_PyAST_GetDocString`).
pub(crate) fn starts_with_docstring(unit: &Unit, body: StmtList) -> bool {
    unit.leading_string(unit.list(body)).is_some()
}

/// The state of the pass.
struct Collector<'a> {
    memory: &'a mut Memory,
    /// The unit whose arena is being read: the one at hand, or a child while its header is visited.
    unit: &'a Unit,
    /// Which child that is.
    child: Option<ChildId>,
    /// `st_private`: the class whose name mangles.
    private: Option<Box<str>>,
    future: FutureFeatures,
    top_level_await: bool,
    uncompiled: bool,
    /// How many of the module's first statements may import from `__future__`.
    leading_imports: usize,
    collected: Collected,
    occurrences: Option<Vec<Occurrence>>,
}

/// What the pass remembers of a block only while it is at it.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Visiting the target of a `for` of a comprehension.
    comp_iter_target: bool,
    /// Visiting iterables of comprehensions, so many deep.
    comp_iter_expr: u32,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
    /// For a type variable's block: the words for it in messages.
    scope_info: &'static str,
}

impl<'a> Collector<'a> {
    /// The unit itself: opens the body's block and visits the body.
    fn unit(&mut self, context: &Context) {
        let unit = self.unit;
        match unit.header() {
            UnitHeader::Function(header) => {
                let name = self.intern(unit.name(header.name.name));
                let body = self.new_block(name, BlockType::Function, Node::Body, unit.node_range());
                let block = self.block(body);
                block.coroutine = header.is_async;
                block.nested = context.nested;
                block.method = context.method;
                self.enter(body);
                self.parameters(header.args);
            }
            UnitHeader::Class(header) => {
                // The class's own name mangles in its body; in the context it does not yet.
                self.private = Some(unit.name(header.name.name).into());
                let name = self.intern(unit.name(header.name.name));
                let body = self.new_block(name, BlockType::Class, Node::Body, unit.node_range());
                self.block(body).nested = context.nested;
                self.enter(body);
                if !header.type_params.is_empty() {
                    self.implicit("__type_params__", Flags::DEF_LOCAL);
                    self.implicit(".type_params", Flags::USE);
                }
            }
            _ => {
                let future = future::scan(unit);
                self.future |= future.features;
                self.collected.future = self.future;
                self.leading_imports = future.leading;
                self.collected.events.extend(future.errors.into_iter().map(Event::Error));
                let name = self.intern("top");
                let body = self.new_block(name, BlockType::Module, Node::Body, unit.node_range());
                self.enter(body);
            }
        }
        // Interactive input has no docstring: the first string is an expression to show.
        let has_docstring = !matches!(unit.header(), UnitHeader::Interactive);
        self.block(LocalBlock::BODY).has_docstring =
            has_docstring && starts_with_docstring(unit, unit.body());
        if let UnitHeader::Expression { body } = unit.header() {
            self.expr(*body);
        }
        self.module_statements(unit.body());
        self.leave();
    }

    /// A new block, not yet entered.
    fn new_block(&mut self, name: Name, kind: BlockType, node: Node, range: TextRange) -> LocalBlock {
        let id = LocalBlock(u32::try_from(self.collected.blocks.len()).expect("fewer blocks than bytes"));
        let parent = self.memory.stack.last().copied();
        let (nested, method) = match parent {
            None => (false, false),
            Some(parent) => {
                let parent = &self.collected.blocks[parent.index()];
                let method = parent.kind == BlockType::Class && kind == BlockType::Function;
                (parent.nested || parent.is_function_like(), method)
            }
        };
        let key = (self.child, node);
        self.collected.blocks.push(Block {
            kind,
            name,
            node: key,
            range,
            parent,
            symbols: self.memory.symbols.pop().unwrap_or_default(),
            varnames: Vec::new(),
            children: Vec::new(),
            comprehension: None,
            nested,
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            needs_classdict: false,
            comp_inlined: false,
            can_see_class_scope: false,
            has_docstring: false,
            method,
            has_conditional_annotations: false,
            annotations_used: false,
            annotation_block: None,
            function_name: None,
            mangled_names: None,
        });
        self.memory.states.push(State::default());
        id
    }

    /// Opens a block and lists it as a child of the block that was open.
    fn enter(&mut self, id: LocalBlock) {
        if let Some(previous) = self.memory.stack.last().copied() {
            // Under `from __future__ import annotations` an annotation is a string and its block no child.
            let listed = !(self.future.contains(FutureFeatures::ANNOTATIONS)
                && self.block(id).kind == BlockType::Annotation);
            if listed {
                self.block(previous).children.push(Nested::Block(id));
            }
        }
        self.reenter(id);
    }

    /// Opens a block that is listed already.
    fn reenter(&mut self, id: LocalBlock) {
        if let Some(previous) = self.memory.stack.last().copied() {
            // Walrus is forbidden in a comprehension's iterable, also in lambdas and comprehensions inside of it.
            self.memory.states[id.index()].comp_iter_expr =
                self.memory.states[previous.index()].comp_iter_expr;
            if self.block(id).kind != BlockType::Class {
                let inherited = self.block(previous).mangled_names;
                let block = self.block(id);
                block.mangled_names = inherited.or(block.mangled_names);
            }
        }
        self.memory.stack.push(id);
    }

    fn leave(&mut self) {
        self.memory.stack.pop();
    }

    /// Makes and opens a block. Annotation scopes have the parameter `.format`.
    fn enter_new(&mut self, name: &str, kind: BlockType, node: Node, range: TextRange) -> LocalBlock {
        let name = self.intern(name);
        let id = self.new_block(name, kind, node, range);
        self.enter(id);
        if matches!(kind, BlockType::Annotation | BlockType::TypeVariable | BlockType::TypeAlias) {
            self.cur().varnames.reserve_exact(1);
            self.implicit(".format", Flags::DEF_PARAM | Flags::USE);
        }
        id
    }

    /// The block that is open.
    fn current(&self) -> LocalBlock {
        self.memory.stack.last().copied().unwrap_or(LocalBlock::BODY)
    }

    fn cur(&mut self) -> &mut Block {
        let current = self.current();
        self.block(current)
    }

    fn state(&mut self) -> &mut State {
        let current = self.current();
        &mut self.memory.states[current.index()]
    }

    fn block(&mut self, id: LocalBlock) -> &mut Block {
        &mut self.collected.blocks[id.index()]
    }

    fn intern(&mut self, name: &str) -> Name {
        self.collected.names.intern(name)
    }

    /// Visits what stands in a child's header: in the current scope, out of the child's arena.
    fn in_header(&mut self, child: ChildId, visit: impl FnOnce(&mut Self, &'a Unit)) {
        let (unit, outer) = (self.unit, self.child);
        let header: &'a Unit = unit.child(child).unit;
        (self.unit, self.child) = (header, Some(child));
        visit(self, header);
        (self.unit, self.child) = (unit, outer);
    }

    fn place(&self, range: TextRange) -> Place {
        Place { child: self.child, range }
    }

    fn error(&mut self, range: TextRange, message: impl Into<String>) {
        let error = Error { place: self.place(range), message: message.into() };
        self.collected.events.push(Event::Error(error));
    }
}
