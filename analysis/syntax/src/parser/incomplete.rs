//! Text that is wrong because there is no more of it, as somebody types it at a prompt (`PyCF_ALLOW_INCOMPLETE_INPUT`).
//!
//! CPython says so when its tokenizer had met the end of the text (`_is_end_of_source`) by the time that its parser gave up
//! for the first time, whatever there is to be said about what comes before.

use text::{ColumnUnit, LineCol, LineIndex, TextRange, TextSize};

use super::findings::Findings;
use super::first_error::{First, Strict};
use super::tokens::end_of_last_line;
use super::{Mode, ParseOptions};
use crate::error::{ErrorKind, ErrorPlace, SyntaxError};
use crate::lexer::{LexError, LexErrorKind};
use crate::literal::Prefix;
use crate::token::{Token, TokenKind as T};

/// The error for text that ends too early.
pub(super) fn incomplete_input(
    source: &str,
    options: ParseOptions,
    findings: &Findings,
) -> Option<SyntaxError> {
    // Behind a statement that is enough there is too much, not too little.
    if findings.mistakes().next().is_some_and(|report| report.is_final) {
        return None;
    }
    let lines = LineIndex::new(source);
    let First { strict, verdict, .. } = First::of(source, options, findings, &lines);
    let text = Text::of(source, options);
    let fill = verdict.filter(|verdict| !verdict.stopped_first()).map(|verdict| verdict.first.fill);
    match (fill, &strict.first_error) {
        (None, Some((error, _))) => text.cut_off_by(error).map(|range| text.error(range, &lines, false)),
        // Nothing is wrong but that there is no more.
        (None, None) => Some(text.error_at_end(&lines)),
        (Some(fill), _) => text.cut_off_behind(&strict, fill, &lines),
    }
}

/// Whether the tokenizer has met the end of the text when it has made these tokens (`tok->done`).
pub(super) fn has_met_end(source: &str, options: ParseOptions, tokens: &[Token]) -> bool {
    let text = Text::of(source, options);
    let last_two = || tokens.iter().rev().take(2).any(|token| text.looks_past_end(token));
    tokens.last().is_some_and(|last| last.kind == T::EndMarker) || !text.ended && last_two()
}

struct Text<'a> {
    source: &'a str,
    /// The last line is a whole one: programs get the line end that they lack.
    ended: bool,
}

impl<'a> Text<'a> {
    fn of(source: &'a str, options: ParseOptions) -> Self {
        Text { source, ended: options.mode == Mode::Exec || source.ends_with(['\n', '\r']) }
    }

    /// What is underlined if that error of the tokenizer is one of text that ends too early.
    fn cut_off_by(&self, error: &LexError) -> Option<TextRange> {
        let end = TextSize::of(self.source);
        let rest = TextRange::empty(end);
        match error.kind {
            LexErrorKind::UnterminatedTripleString { .. }
            | LexErrorKind::UnterminatedTripleFString { .. } => Some(error.range),
            LexErrorKind::UnterminatedString { .. }
                if error.range.end == end && !self.is_cut_by_line_end() =>
            {
                Some(error.range)
            }
            LexErrorKind::NeverClosed(_) | LexErrorKind::UnexpectedEof => Some(rest),
            _ => None,
        }
    }

    /// Whether a string that has no quote up to the end of the text is cut short by the line end that CPython adds: by
    /// none that has a backslash before it.
    fn is_cut_by_line_end(&self) -> bool {
        let is_added = self.ended && !self.source.ends_with(['\n', '\r']);
        let backslashes = self.source.bytes().rev().take_while(|byte| *byte == b'\\').count();
        is_added && backslashes % 2 == 0
    }

    /// The error of a parser that has looked at so many tokens.
    fn cut_off_behind(&self, strict: &Strict, fill: usize, lines: &LineIndex) -> Option<SyntaxError> {
        let read = strict.tokens.get(..fill)?;
        let last = read.last()?;
        let end = TextSize::of(self.source);
        let made_up = last.kind == T::Newline && last.range.is_empty() && !self.ended;
        match last.kind {
            T::EndMarker => Some(self.error_at_end(lines)),
            T::Indent | T::Dedent if last.range.end == end => Some(self.error_at_end(lines)),
            _ if made_up => Some(self.error_at_end(lines)),
            _ if self.ended => None,
            _ => {
                let reached = read.iter().rev().take(2).any(|token| self.looks_past_end(token));
                reached.then(|| self.error(last.range, lines, true))
            }
        }
    }

    /// Whether the tokenizer has to look past the end of the text to know where a token ends.
    fn looks_past_end(&self, token: &Token) -> bool {
        let text = &self.source[token.range];
        let left = &self.source[token.range.end.to_usize()..];
        match token.kind {
            // Its quotes could be the first of three.
            T::FStringStart | T::TStringStart => left.is_empty() || left.len() == 1 && text.ends_with(left),
            // So could those of an empty one.
            T::String => left.is_empty() && is_empty(text),
            T::FStringEnd | T::TStringEnd | T::FStringMiddle | T::TStringMiddle | T::Newline => false,
            T::Ellipsis
            | T::DoubleStarEqual
            | T::DoubleSlashEqual
            | T::LeftShiftEqual
            | T::RightShiftEqual => false,
            _ => left.is_empty(),
        }
    }

    fn error(&self, range: TextRange, lines: &LineIndex, with_end: bool) -> SyntaxError {
        if range.is_empty() {
            return self.error_at_end(lines);
        }
        let place = |at| lines.line_col(self.source, at, ColumnUnit::Utf32);
        let (start, end) = (place(range.start), place(range.end));
        let end_offset = if with_end { end.col as i32 + 1 } else { -1 };
        let line = start.line + 1;
        at(ErrorPlace::on_lines([line; 2], [start.col as i32 + 1, end_offset]), range)
    }

    /// The error behind the last character of the last line.
    fn error_at_end(&self, lines: &LineIndex) -> SyntaxError {
        let LineCol { line, col } =
            lines.line_col(self.source, end_of_last_line(self.source), ColumnUnit::Utf32);
        // An empty text has no line.
        let line = line + u32::from(!self.source.is_empty());
        let offset = col as i32 + i32::from(self.ended);
        let place = ErrorPlace::on_lines([line; 2], [offset, -1]);
        at(place, TextRange::empty(TextSize::of(self.source)))
    }
}

/// Whether nothing is between the quotes of a string, of which there is one on each side.
fn is_empty(string: &str) -> bool {
    string.bytes().filter(|byte| matches!(byte, b'\'' | b'"')).count() == 2
        && Prefix::of(string).body(string).is_empty()
}

fn at(place: ErrorPlace, range: TextRange) -> SyntaxError {
    let message = "incomplete input".to_owned();
    SyntaxError { kind: ErrorKind::IncompleteInput, message, place, range, of_token: false }
}
