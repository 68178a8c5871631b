//! The command line's grammar. Flags that CPython's tools have are spelt as there.

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Shows what CPython 3.14 will do with a piece of Python.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the language server over standard input and output.
    Server(Server),
    /// Evaluate for a server (started by one, not by hand).
    #[command(hide = true)]
    Worker(Worker),
}

#[derive(Debug, ClapArgs)]
pub struct Server {
    /// Accepted because editors pass it; there is no other way.
    #[arg(long)]
    pub stdio: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Worker {
    /// The most memory that Python objects may take, in bytes.
    #[arg(long)]
    pub memory: u64,
}
