//! Edits files as people do, for a number of seconds, and compares each tree that is patched with one that is parsed.
//!
//!     cargo run --release -p syntax --example reparse_fuzz -- SECONDS SEED FILE…
//!
//! A difference is printed with the shortest text found that has it.

#[path = "../tests/edits/mod.rs"]
mod edits;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use fastrand::Rng;
use syntax::parse_module;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [seconds, seed, files @ ..] = &args[..] else {
        eprintln!("usage: reparse_fuzz SECONDS SEED FILE…");
        return ExitCode::FAILURE;
    };
    let (Ok(seconds), Ok(seed)) = (seconds.parse(), seed.parse::<u64>()) else { return ExitCode::FAILURE };
    let texts: Vec<String> = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut dice = Rng::with_seed(seed);
    let (mut steps, mut found) = (0u64, 0);
    while Instant::now() < end && found < 20 && !texts.is_empty() {
        let mut text = part(&texts[dice.usize(..texts.len())], &mut dice);
        let mut tree = parse_module(&text);
        let mut cursor = dice.usize(..text.len() + 1);
        for _ in 0..60 {
            let (range, new) = edits::edit(&text, &mut cursor, &mut dice);
            let (next, edit) = edits::apply(&text, range.clone(), &new);
            steps += 1;
            let checked = catch_unwind(AssertUnwindSafe(|| edits::check(&tree, &next, edit)));
            match checked.unwrap_or_else(|_| Err("panic".to_owned())) {
                Ok(parsed) => (text, tree) = (next, parsed),
                Err(_) => {
                    found += 1;
                    report(&text, range, &new);
                    break;
                }
            }
        }
    }
    println!("{steps} edits, {found} differences");
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Some consecutive lines of a file, or all of a short one.
fn part(text: &str, dice: &mut Rng) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let count = [10, 40, 150, 600][dice.usize(..4)];
    let first = dice.usize(..lines.len().saturating_sub(count) + 1);
    lines[first..(first + count).min(lines.len())].concat()
}

/// Prints a difference, after leaving out as many lines as it can do without.
fn report(text: &str, range: std::ops::Range<usize>, new: &str) {
    let fails = |before: &str, gone: &str, after: &str| {
        let old = format!("{before}{gone}{after}");
        let checked = catch_unwind(AssertUnwindSafe(|| {
            let (next, edit) = edits::apply(&old, before.len()..before.len() + gone.len(), new);
            edits::check(&parse_module(&old), &next, edit).err()
        }));
        checked.unwrap_or_else(|_| Some("panic".to_owned()))
    };
    let (mut before, gone) = (text[..range.start].to_owned(), &text[range.clone()]);
    let mut after = text[range.end..].to_owned();
    let Some(mut message) = fails(&before, gone, &after) else {
        println!("--- not without the edits before: {:?} at {range:?}", new);
        return;
    };
    let mut again = true;
    while again {
        again = false;
        for side in 0..2 {
            let mut at = 0;
            loop {
                let lines: Vec<&str> =
                    if side == 0 { &before } else { &after }.split_inclusive('\n').collect();
                if at >= lines.len() {
                    break;
                }
                let shorter = [&lines[..at], &lines[at + 1..]].concat().concat();
                let (b, a) = if side == 0 { (&shorter, &after) } else { (&before, &shorter) };
                match fails(b, gone, a) {
                    Some(why) => {
                        message = why;
                        again = true;
                        if side == 0 { before = shorter } else { after = shorter }
                    }
                    None => at += 1,
                }
            }
        }
    }
    println!("--- ({before:?}, {gone:?}, {after:?}, {new:?}),\n{message}");
}
