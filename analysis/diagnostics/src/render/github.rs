//! Workflow commands of GitHub Actions: annotations on a pull request.

use std::fmt::Write;

use super::{FileReport, Places};
use crate::Severity;

pub fn render(files: &[FileReport<'_>]) -> String {
    let mut out = String::new();
    for file in files {
        let places = Places::new(file.text);
        for it in file.diagnostics {
            let (line, column) = places.place(it.range.start);
            let (end_line, end_column) = places.place(it.range.end);
            let command = match it.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information | Severity::Hint => "notice",
            };
            let name = escape(file.name).replace(',', "%2C").replace(':', "%3A");
            let message = escape(&it.message);
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "::{command} file={name},line={line},col={column},endLine={end_line},endColumn={end_column},title={}::{message}",
                it.code
            );
        }
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
