//! The lexer against what CPython says (`goldens/lexer.json`, recorded by `cargo xtask goldens`), and its laws on any text.

use proptest::prelude::*;
use serde_json::{Value, json};
use syntax::lexer::{Lexer, LexerOptions};
use syntax::token::{Token, TokenKind};
use text::{LineIndex, TextSize};

const STRICT: LexerOptions =
    LexerOptions { strict: true, extra_tokens: false, type_comments: false, unended: false };
const REPAIRING: LexerOptions =
    LexerOptions { strict: false, extra_tokens: false, type_comments: false, unended: false };
const EXTRA: LexerOptions =
    LexerOptions { strict: false, extra_tokens: true, type_comments: false, unended: false };
const TYPED: LexerOptions =
    LexerOptions { strict: false, extra_tokens: false, type_comments: true, unended: false };

fn goldens(table: &str) -> Vec<Value> {
    let text = include_str!("goldens/lexer.json");
    let mut tables: Value = serde_json::from_str(text).expect("the goldens are JSON");
    match tables[table].take() {
        Value::Array(entries) => entries,
        other => panic!("{table} is {other}"),
    }
}

/// All tokens, the end included. Panics if there are more than any text can have.
fn lex<'a>(source: &'a str, options: LexerOptions) -> (Vec<Token>, Lexer<'a>) {
    let mut lexer = Lexer::new(source, options);
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next_token();
        tokens.push(token);
        if token.kind == TokenKind::EndMarker {
            return (tokens, lexer);
        }
        assert!(tokens.len() <= 4 * source.len() + 8, "no end in {source:?}");
    }
}

#[test]
fn errors_as_cpython() {
    for entry in goldens("errors") {
        let source = entry[0].as_str().expect("a text");
        let lines = LineIndex::new(source);
        let line = |offset: TextSize| lines.line(offset) + 1;
        let (_, lexer) = lex(source, STRICT);
        let got = lexer.errors().first().map_or(Value::Null, |error| {
            let place = error.place(source, &lines);
            let (class, message) = (error.class().name(), error.message(line));
            json!([class, message, place.line, place.offset, place.end_line, place.end_offset])
        });
        // `compile` refuses a text with a NUL before it reads it.
        assert_eq!(got, entry[1], "{source:?}");
        if entry[1].is_null() {
            let warned: Vec<u32> = lexer.warnings().iter().map(|warning| line(warning.range.start)).collect();
            assert_eq!(json!(warned), entry[2], "warnings of {source:?}");
            assert_eq!(lex(source, REPAIRING).1.errors(), [], "{source:?}");
        }
    }
}

#[test]
fn tokenize_as_cpython() {
    for entry in goldens("tokenize") {
        let source: Vec<u8> =
            entry[0].as_str().expect("a text").chars().map(|c| u8::try_from(c).expect("a byte")).collect();
        let output = syntax::tokenize::tokenize(&source, "case.py", true);
        let got = json!([entry[0], output.stdout, output.stderr, output.status]);
        assert_eq!(got, entry, "{}", source.escape_ascii());
    }
}

/// `KIND text` of all tokens but the end, one a line, and then the errors.
fn show(source: &str, options: LexerOptions) -> String {
    let (tokens, lexer) = lex(source, options);
    let lines = LineIndex::new(source);
    let tokens = tokens.iter().filter(|token| token.kind != TokenKind::EndMarker);
    let mut out: Vec<String> =
        tokens.map(|token| format!("{:?} {:?}", token.kind, &source[token.range])).collect();
    out.extend(lexer.errors().iter().map(|error| format!("! {}", error.message(|at| lines.line(at) + 1))));
    out.join("\n")
}

#[track_caller]
fn check(source: &str, options: LexerOptions, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(show(source, options), expected.join("\n"), "{source:?}");
}

#[test]
fn one_mistake_is_one_error() {
    check(
        "x = 1abc + 2\n",
        REPAIRING,
        r#"
        Name "x"
        Equal "="
        Number "1abc"
        Plus "+"
        Number "2"
        Newline "\n"
        ! invalid decimal literal
        "#,
    );
    // An open bracket does not swallow the statements after it.
    check(
        "f(1,\nreturn x\n",
        REPAIRING,
        r#"
        Name "f"
        LPar "("
        Number "1"
        Comma ","
        Newline ""
        Return "return"
        Name "x"
        Newline "\n"
        ! '(' was never closed
        "#,
    );
    // A block goes on at the column that its lines turn out to have.
    check(
        "if x:\n    a\n  b\n  c\nd\n",
        REPAIRING,
        r#"
        If "if"
        Name "x"
        Colon ":"
        Newline "\n"
        Indent "    "
        Name "a"
        Newline "\n"
        Name "b"
        Newline "\n"
        Name "c"
        Newline "\n"
        Dedent ""
        Name "d"
        Newline "\n"
        ! unindent does not match any outer indentation level
        "#,
    );
    // A bracket of the wrong kind closes nothing.
    check(
        "(a]) b\n",
        REPAIRING,
        r#"
        LPar "("
        Name "a"
        RPar ")"
        Name "b"
        Newline "\n"
        ! closing parenthesis ']' does not match opening parenthesis '('
        "#,
    );
    check(
        "x = 'a\ny\n",
        REPAIRING,
        r#"
        Name "x"
        Equal "="
        String "'a"
        Newline "\n"
        Name "y"
        Newline "\n"
        ! unterminated string literal (detected at line 1)
        "#,
    );
    check(
        "f'{a' + b\n",
        REPAIRING,
        r#"
        FStringStart "f'"
        LBrace "{"
        Name "a"
        FStringEnd "'"
        Plus "+"
        Name "b"
        Newline "\n"
        ! f-string: expecting '}'
        "#,
    );
}

#[test]
fn literals_in_pieces() {
    check(
        r"f'a{{b\N{DASH}}}{x!r:>{w}}'",
        REPAIRING,
        r#"
        FStringStart "f'"
        FStringMiddle "a{"
        FStringMiddle "b\\N{DASH}"
        FStringMiddle "}"
        LBrace "{"
        Name "x"
        Exclamation "!"
        Name "r"
        Colon ":"
        FStringMiddle ">"
        LBrace "{"
        Name "w"
        RBrace "}"
        FStringMiddle ""
        RBrace "}"
        FStringEnd "'"
        Newline ""
        "#,
    );
}

#[test]
fn type_comments() {
    check(
        "x = 1 # type: int\n# type: ignore[a]\n# type: ignored\ny #  type:\tignore\n",
        TYPED,
        r##"
        Name "x"
        Equal "="
        Number "1"
        TypeComment "int"
        Newline "\n"
        TypeIgnore "[a]"
        TypeComment "ignored"
        Newline "\n"
        Name "y"
        TypeIgnore ""
        Newline "\n"
        "##,
    );
}

/// What must hold of any text: tokens lie in the text in order, and layout adds up.
fn check_laws(source: &str, options: LexerOptions) {
    let (tokens, lexer) = lex(source, options);
    let mut end = TextSize::ZERO;
    let (mut blocks, mut line_open) = (0, false);
    for token in &tokens {
        // CPython's buffer, from which it takes an indentation's text, may hold more than the line.
        let in_order = end <= token.range.start || (options == EXTRA && token.kind == TokenKind::Indent);
        assert!(in_order && token.range.start <= token.range.end, "{token:?} in {source:?}");
        assert!(source.is_char_boundary(token.range.start.to_usize()), "{token:?} in {source:?}");
        assert!(source.is_char_boundary(token.range.end.to_usize()), "{token:?} in {source:?}");
        end = token.range.end;
        match token.kind {
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks -= 1,
            TokenKind::Newline => line_open = false,
            TokenKind::Nl | TokenKind::Comment | TokenKind::TypeIgnore => {}
            TokenKind::EndMarker => {
                assert!(!line_open || options.extra_tokens, "no newline at the end of {source:?}")
            }
            _ => line_open = true,
        }
        assert!(blocks >= 0, "a dedent too many in {source:?}");
    }
    assert!(blocks == 0 || options.extra_tokens, "{blocks} blocks open at the end of {source:?}");
    // Between tokens there is nothing but blanks, comments, line joins, and what was reported.
    if lexer.errors().is_empty() && options == EXTRA {
        let mut end = 0;
        for token in &tokens {
            let gap = source.get(end..token.range.start.to_usize()).unwrap_or("");
            let blank = |c: char| matches!(c, ' ' | '\t' | '\x0c' | '\\' | '\n' | '\r' | '{' | '}');
            assert!(gap.chars().all(blank), "{gap:?} lost in {source:?}");
            end = token.range.end.to_usize();
        }
    }
    let lines = LineIndex::new(source);
    let mut found = TextSize::ZERO;
    for error in lexer.errors() {
        assert!(error.range.end.to_usize() <= source.len(), "{error:?} in {source:?}");
        assert!(found <= error.found_at, "{error:?} before its time in {source:?}");
        found = error.found_at;
        error.place(source, &lines);
        error.message(|at| lines.line(at) + 1);
    }
}

/// The state at a statement's start is the indentation alone: lexing on from there gives the same tokens and errors.
fn check_resuming(source: &str) {
    let (tokens, whole) = lex(source, REPAIRING);
    let mut lexer = Lexer::new(source, REPAIRING);
    for (index, token) in tokens.iter().enumerate() {
        let before = (lexer.indents().clone(), lexer.errors().len());
        assert_eq!(lexer.next_token(), *token);
        // A line break of the text's own ends at the start of a statement; one put in by a repair does not.
        let Some(before_it) = index.checked_sub(1).map(|previous| tokens[previous]) else { continue };
        if before_it.kind != TokenKind::Newline || before_it.range.is_empty() {
            continue;
        }
        let at = before_it.range.end;
        let mut resumed = Lexer::resume(source, at, before.0, REPAIRING);
        for token in &tokens[index..] {
            assert_eq!(resumed.next_token(), *token, "resumed at {at:?} in {source:?}");
        }
        assert_eq!(resumed.errors(), &whole.errors()[before.1..], "resumed at {at:?} in {source:?}");
    }
}

/// Pieces that make trouble next to each other.
fn python_like() -> impl Strategy<Value = String> {
    let pieces = [
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "'''",
        "\"\"\"",
        "f'",
        "f'''",
        "rf\"",
        "t'",
        "b'",
        "\\",
        "\\\n",
        "\\\r\n",
        "\n",
        "\r\n",
        "\r",
        "\n  ",
        "\n    ",
        "\n\t",
        " ",
        "\t",
        "\x0c",
        "#",
        "# type: ignore",
        "x",
        "é",
        "€",
        "\u{a0}",
        "𝒳",
        "0",
        "1",
        "0x",
        "1e",
        "_",
        ".",
        "...",
        ":",
        "!",
        "!r",
        "=",
        ":=",
        "->",
        ",",
        ";",
        "def",
        "return",
        "if",
        "class",
        "\\N{",
        "{{",
        "}}",
        "$",
        "\0",
        "\u{1}",
        "1_",
        "077",
        "\u{feff}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn laws(source in python_like()) {
        for options in [STRICT, REPAIRING, EXTRA, TYPED] {
            check_laws(&source, options);
        }
        check_resuming(&source);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let decoded = syntax::source::decode(&bytes);
        for options in [STRICT, REPAIRING, EXTRA, TYPED] {
            check_laws(&decoded.text, options);
        }
        syntax::tokenize::tokenize(&bytes, "case.py", true);
    }
}

#[test]
fn deep_and_long() {
    for source in [
        "(".repeat(100_000),
        "f'{".repeat(20_000),
        "f'{x:{".repeat(10_000),
        "'\\\n".repeat(20_000),
        "1if ".repeat(20_000),
    ] {
        check_laws(&source, REPAIRING);
    }
    let blocks: String = (0..2_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
    check_laws(&blocks, REPAIRING);
}
