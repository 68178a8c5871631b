//! SyntaxWarnings of the compiler: messages, lines and order as CPython 3.14 gives them with `-W always`.

use compiler::{SourceOptions, compile_source};

fn check(source: &str, expect: &[&str]) {
    let compiled = compile_source(source, "x.py", &SourceOptions::default());
    assert!(compiled.code.is_ok(), "{source}: {:?}", compiled.code);
    let shown: Vec<String> =
        compiled.warnings.iter().map(|it| format!("{}: {}", it.loc.line, it.message)).collect();
    assert_eq!(shown, expect, "{source}");
}

#[test]
fn statements_that_leave_finally() {
    check(
        "def f():
    while 1:
        try: pass
        finally:
            1 is 1
            for x in y:
                return 3
            else:
                break
            def g(): return
            try: pass
            finally: continue
            with a: return
",
        &[
            "9: 'break' in a 'finally' block",
            "12: 'continue' in a 'finally' block",
            "13: 'return' in a 'finally' block",
            "5: \"is\" with 'int' literal. Did you mean \"==\"?",
        ],
    );
}

#[test]
fn finally_warns_for_each_way_out_but_the_exceptional() {
    let warning = "3: \"is\" with 'int' literal. Did you mean \"==\"?";
    check("def f():\n try: return 1\n finally: 1 is 1\n", &[warning, warning]);
    check("def f():\n try: g()\n finally: 1 is 1\n", &[warning]);
}

/// Who leaves the copy for exceptions is out of it, and meets the `finally` around it again.
#[test]
fn leaving_a_copy() {
    let [left, inner, outer] = [
        "6: 'return' in a 'finally' block",
        "7: \"is\" with 'int' literal. Did you mean \"==\"?",
        "9: \"is\" with 'int' literal. Did you mean \"==\"?",
    ];
    check(
        "def f():
 try:
  try: g()
  finally:
   try:
    return 1
   finally: 1 is 1
 finally:
  2 is 2
",
        &[left, inner, outer, inner, outer, outer],
    );
}

/// Formats with `%` are f-strings by then.
#[test]
fn percent_formats() {
    check(
        "('' % ())[a, b]\n",
        &["1: str indices must be integers or slices, not tuple; perhaps you missed a comma?"],
    );
    check("('%s' % (a,))()\n", &["1: 'str' object is not callable; perhaps you missed a comma?"]);
    check("('%s' % a)()\n", &[]);
}

#[test]
fn literals_that_are_no_callables_or_assertions() {
    check("'a' (1)\n", &["1: 'str' object is not callable; perhaps you missed a comma?"]);
    check("assert (x, 'y')\n", &["1: assertion is always true, perhaps remove parentheses?"]);
    check(
        "[1] [2, 3]\n",
        &["1: list indices must be integers or slices, not tuple; perhaps you missed a comma?"],
    );
}
