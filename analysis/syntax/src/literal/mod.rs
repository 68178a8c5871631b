//! The values of literals.

mod escape;
mod number;

use std::borrow::Cow;

pub(crate) use escape::{EscapeError, copied_len, decode};
pub(crate) use number::{MAX_STR_DIGITS, Number, NumberError, number};

/// The prefix of a string literal that is no f- or t-string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prefix {
    pub raw: bool,
    pub bytes: bool,
    /// A lower case `u`: the only one that CPython's tree shows.
    pub u: bool,
    len: u8,
}

impl Prefix {
    /// The prefix of `literal`.
    pub fn of(literal: &str) -> Prefix {
        let mut prefix = Prefix::default();
        for byte in literal.bytes() {
            match byte {
                b'r' | b'R' => prefix.raw = true,
                b'b' | b'B' => prefix.bytes = true,
                b'u' => prefix.u = true,
                b'U' => {}
                _ => break,
            }
            prefix.len += 1;
        }
        prefix
    }

    /// What stands between the quotes of a literal with this prefix. The closing quotes may be missing.
    pub fn body(self, literal: &str) -> &str {
        let quoted = &literal[usize::from(self.len)..];
        let Some(quote) = quoted.chars().next() else { return quoted };
        let triple = quoted.len() >= 6 || quoted.len() < 6 && quoted.len() != 2;
        let triple = triple && quoted.bytes().take(3).filter(|byte| *byte == quote as u8).count() == 3;
        let width = if triple { 3 } else { 1 };
        let inner = &quoted[width..];
        let quotes = &quoted[..width];
        inner.strip_suffix(quotes).unwrap_or(inner)
    }
}

/// Whether the text between quotes is the value.
pub(crate) fn is_plain(body: &str, prefix: Prefix) -> bool {
    if prefix.bytes && !body.is_ascii() {
        return false;
    }
    let special = if prefix.raw {
        memchr::memchr(b'\r', body.as_bytes())
    } else {
        memchr::memchr2(b'\\', b'\r', body.as_bytes())
    };
    special.is_none()
}

/// The text with `\n` for every line end.
pub(crate) fn normalize_newlines(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}
