//! `bytelens ast`

use std::process::ExitCode;

use compiler::SourceError;
use syntax::ParseOptions;
use syntax::dump::{DumpOptions, dump};

use crate::args::{Ast, Mode};
use crate::compile::Problem;
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Ast) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let text = input.text()?;
    let mode = match args.mode {
        Mode::Exec => syntax::Mode::Exec,
        Mode::Single => syntax::Mode::Single,
        Mode::Eval => syntax::Mode::Eval,
        Mode::FuncType => syntax::Mode::FuncType,
    };
    let parsed = syntax::parse(
        &text,
        ParseOptions { mode, type_comments: !args.no_type_comments, ..ParseOptions::default() },
    );
    if let Some(error) = parsed.errors.first() {
        return Err(Problem::from(SourceError::from(error)).failure(&input.name, &text));
    }
    let include_attributes = args.include_attributes || !args.no_attributes;
    let options = DumpOptions { include_attributes, indent: Some(args.indent), show_empty: args.show_empty };
    let mut listing = dump(&parsed.module, options);
    listing.push('\n');
    output::print(&listing)?;
    Ok(ExitCode::SUCCESS)
}
