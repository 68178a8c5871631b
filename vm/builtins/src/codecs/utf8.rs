//! UTF-8, with CPython's error ranges.

/// Where and why bytes are no UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The first bad byte.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
    /// CPython's words for it.
    pub reason: &'static str,
}

/// Decodes from `*at` on until the end or an error; `*at` is then where it stopped. With `more` to come an incomplete
/// character at the end is no error.
pub fn decode(bytes: &[u8], at: &mut usize, more: bool, mut push: impl FnMut(u32)) -> Result<(), Invalid> {
    while let Some(&lead) = bytes.get(*at) {
        if lead < 0x80 {
            push(lead.into());
            *at += 1;
            continue;
        }
        // How long the character is, and what its second byte may be (surrogates and overlong forms are out).
        let (len, second) = match lead {
            0xC2..=0xDF => (2, 0x80..=0xBF),
            0xE0 => (3, 0xA0..=0xBF),
            0xED => (3, 0x80..=0x9F),
            0xE1..=0xEF => (3, 0x80..=0xBF),
            0xF0 => (4, 0x90..=0xBF),
            0xF1..=0xF3 => (4, 0x80..=0xBF),
            0xF4 => (4, 0x80..=0x8F),
            _ => return Err(Invalid { start: *at, end: *at + 1, reason: "invalid start byte" }),
        };
        let mut point = u32::from(lead) & (0xFF >> (len + 1));
        for i in 1..len {
            let Some(&byte) = bytes.get(*at + i) else {
                if more {
                    return Ok(());
                }
                return Err(Invalid { start: *at, end: bytes.len(), reason: "unexpected end of data" });
            };
            let fits = if i == 1 { second.contains(&byte) } else { byte & 0xC0 == 0x80 };
            if !fits {
                return Err(Invalid { start: *at, end: *at + i, reason: "invalid continuation byte" });
            }
            point = point << 6 | u32::from(byte & 0x3F);
        }
        push(point);
        *at += len;
    }
    Ok(())
}

/// Appends a code point, surrogates as if they were characters.
pub fn encode(c: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3F) as u8;
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend([0xC0 | (c >> 6) as u8, tail(0)]),
        0x800..0x10000 => out.extend([0xE0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xF0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}
