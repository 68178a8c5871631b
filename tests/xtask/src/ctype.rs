//! `cargo xtask ctype`: the properties of characters that the methods of `str` ask for.

use crate::python;

pub fn run(_args: &[String]) -> Result<(), String> {
    let text = python::run(include_str!("ctype.py"))?;
    python::write("vm/builtins/src/unicode/table.rs", &text)
}
