//! What is held in memory: by a tree while it is made and afterwards, with the peer in the same run, and by a file of
//! 50,000 lines that is open: `cargo bench -p tests-benches --bench memory`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use db::Database;
use peak_alloc::PeakAlloc;
use syntax::ast::Unit;
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
    open("modules of the library", &tests_benches::modules(50_000));
}

/// Adds up what the units of a tree hold, by what it is.
fn storage(unit: &Unit, into: &mut BTreeMap<&'static str, usize>) {
    for (part, bytes) in unit.storage() {
        *into.entry(part).or_default() += bytes;
    }
    unit.children().for_each(|(_, child)| storage(child.unit, into));
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
    println!("{:6.2} with the tree:", now());
    let mut parts = BTreeMap::new();
    storage(&parsed.module, &mut parts);
    let mut parts: Vec<(&str, usize)> = parts.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    for (part, bytes) in parts {
        println!("       {:6.2} {part}", per_byte(bytes));
    }
    let mut db = Database::default();
    let file = db.add("module.py", rope, parsed);
    println!("{:6.2} with the inputs of the queries", now());
    let units = db::queries::units(&db, file);
    println!("{:6.2} with a list of the {} units", now(), units.len());
    for unit in units {
        db::queries::scopes(&db, *unit);
    }
    println!("{:6.2} when all scopes have been asked for", now());
    let found = db::file_findings(&db, file).len();
    println!("{:6.2} with the {found} findings of the rules and the compiler", now());
    // A change is when what has not been used for long is dropped.
    db.set(file, file.rope(&db).clone(), file.parsed(&db).clone());
    println!("{:6.2} after a change", now());
    db::file_findings(&db, file);
    println!("{:6.2} with the findings after it", now());
    db::table(&db, file);
    println!("{:6.2} with the symbol tables of the whole file, which some requests ask for", now());
}
