//! `cargo xtask tidy`: the rules of the house that neither the compiler nor clippy knows. `cargo test` runs
//! them too.

mod layering;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

use crate::python::root;

pub fn run(_args: &[String]) -> Result<(), String> {
    let complaints = check(&root())?;
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    if complaints.is_empty() { Ok(()) } else { Err(format!("{} complaints", complaints.len())) }
}

/// All complaints about the repository at `root`.
fn check(root: &Path) -> Result<Vec<String>, String> {
    let mut complaints = layering::check(root)?;
    complaints.extend(sources::check(root)?);
    Ok(complaints)
}

/// Folders that hold nothing of ours.
const FOREIGN: &[&str] = &["target", "node_modules", "dist", ".git"];

/// Every file below `folder`, build products apart, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{}: {error}", folder.display()))?;
            let (path, name) = (entry.path(), entry.file_name());
            let kind = entry.file_type().map_err(|error| format!("{}: {error}", path.display()))?;
            if kind.is_dir() && !FOREIGN.iter().any(|foreign| name == *foreign) {
                folders.push(path);
            } else if kind.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let complaints = check(&root()).expect("the repository can be read");
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }
}
