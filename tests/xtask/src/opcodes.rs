//! `cargo xtask opcodes`: the opcode tables of `vm/bytecode`, from CPython's own metadata
//! (`opcode`, `_opcode`, `_opcode_metadata`).

use crate::python;

pub fn run(_args: &[String]) -> Result<(), String> {
    let text = python::run(include_str!("opcodes.py"))?;
    python::write("vm/bytecode/src/opcode/v314.rs", &text)
}
