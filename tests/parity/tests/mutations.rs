//! Library files with random edits, and texts nested as deep as can be, through parser, symbol table and compiler:
//! whatever comes out, nothing panics, overflows a stack or takes long.
//! `MUTATIONS=100000 cargo test -p tests-parity --test mutations` looks longer.

use std::path::Path;

use tests_parity::random::{how_many, mutate};
use tests_parity::{PLAIN, WAYS, listing};

/// What is put in: words and marks that change what follows
const PARTS: &[&str] = &[
    "def",
    "class",
    "async ",
    "await ",
    "yield ",
    "yield from ",
    "lambda: ",
    "return ",
    "nonlocal x\n",
    "global x\n",
    "with ",
    "match x:\n",
    "case ",
    "for ",
    "in ",
    "if ",
    "else",
    "elif ",
    "try:\n",
    "except ",
    "except* ",
    "finally:",
    "del ",
    "import ",
    "from ",
    "not ",
    "is ",
    "and ",
    "or ",
    "*",
    "**",
    ":",
    ":=",
    "=",
    "==",
    ",",
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "@",
    "->",
    "...",
    "'",
    "\"",
    "'''",
    "f'",
    "t'",
    "f\"{",
    "!r",
    "\\",
    "\n",
    "\n    ",
    "\t",
    ";",
    "#",
    "0",
    "1e400",
    "0x",
    "1j",
    "__class__",
    "super()",
    "__debug__",
    "type X[T] = ",
    "[T: int]",
    "x",
    "_",
    "\0",
    "\u{e9}",
];

#[test]
fn nothing_panics() {
    let count = how_many(3000);
    let names = include_str!("../codegen/library.txt");
    let texts: Vec<String> = names
        .lines()
        .filter_map(|row| row.split(' ').next())
        .filter_map(|name| std::fs::read_to_string(Path::new(rustpython_pylib::LIB_PATH).join(name)).ok())
        .filter(|text| (1..12_000).contains(&text.len()))
        .collect();
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..count {
        let mutant = mutate(&texts[random.usize(..texts.len())], PARTS, &mut random);
        let way = &WAYS[random.usize(..WAYS.len())];
        let result = std::panic::catch_unwind(|| listing(mutant.as_bytes(), way));
        match result {
            Err(_) => panic!("{way:?} panics on:\n{mutant}"),
            Ok(listing) => assert!(!listing.contains("internal error"), "{listing}\n{mutant}"),
        }
    }
}

#[test]
fn depth_harms_no_stage() {
    let n = 10_000;
    let rising = |line: &str, levels: usize| -> String {
        (0..levels).map(|level| format!("{}{line}\n", " ".repeat(level))).collect()
    };
    for source in [
        format!("{}1{}", "(".repeat(n), ")".repeat(n)),
        format!("{}1{}", "[".repeat(200), "]".repeat(200)),
        format!("{}1", "-".repeat(n)),
        format!("{}1", "lambda: ".repeat(n)),
        format!("{}1", "1 if a else ".repeat(n)),
        format!("x = 1{}", " + a".repeat(n)),
        format!("x = a{}", " ** a".repeat(n)),
        format!("x = a{}", " and b".repeat(n)),
        format!("x = a{}", " < b".repeat(n)),
        format!("f{}", "()".repeat(5000)),
        format!("f{}", "[0]".repeat(n)),
        format!("a{}", ".b".repeat(n)),
        format!("x = {}", "'a' ".repeat(100_000)),
        format!("x = ({})", "f'{a}'\n".repeat(n)),
        format!("{}1", "a = ".repeat(n)),
        format!("if a: pass\n{}", "elif a: pass\n".repeat(3000)),
        format!("try: pass\n{}", "except A: pass\n".repeat(3000)),
        (0..140).fold("1".to_owned(), |inner, _| format!("f'{{{inner}}}'")),
        (0..n).fold("1".to_owned(), |inner, _| format!("f'{{{inner}}}'")),
        format!("{}{}pass\n", rising("if a:", 99), " ".repeat(99)),
        format!("{}{}pass\n", rising("def f():", 99), " ".repeat(99)),
        format!("{}{}pass\n", rising("class C:", 99), " ".repeat(99)),
        rising("while a:", 2000),
        format!("match x:\n case {}", "[".repeat(n)),
        format!("def f({}): pass", "a, ".repeat(n)),
    ] {
        let head: String = source.chars().take(40).collect();
        let work = move || drop(listing(source.as_bytes(), &PLAIN));
        let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(work).expect("a thread");
        assert!(thread.join().is_ok(), "{head}");
    }
}
