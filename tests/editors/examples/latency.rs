//! How long an editor waits for the diagnostics after something is typed: from `textDocument/didChange` to
//! `textDocument/publishDiagnostics`, as a client of the real server sees it, in files of three sizes.
//!
//!     cargo run --release -p tests-editors --example latency
//!
//! With words behind ` -- `, the rows alone that have one of them in their names.

use std::io;
use std::time::{Duration, Instant};

use serde_json::json;
use server::peer::Peer;
use tests_editors::{URI, initialized, open};

const LINES: [usize; 3] = [1_000, 10_000, 50_000];
const SAMPLES: usize = 60;

/// What is typed, and after which line of the file's middle that begins so.
const ROWS: [(&str, &str, &str); 5] = [
    ("a letter in a function", "        ", "x"),
    ("Enter in a function", "        ", "\n        "),
    ("a line between functions", "", "x = 1\n"),
    ("an opening triple quote", "        ", "\"\"\""),
    ("an open bracket", "        ", "("),
];

/// A document, and the client that has it open.
struct Session {
    peer: Peer,
    version: i64,
}

impl Session {
    /// Replaces a range, given as line and columns, and waits for what is said about it.
    fn replace(&mut self, from: [u32; 2], to: [u32; 2], text: &str) -> io::Result<Duration> {
        self.version += 1;
        let version = self.version;
        let place = |[line, character]: [u32; 2]| json!({"line": line, "character": character});
        let params = json!({
            "textDocument": {"uri": URI, "version": version},
            "contentChanges": [{"range": {"start": place(from), "end": place(to)}, "text": text}],
        });
        let start = Instant::now();
        self.peer.notify("textDocument/didChange", &params)?;
        self.peer.notification("textDocument/publishDiagnostics", |it| it["version"] == version)?;
        Ok(start.elapsed())
    }
}

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    println!("milliseconds {:>34} {:>10} {:>10} {:>10}", "lines", "least", "median", "99 %");
    for lines in LINES {
        for (kind, text) in
            [("repeated", tests_benches::file_of(lines)), ("library", tests_benches::modules(lines))]
        {
            measure(kind, &text, &words)?;
        }
    }
    Ok(())
}

fn measure(kind: &str, text: &str, words: &[String]) -> io::Result<()> {
    let lines: Vec<&str> = text.lines().collect();
    let mut session = Session { peer: initialized(&json!({})), version: 1 };
    let start = Instant::now();
    open(&mut session.peer, text);
    session.peer.notification("textDocument/publishDiagnostics", |it| it["version"] == 1)?;
    println!(
        "{:32} {kind:>8} {:>6} {:>10.1}",
        "opening it",
        lines.len(),
        start.elapsed().as_secs_f64() * 1e3
    );
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    for (name, indent, typed) in ROWS.into_iter().filter(|(name, ..)| is_wanted(name)) {
        let is_place = |(_, line): &(usize, &&str)| match indent {
            "" => line.starts_with("def "),
            indent => line.strip_prefix(indent).is_some_and(|rest| rest.starts_with("return ")),
        };
        let places = lines.iter().enumerate().skip(lines.len() / 2).filter(is_place).take(16);
        let places: Vec<(usize, usize)> =
            places.map(|(at, line)| (at, if indent.is_empty() { 0 } else { line.len() })).collect();
        let mut times = Vec::new();
        for (line, column) in places.iter().cycle().take(SAMPLES) {
            let from = [*line as u32, *column as u32];
            times.push(session.replace(from, from, typed)?);
            let broken = typed.matches('\n').count() as u32;
            let last = typed.rsplit('\n').next().unwrap_or_default().len() as u32;
            let to = [from[0] + broken, last + if broken == 0 { from[1] } else { 0 }];
            session.replace(from, to, "")?;
        }
        times.sort_unstable();
        let milliseconds = |at: usize| times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3);
        println!(
            "{name:32} {kind:>8} {:>6} {:>10.2} {:>10.2} {:>10.2}",
            lines.len(),
            milliseconds(0),
            milliseconds(times.len() / 2),
            milliseconds(times.len() * 99 / 100)
        );
    }
    Ok(())
}
