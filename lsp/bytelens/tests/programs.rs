//! `bytelens run` on the programs of `tests/parity`: output, error output and exit status are CPython's
//! (`cargo xtask goldens`).

use std::path::Path;
use std::process::{Command, Stdio};

/// Runs all programs of a folder and compares them with what stands beside them: the names of the programs, each with
/// what differs.
fn differences(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity").join(folder);
    // Git keeps no empty folder: there may be nothing that is wanted.
    let Ok(folder) = folder.canonicalize() else { return Vec::new() };
    let mut programs: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "py"))
        .collect();
    programs.sort();
    assert!(!programs.is_empty());
    let mut all = Vec::new();
    for program in programs {
        let mut differences = String::new();
        let output = Command::new(env!("CARGO_BIN_EXE_bytelens"))
            .arg("run")
            .arg(program.file_name().unwrap())
            .current_dir(&folder)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let golden =
            |extension| std::fs::read_to_string(program.with_extension(extension)).unwrap_or_default();
        let nameless =
            |text: &[u8]| String::from_utf8_lossy(text).replace(&*folder.to_string_lossy(), "FOLDER");
        let status = output.status.code().map_or("killed".into(), |code| code.to_string());
        let expected_status = golden("status");
        let name = program.file_name().unwrap().to_string_lossy();
        for (what, ours, theirs) in [
            ("output", nameless(&output.stdout), golden("out")),
            ("error output", nameless(&output.stderr), golden("err")),
            (
                "exit status",
                status,
                if expected_status.is_empty() { "0".into() } else { expected_status.trim().into() },
            ),
        ] {
            if let Some(difference) = first_difference(&ours, &theirs) {
                differences.push_str(&format!("{name}, {what}: {difference}\n"));
            }
        }
        all.push((name.into_owned(), differences));
    }
    all
}

fn check(folder: &str) {
    let differences: String = differences(folder).into_iter().map(|(_, difference)| difference).collect();
    assert!(differences.is_empty(), "\n{differences}");
}

/// The first line that differs.
fn first_difference(ours: &str, theirs: &str) -> Option<String> {
    if ours == theirs {
        return None;
    }
    let (mut a, mut b) = (ours.lines(), theirs.lines());
    for line in 1.. {
        match (a.next(), b.next()) {
            (None, None) => return Some("the ends differ".into()),
            (x, y) if x == y => {}
            (x, y) => {
                let show = |line: Option<&str>| line.map_or("nothing".into(), |l| format!("{l:?}"));
                return Some(format!("line {line} is {}, not {}", show(x), show(y)));
            }
        }
    }
    None
}

#[test]
fn programs_print_what_cpython_prints() {
    check("programs");
}

#[test]
fn uncaught_exceptions_print_cpythons_tracebacks() {
    check("tracebacks");
}

/// What the machine cannot do yet, mostly for want of native modules. A program that has come to pass moves to the
/// others.
#[test]
fn wanted_programs_still_differ() {
    let passing: Vec<String> = differences("wanted")
        .into_iter()
        .filter_map(|(name, difference)| difference.is_empty().then_some(name))
        .collect();
    assert!(passing.is_empty(), "these are as in CPython now; move them out of `wanted`: {passing:?}");
}
