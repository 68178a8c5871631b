//! Code objects as text that can be edited: [`write`](write::write) prints it, [`read`](read::read) makes code of it.
//!
//! The text says everything, so that what is written and read again is the same code in every field. `docs/asm.md`
//! describes it.

mod assemble;
mod cursor;
mod literal;
mod operand;
pub mod read;
pub mod write;

use std::fmt;

use crate::local_kind;

/// What is wrong with a text, or with code that is to become text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// The line, from 1; 0 if it is about no line
    pub line: usize,
    /// What is wrong there
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Words for the bits of a slot's kind.
const KINDS: [(u8, &str); 7] = [
    (local_kind::ARG_POS, "positional"),
    (local_kind::ARG_KW, "keyword"),
    (local_kind::ARG_VAR, "star"),
    (local_kind::HIDDEN, "hidden"),
    (local_kind::LOCAL, "local"),
    (local_kind::CELL, "cell"),
    (local_kind::FREE, "free"),
];

#[cfg(test)]
mod tests;
