//! Native modules of the machine, its import system and the embedded pure-Python library.
//!
//! [`Machine`] is the entry: a machine with its library, ready to run programs.

mod atexit;
mod bisect;
mod cmath;
mod collections;
mod functools;
mod heapq;
pub mod import;
mod itertools;
pub mod library;
mod machine;
pub mod math;
pub mod module;
mod operator;
mod random;
pub mod sre;
mod statistics;
mod streams;
mod structseq;
mod sys;
mod text;
mod warnings;

pub use machine::{Config, ExitStatus, Machine};
pub use streams::Sink;

/// All native modules but `sys` and `builtins`.
static MODULES: &[&module::NativeModule] = &[
    &atexit::MODULE,
    &bisect::MODULE,
    &cmath::MODULE,
    &collections::MODULE,
    &functools::MODULE,
    &heapq::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &operator::MODULE,
    &random::MODULE,
    &sre::MODULE,
    &statistics::MODULE,
    &text::CODECS,
    &text::STRING,
];
