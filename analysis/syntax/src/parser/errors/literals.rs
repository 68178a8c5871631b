//! Strings, with expressions inside or without, and numbers.

use super::machine::{Input, Kind, Machine, N, Rule};
use super::raise::Position;
use crate::literal::{self, EscapeError, Number, NumberError, Prefix};
use crate::parser::fstrings::TEXT_LOST_AT;
use crate::parser::strings::decoded;
use crate::token::TokenKind as T;

/// The kinds of tokens and the letter of f-strings or t-strings.
#[derive(Clone, Copy)]
struct Style {
    start: T,
    middle: T,
    end: T,
    letter: char,
    kind: Kind,
}

const F: Style = Style {
    start: T::FStringStart,
    middle: T::FStringMiddle,
    end: T::FStringEnd,
    letter: 'f',
    kind: Kind::FString,
};

const TEMPLATE: Style = Style {
    start: T::TStringStart,
    middle: T::TStringMiddle,
    end: T::TStringEnd,
    letter: 't',
    kind: Kind::TString,
};

/// What CPython's tree says of a field `{value=}` whose text is not known.
const NO_TEXT: &str = "field 'value' is required for Constant";

impl Machine<'_> {
    pub(super) fn strings(&mut self) -> Option<N> {
        self.memo(Rule::Strings, |m| {
            let start = m.mark;
            m.alt_invalid(Self::invalid_string_tstring_concat)
                .or_else(|| {
                    m.alt(|m| {
                        let parts = m.many1(Self::string_or_fstring)?;
                        m.concatenated(start, parts)
                    })
                })
                .or_else(|| {
                    m.alt(|m| {
                        m.many1(|m| m.interpolated(TEMPLATE))?;
                        Some(m.node(Kind::TString, start, Vec::new()))
                    })
                })
        })
    }

    fn string_or_fstring(&mut self) -> Option<N> {
        self.alt(|m| m.interpolated(F)).or_else(|| self.alt(Self::string))
    }

    fn concatenated(&mut self, start: usize, parts: Vec<N>) -> Option<N> {
        let bytes = parts.iter().any(|part| self.kind(*part) == Kind::Bytes);
        if bytes && parts.iter().any(|part| self.kind(*part) != Kind::Bytes) {
            return self.raise("cannot mix bytes and nonbytes literals");
        }
        let interpolated = parts.iter().any(|part| self.kind(*part) == Kind::FString);
        let kind = if interpolated { Kind::FString } else { Kind::Literal };
        Some(self.node(kind, start, Vec::new()))
    }

    fn invalid_string_tstring_concat(&mut self) -> Option<N> {
        const MIXED: &str = "cannot mix t-string literals with string or bytes literals";
        self.alt(|m| {
            let parts = m.many1(Self::string_or_fstring)?;
            let other = m.interpolated(TEMPLATE)?;
            m.raise_nodes(parts[parts.len() - 1], other, MIXED)
        })
        .or_else(|| {
            self.alt(|m| {
                let parts = m.many1(|m| m.interpolated(TEMPLATE))?;
                let other = m.string_or_fstring()?;
                m.raise_nodes(parts[parts.len() - 1], other, MIXED)
            })
        })
    }

    fn string(&mut self) -> Option<N> {
        let start = self.mark;
        let token = self.tok(T::String)?;
        let text = self.text(token);
        let prefix = Prefix::of(text);
        self.check_escapes(token, prefix.body(text), prefix.raw, prefix.bytes, token)?;
        let kind = if prefix.bytes { Kind::Bytes } else { Kind::Literal };
        Some(self.node(kind, start, Vec::new()))
    }

    /// Raises if literal text in a token has no value, and warns of it. `last` is the token that ends the literal.
    fn check_escapes(&mut self, token: usize, body: &str, raw: bool, bytes: bool, last: usize) -> Option<()> {
        let Input { source, lines, tokens, .. } = self.input;
        let literal = (body.as_ptr() as usize - source.as_ptr() as usize) as u32;
        let (value, warning) = decoded(body, literal, raw, bytes, lines, tokens[last]);
        match value {
            Ok(_) => {
                warning.into_iter().for_each(|warning| self.warn(warning));
                Some(())
            }
            Err(EscapeError::NotAscii) => {
                self.raise_token(token, "bytes can only contain ASCII literal characters")
            }
            Err(EscapeError::InvalidHex(at)) => {
                self.raise_token(token, format!("(value error) invalid \\x escape at position {at}"))
            }
            Err(EscapeError::Unicode { bytes, reason }) => {
                let (start, last) = (bytes.start, bytes.end - 1);
                let message = format!(
                    "(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{last}: {reason}"
                );
                self.raise_token(token, message)
            }
        }
    }

    pub(super) fn number(&mut self) -> Option<N> {
        let start = self.mark;
        let token = self.tok(T::Number)?;
        if self.text(token).contains('_') {
            self.since(6, "Underscores in numeric literals are")?;
        }
        match literal::number(self.text(token)) {
            Ok(Number::Imaginary(_)) => Some(self.node(Kind::Imaginary, start, Vec::new())),
            Err(NumberError::TooManyDigits(digits)) => {
                let message = format!(
                    "Exceeds the limit ({} digits) for integer string conversion: value has {digits} digits; use \
                     sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
                     literals to avoid decimal conversion limits.",
                    literal::MAX_STR_DIGITS
                );
                let line = self.token_range(token).0;
                self.raise_without_end(Position::Line(line, 0), message)
            }
            _ => Some(self.node(Kind::Literal, start, Vec::new())),
        }
    }

    /// One f-string or t-string.
    fn interpolated(&mut self, style: Style) -> Option<N> {
        let start = self.mark;
        let opening = self.tok(style.start)?;
        let raw = self.text(opening).contains(['r', 'R']);
        let mut literals = Vec::new();
        self.many(|m| {
            m.alt(|m| m.replacement_field(style, raw, 0)).or_else(|| {
                let token = m.tok(style.middle)?;
                literals.push(token);
                Some(())
            })
        })?;
        self.tok(style.end)?;
        for token in literals {
            let text = self.text(token);
            self.check_escapes(token, text, raw, false, self.mark - 1)?;
        }
        if style.kind == Kind::TString {
            self.since(14, "t-strings are")?;
        }
        Some(self.node(style.kind, start, Vec::new()))
    }

    /// `depth` is the number of format specs that the field stands in.
    fn replacement_field(&mut self, style: Style, raw: bool, depth: usize) -> Option<()> {
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.annotated_rhs()?;
            let debug = m.opt(|m| m.tok(T::Equal))?.is_some();
            m.opt(|m| m.conversion(style))?;
            m.opt(|m| {
                m.tok(T::Colon)?;
                m.format_spec(style, raw, depth + 1)
            })?;
            m.tok(T::RBrace)?;
            if debug && depth >= TEXT_LOST_AT {
                return m.raise_value_error(NO_TEXT);
            }
            Some(())
        })
        .or_else(|| self.alt_invalid(|m| m.invalid_replacement_field(style, raw, depth)))
    }

    fn conversion(&mut self, style: Style) -> Option<N> {
        let mark = self.tok(T::Exclamation)?;
        let name = self.name()?;
        let (letter, text) = (style.letter, self.node_text(name));
        if self.token_range(mark).1 != self.at(name).start {
            let (start, end) = (self.token_range(mark).0, self.at(name).end);
            return self.raise_range(
                start,
                end,
                format!("{letter}-string: conversion type must come right after the exclamation mark"),
            );
        }
        if !matches!(text, "s" | "r" | "a") {
            let message =
                format!("{letter}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'");
            return self.raise_node(name, message);
        }
        Some(name)
    }

    /// What follows the colon.
    fn format_spec(&mut self, style: Style, raw: bool, depth: usize) -> Option<()> {
        self.many(|m| {
            m.alt(|m| {
                let token = m.tok(style.middle)?;
                let text = m.text(token);
                m.check_escapes(token, text, raw, false, token)
            })
            .or_else(|| m.replacement_field(style, raw, depth))
        })?;
        Some(())
    }

    fn invalid_replacement_field(&mut self, style: Style, raw: bool, depth: usize) -> Option<()> {
        let letter = style.letter;
        for kind in [T::Equal, T::Exclamation, T::Colon, T::RBrace] {
            self.alt(|m| {
                m.tok(T::LBrace)?;
                let token = m.tok(kind)?;
                let text = kind.text().unwrap_or_default();
                m.raise_token::<()>(
                    token,
                    format!("{letter}-string: valid expression required before '{text}'"),
                )
            });
        }
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.not(Self::annotated_rhs)?;
            m.raise_on_next::<()>(format!("{letter}-string: expecting a valid expression after '{{'"))
        });
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.annotated_rhs()?;
            m.not_tok(&[T::Equal, T::Exclamation, T::Colon, T::RBrace])?;
            m.raise_on_next::<()>(format!("{letter}-string: expecting '=', or '!', or ':', or '}}'"))
        });
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.annotated_rhs()?;
            m.tok(T::Equal)?;
            m.not_tok(&[T::Exclamation, T::Colon, T::RBrace])?;
            m.raise_on_next::<()>(format!("{letter}-string: expecting '!', or ':', or '}}'"))
        });
        self.alt(|m| {
            m.value_of_field()?;
            m.invalid_conversion_character(letter)
        });
        self.alt(|m| {
            m.value_of_field()?;
            m.optional_conversion()?;
            m.not_tok(&[T::Colon, T::RBrace])?;
            m.raise_on_next::<()>(format!("{letter}-string: expecting ':' or '}}'"))
        });
        self.alt(|m| {
            m.value_of_field()?;
            m.optional_conversion()?;
            m.tok(T::Colon)?;
            // CPython's rule for t-strings reads the parts of an f-string here.
            m.format_spec(F, raw, depth + 1)?;
            m.not_tok(&[T::RBrace])?;
            m.raise_on_next::<()>(format!("{letter}-string: expecting '}}', or format specs"))
        });
        self.alt(|m| {
            m.value_of_field()?;
            m.optional_conversion()?;
            m.not_tok(&[T::RBrace])?;
            m.raise_on_next::<()>(format!("{letter}-string: expecting '}}'"))
        })
    }

    /// `'{' annotated_rhs '='?`
    fn value_of_field(&mut self) -> Option<()> {
        self.tok(T::LBrace)?;
        self.annotated_rhs()?;
        self.opt(|m| m.tok(T::Equal))?;
        Some(())
    }

    /// `['!' NAME]`
    fn optional_conversion(&mut self) -> Option<()> {
        self.opt(|m| {
            m.tok(T::Exclamation)?;
            m.name()
        })?;
        Some(())
    }

    fn invalid_conversion_character(&mut self, letter: char) -> Option<()> {
        self.alt(|m| {
            m.tok(T::Exclamation)?;
            m.look_tok(&[T::Colon, T::RBrace])?;
            m.raise_on_next(format!("{letter}-string: missing conversion character"))
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Exclamation)?;
                m.not(Self::name)?;
                m.raise_on_next(format!("{letter}-string: invalid conversion character"))
            })
        })
    }
}
