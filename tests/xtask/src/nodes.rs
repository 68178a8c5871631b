//! `cargo xtask nodes`: the classes of syntax trees that `_ast` has.

use crate::python;

pub fn run(_args: &[String]) -> Result<(), String> {
    let text = python::run(include_str!("nodes.py"))?;
    python::write("vm/stdlib/src/ast/nodes.rs", &text)
}
