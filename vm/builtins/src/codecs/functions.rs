//! The functions of the module `_codecs`.

use object::{Args, NativeDef, Obj, Params, Ref, Res, Str, Vm};

use super::decoder::Decoder;
use super::registry::Registry;
use super::{charmap, encoder, errors, escape, registry, wide};
use crate::bytes::buffer::bytes_arg;
use crate::bytes::new_bytes;

/// The arguments (data, errors, and one or two more) with their defaults.
fn data_args<'a>(
    vm: &Vm,
    name: &str,
    args: Args<'a>,
    most: usize,
) -> Res<(&'a Obj, String, Option<&'a Obj>, Option<&'a Obj>)> {
    args.check_positional(vm, name, 1, most)?;
    let errors = match args.values.get(1).filter(|e| !e.is(&vm.none)) {
        Some(errors) if errors.get::<Str>().is_some() => vm.str_text(errors)?,
        Some(errors) => return Err(vm.bad_argument(name, "argument 2", "str or None", errors)),
        None => "strict".to_owned(),
    };
    Ok((&args.values[0], errors, args.values.get(2), args.values.get(3)))
}

fn text_arg<'a>(vm: &Vm, name: &str, value: &'a Obj) -> Res<&'a Ref<Str>> {
    vm.str_arg(name, "argument 1", value)
}

/// What an encoder returns: bytes, and how many characters they stand for.
fn encoded(vm: &Vm, bytes: Vec<u8>, consumed: usize) -> Res<Obj> {
    Ok(vm.tuple([new_bytes(vm, bytes), vm.int(consumed as i64)]))
}

/// What a decoder returns: text, and how many bytes it was made from.
fn decoded(vm: &Vm, decoder: Decoder<'_>) -> Res<Obj> {
    let (text, consumed) = decoder.finish(vm);
    Ok(vm.tuple([text, vm.int(consumed as i64)]))
}

fn flag(vm: &Vm, value: Option<&Obj>, default: bool) -> Res<bool> {
    value.map_or(Ok(default), |v| vm.is_true(v))
}

macro_rules! encoders {
    ($($name:ident: |$vm:ident, $text:ident, $errors:ident| $body:expr;)*) => {
        $(fn $name($vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
            let name = stringify!($name);
            let (value, $errors, ..) = data_args($vm, name, args, 2)?;
            let $text = text_arg($vm, name, value)?;
            encoded($vm, $body, $text.len())
        })*
    };
}

encoders! {
    utf_8_encode: |vm, text, errors| encoder::to_utf8(vm, text, &errors)?;
    ascii_encode: |vm, text, errors| encoder::to_bytes_below(vm, text, &errors, 128)?;
    latin_1_encode: |vm, text, errors| encoder::to_bytes_below(vm, text, &errors, 256)?;
    utf_16_le_encode: |vm, text, errors| encoder::to_utf16(vm, text, &errors, false, "utf-16-le")?;
    utf_16_be_encode: |vm, text, errors| encoder::to_utf16(vm, text, &errors, true, "utf-16-be")?;
    utf_32_le_encode: |vm, text, errors| encoder::to_utf32(vm, text, &errors, false, "utf-32-le")?;
    utf_32_be_encode: |vm, text, errors| encoder::to_utf32(vm, text, &errors, true, "utf-32-be")?;
    unicode_escape_encode: |vm, text, _errors| escape::encode_unicode(vm, text);
    raw_unicode_escape_encode: |vm, text, _errors| escape::encode_raw_unicode(vm, text);
}

macro_rules! decoders {
    ($($name:ident $encoding:literal $default:literal: |$vm:ident, $decoder:ident, $last:ident| $body:expr;)*) => {
        $(fn $name($vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
            let (value, errors, last, _) = data_args($vm, stringify!($name), args, 3)?;
            let $last = flag($vm, last, $default)?;
            let bytes = data_bytes($vm, value, $default)?;
            let mut decoder = Decoder::new($encoding, &bytes, &errors);
            let $decoder = &mut decoder;
            $body;
            decoded($vm, decoder)
        })*
    };
}

/// Bytes; decoders of escapes also take text.
fn data_bytes(vm: &Vm, value: &Obj, takes_text: bool) -> Res<Vec<u8>> {
    match value.downcast::<Str>().filter(|_| takes_text) {
        Some(text) => encoder::to_utf8(vm, text, "strict"),
        None => bytes_arg(vm, value),
    }
}

decoders! {
    utf_8_decode "utf-8" false: |vm, decoder, last| decoder.utf8(vm, last)?;
    ascii_decode "ascii" false: |vm, decoder, _last| decoder.ascii(vm)?;
    latin_1_decode "latin-1" false: |vm, decoder, _last| decoder.latin1();
    utf_16_le_decode "utf-16-le" false: |vm, decoder, last| wide::decode16(vm, decoder, false, last)?;
    utf_16_be_decode "utf-16-be" false: |vm, decoder, last| wide::decode16(vm, decoder, true, last)?;
    utf_32_le_decode "utf-32-le" false: |vm, decoder, last| wide::decode32(vm, decoder, false, last)?;
    utf_32_be_decode "utf-32-be" false: |vm, decoder, last| wide::decode32(vm, decoder, true, last)?;
    utf_16_decode "utf-16-le" false: |vm, decoder, last| marked(vm, decoder, false, 0, last)?;
    utf_32_decode "utf-32-le" false: |vm, decoder, last| marked(vm, decoder, true, 0, last)?;
    unicode_escape_decode "unicodeescape" true: |vm, decoder, last| escape::decode_unicode(vm, decoder, last)?;
    raw_unicode_escape_decode "rawunicodeescape" true: |vm, decoder, last| escape::decode_raw_unicode(vm, decoder, last)?;
}

/// Decodes what may start with a byte order mark; tells the order.
fn marked(vm: &Vm, decoder: &mut Decoder<'_>, is_32: bool, order: i32, last: bool) -> Res<i32> {
    let (big, mark, order) = wide::order_of(decoder.bytes, is_32, order);
    decoder.at = mark;
    if is_32 {
        wide::decode32(vm, decoder, big, last)?
    } else {
        wide::decode16(vm, decoder, big, last)?
    }
    Ok(order)
}

fn ex_decode(vm: &Vm, name: &str, args: Args<'_>, is_32: bool) -> Res<Obj> {
    let (value, errors, order, last) = data_args(vm, name, args, 4)?;
    let order = order.map_or(Ok(0), |o| vm.as_i32(o))?;
    let bytes = bytes_arg(vm, value)?;
    let mut decoder = Decoder::new("utf-16-le", &bytes, &errors);
    let order = marked(vm, &mut decoder, is_32, order, flag(vm, last, false)?)?;
    let (text, consumed) = decoder.finish(vm);
    Ok(vm.tuple([text, vm.int(consumed as i64), vm.int(order.into())]))
}

/// Encodes with a byte order mark if the order is 0.
fn marked_encode(vm: &Vm, name: &str, args: Args<'_>, is_32: bool) -> Res<Obj> {
    let (value, errors, order, _) = data_args(vm, name, args, 3)?;
    let text = text_arg(vm, name, value)?;
    let order = order.map_or(Ok(0), |o| vm.as_i32(o))?;
    let mut out = match (order, is_32) {
        (0, false) => vec![0xFF, 0xFE],
        (0, true) => vec![0xFF, 0xFE, 0, 0],
        _ => Vec::new(),
    };
    out.extend(if is_32 {
        encoder::to_utf32(vm, text, &errors, order > 0, "utf-32")?
    } else {
        encoder::to_utf16(vm, text, &errors, order > 0, "utf-16")?
    });
    encoded(vm, out, text.len())
}

fn charmap_encode(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let (value, errors, mapping, _) = data_args(vm, "charmap_encode", args, 3)?;
    let text = text_arg(vm, "charmap_encode", value)?;
    let bytes = charmap::encode(vm, text, &errors, mapping.filter(|m| !m.is(&vm.none)))?;
    encoded(vm, bytes, text.len())
}

fn charmap_decode(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let (value, errors, mapping, _) = data_args(vm, "charmap_decode", args, 3)?;
    let bytes = bytes_arg(vm, value)?;
    let mut decoder = Decoder::new("charmap", &bytes, &errors);
    charmap::decode(vm, &mut decoder, mapping.filter(|m| !m.is(&vm.none)))?;
    decoded(vm, decoder)
}

fn charmap_build(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    charmap::build(vm, vm.str_arg("charmap_build", "argument", &args.values[0])?)
}

fn escape_encode(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let (value, ..) = data_args(vm, "escape_encode", args, 2)?;
    let bytes = bytes_arg(vm, value)?;
    encoded(vm, escape::encode_bytes(&bytes), bytes.len())
}

fn escape_decode(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let (value, errors, ..) = data_args(vm, "escape_decode", args, 2)?;
    let bytes = data_bytes(vm, value, true)?;
    encoded(vm, escape::decode_bytes(vm, &bytes, &errors)?, bytes.len())
}

fn readbuffer_encode(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let (value, ..) = data_args(vm, "readbuffer_encode", args, 2)?;
    let bytes = data_bytes(vm, value, true)?;
    let len = bytes.len();
    encoded(vm, bytes, len)
}

fn register(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let function = &args.values[0];
    if !vm.is_callable(function) {
        return Err(vm.type_error("argument must be callable"));
    }
    vm.state::<Registry>().search.borrow_mut().push(function.clone());
    Ok(vm.none.clone())
}

fn unregister(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let state = vm.state::<Registry>();
    let place = state.search.borrow().iter().position(|f| f.is(&args.values[0]));
    if let Some(place) = place {
        let gone = state.search.borrow_mut().remove(place);
        let known = std::mem::take(&mut *state.found.borrow_mut());
        drop((gone, known));
    }
    Ok(vm.none.clone())
}

fn unregister_error(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_arg("_unregister_error", "argument", &args.values[0])?.to_text_lossy().into_owned();
    if errors::HANDLERS.iter().any(|def| def.name.strip_suffix("_errors").unwrap_or(def.name) == name) {
        return Err(vm.value_error(format!("cannot un-register built-in error handler '{name}'")));
    }
    let gone = vm.state::<Registry>().handlers.borrow_mut().remove(&name);
    Ok(vm.bool(gone.is_some()))
}

fn lookup(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_arg("lookup", "argument", &args.values[0])?;
    registry::lookup(vm, &name.to_text_lossy())
}

fn lookup_error(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_arg("lookup_error", "argument", &args.values[0])?;
    errors::find(vm, &name.to_text_lossy())
}

fn convert(vm: &Vm, params: &Params<3>, name: &str, which: usize, args: Args<'_>) -> Res<Obj> {
    let [value, encoding, errors] = params.bind(vm, args)?;
    let text = |place: &str, value: Option<&Obj>| -> Res<Option<String>> {
        let Some(value) = value else { return Ok(None) };
        Ok(Some(vm.str_arg(name, place, value)?.to_text_lossy().into_owned()))
    };
    let encoding = text("argument 'encoding'", encoding)?;
    let errors = text("argument 'errors'", errors)?;
    let encoding = encoding.as_deref().unwrap_or("utf-8");
    registry::convert(vm, which, value.unwrap_or(&vm.none), encoding, errors.as_deref())
}

fn encode(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<3> = Params::new("encode", ["obj", "encoding", "errors"]).required(1);
    convert(vm, &PARAMS, "encode", 0, args)
}

fn decode(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<3> = Params::new("decode", ["obj", "encoding", "errors"]).required(1);
    convert(vm, &PARAMS, "decode", 1, args)
}

const CODER: &str = "($module, data, errors=None, /)\n--\n\n";
const FINAL: &str = "($module, data, errors=None, final=False, /)\n--\n\n";
const ORDER: &str = "($module, str, errors=None, byteorder=0, /)\n--\n\n";

/// The functions of `_codecs`.
pub static FUNCTIONS: &[NativeDef] = &[
    NativeDef::one(
        "register",
        register,
        "($module, search_function, /)\n--\n\nRegister a codec search function.",
    ),
    NativeDef::one(
        "unregister",
        unregister,
        "($module, search_function, /)\n--\n\nUnregister a codec search function and clear the registry's cache.",
    ),
    NativeDef::one(
        "lookup",
        lookup,
        "($module, encoding, /)\n--\n\nLooks up a codec tuple in the Python codec registry and returns a CodecInfo object.",
    ),
    NativeDef::keywords(
        "encode",
        encode,
        "($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nEncodes obj using the codec registered for encoding.",
    ),
    NativeDef::keywords(
        "decode",
        decode,
        "($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nDecodes obj using the codec registered for encoding.",
    ),
    NativeDef::positional(
        "register_error",
        errors::register,
        "($module, errors, handler, /)\n--\n\nRegister the specified error handler under the name errors.",
    ),
    NativeDef::one("_unregister_error", unregister_error, "($module, errors, /)\n--\n\n"),
    NativeDef::one("lookup_error", lookup_error, "($module, name, /)\n--\n\nlookup_error(errors) -> handler"),
    NativeDef::positional("escape_encode", escape_encode, CODER),
    NativeDef::positional("escape_decode", escape_decode, CODER),
    NativeDef::positional("utf_8_encode", utf_8_encode, CODER),
    NativeDef::positional("utf_8_decode", utf_8_decode, FINAL),
    NativeDef::positional("utf_16_encode", |vm, _, a| marked_encode(vm, "utf_16_encode", a, false), ORDER),
    NativeDef::positional("utf_16_le_encode", utf_16_le_encode, CODER),
    NativeDef::positional("utf_16_be_encode", utf_16_be_encode, CODER),
    NativeDef::positional("utf_16_decode", utf_16_decode, FINAL),
    NativeDef::positional("utf_16_le_decode", utf_16_le_decode, FINAL),
    NativeDef::positional("utf_16_be_decode", utf_16_be_decode, FINAL),
    NativeDef::positional("utf_16_ex_decode", |vm, _, a| ex_decode(vm, "utf_16_ex_decode", a, false), ""),
    NativeDef::positional("utf_32_encode", |vm, _, a| marked_encode(vm, "utf_32_encode", a, true), ORDER),
    NativeDef::positional("utf_32_le_encode", utf_32_le_encode, CODER),
    NativeDef::positional("utf_32_be_encode", utf_32_be_encode, CODER),
    NativeDef::positional("utf_32_decode", utf_32_decode, FINAL),
    NativeDef::positional("utf_32_le_decode", utf_32_le_decode, FINAL),
    NativeDef::positional("utf_32_be_decode", utf_32_be_decode, FINAL),
    NativeDef::positional("utf_32_ex_decode", |vm, _, a| ex_decode(vm, "utf_32_ex_decode", a, true), ""),
    NativeDef::positional("unicode_escape_encode", unicode_escape_encode, CODER),
    NativeDef::positional("unicode_escape_decode", unicode_escape_decode, FINAL),
    NativeDef::positional("raw_unicode_escape_encode", raw_unicode_escape_encode, CODER),
    NativeDef::positional("raw_unicode_escape_decode", raw_unicode_escape_decode, FINAL),
    NativeDef::positional("latin_1_encode", latin_1_encode, CODER),
    NativeDef::positional("latin_1_decode", latin_1_decode, CODER),
    NativeDef::positional("ascii_encode", ascii_encode, CODER),
    NativeDef::positional("ascii_decode", ascii_decode, CODER),
    NativeDef::positional(
        "charmap_encode",
        charmap_encode,
        "($module, str, errors=None, mapping=None, /)\n--\n\n",
    ),
    NativeDef::positional(
        "charmap_decode",
        charmap_decode,
        "($module, data, errors=None, mapping=None, /)\n--\n\n",
    ),
    NativeDef::one("charmap_build", charmap_build, "($module, map, /)\n--\n\n"),
    NativeDef::positional("readbuffer_encode", readbuffer_encode, CODER),
];
