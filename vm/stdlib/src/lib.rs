//! Native modules of the machine, its import system and the embedded pure-Python library.
//!
//! [`Machine`] is the entry: a machine with its library, ready to run programs.

mod abc;
mod atexit;
mod collections;
mod functools;
mod gc;
pub mod import;
mod itertools;
pub mod library;
mod machine;
pub mod math;
pub mod module;
pub mod sre;
mod streams;
mod structseq;
mod sys;
mod text;
mod thread;
mod warnings;
mod weakref;

pub use machine::{Config, ExitStatus, Machine};
pub use streams::Sink;

/// All native modules but `sys` and `builtins`.
static MODULES: &[&module::NativeModule] = &[
    &abc::MODULE,
    &atexit::MODULE,
    &collections::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &text::CODECS,
    &text::STRING,
    &thread::MODULE,
    &weakref::MODULE,
];
