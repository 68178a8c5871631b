//! Strings, with expressions inside or without, and numbers.

use super::machine::{Input, Kind, Machine, N, Rule};
use super::raise::Position;
use crate::error::ErrorKind;
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

/// When CPython looks at the escape sequences of a literal text.
#[derive(Clone, Copy)]
enum Checked {
    /// At once, with an error at the last token that was looked at
    Token,
    /// At this token, which ends the f-string: the text is a constant by then, with the second brace of `{{` or `}}`.
    Constant(usize),
    /// In a format spec, at once
    Spec,
}

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
                        m.many1(Self::template)?;
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
            let other = m.template()?;
            m.raise_nodes(parts[parts.len() - 1], other, MIXED)
        })
        .or_else(|| {
            self.alt(|m| {
                let parts = m.many1(Self::template)?;
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
        self.check_escapes(token, prefix.body(text), prefix.raw, prefix.bytes, Checked::Token)?;
        let kind = if prefix.bytes { Kind::Bytes } else { Kind::Literal };
        Some(self.node(kind, start, Vec::new()))
    }

    /// Raises if literal text in a token has no value, and warns of it.
    fn check_escapes(
        &mut self,
        token: usize,
        body: &str,
        raw: bool,
        bytes: bool,
        checked: Checked,
    ) -> Option<()> {
        let Input { source, lines, tokens, .. } = self.input;
        let last = match checked {
            Checked::Constant(last) => last,
            Checked::Token | Checked::Spec => token,
        };
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
                self.raise(format!("(value error) invalid \\x escape at position {at}"))
            }
            Err(EscapeError::Unicode { bytes, reason }) => {
                let (start, last) = (bytes.start, bytes.end - 1);
                let message =
                    format!("'unicodeescape' codec can't decode bytes in position {start}-{last}: {reason}");
                match checked {
                    Checked::Token => self.raise(format!("(unicode error) {message}")),
                    Checked::Constant(_) => {
                        let (start, end) = (self.token_range(token).0, self.token_range(token + 1).0);
                        self.raise_range(start, end, format!("(unicode error) {message}"))
                    }
                    // Nobody makes a SyntaxError of that one.
                    Checked::Spec => self.raise_without_place(ErrorKind::UnicodeDecodeError, message),
                }
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

    /// One t-string. Of these CPython remembers whether there is one, of f-strings it does not.
    fn template(&mut self) -> Option<N> {
        self.memo(Rule::TString, |m| m.alt(|m| m.interpolated(TEMPLATE)))
    }

    /// One f-string or t-string.
    fn interpolated(&mut self, style: Style) -> Option<N> {
        let start = self.mark;
        let opening = self.tok(style.start)?;
        let raw = self.text(opening).contains(['r', 'R']);
        let mut literals = Vec::new();
        self.many(|m| {
            m.alt(|m| m.replacement_field(style, 0)).or_else(|| {
                let token = m.tok(style.middle)?;
                literals.push(token);
                Some(())
            })
        })?;
        self.tok(style.end)?;
        for token in literals {
            let text = self.text(token);
            self.check_escapes(token, text, raw, false, Checked::Constant(self.mark - 1))?;
        }
        if style.kind == Kind::TString {
            self.since(14, "t-strings are")?;
        }
        Some(self.node(style.kind, start, Vec::new()))
    }

    /// `depth` is the number of format specs that the field stands in.
    fn replacement_field(&mut self, style: Style, depth: usize) -> Option<()> {
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.annotated_rhs()?;
            let debug = m.opt(|m| m.tok(T::Equal))?.is_some();
            m.opt(|m| m.conversion(style))?;
            m.opt(|m| {
                m.tok(T::Colon)?;
                m.format_spec(style, depth + 1)
            })?;
            m.tok(T::RBrace)?;
            if debug && depth >= TEXT_LOST_AT {
                return m.raise_without_place(ErrorKind::ValueError, NO_TEXT);
            }
            Some(())
        })
        .or_else(|| self.alt_invalid(|m| m.invalid_replacement_field(style, depth)))
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
    fn format_spec(&mut self, style: Style, depth: usize) -> Option<()> {
        self.many(|m| {
            m.alt(|m| {
                let token = m.tok(style.middle)?;
                let text = m.text(token);
                let raw = text.contains('\\') && m.is_tokenizer_in_raw();
                m.check_escapes(token, text, raw, false, Checked::Spec)
            })
            .or_else(|| m.replacement_field(style, depth))
        })?;
        Some(())
    }

    /// Whether the tokenizer is in a raw f-string, which is what CPython asks it about a format spec: the one that the last
    /// token is in that was made so far.
    fn is_tokenizer_in_raw(&self) -> bool {
        let mut open = Vec::new();
        for (index, token) in self.input.tokens[..self.fill].iter().enumerate() {
            match token.kind {
                T::FStringStart | T::TStringStart => open.push(index),
                T::FStringEnd | T::TStringEnd => drop(open.pop()),
                _ => {}
            }
        }
        open.last().is_some_and(|start| self.text(*start).contains(['r', 'R']))
    }

    fn invalid_replacement_field(&mut self, style: Style, depth: usize) -> Option<()> {
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
            m.format_spec(F, depth + 1)?;
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
