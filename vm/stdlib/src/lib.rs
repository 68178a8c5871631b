//! Native modules of the machine, its import system and the embedded pure-Python library.
//!
//! [`Machine`] is the entry: a machine with its library, ready to run programs.

mod abc;
mod atexit;
mod bisect;
mod cmath;
mod collections;
mod contextvars;
mod errno;
mod functools;
mod gc;
mod heapq;
mod imp;
pub mod import;
mod itertools;
pub mod library;
mod machine;
pub mod math;
pub mod module;
mod opcode;
mod operator;
mod platform;
mod posix;
mod random;
pub mod sre;
mod stat;
mod statistics;
mod streams;
mod structs;
mod structseq;
mod sys;
mod system;
mod text;
mod thread;
mod time;
mod typing;
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
    &contextvars::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &heapq::MODULE,
    &imp::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &posix::MODULE,
    &random::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &statistics::MODULE,
    &structs::MODULE,
    &text::CODECS,
    &text::STRING,
    &thread::MODULE,
    &time::MODULE,
    &typing::MODULE,
    &weakref::MODULE,
];
