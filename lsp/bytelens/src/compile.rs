//! From source to a code object, the way CPython's `compile()` does it: the first error of any stage ends it.

use std::fmt::Write;
use std::sync::Arc;

use bytecode::CodeObject;
use compiler::{
    CompiledSource, ErrorStage, ParsedSource, SourceError, SourceOptions, Tree, Warning, compile_source,
    parse_source,
};
use syntax::ErrorKind;
use syntax::lexer::ErrorPlace;
use text::LineIndex;

use crate::failure::Failure;
use crate::input::Input;
use crate::syntax_error;

/// What is wrong with a source: a SyntaxError, or one of its subclasses.
#[derive(Debug)]
pub struct Problem {
    pub kind: ErrorKind,
    pub message: String,
    /// Nowhere, for what cannot even be decoded
    pub place: Option<ErrorPlace>,
    /// Who has found it
    pub stage: ErrorStage,
}

impl Problem {
    /// The problem as a whole report.
    pub fn failure(&self, filename: &str, text: &str) -> Failure {
        let report = syntax_error::format(filename, self.kind.name(), &self.message, self.place, text);
        Failure::report_of(report)
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Problem {
        let place = Some(error.place).filter(|_| error.kind.has_place());
        Problem { kind: error.kind, message: error.message, place, stage: error.stage }
    }
}

/// Compiles a file; the text of the warnings comes with the code.
///
/// # Errors
/// The report of the first error, behind that of the warnings before it.
pub fn compile_input(input: &Input, optimize: u8) -> Result<(Arc<CodeObject>, String), Failure> {
    let text = input.text()?;
    let options = SourceOptions { optimize, ..SourceOptions::default() };
    let CompiledSource { code, warnings } = compile_source(&text, &input.name, &options);
    let warnings = shown(&warnings, &input.name, &text);
    match code {
        Ok(code) => Ok((code, warnings)),
        Err(error) => Err(Problem::from(error).failure(&input.name, &text).after(&warnings)),
    }
}

/// Compiles a file. Warnings go to standard error.
///
/// # Errors
/// The report of the first error.
pub fn compile_file(input: &Input, optimize: u8) -> Result<Arc<CodeObject>, Failure> {
    let (code, warnings) = compile_input(input, optimize)?;
    eprint!("{warnings}");
    Ok(code)
}

/// Parses a file as `ast.parse` does. Warnings go to standard error.
///
/// # Errors
/// The report of the first error.
pub fn parse_file(name: &str, text: &str, options: &SourceOptions) -> Result<Tree, Failure> {
    let ParsedSource { tree, warnings } = parse_source(text, options);
    eprint!("{}", shown(&warnings, name, text));
    tree.map_err(|error| Problem::from(error).failure(name, text))
}

/// Warnings as the default filter of CPython shows them.
fn shown(warnings: &[Warning], filename: &str, text: &str) -> String {
    let mut report = String::new();
    if warnings.is_empty() {
        return report;
    }
    let lines = LineIndex::new(text);
    for warning in warnings {
        let line = u32::try_from(warning.loc.line - 1).unwrap_or(0);
        let source = text[lines.line_range(line).to_usize()].trim();
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{filename}:{}: SyntaxWarning: {}\n  {source}", line + 1, warning.message);
    }
    report
}
