//! Errors and warnings, worded and placed as CPython does.

use text::{LineIndex, TextRange};

pub use crate::lexer::ErrorPlace;
use crate::lexer::{ErrorClass, LexError};

/// An error in the text, as CPython's exception would describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    pub place: ErrorPlace,
    /// Where to underline: bytes of the text.
    pub range: TextRange,
    /// Whether the tokenizer says so while it makes a token: CPython then has the line at hand, but not yet its end.
    pub of_token: bool,
    /// How far CPython had read when it gave up, in bytes: of what lies before it has given its warnings.
    pub read_to: u32,
}

/// The exception's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// What CPython's parser says of text nested too deep for it. It gives no place; ours is where it happened.
    MemoryError,
    /// What it says of a name that stands for `None`, `True` or `False` without being spelt so. The same goes for its
    /// place.
    ValueError,
    /// What the compiler says of a docstring with a surrogate in it. The same goes for its place.
    UnicodeEncodeError,
}

impl ErrorKind {
    /// Whether CPython says where it is.
    pub fn has_place(self) -> bool {
        matches!(self, ErrorKind::SyntaxError | ErrorKind::IndentationError | ErrorKind::TabError)
    }

    /// The name of the exception's type.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::MemoryError => "MemoryError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::UnicodeEncodeError => "UnicodeEncodeError",
        }
    }
}

impl From<ErrorClass> for ErrorKind {
    fn from(class: ErrorClass) -> ErrorKind {
        match class {
            ErrorClass::SyntaxError => ErrorKind::SyntaxError,
            ErrorClass::IndentationError => ErrorKind::IndentationError,
            ErrorClass::TabError => ErrorKind::TabError,
            ErrorClass::ValueError => ErrorKind::ValueError,
        }
    }
}

impl SyntaxError {
    /// An error of the lexer in this source.
    pub fn of_lexer(error: &LexError, source: &str, lines: &LineIndex) -> SyntaxError {
        let place = error.place(source, lines);
        SyntaxError {
            kind: error.class().into(),
            message: error.message(|at| lines.line(at) + 1),
            place,
            range: error.range,
            // An end it has only where the tokenizer stands inside of the token.
            of_token: error.class() == ErrorClass::SyntaxError && place.end_offset > 0,
            read_to: error.found_at.0,
        }
    }
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
