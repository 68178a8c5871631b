//! The parser against what CPython says (`goldens/parser.json`, recorded by `cargo xtask goldens`), what it makes of
//! broken text, and its laws on any text.

use proptest::prelude::*;
use serde_json::{Value, json};
use syntax::ast::{Cursor, ExprKind, StmtKind, Unit, UnitHeader};
use syntax::dump::{DumpOptions, dump};
use syntax::optimize::Optimize;
use syntax::{Mode, ParseOptions, Parsed, SyntaxError, parse, parse_module};

fn goldens(table: &str) -> Vec<Value> {
    let text = include_str!("goldens/parser.json");
    let mut tables: Value = serde_json::from_str(text).expect("the goldens are JSON");
    match tables[table].take() {
        Value::Array(entries) => entries,
        other => panic!("{table} is {other}"),
    }
}

const COMPACT: DumpOptions =
    DumpOptions { include_attributes: true, indent: None, show_empty: false, optimize: None };

/// The first error, as the goldens have it.
fn first_error(parsed: &Parsed) -> Value {
    shown(parsed.errors.first())
}

/// The warnings that CPython issues, as the goldens have them, and what the first is where warnings are errors.
fn issued(parsed: &Parsed, source: &str) -> (Value, Option<SyntaxError>) {
    let issued = parsed.issued_warnings(source);
    let warnings: Vec<_> = issued.iter().map(|it| json!([it.warning.message, it.warning.lineno])).collect();
    (json!(warnings), issued.first().map(|first| first.error.clone()))
}

fn shown(error: Option<&SyntaxError>) -> Value {
    error.map_or(Value::Null, |error| {
        let place = error.place;
        if !error.kind.has_place() {
            return json!([error.kind.name(), error.message, null, null, null, null]);
        }
        json!([error.kind.name(), error.message, place.line, place.offset, place.end_line, place.end_offset])
    })
}

fn mode(entry: &Value) -> Mode {
    match entry.as_str().expect("a mode") {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => Mode::FuncType,
        _ => Mode::Exec,
    }
}

#[test]
fn warnings_around_mistakes_as_cpython() {
    for entry in goldens("warned") {
        let source = entry[0].as_str().expect("a text");
        let mode = mode(&entry[1]);
        let parsed = parse(source, ParseOptions { mode, ..ParseOptions::default() });
        assert_eq!(first_error(&parsed), entry[2], "{mode:?} {source:?}");
        let (warnings, first) = issued(&parsed, source);
        assert_eq!(warnings, entry[3], "warnings of {mode:?} {source:?}");
        let strict = first.as_ref().or(parsed.errors.first());
        assert_eq!(shown(strict), entry[4], "{mode:?} {source:?} where warnings are errors");
    }
}

#[test]
fn first_error_and_warnings_as_cpython() {
    for entry in goldens("errors") {
        let source = entry[0].as_str().expect("a text");
        let parsed = parse_module(source);
        let error = first_error(&parsed);
        assert_eq!(error, entry[1], "{source:?}");
        assert_eq!(issued(&parsed, source).0, entry[2], "warnings of {source:?}");
    }
}

#[test]
fn trees_as_cpython() {
    for entry in goldens("trees") {
        let source = entry[0].as_str().expect("a text");
        let mode = mode(&entry[1]);
        let parsed = parse(source, ParseOptions { mode, ..ParseOptions::default() });
        assert_eq!(parsed.errors, [], "{source:?}");
        assert_eq!(dump(&parsed.module, COMPACT), entry[2].as_str().expect("a tree"), "{source:?}");
    }
}

#[test]
fn errors_of_the_modes_as_cpython() {
    for entry in goldens("modes") {
        let source = entry[0].as_str().expect("a text");
        let mode = mode(&entry[1]);
        let parsed = parse(source, ParseOptions { mode, ..ParseOptions::default() });
        assert_eq!(first_error(&parsed), entry[2], "{mode:?} {source:?}");
    }
}

#[test]
fn too_new_as_cpython() {
    for entry in goldens("versions") {
        let source = entry[0].as_str().expect("a text");
        let feature_version = entry[1].as_u64().map(|version| version as u8);
        let parsed = parse(source, ParseOptions { feature_version, ..ParseOptions::default() });
        assert_eq!(first_error(&parsed), entry[2], "{feature_version:?} {source:?}");
    }
}

#[test]
fn optimised_trees_as_cpython() {
    for entry in goldens("optimised") {
        let source = entry[0].as_str().expect("a text");
        let optimize = Optimize {
            level: entry[1].as_u64().expect("a level") as u8,
            string_annotations: source.contains("import annotations"),
        };
        let parsed = parse_module(source);
        let tree = dump(&parsed.module, DumpOptions { optimize: Some(optimize), ..COMPACT });
        assert_eq!(tree, entry[2].as_str().expect("a tree"), "{optimize:?} {source:?}");
    }
}

#[test]
fn type_comments_as_cpython() {
    for entry in goldens("type_comments") {
        let source = entry[0].as_str().expect("a text");
        let parsed = parse(source, ParseOptions { type_comments: true, ..ParseOptions::default() });
        assert_eq!(dump(&parsed.module, COMPACT), entry[1].as_str().expect("a tree"), "{source:?}");
    }
}

#[test]
fn indented_text_as_cpython() {
    let parsed = parse_module("x = f(1)\n");
    let expect = "Module(\n   body=[\n      Assign(\n         targets=[\n            Name(id='x', ctx=Store())],\n         \
                  value=Call(\n            func=Name(id='f', ctx=Load()),\n            args=[\n               \
                  Constant(value=1)]))])";
    assert_eq!(dump(&parsed.module, DumpOptions::default()), expect);
}

/// The names of all functions and classes, dotted, in the order of the text.
fn definitions(unit: &Unit) -> Vec<String> {
    let mut names = Vec::new();
    for (_, child) in unit.children() {
        let name = match child.unit.header() {
            UnitHeader::Function(header) => child.unit.name(header.name.name),
            UnitHeader::Class(header) => child.unit.name(header.name.name),
            _ => continue,
        };
        names.push(name.to_owned());
        names.extend(definitions(child.unit).into_iter().map(|inner| format!("{name}.{inner}")));
    }
    names
}

/// Broken text: the messages of all its errors, and what definitions are found in it.
fn check_broken(source: &str, errors: &[&str], expect: &[&str]) {
    let Parsed { module, errors: found, .. } = parse_module(source);
    let found: Vec<_> = found.iter().map(|e| format!("{}: {}", e.place.line, e.message)).collect();
    assert_eq!(found, errors, "errors of {source:?}");
    assert_eq!(definitions(&module), expect, "definitions of {source:?}");
}

#[test]
fn one_mistake_is_one_error_and_the_rest_keeps_its_structure() {
    check_broken("def f(a, b:\n    x = 1\ndef g(): pass\n", &["1: '(' was never closed"], &["f", "g"]);
    check_broken(
        "class C:\n    def f(self): return self.\n    def g(self): pass\ndef h(): pass\n",
        &["2: invalid syntax"],
        &["C", "C.f", "C.g", "h"],
    );
    check_broken("def f(x y):\n    def g(): pass\ny\n", &["1: invalid syntax"], &["f", "f.g"]);
    check_broken(
        "if x y:\n    def f(): pass\nelse:\n    def g(): pass\n",
        &["1: invalid syntax"],
        &["f", "g"],
    );
    check_broken("class C(:\n    def f(self): pass\n", &["1: invalid syntax"], &["C", "C.f"]);
    check_broken("whlie x:\n    def f(): pass\ndef g(): pass\n", &["1: invalid syntax"], &["f", "g"]);
    check_broken(
        "def f():\ndef g(): pass\n",
        &["2: expected an indented block after function definition on line 1"],
        &["f", "g"],
    );
    check_broken("@a b\ndef f(): pass\n@c\n", &["1: invalid syntax", "3: invalid syntax"], &["f"]);
    check_broken(
        "x = 'abc\ndef f(): pass\n",
        &["1: unterminated string literal (detected at line 1)"],
        &["f"],
    );
    check_broken("a b\nc d\ndef f(): pass\n", &["1: invalid syntax", "2: invalid syntax"], &["f"]);
    check_broken("  x\ndef f(): pass\n", &["1: unexpected indent"], &["f"]);
    // What is left of a statement whose start was lost, and of a bracket that was closed too early.
    check_broken(
        "in x:\n    def f(): pass\nelif y:\n    def g(): pass\nelse: pass\n",
        &["1: invalid syntax"],
        &["f", "g"],
    );
    check_broken("@if x:\n    def f(): pass\ndef g(): pass\n", &["1: invalid syntax"], &["f", "g"]);
    check_broken(
        "x = {1: 2,}\n3: 4,\n5: 6,\n7: 8,\n}\ndef f(): pass\n",
        &["5: unmatched '}'", "2: illegal target for annotation", "3: illegal target for annotation"],
        &["f"],
    );
    check_broken(
        "match x:\n    case 1 2: pass\n    case A(): \n        def f(): pass\n",
        &["2: invalid syntax"],
        &["f"],
    );
}

#[test]
fn what_was_read_before_a_mistake_stays() {
    let parsed = parse_module("foo(bar).baz.\n");
    let unit = &parsed.module;
    let StmtKind::Expr { value } = unit.stmt(unit.list(unit.body())[0]).kind else {
        panic!("an expression statement")
    };
    let ExprKind::Invalid { parts } = unit.expr(value).kind else { panic!("an invalid expression") };
    let part = unit.list(parts)[0];
    let ExprKind::Attribute { attr, .. } = unit.expr(part).kind else { panic!("an attribute") };
    assert_eq!(unit.name(attr.name), "baz");
}

#[test]
fn depth_harms_nobody() {
    let n = 10_000;
    for source in [
        format!("{}1{}", "(".repeat(n), ")".repeat(n)),
        format!("{}1", "[".repeat(n)),
        format!("{}1", "-".repeat(n)),
        format!("{}1", "not ".repeat(n)),
        format!("x = 1{}", " + 1".repeat(n)),
        format!("f{}", "()".repeat(n)),
        format!("a{} b", ".b".repeat(n)),
        format!("1{}", " ** 1".repeat(n)),
        format!("{}1", "lambda: ".repeat(n)),
        format!("{}1", "1 if 1 else ".repeat(n)),
        format!("if 1: pass\n{}", "elif 1: pass\n".repeat(n)),
        format!("x = {}", "'a' ".repeat(n)),
        format!("match x:\n case {}", "[".repeat(n)),
        (0..2000).map(|level| format!("{}if 1:\n", " ".repeat(level))).collect(),
    ] {
        std::thread::Builder::new()
            .stack_size(512 * 1024)
            .spawn(move || drop(parse_module(&source)))
            .expect("a thread")
            .join()
            .expect("the parser survives");
    }
}

#[test]
fn limits_of_cpython() {
    let deepest = |source: String| parse_module(&source).errors.first().map(|error| error.message.clone());
    let overflow = Some("Parser stack overflowed - Python source too complex to parse".to_owned());
    assert_eq!(deepest(format!("{}1\n", "-".repeat(5968))), None);
    assert_eq!(deepest(format!("{}1\n", "-".repeat(5969))), overflow);
    assert_eq!(deepest(format!("{}1\n", "lambda: ".repeat(2984))), None);
    assert_eq!(deepest(format!("{}1\n", "lambda: ".repeat(2985))), overflow);
    let digits = deepest(format!("x = {}\n", "1".repeat(4301)));
    assert!(digits.is_some_and(|message| message.starts_with("Exceeds the limit (4300 digits)")));
}

/// Texts to mutilate: those of the goldens.
fn any_text() -> impl Strategy<Value = String> {
    let texts: Vec<String> =
        goldens("errors").iter().map(|entry| entry[0].as_str().unwrap_or_default().to_owned()).collect();
    let scraps = [
        "(", ")", "[", "{", "}", "'", "\"\"\"", "f'", "t\"{", "\\", "\n", "\n    ", ":", ",", "=", "**", "@",
        "def ", "class ", "async ", "lambda ", "else", "try:", "except", "match ", "case ", "é", "0x", "\t",
        "\r", "#", "!", "\0", "<>",
    ];
    let edit = (any::<prop::sample::Index>(), 0..6_usize, prop::sample::select(scraps.to_vec()));
    let pieces = prop::collection::vec(prop::sample::select(texts), 1..4);
    (pieces, prop::collection::vec(edit, 0..5)).prop_map(|(pieces, edits)| {
        let mut text = pieces.concat();
        for (place, len, scrap) in edits {
            let boundary =
                |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let start = boundary(place.index(text.len() + 1));
            let end = boundary(start + len).max(start);
            text.replace_range(start..end, scrap);
        }
        text
    })
}

/// Names stand in the text where the tree says, and statements do not overlap, in this unit and all inside it.
fn check_places(source: &str, cursor: Cursor<'_>) {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    for (_, expr) in cursor.unit.all_exprs() {
        let range = cursor.range(expr.range);
        let span = cursor.span(expr.range);
        assert!(range.end.to_usize() <= source.len(), "{source:?}");
        if let ExprKind::Name { id, .. } = expr.kind
            && source[range].is_ascii()
        {
            assert_eq!(&source[range], cursor.unit.name(id), "{source:?}");
            if !source.contains('\r') {
                let line = lines[span.line as usize - 1];
                assert_eq!(&line[span.col as usize..span.end_col as usize], &source[range], "{source:?}");
            }
        }
    }
    for (id, _) in cursor.unit.children() {
        check_places(source, cursor.child(id));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_has_a_tree_with_places(text in any_text()) {
        let parsed = parse_module(&text);
        check_places(&text, Cursor::new(&parsed.module));
        dump(&parsed.module, DumpOptions::default());
    }

    #[test]
    fn parsing_is_a_function(text in any_text()) {
        prop_assert_eq!(parse_module(&text), parse_module(&text));
    }

    #[test]
    fn an_error_does_not_move_what_is_before_it(text in any_text()) {
        // Where the text so far is a module, more of it only adds to the tree.
        let before = "def f(a):\n    return [a]\nx = f(1)\n";
        let (alone, both) = (parse_module(before), parse_module(&format!("{before}{text}")));
        let first = |parsed: &Parsed| parsed.module.children().next().map(|(_, child)| child.unit.clone());
        prop_assert_eq!(first(&alone), first(&both));
    }
}
