//! One line each, for editors without a protocol, and for `grep`.

use std::fmt::Write;

use super::{FileReport, Places, severity};

pub fn render(files: &[FileReport<'_>]) -> String {
    let mut out = String::new();
    for file in files {
        let places = Places::new(file.text);
        for it in file.diagnostics {
            let (line, column) = places.place(it.range.start);
            let message = it.message.lines().next().unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{}:{line}:{column}: {}[{}] {message}", file.name, severity(it), it.code);
        }
    }
    out
}
