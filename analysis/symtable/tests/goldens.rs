//! Errors and listings of the symbol table against what CPython said (`cargo xtask goldens`).

use serde_json::Value;
use symtable::{FutureFeatures, Options, SymbolTable};

/// The goldens are what the module `symtable` says.
const SEEN_BY_SYMTABLE: Options =
    Options { future: FutureFeatures::empty(), top_level_await: false, uncompiled: true };

fn goldens() -> Value {
    serde_json::from_str(include_str!("goldens/symtable.json")).expect("the goldens are JSON")
}

fn cases(kind: &str) -> Vec<(String, Value)> {
    let goldens = goldens();
    let cases = goldens[kind].as_array().expect("a list of cases");
    cases.iter().map(|case| (case[0].as_str().expect("a text").to_owned(), case[1].clone())).collect()
}

/// Message, line, offset, end line, end offset of the first error.
fn first_error(text: &str) -> Value {
    let parsed = syntax::parse_module(text);
    assert!(parsed.errors.is_empty(), "{text:?}: {:?}", parsed.errors);
    let (_, errors) = SymbolTable::build(&parsed.module, SEEN_BY_SYMTABLE);
    match errors.first() {
        None => Value::Null,
        Some(error) => {
            let span = error.span;
            serde_json::json!([error.message, span.line, span.col + 1, span.end_line, span.end_col + 1])
        }
    }
}

/// The order of a table's symbols can be chance in CPython.
fn sorted(listing: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    for line in listing.split('\n') {
        if line.contains(" symbol '") {
            run.push(line);
        } else {
            run.sort_unstable();
            lines.append(&mut run);
            lines.push(line);
        }
    }
    lines.append(&mut run);
    lines.join("\n")
}

#[test]
fn errors_are_cpythons() {
    let wrong: Vec<String> = cases("errors")
        .into_iter()
        .map(|(text, expect)| (first_error(&text), expect, text))
        .filter(|(got, expect, _)| got != expect)
        .map(|(got, expect, text)| format!("{text:?}\n  CPython {expect}\n  ours    {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn listings_are_cpythons() {
    for (text, expect) in cases("listings") {
        let parsed = syntax::parse_module(&text);
        assert!(parsed.errors.is_empty(), "{text:?}: {:?}", parsed.errors);
        let (table, errors) = SymbolTable::build(&parsed.module, SEEN_BY_SYMTABLE);
        assert!(errors.is_empty(), "{text:?}: {errors:?}");
        assert_eq!(sorted(&table.listing("case.py")), expect.as_str().expect("a listing"), "{text}");
    }
}
