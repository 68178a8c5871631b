//! The command line at its edges: what cannot be read, what is no Python, who stops reading.

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

fn bytelens(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bytelens"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command on a file with some bytes in it.
fn on_file(command: &str, bytes: &[u8]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("f.py"), bytes).expect("it can be written");
    let mut args = vec![command, "f.py"];
    if command == "ast" {
        // Trees are deep here, and indentation would be most of what is printed.
        args.push("--indent=-1");
    }
    bytelens(&args).current_dir(folder.path()).output().expect("bytelens runs")
}

/// The commands that read one file and print what a stage makes of it.
const STAGES: &[&str] = &["tokenize", "ast", "symtable"];

#[track_caller]
fn check_report(output: &Output, status: i32, words: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{errors}");
    assert!(errors.contains(words), "{errors}");
    assert_eq!(errors.matches("panicked").count(), 0, "{errors}");
}

#[test]
fn what_cannot_be_read() {
    for command in STAGES.iter().chain(&["dis", "tour"]) {
        let run = |file: &str| bytelens(&[command, file]).output().expect("bytelens runs");
        check_report(&run("/"), 2, "/: is a directory");
        check_report(&run("no such file.py"), 2, "no such file.py: No such file or directory");
    }
    check_report(
        &bytelens(&["no-such-command"]).output().expect("bytelens runs"),
        2,
        "unrecognized subcommand",
    );
}

#[test]
#[cfg(unix)]
fn what_must_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("secret.py");
    std::fs::write(&path, "x").expect("it can be written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("the mode can be set");
    if std::fs::read(&path).is_ok() {
        return; // The superuser reads everything.
    }
    let output = bytelens(&["ast", &path.to_string_lossy()]).output().expect("bytelens runs");
    check_report(&output, 2, "Permission denied");
}

/// What CPython says of programs that are no text, when it runs them.
#[test]
fn programs_that_are_no_text() {
    let undeclared = |byte: &str, line: u32| {
        format!(
            "SyntaxError: Non-UTF-8 code starting with '\\x{byte}' in file PATH on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details"
        )
    };
    let declared = "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xe9 in position";
    let cases: &[(&[u8], &str)] = &[
        (b"y = '\xe9'\n", &format!("1\n    y = '\u{fffd}'\n         ^\n{}", undeclared("e9", 1))),
        // The second line counts as the first after one that cannot have a cookie behind it.
        (b"x = 1\ny = '\xe9'\n", &format!("1\n    y = '\u{fffd}'\n         ^\n{}", undeclared("e9", 1))),
        (b"#\ny = '\xe9'\n", &format!("2\n    y = '\u{fffd}'\n         ^\n{}", undeclared("e9", 2))),
        (b"x = '''\na\xe9'''\n", &format!("2\n    a\u{fffd}'''\n     ^\n{}", undeclared("e9", 2))),
        (b"x\n\n\n\xff\0", &format!("4\n    \u{fffd}\n    ^\n{}", undeclared("ff", 4))),
        // What the lexer refuses before it comes to the line, but not what the parser does.
        (b"x = )\n\xe9", "1\n    x = )\n        ^\nSyntaxError: unmatched ')'"),
        (b"x = = 1\n\n\xe9", &format!("3\n    \u{fffd}\n    ^\n{}", undeclared("e9", 3))),
        (
            b"# coding: utf-8\n#\nx = '\xe9'\n",
            &format!("3\n    x = '\u{fffd}'\n{declared} 5: invalid continuation byte"),
        ),
        (
            b"# coding: utf-8\nx = '''\n\xe9'''\n",
            &format!("2\n    x = '''\n{declared} 0: invalid continuation byte"),
        ),
        (
            b"# coding: ascii\nx = '\xe9'\n",
            "0\nSyntaxError: 'ascii' codec can't decode byte 0xe9 in position 6: ordinal not in range(128)",
        ),
        (b"# coding: foo\n", "0\nSyntaxError: unknown encoding: foo"),
        (b"# coding: hex\n", "0\nSyntaxError: 'hex' is not a text encoding"),
        (
            b"\xef\xbb\xbf# coding: latin-1\n",
            "1\n    # coding: latin-1\nSyntaxError: encoding problem: iso-8859-1 with BOM",
        ),
        (b"x\ny = '\0'\n", "2\n    y = '\nSyntaxError: source code cannot contain null bytes"),
        (b"x = '''\n\0\n", "2\n    \nSyntaxError: source code cannot contain null bytes"),
        (b"if 1:\n  break\n", "2\n    break\n    ^^^^^\nSyntaxError: 'break' outside loop"),
    ];
    for (program, report) in cases {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("f.py");
        std::fs::write(&path, program).expect("it can be written");
        let output = bytelens(&["run", &path.to_string_lossy()]).output().expect("bytelens runs");
        let said = String::from_utf8_lossy(&output.stderr).replace(&*path.to_string_lossy(), "PATH");
        assert_eq!(
            said,
            format!("  File \"PATH\", line {report}\n"),
            "{:?}",
            program.escape_ascii().to_string()
        );
    }
}

#[test]
fn bytes_that_are_no_text() {
    for command in ["ast", "symtable"] {
        let report = on_file(command, b"x = '\xe9'\n");
        check_report(&report, 1, "SyntaxError: Non-UTF-8 code starting with '\\xe9' on line 1");
        let report = on_file(command, b"x = 1\0\n");
        assert_eq!(
            String::from_utf8_lossy(&report.stderr),
            "SyntaxError: source code string cannot contain null bytes (f.py)\n"
        );
        let report = on_file(command, b"# coding: no-such-thing\n");
        assert_eq!(
            String::from_utf8_lossy(&report.stderr),
            "  File \"f.py\", line 0\nSyntaxError: unknown encoding: no-such-thing\n"
        );
    }
    for command in STAGES {
        let output = on_file(command, b"# coding: latin-1\nx = '\xe9'\n");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn errors_look_as_cpythons_do() {
    // CPython drops the blanks before the line, and keeps its tabs, in the line and below it.
    let output = on_file("ast", b"def f():\n    x = (\t1,\t[\n");
    let expect =
        "  File \"f.py\", line 2\n    x = (\t1,\t[\n         \t  \t^\nSyntaxError: '[' was never closed\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expect);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn errors_that_have_no_place() {
    let output = on_file("dis", b"def f():\n    \"\\ud800\"\n");
    let expect = "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not \
                  allowed\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expect);
    let output = on_file("tokenize", b"# coding: rot13\n");
    let expect =
        "unexpected error: 'rot13' is not a text encoding; use codecs.decode() to handle arbitrary codecs\n";
    check_report(&output, 1, expect);
}

#[test]
fn of_trees_only_the_compiler_warns() {
    let expect = "f.py:4: SyntaxWarning: \"\\d\" is an invalid escape sequence. Such sequences will not work in the \
                  future. Did you mean \"\\\\d\"? A raw string is also an option.\n  '\\d'; return\n";
    for command in ["ast", "symtable"] {
        let output = on_file(command, b"try: pass\nfinally:\n    def f(): return\n    '\\d'; return\n");
        assert_eq!(String::from_utf8_lossy(&output.stderr), expect);
    }
    let output = on_file("ast", b"from __future__ import nothing\n");
    check_report(&output, 1, "SyntaxError: future feature nothing is not defined\n");
}

#[test]
fn warnings_come_before_the_error() {
    let check = |text: &str, words: &[&str]| {
        let output = on_file("dis", text.as_bytes());
        let errors = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> =
            errors.lines().filter(|line| line.contains("Warning") || line.contains("Error")).collect();
        assert_eq!(lines.len(), words.len(), "{errors}");
        assert!(lines.iter().zip(words).all(|(line, words)| line.contains(words)), "{errors}");
    };
    check("'\\d' z z\n", &["invalid escape sequence", "invalid syntax"]);
    check("1 +\n'\\d'\n", &["invalid syntax"]);
    check("if x:\n'\\d'\n", &["expected an indented block"]);
    check("'\\d'\n'\n", &["invalid escape sequence", "unterminated string literal"]);
    check("def f(x, x):\n  '\\d'; y is 1\n", &["invalid escape sequence", "duplicate argument 'x'"]);
    check("y is 1\nreturn\nx is 1\n", &["\"is\" with 'int' literal", "'return' outside function"]);
}

#[test]
fn arguments_of_ast() {
    let run = |args: &[&str]| {
        let mut child = bytelens(&[&["ast", "--indent=-1"], args].concat())
            .stdin(Stdio::piped())
            .spawn()
            .expect("it runs");
        child.stdin.take().expect("a pipe").write_all(b"x = (y := __debug__)\n").expect("it reads");
        child.wait_with_output().expect("it ends")
    };
    check_report(&run(&["--feature-version", "3.7"]), 1, "only supported in Python 3.8 and greater");
    check_report(&run(&["--feature-version", "2.7"]), 1, "ValueError: Unsupported major version: 2");
    check_report(&run(&["--feature-version", "x"]), 2, "Invalid format for --feature-version");
    check_report(&run(&["-O", "3"]), 1, "ValueError: compile(): invalid optimize value");
    let tree = run(&["-O", "1", "--feature-version", "3.8"]);
    assert!(String::from_utf8_lossy(&tree.stdout).contains("Constant(\nvalue=False"));
}

#[test]
fn text_as_deep_as_a_well() {
    let deep: [String; 7] = [
        "(".repeat(10_000),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("x = {}1\n", "1 + ".repeat(10_000)),
        format!("x = {}1\n", "-".repeat(10_000)),
        format!("f{}\n", "()".repeat(5_000)),
        (0..5_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect(),
        format!("x = {}0\n", "lambda: ".repeat(5_000)),
    ];
    for text in &deep {
        for command in STAGES {
            let output = on_file(command, text.as_bytes());
            let code = output.status.code();
            let start: String = text.chars().take(12).collect();
            assert!(matches!(code, Some(0 | 1)), "{command} of {start:?}: {:?}", output.status);
        }
    }
}

#[test]
fn tokens_of_standard_input() {
    let mut child = bytelens(&["tokenize", "-e"]).stdin(Stdio::piped()).spawn().expect("bytelens runs");
    child.stdin.take().expect("a pipe").write_all(b"x (\r\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let expect = "1,0-1,1:            NAME           'x'            \n\
                  1,2-1,3:            LPAR           '('            \n\
                  1,3-1,5:            NL             '\\r\\n'         \n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expect);
    check_report(&output, 1, "<stdin>:1:0: error: unexpected EOF in multi-line statement\n");
}

#[test]
fn standard_input() {
    let mut child = bytelens(&["ast", "-"]).stdin(Stdio::piped()).spawn().expect("bytelens runs");
    child.stdin.take().expect("a pipe").write_all(b"x\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("Module("));
}

#[test]
fn a_reader_that_has_had_enough() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("long.py");
    std::fs::write(&path, "x = 1\n".repeat(50_000)).expect("it can be written");
    let mut child = bytelens(&["tokenize", &path.to_string_lossy()]).spawn().expect("bytelens runs");
    let mut first = [0; 100];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("it prints");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(141));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_tour_is_complete() {
    let output = bytelens(&["tour"]).output().expect("bytelens runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for section in ["Diagnostics", "Typing", "Hover", "Evaluation"] {
        assert!(printed.contains(section), "no {section} in:\n{printed}");
    }
}
