//! Nodes with their place: a node's handle together with the unit it lives in and where that unit stands.
//!
//! Header expressions of a nested unit are evaluated in the enclosing scope, so a scope meets nodes of several units;
//! each node here knows its own.

use std::cell::Cell;

use bytecode::{Const, PyString};
use symtable::UnitIndex;
use syntax::ast::*;
use text::{TextRange, TextSize};

use crate::instr::Location;

/// A unit, where it stands in the file, and its number in the symbol table.
#[derive(Clone, Copy)]
pub(crate) struct Cx<'a> {
    pub cursor: Cursor<'a>,
    pub index: UnitIndex,
    pub lines: &'a Lines,
}

/// The place on a line that was asked for last: what is asked for next is mostly on the same line.
#[derive(Default)]
pub(crate) struct Lines(Cell<Option<Line>>);

/// A range of a unit's text that is known to lie on one line.
#[derive(Clone, Copy)]
struct Line {
    /// Tells units apart
    unit: *const Unit,
    range: TextRange,
    line: i32,
    /// Column where the range starts
    col: i32,
}

impl Line {
    /// The place of a range inside of this one.
    fn location(&self, cursor: Cursor<'_>, range: TextRange) -> Option<Location> {
        let inside = self.range.start <= range.start && range.end <= self.range.end;
        if !inside || !std::ptr::eq(self.unit, cursor.unit) {
            return None;
        }
        let col = |at: TextSize| self.col + (at.0 - self.range.start.0) as i32;
        let Line { line, .. } = *self;
        Some(Location { line, end_line: line, col: col(range.start), end_col: col(range.end) })
    }

    /// Another range with what lies between, if that is on the same line.
    fn joined(self, other: Line) -> Line {
        if !std::ptr::eq(self.unit, other.unit) || self.line != other.line {
            return other;
        }
        let first = if self.range.start < other.range.start { self } else { other };
        let range = TextRange { start: first.range.start, end: self.range.end.max(other.range.end) };
        Line { range, ..first }
    }
}

/// An expression.
#[derive(Clone, Copy)]
pub(crate) struct Expr<'a> {
    pub cx: Cx<'a>,
    pub id: ExprId,
}

/// Several expressions.
#[derive(Clone, Copy)]
pub(crate) struct Exprs<'a> {
    cx: Cx<'a>,
    ids: &'a [ExprId],
}

/// A statement.
#[derive(Clone, Copy)]
pub(crate) struct Stmt<'a> {
    pub cx: Cx<'a>,
    pub id: StmtId,
}

/// A pattern.
#[derive(Clone, Copy)]
pub(crate) struct Pattern<'a> {
    pub cx: Cx<'a>,
    pub id: PatternId,
}

impl<'a> Cx<'a> {
    pub fn unit(self) -> &'a Unit {
        self.cursor.unit
    }

    pub fn expr(self, id: ExprId) -> Expr<'a> {
        Expr { cx: self, id }
    }

    pub fn stmt(self, id: StmtId) -> Stmt<'a> {
        Stmt { cx: self, id }
    }

    pub fn pattern(self, id: PatternId) -> Pattern<'a> {
        Pattern { cx: self, id }
    }

    pub fn exprs(
        self,
        list: ExprList,
    ) -> impl DoubleEndedIterator<Item = Expr<'a>> + ExactSizeIterator + Clone {
        self.unit().list(list).iter().map(move |&id| self.expr(id))
    }

    /// The same, to be measured and cut.
    pub fn list(self, list: ExprList) -> Exprs<'a> {
        Exprs { cx: self, ids: self.unit().list(list) }
    }

    pub fn name(self, ident: Ident) -> &'a str {
        self.unit().name(ident.name)
    }

    pub fn loc(self, range: TextRange) -> Location {
        let known = self.lines.0.get();
        match known.and_then(|line| line.location(self.cursor, range)) {
            Some(loc) => loc,
            None => self.find(range, known),
        }
    }

    fn find(self, range: TextRange, known: Option<Line>) -> Location {
        let loc = location(self.cursor.span(range));
        if loc.line == loc.end_line && self.unit().is_parsed() {
            let line = Line { unit: self.cursor.unit, range, line: loc.line, col: loc.col };
            self.lines.0.set(Some(known.map_or(line, |known| known.joined(line))));
        }
        loc
    }

    pub fn constant(self, id: ConstantId) -> Const {
        self.unit().constant(id).value()
    }
}

impl<'a> Expr<'a> {
    pub fn kind(self) -> ExprKind {
        self.cx.unit().expr(self.id).kind
    }

    pub fn loc(self) -> Location {
        self.cx.loc(self.cx.unit().expr(self.id).range)
    }

    pub fn at(self, id: ExprId) -> Expr<'a> {
        self.cx.expr(id)
    }

    /// The name, of a `Name`.
    pub fn as_name(self) -> Option<&'a str> {
        match self.kind() {
            ExprKind::Name { id, .. } => Some(self.cx.unit().name(id)),
            _ => None,
        }
    }

    /// Whether it is this name.
    pub fn is_name(self, name: &str) -> bool {
        matches!(self.kind(), ExprKind::Name { id, .. } if self.cx.unit().name_bytes(id) == name.as_bytes())
    }

    pub fn is_starred(self) -> bool {
        matches!(self.kind(), ExprKind::Starred { .. })
    }

    /// What stands behind the star, or the expression itself.
    pub fn without_star(self) -> Expr<'a> {
        match self.kind() {
            ExprKind::Starred { value, .. } => self.at(value),
            _ => self,
        }
    }
}

impl<'a> Exprs<'a> {
    pub fn len(self) -> usize {
        self.ids.len()
    }

    pub fn iter(self) -> impl ExactSizeIterator<Item = Expr<'a>> {
        self.ids.iter().map(move |&id| self.cx.expr(id))
    }

    /// The one expression, if it is one.
    pub fn only(self) -> Option<Expr<'a>> {
        match self.ids {
            [id] => Some(self.cx.expr(*id)),
            _ => None,
        }
    }

    pub fn any_starred(self) -> bool {
        self.iter().any(Expr::is_starred)
    }
}

impl<'a> Stmt<'a> {
    pub fn kind(self) -> StmtKind {
        self.cx.unit().stmt(self.id).kind
    }

    pub fn loc(self) -> Location {
        let stmt = self.cx.unit().stmt(self.id);
        match stmt.kind {
            StmtKind::FunctionDef(_) | StmtKind::AsyncFunctionDef(_) | StmtKind::ClassDef(_) => {
                location(self.cx.cursor.stmt_span(self.id))
            }
            _ => self.cx.loc(stmt.range),
        }
    }
}

impl<'a> Pattern<'a> {
    pub fn kind(self) -> PatternKind {
        self.cx.unit().pattern(self.id).kind
    }

    pub fn loc(self) -> Location {
        self.cx.loc(self.cx.unit().pattern(self.id).range)
    }

    /// `_`
    pub fn is_wildcard(self) -> bool {
        matches!(self.kind(), PatternKind::MatchAs { name: None, pattern: None })
    }

    /// `*_`
    pub fn is_star_wildcard(self) -> bool {
        matches!(self.kind(), PatternKind::MatchStar { name: None })
    }
}

pub(crate) fn location(span: Span) -> Location {
    Location {
        line: span.line as i32,
        end_line: span.end_line as i32,
        col: span.col as i32,
        end_col: span.end_col as i32,
    }
}

/// A string constant.
pub(crate) fn text(bytes: &[u8]) -> PyString {
    PyString::from_bytes(bytes).unwrap_or_default()
}
