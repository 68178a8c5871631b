//! Any bytes at all, through every stage before the machine, for a number of seconds: nothing may panic or take long.
//!
//!     cargo run --release -p tests-parity --example survive -- TARGET SECONDS SEED FILE...
//!
//! TARGET is `lexer` (decoding, both tokenizers), `parser` (all modes, the tree as text), `reparse`, `symtable`, `compiler`
//! or `all`. What is found is printed as a Rust literal.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use fastrand::Rng;
use syntax::dump::{DumpOptions, dump};
use syntax::{Edit, Mode, ParseOptions, parse, parse_module, reparse};
use tests_parity::{WAYS, listing};
use text::{TextRange, TextSize};

/// More than this for a text of at most [`LONGEST`] bytes is too long.
const PATIENCE: Duration = Duration::from_secs(2);
const LONGEST: usize = 12_000;

/// What is put in besides bytes and pieces of other files.
const SCRAPS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "f'",
    "t\"",
    "rb'",
    "f'{",
    "{x!r:>{y}}",
    "\\",
    "\\\n",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\x0c",
    "\0",
    "\u{feff}",
    "é",
    "\u{ff21}",
    "def f(",
    "class A[T=",
    "async ",
    "await ",
    "lambda *",
    "else:",
    "elif x:",
    "try:\n",
    "except* ",
    "match x:\n case ",
    "type X = ",
    "global x;",
    "nonlocal x\n",
    "# type: int",
    "# coding: latin1\n",
    "0x",
    "1e",
    "1_",
    "0777",
    ":=",
    "->",
    "...",
    "**",
    "<>",
    "!=",
    "$",
    "\\N{",
    "\\x",
    "\\u12",
    "from __future__ import annotations\n",
    "import *",
    "@",
    ";",
    "__class__",
    "\n        ",
    "\n ",
];

/// Some consecutive lines of a file, with edits that care for nothing.
fn text(files: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let file = &files[random.usize(..files.len())];
    let start = random.usize(..=file.len());
    let start = file[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let len = [200, 2000, LONGEST / 2][random.usize(..3)];
    let mut text = file[start..(start + random.usize(..len)).min(file.len())].to_vec();
    for _ in 0..1 + random.usize(..8) {
        let at = random.usize(..text.len() + 1);
        let end = (at + random.usize(..12)).min(text.len());
        match random.usize(..6) {
            0 => drop(text.drain(at..end)),
            1 => text.insert(at, random.u8(..)),
            2 | 3 => drop(text.splice(at..at, SCRAPS[random.usize(..SCRAPS.len())].bytes())),
            4 => {
                let piece = text[at..end].repeat(1 + random.usize(..300));
                text.splice(at..at, piece);
            }
            _ => text.truncate(at),
        }
    }
    text.truncate(LONGEST);
    text
}

fn lexer(bytes: &[u8]) {
    for exact in [false, true] {
        syntax::tokenize::tokenize(bytes, "x.py", exact);
    }
}

fn parser(bytes: &[u8]) {
    let text = syntax::source::decode(bytes).text;
    for mode in [Mode::Exec, Mode::Eval, Mode::Single, Mode::FuncType] {
        for type_comments in [false, true] {
            let parsed = parse(&text, ParseOptions { mode, type_comments, ..ParseOptions::default() });
            dump(
                &parsed.module,
                DumpOptions { indent: None, include_attributes: true, show_empty: true, optimize: None },
            );
        }
    }
}

/// Takes a piece out of the text and puts it in again.
fn patched(bytes: &[u8]) {
    let text = syntax::source::decode(bytes).text;
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (start, end) = (boundary(text.len() / 3), boundary(text.len() / 2));
    let shorter = format!("{}{}", &text[..start], &text[end..]);
    let out = Edit { range: TextRange::new(start, end), len: TextSize::ZERO };
    let back = Edit { range: TextRange::empty(start), len: TextSize::from(end - start) };
    let once = reparse(&parse_module(&text), shorter.as_str(), out).parsed;
    assert_eq!(once.errors, parse_module(&shorter).errors, "errors without the piece");
    let twice = reparse(&once, text.as_str(), back).parsed;
    assert_eq!(twice.errors, parse_module(&text).errors, "errors with the piece");
    let everything = DumpOptions { indent: None, include_attributes: true, show_empty: true, optimize: None };
    assert_eq!(dump(&twice.module, everything), dump(&parse_module(&text).module, everything));
}

fn tables(bytes: &[u8]) {
    let text = syntax::source::decode(bytes).text;
    let parsed = parse_module(&text);
    symtable::SymbolTable::build(&parsed.module, symtable::Options::default()).0.listing("x.py");
}

fn compiler(bytes: &[u8]) {
    for way in &WAYS {
        let listing = listing(bytes, way);
        assert!(!listing.contains("internal error"), "{listing}");
    }
}

/// What this thread has had of a processor: what else the machine does is not to count.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

type Target = (&'static str, fn(&[u8]));

const TARGETS: &[Target] = &[
    ("lexer", lexer),
    ("parser", parser),
    ("reparse", patched),
    ("symtable", tables),
    ("compiler", compiler),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [target, seconds, seed, files @ ..] = &args[..] else {
        eprintln!("usage: survive TARGET SECONDS SEED FILE...");
        return ExitCode::FAILURE;
    };
    let (Ok(seconds), Ok(seed)) = (seconds.parse(), seed.parse::<u64>()) else { return ExitCode::FAILURE };
    let files: Vec<Vec<u8>> = files.iter().filter_map(|file| std::fs::read(file).ok()).collect();
    let chosen: Vec<&Target> = TARGETS.iter().filter(|(name, _)| target == "all" || target == name).collect();
    let mut random = Rng::with_seed(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut texts, mut found) = (0, 0);
    while Instant::now() < end && found < 20 && !files.is_empty() && !chosen.is_empty() {
        let bytes = text(&files, &mut random);
        texts += 1;
        for (name, target) in &chosen {
            let start = processor_time();
            let panicked = catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err();
            let took = processor_time().saturating_sub(start);
            if panicked || took > PATIENCE {
                found += 1;
                let what = if panicked { "panic" } else { "slow" };
                println!("{name}: {what} ({took:?})\nb\"{}\"", bytes.escape_ascii());
            }
        }
    }
    println!("{texts} texts, {found} found");
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
