//! f-strings and t-strings.

use std::borrow::Cow;

use super::strings::Pieces;
use super::{Fail, Parse, Parser, with_stack};
use crate::ast::*;
use crate::literal::normalize_newlines;
use crate::token::{Token, TokenKind as T};
use text::{TextRange, TextSize};

/// In so many format specs a field's text, which `=` asks for, is lost to CPython's tokenizer.
pub(super) const TEXT_LOST_AT: usize = 2;

/// What kind of string a replacement field stands in.
#[derive(Clone, Copy)]
struct Context {
    raw: bool,
    /// The fields are `Interpolation`s.
    template: bool,
    /// How many format specs it is inside of.
    depth: usize,
}

impl<'a> Parser<'a> {
    /// One f-string or t-string, its parts added to `pieces`.
    pub(super) fn fstring(&mut self, pieces: &mut Pieces, template: bool) -> Parse<()> {
        let opening = self.text(self.token());
        let context = Context { raw: opening.contains(['r', 'R']), template, depth: 0 };
        self.bump();
        // Warnings about the literal text.
        let mut warnings = Vec::new();
        loop {
            match self.kind {
                T::FStringMiddle | T::TStringMiddle => {
                    let known = self.warnings.len();
                    // Whether CPython warns of it is settled at the closing quotes.
                    self.literal_text(pieces, context.raw, TextSize::of(self.source));
                    warnings.extend(known..self.warnings.len());
                }
                T::LBrace => with_stack(|| self.replacement_field(pieces, context))?,
                T::FStringEnd | T::TStringEnd => {
                    let end = self.token().range;
                    // Quotes that are missing settle nothing.
                    for index in warnings.into_iter().filter(|_| !end.is_empty()) {
                        self.warnings[index].issue_with(end, self.lines);
                    }
                    self.bump();
                    return Ok(());
                }
                _ => return Err(Fail),
            }
        }
    }

    /// Literal text, which CPython comes to look at at `end`.
    fn literal_text(&mut self, pieces: &mut Pieces, raw: bool, end: TextSize) {
        let token = self.token();
        let start = token.range.start.0;
        self.bump();
        let by = Token { range: TextRange { end, ..token.range }, ..token };
        let text = self.decode(self.text(token), start, raw, false, by);
        if !text.is_empty() {
            // The token ends between the two braces of `{{`; the constant ends after them.
            let end = self.start();
            self.add_constant(pieces, start, end, &text, false);
        }
    }

    /// `{`, a value, and perhaps `=`, a conversion and a format spec, up to and past `}`.
    fn replacement_field(&mut self, pieces: &mut Pieces, context: Context) -> Parse<()> {
        let open = self.token();
        let start = open.range.start.0;
        self.bump();
        let value = self.annotated_rhs()?;
        let debug = self.eat(T::Equal);
        // Where the text of the expression ends, `=` and blanks included.
        let end_of_text = self.token();
        let explicit = self.conversion()?;
        let format_spec = if self.at(T::Colon) { Some(self.format_spec(context)?) } else { None };
        self.expect(T::RBrace)?;
        let conversion = match explicit {
            Some(conversion) => conversion,
            None if debug && format_spec.is_none() => Conversion::Repr,
            None => Conversion::None,
        };
        let wants_text = debug || context.template;
        let text = if wants_text { self.expression_text(open, end_of_text) } else { Cow::Borrowed("") };
        if debug {
            self.bad_literal |= context.depth >= TEXT_LOST_AT;
            let (start, end) = (open.range.end.0, end_of_text.range.start.0);
            self.add_constant(pieces, start, end, text.as_bytes(), false);
        }
        let kind = if context.template {
            // Nothing is cut off if what is behind the `=` has been taken for text: that of a comment in place of a string's.
            let blank = |c: char| c.is_whitespace() || c == '\\';
            let text =
                if debug { text.trim_end_matches(blank).strip_suffix('=').unwrap_or(&text) } else { &text };
            let str = self.builder.unit.string_constant(text.as_bytes());
            ExprKind::Interpolation { value, str, conversion, format_spec }
        } else {
            ExprKind::FormattedValue { value, conversion, format_spec }
        };
        let field = self.builder.expr(kind, start, self.prev_end);
        self.add_field(pieces, field);
        Ok(())
    }

    /// `!s`, `!r` or `!a`.
    fn conversion(&mut self) -> Parse<Option<Conversion>> {
        if !self.at(T::Exclamation) {
            return Ok(None);
        }
        let mark = self.token();
        self.bump();
        let name = self.token();
        if !name.kind.is_name() || name.range.start != mark.range.end {
            return Err(Fail);
        }
        let conversion = match self.text(name) {
            "s" => Conversion::Str,
            "r" => Conversion::Repr,
            "a" => Conversion::Ascii,
            _ => return Err(Fail),
        };
        self.bump();
        Ok(Some(conversion))
    }

    /// From `:` up to, not past, `}`.
    fn format_spec(&mut self, context: Context) -> Parse {
        let start = self.start();
        self.bump();
        let context = Context { template: false, depth: context.depth + 1, ..context };
        let mut pieces = self.begin_pieces();
        loop {
            match self.kind {
                T::FStringMiddle | T::TStringMiddle => {
                    self.literal_text(&mut pieces, context.raw, self.token().range.end);
                }
                T::LBrace => with_stack(|| self.replacement_field(&mut pieces, context))?,
                _ => break,
            }
        }
        let values = self.end_pieces(pieces);
        Ok(self.builder.expr(ExprKind::JoinedStr { values }, start, self.prev_end))
    }

    /// The text between two tokens, without its comments.
    fn expression_text(&self, open: Token, end: Token) -> Cow<'a, str> {
        let text = &self.source[TextRange { start: open.range.end, end: end.range.start }];
        let text = normalize_newlines(text);
        match without_comments(&text) {
            Some(rest) => Cow::Owned(rest),
            None => text,
        }
    }
}

/// `text` without its comments, if it has any, as CPython finds them: each quote is the start of a string, or the end if
/// it is such a one as the start. Three quotes are an odd number; in strings with others inside it goes wrong.
fn without_comments(text: &str) -> Option<String> {
    /// Whether a string is open, after a character of the text.
    fn turn(open: &mut Option<char>, character: char) {
        match *open {
            None => *open = Some(character),
            Some(quote) if quote == character => *open = None,
            Some(_) => {}
        }
    }
    let (mut open, mut characters) = (None, text.chars());
    let found = loop {
        match characters.next() {
            Some('\\') => drop(characters.next()),
            Some(quote @ ('"' | '\'')) => turn(&mut open, quote),
            Some('#') if open.is_none() => break true,
            Some(_) => {}
            None => break false,
        }
    };
    if !found {
        return None;
    }
    let (mut open, mut commented, mut escaped) = (None, false, false);
    let kept = |character: &char| {
        match character {
            '\n' if commented => commented = false,
            _ if commented => {}
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '\'' => turn(&mut open, *character),
            '#' if open.is_none() => commented = true,
            _ => {}
        }
        !commented
    };
    Some(text.chars().filter(kept).collect())
}
