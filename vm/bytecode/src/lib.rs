//! CPython's bytecode as data: opcodes, code objects, their tables, marshal, the disassembler.
//!
//! The compiler writes what is here, the machine runs it, the views print it; none of them is known here.

pub mod asm;
mod code;
mod constant;
pub mod dis;
pub mod exceptiontable;
pub mod explain;
pub mod graph;
pub mod hash;
pub mod instruction;
pub mod linetable;
pub mod marshal;
pub mod opcode;
pub mod pyc;
pub mod repr;
mod string;
pub mod unicode;
pub mod verify;

pub use code::{CodeObject, compile_flags, flags, local_kind};
pub use constant::{Const, Consts};
pub use opcode::{Flags, Op, Opcode, PythonVersion};
pub use string::{CodePoints, PyString, push_code_point};
