//! From a file's bytes to its code object, the way CPython's command line does it.

use std::fmt::Write;
use std::sync::Arc;

use bytecode::CodeObject;
use compiler::instr::Location;
use compiler::{CompileOptions, Compiled, compile_module};
use symtable::SymbolTable;
use syntax::lexer::ErrorPlace;
use text::{ColumnUnit, LineIndex, TextRange};

use crate::failure::Failure;
use crate::input::Input;
use crate::syntax_error;

/// Compiles a file. Warnings go to standard error.
///
/// # Errors
/// The report of the first error.
pub fn compile(input: &Input, options: &CompileOptions) -> Result<Arc<CodeObject>, Failure> {
    let text = input.text()?;
    let parsed = syntax::parse_module(&text);
    if let Some(error) = parsed.errors.first() {
        return Err(syntax_error::failure(&input.name, error, &text));
    }
    let table = symbol_table(input, &text, &parsed.module)?;
    let Compiled { code, warnings } = compile_module(&parsed.module, &table, &input.name, options);
    let lines = LineIndex::new(&text);
    let mut report = String::new();
    for warning in warnings {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{}:{}: SyntaxWarning: {}", input.name, warning.loc.line, warning.message);
        let line = u32::try_from(warning.loc.line - 1).unwrap_or(0);
        let _ = writeln!(report, "  {}", text[lines.line_range(line).to_usize()].trim());
    }
    eprint!("{report}");
    code.map_err(|error| {
        let place = place_of_location(error.loc, &text, &lines);
        let report = syntax_error::format(&input.name, "SyntaxError", &error.message, Some(place), &text);
        Failure::report_of(report)
    })
}

/// The symbol table of a parsed file.
///
/// # Errors
/// The report of the first error.
pub fn symbol_table(input: &Input, text: &str, module: &syntax::ast::Unit) -> Result<SymbolTable, Failure> {
    let (table, errors) = SymbolTable::build(module, symtable::Options::default());
    match errors.first() {
        None => Ok(table),
        Some(error) => {
            let place = place_of_range(error.range, text, &LineIndex::new(text));
            let report = syntax_error::format(&input.name, "SyntaxError", &error.message, Some(place), text);
            Err(Failure::report_of(report))
        }
    }
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
