pub mod assemble;
pub mod flowgraph;
pub mod instr;
