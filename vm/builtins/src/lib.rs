//! The built-in types and functions.
//!
//! Each family has a folder or file with an `install` that gives its types their behaviour; [`install`] calls them all,
//! bases first, and [`module`] makes the module `builtins`.

mod alias;
pub mod bytes;
pub mod codecs;
pub mod dict;
mod functions;
mod lazy;
pub mod list;
mod module;
mod namespace;
pub mod number;
mod range;
pub mod sequence;
pub mod set;
mod singletons;
mod slice;
pub mod str;
mod tuple;
pub mod typing;
pub mod unicode;
mod union;
pub mod weakref;

use object::Vm;

pub use alias::{GENERIC_ALIAS, generic_alias};
pub use functions::{file_name, source_bytes};
pub use lazy::callable_iterator;
pub use module::{module, new_module};
pub use namespace::{namespace_type, new_namespace};
pub use union::{UNION, union};

/// Gives the built-in types of a new machine their behaviour.
pub fn install(vm: &Vm) {
    singletons::install(vm);
    number::install(vm);
    str::install(vm);
    bytes::install(vm);
    tuple::install(vm);
    list::install(vm);
    dict::install(vm);
    set::install(vm);
    slice::install(vm);
    range::install(vm);
    module::install(vm);
    alias::install(vm);
    union::install(vm);
    weakref::install(vm);
    typing::install(vm);
}
