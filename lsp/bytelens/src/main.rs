//! `bytelens`: the command line, and the place where all parts meet.

mod args;
mod commands;
mod compile;
mod difference;
mod failure;
mod hook;
mod input;
mod machine;
mod output;
mod syntax_error;
mod tour;
mod tree;
mod unit;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use failure::Failure;

/// Stack of the thread that the command runs on. Trees are as deep as what people write; pages are taken only
/// as they are touched.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match args.command {
        // Locks itself in before any other thread exists.
        Command::Worker(worker) => commands::worker::run(&worker),
        command => on_a_deep_stack(move || commands::run(command)),
    };
    done.unwrap_or_else(|failure| failure.report())
}

fn on_a_deep_stack(run: impl FnOnce() -> Result<ExitCode, Failure> + Send) -> Result<ExitCode, Failure> {
    std::thread::scope(|scope| {
        let thread =
            std::thread::Builder::new().name("command".into()).stack_size(STACK).spawn_scoped(scope, run);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(done)) => done,
            // The panic's own message is out already.
            Ok(Err(_)) => Err(Failure::internal("this is a bug in bytelens")),
            Err(error) => Err(Failure::internal(format!("no thread: {error}"))),
        }
    })
}
