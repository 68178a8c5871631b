//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`.

use super::base::{self, field_member};
use super::{ExceptionTypes, field};
use crate::payload::{Bytes, Exception, Int};
use crate::raw::{Layout as _, Obj, Ref, Str};
use crate::types::{MemberDef, NativeType, Type};
use crate::vm::{Args, Raised, Res, Vm};

/// A member that is a number, and 0 from the beginning.
macro_rules! number_member {
    ($name:literal, $index:expr, $doc:literal) => {
        MemberDef::new(
            $name,
            |vm, obj| Ok(base::field_optional(vm, obj, $index)?.unwrap_or_else(|| vm.int(0))),
            |vm, obj, value| {
                let Some(value) = value else {
                    return Err(vm.type_error("can't delete numeric/char attribute"));
                };
                if value.get::<Int>().is_none() {
                    return Err(vm.type_error("an integer is required"));
                }
                base::set_field(vm, obj, $index, Some(&vm.int(vm.as_isize(value)? as i64)))
            },
            $doc,
        )
    };
}

static UNICODE_ENCODE_ERROR: NativeType = NativeType::new("UnicodeEncodeError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(|vm, obj, args| init(vm, obj, args, true)));
        s.str.set(Some(encode_str));
    })
    .members(&[
        field_member!("encoding", field::UNICODE_ENCODING, "exception encoding"),
        field_member!("object", field::UNICODE_OBJECT, "exception object"),
        number_member!("start", field::UNICODE_START, "exception start"),
        number_member!("end", field::UNICODE_END, "exception end"),
        field_member!("reason", field::UNICODE_REASON, "exception reason"),
    ])
    .size(112, 0)
    .offsets(16, 0);

static UNICODE_DECODE_ERROR: NativeType = NativeType::new("UnicodeDecodeError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(|vm, obj, args| init(vm, obj, args, true)));
        s.str.set(Some(decode_str));
    })
    .members(UNICODE_ENCODE_ERROR.members)
    .size(112, 0)
    .offsets(16, 0);

static UNICODE_TRANSLATE_ERROR: NativeType = NativeType::new("UnicodeTranslateError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(|vm, obj, args| init(vm, obj, args, false)));
        s.str.set(Some(translate_str));
    })
    .members(UNICODE_ENCODE_ERROR.members)
    .size(112, 0)
    .offsets(16, 0);

pub(super) fn declaration(exc: &ExceptionTypes, ty: &Ref<Type>) -> Option<&'static NativeType> {
    let table: [(&Ref<Type>, &'static NativeType); 3] = [
        (&exc.unicode_encode_error, &UNICODE_ENCODE_ERROR),
        (&exc.unicode_decode_error, &UNICODE_DECODE_ERROR),
        (&exc.unicode_translate_error, &UNICODE_TRANSLATE_ERROR),
    ];
    table.into_iter().find(|(t, _)| t.is(ty)).map(|(_, decl)| decl)
}

/// With an encoding in front, or (for `UnicodeTranslateError`) without.
fn init(vm: &Vm, obj: &Obj, args: Args<'_>, encoding: bool) -> Res<()> {
    base::init(vm, obj, args)?;
    let wanted = if encoding { 5 } else { 4 };
    if args.values.len() != wanted {
        return Err(
            vm.type_error(format!("function takes exactly {wanted} arguments ({} given)", args.values.len()))
        );
    }
    let check = |index: usize, ok: bool, name: &str| -> Res<()> {
        if ok {
            return Ok(());
        }
        Err(vm.type_error(format!(
            "argument {} must be {name}, not {}",
            index + 1,
            args.values[index].ty().name()
        )))
    };
    let is_str = |index: usize| args.values[index].get::<Str>().is_some();
    let offset = usize::from(encoding);
    if encoding {
        check(0, is_str(0), "str")?;
    }
    let decoding = obj.ty().is_subtype_of(&vm.exc.unicode_decode_error);
    let mut object = args.values[offset].clone();
    if !decoding {
        check(offset, is_str(offset), "str")?;
    } else if let Some(bytes) = object.get::<crate::payload::ByteArray>() {
        let copy = bytes.0.borrow().clone();
        object = vm.bytes(&copy);
    } else if object.get::<Bytes>().is_none() {
        return Err(vm.type_error(format!("a bytes-like object is required, not '{}'", object.ty().name())));
    }
    for index in [offset + 1, offset + 2] {
        vm.as_isize(&args.values[index])?;
    }
    check(offset + 3, is_str(offset + 3), "str")?;
    let first = if encoding { field::UNICODE_ENCODING } else { field::UNICODE_OBJECT };
    for (index, value) in (first..).zip(args.values) {
        base::set_field(vm, obj, index, Some(value))?;
    }
    base::set_field(vm, obj, field::UNICODE_OBJECT, Some(&object))?;
    Ok(())
}

struct Fields {
    encoding: String,
    object: Obj,
    start: usize,
    end: usize,
    reason: String,
}

/// The fields, or nothing as long as `__init__` has not run.
fn fields(vm: &Vm, obj: &Obj) -> Res<Option<Fields>> {
    let get = |index| base::field_optional(vm, obj, index);
    if get(field::UNICODE_OBJECT)?.is_none() {
        return Ok(None);
    }
    let text =
        |value: Option<Obj>| -> Res<String> { value.map_or_else(|| Ok(String::new()), |v| vm.str_text(&v)) };
    let number = |value: Option<Obj>| -> usize {
        let n = value.as_ref().and_then(|v| v.get::<Int>()).and_then(Int::small);
        usize::try_from(n.unwrap_or(0)).unwrap_or(0)
    };
    let reason = text(get(field::UNICODE_REASON)?)?;
    let encoding = text(get(field::UNICODE_ENCODING)?)?;
    // Code of a program has run for the texts.
    let object = get(field::UNICODE_OBJECT)?
        .ok_or_else(|| vm.type_error("UnicodeError 'object' attribute is not set"))?;
    let decoding = obj.ty().is_subtype_of(&vm.exc.unicode_decode_error);
    let wanted = if decoding { object.get::<Bytes>().is_some() } else { object.get::<Str>().is_some() };
    if !wanted {
        let kind = if decoding { "bytes" } else { "string" };
        return Err(vm.type_error(format!("UnicodeError 'object' attribute must be a {kind}")));
    }
    Ok(Some(Fields {
        encoding,
        object,
        start: number(get(field::UNICODE_START)?),
        end: number(get(field::UNICODE_END)?),
        reason,
    }))
}

fn escaped(c: u32) -> String {
    match c {
        0..0x100 => format!("\\x{c:02x}"),
        0x100..0x10000 => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn encode_str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(f) = fields(vm, obj)? else { return Ok(vm.str("")) };
    let one = f.object.get::<Str>().and_then(|s| s.code_point(f.start)).filter(|_| f.end == f.start + 1);
    Ok(vm.str(&match one {
        Some(c) => format!(
            "'{}' codec can't encode character '{}' in position {}: {}",
            f.encoding,
            escaped(c),
            f.start,
            f.reason
        ),
        None => format!(
            "'{}' codec can't encode characters in position {}-{}: {}",
            f.encoding,
            f.start,
            f.end as isize - 1,
            f.reason
        ),
    }))
}

fn decode_str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(f) = fields(vm, obj)? else { return Ok(vm.str("")) };
    let one =
        f.object.get::<Bytes>().and_then(|b| b.0.get(f.start).copied()).filter(|_| f.end == f.start + 1);
    Ok(vm.str(&match one {
        Some(byte) => format!(
            "'{}' codec can't decode byte 0x{byte:02x} in position {}: {}",
            f.encoding, f.start, f.reason
        ),
        None => format!(
            "'{}' codec can't decode bytes in position {}-{}: {}",
            f.encoding,
            f.start,
            f.end as isize - 1,
            f.reason
        ),
    }))
}

fn translate_str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(f) = fields(vm, obj)? else { return Ok(vm.str("")) };
    let one = f.object.get::<Str>().and_then(|s| s.code_point(f.start)).filter(|_| f.end == f.start + 1);
    Ok(vm.str(&match one {
        Some(c) => {
            format!("can't translate character '{}' in position {}: {}", escaped(c), f.start, f.reason)
        }
        None => {
            format!("can't translate characters in position {}-{}: {}", f.start, f.end as isize - 1, f.reason)
        }
    }))
}

impl Vm {
    /// `UnicodeEncodeError(encoding, object, start, end, reason)`
    pub fn unicode_encode_error(
        &self,
        encoding: &str,
        object: &Obj,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        self.unicode_error(&self.exc.unicode_encode_error, encoding, object, start, end, reason)
    }

    /// The text of a string that UTF-8 can hold (`PyUnicode_AsUTF8`).
    ///
    /// # Errors
    /// `UnicodeEncodeError` for the first surrogates in it.
    pub fn utf8_text(&self, text: &Ref<Str>) -> Res<String> {
        if let Some(text) = text.to_text() {
            return Ok(text.into_owned());
        }
        let is_surrogate = |c: &u32| (0xD800..0xE000).contains(c);
        let start = text.code_points().position(|c| is_surrogate(&c)).unwrap_or(0);
        let count = text.code_points().skip(start).take_while(is_surrogate).count();
        Err(self.unicode_encode_error("utf-8", text.as_obj(), start, start + count, "surrogates not allowed"))
    }

    /// `UnicodeDecodeError(encoding, object, start, end, reason)`
    pub fn unicode_decode_error(
        &self,
        encoding: &str,
        object: &Obj,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        self.unicode_error(&self.exc.unicode_decode_error, encoding, object, start, end, reason)
    }

    fn unicode_error(
        &self,
        ty: &Ref<Type>,
        encoding: &str,
        object: &Obj,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        let args = [
            self.str(encoding),
            object.clone(),
            self.int(start as i64),
            self.int(end as i64),
            self.str(reason),
        ];
        self.raise_class(ty.as_obj(), &args)
    }
}
