//! `bytelens symtable`

use std::process::ExitCode;

use crate::args::Symtable;
use crate::compile::symbol_table;
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
        output::print(&symbol_table(&input, &text, &parsed.module)?.listing(&input.name))?;
    }
    Ok(ExitCode::SUCCESS)
}
