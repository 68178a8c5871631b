//! Where errors are, and raising them: `RAISE_SYNTAX_ERROR` and its kin in CPython's `Parser/pegen.h`.

use std::borrow::Cow;

use text::{ColumnUnit, TextRange, TextSize};

use super::machine::{Input, Machine, N, Node};
use crate::error::{ErrorKind, ErrorPlace, SyntaxError};
use crate::parser::Mode;
use crate::parser::findings::ParserError;
use crate::parser::tokens::{end_of_last_line, line_end};
use crate::token::{Token, TokenKind as T};

/// Where an error is, before it is turned into lines.
pub(super) struct Raised {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
    /// The line (from 0) that the message is to end with.
    pub mentions: Option<u32>,
    pub is_at_last: bool,
    pub start: Position,
    pub end: Position,
}

/// A place in the text, or what CPython has instead.
#[derive(Clone, Copy)]
pub(super) enum Position {
    /// Characters from the line's start to the offset, and so many more: CPython adds one to most columns.
    At(u32, i32),
    /// The offset's line, and this number for a column.
    Line(u32, i32),
    /// This number for a column, on the line of the other end.
    Missing(i32),
}

impl Position {
    pub(super) fn offset(self) -> u32 {
        match self {
            Position::At(offset, _) | Position::Line(offset, _) => offset,
            Position::Missing(_) => 0,
        }
    }
}

impl Machine<'_> {
    pub(super) fn error(&self, raised: Raised) -> ParserError {
        let Raised { kind, message, mentions, is_at_last, start, end } = raised;
        let (place, range) = self.located(start, end);
        let message = message.into_owned();
        let error = SyntaxError { kind, message, place, range, of_token: false };
        ParserError { error, mentions, is_at_last }
    }

    pub(super) fn located(&self, start: Position, end: Position) -> (ErrorPlace, TextRange) {
        let (line, offset) = self.place(start);
        let (end_line, end_offset) = match end {
            Position::Missing(number) => (line, number),
            Position::At(offset, more) if self.place(end).0 > line => {
                (self.place(end).0, self.column_cut(start.offset(), offset, more))
            }
            _ => self.place(end),
        };
        let from = start.offset();
        let to = match end {
            Position::Missing(_) => from,
            _ => end.offset().max(from).min(self.input.source.len() as u32),
        };
        let range = TextRange { start: TextSize(from.min(to)), end: TextSize(to) };
        (ErrorPlace::on_lines([line, end_line].map(|line| line as u32), [offset, end_offset]), range)
    }

    /// Line and offset as CPython counts them.
    fn place(&self, position: Position) -> (i32, i32) {
        let Input { source, lines, .. } = self.input;
        let place = |offset: u32| {
            let at = lines.line_col(source, TextSize(offset.min(source.len() as u32)), ColumnUnit::Utf32);
            // An empty text has no line.
            (at.line as i32 + i32::from(!source.is_empty()), at.col as i32)
        };
        match position {
            Position::At(offset, more) => (place(offset).0, place(offset).1 + more),
            Position::Line(offset, column) => (place(offset).0, column),
            Position::Missing(column) => (0, column),
        }
    }

    /// The column of an end on a later line than the start. CPython cuts it to the length of the start's line, and counts
    /// characters there.
    pub(super) fn column_cut(&self, start: u32, end: u32, more: i32) -> i32 {
        let Input { source, lines, .. } = self.input;
        let column = lines.line_col_utf8(TextSize(end)).col as i32 + more;
        let line = lines.line_range(lines.line(TextSize(start)));
        let line = source[line].trim_end_matches(['\n', '\r']).as_bytes();
        let len = line.len() as i32;
        let inside = String::from_utf8_lossy(&line[..column.clamp(0, len) as usize]).chars().count() as i32;
        inside + i32::from(column > len)
    }

    /// Where CPython's tokenizer stands at the end of the text: behind the last line's end, on that line.
    pub(super) fn end_of_text(&self) -> Position {
        let source = self.input.source;
        let end = end_of_last_line(source);
        let ended = self.input.whole == Mode::Exec && !source.is_empty() || end < TextSize::of(source);
        Position::At(end.0, i32::from(ended))
    }

    /// Whether a token is the end of the text, or the line end that CPython's parser makes up there: the tokenizer makes
    /// one up for programs alone.
    pub(super) fn is_made_up(&self, token: usize) -> bool {
        let Token { kind, range } = self.input.tokens[token];
        match kind {
            T::EndMarker => true,
            T::Newline => range.is_empty() && self.input.whole != Mode::Exec,
            _ => false,
        }
    }

    /// The line of a token, from 0, as CPython's tokenizer counts it: the end of the text belongs to its last line.
    pub(super) fn line_of_token(&self, token: usize) -> u32 {
        (self.place(self.start_of(token)).0 - 1).max(0) as u32
    }

    /// Where an error at a token starts. Indentation and the end of the text have no column of their own.
    pub(super) fn start_of(&self, token: usize) -> Position {
        let Token { kind, range } = self.input.tokens[token];
        match kind {
            T::Indent => Position::At(range.end.0, 0),
            _ if self.is_made_up(token) => self.end_of_text(),
            T::Newline => Position::At(self.line_end(token), 1),
            T::Dedent if range.start.to_usize() == self.input.source.len() => self.end_of_text(),
            T::Dedent => Position::At(range.start.0, 0),
            _ => Position::At(range.start.0, 1),
        }
    }

    /// Where a `NEWLINE` starts for CPython.
    fn line_end(&self, token: usize) -> u32 {
        line_end(self.input.source, self.input.tokens, token)
    }

    pub(super) fn end_of(&self, token: usize) -> Position {
        let Token { kind, range } = self.input.tokens[token];
        match kind {
            T::Indent | T::Dedent => Position::Missing(-1),
            _ if self.is_made_up(token) => Position::Missing(-1),
            // One column, whichever line end it is, and also if there is none.
            T::Newline => Position::At(range.start.0, 2),
            _ => Position::At(range.end.0, 1),
        }
    }

    /// Where an error from the start of a token to its end is: that of a token without columns of its own is at none.
    pub(super) fn known_place(&self, token: usize) -> (Position, Position) {
        if self.is_made_up(token) || matches!(self.input.tokens[token].kind, T::Indent | T::Dedent) {
            let line = Position::Line(self.start_of(token).offset(), 0);
            return (line, line);
        }
        (self.start_of(token), self.end_of(token))
    }

    /// Where CPython's tokenizer stands.
    fn current(&self) -> Position {
        let last = self.fill - 1;
        match self.end_of(last) {
            Position::At(offset, more) => Position::At(offset, more - 1),
            _ => self.start_of(last),
        }
    }

    pub(super) fn raise_at<R>(
        &mut self,
        kind: ErrorKind,
        start: Position,
        end: Position,
        message: Cow<'static, str>,
    ) -> Option<R> {
        if !self.failed() {
            self.raised = Some(Raised { kind, message, mentions: None, is_at_last: false, start, end });
        }
        None
    }

    /// `RAISE_SYNTAX_ERROR`: at the last token looked at.
    pub(super) fn raise<R>(&mut self, message: impl Into<Cow<'static, str>>) -> Option<R> {
        if !self.failed() {
            let last = self.fill - 1;
            let (start, end) = (self.start_of(last), self.end_of(last));
            let (kind, message) = (ErrorKind::SyntaxError, message.into());
            self.raised = Some(Raised { kind, message, mentions: None, is_at_last: true, start, end });
        }
        None
    }

    /// An exception that has no place: ours is the last token looked at.
    pub(super) fn raise_without_place<R>(
        &mut self,
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<R> {
        let (start, end) = self.known_place(self.fill - 1);
        self.raise_at(kind, start, end, message.into())
    }

    /// `RAISE_SYNTAX_ERROR_ON_NEXT_TOKEN`
    pub(super) fn raise_on_next<R>(&mut self, message: impl Into<Cow<'static, str>>) -> Option<R> {
        self.peek();
        let next = self.mark;
        self.raise_at(ErrorKind::SyntaxError, self.start_of(next), self.end_of(next), message.into())
    }

    /// `RAISE_INDENTATION_ERROR`
    pub(super) fn raise_indentation<R>(&mut self, what: &str, token: usize) -> Option<R> {
        let line = self.input.lines.line(self.input.tokens[token].range.start);
        let message = format!("expected an indented block after {what} on line ");
        let last = self.fill - 1;
        let (start, end) = (self.start_of(last), self.end_of(last));
        let first = !self.failed();
        let result = self.raise_at(ErrorKind::IndentationError, start, end, message.into());
        if let Some(raised) = self.raised.as_mut().filter(|_| first) {
            raised.mentions = Some(line);
        }
        result
    }

    /// `invalid_block`
    pub(super) fn raise_no_block<R>(&mut self) -> Option<R> {
        let last = self.fill - 1;
        let message = "expected an indented block".into();
        self.raise_at(ErrorKind::IndentationError, self.start_of(last), self.end_of(last), message)
    }

    /// `RAISE_SYNTAX_ERROR_KNOWN_RANGE`, of offsets.
    pub(super) fn raise_range<R>(
        &mut self,
        start: u32,
        end: u32,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<R> {
        self.raise_at(ErrorKind::SyntaxError, Position::At(start, 1), Position::At(end, 1), message.into())
    }

    /// An error at a node.
    pub(super) fn raise_node<R>(&mut self, node: N, message: impl Into<Cow<'static, str>>) -> Option<R> {
        let Node { start, end, .. } = *self.at(node);
        self.raise_range(start, end, message)
    }

    /// An error from one node to the end of another.
    pub(super) fn raise_nodes<R>(
        &mut self,
        first: N,
        last: N,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<R> {
        self.raise_range(self.at(first).start, self.at(last).end, message)
    }

    /// An error at a token.
    pub(super) fn raise_token<R>(
        &mut self,
        token: usize,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<R> {
        let (start, end) = self.known_place(token);
        self.raise_at(ErrorKind::SyntaxError, start, end, message.into())
    }

    /// `RAISE_SYNTAX_ERROR_STARTING_FROM`
    pub(super) fn raise_from<R>(&mut self, start: u32, message: impl Into<Cow<'static, str>>) -> Option<R> {
        let end = self.current();
        self.raise_at(ErrorKind::SyntaxError, Position::At(start, 1), end, message.into())
    }

    /// `RAISE_SYNTAX_ERROR_STARTING_FROM` a line end
    pub(super) fn raise_from_newline<R>(
        &mut self,
        newline: usize,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<R> {
        let (start, end) = (self.known_place(newline).0, self.current());
        self.raise_at(ErrorKind::SyntaxError, start, end, message.into())
    }

    /// An error that says nothing of its end.
    pub(super) fn raise_without_end<R>(
        &mut self,
        start: Position,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<R> {
        self.raise_at(ErrorKind::SyntaxError, start, Position::Missing(0), message.into())
    }
}
