//! What compilation reports: errors and warnings with CPython's messages and places.

use crate::instr::Location;

/// A `SyntaxError` of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
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

/// The result of generating code.
pub type Res<T = ()> = Result<T, Error>;
