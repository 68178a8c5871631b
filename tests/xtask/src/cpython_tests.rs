//! `cargo xtask cpython-tests [--python P] [--bytelens B] [--seconds N] [--list] [NAMES…]`: runs files of CPython's own
//! test-suite under `bytelens run` and under CPython, and prints how many tests passed in each.
//!
//! The suite is the one that belongs to the interpreter. `--list` also prints the tests that only CPython passes, each
//! with what it raised.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::python;

/// What is run when nothing is named.
const NAMES: &[&str] = &[
    "test_argparse",
    "test_contextlib",
    "test_datetime",
    "test_errno",
    "test_getopt",
    "test_glob",
    "test_io",
    "test_logging",
    "test_memoryio",
    "test_os",
    "test_posixpath",
    "test_stat",
    "test_structseq",
    "test_sys",
    "test_time",
    "test_timeit",
    "test_traceback",
    "test_unittest",
];

/// The outcome of each test, with what it said.
type Outcomes = BTreeMap<String, (String, String)>;

struct Options {
    python: String,
    bytelens: PathBuf,
    limit: Duration,
    list: bool,
    names: Vec<String>,
}

pub fn run(args: &[String]) -> Result<(), String> {
    let options = parse(args)?;
    let library = library_of(&options.python)?;
    let driver = tempfile::Builder::new().suffix(".py").tempfile().map_err(|error| error.to_string())?;
    std::fs::write(driver.path(), include_str!("cpython_tests.py")).map_err(|error| error.to_string())?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    println!(
        "{:24} {:>8} {:>8} {:>8} {:>8} {:>8}  missing",
        "", "CPython", "passed", "failed", "errors", "skipped"
    );
    for name in &options.names {
        let file = [library.as_str(), name];
        let mut theirs = Command::new(&options.python);
        theirs.arg(driver.path()).args(file);
        let mut ours = Command::new(&options.bytelens);
        let folder = |flag: &str, path: &Path| format!("--allow-{flag}={}", path.display());
        ours.arg("run").arg(folder("read", Path::new(&library))).arg(folder("write", scratch.path()));
        ours.arg(driver.path()).args(file);
        let (theirs, _) = outcomes(theirs, scratch.path(), options.limit)?;
        let (ours, ended) = outcomes(ours, scratch.path(), options.limit)?;
        print_row(name, &theirs, &ours, ended, options.list);
    }
    Ok(())
}

fn parse(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        python: python::interpreter(),
        bytelens: python::root().join("target/debug/bytelens"),
        limit: Duration::from_secs(300),
        list: false,
        names: Vec::new(),
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().cloned().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--python" => options.python = value()?,
            "--bytelens" => options.bytelens = value()?.into(),
            "--seconds" => {
                let seconds = value()?.parse().map_err(|_| "--seconds needs a number".to_owned())?;
                options.limit = Duration::from_secs(seconds);
            }
            "--list" => options.list = true,
            name => options.names.push(name.to_owned()),
        }
    }
    if options.names.is_empty() {
        options.names = NAMES.iter().map(|name| (*name).to_owned()).collect();
    }
    Ok(options)
}

/// Where the interpreter's library is.
fn library_of(python: &str) -> Result<String, String> {
    let script = "import os; print(os.path.dirname(os.__file__))";
    let output = Command::new(python).args(["-c", script]).output();
    let output = output.map_err(|error| format!("cannot run {python:?}: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs the driver; the outcomes as far as it got, and whether it got to the end.
fn outcomes(mut command: Command, folder: &Path, limit: Duration) -> Result<(Outcomes, bool), String> {
    let program = command.get_program().to_owned();
    let spawned = command
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .stdin(Stdio::null())
        .spawn();
    let mut child = spawned.map_err(|error| format!("cannot run {program:?}: {error}"))?;
    let read = |mut stream: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What was read before an error is what there is.
            let _ = stream.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let out = child.stdout.take().map(|stream| read(Box::new(stream)));
    let errors = child.stderr.take().map(|stream| read(Box::new(stream)));
    let end = Instant::now() + limit;
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if Instant::now() > end {
            child.kill().map_err(|error| error.to_string())?;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = |thread: Option<std::thread::JoinHandle<String>>| {
        thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
    };
    let (out, errors) = (text(out), text(errors));
    let mut outcomes = Outcomes::new();
    let mut ended = false;
    // A test may have written something on the line before.
    for line in out.lines().filter_map(|line| line.find("@ ").map(|at| &line[at + 2..])) {
        let mut parts = line.splitn(3, ' ');
        let (outcome, test, why) = (parts.next(), parts.next(), parts.next().unwrap_or(""));
        match (outcome, test) {
            (Some("end"), _) => ended = true,
            (Some(outcome), Some(test)) => {
                outcomes.insert(test.to_owned(), (outcome.to_owned(), why.to_owned()));
            }
            _ => {}
        }
    }
    if outcomes.is_empty() {
        let last = errors.trim_end().lines().next_back().unwrap_or("no output").to_owned();
        outcomes.insert("(loading)".to_owned(), ("error".to_owned(), last));
    }
    Ok((outcomes, ended))
}

fn print_row(name: &str, theirs: &Outcomes, ours: &Outcomes, ended: bool, list: bool) {
    let count = |outcomes: &Outcomes, wanted: &str| {
        outcomes.values().filter(|(outcome, _)| outcome == wanted).count()
    };
    let good =
        |outcomes: &Outcomes, test: &str| outcomes.get(test).is_some_and(|(outcome, _)| outcome == "passed");
    let missing: Vec<&String> =
        theirs.keys().filter(|test| good(theirs, test) && !good(ours, test)).collect();
    println!(
        "{name:24} {:8} {:8} {:8} {:8} {:8}  {}{}",
        count(theirs, "passed"),
        count(ours, "passed"),
        count(ours, "failed"),
        count(ours, "error") + count(ours, "start"),
        count(ours, "skipped"),
        missing.len(),
        if ended { "" } else { "  (did not end)" },
    );
    if list {
        for test in missing {
            match ours.get(test) {
                Some((outcome, why)) => println!("    {outcome} {test} {why}"),
                None => println!("    not run {test}"),
            }
        }
        if let Some((_, why)) = ours.get("(loading)") {
            println!("    {why}");
        }
    }
}
