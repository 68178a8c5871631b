//! `bytelens server`

use std::process::ExitCode;

use sandbox::WorkerCommand;
use server::Options;
use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// Serves one client. `BYTELENS_LOG` says what goes to standard error: `info`, `server=debug`, ...
pub fn run() -> Result<ExitCode, Failure> {
    let filter = EnvFilter::try_from_env("BYTELENS_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    let worker = std::env::current_exe().ok();
    let worker = worker.map(|program| WorkerCommand { program, args: vec!["worker".into()] });
    server::serve(Options { worker }, std::io::stdin(), std::io::stdout())
        .map_err(|error| Failure::internal(format!("the server cannot start: {error}")))
}
