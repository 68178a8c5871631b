//! Units: the pieces a tree is made of.

use std::sync::Arc;

use text::{TextRange, TextSize};

use super::constant::{Constant, ConstantRepr, Int, TextSlice};
use super::cursor::Span;
use super::ids::{ArgumentsId, ChildId, ConstantId, ExprId, List, NameId, PatternId, StmtId, UnitId};
use super::nodes::*;

/// A module, a `class` or a `def`: immutable, and free of anything that depends on where in the file it stands.
///
/// A unit starts at the start of its first physical line (the line of the first decorator, or of `def`/`class`; a
/// module at the start of the text) and ends with the last token of its last statement; a module ends with the text.
///
/// # Coordinates
/// The ranges in nodes count bytes of the unit's *own* text: from its start on, with each child unit counted as one
/// byte. Thus an edit inside a child changes nothing in its parent's nodes. [`Unit::span`] turns such a range into
/// lines and columns, [`Unit::text_range`] into bytes of the text (both relative to the unit's start), a [`Cursor`]
/// (super::Cursor) into those of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    pub(crate) header: UnitHeader,
    pub(crate) body: StmtList,
    pub(crate) node_range: TextRange,
    pub(crate) arenas: Arenas,
    pub(crate) children: Vec<Child>,
    /// Starts of the unit's own lines, in its own coordinates; the first is 0.
    pub(crate) line_starts: Vec<u32>,
    /// Bytes from start to end, children included.
    pub(crate) len: u32,
    /// Line ends between start and end, children's included.
    pub(crate) line_breaks: u32,
    /// Column of the end.
    pub(crate) end_column: u32,
}

/// The flat storage of a unit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arenas {
    pub exprs: Vec<Expr>,
    pub stmts: Vec<Stmt>,
    pub patterns: Vec<Pattern>,
    pub arguments: Vec<Arguments>,
    pub constants: Vec<ConstantRepr>,
    pub names: Vec<TextSlice>,
    /// Names are UTF-8, strings WTF-8, bytes anything.
    pub text: Vec<u8>,
    pub expr_lists: Vec<ExprId>,
    pub opt_expr_lists: Vec<Option<ExprId>>,
    pub stmt_lists: Vec<StmtId>,
    pub pattern_lists: Vec<PatternId>,
    pub idents: Vec<Ident>,
    pub cmp_ops: Vec<CmpOp>,
    pub comprehensions: Vec<Comprehension>,
    pub keywords: Vec<Keyword>,
    pub args: Vec<Arg>,
    pub type_params: Vec<TypeParam>,
    pub aliases: Vec<Alias>,
    pub with_items: Vec<WithItem>,
    pub handlers: Vec<ExceptHandler>,
    pub match_cases: Vec<MatchCase>,
    pub type_ignores: Vec<TypeIgnore>,
}

/// What introduces the unit's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitHeader {
    Module {
        type_ignores: List<TypeIgnore>,
    },
    Interactive,
    /// Mode `eval`. The unit has no body.
    Expression {
        body: ExprId,
    },
    /// Mode `func_type`: the signature of a function type comment. The unit has no body.
    FunctionType {
        argtypes: ExprList,
        returns: ExprId,
    },
    Function(FunctionHeader),
    Class(ClassHeader),
}

/// The head of a `def`. Its expressions are evaluated in the enclosing scope, but stored here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionHeader {
    pub name: Ident,
    pub type_params: List<TypeParam>,
    pub args: ArgumentsId,
    pub returns: Option<ExprId>,
    pub decorators: ExprList,
    pub is_async: bool,
    pub type_comment: Option<ConstantId>,
}

/// The head of a `class`. Its expressions are evaluated in the enclosing scope, but stored here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassHeader {
    pub name: Ident,
    pub type_params: List<TypeParam>,
    pub bases: ExprList,
    pub keywords: List<Keyword>,
    pub decorators: ExprList,
}

/// A nested unit and where it stands in its parent.
#[derive(Clone, Debug)]
pub struct Child {
    pub id: UnitId,
    pub unit: Arc<Unit>,
    /// Bytes from the parent's start to the child's, other children included.
    pub offset: u32,
    /// Lines from the parent's first to the child's, other children's included.
    pub lines: u32,
    /// Where the hole is in the parent's own coordinates.
    pub(crate) at: u32,
    /// Which of the parent's own lines the hole is in.
    pub(crate) own_line: u32,
}

impl PartialEq for Child {
    /// Whether the units say the same at the same place. Their ids may differ.
    fn eq(&self, other: &Child) -> bool {
        (self.offset, self.lines) == (other.offset, other.lines)
            && self.same_hole(other)
            && (Arc::ptr_eq(&self.unit, &other.unit) || self.unit == other.unit)
    }
}

impl Eq for Child {}

impl Child {
    fn same_hole(&self, other: &Child) -> bool {
        (self.at, self.own_line) == (other.at, other.own_line)
    }
}

/// Something that units keep in pools, so that a [`List`] can name a run of them.
pub trait Pooled: Sized + 'static {
    #[doc(hidden)]
    fn pool(unit: &Unit) -> &[Self];
}

macro_rules! pooled {
    ($($item:ty => $pool:ident),* $(,)?) => {
        $(
            impl Pooled for $item {
                fn pool(unit: &Unit) -> &[$item] {
                    &unit.arenas.$pool
                }
            }
        )*
    };
}

pooled! {
    ExprId => expr_lists,
    Option<ExprId> => opt_expr_lists,
    StmtId => stmt_lists,
    PatternId => pattern_lists,
    Ident => idents,
    CmpOp => cmp_ops,
    Comprehension => comprehensions,
    Keyword => keywords,
    Arg => args,
    TypeParam => type_params,
    Alias => aliases,
    WithItem => with_items,
    ExceptHandler => handlers,
    MatchCase => match_cases,
    TypeIgnore => type_ignores,
}

impl Unit {
    /// What introduces the body: `def …`, `class …`, or which kind of module.
    pub fn header(&self) -> &UnitHeader {
        &self.header
    }

    /// The statements of the body.
    pub fn body(&self) -> StmtList {
        self.body
    }

    /// The range CPython gives the node, in the unit's own coordinates: without decorators, from `def`, `async` or
    /// `class` to the last token. Of a module, everything.
    pub fn node_range(&self) -> TextRange {
        self.node_range
    }

    /// An expression of this unit.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.arenas.exprs[id.index()]
    }

    /// A statement of this unit.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.arenas.stmts[id.index()]
    }

    /// A pattern of this unit.
    pub fn pattern(&self, id: PatternId) -> &Pattern {
        &self.arenas.patterns[id.index()]
    }

    /// A parameter list of this unit.
    pub fn arguments(&self, id: ArgumentsId) -> &Arguments {
        &self.arenas.arguments[id.index()]
    }

    /// The items of a list: `unit.list(call.keywords)`.
    pub fn list<T: Pooled>(&self, list: List<T>) -> &[T] {
        &T::pool(self)[list.start as usize..][..list.len as usize]
    }

    /// The text of an identifier, NFKC-normalised.
    pub fn name(&self, id: NameId) -> &str {
        std::str::from_utf8(self.arenas.names[id.index()].of(&self.arenas.text)).unwrap_or_default()
    }

    /// Number of interned identifiers: `NameId`s have the indices below it.
    pub fn name_count(&self) -> usize {
        self.arenas.names.len()
    }

    /// The value of a constant.
    pub fn constant(&self, id: ConstantId) -> Constant<'_> {
        let text = |slice: TextSlice| slice.of(&self.arenas.text);
        match self.arenas.constants[id.index()] {
            ConstantRepr::None => Constant::None,
            ConstantRepr::True => Constant::True,
            ConstantRepr::False => Constant::False,
            ConstantRepr::Ellipsis => Constant::Ellipsis,
            ConstantRepr::Int(value) => Constant::Int(Int::Small(value)),
            ConstantRepr::BigInt { radix, digits } => Constant::Int(Int::Big {
                radix: u32::from(radix),
                digits: std::str::from_utf8(text(digits)).unwrap_or_default(),
            }),
            ConstantRepr::Float(bits) => Constant::Float(f64::from_bits(bits)),
            ConstantRepr::Complex(bits) => Constant::Complex(f64::from_bits(bits)),
            ConstantRepr::Str(slice) => Constant::Str(text(slice)),
            ConstantRepr::Bytes(slice) => Constant::Bytes(text(slice)),
        }
    }

    /// A nested unit, and where it stands.
    pub fn child(&self, id: ChildId) -> &Child {
        &self.children[id.index()]
    }

    /// The nested units in the order of the text.
    pub fn children(&self) -> impl ExactSizeIterator<Item = (ChildId, &Child)> {
        self.children.iter().enumerate().map(|(index, child)| (ChildId::new(index), child))
    }

    /// Whether nothing but the insides of nested units differs: all nodes of the units themselves are equal.
    pub fn same_own(&self, other: &Unit) -> bool {
        let same_holes = || self.children.iter().zip(&other.children).all(|(a, b)| a.same_hole(b));
        self.header == other.header
            && self.body == other.body
            && self.node_range == other.node_range
            && self.arenas == other.arenas
            && self.line_starts == other.line_starts
            && self.children.len() == other.children.len()
            && same_holes()
    }

    /// The name that a `def` or `class` binds; empty for a module.
    pub fn own_name(&self) -> &str {
        match &self.header {
            UnitHeader::Function(header) => self.name(header.name.name),
            UnitHeader::Class(header) => self.name(header.name.name),
            _ => "",
        }
    }

    /// All expressions, children before parents.
    pub fn all_exprs(&self) -> impl ExactSizeIterator<Item = (ExprId, &Expr)> {
        self.arenas.exprs.iter().enumerate().map(|(index, expr)| (ExprId::new(index), expr))
    }

    /// All statements, children before parents.
    pub fn all_stmts(&self) -> impl ExactSizeIterator<Item = (StmtId, &Stmt)> {
        self.arenas.stmts.iter().enumerate().map(|(index, stmt)| (StmtId::new(index), stmt))
    }

    /// Bytes from the unit's start to its end, children included.
    pub fn text_len(&self) -> TextSize {
        TextSize(self.len)
    }

    /// Number of line ends between the unit's start and its end, children's included.
    pub fn line_breaks(&self) -> u32 {
        self.line_breaks
    }

    /// Lines and columns of a range in own coordinates. Line 0 is the unit's first.
    pub fn span(&self, range: TextRange) -> Span {
        let (line, col) = self.line_col(range.start);
        // Most nodes end on the line they start on.
        let (end_line, end_col) = self.line_col(range.end);
        Span { line, col, end_line, end_col }
    }

    /// Line (from 0) and column (in bytes) of a place in own coordinates, relative to the unit's start.
    pub fn line_col(&self, at: TextSize) -> (u32, u32) {
        let own_line = self.line_starts.partition_point(|start| *start <= at.0) - 1;
        let column = at.0 - self.line_starts[own_line];
        match self.last_child_before(at) {
            None => (own_line as u32, column),
            Some(child) => {
                let line = child.lines + child.unit.line_breaks + (own_line as u32 - child.own_line);
                if own_line as u32 == child.own_line {
                    (line, child.unit.end_column + (at.0 - child.at - 1))
                } else {
                    (line, column)
                }
            }
        }
    }

    /// A range in own coordinates as bytes of the text from the unit's start on.
    pub fn text_range(&self, range: TextRange) -> TextRange {
        TextRange { start: self.text_offset(range.start), end: self.text_offset(range.end) }
    }

    fn text_offset(&self, at: TextSize) -> TextSize {
        match self.last_child_before(at) {
            None => at,
            Some(child) => TextSize(child.offset + child.unit.len + (at.0 - child.at - 1)),
        }
    }

    /// The last child that ends at or before `at`.
    fn last_child_before(&self, at: TextSize) -> Option<&Child> {
        let count = self.children.partition_point(|child| child.at < at.0);
        self.children[..count].last()
    }
}
