//! Units: the pieces a tree is made of.

use std::sync::Arc;

use bytecode::Const;
use text::{TextRange, TextSize};

use super::constant::{Constant, ConstantRepr, Int, TextSlice};
use super::cursor::Span;
use super::ids::{ArgumentsId, ChildId, ConstantId, ExprId, List, NameId, PatternId, StmtId, UnitId};
use super::nested::{Extent, Nested, NestedUnits};
use super::nodes::*;
use super::pools::{Pooled, Pools};
use crate::lexer::Indents;

/// A module, a `class` or a `def`: immutable, and free of anything that depends on where in the file it stands.
///
/// A unit starts at the start of its first line (the line of the first decorator, or of `def`/`class`; a module at the
/// start of the text) and ends with the last token of its last statement; a module ends with the text.
///
/// # Coordinates
/// The ranges in nodes count bytes of the unit's *own* text: from its start on, with each child unit counted as two
/// bytes, one for itself and one for the blank rest up to the next line of the unit's own. Thus an edit inside a child
/// changes nothing in its parent's nodes. [`Unit::span`] turns such a range into lines and columns,
/// [`Unit::text_range`] into bytes of the text (both relative to the unit's start), a [`Cursor`](super::Cursor) into
/// those of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Unit {
    pub(crate) own: Arc<Own>,
    pub(crate) nested: NestedUnits,
    /// Bytes from start to end, children included.
    len: u32,
    /// Line ends between start and end, children's included.
    line_breaks: u32,
    /// Column of the end.
    end_column: u32,
}

/// What is a unit's own: all but the insides of its children. Edits there leave it as it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Own {
    pub header: UnitHeader,
    pub body: StmtList,
    pub node_range: TextRange,
    pub pools: Pools,
    /// Where the children are.
    pub holes: Box<[Hole]>,
    /// Starts of the unit's own lines, in its own coordinates; the first is 0.
    pub line_starts: Box<[u32]>,
    /// The blocks that are open where the unit starts.
    pub indents: Indents,
    /// The text from the start to the body, on which the header depends alone. Empty for a module.
    pub head: Box<str>,
    /// Only of units that were not parsed.
    pub placed: Option<Box<Placed>>,
}

/// What a unit has that was not parsed: there is no text that ranges could be of. A range starts with the number of a
/// place; places are those in the file, whatever unit they are in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Lines count from 0.
    pub spans: Box<[Span]>,
    /// The values that no literal has.
    pub constants: Box<[Const]>,
}

/// Where a child stands in its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    /// In the parent's own coordinates; always the start of a line.
    pub at: u32,
    /// Which of the parent's own lines that is.
    pub own_line: u32,
}

/// How many bytes a child counts in its parent's own coordinates.
pub(crate) const HOLE_LEN: u32 = 2;

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
#[derive(Clone, Copy, Debug)]
pub struct Child<'a> {
    pub id: UnitId,
    pub unit: &'a Arc<Unit>,
    /// Bytes from the parent's start to the child's, other children included.
    pub offset: u32,
    /// Lines from the parent's first to the child's, other children's included.
    pub lines: u32,
    /// From the child's start to the next line of the parent's.
    pub(crate) extent: Extent,
}

impl Child<'_> {
    /// Whether it begins and ends on the lines where `other` does, and what follows goes on there.
    pub fn same_lines(&self, other: &Child<'_>) -> bool {
        let end = |unit: &Unit| (unit.line_breaks, unit.end_column, unit.span(unit.node_range()));
        self.lines == other.lines
            && self.extent.line_breaks == other.extent.line_breaks
            && (Arc::ptr_eq(self.unit, other.unit) || end(self.unit) == end(other.unit))
    }
}

impl Unit {
    /// What introduces the body: `def …`, `class …`, or which kind of module.
    pub fn header(&self) -> &UnitHeader {
        &self.own.header
    }

    /// The statements of the body.
    pub fn body(&self) -> StmtList {
        self.own.body
    }

    /// The range CPython gives the node, in the unit's own coordinates: without decorators, from `def`, `async` or
    /// `class` to the last token. Of a module, everything.
    pub fn node_range(&self) -> TextRange {
        self.own.node_range
    }

    /// An expression of this unit.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.own.pools.exprs[id.index()]
    }

    /// A statement of this unit.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.own.pools.stmts[id.index()]
    }

    /// A pattern of this unit.
    pub fn pattern(&self, id: PatternId) -> &Pattern {
        self.own.pools.pattern(id)
    }

    /// A parameter list of this unit.
    pub fn arguments(&self, id: ArgumentsId) -> &Arguments {
        &self.own.pools.arguments[id.index()]
    }

    /// The items of a list: `unit.list(call.keywords)`.
    pub fn list<T: Pooled>(&self, list: List<T>) -> &[T] {
        list.of(T::pool(self))
    }

    /// The text of an identifier, NFKC-normalised.
    pub fn name(&self, id: NameId) -> &str {
        std::str::from_utf8(self.name_bytes(id)).unwrap_or_default()
    }

    /// The same as bytes, for who only compares it or asks for it often: nothing is checked.
    pub fn name_bytes(&self, id: NameId) -> &[u8] {
        self.own.pools.names[id.index()].of(&self.own.pools.text)
    }

    /// Number of interned identifiers: `NameId`s have the indices below it.
    pub fn name_count(&self) -> usize {
        self.own.pools.names.len()
    }

    /// The value of a constant.
    pub fn constant(&self, id: ConstantId) -> Constant<'_> {
        let text = |slice: TextSlice| slice.of(&self.own.pools.text);
        match self.own.pools.constants[id.index()] {
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
            ConstantRepr::Made(number) => match &self.own.placed {
                Some(placed) => Constant::Made(&placed.constants[number as usize]),
                None => Constant::None,
            },
        }
    }

    /// The string literal that a body begins with, and its value: the docstring, if the body is one that has it.
    pub fn leading_string(&self, body: &[StmtId]) -> Option<(ExprId, &[u8])> {
        let StmtKind::Expr { value: literal } = self.stmt(*body.first()?).kind else { return None };
        let ExprKind::Constant { value, .. } = self.expr(literal).kind else { return None };
        let Constant::Str(bytes) = self.constant(value) else { return None };
        Some((literal, bytes))
    }

    /// A nested unit, and where it stands.
    pub fn child(&self, id: ChildId) -> Child<'_> {
        self.child_at(id.index())
    }

    pub(crate) fn child_at(&self, index: usize) -> Child<'_> {
        let (before, nested) = self.nested.get(index);
        self.child_of(index, before, nested)
    }

    /// The nested unit at an index, given what the ones before it take.
    fn child_of<'a>(&'a self, index: usize, before: Extent, nested: &'a Nested) -> Child<'a> {
        let Nested { id, unit, extent } = nested;
        let Hole { at, own_line } = self.own.holes[index];
        let index = index as u32;
        Child {
            id: *id,
            unit,
            offset: at + before.len - index * HOLE_LEN,
            lines: own_line + before.line_breaks - index,
            extent: *extent,
        }
    }

    /// The nested units in the order of the text.
    pub fn children(&self) -> impl ExactSizeIterator<Item = (ChildId, Child<'_>)> {
        let nested = self.nested.iter().enumerate();
        nested.map(|(index, (before, nested))| (ChildId::new(index), self.child_of(index, before, nested)))
    }

    /// The innermost of the nested units that holds a range, if one does: bytes from this unit's start on.
    pub fn child_around(&self, range: TextRange) -> Option<(ChildId, Child<'_>)> {
        let (id, child) = self.last_child(|child| child.offset <= range.start.0)?;
        let holds = range.end.0 <= child.offset + child.unit.text_len().0;
        holds.then_some((id, child))
    }

    /// The last of the nested units for which something holds that holds for all before it.
    pub fn last_child(&self, holds: impl Fn(&Child<'_>) -> bool) -> Option<(ChildId, Child<'_>)> {
        let (mut low, mut high) = (0, self.nested.len());
        while low < high {
            let middle = (low + high) / 2;
            if holds(&self.child_at(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let id = ChildId::new(low.checked_sub(1)?);
        Some((id, self.child(id)))
    }

    /// The nested units that are not those of `old`, if nothing else can differ because the rest is shared.
    pub fn changed_children(&self, old: &Unit) -> Option<Vec<ChildId>> {
        let shared = Arc::ptr_eq(&self.own, &old.own);
        shared.then(|| self.nested.differences(&old.nested).into_iter().map(ChildId::new).collect())
    }

    /// Whether nothing but the insides of nested units differs: all nodes of the units themselves are equal.
    pub fn same_own(&self, other: &Unit) -> bool {
        Arc::ptr_eq(&self.own, &other.own) || self.own == other.own
    }

    /// Whether the headers are equal, nodes and all: what a parent sees of its children.
    pub fn same_head(&self, other: &Unit) -> bool {
        self.own.head == other.own.head
    }

    /// The name that a `def` or `class` binds; empty for a module.
    pub fn own_name(&self) -> &str {
        match &self.own.header {
            UnitHeader::Function(header) => self.name(header.name.name),
            UnitHeader::Class(header) => self.name(header.name.name),
            _ => "",
        }
    }

    /// Whether the header has type parameters, which live in a block of their own.
    pub fn has_type_params(&self) -> bool {
        match &self.own.header {
            UnitHeader::Function(header) => !header.type_params.is_empty(),
            UnitHeader::Class(header) => !header.type_params.is_empty(),
            _ => false,
        }
    }

    /// All expressions, children before parents.
    pub fn all_exprs(&self) -> impl ExactSizeIterator<Item = (ExprId, &Expr)> {
        self.own.pools.exprs.iter().enumerate().map(|(index, expr)| (ExprId::new(index), expr))
    }

    /// All statements, children before parents.
    pub fn all_stmts(&self) -> impl ExactSizeIterator<Item = (StmtId, &Stmt)> {
        self.own.pools.stmts.iter().enumerate().map(|(index, stmt)| (StmtId::new(index), stmt))
    }

    /// What the unit itself takes in memory: for each kind of content its bytes. The units in it are not counted.
    pub fn storage(&self) -> Vec<(&'static str, usize)> {
        let fixed = size_of::<Unit>() + size_of::<Own>() + size_of::<Nested>() + 4 * size_of::<usize>();
        let Own { pools, holes, line_starts, head, .. } = &*self.own;
        let mut storage = pools.storage();
        storage.extend([
            ("fixed", fixed),
            ("lines", size_of_val(&**line_starts) + size_of_val(&**holes)),
            ("head", head.len()),
        ]);
        storage
    }

    /// Bytes from the unit's start to its end, children included.
    pub fn text_len(&self) -> TextSize {
        TextSize(self.len)
    }

    /// Number of line ends between the unit's start and its end, children's included.
    pub fn line_breaks(&self) -> u32 {
        self.line_breaks
    }

    /// Whether there is a text, so that ranges tell how nodes lie to each other. In trees that programs make they do not.
    pub fn is_parsed(&self) -> bool {
        self.own.placed.is_none()
    }

    /// Lines and columns of a range in own coordinates. Line 0 is the unit's first.
    pub fn span(&self, range: TextRange) -> Span {
        if let Some(placed) = &self.own.placed {
            return placed.spans[range.start.0 as usize];
        }
        let line_starts = &self.own.line_starts;
        let own_line = line_starts.partition_point(|start| *start <= range.start.0) - 1;
        let (line, col) = self.place(range.start, own_line);
        // Most nodes end on the line they start on, and no hole is inside a line.
        if line_starts.get(own_line + 1).is_none_or(|next| range.end.0 < *next) && self.own.holes.is_empty() {
            return Span { line, col, end_line: line, end_col: col + (range.end.0 - range.start.0) };
        }
        // It ends a few lines on: those are looked through in growing steps.
        let mut step = 1;
        while line_starts.get(own_line + step).is_some_and(|start| *start <= range.end.0) {
            step *= 2;
        }
        let lines = &line_starts[own_line..line_starts.len().min(own_line + step)];
        let end_own_line = own_line + lines.partition_point(|start| *start <= range.end.0) - 1;
        let (end_line, end_col) = self.place(range.end, end_own_line);
        Span { line, col, end_line, end_col }
    }

    /// Line (from 0) and column (in bytes) of a place in own coordinates, relative to the unit's start.
    pub fn line_col(&self, at: TextSize) -> (u32, u32) {
        self.place(at, self.own.line_starts.partition_point(|start| *start <= at.0) - 1)
    }

    /// The place that [`line_col`](Self::line_col) gives the line and column of, on one of the unit's own lines or one of
    /// the head of a nested unit; in that unit's own coordinates then, with its number.
    pub fn offset(&self, line: u32, column: u32) -> (Option<ChildId>, TextSize) {
        let own = |unit: &Unit, own_line: u32| {
            let start = unit.own.line_starts.get(own_line as usize).or(unit.own.line_starts.last());
            TextSize(start.map_or(0, |start| start + column).min(unit.own.node_range.end.0))
        };
        let Some((id, child)) = self.last_child(|child| child.lines <= line) else {
            return (None, own(self, line));
        };
        let behind = line - child.lines;
        let hole = self.own.holes[id.index()];
        let below = behind.checked_sub(child.extent.line_breaks);
        match below.filter(|_| self.line_follows(id.index())) {
            None => (Some(id), own(child.unit, behind)),
            Some(below) => (None, own(self, hole.own_line + 1 + below)),
        }
    }

    /// The same for a place on the unit's own line `own_line`.
    fn place(&self, at: TextSize, own_line: usize) -> (u32, u32) {
        let column = at.0 - self.own.line_starts[own_line];
        let own_line = own_line as u32;
        let Some((index, hole)) = self.hole_before(at) else { return (own_line, column) };
        let child = self.child_at(index);
        let behind = at.0 - hole.at;
        if behind < HOLE_LEN {
            (child.lines + child.unit.line_breaks, child.unit.end_column)
        } else if own_line == hole.own_line {
            (child.lines + child.extent.line_breaks, child.unit.end_column + behind - HOLE_LEN)
        } else {
            (child.lines + child.extent.line_breaks + (own_line - hole.own_line - 1), column)
        }
    }

    /// A range in own coordinates as bytes of the text from the unit's start on.
    pub fn text_range(&self, range: TextRange) -> TextRange {
        TextRange { start: self.text_offset(range.start), end: self.text_offset(range.end) }
    }

    fn text_offset(&self, at: TextSize) -> TextSize {
        if self.own.placed.is_some() {
            return at;
        }
        let Some((index, hole)) = self.hole_before(at) else { return at };
        let child = self.child_at(index);
        let behind = at.0 - hole.at;
        if behind < HOLE_LEN {
            TextSize(child.offset + child.unit.len)
        } else {
            TextSize(child.offset + child.extent.len + behind - HOLE_LEN)
        }
    }

    /// The last hole that starts before `at`.
    fn hole_before(&self, at: TextSize) -> Option<(usize, Hole)> {
        let count = self.own.holes.partition_point(|hole| hole.at < at.0);
        Some((count.checked_sub(1)?, self.own.holes[count - 1]))
    }

    /// A unit that was not parsed. The units in it stand where it does, for all of them say on their own where their
    /// nodes are.
    pub(crate) fn placed(
        header: UnitHeader,
        body: StmtList,
        node_range: TextRange,
        pools: Pools,
        placed: Placed,
        nested: Vec<Nested>,
    ) -> Unit {
        let holes = (0..nested.len() as u32).map(|index| Hole { at: index * HOLE_LEN, own_line: index });
        let own = Own {
            header,
            body,
            node_range,
            pools,
            holes: holes.collect(),
            line_starts: Box::new([0]),
            indents: Indents::default(),
            head: Box::default(),
            placed: Some(Box::new(placed)),
        };
        let nested = NestedUnits::new(nested);
        Unit { own: Arc::new(own), nested, len: 0, line_breaks: 0, end_column: 0 }
    }

    pub(crate) fn new(own: Arc<Own>, nested: NestedUnits) -> Unit {
        let mut unit = Unit { own, nested, len: 0, line_breaks: 0, end_column: 0 };
        let end = unit.own.node_range.end;
        unit.len = unit.text_offset(end).0;
        (unit.line_breaks, unit.end_column) = unit.line_col(end);
        unit
    }

    /// Whether a line starts where a child's hole ends.
    pub(crate) fn line_follows(&self, index: usize) -> bool {
        let Hole { at, own_line } = self.own.holes[index];
        self.own.line_starts.get(own_line as usize + 1) == Some(&(at + HOLE_LEN))
    }

    /// Whether the unit ends with its last child.
    pub(crate) fn ends_with_child(&self) -> bool {
        self.own.holes.last().is_some_and(|hole| hole.at + 1 == self.own.node_range.end.0)
    }
}
