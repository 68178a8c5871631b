//! What is wrong with a text, as the passes over it have found it: the raw material of [`Parsed::errors`]
//! (super::Parsed::errors), in pieces that can be moved when the text before them changes.

use text::TextRange;

use super::Mode;
use crate::error::{ErrorPlace, SyntaxError};
use crate::lexer::LexError;
use crate::token::TokenKind;

/// What lexer and parser have to say about a text, in the order in which they found it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    pub reports: Vec<Report>,
    pub lex_errors: Vec<LexError>,
    /// There is a `from __future__ import barry_as_FLUFL`, which changes the rest of the text.
    pub barry_as_flufl: bool,
}

/// The parser could not read a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// Where the statement starts, and its first token.
    pub statement: u32,
    pub first: TokenKind,
    /// Where the parser gave up, and the token there.
    pub here: u32,
    pub failing: TokenKind,
    pub mode: Mode,
    /// See [`ParseOptions`](super::ParseOptions).
    pub barry_as_flufl: bool,
    pub pass: Pass,
    /// The last token that the first pass looked at: there is what has no place of its own.
    pub last: Spot,
    /// CPython has not looked at the rest of the text.
    pub is_final: bool,
    /// `None` if the lexer has complained about the same place.
    pub error: Option<ParserError>,
}

/// When CPython's parser raises an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// While it makes the tree.
    First,
    /// While it looks, from the start of the text, for a word for the mistake that it has come upon.
    Second,
    /// The same, and the statement is valid: there is no error unless something else is wrong behind it.
    OfValid,
}

impl Report {
    pub fn is_mistake(&self) -> bool {
        self.pass != Pass::OfValid
    }
}

/// An error of the parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParserError {
    /// Its message may lack the line at its end.
    pub error: SyntaxError,
    /// The line (from 0) that the message ends with.
    pub mentions: Option<u32>,
    /// It is at the last token that was looked at, whichever that is.
    pub is_at_last: bool,
}

/// A place as CPython gives it, and where to underline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub place: ErrorPlace,
    pub range: TextRange,
}

impl ParserError {
    /// The error if a pass had come to `last` before it was found.
    pub fn after(&self, last: Spot) -> ParserError {
        let mut error = self.clone();
        if self.is_at_last {
            (error.error.place, error.error.range) = (last.place, last.range);
        }
        error
    }

    pub fn finish(&self) -> SyntaxError {
        let mut error = self.error.clone();
        if let Some(line) = self.mentions {
            error.message.push_str(&(line + 1).to_string());
        }
        error
    }
}

impl From<SyntaxError> for ParserError {
    fn from(error: SyntaxError) -> ParserError {
        ParserError { error, mentions: None, is_at_last: false }
    }
}

impl Findings {
    /// The parser's errors: first the one that it comes upon first, the others in the order of the text. One a line: what
    /// else there is on a line seldom is another mistake.
    pub fn parser_errors(&self) -> Vec<SyntaxError> {
        let mut found = self.mistakes().filter(|report| report.error.is_some());
        let Some(first) = found.next() else { return Vec::new() };
        let suspect = if first.pass == Pass::Second { self.suspect_before(first.statement) } else { None };
        let suspect = suspect.map(|suspect| suspect.after(first.last));
        let known = found.chain(suspect.as_ref().map(|_| first)).filter_map(|report| report.error.as_ref());
        let Some(first) = suspect.as_ref().or(first.error.as_ref()).map(ParserError::finish) else {
            return Vec::new();
        };
        let mut errors: Vec<SyntaxError> =
            known.map(ParserError::finish).filter(|error| error.place.line != first.place.line).collect();
        errors.sort_by_key(|error| error.range.start);
        errors.insert(0, first);
        errors.dedup_by_key(|error| error.place.line);
        errors
    }

    /// The statements that are not valid.
    pub fn mistakes(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter().filter(|report| report.is_mistake())
    }

    /// What CPython takes for the mistake if it comes to look for one because of a statement that starts here.
    pub fn suspect_before(&self, statement: u32) -> Option<&ParserError> {
        let suspects = self.reports.iter().filter(|report| !report.is_mistake());
        let errors = suspects.filter_map(|report| report.error.as_ref());
        let before = errors.filter(|it| it.error.range.start.0 < statement);
        before.min_by_key(|it| it.error.range.start)
    }
}

/// Moves places from one text to another.
pub(crate) trait Shift {
    fn offset(&self, offset: u32) -> u32;
    fn line(&self, line: u32) -> u32;

    fn range(&self, range: TextRange) -> TextRange {
        TextRange { start: self.offset(range.start.0).into(), end: self.offset(range.end.0).into() }
    }

    fn report(&self, report: &mut Report) {
        report.statement = self.offset(report.statement);
        report.here = self.offset(report.here);
        self.spot(&mut report.last.place, &mut report.last.range);
        if let Some(ParserError { error, mentions, .. }) = &mut report.error {
            self.spot(&mut error.place, &mut error.range);
            *mentions = mentions.map(|line| self.line(line));
        }
    }

    fn spot(&self, place: &mut ErrorPlace, range: &mut TextRange) {
        *range = self.range(*range);
        // An empty text has a line 0, and nothing moves there.
        if let (Ok(line @ 1..), Ok(end_line @ 1..)) =
            (u32::try_from(place.line), u32::try_from(place.end_line))
        {
            let lines = [line, end_line].map(|line| self.line(line - 1) + 1);
            *place = ErrorPlace::on_lines(lines, [place.offset, place.end_offset]);
        }
    }

    /// How many lines what stands at an offset moves down; this wraps.
    fn lines_at(&self, offset: u32) -> u32;

    fn warning(&self, warning: &mut crate::error::SyntaxWarning) {
        // In strings with expressions CPython counts lines twice: the line it names is not that of the place.
        warning.lineno = warning.lineno.wrapping_add(self.lines_at(warning.range.start.0));
        warning.range = self.range(warning.range);
        warning.token = self.range(warning.token);
        warning.literal_start = self.offset(warning.literal_start.0).into();
    }
}
