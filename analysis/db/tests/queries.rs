//! What is computed again after an edit, and that it is what a fresh computation gives.

use std::sync::Arc;

use db::{Database, File, queries};

/// Ten functions, a class and a module variable.
const TEXT: &str = "import os\nLIMIT = 3\n\nclass Box:\n    def get(self):\n        return self.value + LIMIT\n\n\
    def outer(a):\n    total = a\n    def inner(b):\n        return total + b\n    return inner\n\n\
    def first(x):\n    y = x\n    return y\n\ndef second(x):\n    return os.path.join(x, undefined)\n";

fn setup() -> (Database, File) {
    let db = Database::default();
    let file = db.add("case.py", TEXT);
    db.start_log();
    queries::file_findings(&db, file);
    (db, file)
}

fn edit(db: &mut Database, file: File, from: &str, to: &str) -> Vec<&'static str> {
    let text = file.text(db).replacen(from, to, 1);
    let parsed = Arc::new(syntax::parse_module(&text));
    db.set(file, text.into(), parsed);
    db.take_log();
    queries::file_findings(db, file);
    db.take_log()
}

fn count(log: &[&str], query: &str) -> usize {
    log.iter().filter(|it| **it == query).count()
}

fn messages(db: &Database, file: File) -> Vec<String> {
    queries::file_findings(db, file).iter().map(|it| format!("{} {:?}", it.message, it.range)).collect()
}

#[test]
fn everything_is_computed_once() {
    let (db, file) = setup();
    let log = db.take_log();
    // The module, the class, its method, `outer`, `inner`, `first`, `second`.
    for query in ["unit", "collected", "scopes", "findings"] {
        assert_eq!(count(&log, query), 7, "{query}");
    }
    queries::file_findings(&db, file);
    assert_eq!(db.take_log(), Vec::<&str>::new());
}

#[test]
fn an_edit_costs_the_function_it_falls_in() {
    let (mut db, file) = setup();
    let log = edit(&mut db, file, "y = x\n    return y", "y = x + 1\n    return y");
    // The module is looked at again, for it holds the function, but its scopes stay.
    assert_eq!(count(&log, "collected"), 2, "{log:?}");
    assert_eq!(count(&log, "scopes"), 1, "{log:?}");
    assert_eq!(count(&log, "findings"), 2, "{log:?}");
    assert_eq!(count(&log, "enclosing"), 0, "{log:?}");
}

#[test]
fn moving_units_down_costs_only_the_unit_they_stand_in() {
    let (mut db, file) = setup();
    let before = messages(&db, file).len();
    let log = edit(&mut db, file, "class Box", "\n\n\nclass Box");
    assert_eq!(count(&log, "scopes"), 1, "{log:?}");
    assert_eq!(count(&log, "findings"), 1, "{log:?}");
    assert_eq!(messages(&db, file).len(), before);
}

#[test]
fn a_captured_variable_reaches_the_function_that_owns_it() {
    let (mut db, file) = setup();
    let log = edit(&mut db, file, "return total + b", "return a + total + b");
    assert_eq!(count(&log, "scopes"), 2, "{log:?}");
    let log = edit(&mut db, file, "def outer(a):", "def outer(a, c):");
    assert!(count(&log, "scopes") <= 3, "{log:?}");
}

#[test]
fn after_any_edit_the_result_is_that_of_a_fresh_computation() {
    let (mut db, file) = setup();
    let edits = [
        ("undefined", "LIMIT"),
        ("LIMIT = 3", "LIMIT: int = 3"),
        ("import os\n", ""),
        ("def first(x)", "def first(x, x)"),
        ("return self.value", "global LIMIT; LIMIT = 1; return self.value"),
        ("class Box:\n    def get(self):\n        ", "def get(self):\n    "),
        ("def inner(b)", "def other(b)"),
        ("return inner", "return other"),
    ];
    for (from, to) in edits {
        edit(&mut db, file, from, to);
        let fresh = Database::default();
        let again = fresh.add("case.py", file.text(&db));
        assert_eq!(messages(&db, file), messages(&fresh, again), "{to}");
    }
}

#[test]
fn a_change_cancels_reads() {
    let (mut db, file) = setup();
    let reader = db.clone();
    let thread = std::thread::spawn(move || {
        db::cancellable(move || {
            loop {
                queries::file_findings(&reader, file);
            }
        })
    });
    let parsed = Arc::new(syntax::parse_module("x = 1\n"));
    db.set(file, "x = 1\n".into(), parsed);
    let result: Result<std::convert::Infallible, db::Cancelled> =
        thread.join().expect("the reader unwinds in order");
    assert_eq!(result.err(), Some(db::Cancelled));
}
