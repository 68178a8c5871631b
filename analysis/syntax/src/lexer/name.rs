//! Identifiers, keywords, and the prefixes of strings.

use unicode_normalization::UnicodeNormalization;

use super::{FStringKind, LexErrorKind, Lexer};
use crate::token::{Token, TokenKind};
use crate::unicode::{is_identifier_continue, is_identifier_start, is_printable};

/// Whether an identifier may have `byte`, as far as a byte tells.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128
}

/// How many ASCII letters, digits and underscores `bytes` starts with. Most names are shorter than eight bytes, which are
/// looked at together.
#[inline]
fn ascii_word_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    while let Some(chunk) = bytes[len..].first_chunk::<8>() {
        let others = !word_bytes(u64::from_le_bytes(*chunk)) & HIGH_BITS;
        if others != 0 {
            return len + others.trailing_zeros() as usize / 8;
        }
        len += 8;
    }
    let rest = &bytes[len..];
    len + rest.iter().position(|&byte| !(byte.is_ascii() && is_word(byte))).unwrap_or(rest.len())
}

const HIGH_BITS: u64 = u64::MAX / 255 * 0x80;

/// The high bit of each byte that is an ASCII letter, a digit or an underscore; the other bits mean nothing.
#[inline]
fn word_bytes(bytes: u64) -> u64 {
    const EACH: u64 = u64::MAX / 255;
    // Adding to seven bits carries into the eighth where the sum reaches 128, and never beyond.
    let low = bytes & !HIGH_BITS;
    let from = |bytes: u64, first: u8| bytes + EACH * (128 - u64::from(first));
    let lower_case = low | (EACH * 0x20);
    let letter = from(lower_case, b'a') & !from(lower_case, b'z' + 1);
    let digit = from(low, b'0') & !from(low, b'9' + 1);
    let underscore = HIGH_BITS - (low ^ (EACH * u64::from(b'_')));
    (letter | digit | underscore) & !bytes
}

impl Lexer<'_> {
    /// An identifier, a keyword, or a string with a prefix: its first character is next.
    pub(super) fn name_or_string(&mut self) -> Token {
        let start = self.pos;
        if let Some(token) = self.prefixed_string(start) {
            return token;
        }
        let rest = &self.bytes[start..];
        let len = ascii_word_len(rest);
        self.pos = start + len;
        let next = self.peek();
        if !next.is_ascii() {
            self.pos = start + rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
            self.verify_identifier(start);
            return self.token(TokenKind::Name, start);
        }
        if matches!(next, b'"' | b'\'')
            && let Some(token) = self.string_with_incompatible_prefixes(start)
        {
            return token;
        }
        self.token(keyword_or_name(&rest[..len]), start)
    }

    /// The string that a quote here starts, if what stands before it from `start` on are prefixes, though ones that
    /// do not go together. That is reported.
    #[cold]
    fn string_with_incompatible_prefixes(&mut self, start: usize) -> Option<Token> {
        const INCOMPATIBLE: [&str; 7] = ["ub", "ur", "uf", "ut", "bf", "bt", "ft"];
        let prefixes = self.source[start..self.pos].to_ascii_lowercase();
        let once = |letter: char| prefixes.matches(letter).count() == 1;
        if !prefixes.chars().all(|letter| "burft".contains(letter) && once(letter)) {
            return None;
        }
        let pair = INCOMPATIBLE.iter().find(|pair| pair.chars().all(once))?;
        let mut letters = pair.chars();
        let (first, second) = (letters.next()?, letters.next()?);
        self.error(LexErrorKind::IncompatiblePrefixes { first, second }, start, self.pos + 1);
        let raw = once('r');
        Some(match (once('f'), once('t')) {
            (true, _) => self.fstring_start(start, FStringKind::F, raw),
            (_, true) => self.fstring_start(start, FStringKind::T, raw),
            _ => self.string(start),
        })
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
            return;
        }
        // `_PyPegen_new_identifier`
        let forbidden = ["None", "True", "False"].into_iter().find(|keyword| name.nfkc().eq(keyword.chars()));
        if let Some(keyword) = forbidden {
            self.error(LexErrorKind::ForbiddenIdentifier(keyword), start, self.pos);
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
    (first as usize + last as usize * 8 + len * 48) % SLOTS
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place() {
        for byte in 0..=255u8 {
            for at in 0..20 {
                let mut bytes = [b'x'; 20];
                bytes[at] = byte;
                let expected = if byte.is_ascii() && is_word(byte) { bytes.len() } else { at };
                assert_eq!(ascii_word_len(&bytes), expected, "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn every_keyword_is_found() {
        for &(word, kind) in TokenKind::KEYWORDS {
            assert_eq!(keyword_or_name(word.as_bytes()), kind);
        }
        for name in ["", "x", "iff", "False_", "asx", "retury", "__"] {
            assert_eq!(keyword_or_name(name.as_bytes()), TokenKind::Name);
        }
    }
}
