//! Escape sequences of string and bytes literals (CPython's `Parser/string_parser.c` and `Objects/unicodeobject.c`).

use std::ops::Range;

/// Why a literal has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EscapeError {
    /// The codec's complaint about an escape, and the bytes it complains about in CPython's copy, see [`copied_len`].
    Unicode { bytes: Range<usize>, reason: &'static str },
    /// `\x` in bytes without two digits, at this byte of the copy.
    InvalidHex(usize),
    /// A character that is not ASCII in bytes.
    NotAscii,
}

/// Appends the value of `body`, which stood between quotes, to `out`: WTF-8 or, for bytes, bytes. `\r\n` and `\r` count
/// as `\n`. `invalid` is told of every escape sequence that stands for itself, and of octal ones above `\377`: its place
/// in `body` and its text.
///
/// After an error, `out` has what came before it.
pub(crate) fn decode(
    body: &str,
    raw: bool,
    bytes: bool,
    out: &mut Vec<u8>,
    invalid: &mut dyn FnMut(usize, &str),
) -> Result<(), EscapeError> {
    if bytes && !body.is_ascii() {
        return Err(EscapeError::NotAscii);
    }
    let mut decoder = Decoder { body, at: 0, out, invalid, bytes };
    while let Some(stop) = decoder.next_special(raw) {
        decoder.copy_to(stop);
        if body.as_bytes()[stop] == b'\r' {
            decoder.at += if body.as_bytes().get(stop + 1) == Some(&b'\n') { 2 } else { 1 };
            decoder.out.push(b'\n');
        } else {
            decoder.escape()?;
        }
    }
    decoder.copy_to(body.len());
    Ok(())
}

/// How many bytes CPython's copy of `text` has, in which lines end in `\n`, characters that are not ASCII have become `\U`
/// and eight digits, and a backslash before one of them `\u005c`. `text` does not start behind a backslash that escapes.
pub(crate) fn copied_len(text: &str) -> usize {
    let mut characters = text.chars().peekable();
    let mut len = 0;
    while let Some(character) = characters.next() {
        len += match character {
            // What follows is not the start of an escape.
            '\\' => match characters.next_if(|next| !matches!(next, '\r' | '\n')) {
                None => 1,
                Some(escaped) if escaped.is_ascii() => 2,
                Some(_) => 6 + 10,
            },
            '\r' if characters.peek() == Some(&'\n') => 0,
            _ if character.is_ascii() => 1,
            _ => 10,
        };
    }
    len
}

struct Decoder<'a> {
    body: &'a str,
    at: usize,
    out: &'a mut Vec<u8>,
    invalid: &'a mut dyn FnMut(usize, &str),
    bytes: bool,
}

impl Decoder<'_> {
    fn next_special(&self, raw: bool) -> Option<usize> {
        let rest = &self.body.as_bytes()[self.at..];
        let found = if raw { memchr::memchr(b'\r', rest) } else { memchr::memchr2(b'\\', b'\r', rest) };
        found.map(|at| self.at + at)
    }

    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(&self.body.as_bytes()[self.at..end]);
        self.at = end;
    }

    /// The escape sequence that starts here.
    fn escape(&mut self) -> Result<(), EscapeError> {
        let start = self.at;
        let Some(&letter) = self.body.as_bytes().get(start + 1) else {
            // Only in an f-string, before a brace.
            self.out.push(b'\\');
            self.at += 1;
            return Ok(());
        };
        let simple = match letter {
            b'\\' | b'\'' | b'"' => letter,
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            b'\n' => {
                self.at += 2;
                return Ok(());
            }
            b'\r' => {
                self.at += if self.body.as_bytes().get(start + 2) == Some(&b'\n') { 3 } else { 2 };
                return Ok(());
            }
            b'0'..=b'7' => {
                self.octal();
                return Ok(());
            }
            b'x' if self.bytes => return self.hex_byte(),
            b'x' => return self.hex(2, "truncated \\xXX escape"),
            b'u' if !self.bytes => return self.hex(4, "truncated \\uXXXX escape"),
            b'U' if !self.bytes => return self.hex(8, "truncated \\UXXXXXXXX escape"),
            b'N' if !self.bytes => return self.named(),
            _ => {
                let end = start + 1 + self.body[start + 1..].chars().next().map_or(0, char::len_utf8);
                (self.invalid)(start, &self.body[start..end]);
                self.out.push(b'\\');
                self.at += 1;
                return Ok(());
            }
        };
        self.out.push(simple);
        self.at += 2;
        Ok(())
    }

    fn octal(&mut self) {
        let start = self.at;
        let digits =
            self.body.as_bytes()[start + 1..].iter().take(3).take_while(|c| (b'0'..=b'7').contains(c));
        let (len, value) =
            digits.fold((0, 0u32), |(len, value), c| (len + 1, value * 8 + u32::from(c - b'0')));
        self.at += 1 + len;
        if value > 0o377 {
            (self.invalid)(start, &self.body[start..self.at]);
        }
        if self.bytes {
            self.out.push(value as u8);
        } else {
            self.push_code_point(value);
        }
    }

    fn hex_byte(&mut self) -> Result<(), EscapeError> {
        let digits = self.body.as_bytes().get(self.at + 2..self.at + 4);
        let value = digits.and_then(|digits| {
            let digit = |c: u8| char::from(c).to_digit(16);
            Some(digit(digits[0])? * 16 + digit(digits[1])?)
        });
        let Some(value) = value else {
            return Err(EscapeError::InvalidHex(copied_len(&self.body[..self.at])));
        };
        self.out.push(value as u8);
        self.at += 4;
        Ok(())
    }

    fn hex(&mut self, width: usize, reason: &'static str) -> Result<(), EscapeError> {
        let start = self.at;
        let rest = &self.body.as_bytes()[start + 2..];
        let len = rest.iter().take(width).take_while(|c| c.is_ascii_hexdigit()).count();
        if len < width {
            return Err(self.error(start..start + 2 + len, reason));
        }
        let value = u32::from_str_radix(&self.body[start + 2..start + 2 + width], 16).unwrap_or(u32::MAX);
        if value > 0x0010_FFFF {
            return Err(self.error(start..start + 2 + width, "illegal Unicode character"));
        }
        self.push_code_point(value);
        self.at += 2 + width;
        Ok(())
    }

    /// `\N{name}`
    fn named(&mut self) -> Result<(), EscapeError> {
        const MALFORMED: &str = "malformed \\N character escape";
        let start = self.at;
        let rest = &self.body[start + 2..];
        let Some(inside) = rest.strip_prefix('{') else {
            return Err(self.error(start..start + 2, MALFORMED));
        };
        let Some(len) = inside.find('}').filter(|len| *len > 0) else {
            let end = if inside.starts_with('}') { start + 3 } else { self.body.len() };
            return Err(self.error(start..end, MALFORMED));
        };
        let end = start + 3 + len + 1;
        match bytecode::unicode::character_named(&inside[..len]) {
            Some(character) => self.push_code_point(u32::from(character)),
            None => return Err(self.error(start..end, "unknown Unicode character name")),
        }
        self.at = end;
        Ok(())
    }

    fn push_code_point(&mut self, value: u32) {
        let mut buffer = [0; 4];
        match char::from_u32(value) {
            Some(character) => self.out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
            // A surrogate, in the three bytes that UTF-8 would have for it.
            None => self.out.extend([
                0xE0 | (value >> 12) as u8,
                0x80 | (value >> 6 & 0x3F) as u8,
                0x80 | (value & 0x3F) as u8,
            ]),
        }
    }

    fn error(&self, place: Range<usize>, reason: &'static str) -> EscapeError {
        let start = copied_len(&self.body[..place.start]);
        let bytes = start..start + copied_len(&self.body[place]);
        EscapeError::Unicode { bytes, reason }
    }
}
