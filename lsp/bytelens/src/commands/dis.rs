//! `bytelens dis`

use std::process::ExitCode;

use bytecode::dis::{Options, disassemble};
use bytecode::pyc;

use crate::args::Dis;
use crate::compile::compile_file;
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
    let code = if pyc::is_pyc(&input.bytes) {
        pyc::read(&input.bytes).map_err(|error| Failure::input(&input.name, error))?.0
    } else {
        compile_file(&input, 0)?
    };
    output::print(&disassemble(&code, options))?;
    Ok(ExitCode::SUCCESS)
}
