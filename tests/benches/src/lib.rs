//! What the benches measure on: Python's library, as the crate `rustpython-pylib` brings it along.

use std::path::{Path, PathBuf};

/// The text of every module of the library, in the order of their paths; no text that is not UTF-8.
pub fn library() -> Vec<String> {
    let mut files = Vec::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), &mut files);
    files.sort();
    files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// The total length in bytes.
pub fn size(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
}
