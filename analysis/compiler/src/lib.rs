<<<<<<< HEAD
//! From the tree to CPython's bytecode, in CPython's own three stages: [`mod@codegen`] makes instruction sequences,
//! [`flowgraph`] optimises them as a graph of blocks, [`assemble`] makes the code object.
=======
//! CPython's compiler in its own three stages: code generation makes instruction sequences ([`instr`]) of trees and
//! symbol tables, the flow graph optimises them ([`flowgraph`]), and assembly makes code objects ([`assemble`]).
>>>>>>> h/bc

pub mod assemble;
mod codegen;
mod compile;
mod errors;
pub mod flowgraph;
pub mod instr;

pub use compile::{CompileOptions, Compiled, compile_module, compile_source};
pub use errors::{Error, Warning};
