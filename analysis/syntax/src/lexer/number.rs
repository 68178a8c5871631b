//! Numbers, in all their forms.

use super::{LexErrorKind, Lexer, NumberKind};
use crate::token::{Token, TokenKind};

/// A number that is none: it has been reported.
struct Invalid;

impl Lexer<'_> {
    /// A number: a digit, or a dot with a digit after it, is next. One that is wrong takes in all the letters, digits and
    /// underscores that follow, so that a slip is one error.
    pub(super) fn number(&mut self) -> Token {
        let start = self.pos;
        let result = match (self.peek(), self.peek_at(1)) {
            (b'0', b'x' | b'X') => self.radix(NumberKind::Hexadecimal, |byte| byte.is_ascii_hexdigit()),
            (b'0', b'o' | b'O') => self.radix(NumberKind::Octal, |byte| matches!(byte, b'0'..=b'7')),
            (b'0', b'b' | b'B') => self.radix(NumberKind::Binary, |byte| matches!(byte, b'0' | b'1')),
            (b'0', _) => self.zeros(start),
            (b'.', _) => self.fraction(),
            _ => self.digits().and_then(|()| self.after_integer()),
        };
        if result.is_err() {
            while self.peek() == b'_' || self.peek().is_ascii_alphanumeric() {
                self.pos += 1;
            }
        }
        self.token(TokenKind::Number, start)
    }

    fn radix(&mut self, kind: NumberKind, is_digit: fn(u8) -> bool) -> Result<(), Invalid> {
        self.pos += 2;
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
            }
            if !is_digit(self.peek()) {
                return Err(self.invalid_in_radix(kind));
            }
            while is_digit(self.peek()) {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        if self.peek().is_ascii_digit() {
            return Err(self.invalid_in_radix(kind));
        }
        self.end_of_number(kind)
    }

    fn invalid_in_radix(&mut self, kind: NumberKind) -> Invalid {
        let next = self.peek();
        if next.is_ascii_digit() {
            let digit = char::from(next);
            self.error(LexErrorKind::InvalidDigit { digit, kind }, self.pos, self.pos + 1);
            Invalid
        } else {
            self.invalid_before_here(kind)
        }
    }

    /// A number that starts with a zero but has no letter after it.
    fn zeros(&mut self, start: usize) -> Result<(), Invalid> {
        self.pos += 1;
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
                if !self.peek().is_ascii_digit() {
                    return Err(self.invalid_before_here(NumberKind::Decimal));
                }
            }
            if self.peek() != b'0' {
                break;
            }
            self.pos += 1;
        }
        let zeros_end = self.pos;
        let nonzero = self.peek().is_ascii_digit();
        if nonzero {
            self.digits()?;
        }
        if nonzero && !self.options.extra_tokens && !matches!(self.peek(), b'.' | b'e' | b'E' | b'j' | b'J') {
            self.push_error(LexErrorKind::LeadingZeros, text::TextRange::new(start, zeros_end), self.pos);
            return Err(Invalid);
        }
        self.after_integer()
    }

    /// Digits with single underscores between them; the first digit is next.
    fn digits(&mut self) -> Result<(), Invalid> {
        loop {
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.pos += 1;
            if !self.peek().is_ascii_digit() {
                return Err(self.invalid_before_here(NumberKind::Decimal));
            }
        }
    }

    fn after_integer(&mut self) -> Result<(), Invalid> {
        if self.peek() == b'.' { self.fraction() } else { self.exponent() }
    }

    fn fraction(&mut self) -> Result<(), Invalid> {
        self.pos += 1;
        if self.peek().is_ascii_digit() {
            self.digits()?;
        }
        self.exponent()
    }

    fn exponent(&mut self) -> Result<(), Invalid> {
        if matches!(self.peek(), b'e' | b'E') {
            match (self.peek_at(1), self.peek_at(2)) {
                (b'+' | b'-', digit) if digit.is_ascii_digit() => self.pos += 2,
                (b'+' | b'-', _) => {
                    self.pos += 2;
                    return Err(self.invalid_before_here(NumberKind::Decimal));
                }
                (digit, _) if digit.is_ascii_digit() => self.pos += 1,
                _ => return self.end_of_number(NumberKind::Decimal),
            }
            self.digits()?;
        }
        if matches!(self.peek(), b'j' | b'J') {
            self.pos += 1;
            return self.end_of_number(NumberKind::Imaginary);
        }
        self.end_of_number(NumberKind::Decimal)
    }

    /// What may follow a number: a keyword, of those that can, with a warning; no other letter.
    fn end_of_number(&mut self, kind: NumberKind) -> Result<(), Invalid> {
        let next = self.peek();
        if self.options.extra_tokens || !(next.is_ascii_alphanumeric() || next == b'_') {
            return Ok(());
        }
        let rest = &self.bytes[self.pos..];
        let keyword = match next {
            b'i' => matches!(self.peek_at(1), b'f' | b'n' | b's'),
            _ => [&b"and"[..], b"else", b"for", b"or", b"not"].iter().any(|keyword| {
                let after = rest.get(keyword.len()).copied().unwrap_or(0);
                rest.starts_with(keyword) && !(after.is_ascii_alphanumeric() || after == b'_' || after >= 128)
            }),
        };
        if !keyword {
            return Err(self.invalid_before_here(kind));
        }
        self.warning(LexErrorKind::InvalidNumber(kind), self.pos - 1, self.pos);
        Ok(())
    }

    /// Reports an invalid number at the last character read.
    fn invalid_before_here(&mut self, kind: NumberKind) -> Invalid {
        self.error(LexErrorKind::InvalidNumber(kind), self.pos - 1, self.pos);
        Invalid
    }
}
