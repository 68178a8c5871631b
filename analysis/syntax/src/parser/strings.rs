//! String literals and numbers: their values, and the concatenation of adjacent strings.

use text::{LineIndex, TextSize};

use super::{Fail, Parse, Parser};
use crate::ast::*;
use crate::error::SyntaxWarning;
use crate::literal::{self, EscapeError, Prefix};
use crate::token::{Token, TokenKind as T};

/// The parts of a string made of several: what becomes `values` of a `JoinedStr` or `TemplateStr`. Constants that
/// follow each other become one.
pub(super) struct Pieces {
    /// The list of finished parts.
    list: usize,
    /// The constant in the making.
    text: Vec<u8>,
    place: Option<(u32, u32)>,
    u: bool,
}

/// The value of literal text that starts at `offset`, and what CPython warns of: the first escape sequence in it that
/// stands for itself, if nothing worse is found. `by` is the token with which CPython comes to look at the text.
pub(super) fn decoded(
    body: &str,
    offset: u32,
    raw: bool,
    bytes: bool,
    lines: &LineIndex,
    by: Token,
) -> (Result<Vec<u8>, EscapeError>, Option<SyntaxWarning>) {
    let mut value = Vec::with_capacity(body.len());
    let mut invalid = None;
    let mut remember = |at: usize, escape: &str| {
        if escape.is_ascii() {
            invalid.get_or_insert((at as u32, escape.to_owned()));
        }
    };
    if let Err(error) = literal::decode(body, raw, bytes, &mut value, &mut remember) {
        return (Err(error), None);
    }
    // Of an escaped brace in a string with expressions the lexer has warned.
    let interpolated = matches!(by.kind, T::FStringMiddle | T::TStringMiddle | T::FStringEnd | T::TStringEnd);
    let warned = |escape: &str| interpolated && matches!(escape, "\\{" | "\\}");
    let warning = invalid.filter(|(_, escape)| !warned(escape)).map(|(at, escape)| {
        let start = TextSize(offset + at);
        SyntaxWarning::of_escape(&escape, start, offset.into(), by.range, lines)
    });
    (Ok(value), warning)
}

impl Parser<'_> {
    pub(super) fn number(&mut self) -> Parse {
        let token = self.token();
        let text = self.text(token);
        let value = match literal::number(text) {
            Ok(literal::Number::Int(value)) => ConstantRepr::Int(value),
            Ok(literal::Number::BigInt { radix, digits }) => {
                ConstantRepr::BigInt { radix, digits: self.builder.unit.text(digits.as_bytes()) }
            }
            Ok(literal::Number::Float(value)) => ConstantRepr::Float(value.to_bits()),
            Ok(literal::Number::Imaginary(value)) => ConstantRepr::Complex(value.to_bits()),
            Err(_) => {
                self.bad_literal = true;
                ConstantRepr::Int(0)
            }
        };
        Ok(self.constant_token(value))
    }

    /// `strings`: one or more adjacent string literals.
    pub(super) fn strings(&mut self) -> Parse {
        let next = self.peek(1);
        if self.kind == T::String && !matches!(next, T::String | T::FStringStart | T::TStringStart) {
            return Ok(self.lone_string());
        }
        let start = self.start();
        let template = self.at(T::TStringStart);
        let mut pieces = self.begin_pieces();
        let (mut interpolated, mut bytes, mut text) = (template, false, template);
        loop {
            match self.kind {
                T::String => {
                    let token = self.token();
                    let prefix = Prefix::of(self.text(token));
                    bytes |= prefix.bytes;
                    text |= !prefix.bytes;
                    self.bump();
                    let piece = self.decode_string(token, prefix);
                    self.add_constant(&mut pieces, token.range.start.0, self.prev_end, &piece, prefix.u);
                }
                T::FStringStart if !template => {
                    (interpolated, text) = (true, true);
                    self.fstring(&mut pieces, false)?;
                }
                T::TStringStart if template => self.fstring(&mut pieces, true)?,
                T::FStringStart | T::TStringStart => return Err(Fail),
                _ => break,
            }
            if template && self.at(T::String) {
                return Err(Fail);
            }
        }
        if bytes && text {
            self.bad_literal = true;
        }
        if interpolated {
            let values = self.end_pieces(pieces);
            let kind =
                if template { ExprKind::TemplateStr { values } } else { ExprKind::JoinedStr { values } };
            return Ok(self.builder.expr(kind, start, self.prev_end));
        }
        let slice = self.builder.unit.text(&pieces.text);
        let value = self.builder.unit.constant(if bytes {
            ConstantRepr::Bytes(slice)
        } else {
            ConstantRepr::Str(slice)
        });
        Ok(self.builder.expr(ExprKind::Constant { value, u: pieces.u }, start, self.prev_end))
    }

    /// A string that stands alone, as nearly all do.
    fn lone_string(&mut self) -> ExprId {
        let token = self.token();
        let literal = self.text(token);
        let prefix = Prefix::of(literal);
        self.bump();
        let body = prefix.body(literal);
        let slice = if literal::is_plain(body, prefix) {
            self.builder.unit.text(body.as_bytes())
        } else {
            let decoded = self.decode_string(token, prefix);
            self.builder.unit.text(&decoded)
        };
        let value = if prefix.bytes { ConstantRepr::Bytes(slice) } else { ConstantRepr::Str(slice) };
        let value = self.builder.unit.constant(value);
        self.builder.expr(ExprKind::Constant { value, u: prefix.u }, token.range.start.0, token.range.end.0)
    }

    /// The value of a string token.
    fn decode_string(&mut self, token: Token, prefix: Prefix) -> Vec<u8> {
        let literal = self.text(token);
        let body = prefix.body(literal);
        let offset = body.as_ptr() as usize - literal.as_ptr() as usize;
        self.decode(body, token.range.start.0 + offset as u32, prefix.raw, prefix.bytes, token)
    }

    /// The value of literal text that starts at `offset`, as far as it has one. See [`decoded`].
    pub(super) fn decode(&mut self, body: &str, offset: u32, raw: bool, bytes: bool, by: Token) -> Vec<u8> {
        let (value, warning) = decoded(body, offset, raw, bytes, self.lines, by);
        self.warnings.extend(warning);
        value.unwrap_or_else(|_| {
            self.bad_literal = true;
            Vec::new()
        })
    }

    pub(super) fn begin_pieces(&mut self) -> Pieces {
        Pieces { list: self.builder.begin_list::<ExprId>(), text: Vec::new(), place: None, u: false }
    }

    /// Adds literal text. It joins the constant before it, if that is what comes before.
    pub(super) fn add_constant(&mut self, pieces: &mut Pieces, start: u32, end: u32, text: &[u8], u: bool) {
        pieces.text.extend_from_slice(text);
        match &mut pieces.place {
            Some((_, last_end)) => *last_end = end,
            None => {
                pieces.place = Some((start, end));
                pieces.u = u;
            }
        }
    }

    /// Adds a replacement field.
    pub(super) fn add_field(&mut self, pieces: &mut Pieces, field: ExprId) {
        self.finish_constant(pieces);
        self.builder.push(field);
    }

    /// Completes the constant in the making. An empty one is dropped.
    fn finish_constant(&mut self, pieces: &mut Pieces) {
        let Some((start, end)) = pieces.place.take() else { return };
        if !pieces.text.is_empty() {
            let value = self.builder.unit.string_constant(&pieces.text);
            let constant = self.builder.expr(ExprKind::Constant { value, u: pieces.u }, start, end);
            self.builder.push(constant);
            pieces.text.clear();
        }
    }

    pub(super) fn end_pieces(&mut self, mut pieces: Pieces) -> ExprList {
        self.finish_constant(&mut pieces);
        self.builder.end_list(pieces.list)
    }
}
