//! Identifiers, keywords, and the prefixes of strings.

use super::{FStringKind, LexErrorKind, Lexer};
use crate::token::{Token, TokenKind};
use crate::unicode::{is_identifier_continue, is_identifier_start, is_printable};

impl Lexer<'_> {
    /// An identifier, a keyword, or a string with a prefix: its first character is next.
    pub(super) fn name_or_string(&mut self) -> Token {
        let start = self.pos;
        if let Some(token) = self.prefixed_string(start) {
            return token;
        }
        let mut ascii = true;
        while let Some(&byte) = self.bytes.get(self.pos) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => {}
                128.. => ascii = false,
                _ => break,
            }
            self.pos += 1;
        }
        if !ascii {
            self.verify_identifier(start);
            return self.token(TokenKind::Name, start);
        }
        self.token(TokenKind::keyword(&self.source[start..self.pos]).unwrap_or(TokenKind::Name), start)
    }

    /// The string that starts here if the next characters are a prefix and a quote.
    #[inline]
    fn prefixed_string(&mut self, start: usize) -> Option<Token> {
        let lower = |byte: u8| byte | 0x20;
        let (first, second) = (lower(self.peek()), self.peek_at(1));
        if !matches!(first, b'b' | b'f' | b'r' | b't' | b'u') {
            return None;
        }
        let (second, len) = match second {
            b'"' | b'\'' => (None, 1),
            _ if matches!(self.peek_at(2), b'"' | b'\'') => (Some(lower(second)), 2),
            _ => return None,
        };
        let (fstring, raw) = match (first, second) {
            (b'b' | b'r' | b'u', None) | (b'b', Some(b'r')) | (b'r', Some(b'b')) => (None, false),
            (b'f', None) => (Some(FStringKind::F), false),
            (b't', None) => (Some(FStringKind::T), false),
            (b'f', Some(b'r')) | (b'r', Some(b'f')) => (Some(FStringKind::F), true),
            (b't', Some(b'r')) | (b'r', Some(b't')) => (Some(FStringKind::T), true),
            _ => return None,
        };
        self.pos += len;
        Some(match fstring {
            None => self.string(start),
            Some(kind) => self.fstring_start(start, kind, raw),
        })
    }

    /// Reports the first character from `start` to here that an identifier cannot have (PEP 3131).
    fn verify_identifier(&mut self, start: usize) {
        if self.options.extra_tokens {
            return;
        }
        let name = &self.source[start..self.pos];
        let invalid = name
            .char_indices()
            .find(|&(at, c)| if at == 0 { !is_identifier_start(c) } else { !is_identifier_continue(c) });
        if let Some((at, character)) = invalid {
            let printable = is_printable(character);
            let at = start + at;
            self.error(
                LexErrorKind::InvalidCharacter { character, printable },
                at,
                at + character.len_utf8(),
            );
        }
    }
}
