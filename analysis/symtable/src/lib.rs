//! CPython's symbol tables: for each block of a program, which names it binds and uses and where each of them lives.
//!
//! Two passes, as in `Python/symtable.c`: [`collect`](collect()) reads one unit of the tree and notes what each block
//! says of a name; [`resolve`](resolve()) decides between local, cell, free and global. Both work unit by unit, on
//! plain values; [`SymbolTable::build`] runs them over a file and links the results.
//!
//! The compiler asks a [`SymbolTable`] for the block of a node ([`SymbolTable::lookup`]) and the scope of a name
//! ([`SymbolTable::scope`]).

mod binding;
mod block;
mod builtins;
mod collect;
mod error;
mod future;
mod listing;
mod mangle;
mod names;
mod occurrence;
mod resolve;
mod symbol;
mod table;

pub use binding::{NameKind, NamePlace, Resolution};
pub use block::{Block, BlockId, BlockType, ComprehensionKind, LocalBlock, Nested, Node, NodeKey, UnitIndex};
pub use builtins::{builtins, is_builtin, is_module_attribute};
pub use collect::{Collected, Context, collect, occurrences};
pub use error::{Error, Place};
pub use future::{FutureFeatures, future_features};
pub use mangle::mangle;
pub use names::{Name, Names};
pub use occurrence::{Occurrence, Role};
pub use resolve::{Enclosing, Free, Scopes, add_globals, enclosing, resolve};
pub use symbol::{Flags, Scope, Symbol, Symbols};
pub use table::{Options, SymbolError, SymbolTable};
