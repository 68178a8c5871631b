//! `bytelens symtable`

use std::process::ExitCode;

use compiler::{SourceError, symbol_table};

use crate::args::Symtable;
use crate::compile::Problem;
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Symtable) -> Result<ExitCode, Failure> {
    for file in &args.files {
        let input = Input::read(file)?;
        let text = input.text()?;
        let parsed = syntax::parse_module(&text);
        let table = match parsed.errors.first() {
            Some(error) => Err(SourceError::from(error)),
            None => symbol_table(&text, &parsed.module, symtable::Options::default()),
        };
        let table = table.map_err(|error| Problem::from(error).failure(&input.name, &text))?;
        output::print(&table.listing(&input.name))?;
    }
    Ok(ExitCode::SUCCESS)
}
