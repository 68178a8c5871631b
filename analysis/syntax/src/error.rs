//! Errors and warnings, worded and placed as CPython does.

use text::{ColumnUnit, LineIndex, TextRange, TextSize};

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
}

/// The exception's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// Text that ends too early, where that is told apart
    IncompleteInput,
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
            ErrorKind::IncompleteInput => "_IncompleteInputError",
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
    /// The token that brings CPython to warn.
    pub token: TextRange,
}

impl SyntaxWarning {
    /// The error that the warning becomes where warnings are errors: its message and place in `text`, whose lines
    /// are `lines`.
    pub fn as_error(&self, text: &str, lines: &LineIndex) -> (String, ErrorPlace) {
        // Of what is to come an error has nothing to say.
        let message = self.message.replace(" Such sequences will not work in the future.", "");
        let column = |at: TextSize| lines.line_col(text, at, ColumnUnit::Utf32).col as i32;
        let place = |start: i32, width: i32| {
            let line = self.lineno.checked_sub(1).filter(|line| *line < lines.line_count());
            let longest = line.map_or(i32::MAX, |line| {
                let line = text[lines.line_range(line).to_usize()].trim_end_matches(['\r', '\n']);
                i32::try_from(line.chars().count()).unwrap_or(i32::MAX - 2) + 2
            });
            let (offset, end_offset) = ((start + 1).min(longest), (start + 1 + width).min(longest));
            ErrorPlace { line: self.lineno, offset, end_line: self.lineno, end_offset }
        };
        let place = if self.token.is_empty() {
            place(column(self.token.start), 0)
        } else if self.token.start > self.range.start {
            // CPython counts from the closing quotes of an f-string.
            place(column(self.token.start) + 1, 2)
        } else {
            // In bytes it forgets what comes before the text.
            let literal = &text[self.token];
            let opening = literal.find(['\'', '"']).unwrap_or(0);
            let bytes = literal[..opening].contains(['b', 'B']);
            let quote = literal.as_bytes().get(opening);
            let triple = quote.is_some() && literal.as_bytes().get(opening + 2) == quote;
            let quotes = if triple { 3 } else { 1 };
            let forgotten = if bytes { opening + quotes } else { 0 };
            place(column(self.range.start) - forgotten as i32, 2)
        };
        (message, place)
    }
}

/// The warning's category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarningKind {
    SyntaxWarning,
    DeprecationWarning,
}
