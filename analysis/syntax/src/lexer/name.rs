//! Identifiers, keywords, and the prefixes of strings.

use super::{FStringKind, LexErrorKind, Lexer};
use crate::token::{Token, TokenKind};
use crate::unicode::{is_identifier_continue, is_identifier_start, is_printable};

/// The bytes of ASCII identifiers.
static IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

/// Whether an identifier may have `byte`, as far as a byte tells.
pub(super) fn is_word(byte: u8) -> bool {
    IS_WORD[usize::from(byte)] || byte >= 128
}

impl Lexer<'_> {
    /// An identifier, a keyword, or a string with a prefix: its first character is next.
    pub(super) fn name_or_string(&mut self) -> Token {
        let start = self.pos;
        if let Some(token) = self.prefixed_string(start) {
            return token;
        }
        let rest = &self.bytes[start..];
        let mut len = rest.iter().position(|&byte| !IS_WORD[usize::from(byte)]).unwrap_or(rest.len());
        let ascii = rest.get(len).is_none_or(u8::is_ascii);
        if !ascii {
            len = rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        }
        self.pos = start + len;
        if !ascii {
            self.verify_identifier(start);
            return self.token(TokenKind::Name, start);
        }
        self.token(keyword_or_name(&self.bytes[start..self.pos]), start)
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

/// The kind of an ASCII name.
#[inline]
pub(super) fn keyword_or_name(name: &[u8]) -> TokenKind {
    let [first, .., last] = name else {
        return if name == b"_" { TokenKind::Underscore } else { TokenKind::Name };
    };
    match KEYWORDS[keyword_slot(*first, *last, name.len())] {
        Some((word, kind)) if word.as_bytes() == name => kind,
        _ => TokenKind::Name,
    }
}

const SLOTS: usize = 128;

/// A hash that no two keywords share; the factors were found by trying.
const fn keyword_slot(first: u8, last: u8, len: usize) -> usize {
    (first as usize * 1 + last as usize * 8 + len * 48) % SLOTS
}

/// The keywords of two letters or more, each in its slot.
static KEYWORDS: [Option<(&str, TokenKind)>; SLOTS] = {
    let mut slots = [None; SLOTS];
    let mut index = 0;
    while index < TokenKind::KEYWORDS.len() {
        let (word, kind) = TokenKind::KEYWORDS[index];
        let bytes = word.as_bytes();
        if bytes.len() > 1 {
            let slot = keyword_slot(bytes[0], bytes[bytes.len() - 1], bytes.len());
            assert!(slots[slot].is_none(), "two keywords share a slot: find other factors");
            slots[slot] = Some((word, kind));
        }
        index += 1;
    }
    slots
};
