//! The codec registry: search functions, and codecs by name (`Python/codecs.c`).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use object::{ByteArray, Bytes, Obj, Raised, Ref, Res, Str, Tuple, Vm};

/// What the registry knows.
#[derive(Default)]
pub(super) struct Registry {
    pub search: RefCell<Vec<Obj>>,
    pub found: RefCell<HashMap<String, Obj>>,
    pub handlers: RefCell<HashMap<String, Obj>>,
    /// Whether `encodings`, which registers the library's codecs, was imported.
    started: Cell<bool>,
}

/// An encoding's name with lower case and `_` for everything between letters, digits and dots.
pub(super) fn normalized(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            gap = false;
        } else {
            gap = true;
        }
    }
    out
}

/// `codecs.lookup(name)`
pub(super) fn lookup(vm: &Vm, name: &str) -> Res<Obj> {
    let state = vm.state::<Registry>();
    if !state.started.replace(true)
        && let Some(import) = vm.hooks.import.get()
        && let Err(raised) = import(vm, "encodings")
    {
        state.started.set(false);
        return Err(raised);
    }
    let key = normalized(name);
    let known = state.found.borrow().get(&key).cloned();
    if let Some(codec) = known {
        return Ok(codec);
    }
    let functions = state.search.borrow().clone();
    let argument = vm.str(&key);
    for function in functions {
        let result = vm.call1(&function, &argument)?;
        if result.is(&vm.none) {
            continue;
        }
        if result.get::<Tuple>().is_none_or(|t| t.len() != 4) {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        }
        let old = state.found.borrow_mut().insert(key, result.clone());
        drop(old);
        return Ok(result);
    }
    Err(unknown(vm, name))
}

fn unknown(vm: &Vm, name: &str) -> Raised {
    vm.lookup_error(format!("unknown encoding: {name}"))
}

/// Calls the encoder (0) or decoder (1) of a codec, whose name is noted on what that raises.
fn run(vm: &Vm, codec: &Obj, which: usize, name: &str, value: &Obj, errors: Option<&str>) -> Res<Obj> {
    let function =
        codec.get::<Tuple>().and_then(|t| t.get(which)).cloned().unwrap_or_else(|| vm.none.clone());
    let called = match errors {
        Some(errors) => vm.call(&function, &[value.clone(), vm.str(errors)]),
        None => vm.call1(&function, value),
    };
    let result = called.map_err(|raised| {
        let what = if which == 0 { "encoding" } else { "decoding" };
        match vm.add_note(&raised, &format!("{what} with '{name}' codec failed")) {
            Ok(()) => raised,
            Err(other) => other,
        }
    })?;
    match result.get::<Tuple>().map(|t| t.items()) {
        Some([value, _]) => Ok(value.clone()),
        _ => {
            let name = if which == 0 { "encoder" } else { "decoder" };
            Err(vm.type_error(format!("{name} must return a tuple (object, integer)")))
        }
    }
}

/// `codecs.encode(obj, name, errors)` (0) and `codecs.decode` (1).
pub(super) fn convert(vm: &Vm, which: usize, value: &Obj, name: &str, errors: Option<&str>) -> Res<Obj> {
    let codec = lookup(vm, name)?;
    run(vm, &codec, which, name, value, errors)
}

/// A codec between text and bytes.
fn text_codec(vm: &Vm, name: &str, function: &str) -> Res<Obj> {
    let codec = lookup(vm, name)?;
    if !codec.is_exactly(&vm.types.tuple)
        && let Some(flag) = vm.getattr_optional(&codec, &vm.intern("_is_text_encoding"))?
        && !vm.is_true(&flag)?
    {
        return Err(vm.lookup_error(format!(
            "'{name}' is not a text encoding; use {function} to handle arbitrary codecs"
        )));
    }
    Ok(codec)
}

/// Encodes through the registry.
pub(super) fn encode_text(vm: &Vm, text: &Ref<Str>, name: &str, errors: &str) -> Res<Obj> {
    let codec = text_codec(vm, name, "codecs.encode()")?;
    let result = run(vm, &codec, 0, name, text.as_obj(), Some(errors))?;
    if result.get::<Bytes>().is_some() {
        return Ok(result);
    }
    if let Some(array) = result.get::<ByteArray>() {
        return Ok(vm.bytes(&array.0.borrow()));
    }
    Err(vm.type_error(format!(
        "'{name}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        result.ty().name()
    )))
}

/// Decodes through the registry.
pub(super) fn decode_text(vm: &Vm, bytes: &[u8], name: &str, errors: &str) -> Res<Obj> {
    let codec = text_codec(vm, name, "codecs.decode()")?;
    let result = run(vm, &codec, 1, name, &vm.bytes(bytes), Some(errors))?;
    if result.get::<Str>().is_some() {
        return Ok(result);
    }
    Err(vm.type_error(format!(
        "'{name}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
        result.ty().name()
    )))
}
