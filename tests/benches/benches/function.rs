//! A letter is typed inside a function of the library, each of them in turn: from the change to the new code object of that
//! function, in the database that the editor asks. `cargo bench -p tests-benches --bench function`.
//!
//! Times are those of the thread alone, which another process's turn on the processor does not change.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytecode::CodeObject;
use db::{UnitKey, code_of};
use rustix::time::ClockId;
use syntax::ast::{Cursor, ExprKind, Unit, UnitHeader};
use syntax::parse_module;
use tests_benches::{Document, now};
use text::{TextRange, TextSize};

/// A function of a file.
struct Place {
    /// Which child to take on the way down from the module
    path: Vec<usize>,
    name: String,
    length: u32,
    /// Its first line, from 0
    line: u32,
    /// Where the last name ends that it reads itself: what is typed there is another name.
    at: usize,
}

fn places(cursor: Cursor<'_>, path: &mut Vec<usize>, into: &mut Vec<Place>) {
    for (id, _) in cursor.unit.children() {
        let child = cursor.child(id);
        path.push(id.index());
        if let (UnitHeader::Function(_), Some(end)) = (child.unit.header(), name_end(child.unit)) {
            into.push(Place {
                path: path.clone(),
                name: child.unit.own_name().to_owned(),
                length: child.unit.text_len().0,
                line: child.base_line,
                at: child.range(TextRange::empty(end.to_usize())).start.to_usize(),
            });
        }
        places(child, path, into);
        path.pop();
    }
}

fn name_end(unit: &Unit) -> Option<TextSize> {
    let names = unit.all_exprs().filter(|(_, expr)| matches!(expr.kind, ExprKind::Name { .. }));
    names.map(|(_, expr)| expr.range.end).max()
}

fn function(document: &Document, place: &Place) -> UnitKey {
    let root = document.file.root(&document.db).expect("an open file has a module");
    place.path.iter().fold(root, |unit, index| unit.children(&document.db)[*index])
}

/// Types a letter, asks for the code, and takes the letter back; the time until the code is there.
fn keystroke(document: &mut Document, place: &Place) -> Option<Duration> {
    let start = now(ClockId::ThreadCPUTime);
    document.replace(TextRange::empty(place.at), "x");
    let code: Result<Arc<CodeObject>, String> = code_of(&document.db, function(document, place), place.line);
    let took = now(ClockId::ThreadCPUTime) - start;
    let compiled = black_box(code).is_ok();
    document.replace(TextRange::new(place.at, place.at + 1), "");
    compiled.then_some(took)
}

fn main() {
    // `cargo test` builds and starts this, too.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let mut times: Vec<(Duration, u32, String)> = Vec::new();
    for text in tests_benches::library() {
        let parsed = parse_module(&text);
        if !parsed.errors.is_empty() {
            continue;
        }
        let mut found = Vec::new();
        places(Cursor::new(&parsed.module), &mut Vec::new(), &mut found);
        let mut document = Document::open(&text);
        for place in found {
            // The first time finds out what the file around the function says.
            let took = (0..4).filter_map(|_| keystroke(&mut document, &place)).skip(1).min();
            times.extend(took.map(|took| (took, place.length, place.name)));
        }
    }
    times.sort();
    println!("{} functions; from a letter to the new code object, thread time in microseconds", times.len());
    let last = times.len().saturating_sub(1);
    for (name, at) in [
        ("median", last / 2),
        ("90 %", last * 9 / 10),
        ("99 %", last * 99 / 100),
        ("99.9 %", last * 999 / 1000),
        ("largest", last),
    ] {
        if let Some((took, length, function)) = times.get(at) {
            println!("{name:>8} {:10.1}   {function}, {length} bytes", took.as_secs_f64() * 1e6);
        }
    }
}
