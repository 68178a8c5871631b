//! Native modules of the machine, its import system and the embedded pure-Python library.

pub mod library;
pub mod math;
pub mod sre;
