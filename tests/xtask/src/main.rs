//! Chores of the repository: `cargo xtask COMMAND`. Each command is a module of its own.

mod cpython_tests;
mod ctype;
mod encodings;
mod exact;
mod goldens;
mod nodes;
mod opcodes;
mod picture;
mod platform;
mod programs;
mod proof;
mod python;
mod refusals;
mod tidy;
mod unicode;

use std::process::ExitCode;

/// A chore: its name, what it does, and its entry point, which gets the arguments after the name.
type Command = (&'static str, &'static str, fn(&[String]) -> Result<(), String>);

const COMMANDS: &[Command] = &[
    (
        "goldens",
        "record what a CPython 3.14 (PYTHON=...) prints for the programs of tests/parity",
        goldens::run,
    ),
    (
        "cpython-tests",
        "run files of CPython's test-suite under `bytelens run` and count what passes",
        cpython_tests::run,
    ),
    (
        "ctype",
        "generate vm/builtins' table of character properties from a CPython 3.14 (PYTHON=...)",
        ctype::run,
    ),
    (
        "encodings",
        "generate analysis/syntax's tables of encodings from a CPython 3.14 (PYTHON=...)",
        encodings::run,
    ),
    ("exact", "compare all code objects of Python files with a CPython 3.14's (PYTHON=...)", exact::run),
    ("nodes", "generate vm/stdlib's classes of syntax trees from a CPython 3.14 (PYTHON=...)", nodes::run),
    ("opcodes", "generate vm/bytecode's opcode tables from a CPython 3.14 (PYTHON=...)", opcodes::run),
    (
        "unicode",
        "generate vm/bytecode's table of printable characters from a CPython 3.14 (PYTHON=...)",
        unicode::run,
    ),
    (
        "platform",
        "generate vm/stdlib's table of the system's numbers from a CPython 3.14 (PYTHON=...)",
        platform::run,
    ),
    ("picture", "make the README's picture from what the tour prints", picture::run),
    ("programs", "compare random programs, valid or not, with a CPython 3.14 (PYTHON=...)", programs::run),
    (
        "proof",
        "run CPython's tests on a library that bytelens compiled, and compare with one of its own (PYTHON=...)",
        proof::run,
    ),
    (
        "refusals",
        "compare the errors and warnings of CPython's test snippets, or of mutants, with a CPython 3.14's (PYTHON=...)",
        refusals::run,
    ),
    ("tidy", "check the layering of the crates and the rules about sources", tidy::run),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        eprintln!("usage: cargo xtask COMMAND\n");
        for (name, what, _) in COMMANDS {
            eprintln!("  {name:<12} {what}");
        }
        return ExitCode::from(2);
    };
    let Some((_, _, run)) = COMMANDS.iter().find(|(n, ..)| n == name) else {
        eprintln!("xtask: no command {name:?}; run `cargo xtask` for the list");
        return ExitCode::from(2);
    };
    match run(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask {name}: {message}");
            ExitCode::FAILURE
        }
    }
}
