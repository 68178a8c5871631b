//! What is computed of the open files, once, and again only when something it depends on changed.
//!
//! The document layer hands in each new tree ([`Database::set`]), which is compared with the one before and taken apart:
//! a [`UnitKey`] is the input for one unit, and outlives edits. Everything else is a query on one unit, or a small summary
//! of all of them. No query goes below a unit, for each dependency has its price.
//!
//! How an edit stays small: of a unit's key only that is set which the edit changed. [`UnitKey::own`] stays while only the
//! insides of nested units change, [`UnitKey::laid`] while their lines stay where they are, too. Bindings flow inwards
//! (`Around`), free variables outwards (`Outgoing`), both as plain values, so that what depends on them is not computed
//! again when they come out equal.
//!
//! One thread owns the [`Database`] and makes all changes; reads run on clones. Setting an input cancels the reads:
//! they unwind, which [`cancellable`] turns into a value.

pub mod code;
mod database;
mod input;
mod located;
pub mod queries;
mod recent;

pub use code::code_of;
pub use database::{Cancelled, Database, Db, cancellable};
pub use input::{File, UnitKey};
pub use located::{file_findings, lines, places, source, table};
