//! The whole embedded library, compiled, written as text and assembled again: the same `.pyc`, byte for byte.

use std::path::Path;

use bytecode::{asm, pyc};
use symtable::FutureFeatures;

#[test]
fn library() {
    let names = include_str!("../codegen/library.txt");
    let root = Path::new(rustpython_pylib::LIB_PATH);
    let mut wrong = Vec::new();
    for name in names.lines().filter_map(|row| row.split(' ').next()) {
        let bytes = std::fs::read(root.join(name)).expect("the library is there");
        let source = syntax::source::decode(&bytes).text;
        let compiled =
            compiler::compile_source(&source, name, syntax::Mode::Exec, 0, FutureFeatures::empty());
        let Ok((code, _)) = compiled else { continue };
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
