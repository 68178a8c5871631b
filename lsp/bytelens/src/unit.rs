//! `FILE` and `FILE:NAME`: the code of a file, or of a function or class in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytecode::CodeObject;
use bytecode::pyc::{self, Validation};

use crate::compile::compile_file;
use crate::failure::Failure;
use crate::input::Input;

/// What was asked for.
#[derive(Debug)]
pub struct Chosen {
    pub name: String,
    /// The source, unless the file is a `.pyc`
    pub text: Option<String>,
    /// All of it, or what was named: several code objects can have one name
    pub codes: Vec<Arc<CodeObject>>,
    /// How the `.pyc` is validated, or would be
    pub validation: Validation,
    /// The qualified name asked for
    pub wanted: Option<String>,
}

/// Reads and compiles.
///
/// # Errors
/// When the file cannot be had or does not compile, or has nothing of that name.
pub fn choose(path: &Path) -> Result<Chosen, Failure> {
    let (path, wanted) = split(path);
    let input = Input::read(&path)?;
    let (code, validation, text) = if pyc::is_pyc(&input.bytes) {
        let (code, validation) =
            pyc::read(&input.bytes).map_err(|error| Failure::input(&input.name, error))?;
        (code, validation, None)
    } else {
        let size = input.bytes.len() as u32;
        (compile_file(&input, 0)?, Validation::Timestamp { mtime: 0, size }, Some(input.text()?))
    };
    let codes = match &wanted {
        None => vec![code],
        Some(name) => {
            let mut found = Vec::new();
            find(&code, name, &mut found);
            if found.is_empty() {
                return Err(Failure::input(&input.name, format!("nothing in it is named {name}")));
            }
            found
        }
    };
    Ok(Chosen { name: input.name, text, codes, validation, wanted })
}

/// A path and a name behind a colon. What exists is a file, whatever its name.
fn split(path: &Path) -> (PathBuf, Option<String>) {
    let text = path.to_string_lossy();
    match text.rsplit_once(':') {
        Some((file, name)) if !path.exists() && !file.is_empty() && !name.contains(['/', '\\']) => {
            (PathBuf::from(file), Some(name.to_owned()))
        }
        _ => (path.to_owned(), None),
    }
}

/// All code objects of a qualified name. Nested ones are looked through without recursion.
fn find(code: &Arc<CodeObject>, name: &str, found: &mut Vec<Arc<CodeObject>>) {
    let mut todo = vec![code.clone()];
    while let Some(code) = todo.pop() {
        if code.qualname.to_str() == Some(name) {
            found.push(code.clone());
        }
        let children: Vec<_> = code.children().cloned().collect();
        todo.extend(children.into_iter().rev());
    }
}

/// A code object and all in it, in the order of `dis`.
pub fn with_nested(code: &Arc<CodeObject>) -> Vec<Arc<CodeObject>> {
    let mut all = Vec::new();
    let mut todo = vec![code.clone()];
    while let Some(code) = todo.pop() {
        let children: Vec<_> = code.children().cloned().collect();
        todo.extend(children.into_iter().rev());
        all.push(code);
    }
    all
}
