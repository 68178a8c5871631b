//! Codecs: text to bytes and back.

pub mod utf8;

use object::{Obj, Ref, Res, Str, Vm};

use crate::bytes::buffer::with_bytes;
use crate::str::writer::StrWriter;

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

/// Bytes as text.
pub fn decode(vm: &Vm, bytes: &[u8], encoding: &str, _errors: &str) -> Res<Obj> {
    if bytes.is_ascii() {
        return Ok(Str::from_latin1(&vm.types.str, bytes).into_obj());
    }
    let mut out = StrWriter::with_capacity(bytes.len());
    let mut at = 0;
    match utf8::decode(bytes, &mut at, false, |c| out.push(c)) {
        Ok(()) => Ok(out.finish(vm)),
        Err(e) => Err(vm.unicode_decode_error(encoding, &vm.bytes(bytes), e.start, e.end, e.reason)),
    }
}

/// `text.encode(encoding, errors)`
pub fn encode_str(vm: &Vm, text: &Ref<Str>, encoding: &str, _errors: &str) -> Res<Obj> {
    if let Some(i) = text.code_points().position(|c| (0xD800..0xE000).contains(&c)) {
        let end = i + text.code_points().skip(i).take_while(|c| (0xD800..0xE000).contains(c)).count();
        return Err(vm.unicode_encode_error(encoding, text.as_obj(), i, end, "surrogates not allowed"));
    }
    Ok(vm.bytes(&text.to_wtf8()))
}
