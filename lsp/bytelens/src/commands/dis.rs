//! `bytelens dis`

use std::process::ExitCode;

use bytecode::dis::{Options, disassemble};
use bytecode::pyc;

use crate::args::Dis;
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Dis) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let options = Options {
        show_caches: args.show_caches,
        show_offsets: args.show_offsets,
        specialized: args.specialized,
        show_positions: args.show_positions,
    };
    if !pyc::is_pyc(&input.bytes) {
        return Err(Failure::input(&input.name, "this build disassembles .pyc files only"));
    }
    let (code, _) = pyc::read(&input.bytes).map_err(|error| Failure::input(&input.name, error))?;
    output::print(&disassemble(&code, options))?;
    Ok(ExitCode::SUCCESS)
}
