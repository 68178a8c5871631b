//! The forms that diagnostics are printed in.

mod concise;
mod excerpt;
mod full;
mod github;
mod json;
mod sarif;

use std::cell::Cell;

use text::{ColumnUnit, LineCol, LineIndex, TextSize};

use crate::Diagnostic;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the lines of the source.
    Full,
    /// `file:line:column: severity[code] message`
    Concise,
    /// An array of objects.
    Json,
    /// Static Analysis Results Interchange Format 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// A file with what was found in it.
#[derive(Clone, Debug)]
pub struct FileReport<'a> {
    pub name: &'a str,
    pub text: &'a str,
    pub diagnostics: &'a [Diagnostic],
}

/// The diagnostics of some files as text. `colours` is for [`Format::Full`].
pub fn render(files: &[FileReport<'_>], format: Format, colours: bool) -> String {
    match format {
        Format::Full => full::render(files, colours),
        Format::Concise => concise::render(files),
        Format::Json => json::render(files),
        Format::Sarif => sarif::render(files),
        Format::Github => github::render(files),
    }
}

/// Lines and columns of one file, both from one, columns in code points: what people and their tools count.
struct Places<'a> {
    text: &'a str,
    lines: LineIndex,
    /// The last place asked for: the next is often on the same line, which may be long.
    last: Cell<(TextSize, LineCol)>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Places<'a> {
        Places { text, lines: LineIndex::new(text), last: Cell::default() }
    }

    fn place(&self, offset: TextSize) -> (u32, u32) {
        let (before, at) = self.last.get();
        let line = self.lines.line(offset);
        let col = match self.text.get(before.to_usize()..offset.to_usize()) {
            Some(between) if line == at.line => at.col + ColumnUnit::Utf32.width(between),
            _ => self.lines.line_col(self.text, offset, ColumnUnit::Utf32).col,
        };
        self.last.set((offset, LineCol { line, col }));
        (line + 1, col + 1)
    }
}

/// The word for a severity.
fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        crate::Severity::Error => "error",
        crate::Severity::Warning => "warning",
        crate::Severity::Information => "information",
        crate::Severity::Hint => "hint",
    }
}
