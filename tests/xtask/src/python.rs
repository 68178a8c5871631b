//! Asking a real CPython for facts: generators run a script in it and read JSON back.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The interpreter that generators ask: `$PYTHON`, or `python3.14` on the path.
pub fn interpreter() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3.14".into())
}

/// Runs `script` and returns what it printed.
pub fn run(script: &str) -> Result<String, String> {
    run_with(script, &[])
}

/// Runs `script` with arguments and returns what it printed.
pub fn run_with(script: &str, args: &[String]) -> Result<String, String> {
    let python = interpreter();
    let output = Command::new(&python)
        .args(["-sP", "-c", script])
        .args(args)
        .output()
        .map_err(|e| format!("cannot run {python:?} (set PYTHON to a CPython 3.14): {e}"))?;
    if !output.status.success() {
        return Err(format!("{python} failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|e| e.to_string())
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Writes a generated file, given by its path from the root, formatting Rust.
pub fn write(path: &str, text: &str) -> Result<(), String> {
    let full = root().join(path);
    std::fs::write(&full, text).map_err(|e| format!("cannot write {}: {e}", full.display()))?;
    if path.ends_with(".rs") {
        let status = Command::new("rustfmt").args(["--edition", "2024"]).arg(&full).status();
        if !status.is_ok_and(|s| s.success()) {
            return Err(format!("rustfmt does not like {}", full.display()));
        }
    }
    println!("wrote {path} ({} lines)", text.lines().count());
    Ok(())
}
