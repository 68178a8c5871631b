//! Native modules of the machine, its import system and the embedded pure-Python library.
//!
//! [`Machine`] is the entry: a machine with its library, ready to run programs.

mod abc;
mod atexit;
mod collections;
mod errno;
mod functools;
pub mod import;
mod io;
mod itertools;
pub mod library;
mod machine;
pub mod math;
pub mod module;
mod platform;
mod posix;
pub mod sre;
mod stat;
mod structseq;
mod sys;
mod system;
mod text;
mod time;
mod warnings;
mod weakref;

pub use machine::{Config, ExitStatus, Machine};
pub use system::{Grants, Sink};

/// All native modules but `sys` and `builtins`.
static MODULES: &[&module::NativeModule] = &[
    &abc::MODULE,
    &atexit::MODULE,
    &collections::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &posix::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &text::CODECS,
    &text::STRING,
    &time::MODULE,
    &weakref::MODULE,
];
