//! `cargo xtask refusals [--modes] [--mutants COUNT SEED] FILE...`: asks a CPython 3.14 (`PYTHON=...`) what `compile()`
//! says of the snippets in Python files (CPython's own tests have thousands), or of their statements with one token
//! changed, and compares type, message and place of each error, and each warning, with ours.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;
use tests_parity::{Told, told, way};

use crate::python;

const SCRIPT: &str = include_str!("refusals.py");

/// What CPython says of one snippet.
#[derive(Deserialize)]
struct Row {
    path: String,
    mode: String,
    /// The source, if it is text
    text: Option<String>,
    /// The source in hexadecimal, if it is bytes
    bytes: Option<String>,
    /// Type, message, line, offset, end line, end offset
    error: Value,
    /// Category, message, line of each
    warnings: Value,
    /// The error where warnings are errors
    strict: Value,
}

/// Differences shown of each class
const SHOWN: usize = 12;

/// How many snippets of a kind there are, and of how many ours is the same.
#[derive(Default)]
struct Share {
    same: usize,
    all: usize,
}

/// The chore.
pub fn run(args: &[String]) -> Result<(), String> {
    let mut child = Command::new(python::interpreter())
        .args(["-sP", "-c", SCRIPT])
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", python::interpreter()))?;
    let answers = child.stdout.take().ok_or("no pipe")?;
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for row in BufReader::new(answers).lines() {
        let row = row.map_err(|error| error.to_string())?;
        let row: Row = serde_json::from_str(&row).map_err(|error| format!("{row}: {error}"))?;
        let source = match (&row.text, &row.bytes) {
            (Some(text), _) => Ok(text.as_str()),
            (None, Some(bytes)) => Err(unhex(bytes)),
            (None, None) => return Err("a row without source".into()),
        };
        let way = way(&row.mode, 0, 0).ok_or_else(|| format!("what is mode {}?", row.mode))?;
        let Told { error, warnings, strict } = told(source.as_ref().copied().map_err(Vec::as_slice), &way);
        let [error, strict] = [error, strict].map(|it| serde_json::json!(it));
        let warnings = serde_json::json!(warnings);
        let kind = match (row.error.is_null(), row.warnings == serde_json::json!([])) {
            (false, _) => "invalid",
            (true, false) => "with warnings",
            (true, true) => "valid",
        };
        let what = if error == row.error && warnings == row.warnings && strict == row.strict {
            None
        } else if row.error.is_null() != error.is_null() {
            Some(if error.is_null() { "accepted" } else { "false alarm" })
        } else if error[0] != row.error[0] || error[1] != row.error[1] {
            Some("message")
        } else if error != row.error {
            Some("place")
        } else if warnings != row.warnings {
            Some("warnings")
        } else {
            Some("as errors")
        };
        let share = shares.entry(kind).or_default();
        share.all += 1;
        let Some(what) = what else {
            share.same += 1;
            continue;
        };
        let count = shown.entry(what).or_default();
        *count += 1;
        if *count <= SHOWN {
            let source =
                source.map_or_else(|bytes| bytes.escape_ascii().to_string(), |text| format!("{text:?}"));
            let (want, got) = match what {
                "warnings" => (row.warnings, warnings),
                "as errors" => (row.strict, strict),
                _ => (row.error, error),
            };
            println!("{what}: {} ({}) {source}\n  want {want}\n   got {got}", row.path, row.mode);
        }
    }
    if !child.wait().map_err(|error| error.to_string())?.success() {
        return Err("CPython failed".into());
    }
    for (kind, Share { same, all }) in &shares {
        println!("{kind}: {same} of {all} as CPython ({:.2} %)", 100.0 * *same as f64 / *all as f64);
    }
    for (what, count) in &shown {
        println!("  {what}: {count}");
    }
    if shown.is_empty() { Ok(()) } else { Err("some are not as CPython says".into()) }
}

fn unhex(digits: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).filter_map(pair).collect()
}
