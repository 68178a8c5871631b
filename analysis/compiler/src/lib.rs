//! From the tree to CPython's bytecode, in CPython's own three stages: `codegen` makes instruction sequences
//! ([`instr`]), [`flowgraph`] optimises them as a graph of blocks, [`assemble`] makes the code object.

pub mod assemble;
mod codegen;
mod compile;
mod errors;
pub mod flowgraph;
pub mod instr;
mod preprocess;
mod stages;
pub mod unit;

pub use compile::{
    CompileOptions, Compiled, CompiledSource, ErrorStage, ParsedSource, SourceError, SourceOptions, Tree,
    compile_module, compile_source, compile_tree, parse_source, source_stages, symbol_table,
};
pub use errors::{Error, Warning};
pub use stages::{Stage, UnitStages};
