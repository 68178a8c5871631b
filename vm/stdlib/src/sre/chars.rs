//! What patterns ask of characters: CPython's `Py_UNICODE_IS*` and the ASCII forms of the `(?a)` and bytes patterns.

use builtins::unicode;

fn ascii(c: u32) -> Option<u8> {
    u8::try_from(c).ok().filter(u8::is_ascii)
}

/// `\n`
#[inline]
pub fn is_linebreak(c: u32) -> bool {
    c == 10
}

/// `str.splitlines`' line breaks.
pub fn is_unicode_linebreak(c: u32) -> bool {
    unicode::is_linebreak(c)
}

/// `[0-9]`
pub fn is_ascii_digit(c: u32) -> bool {
    ascii(c).is_some_and(|c| c.is_ascii_digit())
}

/// `[ \t\n\r\f\v]`
pub fn is_ascii_space(c: u32) -> bool {
    matches!(c, 9..=13 | 32)
}

/// `[a-zA-Z0-9_]`
#[inline]
pub fn is_ascii_word(c: u32) -> bool {
    ascii(c).is_some_and(|c| c.is_ascii_alphanumeric() || c == b'_')
}

/// `str.isdecimal`
pub fn is_unicode_digit(c: u32) -> bool {
    unicode::is_decimal(c)
}

/// `str.isspace`
pub fn is_unicode_space(c: u32) -> bool {
    unicode::is_space(c)
}

/// `str.isalnum`, or an underscore.
#[inline]
pub fn is_unicode_word(c: u32) -> bool {
    unicode::is_alnum(c) || c == u32::from(b'_')
}

/// The lower-case form of ASCII letters.
#[inline]
pub fn ascii_lower(c: u32) -> u32 {
    ascii(c).map_or(c, |c| c.to_ascii_lowercase().into())
}

/// The upper-case form of ASCII letters.
pub fn ascii_upper(c: u32) -> u32 {
    ascii(c).map_or(c, |c| c.to_ascii_uppercase().into())
}

/// The lower-case form, if that is one character; else its first.
#[inline]
pub fn unicode_lower(c: u32) -> u32 {
    unicode::simple_lower(c)
}

/// The upper-case form, if that is one character; else its first.
pub fn unicode_upper(c: u32) -> u32 {
    unicode::simple_upper(c)
}

/// Whether two characters differ at most in case, in the C locale.
pub fn same_in_c_locale(c: u32, pattern: u32) -> bool {
    c == pattern || ascii_lower(c) == pattern || ascii_upper(c) == pattern
}

/// Whether case matters for a character among ASCII ones (`_sre.ascii_iscased`).
pub fn ascii_is_cased(c: u32) -> bool {
    ascii(c).is_some_and(|c| c.is_ascii_alphabetic())
}

/// Whether case matters for a character (`_sre.unicode_iscased`).
pub fn unicode_is_cased(c: u32) -> bool {
    unicode_lower(c) != c || unicode_upper(c) != c
}
