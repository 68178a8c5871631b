//! From source to a code object, the way CPython's `compile()` does it: the first error of any stage ends it.

use std::fmt::Write;
use std::sync::Arc;

use bytecode::CodeObject;
use compiler::{ErrorStage, SourceError, Tree, Warning, compile_source, parse_source};
use syntax::lexer::ErrorPlace;
use syntax::{ErrorKind, ParseOptions};
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
    /// What CPython has warned of before
    pub warnings: Vec<Warning>,
}

impl Problem {
    /// The problem as a whole report.
    pub fn failure(&self, filename: &str, text: &str) -> Failure {
        let warnings = shown(&self.warnings, filename, text);
        let report = syntax_error::format(filename, self.kind.name(), &self.message, self.place, text);
        Failure::report_of(warnings + &report)
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Problem {
        let place = Some(error.place).filter(|_| error.kind.has_place());
        Problem {
            kind: error.kind,
            message: error.message,
            place,
            stage: error.stage,
            warnings: error.warnings,
        }
    }
}

/// Compiles a file; the text of the warnings comes with the code.
///
/// # Errors
/// The report of the first error.
pub fn compile_input(input: &Input, optimize: u8) -> Result<(Arc<CodeObject>, String), Failure> {
    let text = input.text()?;
    let future = symtable::FutureFeatures::empty();
    let (code, warnings) = compile_source(&text, &input.name, syntax::Mode::Exec, optimize, future)
        .map_err(|error| Problem::from(error).failure(&input.name, &text))?;
    Ok((code, shown(&warnings, &input.name, &text)))
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
pub fn parse_file(name: &str, text: &str, options: ParseOptions) -> Result<Tree, Failure> {
    let tree = parse_source(text, options, symtable::FutureFeatures::empty())
        .map_err(|error| Problem::from(error).failure(name, text))?;
    eprint!("{}", shown(&tree.warnings, name, text));
    Ok(tree)
}

/// Warnings as the default filter of CPython shows them.
pub fn shown(warnings: &[Warning], filename: &str, text: &str) -> String {
    let lines = LineIndex::new(text);
    let mut report = String::new();
    for warning in warnings {
        let line = u32::try_from(warning.loc.line - 1).unwrap_or(0);
        let source = text[lines.line_range(line).to_usize()].trim();
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{filename}:{}: SyntaxWarning: {}\n  {source}", line + 1, warning.message);
    }
    report
}
