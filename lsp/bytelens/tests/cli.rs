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

#[test]
fn bytes_that_are_no_text() {
    for command in ["ast", "symtable"] {
        let report = on_file(command, b"x = '\xe9'\n");
        check_report(&report, 1, "SyntaxError: Non-UTF-8 code starting with '\\xe9' on line 1");
        check_report(&on_file(command, b"x = 1\0\n"), 1, "null bytes");
        check_report(&on_file(command, b"# coding: no-such-thing\n"), 1, "unknown encoding: no-such-thing");
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
