//! A place in a line of text.

use super::Error;

pub(super) type Res<T = ()> = Result<T, Error>;

/// What is left of a line
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(rest: &'a str, line: usize) -> Cursor<'a> {
        Cursor { rest, line }
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        Error { line: self.line, message: message.into() }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    /// Skips bytes, or what is there of them.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
    }

    pub(super) fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a text that is there.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(super) fn expect(&mut self, text: &str) -> Res {
        if self.take(text) { Ok(()) } else { Err(self.error(format!("expected '{text}'"))) }
    }

    /// The longest run of such characters
    pub(super) fn while_(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }

    /// A word of letters, digits and `_`
    pub(super) fn word(&mut self) -> &'a str {
        self.while_(|c| c.is_alphanumeric() || c == '_')
    }

    /// A number, after blanks
    pub(super) fn number<N: std::str::FromStr>(&mut self) -> Res<N> {
        self.blanks();
        let digits = self.while_(|c| c.is_ascii_digit() || c == '-');
        let message = || match digits {
            "" => {
                format!("a number is missing{}", if self.rest.is_empty() { "" } else { " here: " })
                    + self.rest
            }
            _ => format!("{digits} is out of range here"),
        };
        digits.parse().map_err(|_| self.error(message()))
    }

    /// The line must be at its end, but for a comment.
    pub(super) fn end(&mut self) -> Res {
        self.blanks();
        match self.rest {
            "" => Ok(()),
            rest if rest.starts_with(';') => Ok(()),
            rest => Err(self.error(format!("what is {rest:?} here?"))),
        }
    }
}
