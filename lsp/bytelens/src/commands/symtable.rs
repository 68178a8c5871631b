//! `bytelens symtable`

use std::process::ExitCode;

use compiler::{SourceOptions, Tree, symbol_table};

use crate::args::Symtable;
use crate::compile::{Problem, parse_file};
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Symtable) -> Result<ExitCode, Failure> {
    for file in &args.files {
        let input = Input::read(file)?;
        let text = input.text()?;
        let Tree { module, .. } = parse_file(&input.name, &text, &SourceOptions::default())?;
        let options = symtable::Options { uncompiled: true, ..symtable::Options::default() };
        let table = symbol_table(&text, &module, options)
            .map_err(|error| Problem::from(error).failure(&input.name, &text))?;
        output::print(&table.listing(&input.name))?;
    }
    Ok(ExitCode::SUCCESS)
}
