//! A real Neovim, without a screen, with the plugin in `editors/nvim`.

use std::path::Path;
use std::process::{Command, Output};

use tests_editors::{bytelens, root};

const PROGRAM: &str = "\
import os

def add(a, b):
    total = a + b
    return total

print('hello')
add(20, 22)
undefined_thing
";

/// Runs Neovim on a Python file with a script, which prints what it finds to standard output.
fn neovim(folder: &Path) -> Output {
    let file = folder.join("program.py");
    std::fs::write(&file, PROGRAM).expect("a temporary folder can be written");
    Command::new("nvim")
        .args(["--headless", "--clean", "-n"])
        .arg("--cmd")
        .arg(format!("set runtimepath^={}", root().join("editors/nvim").display()))
        .arg("-S")
        .arg(root().join("tests/editors/tests/neovim.lua"))
        .arg(&file)
        .env("BYTELENS", bytelens())
        .env("XDG_STATE_HOME", folder)
        .env("XDG_CACHE_HOME", folder)
        .output()
        .expect("nvim is not installed; on Debian: apt-get install neovim")
}

#[test]
fn diagnostics_hovers_bytecode_and_values() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = neovim(folder.path());
    let printed = String::from_utf8_lossy(&output.stderr).replace('\r', "");
    let sections: Vec<(&str, &str)> = printed
        .split("=== ")
        .skip(1)
        .map(|section| section.split_once('\n').unwrap_or((section, "")))
        .collect();
    let section = |name: &str| {
        let found = sections.iter().find(|(title, _)| title.trim() == name);
        found.map(|(_, text)| *text).unwrap_or_else(|| panic!("no section {name:?} in:\n{printed}"))
    };
    let has = |name: &str, what: &str| {
        let text = section(name);
        assert!(text.contains(what), "{name} should have {what:?}, but is:\n{text}");
    };
    has("diagnostics", "unused-import");
    has("diagnostics", "undefined_thing");
    has("hover of a name", "local");
    has("hover of a name", "add");
    has("hover of a definition", "LOAD_FAST_BORROW");
    has("hover of a definition", "BINARY_OP");
    has("bytecode", "RETURN_VALUE");
    has("selection", "42 : int");
    has("statement", "42 : int");
    has("exception", "NameError: name 'undefined_thing' is not defined");
    has("beside the code", "8: ⇒ 42 : int");
    has("beside the code", "9: ⇒ NameError: name 'undefined_thing' is not defined");
    has("beside the code", "Traceback (most recent call last):");
    // In bytes: the indentation, 2 of `é`, 4 of `𝒳`, ` = `.
    has("typing", "10:13 name 'misspelt' is not defined");
    has("commands", "bytelens.restartWorker");
    has("end", "0 errors");
    assert!(output.status.success(), "{printed}");
}
