//! Code objects, field by field, as CPython 3.14 made them (`cargo xtask goldens`).

use std::path::{Path, PathBuf};

use bytecode::{compile_flags, flags};
use tests_parity::{PLAIN, WAYS, digest, listing, way};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("codegen")
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(path: &Path) -> String {
    String::from_utf8(read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The parts of a file that begin with lines `%% HEAD`
fn parts(text: &str) -> Vec<(&str, &str)> {
    text.split("%% ").skip(1).filter_map(|part| part.split_once('\n')).collect()
}

/// Compares listings; the first line that differs is what one wants to see.
fn check(name: &str, got: &str, expect: &str) {
    if got == expect {
        return;
    }
    let lines = got.lines().zip(expect.lines()).enumerate();
    let first = lines.filter(|(_, (a, b))| a != b).map(|(n, (a, b))| format!("line {n}\n got {a}\nwant {b}"));
    let first = first.into_iter().next().unwrap_or_else(|| "one is longer".into());
    panic!("{name}: {first}");
}

#[test]
fn sources() {
    let expected = text(&folder().join("sources.txt"));
    let expected = parts(&expected);
    assert!(!expected.is_empty());
    for (name, expect) in expected {
        check(name, &listing(&read(&folder().join(name)), &PLAIN), expect);
    }
}

#[test]
fn cases() {
    let cases = text(&folder().join("cases.in"));
    let expected = text(&folder().join("cases.txt"));
    let (cases, expected) = (parts(&cases), parts(&expected));
    assert_eq!(cases.len(), expected.len());
    for ((head, source), (_, expect)) in cases.into_iter().zip(expected) {
        let words: Vec<&str> = head.split(' ').collect();
        let flags = match words[2] {
            "annotations" => flags::FUTURE_ANNOTATIONS,
            "await" => compile_flags::ALLOW_TOP_LEVEL_AWAIT,
            _ => 0,
        };
        let way = way(words[0], words[1].parse().unwrap(), flags).unwrap();
        check(&format!("{head}\n{source}"), &listing(source.as_bytes(), &way), expect);
    }
}

/// The whole embedded library, in four ways, by digests
#[test]
fn library() {
    let expected = text(&folder().join("library.txt"));
    let root = Path::new(rustpython_pylib::LIB_PATH);
    let rows: Vec<&str> = expected.lines().collect();
    assert!(rows.len() > 500);
    let wrong = |rows: &[&str]| -> Vec<String> {
        let mut wrong = Vec::new();
        for row in rows {
            let (name, digests) = row.split_once(' ').expect("a name and digests");
            let source = read(&root.join(name));
            for (way, expect) in WAYS.iter().zip(digests.split(' ')) {
                if digest(&listing(&source, way)) != expect {
                    wrong.push(format!("{name} {way:?}"));
                }
            }
        }
        wrong
    };
    let (first, second) = rows.split_at(rows.len() / 2);
    let wrong = std::thread::scope(|scope| {
        let other = scope.spawn(|| wrong(second));
        let mut all = wrong(first);
        all.extend(other.join().expect("no panic"));
        all
    });
    assert_eq!(wrong, Vec::<String>::new());
}
