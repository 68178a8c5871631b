//! What is held in memory: by a tree while it is made and afterwards, with the peer in the same run, and by a file of
//! 50,000 lines that is open: `cargo bench -p tests-benches --bench memory`.

use std::hint::black_box;
use std::sync::Arc;

use db::Database;
use peak_alloc::PeakAlloc;
use text::Rope;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What `work` needs at most, and what its result holds, in bytes.
fn held<T>(work: impl FnOnce() -> T) -> (usize, usize) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let result = black_box(work());
    let sizes = (HEAP.peak_usage() - before, HEAP.current_usage() - before);
    drop(result);
    sizes
}

/// Bytes per byte of the texts: the peaks and the trees of all of them.
fn parser<T>(name: &str, texts: &[String], parse: impl Fn(&str) -> T) {
    let sizes = texts.iter().map(|text| held(|| parse(text)));
    let (peak, tree) = sizes.fold((0, 0), |(peaks, trees), (peak, tree)| (peaks + peak, trees + tree));
    let per_byte = |size: usize| size as f64 / tests_benches::size(texts) as f64;
    println!("{name:>5}: {:.2} while parsing, {:.2} afterwards", per_byte(peak), per_byte(tree));
}

fn main() {
    // `cargo test` builds and starts this, too.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let texts = tests_benches::library();
    println!("bytes per byte of the library's text");
    parser("ours", &texts, syntax::parse_module);
    parser("ruff", &texts, |text| ruff_python_parser::parse_module(text).ok());

    let repeated = tests_benches::file_of(50_000);
    open("small functions, repeated", &repeated);
    open("modules of the library", &modules(&texts));
}

/// Modules of the library, one after the other, 50,000 lines and no more than fits.
fn modules(texts: &[String]) -> String {
    let mut joined = String::new();
    let mut lines = 0;
    for text in texts.iter().filter(|text| !text.contains("from __future__")) {
        let count = text.lines().count();
        if lines + count <= 50_000 {
            lines += count;
            joined.push_str(text);
            joined.push('\n');
        }
    }
    joined
}

/// What an open file holds, stage by stage.
fn open(name: &str, text: &str) {
    let per_byte = |size: usize| size as f64 / text.len() as f64;
    println!("\nbytes per byte of a text of {} lines, open ({name})", text.lines().count());
    let before = HEAP.current_usage();
    let now = || per_byte(HEAP.current_usage() - before);
    let rope = Rope::new(text);
    println!("{:6.2} with the rope", now());
    let parsed = Arc::new(syntax::parse_module(text));
    println!("{:6.2} with the tree", now());
    let mut db = Database::default();
    let file = db.add("module.py", rope, parsed);
    println!("{:6.2} with the inputs of the queries", now());
    for unit in db::queries::units(&db, file) {
        db::queries::scopes(&db, *unit);
    }
    println!("{:6.2} with all scopes", now());
    db::file_findings(&db, file);
    println!("{:6.2} with what the rules and the compiler find", now());
    // A change is when what has not been used for long is dropped.
    db.set(file, file.rope(&db).clone(), file.parsed(&db).clone());
    println!("{:6.2} after a change", now());
    db::file_findings(&db, file);
    println!("{:6.2} with the findings after it", now());
}
