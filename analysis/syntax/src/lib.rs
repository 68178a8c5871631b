//! The front end: text to tokens to a tree of units.
//!
//! Everything here works on decoded text (`&str`, UTF-8, no byte order mark) and never fails: broken text yields a
//! tree and errors. The tree is CPython 3.14's abstract syntax tree in names, fields and positions.

pub mod ast;
pub mod dump;
pub mod error;
pub mod fields;
pub mod lexer;
mod literal;
pub mod made;
pub mod optimize;
mod parser;
mod reparse;
pub mod source;
pub mod token;
pub mod tokenize;
pub mod unicode;

pub use error::{ErrorKind, SyntaxError, SyntaxWarning, WarningKind};
pub use parser::{IssuedWarning, Mode, ParseOptions, Parsed, parse, parse_module};
pub use reparse::{Edit, Reparsed, reparse};
