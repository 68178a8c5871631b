//! What is computed of the open files, once, and again only when something it depends on changed.
//!
//! The document layer sets the inputs ([`File`]: path, text, tree); everything else is a query on one unit of one file
//! or a small summary of all of them. No query goes below a unit, for each dependency has its price.
//!
//! How an edit stays small: a [`UnitKey`] names a unit by its place (parent, name, number), so it outlives edits.
//! [`queries::unit`] compares equal when the unit's own text did not change, wherever it moved to; what depends on it is
//! then not computed again. Bindings flow inwards ([`queries::enclosing`]), free variables outwards
//! ([`queries::free`]), both as plain values.
//!
//! One thread owns the [`Database`] and makes all changes; reads run on clones. Setting an input cancels the reads:
//! they unwind with [`salsa::Cancelled`], which [`cancellable`] turns into a value.

mod database;
pub mod queries;

pub use database::{Cancelled, Database, Db, cancellable};
pub use queries::{File, UnitKey};
