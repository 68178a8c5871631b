//! What compilation reports: errors and warnings with CPython's messages and places.

use syntax::ErrorKind;

use crate::compile::SourceError;
use crate::instr::Location;

/// An error of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The exception's type.
    pub kind: ErrorKind,
    /// CPython's message.
    pub message: String,
    /// The place; lines from 1, columns in UTF-8 bytes from 0.
    pub loc: Location,
}

impl Warning {
    /// A warning of the compiler.
    pub(crate) fn new(message: String, loc: Location) -> Warning {
        Warning { message, loc, as_error: None }
    }

    /// What the parser warns of in `parsed`, which is `text`, up to the first error.
    pub fn of_parser(parsed: &syntax::Parsed, text: &str) -> Vec<Warning> {
        let warning = |it: syntax::IssuedWarning| {
            let line = i32::try_from(it.warning.lineno).unwrap_or(i32::MAX);
            let loc = Location { line, end_line: line, ..Location::NONE };
            Warning { message: it.warning.message, loc, as_error: Some(it.error) }
        };
        parsed.issued_warnings(text).into_iter().map(warning).collect()
    }

    /// The error that it is where a filter makes errors of warnings; `text` is what it is about.
    pub fn into_error(self, text: &str) -> SourceError {
        match &self.as_error {
            Some(error) => error.into(),
            None => SourceError::at_location(self.message, self.loc, text),
        }
    }
}

/// A `SyntaxWarning` of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// CPython's message.
    pub message: String,
    /// The place, as in [`Error`].
    pub loc: Location,
    /// The error that it is where warnings are errors, if it is the parser's, which otherwise says a line alone.
    pub as_error: Option<syntax::SyntaxError>,
}

/// The result of generating code.
pub type Res<T = ()> = Result<T, Error>;
