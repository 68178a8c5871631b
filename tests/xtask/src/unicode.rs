//! `cargo xtask unicode`: the tables of printable characters, from CPython's own `unicodedata`.

use crate::python;

pub fn run(_args: &[String]) -> Result<(), String> {
    let text = python::run(include_str!("unicode.py"))?;
    python::write("vm/bytecode/src/unicode/printable.rs", &text)
}
