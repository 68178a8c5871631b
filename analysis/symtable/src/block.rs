//! A block: one namespace of the program, CPython's `PySTEntryObject`.

use rustc_hash::FxHashMap;
use syntax::ast::{ChildId, ExprId, StmtId};
use text::{TextRange, TextSize};

use crate::names::Name;
use crate::symbol::Symbols;

/// Number of a unit in its [`SymbolTable`](crate::SymbolTable); the module is [`UnitIndex::MODULE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitIndex(pub(crate) u32);

impl UnitIndex {
    /// The module itself.
    pub const MODULE: UnitIndex = UnitIndex(0);

    /// Its place among the units of the file.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Number of a block inside its unit; the unit's own block is [`LocalBlock::BODY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalBlock(pub(crate) u32);

impl LocalBlock {
    /// The block of the unit's body: the module, the function or the class.
    pub const BODY: LocalBlock = LocalBlock(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A block of a [`SymbolTable`](crate::SymbolTable).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId {
    pub unit: UnitIndex,
    pub block: LocalBlock,
}

/// What a block belongs to, CPython's `_Py_block_ty`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockType {
    /// A `def`, a lambda, or (see [`Block::comprehension`]) a comprehension.
    Function,
    Class,
    Module,
    /// An `__annotate__` function (PEP 649).
    Annotation,
    /// The value of a `type` statement.
    TypeAlias,
    /// The type parameters of a generic function, class or alias.
    TypeParameters,
    /// The bound, constraints or default of a type parameter.
    TypeVariable,
}

impl BlockType {
    /// Whether names of such a block are variables of a frame: all but modules and classes.
    pub fn is_function_like(self) -> bool {
        !matches!(self, BlockType::Class | BlockType::Module)
    }

    /// CPython's number of it.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The word `python -m symtable` uses.
    pub fn as_str(self) -> &'static str {
        match self {
            BlockType::Function => "function",
            BlockType::Class => "class",
            BlockType::Module => "module",
            BlockType::Annotation => "annotation",
            BlockType::TypeAlias => "type alias",
            BlockType::TypeParameters => "type parameters",
            BlockType::TypeVariable => "type variable",
        }
    }
}

/// Which comprehension a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

/// The node that opens a block. Several blocks can stand at one node; the variant tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// The body of the unit: module, `def` or `class`.
    Body,
    /// The type parameters in the header of the `def` or `class`.
    TypeParams,
    /// The `__annotate__` of the `def` in whose header the annotations stand.
    Annotations,
    /// The `__annotate__` of the variables annotated in the unit's body.
    BodyAnnotations,
    Lambda(ExprId),
    Comprehension(ExprId),
    /// The type parameters of a `type` statement.
    TypeAliasParams(StmtId),
    /// The value of a `type` statement.
    TypeAlias(StmtId),
    /// The bound or the constraints of the type variable that starts there.
    Bound(TextSize),
    /// The default of the type parameter that starts there.
    Default(TextSize),
}

/// A node with the unit in whose arena it is: the unit at hand, or, for what stands in the header of a nested
/// `def` or `class`, that child.
pub type NodeKey = (Option<ChildId>, Node);

/// Finds the blocks of a unit by the nodes that open them. Most units have few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nodes(Option<Box<FxHashMap<NodeKey, LocalBlock>>>);

impl Nodes {
    /// Up to so many blocks are looked through.
    const FEW: usize = 8;

    pub fn of(blocks: &[Block]) -> Nodes {
        let by_node = || blocks.iter().map(|block| block.node).zip((0..).map(LocalBlock)).collect();
        Nodes((blocks.len() > Nodes::FEW).then(|| Box::new(by_node())))
    }

    /// The block that a node opens, out of those that this was made of.
    pub fn get(&self, blocks: &[Block], node: NodeKey) -> Option<LocalBlock> {
        match &self.0 {
            Some(by_node) => by_node.get(&node).copied(),
            None => blocks.iter().rposition(|block| block.node == node).map(|index| LocalBlock(index as u32)),
        }
    }
}

/// A block that is nested in another directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nested {
    /// A block of the same unit.
    Block(LocalBlock),
    /// The body of a nested unit.
    Unit(ChildId),
}

/// One namespace with everything the compiler asks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockType,
    /// Name of the function or class; `top`, `lambda`, `genexpr`, `__annotate__`, … otherwise.
    pub name: Name,
    /// Where it starts: the unit and the node that opens it.
    pub node: NodeKey,
    /// The node's range, in the coordinates of the unit that has the node; for the blocks that a header opens the name
    /// in it, so that it does not depend on the body.
    pub range: TextRange,
    /// The enclosing block of this unit; `None` for the body.
    pub parent: Option<LocalBlock>,
    pub symbols: Symbols,
    /// Parameters in the order of the frame's first variables.
    pub varnames: Vec<Name>,
    /// Nested blocks in order. Those of comprehensions that were inlined stand in the comprehension's place.
    pub children: Vec<Nested>,
    /// Which comprehension it is, if it is one.
    pub comprehension: Option<ComprehensionKind>,
    /// Stands in a function, at any depth.
    pub nested: bool,
    /// Has `yield`, or is a generator expression.
    pub generator: bool,
    /// `async def`, or has `await` or an asynchronous comprehension.
    pub coroutine: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    /// Has `return` with a value.
    pub returns_value: bool,
    /// A class whose methods use `__class__` or `super`.
    pub needs_class_closure: bool,
    /// A class whose annotation scopes look into its namespace.
    pub needs_classdict: bool,
    /// A comprehension that the compiler inlines (PEP 709).
    pub comp_inlined: bool,
    /// An annotation scope that sees the names of the class it stands in.
    pub can_see_class_scope: bool,
    /// The body starts with a docstring.
    pub has_docstring: bool,
    /// A function directly in a class.
    pub method: bool,
    /// Has annotations of which it depends on execution whether they apply.
    pub has_conditional_annotations: bool,
    /// Has annotations.
    pub annotations_used: bool,
    /// The `__annotate__` block of the body's variables.
    pub annotation_block: Option<LocalBlock>,
    /// For the `__annotate__` of a `def`: the name of the function.
    pub function_name: Option<Name>,
    /// Inside the type parameters of a generic class: which of the unit's sets has the only names to mangle.
    pub(crate) mangled_names: Option<u32>,
}

impl Block {
    /// Whether names of this block are variables of a frame.
    pub fn is_function_like(&self) -> bool {
        self.kind.is_function_like()
    }
}
