//! `FILE` and `FILE:NAME`: the code of a file, or of a function or class in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytecode::CodeObject;
use bytecode::pyc::{self, Validation};

use crate::compile::compile_file;
use crate::failure::Failure;
use crate::input::{Input, modification_time};

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
    // What is called so is no source, whatever is in it.
    let is_pyc = pyc::is_pyc(&input.bytes) || path.extension().is_some_and(|extension| extension == "pyc");
    let (code, validation, text) = if is_pyc {
        let (code, validation) =
            pyc::read(&input.bytes).map_err(|error| Failure::input(&input.name, error))?;
        (code, validation, None)
    } else {
        let size = input.bytes.len() as u32;
        let mtime = modification_time(&path);
        // Positions are in lines that end as CPython has them end.
        let text = input.text()?.replace("\r\n", "\n").replace('\r', "\n");
        (compile_file(&input, 0)?, Validation::Timestamp { mtime, size }, Some(text))
    };
    let codes = match &wanted {
        None => vec![code],
        Some(name) => {
            let all = with_nested(&code);
            let found = find(&all, name);
            if found.is_empty() {
                return Err(Failure::input(&input.name, nothing(&all, name)));
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

/// All code objects of a qualified name, or of a line.
fn find(all: &[Arc<CodeObject>], wanted: &str) -> Vec<Arc<CodeObject>> {
    let matching = |fits: &dyn Fn(&CodeObject) -> bool| -> Vec<Arc<CodeObject>> {
        all.iter().filter(|code| fits(code)).cloned().collect()
    };
    if let Ok(line) = wanted.parse::<i32>() {
        return matching(&|code| code.firstlineno == line && code.name.to_str() != Some("<module>"));
    }
    let found = matching(&|code| code.qualname.to_str() == Some(wanted));
    if found.is_empty() { matching(&|code| short_name(code) == wanted) } else { found }
}

/// A qualified name without the parts that nobody writes.
fn short_name(code: &CodeObject) -> String {
    code.qualname.to_string_lossy().replace(".<locals>", "")
}

/// Names that are told at most
const TOLD: usize = 5;

/// What is said when nothing is found: what there is of that name elsewhere.
fn nothing(all: &[Arc<CodeObject>], wanted: &str) -> String {
    if wanted.is_empty() {
        return "the name behind the colon is missing".to_owned();
    }
    if wanted.parse::<i32>().is_ok() {
        return format!("nothing in it begins on line {wanted}");
    }
    let last = wanted.rsplit('.').next().unwrap_or(wanted);
    let same_last = |code: &&Arc<CodeObject>| code.name.to_str() == Some(last);
    let mut names: Vec<String> = all.iter().filter(same_last).map(|code| short_name(code)).collect();
    names.dedup();
    names.truncate(TOLD);
    let hint = if names.is_empty() { String::new() } else { format!("; there is {}", names.join(", ")) };
    format!("nothing in it is named {wanted}{hint}")
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
