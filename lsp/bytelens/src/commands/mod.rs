//! One file for each subcommand.

mod asm;
mod ast;
mod check;
mod compile;
mod diff;
mod dis;
mod run;
mod server;
mod symtable;
mod tokenize;
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
        Command::Check(args) => check::run(&args),
        Command::Tokenize(args) => tokenize::run(&args),
        Command::Ast(args) => ast::run(&args),
        Command::Symtable(args) => symtable::run(&args),
        Command::Dis(args) => dis::run(&args),
        Command::Asm(args) => asm::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Compile(args) => compile::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Tour(args) => crate::tour::run(args.file.as_deref()),
    }
}
