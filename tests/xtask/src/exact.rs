//! `cargo xtask exact [--snippets] PATH...`: asks a CPython 3.14 (`PYTHON=...`) for the code objects of all Python files
//! below the paths, and compares every field of each with ours: as modules with every `-O` and with postponed
//! annotations, or (`--snippets`) statement by statement and expression by expression in modes `single` and `eval`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde::Deserialize;
use tests_parity::{digest, listing, way};

use crate::{goldens, python};

/// What CPython says of one source.
#[derive(Deserialize)]
pub struct Row {
    /// Mode, `-O`s, flags of `compile()`
    pub way: (String, u8, u32),
    pub path: String,
    /// The source, if it is not the file
    pub source: Option<String>,
    pub digest: String,
}

/// Differences that are shown in full
pub const SHOWN: usize = 20;

/// The chore.
pub fn run(args: &[String]) -> Result<(), String> {
    if !args.iter().any(|arg| !arg.starts_with('-')) {
        return Err("which files? cargo xtask exact [--snippets] PATH...".into());
    }
    let mut child = Command::new(python::interpreter())
        .args(["-sP", "-c", goldens::CODEGEN, "sources"])
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", python::interpreter()))?;
    let answers = child.stdout.take().ok_or("no pipe")?;
    let (mut compared, mut different) = (0, 0);
    for row in BufReader::new(answers).lines() {
        let row = row.map_err(|error| error.to_string())?;
        let row: Row = serde_json::from_str(&row).map_err(|error| format!("{row}: {error}"))?;
        compared += 1;
        if let Some(difference) = compare(&row)? {
            different += 1;
            if different <= SHOWN {
                println!("{difference}");
            }
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    println!("{compared} compared, {different} different");
    match (status.success(), different) {
        (true, 0) => Ok(()),
        (true, _) => Err("some are not what CPython makes".into()),
        (false, _) => Err("CPython failed".into()),
    }
}

/// The first line of the listings that differs, if there is one.
pub fn compare(row: &Row) -> Result<Option<String>, String> {
    let (mode, optimize, flags) = &row.way;
    let way = way(mode, *optimize, *flags).ok_or_else(|| format!("what is mode {mode}?"))?;
    let source = match &row.source {
        Some(source) => source.clone().into_bytes(),
        None => std::fs::read(&row.path).map_err(|error| format!("{}: {error}", row.path))?,
    };
    let ours = listing(&source, &way);
    if digest(&ours) == row.digest {
        return Ok(None);
    }
    let file = std::env::temp_dir().join(format!("bytelens-exact-{}.py", std::process::id()));
    std::fs::write(&file, &source).map_err(|error| format!("{}: {error}", file.display()))?;
    let args = ["one", mode, &optimize.to_string(), &flags.to_string(), &file.to_string_lossy()];
    let theirs = python::run_with(goldens::CODEGEN, &args.map(str::to_owned));
    let _ = std::fs::remove_file(&file);
    let theirs = theirs?;
    let (got, want) =
        ours.lines().zip(theirs.lines()).find(|(a, b)| a != b).unwrap_or(("the end", "the end"));
    let snippet = row.source.as_deref().unwrap_or("");
    Ok(Some(format!("{} {mode} -O{optimize} {flags:#x}\n{snippet}\n  got  {got}\n  want {want}", row.path)))
}
