//! One keystroke in the middle of a file, from the change of the text to the new scopes of the unit that it falls in:
//! `cargo bench -p tests-benches --bench keystroke`, or with ` -- WORDS` the rows that have one of the words in their names.
//!
//! The lexer's errors (an open bracket or quote) have the whole text parsed, and so has what follows them until they are
//! mended; these rows say what that costs. Each sample is taken in another place; `cpu` is the time of the thread alone,
//! which another process's turn on the processor does not change.

use std::hint::black_box;
use std::time::Duration;

use db::{UnitKey, queries};
use rustix::time::ClockId;
use tests_benches::{Document, now};
use text::TextRange;

const LINES: [usize; 3] = [1_000, 10_000, 50_000];

/// A row: what has been typed before, what is typed then, and where.
struct Row {
    name: &'static str,
    before: &'static str,
    key: &'static str,
    place: Place,
    samples: usize,
}

#[derive(Clone, Copy)]
enum Place {
    /// At the end of a statement of a method.
    Function,
    /// At the end of the name of a function of the module.
    Header,
    /// Between functions of the module.
    Module,
}

const fn row(name: &'static str, before: &'static str, key: &'static str) -> Row {
    Row { name, before, key, place: Place::Function, samples: 1000 }
}

const fn costly(row: Row) -> Row {
    Row { samples: 50, ..row }
}

const ROWS: [Row; 14] = [
    row("a letter", "", "x"),
    row("a digit after it", "x", "1"),
    row("Enter", "", "\n        "),
    row("Tab", "", "    "),
    row("a comment", "", "  # why"),
    row("a dot that something must follow", "", "."),
    Row { place: Place::Header, samples: 200, ..row("a letter in a function's name", "", "x") },
    Row { place: Place::Module, samples: 200, ..row("a line between functions", "", "x = 1\n") },
    costly(row("an opening triple quote", "", "\"\"\"")),
    costly(row("a letter after it", "\"\"\"", "x")),
    costly(row("the closing triple quote", "\"\"\"x", "\"\"\"")),
    costly(row("an open bracket", "", "(")),
    costly(row("a letter after it", "(", "x")),
    costly(row("the closing bracket", "(x", ")")),
];

/// The innermost unit at an offset.
fn unit_at(document: &Document, at: usize) -> UnitKey {
    let Document { db, file, .. } = document;
    let mut key = file.root(db).expect("an open file has a module");
    let mut unit = &file.parsed(db).module;
    let mut range = TextRange::empty(at);
    while let Some((id, child)) = unit.child_around(range) {
        key = key.children(db)[id.index()];
        unit = child.unit;
        range = TextRange::empty(range.start.0 - child.offset);
    }
    key
}

/// Prints the times of a row in a file.
fn measure(row: &Row, lines: usize, document: &mut Document, places: &[usize]) {
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    for at in places.iter().cycle().take(row.samples) {
        document.replace(TextRange::empty(*at), row.before);
        black_box(queries::scopes(&document.db, unit_at(document, *at)));
        let at = at + row.before.len();
        let (from, from_cpu) = (now(ClockId::Monotonic), now(ClockId::ThreadCPUTime));
        document.replace(TextRange::empty(at), row.key);
        black_box(queries::scopes(&document.db, unit_at(document, at)));
        cpu.push(now(ClockId::ThreadCPUTime) - from_cpu);
        wall.push(now(ClockId::Monotonic) - from);
        document.replace(TextRange::new(at - row.before.len(), at + row.key.len()), "");
    }
    let mut shown = format!("{:34} {lines:>6}", row.name);
    for times in [&mut wall, &mut cpu] {
        times.sort_unstable();
        let micros = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e6);
        shown.push_str(&format!(
            " {:>12} {:>12}",
            micros(times[times.len() / 2]),
            micros(times[times.len() * 99 / 100])
        ));
    }
    println!("{shown}");
}

fn main() {
    // `cargo test` builds and starts this, too.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let words: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let is_wanted = |row: &&Row| words.is_empty() || words.iter().any(|word| row.name.contains(word));
    println!(
        "microseconds {:>28} {:>12} {:>12} {:>12} {:>12}",
        "lines", "median", "99 %", "cpu median", "cpu 99 %"
    );
    for lines in LINES {
        let text = tests_benches::file_of(lines);
        let mut document = Document::open(&text);
        db::file_findings(&document.db, document.file);
        let middle = text.len() / 2;
        let places = |needle: &str, behind: usize| -> Vec<usize> {
            let found = text[middle..].match_indices(needle).take(16);
            found.map(|(at, _)| middle + at + behind).collect()
        };
        let statement = "self.total += value";
        let (in_function, in_module) = (places(statement, statement.len()), places("\ndef ", 1));
        let in_header = places("(path, mode='r'):", 0);
        for row in ROWS.iter().filter(|row| is_wanted(row)) {
            let places = match row.place {
                Place::Function => &in_function,
                Place::Header => &in_header,
                Place::Module => &in_module,
            };
            measure(row, lines, &mut document, places);
        }
    }
}
