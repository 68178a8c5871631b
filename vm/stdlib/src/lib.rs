//! Native modules of the machine, its import system and the embedded pure-Python library.
//!
//! [`Machine`] is the entry: a machine with its library, ready to run programs.

mod abc;
mod atexit;
mod binascii;
mod collections;
mod csv;
mod functools;
mod hashes;
pub mod import;
mod itertools;
pub mod library;
mod machine;
pub mod math;
pub mod module;
pub mod sre;
mod streams;
mod structs;
mod structseq;
mod sys;
mod text;
mod warnings;
mod weakref;

pub use machine::{Config, ExitStatus, Machine};
pub use streams::Sink;

/// All native modules but `sys` and `builtins`.
static MODULES: &[&module::NativeModule] = &[
    &abc::MODULE,
    &atexit::MODULE,
    &binascii::MODULE,
    &collections::MODULE,
    &csv::MODULE,
    &functools::MODULE,
    &hashes::BLAKE2_MODULE,
    &hashes::MD5_MODULE,
    &hashes::SHA1_MODULE,
    &hashes::SHA2_MODULE,
    &hashes::SHA3_MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &sre::MODULE,
    &structs::MODULE,
    &text::CODECS,
    &text::STRING,
    &weakref::MODULE,
];
