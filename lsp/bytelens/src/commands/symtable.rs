//! `bytelens symtable`

use std::process::ExitCode;

use symtable::FutureFeatures;

use crate::args::Symtable;
use crate::compile::{Problem, symbol_table};
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Symtable) -> Result<ExitCode, Failure> {
    for file in &args.files {
        let input = Input::read(file)?;
        let text = input.text()?;
        let parsed = syntax::parse_module(&text);
        let table = match parsed.errors.first() {
            Some(error) => Err(Problem::from(error)),
            None => symbol_table(&text, &parsed.module, FutureFeatures::empty()),
        };
        let table = table.map_err(|problem| problem.failure(&input.name, &text))?;
        output::print(&table.listing(&input.name))?;
    }
    Ok(ExitCode::SUCCESS)
}
