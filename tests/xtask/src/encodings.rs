//! `cargo xtask encodings`: the tables of one-byte encodings and of encodings' aliases, from CPython's own codecs.

use crate::python;

pub fn run(_args: &[String]) -> Result<(), String> {
    let text = python::run(include_str!("encodings.py"))?;
    python::write("analysis/syntax/src/source/tables.rs", &text)
}
