//! Codecs by table: what the library's one-byte encodings are made of.

use object::{Bytes, Int, Obj, Ref, Res, Str, Vm};

use super::decoder::Decoder;
use super::encoder::{Encoder, to_bytes_below};
use super::errors::Surrogates;

const UNDEFINED: &str = "character maps to <undefined>";

/// An entry of a mapping, if it has one that is not `None`.
fn entry(vm: &Vm, mapping: &Obj, key: u32) -> Res<Option<Obj>> {
    match vm.getitem(mapping, &vm.int(key.into())) {
        Ok(value) => Ok(Some(value).filter(|v| !v.is(&vm.none))),
        Err(raised) if raised.is_instance(&vm.exc.lookup_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// Encodes by a mapping from code points to bytes; Latin-1 if there is none.
pub(super) fn encode(vm: &Vm, text: &Ref<Str>, errors: &str, mapping: Option<&Obj>) -> Res<Vec<u8>> {
    let Some(mapping) = mapping else { return to_bytes_below(vm, text, errors, 256) };
    let put = |c: u32, out: &mut Vec<u8>| -> Res<bool> {
        let Some(value) = entry(vm, mapping, c)? else { return Ok(false) };
        if let Some(int) = value.get::<Int>() {
            match int.small().and_then(|n| u8::try_from(n).ok()) {
                Some(byte) => out.push(byte),
                None => return Err(vm.type_error("character mapping must be in range(256)")),
            }
            return Ok(true);
        }
        match value.get::<Bytes>() {
            Some(bytes) => out.extend_from_slice(&bytes.0),
            None => {
                return Err(vm.type_error(format!(
                    "character mapping must return integer, bytes or None, not {}",
                    value.ty().name()
                )));
            }
        }
        Ok(true)
    };
    let surrogates = Surrogates::None;
    Encoder { encoding: "charmap", reason: UNDEFINED, surrogates, runs: true, put: &put }
        .encode(vm, text, errors)
}

/// Decodes by a string or mapping from bytes to text; Latin-1 if there is none.
pub(super) fn decode(vm: &Vm, decoder: &mut Decoder<'_>, mapping: Option<&Obj>) -> Res<()> {
    let Some(mapping) = mapping else {
        decoder.latin1();
        return Ok(());
    };
    while let Some(&byte) = decoder.bytes.get(decoder.at) {
        let at = decoder.at;
        if let Some(table) = mapping.get::<Str>() {
            match table.code_point(byte.into()).filter(|&c| c != 0xFFFE) {
                Some(c) => {
                    decoder.out.push(c);
                    decoder.at += 1;
                }
                None => decoder.fail(vm, at, at + 1, UNDEFINED)?,
            }
            continue;
        }
        let Some(value) = entry(vm, mapping, byte.into())? else {
            decoder.fail(vm, at, at + 1, UNDEFINED)?;
            continue;
        };
        if let Some(int) = value.get::<Int>() {
            match int.small().and_then(|n| u32::try_from(n).ok()).filter(|&c| c < 0x110000) {
                Some(0xFFFE) => {
                    decoder.fail(vm, at, at + 1, UNDEFINED)?;
                    continue;
                }
                Some(c) => decoder.out.push(c),
                None => return Err(vm.type_error("character mapping must be in range(0x110000)")),
            }
        } else if let Some(text) = value.get::<Str>() {
            if text.len() == 1 && text.code_point(0) == Some(0xFFFE) {
                decoder.fail(vm, at, at + 1, UNDEFINED)?;
                continue;
            }
            decoder.out.push_str(text);
        } else {
            return Err(vm.type_error("character mapping must return integer, None or str"));
        }
        decoder.at += 1;
    }
    Ok(())
}

/// The mapping from code points to bytes that belongs to a decoding table (`codecs.charmap_build`).
pub(super) fn build(vm: &Vm, table: &Str) -> Res<Obj> {
    let mapping = vm.dict();
    for (byte, c) in table.code_points().take(256).enumerate() {
        if c != 0xFFFE {
            vm.dict_set(&mapping, &vm.int(c.into()), vm.int(byte as i64))?;
        }
    }
    Ok(mapping.into_obj())
}
