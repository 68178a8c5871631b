//! `bytelens asm`

use std::path::Path;
use std::process::ExitCode;

use bytecode::asm::read::read;
use bytecode::pyc;

use crate::args::Asm;
use crate::failure::Failure;
use crate::input::Input;

/// Assembles a text. What is wrong with it is said with its line.
pub fn run(args: &Asm) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let text = String::from_utf8(input.bytes)
        .map_err(|error| Failure::input(&input.name, format!("not UTF-8: {error}")))?;
    let (code, validation) = read(&text).map_err(|error| {
        Failure::report_of(format!("{}:{}: error: {}\n", input.name, error.line, error.message))
    })?;
    let target = match &args.output {
        Some(output) => output.clone(),
        None if args.file == Path::new("-") => {
            return Err(Failure::input("standard input", "needs an --output"));
        }
        None => args.file.with_extension("pyc"),
    };
    std::fs::write(&target, pyc::write(&code, validation))
        .map_err(|error| Failure::system(&target.to_string_lossy(), &error))?;
    Ok(ExitCode::SUCCESS)
}
