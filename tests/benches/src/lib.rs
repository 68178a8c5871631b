//! What the benches measure on: Python's library, as the crate `rustpython-pylib` brings it along, and files of any length.

mod document;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

pub use document::Document;

/// The text of every module of the library, in the order of their paths; no text that is not UTF-8.
pub fn library() -> Vec<String> {
    texts(Path::new(rustpython_pylib::LIB_PATH))
}

/// The text of every module in a folder, likewise.
pub fn texts(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    files.sort();
    files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// The total length in bytes.
pub fn size(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

/// Modules of the library, one after the other, so many lines at most.
pub fn modules(lines: usize) -> String {
    let mut joined = String::new();
    let mut taken = 0;
    for text in library().iter().filter(|text| !text.contains("from __future__")) {
        let count = text.lines().count();
        if taken + count <= lines {
            taken += count;
            joined.push_str(text);
            joined.push('\n');
        }
    }
    joined
}

/// Functions and classes as a library has them, so many lines.
pub fn file_of(lines: usize) -> String {
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

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
}

/// The time on a clock.
pub fn now(clock: ClockId) -> Duration {
    clock_gettime(clock).try_into().expect("clocks are past zero")
}
