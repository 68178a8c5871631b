//! The codecs of escape sequences: `unicode_escape`, `raw_unicode_escape`, and `escape` for bytes.

use object::{Obj, Res, Str, Vm};

use super::decoder::Decoder;
use crate::str::repr::push_escape;
use crate::str::writer::StrWriter;

fn latin1(vm: &Vm, out: StrWriter) -> Vec<u8> {
    out.finish_ref(vm).raw_bytes().to_vec()
}

pub(super) fn encode_unicode(vm: &Vm, text: &Str) -> Vec<u8> {
    let mut out = StrWriter::with_capacity(text.len());
    for c in text.code_points() {
        match c {
            0x5C => out.push_text("\\\\"),
            0x09 => out.push_text("\\t"),
            0x0A => out.push_text("\\n"),
            0x0D => out.push_text("\\r"),
            0x20..0x7F => out.push(c),
            _ => push_escape(&mut out, c),
        }
    }
    latin1(vm, out)
}

pub(super) fn encode_raw_unicode(vm: &Vm, text: &Str) -> Vec<u8> {
    let mut out = StrWriter::with_capacity(text.len());
    for c in text.code_points() {
        if c < 0x100 { out.push(c) } else { push_escape(&mut out, c) }
    }
    latin1(vm, out)
}

/// Up to `most` hexadecimal digits: their value and number.
fn hex(bytes: &[u8], most: usize) -> (u32, usize) {
    let digits = bytes.iter().take(most).map_while(|b| char::from(*b).to_digit(16));
    digits.fold((0, 0), |(value, count), digit| (value << 4 | digit, count + 1))
}

/// The character of a name, by the library's `unicodedata`.
fn named(vm: &Vm, name: &[u8]) -> Res<Option<Obj>> {
    let Some(import) = vm.hooks.import.get() else { return Ok(None) };
    let lookup = vm.getattr_text(&import(vm, "unicodedata")?, "lookup")?;
    match vm.call1(&lookup, Str::from_latin1(&vm.types.str, name).as_obj()) {
        Ok(text) => Ok(Some(text)),
        Err(raised) if raised.is_instance(&vm.exc.key_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

pub(super) fn decode_unicode(vm: &Vm, decoder: &mut Decoder<'_>, last: bool) -> Res<()> {
    let bytes = decoder.bytes;
    while let Some(&byte) = bytes.get(decoder.at) {
        let at = decoder.at;
        if byte != b'\\' {
            decoder.out.push(byte.into());
            decoder.at += 1;
            continue;
        }
        let Some(&kind) = bytes.get(at + 1) else {
            if !last {
                return Ok(());
            }
            decoder.fail(vm, at, at + 1, "\\ at end of string")?;
            continue;
        };
        decoder.at += 2;
        let simple = match kind {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => kind,
            b'b' => 8,
            b'f' => 12,
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'v' => 11,
            b'a' => 7,
            b'0'..=b'7' => {
                let digits = bytes[at + 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b));
                let (value, count) = digits.fold((0, 0), |(v, n), b| (v * 8 + u32::from(b - b'0'), n + 1));
                decoder.out.push(value);
                decoder.at = at + 1 + count;
                continue;
            }
            b'x' | b'u' | b'U' => {
                let (wanted, reason) = match kind {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let (value, count) = hex(&bytes[at + 2..], wanted);
                let end = at + 2 + count;
                if count < wanted {
                    if !last && end == bytes.len() {
                        decoder.at = at;
                        return Ok(());
                    }
                    decoder.fail(vm, at, end, reason)?;
                } else if value >= 0x110000 {
                    decoder.fail(vm, at, end, "illegal Unicode character")?;
                } else {
                    decoder.out.push(value);
                    decoder.at = end;
                }
                continue;
            }
            b'N' => {
                let rest = &bytes[at + 2..];
                let close = rest.iter().position(|&b| b == b'}');
                match (rest.first(), close) {
                    (Some(b'{'), Some(close)) if close > 1 => {
                        let end = at + 3 + close;
                        match named(vm, &rest[1..close])? {
                            Some(text) => {
                                text.get::<Str>().into_iter().for_each(|t| decoder.out.push_str(t));
                                decoder.at = end;
                            }
                            None => decoder.fail(vm, at, end, "unknown Unicode character name")?,
                        }
                    }
                    (None, _) | (Some(b'{'), None) if !last => {
                        decoder.at = at;
                        return Ok(());
                    }
                    (Some(b'{'), Some(close)) => {
                        decoder.fail(vm, at, at + 3 + close, "malformed \\N character escape")?;
                    }
                    (Some(b'{'), None) => {
                        decoder.fail(vm, at, bytes.len(), "malformed \\N character escape")?;
                    }
                    _ => decoder.fail(vm, at, at + 2, "malformed \\N character escape")?,
                }
                continue;
            }
            _ => {
                decoder.out.push(u32::from('\\'));
                kind
            }
        };
        decoder.out.push(simple.into());
    }
    Ok(())
}

pub(super) fn decode_raw_unicode(vm: &Vm, decoder: &mut Decoder<'_>, last: bool) -> Res<()> {
    let bytes = decoder.bytes;
    while let Some(&byte) = bytes.get(decoder.at) {
        let at = decoder.at;
        if byte != b'\\' {
            decoder.out.push(byte.into());
            decoder.at += 1;
            continue;
        }
        let (wanted, reason) = match bytes.get(at + 1) {
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            None if !last => return Ok(()),
            // The escaped character stays too, so that an escaped backslash starts nothing.
            other => {
                decoder.out.push(byte.into());
                other.into_iter().for_each(|&b| decoder.out.push(b.into()));
                decoder.at += 1 + usize::from(other.is_some());
                continue;
            }
        };
        let (value, count) = hex(&bytes[at + 2..], wanted);
        let end = at + 2 + count;
        if count < wanted {
            if !last && end == bytes.len() {
                return Ok(());
            }
            decoder.fail(vm, at, end, reason)?;
        } else if value >= 0x110000 {
            decoder.fail(vm, at, end, "\\Uxxxxxxxx out of range")?;
        } else {
            decoder.out.push(value);
            decoder.at = end;
        }
    }
    Ok(())
}

/// Bytes with the escapes of a repr (`codecs.escape_encode`).
pub(super) fn encode_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\\' | b'\'' => out.extend([b'\\', byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").bytes()),
        }
    }
    out
}

/// The bytes that escaped bytes stand for (`codecs.escape_decode`).
pub(super) fn decode_bytes(vm: &Vm, bytes: &[u8], errors: &str) -> Res<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        let Some(&kind) = bytes.get(at + 1) else { return Err(vm.value_error("Trailing \\ in string")) };
        let start = at;
        at += 2;
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let digits = bytes[start + 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b));
                let (value, count) = digits.fold((0u32, 0), |(v, n), b| (v * 8 + u32::from(b - b'0'), n + 1));
                out.push(value as u8);
                at = start + 1 + count;
            }
            b'x' => {
                let (value, count) = hex(&bytes[at..], 2);
                at += count;
                if count == 2 {
                    out.push(value as u8);
                    continue;
                }
                match errors {
                    "strict" => {
                        return Err(vm.value_error(format!("invalid \\x escape at position {start}")));
                    }
                    "replace" => out.push(b'?'),
                    "ignore" => {}
                    _ => {
                        return Err(
                            vm.value_error(format!("decoding error; unknown error handling code: {errors}"))
                        );
                    }
                }
            }
            _ => out.extend([b'\\', kind]),
        }
    }
    Ok(out)
}
