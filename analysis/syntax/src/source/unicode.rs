//! UTF-7, UTF-16 and UTF-32, with CPython's errors (`Objects/unicodeobject.c`).

use std::ops::Range;

/// What is wrong with some of the bytes.
pub(super) struct Fault {
    pub codec: &'static str,
    pub range: Range<usize>,
    pub reason: &'static str,
}

/// A transformation format of Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Utf7,
    Utf16(Option<Order>),
    Utf32(Option<Order>),
}

/// The order of bytes. A format without one looks for a mark, and takes the little end first if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

impl Format {
    /// The code points of the bytes, surrogates among them. What is at fault becomes U+FFFD if `lossy`.
    pub(super) fn decode(self, bytes: &[u8], lossy: bool) -> Result<Vec<u32>, Fault> {
        let mut text = Text { code_points: Vec::with_capacity(bytes.len()), lossy };
        match self {
            Format::Utf7 => utf7(bytes, &mut text)?,
            Format::Utf16(order) => {
                let (order, start) = marked(order, bytes, &[0xff, 0xfe], &[0xfe, 0xff]);
                utf16(bytes, start, order, &mut text)?;
            }
            Format::Utf32(order) => {
                let (order, start) = marked(order, bytes, &[0xff, 0xfe, 0, 0], &[0, 0, 0xfe, 0xff]);
                utf32(bytes, start, order, &mut text)?;
            }
        }
        Ok(text.code_points)
    }
}

/// The order of bytes, and where the text starts.
fn marked(order: Option<Order>, bytes: &[u8], little: &[u8], big: &[u8]) -> (Order, usize) {
    match order {
        Some(order) => (order, 0),
        None if bytes.starts_with(little) => (Order::Little, little.len()),
        None if bytes.starts_with(big) => (Order::Big, big.len()),
        None => (Order::Little, 0),
    }
}

struct Text {
    code_points: Vec<u32>,
    lossy: bool,
}

impl Text {
    fn fault(&mut self, codec: &'static str, range: Range<usize>, reason: &'static str) -> Result<(), Fault> {
        if !self.lossy {
            return Err(Fault { codec, range, reason });
        }
        self.code_points.push(char::REPLACEMENT_CHARACTER.into());
        Ok(())
    }
}

fn is_high(unit: u32) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u32) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

fn joined(high: u32, low: u32) -> u32 {
    0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)
}

fn utf16(bytes: &[u8], start: usize, order: Order, text: &mut Text) -> Result<(), Fault> {
    let (codec, unit): (_, fn([u8; 2]) -> u16) = match order {
        Order::Little => ("utf-16-le", u16::from_le_bytes),
        Order::Big => ("utf-16-be", u16::from_be_bytes),
    };
    let unit = |at: usize| Some(u32::from(unit([*bytes.get(at)?, *bytes.get(at + 1)?])));
    let mut at = start;
    while at < bytes.len() {
        let Some(first) = unit(at) else { return text.fault(codec, at..bytes.len(), "truncated data") };
        let (range, reason) = match (first, unit(at + 2)) {
            (high, Some(low)) if is_high(high) && is_low(low) => {
                text.code_points.push(joined(high, low));
                at += 4;
                continue;
            }
            (high, Some(_)) if is_high(high) => (at..at + 2, "illegal UTF-16 surrogate"),
            (high, None) if is_high(high) => (at..bytes.len(), "unexpected end of data"),
            (low, _) if is_low(low) => (at..at + 2, "illegal encoding"),
            (other, _) => {
                text.code_points.push(other);
                at += 2;
                continue;
            }
        };
        at = range.end;
        text.fault(codec, range, reason)?;
    }
    Ok(())
}

fn utf32(bytes: &[u8], start: usize, order: Order, text: &mut Text) -> Result<(), Fault> {
    let (codec, code_point): (_, fn([u8; 4]) -> u32) = match order {
        Order::Little => ("utf-32-le", u32::from_le_bytes),
        Order::Big => ("utf-32-be", u32::from_be_bytes),
    };
    let (units, rest) = bytes[start..].as_chunks::<4>();
    for (index, unit) in units.iter().enumerate() {
        let at = start + index * 4;
        match code_point(*unit) {
            0xd800..0xe000 => {
                let reason = "code point in surrogate code point range(0xd800, 0xe000)";
                text.fault(codec, at..at + 4, reason)?;
            }
            code_point @ 0..0x11_0000 => text.code_points.push(code_point),
            _ => text.fault(codec, at..at + 4, "code point not in range(0x110000)")?,
        }
    }
    if rest.is_empty() {
        return Ok(());
    }
    text.fault(codec, bytes.len() - rest.len()..bytes.len(), "truncated data")
}

/// The value of a digit of base 64.
fn digit(byte: u8) -> Option<u32> {
    Some(
        match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }
        .into(),
    )
}

/// A stretch of base 64: UTF-16 units, the high end first.
#[derive(Default)]
struct Shifted {
    bits: u32,
    pending: u32,
    /// A high surrogate that waits for its other half.
    high: Option<u32>,
}

impl Shifted {
    fn digit(&mut self, digit: u32, out: &mut Vec<u32>) {
        self.pending = self.pending << 6 | digit;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.pending >> self.bits;
        self.pending &= (1 << self.bits) - 1;
        match self.high.take() {
            Some(high) if is_low(unit) => return out.push(joined(high, unit)),
            Some(high) => out.push(high),
            None => {}
        }
        if is_high(unit) { self.high = Some(unit) } else { out.push(unit) }
    }

    /// What is wrong with leaving here.
    fn leftover(&self) -> Option<&'static str> {
        match self.bits {
            6.. => Some("partial character in shift sequence"),
            1.. if self.pending != 0 => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
}

fn utf7(bytes: &[u8], text: &mut Text) -> Result<(), Fault> {
    const CODEC: &str = "utf7";
    let mut shifted: Option<Shifted> = None;
    // Where the character or stretch in hand starts.
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if let Some(inside) = &mut shifted {
            if let Some(digit) = digit(byte) {
                inside.digit(digit, &mut text.code_points);
                at += 1;
                continue;
            }
            let (leftover, high) = (inside.leftover(), inside.high);
            shifted = None;
            if let Some(reason) = leftover {
                at += 1;
                text.fault(CODEC, start..at, reason)?;
                continue;
            }
            text.code_points.extend(high.filter(|_| byte.is_ascii() && byte != b'+'));
            at += usize::from(byte == b'-');
            continue;
        }
        start = at;
        at += 1;
        match (byte, bytes.get(at)) {
            (b'+', Some(b'-')) => {
                at += 1;
                text.code_points.push(u32::from(b'+'));
            }
            (b'+', Some(next)) if digit(*next).is_none() => {
                at += 1;
                text.fault(CODEC, start..at, "ill-formed sequence")?;
            }
            (b'+', _) => shifted = Some(Shifted::default()),
            (0x80.., _) => text.fault(CODEC, start..at, "unexpected special character")?,
            _ => text.code_points.push(byte.into()),
        }
    }
    match shifted {
        Some(Shifted { bits, pending, high }) if high.is_some() || bits >= 6 || pending != 0 => {
            text.fault(CODEC, start..bytes.len(), "unterminated shift sequence")
        }
        _ => Ok(()),
    }
}
