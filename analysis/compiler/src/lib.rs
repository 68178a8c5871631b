//! CPython's compiler in its own three stages: code generation makes instruction sequences ([`instr`]) of trees and
//! symbol tables, the flow graph optimises them ([`flowgraph`]), and assembly makes code objects ([`assemble`]).

pub mod assemble;
pub mod flowgraph;
pub mod instr;
