//! Encoding text character by character, which all encoders share.

use object::{Ref, Res, Str, Vm};

use super::errors::{EncodeFailure, Replacement, Surrogates};
use super::{utf8, wide};

/// A way to write characters.
pub(super) struct Encoder<'a> {
    /// How errors name the codec.
    pub encoding: &'static str,
    /// Why some characters cannot be written.
    pub reason: &'static str,
    pub surrogates: Surrogates,
    /// Whether neighbours that cannot be written are one error.
    pub runs: bool,
    /// Appends a character, or says that it cannot be written.
    pub put: &'a dyn Fn(u32, &mut Vec<u8>) -> Res<bool>,
}

impl Encoder<'_> {
    /// The bytes of a text.
    pub(super) fn encode(&self, vm: &Vm, text: &Ref<Str>, errors: &str) -> Res<Vec<u8>> {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(c) = text.code_point(at) {
            if (self.put)(c, &mut out)? {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            let mut scratch = Vec::new();
            while self.runs
                && let Some(next) = text.code_point(end)
                && !(self.put)(next, &mut scratch)?
            {
                end += 1;
            }
            let failure = EncodeFailure {
                encoding: self.encoding,
                text,
                start: at,
                end,
                reason: self.reason,
                surrogates: self.surrogates,
            };
            let (replacement, next) = failure.handle(vm, errors)?;
            at = next;
            match replacement {
                Replacement::Bytes(bytes) => out.extend(bytes),
                Replacement::Text(text) => {
                    for c in text.get::<Str>().iter().flat_map(|t| t.code_points()) {
                        if !(self.put)(c, &mut out)? {
                            return Err(failure.error(vm));
                        }
                    }
                }
            }
        }
        Ok(out)
    }
}

const SURROGATES: std::ops::Range<u32> = 0xD800..0xE000;
const NOT_ALLOWED: &str = "surrogates not allowed";

pub(super) fn to_utf8(vm: &Vm, text: &Ref<Str>, errors: &str) -> Res<Vec<u8>> {
    if let Some(ascii) = text.as_ascii() {
        return Ok(ascii.as_bytes().to_vec());
    }
    let put = |c: u32, out: &mut Vec<u8>| {
        if SURROGATES.contains(&c) {
            return Ok(false);
        }
        utf8::encode(c, out);
        Ok(true)
    };
    let surrogates = Surrogates::Utf8;
    Encoder { encoding: "utf-8", reason: NOT_ALLOWED, surrogates, runs: true, put: &put }
        .encode(vm, text, errors)
}

/// UTF-16 without a byte order mark; `name` is for errors.
pub(super) fn to_utf16(
    vm: &Vm,
    text: &Ref<Str>,
    errors: &str,
    big: bool,
    name: &'static str,
) -> Res<Vec<u8>> {
    let put = |c: u32, out: &mut Vec<u8>| {
        if SURROGATES.contains(&c) {
            return Ok(false);
        }
        wide::encode16(c, big, out);
        Ok(true)
    };
    let surrogates = Surrogates::Utf16 { big };
    Encoder { encoding: name, reason: NOT_ALLOWED, surrogates, runs: false, put: &put }
        .encode(vm, text, errors)
}

/// UTF-32 without a byte order mark; `name` is for errors.
pub(super) fn to_utf32(
    vm: &Vm,
    text: &Ref<Str>,
    errors: &str,
    big: bool,
    name: &'static str,
) -> Res<Vec<u8>> {
    let put = |c: u32, out: &mut Vec<u8>| {
        if SURROGATES.contains(&c) {
            return Ok(false);
        }
        wide::put32(c, big, out);
        Ok(true)
    };
    let surrogates = Surrogates::Utf32 { big };
    Encoder { encoding: name, reason: NOT_ALLOWED, surrogates, runs: false, put: &put }
        .encode(vm, text, errors)
}

/// ASCII or Latin-1: all characters below a limit as they are.
pub(super) fn to_bytes_below(vm: &Vm, text: &Ref<Str>, errors: &str, limit: u32) -> Res<Vec<u8>> {
    if let Some(ascii) = text.as_ascii() {
        return Ok(ascii.as_bytes().to_vec());
    }
    let (encoding, reason) = if limit == 128 {
        ("ascii", "ordinal not in range(128)")
    } else {
        ("latin-1", "ordinal not in range(256)")
    };
    let put = |c: u32, out: &mut Vec<u8>| {
        if c >= limit {
            return Ok(false);
        }
        out.push(c as u8);
        Ok(true)
    };
    Encoder { encoding, reason, surrogates: Surrogates::None, runs: true, put: &put }.encode(vm, text, errors)
}
