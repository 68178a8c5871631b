//! From source to a code object, the way CPython's `compile()` does it: the first error of any stage ends it.

use std::fmt::Write;
use std::sync::Arc;

use bytecode::CodeObject;
use compiler::instr::Location;
use compiler::{CompileOptions, Compiled, Warning, compile_module};
use symtable::SymbolTable;
use syntax::lexer::ErrorPlace;
use syntax::{ErrorKind, ParseOptions};
use text::{ColumnUnit, LineIndex, TextRange};

use crate::failure::Failure;
use crate::input::Input;
use crate::syntax_error;

/// What is wrong with a source: a SyntaxError, or one of its subclasses.
#[derive(Debug)]
pub struct Problem {
    pub kind: ErrorKind,
    pub message: String,
    pub place: Option<ErrorPlace>,
}

impl Problem {
    fn new(message: String, place: ErrorPlace) -> Problem {
        Problem { kind: ErrorKind::SyntaxError, message, place: Some(place) }
    }

    /// The problem as a whole report.
    pub fn failure(&self, filename: &str, text: &str) -> Failure {
        let report = syntax_error::format(filename, self.kind.name(), &self.message, self.place, text);
        Failure::report_of(report)
    }
}

/// A syntax error of the parser.
impl From<&syntax::SyntaxError> for Problem {
    fn from(error: &syntax::SyntaxError) -> Problem {
        Problem { kind: error.kind, message: error.message.clone(), place: Some(error.place) }
    }
}

/// Compiles text.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn compile_text(
    text: &str,
    filename: &str,
    mode: syntax::Mode,
    optimize: u8,
    future: symtable::FutureFeatures,
) -> Result<(Arc<CodeObject>, Vec<Warning>), Problem> {
    let parsed = syntax::parse(text, ParseOptions { mode, ..ParseOptions::default() });
    if let Some(error) = parsed.errors.first() {
        return Err(error.into());
    }
    let table = symbol_table(text, &parsed.module, future)?;
    let options = CompileOptions { optimize, interactive: mode == syntax::Mode::Single };
    let Compiled { code, warnings } = compile_module(&parsed.module, &table, filename, &options);
    match code {
        Ok(code) => Ok((code, warnings)),
        Err(error) => {
            let lines = LineIndex::new(text);
            Err(Problem::new(error.message, place_of_location(error.loc, text, &lines)))
        }
    }
}

/// The symbol table of a parsed text.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn symbol_table(
    text: &str,
    module: &syntax::ast::Unit,
    future: symtable::FutureFeatures,
) -> Result<SymbolTable, Problem> {
    let options = symtable::Options { future, ..symtable::Options::default() };
    let (table, errors) = SymbolTable::build(module, options);
    match errors.into_iter().next() {
        None => Ok(table),
        Some(error) => {
            let place = place_of_range(error.range, text, &LineIndex::new(text));
            Err(Problem::new(error.message, place))
        }
    }
}

/// Compiles a file. Warnings go to standard error.
///
/// # Errors
/// The report of the first error.
pub fn compile_file(input: &Input, optimize: u8) -> Result<Arc<CodeObject>, Failure> {
    let text = input.text()?;
    let future = symtable::FutureFeatures::empty();
    let (code, warnings) = compile_text(&text, &input.name, syntax::Mode::Exec, optimize, future)
        .map_err(|problem| problem.failure(&input.name, &text))?;
    eprint!("{}", shown(&warnings, &input.name, &text));
    Ok(code)
}

/// Warnings as the default filter of CPython shows them.
fn shown(warnings: &[Warning], filename: &str, text: &str) -> String {
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

/// A range as SyntaxError counts: lines and columns from one, columns in code points.
pub fn place_of_range(range: TextRange, text: &str, lines: &LineIndex) -> ErrorPlace {
    let at = |offset| lines.line_col(text, offset, ColumnUnit::Utf32);
    let (start, end) = (at(range.start), at(range.end));
    let offset = |column: u32| i32::try_from(column).unwrap_or(i32::MAX - 1) + 1;
    ErrorPlace {
        line: start.line + 1,
        offset: offset(start.col),
        end_line: end.line + 1,
        end_offset: offset(end.col),
    }
}

pub fn place_of_location(place: Location, text: &str, lines: &LineIndex) -> ErrorPlace {
    let at = |line: i32, col: i32| {
        let line = u32::try_from(line).unwrap_or(1).saturating_sub(1);
        let col = u32::try_from(col).unwrap_or(0);
        lines.offset(text, text::LineCol { line, col }, ColumnUnit::Utf8)
    };
    let (start, end) = (at(place.line, place.col), at(place.end_line, place.end_col));
    place_of_range(TextRange::new(start, end.max(start)), text, lines)
}
