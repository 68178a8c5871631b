//! Text that is wrong because there is no more of it, as somebody types it at a prompt (`PyCF_ALLOW_INCOMPLETE_INPUT`).

use text::{ColumnUnit, LineIndex, TextRange, TextSize};

use super::findings::{Findings, ParserError};
use super::{Mode, ParseOptions};
use crate::error::{ErrorKind, ErrorPlace, SyntaxError};
use crate::lexer::{LexError, LexErrorKind};
use crate::token::{Token, TokenKind as T};

/// The error for text that ends too early: CPython's tokenizer was at the end when the parser gave up.
pub(super) fn incomplete_input(
    source: &str,
    options: ParseOptions,
    tokens: &[Token],
    findings: &Findings,
) -> Option<SyntaxError> {
    let lex_errors = &findings.lex_errors;
    let report = findings.mistakes().next();
    let here = report.map(|report| TextSize(report.here));
    if report.is_some_and(|report| report.is_final) {
        return None;
    }
    let lines = LineIndex::new(source);
    if let Some(error) = lex_errors.first() {
        let read = match error.kind {
            LexErrorKind::NeverClosed(_) => TextSize::of(source),
            _ => error.range.start,
        };
        if here.is_some_and(|here| has_text_from(tokens, here, read)) {
            return None;
        }
        return of_lexer(error, source, options, &lines);
    }
    let (report, here) = (report?, here?);
    let line_ends_there = |token: &Token| {
        token.kind == T::Newline
            && token.range.start == here
            && (!token.range.is_empty() || report.failing == T::Newline)
    };
    if let Some(ParserError { error, .. }) = &report.error {
        // It found fault with what is there, not with what is not.
        if error.message == "unexpected indent" {
            return None;
        }
        let lacks_block = error.message.starts_with("expected an indented block");
        let at_the_end = error.place.offset == 0 && error.place.end_offset == 0;
        let is_last = !has_text_from(tokens, error.range.end, TextSize::of(source));
        if (lacks_block || at_the_end) && is_last {
            return Some(at_end(source, options));
        }
    }
    let mut rest = tokens.iter().filter(|token| token.range.start >= here && !is_layout(token.kind));
    match rest.next() {
        // The end of the last line is the end of the text if CPython has made it up.
        None if tokens.iter().any(line_ends_there) && has_last_newline(source, options) => None,
        None => Some(at_end(source, options)),
        Some(token) if token.range.end == TextSize::of(source) && !has_last_newline(source, options) => {
            Some(error(token.range, &lines, source, true))
        }
        Some(_) => None,
    }
}

/// What a mistake of the lexer is if that has come to the end of the text.
fn of_lexer(
    error_: &LexError,
    source: &str,
    options: ParseOptions,
    lines: &LineIndex,
) -> Option<SyntaxError> {
    match error_.kind {
        LexErrorKind::UnterminatedTripleString { .. } | LexErrorKind::UnterminatedTripleFString { .. } => {
            Some(error(error_.range, lines, source, false))
        }
        LexErrorKind::UnterminatedString { .. }
            if !has_last_newline(source, options)
                && !source[error_.range.start.to_usize()..].contains('\n') =>
        {
            Some(error(error_.range, lines, source, false))
        }
        LexErrorKind::NeverClosed(_) => Some(at_end(source, options)),
        LexErrorKind::UnexpectedEof if has_last_newline(source, options) => Some(at_end(source, options)),
        _ => None,
    }
}

/// Whether the last line is a whole one: programs get the line end that they lack.
fn has_last_newline(source: &str, options: ParseOptions) -> bool {
    options.mode == Mode::Exec || source.ends_with(['\n', '\r'])
}

fn is_layout(kind: T) -> bool {
    matches!(kind, T::Newline | T::Indent | T::Dedent | T::EndMarker)
}

/// Whether there are tokens that are text in a part of it.
fn has_text_from(tokens: &[Token], start: TextSize, end: TextSize) -> bool {
    let inside = |token: &&Token| token.range.start >= start && token.range.start < end;
    tokens.iter().filter(inside).any(|token| !is_layout(token.kind))
}

fn error(range: TextRange, lines: &LineIndex, source: &str, with_end: bool) -> SyntaxError {
    let place = |at| lines.line_col(source, at, ColumnUnit::Utf32);
    let (start, end) = (place(range.start), place(range.end));
    let end_offset = if with_end { end.col as i32 + 1 } else { -1 };
    let line = start.line + 1;
    at(ErrorPlace { line, offset: start.col as i32 + 1, end_line: line, end_offset }, range)
}

/// The error behind the last character of the last line.
fn at_end(source: &str, options: ParseOptions) -> SyntaxError {
    let last = source.split_inclusive('\n').next_back().unwrap_or("");
    let line = source.split_inclusive('\n').count() as u32;
    let width = last.trim_end_matches(['\r', '\n']).chars().count() as i32;
    let offset = width + i32::from(has_last_newline(source, options));
    at(ErrorPlace { line, offset, end_line: line, end_offset: -1 }, TextRange::empty(TextSize::of(source)))
}

fn at(place: ErrorPlace, range: TextRange) -> SyntaxError {
    let message = "incomplete input".to_owned();
    SyntaxError { kind: ErrorKind::IncompleteInput, message, place, range, of_token: false }
}
