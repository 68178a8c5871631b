//! Error handlers: what happens where text cannot be encoded or bytes cannot be decoded (PEP 293, 383).

use object::{Args, Bytes, Int, NativeDef, Obj, Raised, Ref, Res, Str, Tuple, Vm};

use super::registry::Registry;
use crate::str::repr::push_escape;
use crate::str::writer::StrWriter;

/// How a codec writes and reads surrogates, for `surrogatepass`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Surrogates {
    /// The codec has no surrogates.
    None,
    Utf8,
    Utf16 {
        big: bool,
    },
    Utf32 {
        big: bool,
    },
}

impl Surrogates {
    /// The form that an encoding's name stands for.
    fn of_encoding(name: &str) -> Surrogates {
        let name = super::registry::normalized(name);
        match name.as_str() {
            "utf_8" | "utf8" | "cp65001" => Surrogates::Utf8,
            "utf_16" | "utf16" | "utf_16_le" | "utf16_le" => Surrogates::Utf16 { big: false },
            "utf_16_be" | "utf16_be" => Surrogates::Utf16 { big: true },
            "utf_32" | "utf32" | "utf_32_le" | "utf32_le" => Surrogates::Utf32 { big: false },
            "utf_32_be" | "utf32_be" => Surrogates::Utf32 { big: true },
            _ => Surrogates::None,
        }
    }

    fn put(self, c: u32, out: &mut Vec<u8>) {
        match self {
            Surrogates::None => {}
            Surrogates::Utf8 => super::utf8::encode(c, out),
            Surrogates::Utf16 { big } => super::wide::put16(c as u16, big, out),
            Surrogates::Utf32 { big } => super::wide::put32(c, big, out),
        }
    }

    /// The surrogate at the start of bytes, and how many bytes it takes.
    fn take(self, bytes: &[u8]) -> Option<(u32, usize)> {
        let (c, size) = match self {
            Surrogates::None => return None,
            Surrogates::Utf8 => match *bytes {
                [0xED, b @ 0xA0..=0xBF, c @ 0x80..=0xBF, ..] => {
                    (0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F), 3)
                }
                _ => return None,
            },
            Surrogates::Utf16 { big } => (super::wide::get16(bytes, big)?.into(), 2),
            Surrogates::Utf32 { big } => (super::wide::get32(bytes, big)?, 4),
        };
        (0xD800..0xE000).contains(&c).then_some((c, size))
    }
}

/// What a handler puts in the place of what could not be encoded.
pub(super) enum Replacement {
    Text(Obj),
    Bytes(Vec<u8>),
}

fn text_of(vm: &Vm, fill: impl FnOnce(&mut StrWriter)) -> Obj {
    let mut out = StrWriter::default();
    fill(&mut out);
    out.finish(vm)
}

fn backslashed(vm: &Vm, points: impl Iterator<Item = u32>) -> Obj {
    text_of(vm, |out| points.for_each(|c| push_escape(out, c)))
}

fn character_references(vm: &Vm, points: impl Iterator<Item = u32>) -> Obj {
    text_of(vm, |out| points.for_each(|c| out.push_text(&format!("&#{c};"))))
}

fn named(vm: &Vm, points: impl Iterator<Item = u32>) -> Res<Obj> {
    let name = match vm.hooks.import.get() {
        Some(import) => Some(vm.getattr_text(&import(vm, "unicodedata")?, "name")?),
        None => None,
    };
    let mut out = StrWriter::default();
    for c in points {
        let found = match &name {
            Some(name) => vm.call(name, &[vm.str_of_code_point(c), vm.none.clone()])?,
            None => vm.none.clone(),
        };
        match found.get::<Str>() {
            Some(text) => {
                out.push_text("\\N{");
                out.push_str(text);
                out.push_text("}");
            }
            None => push_escape(&mut out, c),
        }
    }
    Ok(out.finish(vm))
}

/// What could not be encoded.
pub(super) struct EncodeFailure<'a> {
    pub encoding: &'a str,
    pub text: &'a Ref<Str>,
    pub start: usize,
    pub end: usize,
    pub reason: &'a str,
    pub surrogates: Surrogates,
}

impl EncodeFailure<'_> {
    pub(super) fn error(&self, vm: &Vm) -> Raised {
        vm.unicode_encode_error(self.encoding, self.text.as_obj(), self.start, self.end, self.reason)
    }

    fn points(&self) -> impl Iterator<Item = u32> {
        self.text.code_points().skip(self.start).take(self.end - self.start)
    }

    /// What stands in its place, and where to go on.
    pub(super) fn handle(&self, vm: &Vm, errors: &str) -> Res<(Replacement, usize)> {
        let text = |obj: Obj| Ok((Replacement::Text(obj), self.end));
        match errors {
            "strict" => Err(self.error(vm)),
            "ignore" => Ok((Replacement::Bytes(Vec::new()), self.end)),
            "replace" => text(vm.str(&"?".repeat(self.end - self.start))),
            "backslashreplace" => text(backslashed(vm, self.points())),
            "xmlcharrefreplace" => text(character_references(vm, self.points())),
            "namereplace" => text(named(vm, self.points())?),
            "surrogateescape" => {
                let escaped: Vec<u8> = self
                    .points()
                    .take_while(|c| (0xDC80..0xDD00).contains(c))
                    .map(|c| (c - 0xDC00) as u8)
                    .collect();
                if escaped.is_empty() {
                    return Err(self.error(vm));
                }
                let end = self.start + escaped.len();
                Ok((Replacement::Bytes(escaped), end))
            }
            "surrogatepass" => {
                let all = self.points().all(|c| (0xD800..0xE000).contains(&c));
                if self.surrogates == Surrogates::None || !all {
                    return Err(self.error(vm));
                }
                let mut out = Vec::new();
                self.points().for_each(|c| self.surrogates.put(c, &mut out));
                Ok((Replacement::Bytes(out), self.end))
            }
            name => {
                let handler = find(vm, name)?;
                let result = vm.call1(&handler, &self.error(vm).0)?;
                let parts = result.get::<Tuple>().map_or(&[][..], |t| t.items());
                let [value, position] = parts else { return Err(bad_encode_result(vm)) };
                if position.get::<Int>().is_none() {
                    return Err(bad_encode_result(vm));
                }
                let end = new_position(vm, position, self.text.len())?;
                if value.get::<Str>().is_some() {
                    return Ok((Replacement::Text(value.clone()), end));
                }
                match value.get::<Bytes>() {
                    Some(bytes) => Ok((Replacement::Bytes(bytes.0.to_vec()), end)),
                    None => Err(bad_encode_result(vm)),
                }
            }
        }
    }
}

fn bad_encode_result(vm: &Vm) -> Raised {
    vm.type_error("encoding error handler must return (str/bytes, int) tuple")
}

fn new_position(vm: &Vm, position: &Obj, len: usize) -> Res<usize> {
    let written = vm.as_isize(position)?;
    let place = if written < 0 { written + len as isize } else { written };
    match usize::try_from(place).ok().filter(|&p| p <= len) {
        Some(place) => Ok(place),
        None => Err(vm.index_error(format!("position {written} from error handler out of bounds"))),
    }
}

/// What could not be decoded.
pub(super) struct DecodeFailure<'a> {
    pub encoding: &'a str,
    pub bytes: &'a [u8],
    pub start: usize,
    pub end: usize,
    pub reason: &'a str,
    pub surrogates: Surrogates,
}

impl DecodeFailure<'_> {
    fn error(&self, vm: &Vm) -> Raised {
        vm.unicode_decode_error(self.encoding, &vm.bytes(self.bytes), self.start, self.end, self.reason)
    }

    /// Writes what stands in its place, and tells where to go on.
    pub(super) fn handle(&self, vm: &Vm, errors: &str, out: &mut StrWriter) -> Res<usize> {
        let bad = &self.bytes[self.start..self.end];
        match errors {
            "strict" => return Err(self.error(vm)),
            "ignore" => {}
            "replace" => out.push(0xFFFD),
            "backslashreplace" => bad.iter().for_each(|&b| push_escape(out, b.into())),
            "surrogateescape" => {
                let escaped = bad.iter().take(4).take_while(|b| !b.is_ascii()).count();
                if escaped == 0 {
                    return Err(self.error(vm));
                }
                bad[..escaped].iter().for_each(|&b| out.push(0xDC00 + u32::from(b)));
                return Ok(self.start + escaped);
            }
            "surrogatepass" => match self.surrogates.take(&self.bytes[self.start..]) {
                Some((c, size)) => {
                    out.push(c);
                    return Ok(self.start + size);
                }
                None => return Err(self.error(vm)),
            },
            name => {
                let handler = find(vm, name)?;
                let result = vm.call1(&handler, &self.error(vm).0)?;
                let wrong = || vm.type_error("decoding error handler must return (str, int) tuple");
                let parts = result.get::<Tuple>().map_or(&[][..], |t| t.items());
                let [text, position] = parts else { return Err(wrong()) };
                let text = text.get::<Str>().filter(|_| position.get::<Int>().is_some()).ok_or_else(wrong)?;
                out.push_str(text);
                return new_position(vm, position, self.bytes.len());
            }
        }
        Ok(self.end)
    }
}

/// The handler of a name (`codecs.lookup_error`).
pub(super) fn find(vm: &Vm, name: &str) -> Res<Obj> {
    let registered = vm.state::<Registry>().handlers.borrow().get(name).cloned();
    if let Some(handler) = registered {
        return Ok(handler);
    }
    let own = HANDLERS.iter().find(|def| def.name.strip_suffix("_errors").unwrap_or(def.name) == name);
    match own {
        Some(def) => {
            let function = vm.native_function_bound(def, None);
            vm.state::<Registry>().handlers.borrow_mut().insert(name.to_owned(), function.clone());
            Ok(function)
        }
        None => Err(vm.lookup_error(format!("unknown error handler name '{name}'"))),
    }
}

/// The handlers that are always there, as functions.
pub(super) static HANDLERS: [NativeDef; 8] = [
    NativeDef::one(
        "strict_errors",
        |vm, _, a| handler(vm, &a.values[0], "strict"),
        "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.",
    ),
    NativeDef::one(
        "ignore_errors",
        |vm, _, a| handler(vm, &a.values[0], "ignore"),
        "Implements the 'ignore' error handling, which ignores malformed data and continues.",
    ),
    NativeDef::one(
        "replace_errors",
        |vm, _, a| handler(vm, &a.values[0], "replace"),
        "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.",
    ),
    NativeDef::one(
        "xmlcharrefreplace_errors",
        |vm, _, a| handler(vm, &a.values[0], "xmlcharrefreplace"),
        "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.",
    ),
    NativeDef::one(
        "backslashreplace_errors",
        |vm, _, a| handler(vm, &a.values[0], "backslashreplace"),
        "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.",
    ),
    NativeDef::one(
        "namereplace_errors",
        |vm, _, a| handler(vm, &a.values[0], "namereplace"),
        "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.",
    ),
    NativeDef::one("surrogateescape", |vm, _, a| handler(vm, &a.values[0], "surrogateescape"), ""),
    NativeDef::one("surrogatepass", |vm, _, a| handler(vm, &a.values[0], "surrogatepass"), ""),
];

/// Runs one of the handlers on an exception.
fn handler(vm: &Vm, exception: &Obj, kind: &str) -> Res<Obj> {
    let is = |ty| exception.ty().is_subtype_of(ty);
    if kind == "strict" {
        if is(&vm.exc.base_exception) {
            return Err(vm.raise(exception.clone()));
        }
        return Err(vm.type_error("codec must pass exception instance"));
    }
    let wrong_type =
        || vm.type_error(format!("don't know how to handle {} in error callback", exception.ty().name()));
    let attribute = |name: &str| vm.getattr_text(exception, name);
    let encoding = is(&vm.exc.unicode_encode_error);
    let decoding = is(&vm.exc.unicode_decode_error);
    if !encoding && !decoding && !is(&vm.exc.unicode_translate_error) {
        return Err(wrong_type());
    }
    let object = attribute("object")?;
    let len = vm.len(&object)?;
    let start = usize::try_from(vm.as_isize(&attribute("start")?)?).unwrap_or(0).min(len.saturating_sub(1));
    let end = usize::try_from(vm.as_isize(&attribute("end")?)?).unwrap_or(0).clamp(start, len);
    let codec = if encoding || decoding { vm.str_text(&attribute("encoding")?)? } else { String::new() };
    let surrogates = Surrogates::of_encoding(&codec);
    let reason = vm.str_text(&attribute("reason")?)?;
    let original = |raised: Raised| {
        if raised.is_instance(&vm.exc.unicode_error) { vm.raise(exception.clone()) } else { raised }
    };
    if decoding {
        if matches!(kind, "xmlcharrefreplace" | "namereplace") {
            return Err(wrong_type());
        }
        let bytes = crate::bytes::buffer::bytes_arg(vm, &object)?;
        let failure =
            DecodeFailure { encoding: &codec, bytes: &bytes, start, end, reason: &reason, surrogates };
        let mut out = StrWriter::default();
        let end = failure.handle(vm, kind, &mut out).map_err(original)?;
        return Ok(vm.tuple([out.finish(vm), vm.int(end as i64)]));
    }
    let Some(text) = object.downcast::<Str>() else { return Err(wrong_type()) };
    if !encoding {
        return match kind {
            "replace" => {
                Ok(vm.tuple([text_of(vm, |out| out.push_times(0xFFFD, end - start)), vm.int(end as i64)]))
            }
            "ignore" => Ok(vm.tuple([vm.str(""), vm.int(end as i64)])),
            "backslashreplace" => {
                let points = text.code_points().skip(start).take(end - start);
                Ok(vm.tuple([backslashed(vm, points), vm.int(end as i64)]))
            }
            _ => Err(wrong_type()),
        };
    }
    let failure = EncodeFailure { encoding: &codec, text, start, end, reason: &reason, surrogates };
    let (replacement, end) = failure.handle(vm, kind).map_err(original)?;
    let value = match replacement {
        Replacement::Text(text) => text,
        Replacement::Bytes(bytes) if kind == "ignore" && bytes.is_empty() => vm.str(""),
        Replacement::Bytes(bytes) => vm.bytes(&bytes),
    };
    Ok(vm.tuple([value, vm.int(end as i64)]))
}

/// A registered handler (`codecs.register_error`).
pub(super) fn register(vm: &Vm, _module: &Obj, args: Args<'_>) -> Res<Obj> {
    let [name, handler] = args.exact::<2>(vm, "register_error")?;
    let name = vm.str_arg("register_error", "argument 1", name)?.to_text_lossy().into_owned();
    if !vm.is_callable(handler) {
        return Err(vm.type_error("handler must be callable"));
    }
    let old = vm.state::<Registry>().handlers.borrow_mut().insert(name, handler.clone());
    drop(old);
    Ok(vm.none.clone())
}
