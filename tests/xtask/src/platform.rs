//! `cargo xtask platform`: the numbers of the system that `errno`, `posix` and `_signal` name.

use crate::python;

pub fn run(_args: &[String]) -> Result<(), String> {
    let text = python::run(include_str!("platform.py"))?;
    python::write("vm/stdlib/src/platform.rs", &text)
}
