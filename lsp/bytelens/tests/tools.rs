//! The tools around bytecode: `compile`, `asm`, `diff`, and the views of `dis`.

use std::path::Path;
use std::process::{Command, Output};

const SOURCE: &str = "\
def f(x, y):
    if x < 2 * 3:
        return [a for a in y if a in {1, 2}]
    try:
        print(x)
    except ValueError:
        return -1

class C:
    def m(self): return 'a' * 3
";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder"));
        folder.write("a.py", SOURCE);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_bytelens"))
            .args(args)
            .current_dir(self.path())
            .output()
            .expect("bytelens runs")
    }

    /// Standard output of a command that succeeds
    #[track_caller]
    fn text(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

#[test]
fn folders_are_compiled() {
    let folder = Folder::new();
    for n in 0..30 {
        folder.write(&format!("p/m{n}.py"), &format!("x = {n}\n"));
    }
    folder.write("p/broken.py", "x = (\n");
    let output = folder.run(&["compile", "p", "-j", "2"]);
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(report.contains("broken.py\", line 1") && report.contains("was never closed"), "{report}");
    assert!(folder.read("p/__pycache__/m29.cpython-314.pyc").len() > 16);
    folder.text(&["compile", "-O", "a.py"]);
    folder.read("__pycache__/a.cpython-314.opt-1.pyc");
    folder.text(&[
        "compile",
        "-b",
        "-d",
        "/lib",
        "a.py",
        "-o",
        "out/a.pyc",
        "--invalidation-mode",
        "checked-hash",
    ]);
    let made = folder.read("out/a.pyc");
    assert_eq!(made[4..8], [3, 0, 0, 0]);
    assert!(made.windows(9).any(|part| part == b"/lib/a.py"));
    folder.run(&["compile", "-b", "-o", "tree", "p"]);
    folder.read("tree/m0.pyc");
}

#[test]
fn text_comes_back_as_the_same_file() {
    let folder = Folder::new();
    folder.text(&["compile", "a.py", "-o", "a.pyc"]);
    let text = folder.text(&["dis", "--output-format", "asm", "a.pyc"]);
    folder.write("a.asm", &text);
    folder.text(&["asm", "a.asm", "-o", "b.pyc"]);
    assert_eq!(folder.read("a.pyc"), folder.read("b.pyc"));
    // Of the source it is that of `compile`, time and all.
    assert_eq!(folder.text(&["dis", "--output-format", "asm", "a.py"]), text);
    folder.write("a.asm", &text.replace("LOAD_SMALL_INT 6", "POP_TOP"));
    let output = folder.run(&["asm", "a.asm"]);
    let line = 1 + text.lines().position(|line| line.contains("LOAD_SMALL_INT 6")).expect("folded");
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(report.starts_with(&format!("a.asm:{line}: error: ")) || report.contains("stack"), "{report}");
}

#[test]
fn differences() {
    let folder = Folder::new();
    folder.write("b.py", &format!("\n\n{}", SOURCE.replace("2 * 3", "x + 1")));
    folder.write("c.py", &format!("\n\n{SOURCE}"));
    let output = folder.run(&["diff", "a.py", "b.py"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.starts_with(
            "--- a.py:f (line 1)\n+++ b.py:f (line 3)\n@@ -1,7 +1,8 @@ lines 1-2 -> lines 3-4\n"
        ),
        "{text}"
    );
    assert!(text.contains("\n-    LOAD_SMALL_INT           6\n"), "{text}");
    assert_eq!(text.matches("---").count(), 1, "{text}");
    assert_eq!(folder.text(&["diff", "a.py", "c.py"]), "");
    let output = folder.run(&["diff", "a.py:f", "a.py:C.m"]);
    assert!(
        String::from_utf8_lossy(&output.stdout).starts_with("--- a.py:f (line 1)\n+++ a.py:C.m (line 10)\n")
    );
    let output = folder.run(&["diff", "a.py:g", "a.py"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing in it is named g"));
    folder.write("broken.py", "x = (\n");
    assert_eq!(folder.run(&["diff", "a.py", "broken.py"]).status.code(), Some(2));
}

/// What is the same is found again, wherever it stands and whatever it is called.
#[test]
fn moved_and_renamed() {
    let folder = Folder::new();
    let loops = "(a):\n    for x in a:\n        if x: print(x)\n    return a\n";
    folder.write("old.py", &format!("def one{loops}def two(): pass\nf = lambda: 1\ng = lambda: 2\n"));
    folder.write("new.py", &format!("g = lambda: 2\nf = lambda: 3\ndef two(): pass\ndef first{loops}"));
    let output = folder.run(&["diff", "-U0", "old.py", "new.py"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) = text.split_once("--- old.py:<lambda>").expect("the lambda that has changed");
    assert_eq!(
        rest,
        " (line 6)\n+++ new.py:<lambda> (line 2)\n@@ -3 +3 @@ line 6 -> line 2\n-    LOAD_SMALL_INT           1\n\
         +    LOAD_SMALL_INT           3\nrenamed old.py:one (line 1) to new.py:first (line 4)\n"
    );
    let other = loops.replace("print(x)", "return x");
    folder.write("new.py", &format!("def first{other}"));
    let output = folder.run(&["diff", "-U0", "old.py", "new.py"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("--- old.py:one (line 1)\n+++ new.py:first (line 1)\n"), "{text}");
    assert!(text.ends_with("only in old.py:<lambda> (line 7)\n"), "{text}");
}

/// Comparing them to the end would take minutes.
#[test]
fn long_texts_without_anything_in_common() {
    let folder = Folder::new();
    let text = |line: &dyn Fn(u32) -> String| (0..8000).map(line).collect::<String>();
    folder.write("old.py", &text(&|n| format!("v{n} = f{}(a{}, {n})\n", n % 7, n % 13)));
    folder.write("new.py", &text(&|n| format!("w{n} = g{}(b{}) - {n}\n", n % 5, n % 11)));
    assert_eq!(folder.run(&["diff", "old.py", "new.py"]).status.code(), Some(1));
}

#[test]
fn what_is_named_is_found() {
    let folder = Folder::new();
    folder.write("n.py", "class A:\n    def f(self):\n        def g(): pass\nh = lambda: 1; i = lambda: 2\n");
    assert_eq!(folder.text(&["dis", "n.py:A.f.g"]), folder.text(&["dis", "n.py:A.f.<locals>.g"]));
    assert_eq!(folder.text(&["dis", "n.py:A.f.g"]), folder.text(&["dis", "n.py:3"]));
    let refused = |args: &[&str], words: &str| {
        let output = folder.run(args);
        let report = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{report}");
        assert!(report.contains(words), "{report}");
    };
    refused(&["dis", "n.py:g"], "n.py: nothing in it is named g; there is A.f.g");
    refused(&["dis", "n.py:5"], "n.py: nothing in it begins on line 5");
    refused(&["dis", "n.py:"], "n.py: the name behind the colon is missing");
    refused(&["dis", "--graph", "n.py:<lambda>"], "<lambda> is on lines 4, 4");
    refused(&["dis", "--explain", "-C", "n.py"], "cannot be used with");
    refused(&["dis", "--output-format", "json", "-P", "n.py"], "-C, -O, -P and -S are for");
}

#[test]
fn what_is_no_pyc() {
    let folder = Folder::new();
    folder.text(&["compile", "a.py", "-o", "a.pyc"]);
    let good = folder.read("a.pyc");
    let older = [b"\xf3\x0d\r\n", &good[4..]].concat();
    let flags = [&good[..4], b"\x07\0\0\0", &good[8..]].concat();
    let cases: [(&[u8], &str); 6] = [
        (b"", "reached EOF while reading the .pyc header"),
        (&good[..10], "reached EOF while reading the .pyc header"),
        (&good[..16], "EOF read where object expected"),
        (&good[..40], "marshal data too short"),
        (&older, "bad magic number 3571: not a .pyc of CPython 3.14, but of 3.13"),
        (&flags, "invalid flags 0x7"),
    ];
    for (bytes, words) in cases {
        std::fs::write(folder.path().join("b.pyc"), bytes).expect("it can be written");
        let output = folder.run(&["dis", "b.pyc"]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("bytelens: b.pyc: {words}\n"));
    }
}

/// As `py_compile` has it.
#[test]
fn builds_that_come_out_the_same() {
    let folder = Folder::new();
    let made = |epoch: &str, args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_bytelens"))
            .args(["compile", "-f", "a.py"])
            .args(args)
            .env("SOURCE_DATE_EPOCH", epoch)
            .current_dir(folder.path())
            .output()
            .expect("bytelens runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder.read("__pycache__/a.cpython-314.pyc")[4]
    };
    assert_eq!(made("0", &[]), 3);
    assert_eq!(made("", &[]), 0);
    assert_eq!(made("0", &["--invalidation-mode", "timestamp"]), 0);
}

#[test]
fn files_named_twice_are_written_once() {
    let folder = Folder::new();
    folder.write("p/b.py", "x = 1");
    folder.write("q/b.py", "x = 1");
    folder.text(&["compile", "-f", "-j", "2", "p", "p/b.py", "p/b.py", "p"]);
    let output = folder.run(&["compile", "-o", "out", "p", "q"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "bytelens: --output: is for one file or folder\n");
}

#[test]
#[cfg(unix)]
fn links_stay_links() {
    let folder = Folder::new();
    folder.write("there.pyc", "");
    std::os::unix::fs::symlink("there.pyc", folder.path().join("here.pyc")).expect("it can be linked");
    folder.text(&["compile", "a.py", "-o", "here.pyc"]);
    assert!(folder.path().join("here.pyc").is_symlink());
    assert!(folder.read("there.pyc").len() > 16);
}

#[test]
fn sources_are_not_overwritten() {
    let folder = Folder::new();
    let output = folder.run(&["compile", "a.py", "-o", "./a.py"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(folder.read("a.py"), SOURCE.as_bytes());
}

#[test]
fn views() {
    let folder = Folder::new();
    let text = folder.text(&["dis", "a.py:C.m"]);
    assert!(text.contains("('aaa')") && !text.contains("Disassembly of"), "{text}");
    let text = folder.text(&["dis", "--explain", "a.py:f"]);
    assert!(text.contains("from 2:11-2:16  2 * 3"), "{text}");
    assert!(text.contains("slot 0: parameter x"), "{text}");
    assert!(text.contains("+    LOAD_SMALL_INT 6  2:11-2:16\n"), "{text}");
    assert!(text.contains("frozenset({1, 2})"), "{text}");
    // Which constants nothing loads any more
    assert!(text.contains("== f: unused constants\n@@ constants\n-    3\n"), "{text}");
    let text = folder.text(&["dis", "--stages", "a.py:f"]);
    for part in [
        "== f, line 1: code generation\nB1:",
        "== f: folding and jump threading\n@@ B1\n",
        "== f: borrowed locals",
        "== final form",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let text = folder.text(&["dis", "--graph", "a.py:f"]);
    assert!(text.starts_with("digraph \"f\" {") && text.contains("style=dashed"), "{text}");
    let text = folder.text(&["dis", "--graph=svg", "a.py:f"]);
    assert!(
        text.starts_with("<svg ") && text.ends_with("</svg>\n") && text.contains("class=\"e\""),
        "{text}"
    );
}

#[test]
fn stages_say_what_operands_mean() {
    let folder = Folder::new();
    folder.write("b.py", "def f(a):\n    g = lambda: a / 2; h = lambda: a < 2\n    return g is h\n");
    let text = folder.text(&["dis", "--stages", "b.py"]);
    for part in
        ["STORE_FAST 2 (h)", "LOAD_CLOSURE 0 (a)", "SET_FUNCTION_ATTRIBUTE 8 (closure)", "IS_OP 0 (is)"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    folder.write("c.py", "class A:\n    def f(self) -> int: pass\n");
    let units = folder.text(&["dis", "--stages", "c.py"]);
    assert!(units.contains("== A.__annotate__, line 2: code generation\nB1:\n    RESUME 0"), "{units}");
    // Two of one name and line are told apart.
    let graphs: Vec<&str> = text.split("== f.<locals>.<lambda>, line 2: code generation").collect();
    let [_, first, second] = graphs[..] else { panic!("two lambdas in {text}") };
    assert!(first.contains("BINARY_OP 11 (/)") && !first.contains("COMPARE_OP"), "{first}");
    assert!(second.contains("COMPARE_OP 2 (<)") && !second.contains("BINARY_OP"), "{second}");
}

#[test]
fn json_says_everything() {
    let folder = Folder::new();
    let document: serde_json::Value =
        serde_json::from_str(&folder.text(&["dis", "--output-format", "json", "a.py"])).expect("JSON");
    let code = document["code"].as_array().expect("a list");
    let names: Vec<&str> = code.iter().filter_map(|code| code["qualname"].as_str()).collect();
    assert_eq!(names, ["<module>", "f", "C", "C.m"]);
    let constants: Vec<Option<u64>> = code.iter().map(|code| code["constant"].as_u64()).collect();
    assert_eq!(constants, [None, Some(0), Some(1), Some(1)]);
    let parents: Vec<Option<u64>> = code.iter().map(|code| code["parent"].as_u64()).collect();
    assert_eq!(parents, [None, Some(0), Some(0), Some(2)]);
    let first = &code[1]["instructions"][1];
    assert_eq!(first["opname"], "LOAD_FAST_BORROW");
    assert_eq!(first["position"]["column"], 7);
    assert_eq!(first["effect"]["pushes"], 1);
    assert_eq!(code[1]["slots"][0]["name"], "x");
    assert!(code[1]["exceptionTable"].as_array().is_some_and(|table| !table.is_empty()));
}

#[test]
fn modules_are_found_where_the_environment_says() {
    let folder = Folder::new();
    folder.write("elsewhere/shared.py", "value = 'found'");
    folder.write("program/main.py", "import shared, sys\nprint(shared.value, len(sys.path))");
    let folders = std::env::join_paths([folder.path().join("elsewhere"), folder.path().join("elsewhere")]);
    let output = Command::new(env!("CARGO_BIN_EXE_bytelens"))
        .args(["run", "program/main.py"])
        .current_dir(folder.path())
        .env("PYTHONPATH", folders.expect("paths without colons"))
        .output()
        .expect("bytelens runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "found 3\n");
}
