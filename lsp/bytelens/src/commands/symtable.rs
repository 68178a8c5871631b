//! `bytelens symtable`

use std::process::ExitCode;

use symtable::{Options, SymbolTable};
use syntax::lexer::ErrorPlace;

use crate::args::Symtable;
use crate::failure::Failure;
use crate::input::Input;
use crate::{output, syntax_error};

pub fn run(args: &Symtable) -> Result<ExitCode, Failure> {
    for file in &args.files {
        let input = Input::read(file)?;
        let text = input.text()?;
        let parsed = syntax::parse_module(&text);
        if let Some(error) = parsed.errors.first() {
            return Err(syntax_error::failure(&input.name, error, &text));
        }
        let (table, errors) = SymbolTable::build(&parsed.module, Options::default());
        if let Some(error) = errors.first() {
            return Err(failure(&input.name, error, &text));
        }
        output::print(&table.listing(&input.name))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The failure that an error of the symbol table amounts to.
pub fn failure(filename: &str, error: &symtable::SymbolError, text: &str) -> Failure {
    let report =
        syntax_error::format(filename, "SyntaxError", &error.message, Some(place(error, text)), text);
    Failure::report_of(report)
}

/// The place of an error, as SyntaxError counts it: lines and columns from one, columns in code points.
fn place(error: &symtable::SymbolError, text: &str) -> ErrorPlace {
    let lines = text::LineIndex::new(text);
    let at = |offset| lines.line_col(text, offset, text::ColumnUnit::Utf32);
    let (start, end) = (at(error.range.start), at(error.range.end));
    let offset = |column: u32| i32::try_from(column).unwrap_or(i32::MAX - 1) + 1;
    ErrorPlace {
        line: start.line + 1,
        offset: offset(start.col),
        end_line: end.line + 1,
        end_offset: offset(end.col),
    }
}
