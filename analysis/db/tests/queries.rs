//! What is computed again after an edit, and that it is what a fresh computation gives.

use std::sync::Arc;

use db::{Database, File};
use text::{Rope, TextRange, TextSize};

/// A class with a method, four functions, one of them nested, and a module variable.
const TEXT: &str = "import os\nLIMIT = 3\n\nclass Box:\n    def get(self):\n        return self.value + LIMIT\n\n\
    def outer(a):\n    total = a\n    def inner(b):\n        return total + b\n    return inner\n\n\
    def first(x):\n    y = x\n    return y\n\ndef second(x):\n    return os.path.join(x, undefined)\n";

fn open(text: &str) -> (Database, File) {
    let mut db = Database::default();
    let file = db.add("case.py", Rope::new(text), Arc::new(syntax::parse_module(text)));
    db.start_log();
    db::file_findings(&db, file);
    (db, file)
}

fn edit(db: &mut Database, file: File, from: &str, to: &str) -> Vec<&'static str> {
    let old = db::source(db, file);
    let at = old.find(from).expect("what is edited is there");
    let edit = syntax::Edit { range: TextRange::new(at, at + from.len()), len: TextSize::of(to) };
    let text = old.replacen(from, to, 1);
    let parsed = syntax::reparse(file.parsed(db), &*text, edit).parsed;
    db.set(file, Rope::new(&text), Arc::new(parsed));
    db.take_log();
    db::file_findings(db, file);
    db.take_log()
}

fn count(log: &[&str], query: &str) -> usize {
    log.iter().filter(|it| **it == query).count()
}

/// Everything that is said about a file, and its code.
fn results(db: &Database, file: File) -> (Vec<String>, Result<Vec<u8>, String>) {
    let found = db::file_findings(db, file).iter();
    let root = file.root(db).expect("the file is complete");
    let code = if file.parsed(db).errors.is_empty() { db::code_of(db, root, 0) } else { Err(String::new()) };
    let bytes = |code| bytecode::marshal::dump(&bytecode::Const::Code(code));
    (found.map(|it| format!("{} {:?}", it.message, it.range)).collect(), code.map(bytes))
}

#[test]
fn everything_is_computed_once() {
    let (db, file) = open(TEXT);
    let log = db.take_log();
    // The module, the class, its method, `outer`, `inner`, `first`, `second`.
    for query in ["collected", "scopes", "findings", "code"] {
        assert_eq!(count(&log, query), 7, "{query}");
    }
    db::file_findings(&db, file);
    assert_eq!(db.take_log(), Vec::<&str>::new());
}

#[test]
fn an_edit_costs_the_function_it_falls_in() {
    let (mut db, file) = open(TEXT);
    let log = edit(&mut db, file, "y = x\n    return y", "y = x + 1\n    return y");
    for query in ["collected", "scopes", "findings", "code"] {
        assert_eq!(count(&log, query), 1, "{query}: {log:?}");
    }
    assert!(log.len() <= 12, "{log:?}");
}

#[test]
fn the_size_of_the_file_does_not_count() {
    let function = |n: usize| {
        format!(
            "def function_{n}(a, b):\n    total = a + {n}\n    for i in range(b):\n        total += i\n    return total\n\n"
        )
    };
    let log_of = |functions: usize| {
        let text: String = (0..functions).map(function).collect();
        let (mut db, file) = open(&text);
        let middle = functions / 2;
        edit(&mut db, file, &format!("a + {middle}\n"), &format!("a + {middle}1\n"))
    };
    let sorted = |mut log: Vec<&'static str>| {
        log.sort_unstable();
        log
    };
    // 50,000 lines. What was dropped for want of room may be asked for in another order.
    let large = sorted(log_of(50_000 / 6));
    assert_eq!(large, sorted(log_of(10)));
    assert!(large.len() <= 12, "{large:?}");
}

#[test]
fn moving_units_costs_the_unit_they_stand_in() {
    let (mut db, file) = open(TEXT);
    let log = edit(&mut db, file, "class Box", "\n\n\nclass Box");
    assert_eq!(count(&log, "scopes"), 1, "{log:?}");
    assert_eq!(count(&log, "findings"), 1, "{log:?}");
    assert_eq!(count(&log, "code"), 1, "{log:?}");
    // A line more in a function, and nothing is new for the module.
    let log = edit(&mut db, file, "    y = x\n", "    y = x\n\n");
    assert_eq!((count(&log, "collected"), count(&log, "code")), (1, 1), "{log:?}");
}

#[test]
fn a_captured_variable_reaches_the_function_that_owns_it() {
    let (mut db, file) = open(TEXT);
    let log = edit(&mut db, file, "return total + b", "return a + total + b");
    assert_eq!(count(&log, "scopes"), 2, "{log:?}");
    let log = edit(&mut db, file, "def outer(a):", "def outer(a, c):");
    assert!(count(&log, "scopes") <= 3, "{log:?}");
}

#[test]
fn after_any_edit_the_result_is_that_of_a_fresh_computation() {
    let (mut db, file) = open(TEXT);
    let edits = [
        ("undefined", "LIMIT"),
        ("LIMIT = 3", "LIMIT: int = 3"),
        ("import os\n", ""),
        ("def first(x)", "def first(x, x)"),
        ("def first(x, x)", "def first(x, z=lambda: 1)"),
        ("return self.value", "global LIMIT; LIMIT = 1; self.a = 1; return self.value"),
        ("class Box:\n    def get(self):\n        ", "def get(self):\n    "),
        ("def get(self):\n    ", "class Box[T]:\n    @deco\n    def get(self):\n        "),
        ("self.a = 1", "self.b = self.a"),
        ("def inner(b)", "def other(b)"),
        ("return inner", "return other"),
        ("total = a", "global total; total = 1 is 1"),
        ("def second(x)", "def second(x"),
        ("def second(x", "def second(x)"),
        (
            "    y = x\n",
            "    y = x\n    class In:\n        z = y\n        def f(self): return super().g(z)\n",
        ),
        ("def second", "super = 1\ndef second"),
        ("class Box", "import y as z\n@z.d\nclass Box"),
        ("LIMIT", "from __future__ import annotations\nLIMIT"),
        ("return other\n\n", "return other\n\n\n# comment\n\n"),
        ("return os.path.join(x, LIMIT)\n", "return os.path.join(x, LIMIT)\n\nlast = lambda: 1\n"),
        ("join(x, LIMIT)\n", "join(x, LIMIT)\n\n"),
        ("def outer", "def extra(): return 1\ndef outer"),
        ("def extra(): return 1\n", ""),
    ];
    for (from, to) in edits {
        edit(&mut db, file, from, to);
        let (fresh, again) = open(db::source(&db, file));
        assert_eq!(results(&db, file), results(&fresh, again), "{to}");
    }
}

#[test]
fn what_the_compiler_says_stays_in_its_place() {
    let text = "def f(a=1 is 1):\n    def g(): pass\n    return 2 is 2\n\n\nx = 3 is 3\n\
                class A:\n    @(4 is 4)\n    def h(): pass\n    y = 5 is 5\ndef i(b=6 is 6): pass";
    let (mut db, file) = open(text);
    let places = |db: &Database| {
        let text = db::source(db, file);
        let found = db::file_findings(db, file).iter().filter(|it| it.message.contains("\"is\""));
        found.map(|it| text[it.range.to_usize()].to_owned()).collect::<Vec<_>>()
    };
    let expect: Vec<String> = (1..=6).map(|n| format!("{n} is {n}")).collect();
    assert_eq!(places(&db), expect);
    for (from, to) in
        [("pass\n    return", "\n        pass\n\n    return"), ("h(): pass", "h():\n\n        pass")]
    {
        edit(&mut db, file, from, to);
        assert_eq!(places(&db), expect);
    }
}

#[test]
fn units_come_and_go() {
    let (mut db, file) = open(TEXT);
    let text = "class A:\n    class B:\n        def f(self): return x\n";
    for text in ["", text, TEXT, text, TEXT] {
        db.set(file, Rope::new(text), Arc::new(syntax::parse_module(text)));
        let (fresh, again) = open(text);
        assert_eq!(results(&db, file), results(&fresh, again), "{text}");
    }
}

#[test]
fn code_is_that_of_the_whole_file() {
    let (db, file) = open(TEXT);
    let module = &file.parsed(&db).module;
    let (table, _) = symtable::SymbolTable::build(module, symtable::Options::default());
    let whole = compiler::compile_module(module, &table, "case.py", &compiler::CompileOptions::default());
    let bytes = |code| bytecode::marshal::dump(&bytecode::Const::Code(code));
    assert_eq!(results(&db, file).1, whole.code.map(bytes).map_err(|error| error.message));
}

#[test]
fn a_change_cancels_reads() {
    let (mut db, file) = open(TEXT);
    let reader = db.clone();
    let thread = std::thread::spawn(move || {
        db::cancellable(move || {
            loop {
                db::file_findings(&reader, file);
            }
        })
    });
    let parsed = Arc::new(syntax::parse_module("x = 1\n"));
    db.set(file, Rope::new("x = 1\n"), parsed);
    let result: Result<std::convert::Infallible, db::Cancelled> =
        thread.join().expect("the reader unwinds in order");
    assert_eq!(result.err(), Some(db::Cancelled));
}
