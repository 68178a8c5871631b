//! Codecs: text to bytes and back.
//!
//! * Encodings that this crate knows are found by name here; all others come from the library's `encodings` through the
//!   `registry`.
//! * `encoder` and `decoder` have what all codecs share, `errors` the error handlers.
//! * [`FUNCTIONS`] is the module `_codecs`.

mod charmap;
mod decoder;
mod encoder;
mod errors;
mod escape;
mod functions;
mod registry;
pub mod utf8;
mod wide;

use object::{Obj, Ref, Res, Str, Vm};

use crate::bytes::buffer::with_bytes;
use decoder::Decoder;
pub use functions::FUNCTIONS;

/// `str(obj, encoding, errors)` (`PyUnicode_FromEncodedObject`).
pub fn decode_object(vm: &Vm, obj: &Obj, encoding: &str, errors: &str) -> Res<Obj> {
    if obj.get::<Str>().is_some() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    match with_bytes(obj, <[u8]>::to_vec) {
        Some(bytes) => decode(vm, &bytes, encoding, errors),
        None => {
            Err(vm
                .type_error(format!("decoding to str: need a bytes-like object, {} found", obj.ty().name())))
        }
    }
}

fn check_name(vm: &Vm, encoding: &str) -> Res<()> {
    if encoding.contains('\0') { Err(vm.value_error("embedded null character")) } else { Ok(()) }
}

/// UTF-8 as text, and how many bytes it was made from: unless they are the last ones, an unfinished character at their
/// end waits for the rest.
pub fn decode_utf8(vm: &Vm, bytes: &[u8], errors: &str, last: bool) -> Res<(Obj, usize)> {
    if bytes.is_ascii() {
        return Ok((Str::from_latin1(&vm.types.str, bytes).into_obj(), bytes.len()));
    }
    let mut decoder = Decoder::new("utf-8", bytes, errors);
    decoder.utf8(vm, last)?;
    Ok(decoder.finish(vm))
}

/// `codecs.lookup(encoding)`
pub fn lookup(vm: &Vm, encoding: &str) -> Res<Obj> {
    check_name(vm, encoding)?;
    registry::lookup(vm, encoding)
}

/// Bytes as text.
pub fn decode(vm: &Vm, bytes: &[u8], encoding: &str, errors: &str) -> Res<Obj> {
    check_name(vm, encoding)?;
    let ascii = || Str::from_latin1(&vm.types.str, bytes).into_obj();
    let mut decoder = Decoder::new("utf-8", bytes, errors);
    match registry::normalized(encoding).as_str() {
        "utf_8" | "utf8" | "ascii" | "us_ascii" if bytes.is_ascii() => return Ok(ascii()),
        "utf_8" | "utf8" => decoder.utf8(vm, true)?,
        "ascii" | "us_ascii" => {
            decoder.encoding = "ascii";
            decoder.ascii(vm)?;
        }
        "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => return Ok(ascii()),
        "utf_16" | "utf16" => {
            let (big, mark, _) = wide::order_of(bytes, false, 0);
            decoder.at = mark;
            wide::decode16(vm, &mut decoder, big, true)?;
        }
        "utf_32" | "utf32" => {
            let (big, mark, _) = wide::order_of(bytes, true, 0);
            decoder.at = mark;
            wide::decode32(vm, &mut decoder, big, true)?;
        }
        "utf_16_le" => wide::decode16(vm, &mut decoder, false, true)?,
        "utf_16_be" => wide::decode16(vm, &mut decoder, true, true)?,
        "utf_32_le" => wide::decode32(vm, &mut decoder, false, true)?,
        "utf_32_be" => wide::decode32(vm, &mut decoder, true, true)?,
        _ => return registry::decode_text(vm, bytes, encoding, errors),
    }
    Ok(decoder.finish(vm).0)
}

/// `text.encode(encoding, errors)`
pub fn encode_str(vm: &Vm, text: &Ref<Str>, encoding: &str, errors: &str) -> Res<Obj> {
    check_name(vm, encoding)?;
    let bytes = match registry::normalized(encoding).as_str() {
        "utf_8" | "utf8" => encoder::to_utf8(vm, text, errors)?,
        "ascii" | "us_ascii" => encoder::to_bytes_below(vm, text, errors, 128)?,
        "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => encoder::to_bytes_below(vm, text, errors, 256)?,
        "utf_16" | "utf16" => {
            let mut out = vec![0xFF, 0xFE];
            out.extend(encoder::to_utf16(vm, text, errors, false, "utf-16")?);
            out
        }
        "utf_32" | "utf32" => {
            let mut out = vec![0xFF, 0xFE, 0, 0];
            out.extend(encoder::to_utf32(vm, text, errors, false, "utf-32")?);
            out
        }
        "utf_16_le" => encoder::to_utf16(vm, text, errors, false, "utf-16-le")?,
        "utf_16_be" => encoder::to_utf16(vm, text, errors, true, "utf-16-be")?,
        "utf_32_le" => encoder::to_utf32(vm, text, errors, false, "utf-32-le")?,
        "utf_32_be" => encoder::to_utf32(vm, text, errors, true, "utf-32-be")?,
        _ => return registry::encode_text(vm, text, encoding, errors),
    };
    Ok(crate::bytes::new_bytes(vm, bytes))
}
