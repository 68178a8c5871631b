//! How a text stream turns bytes into text and back: natively for the encodings that most files have, with the library's
//! incremental codecs for all others.

use std::cell::RefCell;

use builtins::codecs;
use object::{Bytes, Obj, Ref, Res, Str, Tuple, Vm};

/// The encodings that need no Python code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Native {
    Utf8,
    Ascii,
    Latin1,
}

impl Native {
    fn of(encoding: &str) -> Option<Native> {
        let folded: String = encoding.to_ascii_lowercase().replace('_', "-");
        Some(match folded.as_str() {
            "utf-8" | "utf8" => Native::Utf8,
            "ascii" | "us-ascii" => Native::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" => Native::Latin1,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Native::Utf8 => "utf-8",
            Native::Ascii => "ascii",
            Native::Latin1 => "latin-1",
        }
    }
}

/// Bytes to text, piece by piece.
pub(super) enum Decoder {
    /// The bytes of an unfinished character wait for the rest.
    Native(Native, String, RefCell<Vec<u8>>),
    /// An incremental decoder of the library's.
    Python(Obj),
}

/// Text to bytes, piece by piece.
pub(super) enum Encoder {
    Native(Native, String),
    /// An incremental encoder of the library's.
    Python(Obj),
}

/// The codec of the library's for an encoding, if it is one between text and bytes.
fn lookup(vm: &Vm, encoding: &str) -> Res<Obj> {
    let codec = codecs::lookup(vm, encoding)?;
    if let Some(flag) = vm.getattr_optional(&codec, &vm.intern("_is_text_encoding"))?
        && !vm.is_true(&flag)?
    {
        return Err(vm.lookup_error(format!("'{encoding}' is not a text encoding")));
    }
    Ok(codec)
}

/// Refuses encodings that there are not.
pub(super) fn check(vm: &Vm, encoding: &str) -> Res<()> {
    if Native::of(encoding).is_none() {
        lookup(vm, encoding)?;
    }
    Ok(())
}

impl Decoder {
    pub fn new(vm: &Vm, encoding: &str, errors: &str) -> Res<Decoder> {
        if let Some(native) = Native::of(encoding) {
            return Ok(Decoder::Native(native, errors.to_owned(), RefCell::default()));
        }
        let make = vm.getattr_text(&lookup(vm, encoding)?, "incrementaldecoder")?;
        Ok(Decoder::Python(vm.call(&make, &[vm.str(errors)])?))
    }

    pub fn decode(&self, vm: &Vm, bytes: &[u8], last: bool) -> Res<Ref<Str>> {
        match self {
            Decoder::Native(native, errors, waiting) => {
                let all = [&waiting.borrow()[..], bytes].concat();
                let (text, used) = match native {
                    Native::Utf8 => codecs::decode_utf8(vm, &all, errors, last)?,
                    native => (codecs::decode(vm, &all, native.name(), errors)?, all.len()),
                };
                waiting.replace(all[used..].to_vec());
                text.into_ref().map_err(|_| vm.system_error("text was expected"))
            }
            Decoder::Python(decoder) => {
                let arguments = [vm.bytes(bytes), vm.bool(last)];
                let text = vm.call_method(decoder, &vm.intern("decode"), &arguments)?;
                text.into_ref().map_err(|text| {
                    let got = text.ty().name();
                    vm.type_error(format!("decoder should return a string result, not '{got}'"))
                })
            }
        }
    }

    pub fn reset(&self, vm: &Vm) -> Res<()> {
        match self {
            Decoder::Native(_, _, waiting) => {
                waiting.take();
                Ok(())
            }
            Decoder::Python(decoder) => vm.call_method(decoder, &vm.intern("reset"), &[]).map(drop),
        }
    }

    /// The bytes that wait, and the rest of the state as a number.
    pub fn state(&self, vm: &Vm) -> Res<(Vec<u8>, i64)> {
        match self {
            Decoder::Native(_, _, waiting) => Ok((waiting.borrow().clone(), 0)),
            Decoder::Python(decoder) => {
                let state = vm.call_method(decoder, &vm.intern("getstate"), &[])?;
                let Some([bytes, flags]) = state.get::<Tuple>().map(|state| state.items()) else {
                    return Err(vm.type_error("illegal decoder state"));
                };
                let Some(bytes) = bytes.get::<Bytes>() else {
                    let got = bytes.ty().name();
                    let message = format!(
                        "illegal decoder state: the first item should be a bytes object, not '{got}'"
                    );
                    return Err(vm.type_error(message));
                };
                Ok((bytes.0.to_vec(), vm.as_i64(flags)?))
            }
        }
    }

    pub fn set_state(&self, vm: &Vm, bytes: &[u8], flags: i64) -> Res<()> {
        match self {
            Decoder::Native(_, _, waiting) => {
                waiting.replace(bytes.to_vec());
                Ok(())
            }
            Decoder::Python(decoder) => {
                let state = vm.tuple([vm.bytes(bytes), vm.int(flags)]);
                vm.call_method(decoder, &vm.intern("setstate"), &[state]).map(drop)
            }
        }
    }
}

impl Encoder {
    pub fn new(vm: &Vm, encoding: &str, errors: &str) -> Res<Encoder> {
        if let Some(native) = Native::of(encoding) {
            return Ok(Encoder::Native(native, errors.to_owned()));
        }
        let make = vm.getattr_text(&lookup(vm, encoding)?, "incrementalencoder")?;
        Ok(Encoder::Python(vm.call(&make, &[vm.str(errors)])?))
    }

    /// Appends the bytes of a text.
    pub fn encode(&self, vm: &Vm, text: &Ref<Str>, out: &RefCell<Vec<u8>>) -> Res<()> {
        let bytes = match self {
            Encoder::Native(_, _) if text.as_ascii().is_some() => {
                out.borrow_mut().extend_from_slice(text.raw_bytes());
                return Ok(());
            }
            Encoder::Native(native, errors) => codecs::encode_str(vm, text, native.name(), errors)?,
            Encoder::Python(encoder) => {
                vm.call_method(encoder, &vm.intern("encode"), &[text.as_obj().clone()])?
            }
        };
        let Some(bytes) = bytes.get::<Bytes>() else {
            let got = bytes.ty().name();
            return Err(vm.type_error(format!("encoder should return a bytes object, not '{got}'")));
        };
        out.borrow_mut().extend_from_slice(&bytes.0);
        Ok(())
    }

    /// The stream is at a place: at its start a byte order mark is due, elsewhere it is not.
    pub fn at(&self, vm: &Vm, start: bool) -> Res<()> {
        let Encoder::Python(encoder) = self else { return Ok(()) };
        let called = if start {
            vm.call_method(encoder, &vm.intern("reset"), &[])
        } else {
            vm.call_method(encoder, &vm.intern("setstate"), &[vm.int(0)])
        };
        called.map(drop)
    }
}
