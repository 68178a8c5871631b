//! What an editor needs, in plain data and byte offsets.
//!
//! A [`Host`] owns the open documents; one thread makes all changes through it. To read, that thread takes an
//! [`Analysis`], a snapshot that can move to any thread. A change cancels the reads that still run: they return
//! [`Cancelled`], and whoever asked asks again. Snapshots have to be dropped soon, for a change waits for them.
//!
//! This crate knows no protocol. Offsets are bytes of UTF-8; lines and columns are made from them by `text`.

mod bytecode;
mod calls;
mod completion;
mod effects;
mod evaluation;
mod file;
mod fixes;
mod host;
mod hover;
mod inlay;
mod kinds;
mod names;
mod outline;
mod ranges;
mod signature;
mod tokens;
mod types;

pub use diagnostics::{Diagnostic, Fix, Related, Severity, Tag, TextEdit};
pub use host::{Analysis, Cancellable, Cancelled, EditError, FileId, Host};
pub use types::*;
