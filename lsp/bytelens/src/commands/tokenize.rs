//! `bytelens tokenize`

use std::path::Path;
use std::process::ExitCode;

use crate::args::Tokenize;
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Tokenize) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let printed = if args.file == Path::new("-") {
        syntax::tokenize::tokenize_standard_input(&input.bytes, args.exact)
    } else {
        syntax::tokenize::tokenize(&input.bytes, &input.name, args.exact)
    };
    output::print(&printed.stdout)?;
    eprint!("{}", printed.stderr);
    Ok(ExitCode::from(printed.status))
}
