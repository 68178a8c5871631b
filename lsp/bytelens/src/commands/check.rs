//! `bytelens check`

use std::io::IsTerminal;
use std::process::ExitCode;

use diagnostics::render::{FileReport, Format, render};
use diagnostics::{Diagnostic, Severity};
use ide::Host;
use syntax::source::{self, SourceError};
use text::{ColumnUnit, LineCol, LineIndex, TextRange, TextSize};

use crate::args::{Check, OutputFormat};
use crate::failure::Failure;
use crate::input::{Input, python_files};
use crate::output;

/// A file that was checked.
struct Checked {
    name: String,
    text: String,
    diagnostics: Vec<Diagnostic>,
}

/// Prints all findings. The status is 1 if there are any, 2 if a file could not be read.
pub fn run(args: &Check) -> Result<ExitCode, Failure> {
    let mut files = Vec::new();
    let mut unreadable = None;
    for path in &args.files {
        if path.is_dir() {
            let mut tell = |failure: Failure| unreadable = Some(failure.report());
            python_files(path, &["py", "pyi"], &mut files, &mut tell);
        } else {
            files.push(path.clone());
        }
    }
    let mut checked = Vec::new();
    for file in files {
        match Input::read(&file) {
            Ok(input) => checked.push(check(input)),
            // The others are checked all the same.
            Err(failure) => unreadable = Some(failure.report()),
        }
    }
    let reports: Vec<FileReport<'_>> = checked
        .iter()
        .map(|it| FileReport { name: &it.name, text: &it.text, diagnostics: &it.diagnostics })
        .collect();
    let format = match args.output_format {
        OutputFormat::Full => Format::Full,
        OutputFormat::Concise => Format::Concise,
        OutputFormat::Json => Format::Json,
        OutputFormat::Sarif => Format::Sarif,
        OutputFormat::Github => Format::Github,
    };
    let colours = output::wants_colours(std::io::stdout().is_terminal());
    output::print(&render(&reports, format, colours))?;
    let clean = checked.iter().all(|it| it.diagnostics.is_empty());
    Ok(unreadable.unwrap_or(if clean { ExitCode::SUCCESS } else { ExitCode::from(1) }))
}

fn check(input: Input) -> Checked {
    let source = source::decode(&input.bytes);
    let diagnostics = match &source.error {
        // What CPython cannot even read has no other errors.
        Some(error) => vec![undecodable(error, &source.text)],
        None => {
            let mut host = Host::new();
            let file = host.open(&input.name, &source.text);
            host.snapshot().diagnostics(file).unwrap_or_default()
        }
    };
    Checked { name: input.name, text: source.text, diagnostics }
}

/// The finding that a source which cannot be decoded amounts to.
fn undecodable(error: &SourceError, text: &str) -> Diagnostic {
    let lines = LineIndex::new(text);
    let start = error.place.map_or(TextSize::ZERO, |place| {
        let column = u32::try_from(place.offset).unwrap_or(1);
        let at = LineCol { line: u32::try_from(place.line - 1).unwrap_or(0), col: column.saturating_sub(1) };
        lines.offset(text, at, ColumnUnit::Utf32)
    });
    Diagnostic {
        code: "syntax-error",
        severity: Severity::Error,
        message: error.message.clone(),
        range: TextRange::empty(start),
        related: Vec::new(),
        tags: Vec::new(),
        fix: None,
    }
}
