//! Why a command did not do what it was asked for.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// A text for the user and an exit status.
#[derive(Debug)]
pub struct Failure {
    /// What goes to standard error, line end included.
    text: String,
    status: u8,
}

impl Failure {
    /// The input cannot be had: status 2, as for wrong arguments.
    pub fn input(name: &str, why: impl Display) -> Failure {
        Failure { text: format!("bytelens: {name}: {why}\n"), status: 2 }
    }

    /// The arguments make no sense: status 2.
    pub fn arguments(why: impl Display) -> Failure {
        Failure { text: format!("bytelens: {why}\n"), status: 2 }
    }

    /// A file or folder that the system does not give us, in its words.
    pub fn system(name: &str, error: &io::Error) -> Failure {
        let text = error.to_string();
        // Without the number behind them
        Failure::input(name, text.split(" (os error").next().unwrap_or_default())
    }

    /// The input is wrong, and this is a whole report of what is: status 1.
    pub fn report_of(text: String) -> Failure {
        Failure { text, status: 1 }
    }

    /// The failure of a command that says more with status 1 than that it failed.
    pub fn trouble(self) -> Failure {
        Failure { status: self.status.max(2), ..self }
    }

    /// The failure with what is to be said before it.
    pub fn after(self, before: &str) -> Failure {
        Failure { text: format!("{before}{}", self.text), ..self }
    }

    /// Something that is nobody's fault but ours or the system's: status 70, `EX_SOFTWARE`.
    pub fn internal(message: impl Display) -> Failure {
        Failure { text: format!("bytelens: {message}\n"), status: 70 }
    }

    /// Tells the user.
    pub fn report(self) -> ExitCode {
        eprint!("{}", self.text);
        ExitCode::from(self.status)
    }
}

/// Errors of standard output. A reader that has had enough is no reason for words: the status is what a
/// shell shows for a program that the broken pipe's signal has killed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure { text: String::new(), status: 141 },
            _ => Failure { text: format!("bytelens: standard output: {error}\n"), status: 74 },
        }
    }
}
