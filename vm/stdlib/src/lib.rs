//! Native modules of the machine, its import system and the embedded pure-Python library.
//!
//! [`Machine`] is the entry: a machine with its library, ready to run programs.

mod abc;
mod atexit;
mod bisect;
mod cmath;
mod collections;
mod errno;
mod contextvars;
mod functools;
mod heapq;
pub mod import;
mod io;
mod itertools;
pub mod library;
mod machine;
pub mod math;
pub mod module;
mod operator;
mod random;
pub mod sre;
mod statistics;
mod platform;
mod posix;
pub mod sre;
mod stat;
mod streams;
mod structs;
mod structseq;
mod sys;
mod system;
mod text;
mod thread;
mod time;
mod warnings;
mod weakref;

pub use machine::{Config, ExitStatus, Machine};
pub use system::{Grants, Sink};

/// All native modules but `sys` and `builtins`.
static MODULES: &[&module::NativeModule] = &[
    &abc::MODULE,
    &atexit::MODULE,
    &bisect::MODULE,
    &cmath::MODULE,
    &collections::MODULE,
    &errno::MODULE,
    &contextvars::MODULE,
    &functools::MODULE,
    &io::MODULE,
    &heapq::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &operator::MODULE,
    &random::MODULE,
    &sre::MODULE,
    &statistics::MODULE,
    &posix::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &structs::MODULE,
    &text::CODECS,
    &text::STRING,
    &time::MODULE,
    &thread::MODULE,
    &weakref::MODULE,
];
