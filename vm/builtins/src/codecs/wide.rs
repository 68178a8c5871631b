//! UTF-16 and UTF-32.

use object::{Res, Vm};

use super::decoder::Decoder;
use super::errors::Surrogates;

pub(super) fn put16(unit: u16, big: bool, out: &mut Vec<u8>) {
    out.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
}

pub(super) fn put32(unit: u32, big: bool, out: &mut Vec<u8>) {
    out.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
}

pub(super) fn get16(bytes: &[u8], big: bool) -> Option<u16> {
    let unit = *bytes.first_chunk()?;
    Some(if big { u16::from_be_bytes(unit) } else { u16::from_le_bytes(unit) })
}

pub(super) fn get32(bytes: &[u8], big: bool) -> Option<u32> {
    let unit = *bytes.first_chunk()?;
    Some(if big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) })
}

/// Appends a character as UTF-16.
pub(super) fn encode16(c: u32, big: bool, out: &mut Vec<u8>) {
    if c < 0x10000 {
        return put16(c as u16, big, out);
    }
    let c = c - 0x10000;
    put16(0xD800 | (c >> 10) as u16, big, out);
    put16(0xDC00 | (c & 0x3FF) as u16, big, out);
}

/// The byte order that a mark at the start asks for, and the mark's length. `order` is −1 or 1 where it is known.
pub(super) fn order_of(bytes: &[u8], wide: bool, order: i32) -> (bool, usize, i32) {
    if order != 0 {
        return (order > 0, 0, order);
    }
    let (little, big): (&[u8], &[u8]) =
        if wide { (&[0xFF, 0xFE, 0, 0], &[0, 0, 0xFE, 0xFF]) } else { (&[0xFF, 0xFE], &[0xFE, 0xFF]) };
    if bytes.starts_with(little) {
        (false, little.len(), -1)
    } else if bytes.starts_with(big) {
        (true, big.len(), 1)
    } else {
        (false, 0, 0)
    }
}

/// Decodes UTF-16 from the decoder's place on.
pub(super) fn decode16(vm: &Vm, decoder: &mut Decoder<'_>, big: bool, last: bool) -> Res<()> {
    decoder.encoding = if big { "utf-16-be" } else { "utf-16-le" };
    decoder.surrogates = Surrogates::Utf16 { big };
    let bytes = decoder.bytes;
    while decoder.at < bytes.len() {
        let at = decoder.at;
        let Some(unit) = get16(&bytes[at..], big) else {
            if !last {
                break;
            }
            decoder.fail(vm, at, bytes.len(), "truncated data")?;
            continue;
        };
        match unit {
            0xD800..0xDC00 => match get16(&bytes[at + 2..], big) {
                Some(low @ 0xDC00..0xE000) => {
                    decoder.out.push(0x10000 + (u32::from(unit & 0x3FF) << 10 | u32::from(low & 0x3FF)));
                    decoder.at += 4;
                }
                Some(_) => decoder.fail(vm, at, at + 2, "illegal UTF-16 surrogate")?,
                None if !last => break,
                None => decoder.fail(vm, at, bytes.len(), "unexpected end of data")?,
            },
            0xDC00..0xE000 => decoder.fail(vm, at, at + 2, "illegal encoding")?,
            _ => {
                decoder.out.push(unit.into());
                decoder.at += 2;
            }
        }
    }
    Ok(())
}

/// Decodes UTF-32 from the decoder's place on.
pub(super) fn decode32(vm: &Vm, decoder: &mut Decoder<'_>, big: bool, last: bool) -> Res<()> {
    decoder.encoding = if big { "utf-32-be" } else { "utf-32-le" };
    decoder.surrogates = Surrogates::Utf32 { big };
    let bytes = decoder.bytes;
    while decoder.at < bytes.len() {
        let at = decoder.at;
        match get32(&bytes[at..], big) {
            None if !last => break,
            None => decoder.fail(vm, at, bytes.len(), "truncated data")?,
            Some(0xD800..0xE000) => {
                decoder.fail(vm, at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)")?;
            }
            Some(c) if c >= 0x110000 => {
                decoder.fail(vm, at, at + 4, "code point not in range(0x110000)")?;
            }
            Some(c) => {
                decoder.out.push(c);
                decoder.at += 4;
            }
        }
    }
    Ok(())
}
