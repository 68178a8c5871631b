//! CPython's bytecode as data: opcodes, code objects, their tables, marshal, the disassembler.
//!
//! The compiler writes what is here, the machine runs it, the views print it; none of them is known here.

mod code;
mod constant;
pub mod opcode;
mod string;

pub use code::{CodeObject, flags, local_kind};
pub use constant::{Const, Consts};
pub use opcode::{Flags, Op, Opcode, PythonVersion};
pub use string::{CodePoints, PyString, push_code_point};
