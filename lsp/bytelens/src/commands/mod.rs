//! One file for each subcommand.

mod server;
pub mod worker;

use std::process::ExitCode;

use crate::args::Command;
use crate::failure::Failure;

/// Runs a subcommand.
///
/// # Errors
/// What kept it from its work.
pub fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Server(_) => server::run(),
        Command::Worker(args) => worker::run(&args),
    }
}
