//! The whole embedded library, compiled, written as text and assembled again: the same `.pyc`, byte for byte.

use std::path::Path;

use bytecode::{asm, pyc};
use compiler::SourceOptions;
use tests_parity::random::{how_many, mutate};

#[test]
fn library() {
    let names = include_str!("../codegen/library.txt");
    let root = Path::new(rustpython_pylib::LIB_PATH);
    let mut wrong = Vec::new();
    for name in names.lines().filter_map(|row| row.split(' ').next()) {
        let bytes = std::fs::read(root.join(name)).expect("the library is there");
        let source = syntax::source::decode(&bytes).text;
        let compiled = compiler::compile_source(&source, name, &SourceOptions::default());
        let Ok(code) = compiled.code else { continue };
        let validation = pyc::Validation::Timestamp { mtime: 1, size: 2 };
        let text = asm::write::write(&code, validation).expect("compiled code has a text");
        match asm::read::read(&text) {
            Ok((again, v)) if pyc::write(&again, v) == pyc::write(&code, validation) => {}
            Ok(_) => wrong.push(format!("{name}: differs")),
            Err(error) => wrong.push(format!("{name}: {} of the text: {error}", error.line)),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

const PARTS: &[&str] = &[
    ".code",
    ".end",
    ".const",
    ".slot",
    ".handler",
    ".stack",
    ".name",
    "L1",
    "L9:",
    "#",
    "#300",
    "'",
    "(",
    ",",
    "-",
    "?",
    "0x",
    "99999999999",
    "-1",
    "1e999",
    "LOAD_CONST",
    "EXTENDED_ARG",
    "JUMP_BACKWARD",
    "RETURN_VALUE",
    "PUSH_NULL",
    "\n",
    ";",
    "\\",
    "\u{e9}",
    "frozenset({",
    "lasti",
    "cell",
];

/// Text that people and programs have changed: an error or code, never a panic.
#[test]
fn changed_text() {
    let source = include_str!("../codegen/exceptions.py");
    let code = compiler::compile_source(source, "x.py", &SourceOptions::default()).code.expect("it compiles");
    let text =
        asm::write::write(&code, pyc::Validation::Timestamp { mtime: 1, size: 2 }).expect("it has a text");
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..how_many(2000) {
        let changed = mutate(&text, PARTS, &mut random);
        let _ = std::panic::catch_unwind(|| asm::read::read(&changed).map(|_| ()))
            .unwrap_or_else(|_| panic!("reading panics on:\n{changed}"));
    }
}
