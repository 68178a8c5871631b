//! `bytelens symtable`

use std::process::ExitCode;

use compiler::{SourceError, Warning, symbol_table};
use symtable::FutureFeatures;

use crate::args::Symtable;
use crate::compile::{Problem, shown};
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Symtable) -> Result<ExitCode, Failure> {
    for file in &args.files {
        let input = Input::read(file)?;
        let text = input.text()?;
        let failure = |error| Problem::from(error).failure(&input.name, &text);
        let parsed = syntax::parse_module(&text);
        if let Some(error) = SourceError::of_parser(&parsed) {
            return Err(failure(error));
        }
        let warnings: Vec<Warning> = parsed.warnings.into_iter().map(Warning::from).collect();
        eprint!("{}", shown(&warnings, &input.name, &text));
        let table = symbol_table(&text, &parsed.module, FutureFeatures::empty()).map_err(failure)?;
        output::print(&table.listing(&input.name))?;
    }
    Ok(ExitCode::SUCCESS)
}
