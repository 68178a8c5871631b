pub mod instr;
