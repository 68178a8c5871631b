//! Errors of the symbol table, with CPython's messages.

use syntax::ast::{ChildId, Cursor, Span};
use text::TextRange;

/// A range in the arena of the unit at hand, or, for what stands in the header of a nested `def` or `class`, in that
/// child's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub child: Option<ChildId>,
    pub range: TextRange,
}

impl Place {
    /// Lines and columns in the file; `unit` is the unit at hand.
    pub fn span(self, unit: Cursor<'_>) -> Span {
        self.cursor(unit).span(self.range)
    }

    /// Bytes of the file; `unit` is the unit at hand.
    pub fn file_range(self, unit: Cursor<'_>) -> TextRange {
        self.cursor(unit).range(self.range)
    }

    fn cursor(self, unit: Cursor<'_>) -> Cursor<'_> {
        match self.child {
            None => unit,
            Some(child) => unit.child(child),
        }
    }
}

/// A `SyntaxError` that the symbol table finds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    pub place: Place,
    pub message: String,
}
