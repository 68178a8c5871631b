//! Python's `str` as the compiler and the machine share it.
//!
//! A Python string is a sequence of code points, lone surrogates included. It is kept as *generalised UTF-8*:
//! every code point in UTF-8's pattern, a surrogate in three bytes. (WTF-8 is the subset where surrogates
//! never stand in pairs; Python has no such rule.) Byte order is code point order.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// An immutable, shared Python string.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PyString(Arc<[u8]>);

impl PyString {
    /// Takes generalised UTF-8; `None` if the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<PyString> {
        let valid = std::str::from_utf8(bytes).is_ok() || is_generalised_utf8(bytes);
        valid.then(|| PyString(bytes.into()))
    }

    /// Builds a string from code points; `None` if one is past U+10FFFF.
    pub fn from_code_points(points: impl IntoIterator<Item = u32>) -> Option<PyString> {
        let mut bytes = Vec::new();
        for point in points {
            push_code_point(&mut bytes, point)?;
        }
        Some(PyString(bytes.into()))
    }

    /// The generalised UTF-8 bytes
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The string as Rust's, unless it holds surrogates
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Rust's string with U+FFFD for each surrogate
    pub fn to_string_lossy(&self) -> String {
        match self.to_str() {
            Some(text) => text.to_owned(),
            None => {
                let lossy = |c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                self.code_points().map(lossy).collect()
            }
        }
    }

    /// The code points in order
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints { bytes: &self.0 }
    }

    /// Whether there is no character
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all characters are ASCII
    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }

    /// CPython's `all_name_chars`: only ASCII letters, digits and `_`. Such constants are interned.
    pub fn is_name_like(&self) -> bool {
        self.0.iter().all(|&b| b.is_ascii_alphanumeric() || b == b'_')
    }

    /// Whether two strings are one shared allocation
    pub fn same(&self, other: &PyString) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Iterator over the code points of a [`PyString`].
#[derive(Clone)]
pub struct CodePoints<'a> {
    bytes: &'a [u8],
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (point, len) = decode(self.bytes)?;
        self.bytes = &self.bytes[len..];
        Some(point)
    }
}

/// Appends a code point, a surrogate as well; `None` if it is past U+10FFFF.
pub fn push_code_point(out: &mut Vec<u8>, point: u32) -> Option<()> {
    let tail = |shift: u32| 0x80 | (point >> shift & 0x3f) as u8;
    match point {
        0..0x80 => out.push(point as u8),
        0x80..0x800 => out.extend([0xc0 | (point >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => out.extend([0xe0 | (point >> 12) as u8, tail(6), tail(0)]),
        0x1_0000..0x11_0000 => out.extend([0xf0 | (point >> 18) as u8, tail(12), tail(6), tail(0)]),
        _ => return None,
    }
    Some(())
}

/// The first code point of `bytes` and its length; `None` at the end or where the bytes are malformed.
fn decode(bytes: &[u8]) -> Option<(u32, usize)> {
    let first = u32::from(*bytes.first()?);
    let (len, lead, min) = match first {
        0..0x80 => return Some((first, 1)),
        0xc2..0xe0 => (2, first & 0x1f, 0x80),
        0xe0..0xf0 => (3, first & 0x0f, 0x800),
        0xf0..0xf5 => (4, first & 0x07, 0x1_0000),
        _ => return None,
    };
    let mut point = lead;
    for &b in bytes.get(1..len)? {
        if b & 0xc0 != 0x80 {
            return None;
        }
        point = point << 6 | u32::from(b & 0x3f);
    }
    (min..0x11_0000).contains(&point).then_some((point, len))
}

fn is_generalised_utf8(mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        let Some((_, len)) = decode(bytes) else { return false };
        bytes = &bytes[len..];
    }
    true
}

impl From<&str> for PyString {
    fn from(s: &str) -> PyString {
        PyString(s.as_bytes().into())
    }
}

impl From<String> for PyString {
    fn from(s: String) -> PyString {
        PyString(s.into_bytes().into())
    }
}

/// For look-ups: a string hashes and compares as its bytes.
impl Borrow<[u8]> for PyString {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq<str> for PyString {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for PyString {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

/// Lossy where there are surrogates: for messages. Exact text is `repr`'s.
impl fmt::Display for PyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_str() {
            Some(s) => f.pad(s),
            None => f.pad(&self.to_string_lossy()),
        }
    }
}

impl fmt::Debug for PyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string_lossy(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_live_next_to_characters() {
        let points = [0x61, 0xd83d, 0xde00, 0x1f600, 0xe9, 0x7ff, 0x800, 0x10_ffff];
        let s = PyString::from_code_points(points).unwrap();
        assert_eq!(s.code_points().collect::<Vec<_>>(), points);
        assert_eq!(s.to_str(), None);
        assert_eq!(PyString::from_bytes(s.as_bytes()), Some(s));
    }

    #[test]
    fn malformed_bytes_are_refused() {
        for bytes in [&b"\xc0\x80"[..], b"\xff", b"\xe0\x80\x80", b"\xf4\x90\x80\x80", b"\xc3", b"\x80"] {
            assert_eq!(PyString::from_bytes(bytes), None, "{bytes:x?}");
        }
    }
}
