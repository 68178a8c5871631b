//! An edit in the middle of files of three sizes, from the change to the new tree; parsing all of it in the same run.
//!
//! The rows that break the rest of the text (quotes, brackets) are to show what the worst keystrokes cost.

use divan::{Bencher, black_box};
use syntax::{Edit, Parsed, parse_module, reparse};
use text::{Rope, TextRange, TextSize};

fn main() {
    divan::main();
}

const LINES: &[usize] = &[1_000, 10_000, 50_000];

/// What is typed at the end of a line of a function.
const KEYS: &[(&str, &str)] = &[
    ("letter", "x"),
    ("enter", "\n        "),
    ("tab", "    "),
    ("comment", "  # why"),
    ("triple_quote", "\"\"\""),
    ("open_bracket", "("),
    ("open_quote", "'"),
];

/// Functions and classes as a library has them, so many lines.
fn file(lines: usize) -> String {
    let mut text = String::from("\"\"\"A module.\"\"\"\n\nimport os\nimport sys\n\n");
    let mut count = 5;
    for number in 0.. {
        let class = format!(
            "class Class{number}(Base):\n    \"\"\"What it is for.\"\"\"\n\n    limit = {number}\n\n    def first(self, value, *rest, \
             key=None):\n        if value is None:\n            return [item for item in rest if item.size > self.limit]\n        \
             self.total += value * 2\n        return self.total\n\n    def second(self):\n        for name in \
             sorted(self.names):\n            print(f\"{{name:>10}} {{self[name]!r}}\", file=sys.stderr)\n\n\ndef \
             function{number}(path, mode='r'):\n    with open(os.path.join(path, 'data'), mode) as file:\n        lines = \
             file.read().split('\\n')\n    return {{line: len(line) for line in lines}}\n\n\n"
        );
        count += class.lines().count();
        text.push_str(&class);
        if count >= lines {
            break;
        }
    }
    text
}

/// A file, its tree, and a place inside a function in its middle.
fn open(lines: usize) -> (Rope, Parsed, usize) {
    let text = file(lines);
    let needle = "self.total += value";
    let at = text.len() / 2 + text[text.len() / 2..].find(needle).expect("the file repeats") + needle.len();
    (Rope::new(&text), parse_module(&text), at)
}

fn bench(bencher: Bencher, lines: usize, key: &str) {
    let (old, tree, at) = open(lines);
    let new = KEYS.iter().find(|(name, _)| *name == key).expect("a key").1;
    let edit = Edit { range: TextRange::empty(at), len: TextSize::of(new) };
    bencher.bench_local(|| {
        let mut rope = old.clone();
        rope.edit(edit.range, new).expect("the place is in the text");
        black_box(reparse(&tree, &rope, edit))
    });
}

macro_rules! rows {
    ($($name:ident)*) => {
        $(
            #[divan::bench(args = LINES)]
            fn $name(bencher: Bencher, lines: usize) {
                bench(bencher, lines, stringify!($name));
            }
        )*
    };
}

rows! { letter enter tab comment triple_quote open_bracket open_quote }

/// The same letter between two functions of the module.
#[divan::bench(args = LINES)]
fn letter_in_module(bencher: Bencher, lines: usize) {
    let (old, tree, at) = open(lines);
    let text = old.to_string();
    let at = at + text[at..].find("\ndef ").expect("a function") - 1;
    let edit = Edit { range: TextRange::empty(at), len: TextSize::of("x\n") };
    bencher.bench_local(|| {
        let mut rope = old.clone();
        rope.edit(edit.range, "x\n").expect("the place is in the text");
        black_box(reparse(&tree, &rope, edit))
    });
}

#[divan::bench(args = LINES, sample_count = 10)]
fn whole_file(bencher: Bencher, lines: usize) {
    let text = file(lines);
    bencher.bench_local(|| black_box(parse_module(&text)));
}
