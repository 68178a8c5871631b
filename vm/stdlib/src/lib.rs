//! Native modules of the machine, its import system and the embedded pure-Python library.
//!
//! [`Machine`] is the entry: a machine with its library, ready to run programs.

mod abc;
mod array;
pub mod ast;
mod atexit;
mod binascii;
mod bisect;
mod channel;
mod cmath;
mod collections;
mod compressed;
mod contextvars;
mod csv;
mod errno;
mod functools;
mod gc;
mod hashes;
mod heapq;
mod imp;
pub mod import;
mod io;
mod itertools;
mod json;
pub mod library;
mod locale;
mod machine;
mod marshal;
pub mod math;
pub mod module;
mod opcode;
mod operator;
mod platform;
mod posix;
mod random;
mod resource;
mod select;
mod signal;
mod site;
mod socket;
pub mod sre;
mod stat;
mod statistics;
mod structs;
mod structseq;
mod symtable;
mod sys;
mod sysconfig;
mod system;
mod text;
mod thread;
mod time;
mod tokenize;
mod typing;
mod unicodedata;
mod walled;
mod warnings;
mod weakref;

pub use machine::{Config, ExitStatus, Machine};
pub use system::{Grants, Sink};

/// All native modules but `sys` and `builtins`.
static MODULES: &[&module::NativeModule] = &[
    &abc::MODULE,
    &array::MODULE,
    &ast::MODULE,
    &atexit::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &cmath::MODULE,
    &collections::MODULE,
    &compressed::bz2::MODULE,
    &compressed::zlib::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &hashes::BLAKE2_MODULE,
    &hashes::MD5_MODULE,
    &hashes::SHA1_MODULE,
    &hashes::SHA2_MODULE,
    &hashes::SHA3_MODULE,
    &heapq::MODULE,
    &imp::MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &locale::MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &posix::MODULE,
    &random::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &signal::MODULE,
    &socket::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &statistics::MODULE,
    &structs::MODULE,
    &symtable::MODULE,
    &sysconfig::MODULE,
    &text::CODECS,
    &text::STRING,
    &thread::MODULE,
    &time::MODULE,
    &tokenize::MODULE,
    &typing::MODULE,
    &unicodedata::MODULE,
    &walled::POSIXSUBPROCESS,
    &warnings::MODULE,
    &weakref::MODULE,
];
