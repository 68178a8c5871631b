//! Why a command did not do what it was asked for.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// A message for the user and an exit status.
#[derive(Debug)]
pub struct Failure {
    message: String,
    status: u8,
}

impl Failure {
    /// The input cannot be had: status 2, as for wrong arguments.
    pub fn input(path: &Path, why: impl Display) -> Failure {
        Failure { message: format!("{}: {why}", path.display()), status: 2 }
    }

    /// The command found its input wrong: status 1.
    pub fn found(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), status: 1 }
    }

    /// Something that is nobody's fault but ours or the system's: status 70, `EX_SOFTWARE`.
    pub fn internal(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), status: 70 }
    }

    /// Tells the user.
    pub fn report(self) -> ExitCode {
        if !self.message.is_empty() {
            eprintln!("bytelens: {}", self.message);
        }
        ExitCode::from(self.status)
    }
}

/// Errors of standard output. A reader that has had enough is no reason for words: the status is what a
/// shell shows for a program that the broken pipe's signal has killed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure { message: String::new(), status: 141 },
            _ => Failure { message: format!("standard output: {error}"), status: 74 },
        }
    }
}
