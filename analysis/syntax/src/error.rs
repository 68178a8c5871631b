//! Errors and warnings, worded and placed as CPython does.

use text::TextRange;

/// An error in the text, as CPython's exception would describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    pub place: Place,
    /// Where to underline: bytes of the text.
    pub range: TextRange,
}

/// The exception's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// What CPython's parser says of text nested too deep for it. It gives no place; ours is where it happened.
    MemoryError,
}

impl ErrorKind {
    /// The name of the exception's type.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::MemoryError => "MemoryError",
        }
    }
}

/// The exception's place, number by number as CPython reports it: lines count from 1, offsets count characters
/// from 1. An end of 0 (or −1) says that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Place {
    pub lineno: i32,
    pub offset: i32,
    pub end_lineno: i32,
    pub end_offset: i32,
}

/// A warning about text that is valid for now, such as an invalid escape sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarning {
    pub kind: WarningKind,
    pub message: String,
    /// The line CPython gives, from 1.
    pub lineno: u32,
    /// Where to underline: bytes of the text.
    pub range: TextRange,
}

/// The warning's category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarningKind {
    SyntaxWarning,
    DeprecationWarning,
}
