//! `bytelens worker`

use std::process::ExitCode;

use crate::args::Worker;
use crate::failure::Failure;
use crate::machine::Evaluator;

/// Serves evaluations until standard input is closed.
pub fn run(args: &Worker) -> Result<ExitCode, Failure> {
    sandbox::work(args.memory, Evaluator::new)?;
    Ok(ExitCode::SUCCESS)
}
