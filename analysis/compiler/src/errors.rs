//! What compilation reports: errors and warnings with CPython's messages and places.

use syntax::ErrorKind;

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

/// A `SyntaxWarning` of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// CPython's message.
    pub message: String,
    /// The place, as in [`Error`].
    pub loc: Location,
}

/// What the parser warned of, which says a line alone.
impl From<syntax::SyntaxWarning> for Warning {
    fn from(warning: syntax::SyntaxWarning) -> Warning {
        let line = i32::try_from(warning.lineno).unwrap_or(i32::MAX);
        Warning { message: warning.message, loc: Location { line, end_line: line, ..Location::NONE } }
    }
}

/// The result of generating code.
pub type Res<T = ()> = Result<T, Error>;
