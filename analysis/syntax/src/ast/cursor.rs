//! Walking a tree of units with the place in the file at hand.

use text::{TextRange, TextSize};

use super::ids::{ChildId, StmtId};
use super::nodes::StmtKind;
use super::unit::{Child, Unit};

/// A place as CPython's nodes give it; columns count UTF-8 bytes from 0. Lines count from 1 when they come from a
/// [`Cursor`], and from 0, the unit's first line, when they come from a [`Unit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// `lineno`
    pub line: u32,
    /// `col_offset`
    pub col: u32,
    /// `end_lineno`
    pub end_line: u32,
    /// `end_col_offset`
    pub end_col: u32,
}

/// A unit, and where in the file it starts.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    pub unit: &'a Unit,
    /// Offset of the unit's start in the file.
    pub base: u32,
    /// Number of the unit's first line in the file, from 0.
    pub base_line: u32,
}

impl<'a> Cursor<'a> {
    /// At the module.
    pub fn new(module: &'a Unit) -> Cursor<'a> {
        Cursor { unit: module, base: 0, base_line: 0 }
    }

    /// At a nested unit.
    pub fn child(&self, id: ChildId) -> Cursor<'a> {
        let child = self.unit.child(id);
        Cursor { unit: child.unit, base: self.base + child.offset, base_line: self.base_line + child.lines }
    }

    /// At each of the nested units, in the order of the text.
    pub fn children(&self) -> impl ExactSizeIterator<Item = Cursor<'a>> + use<'a> {
        let Cursor { unit, base, base_line } = *self;
        unit.children().map(move |(_, child)| Cursor {
            unit: child.unit,
            base: base + child.offset,
            base_line: base_line + child.lines,
        })
    }

    /// Where the last `def` or `class` in it starts that starts no later than a place of the file, or else the unit: a
    /// place outside of all literals and brackets.
    pub fn definition_before(&self, offset: TextSize) -> TextSize {
        let mut cursor = *self;
        loop {
            let starts_before = |child: &Child<'_>| cursor.base + child.offset <= offset.0;
            let Some((id, child)) = cursor.unit.last_child(starts_before) else { break };
            let ends_before = cursor.base + child.offset + child.unit.text_len().0 < offset.0;
            cursor = cursor.child(id);
            if ends_before {
                break;
            }
        }
        TextSize(cursor.base)
    }

    /// Lines (from 1) and columns of a node's range.
    pub fn span(&self, range: TextRange) -> Span {
        let Span { line, col, end_line, end_col } = self.unit.span(range);
        let first = self.base_line + 1;
        Span { line: first + line, col, end_line: first + end_line, end_col }
    }

    /// Lines (from 1) and columns of a statement; of a `def` or `class` without its decorators, as CPython has it.
    pub fn stmt_span(&self, id: StmtId) -> Span {
        let stmt = self.unit.stmt(id);
        match stmt.kind {
            StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) | StmtKind::ClassDef(child) => {
                let child = self.child(child);
                child.span(child.unit.node_range())
            }
            _ => self.span(stmt.range),
        }
    }

    /// Where in the file the first statement of the unit's body begins, decorators included; its end if it has none.
    pub fn body_start(&self) -> TextSize {
        let Some(first) = self.unit.list(self.unit.body()).first() else {
            return TextSize(self.base + self.unit.text_len().0);
        };
        let stmt = self.unit.stmt(*first);
        match stmt.kind {
            StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) | StmtKind::ClassDef(child) => {
                TextSize(self.child(child).base)
            }
            _ => self.range(stmt.range).start,
        }
    }

    /// A node's range as bytes of the file.
    pub fn range(&self, range: TextRange) -> TextRange {
        let TextRange { start, end } = self.unit.text_range(range);
        TextRange { start: TextSize(self.base + start.0), end: TextSize(self.base + end.0) }
    }
}
