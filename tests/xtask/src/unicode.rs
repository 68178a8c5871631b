//! `cargo xtask unicode`: the tables of printable characters and those of the module `unicodedata`, from CPython's own `unicodedata`.

use crate::python;

pub fn run(_args: &[String]) -> Result<(), String> {
    let text = python::run(include_str!("unicode.py"))?;
    python::write("vm/bytecode/src/unicode/printable.rs", &text)?;
    let text = python::run(include_str!("unicodedata.py"))?;
    python::write("vm/stdlib/src/unicodedata/table.rs", &text)
}
