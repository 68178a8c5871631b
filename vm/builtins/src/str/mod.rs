//! `str` (CPython's `unicodeobject.c`).
//!
//! * [`search`] finds strings in strings; [`writer`] makes strings piece by piece.
//! * `find`, `split`, `layout`, `case`, `translate` have the methods, `iter` the iterators, `repr` the repr.
//! * [`percent`] is the `%` operator, which `bytes` shares; [`format`] is `str.format` and what `string.Formatter` needs.

mod case;
mod find;
pub mod format;
mod iter;
mod layout;
pub mod percent;
pub mod repr;
pub mod search;
mod split;
mod translate;
pub mod writer;

use object::raw::{StrKind, StrView};
use object::{
    Args, CompareOp, Int, Layout as _, NativeDef, NativeType, Obj, Params, Ref, Res, Slice, Str, Type, Vm,
};
pub(crate) use split::MOST_PARTS;

pub use case::is_identifier_text;
pub(crate) use find::bounds;
use writer::StrWriter;

static STR: NativeType = NativeType::new("str", Str::VTABLE)
    .subclassable()
    .flags(object::TypeFlags::MATCH_SELF)
    .doc("str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'.")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr::repr));
        s.str.set(Some(exact));
        s.hash.set(Some(|vm, obj| Ok(own(vm, obj)?.hash_value())));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(iter::iter));
        s.nb_remainder.set(Some(remainder));
        s.sq_length.set(Some(|vm, obj| Ok(own(vm, obj)?.len())));
        s.mp_length.set(Some(|vm, obj| Ok(own(vm, obj)?.len())));
        s.sq_concat.set(Some(concat));
        s.sq_repeat.set(Some(repeat));
        s.sq_item.set(Some(item));
        s.sq_contains.set(Some(find::contains));
        s.mp_subscript.set(Some(subscript));
    })
    .methods(&[
        NativeDef::keywords("encode", encode, "($self, /, encoding='utf-8', errors='strict')\n--\n\nEncode the string using the codec registered for encoding."),
        NativeDef::keywords("replace", find::replace, "($self, old, new, /, count=-1)\n--\n\nReturn a copy with all occurrences of substring old replaced by new."),
        NativeDef::keywords("split", split::split, "($self, /, sep=None, maxsplit=-1)\n--\n\nReturn a list of the substrings in the string, using sep as the separator string."),
        NativeDef::keywords("rsplit", split::rsplit, "($self, /, sep=None, maxsplit=-1)\n--\n\nReturn a list of the substrings in the string, using sep as the separator string."),
        NativeDef::one("join", split::join, "($self, iterable, /)\n--\n\nConcatenate any number of strings."),
        NativeDef::no_args("capitalize", case::capitalize, "($self, /)\n--\n\nReturn a capitalized version of the string."),
        NativeDef::no_args("casefold", case::casefold, "($self, /)\n--\n\nReturn a version of the string suitable for caseless comparisons."),
        NativeDef::no_args("title", case::title, "($self, /)\n--\n\nReturn a version of the string where each word is titlecased."),
        NativeDef::positional("center", layout::center, "($self, width, fillchar=' ', /)\n--\n\nReturn a centered string of length width."),
        NativeDef::positional("count", find::count, "Return the number of non-overlapping occurrences of substring sub in string S[start:end]."),
        NativeDef::keywords("expandtabs", layout::expand_tabs, "($self, /, tabsize=8)\n--\n\nReturn a copy where all tab characters are expanded using spaces."),
        NativeDef::positional("find", find::find, "Return the lowest index in S where substring sub is found, or -1 on failure."),
        NativeDef::one("partition", split::partition, "($self, sep, /)\n--\n\nPartition the string into three parts using the given separator."),
        NativeDef::positional("index", find::index, "Return the lowest index in S where substring sub is found, or raise ValueError."),
        NativeDef::positional("ljust", layout::ljust, "($self, width, fillchar=' ', /)\n--\n\nReturn a left-justified string of length width."),
        NativeDef::no_args("lower", case::lower, "($self, /)\n--\n\nReturn a copy of the string converted to lowercase."),
        NativeDef::positional("lstrip", split::lstrip, "($self, chars=None, /)\n--\n\nReturn a copy of the string with leading whitespace removed."),
        NativeDef::positional("rfind", find::rfind, "Return the highest index in S where substring sub is found, or -1 on failure."),
        NativeDef::positional("rindex", find::rindex, "Return the highest index in S where substring sub is found, or raise ValueError."),
        NativeDef::positional("rjust", layout::rjust, "($self, width, fillchar=' ', /)\n--\n\nReturn a right-justified string of length width."),
        NativeDef::positional("rstrip", split::rstrip, "($self, chars=None, /)\n--\n\nReturn a copy of the string with trailing whitespace removed."),
        NativeDef::one("rpartition", split::rpartition, "($self, sep, /)\n--\n\nPartition the string into three parts using the given separator."),
        NativeDef::keywords("splitlines", split::split_lines, "($self, /, keepends=False)\n--\n\nReturn a list of the lines in the string, breaking at line boundaries."),
        NativeDef::positional("strip", split::strip, "($self, chars=None, /)\n--\n\nReturn a copy of the string with leading and trailing whitespace removed."),
        NativeDef::no_args("swapcase", case::swapcase, "($self, /)\n--\n\nConvert uppercase characters to lowercase and lowercase characters to uppercase."),
        NativeDef::one("translate", translate::translate, "($self, table, /)\n--\n\nReplace each character in the string using the given translation table."),
        NativeDef::no_args("upper", case::upper, "($self, /)\n--\n\nReturn a copy of the string converted to uppercase."),
        NativeDef::positional("startswith", find::starts_with, "($self, prefix[, start[, end]], /)\n--\n\nReturn True if the string starts with the specified prefix, False otherwise."),
        NativeDef::positional("endswith", find::ends_with, "($self, suffix[, start[, end]], /)\n--\n\nReturn True if the string ends with the specified suffix, False otherwise."),
        NativeDef::one("removeprefix", find::remove_prefix, "($self, prefix, /)\n--\n\nReturn a str with the given prefix string removed if present."),
        NativeDef::one("removesuffix", find::remove_suffix, "($self, suffix, /)\n--\n\nReturn a str with the given suffix string removed if present."),
        NativeDef::no_args("isascii", case::is_ascii, "($self, /)\n--\n\nReturn True if all characters in the string are ASCII, False otherwise."),
        NativeDef::no_args("islower", case::is_lower, "($self, /)\n--\n\nReturn True if the string is a lowercase string, False otherwise."),
        NativeDef::no_args("isupper", case::is_upper, "($self, /)\n--\n\nReturn True if the string is an uppercase string, False otherwise."),
        NativeDef::no_args("istitle", case::is_title, "($self, /)\n--\n\nReturn True if the string is a title-cased string, False otherwise."),
        NativeDef::no_args("isspace", case::is_space, "($self, /)\n--\n\nReturn True if the string is a whitespace string, False otherwise."),
        NativeDef::no_args("isdecimal", case::is_decimal, "($self, /)\n--\n\nReturn True if the string is a decimal string, False otherwise."),
        NativeDef::no_args("isdigit", case::is_digit, "($self, /)\n--\n\nReturn True if the string is a digit string, False otherwise."),
        NativeDef::no_args("isnumeric", case::is_numeric, "($self, /)\n--\n\nReturn True if the string is a numeric string, False otherwise."),
        NativeDef::no_args("isalpha", case::is_alpha, "($self, /)\n--\n\nReturn True if the string is an alphabetic string, False otherwise."),
        NativeDef::no_args("isalnum", case::is_alnum, "($self, /)\n--\n\nReturn True if the string is an alpha-numeric string, False otherwise."),
        NativeDef::no_args("isidentifier", case::is_identifier, "($self, /)\n--\n\nReturn True if the string is a valid Python identifier, False otherwise."),
        NativeDef::no_args("isprintable", case::is_printable, "($self, /)\n--\n\nReturn True if all characters in the string are printable, False otherwise."),
        NativeDef::one("zfill", layout::zfill, "($self, width, /)\n--\n\nPad a numeric string with zeros on the left, to fill a field of the given width."),
        NativeDef::keywords("format", format::format, "($self, /, *args, **kwargs)\n--\n\nReturn a formatted version of the string, using substitutions from args and kwargs."),
        NativeDef::one("format_map", format::format_map, "($self, mapping, /)\n--\n\nReturn a formatted version of the string, using substitutions from mapping."),
        NativeDef::one("__format__", dunder_format, "($self, format_spec, /)\n--\n\nReturn a formatted version of the string as described by format_spec."),
        NativeDef::positional("maketrans", translate::maketrans, "Return a translation table usable for str.translate().").static_method(),
        NativeDef::no_args("__getnewargs__", |vm, obj, _| {
            let own = own(vm, obj)?;
            Ok(vm.tuple([own.substring(&vm.types.str, 0, own.len()).into_obj()]))
        }, "($self, /)\n--\n\n"),
        NativeDef::no_args("__sizeof__", sizeof, "($self, /)\n--\n\nReturn the size of the string in memory, in bytes."),
    ])
    .size(64, 0);

/// Gives `str` its behaviour.
pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.str, &STR);
}

/// The receiver's payload.
#[inline]
pub(crate) fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<Str>> {
    match obj.downcast::<Str>() {
        Some(s) => Ok(s),
        None => Err(vm.type_error(format!("a str is needed, not {}", obj.ty().name()))),
    }
}

/// The same text as an exact `str`: itself, unless it is an instance of a subclass.
pub(crate) fn exact(vm: &Vm, obj: &Obj) -> Res<Obj> {
    if obj.is_exactly(&vm.types.str) {
        return Ok(obj.clone());
    }
    Ok(own(vm, obj)?.substring(&vm.types.str, 0, usize::MAX).into_obj())
}

/// The code points `start..end` as a `str`; empty ones and those of one small code point are shared.
#[inline]
pub(crate) fn sub(vm: &Vm, s: &Str, start: usize, end: usize) -> Obj {
    match end.saturating_sub(start) {
        0 => vm.names.empty.clone().into_obj(),
        1 => vm.str_of_code_point(s.code_point(start).unwrap_or(0)),
        _ => s.substring(&vm.types.str, start, end).into_obj(),
    }
}

/// As `s[start:end]`: the whole of an exact `str` is the object itself.
pub fn slice(vm: &Vm, obj: &Obj, start: usize, end: usize) -> Res<Obj> {
    let s = own(vm, obj)?;
    if start == 0 && end >= s.len() { exact(vm, obj) } else { Ok(sub(vm, s, start, end)) }
}

static NEW: Params<3> = Params::new("str", ["object", "encoding", "errors"]);

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    if args.kwnames.is_empty() {
        args.check_positional(vm, "str", 0, 3)?;
    }
    let [value, encoding, errors] = NEW.bind(vm, args)?;
    let text = |place: &str, value: Option<&Obj>| -> Res<Option<String>> {
        let Some(value) = value else { return Ok(None) };
        Ok(Some(vm.str_arg("str", place, value)?.to_text_lossy().into_owned()))
    };
    let encoding_text = text("argument 'encoding'", encoding)?;
    let errors_text = text("argument 'errors'", errors)?;
    let made = match value {
        None => vm.names.empty.clone().into_obj(),
        Some(value) if encoding.is_none() && errors.is_none() => vm.str_of(value)?,
        Some(value) => crate::codecs::decode_object(
            vm,
            value,
            encoding_text.as_deref().unwrap_or("utf-8"),
            errors_text.as_deref().unwrap_or("strict"),
        )?,
    };
    if ty.is(&vm.types.str) {
        return Ok(made);
    }
    Ok(Str::join(ty, &[own(vm, &made)?]).into_obj())
}

static ENCODE: Params<2> = Params::new("encode", ["encoding", "errors"]);

fn encode(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [encoding, errors] = ENCODE.bind(vm, args)?;
    if encoding.is_none()
        && errors.is_none()
        && let Some(ascii) = own(vm, obj)?.as_ascii()
    {
        return Ok(vm.bytes(ascii.as_bytes()));
    }
    let text = |place: &str, value: Option<&Obj>, default: &str| -> Res<String> {
        let Some(value) = value else { return Ok(default.to_owned()) };
        Ok(vm.str_arg("encode", place, value)?.to_text_lossy().into_owned())
    };
    let encoding = text("argument 'encoding'", encoding, "utf-8")?;
    let errors = text("argument 'errors'", errors, "strict")?;
    crate::codecs::encode_str(vm, own(vm, obj)?, &encoding, &errors)
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Str>(), b.get::<Str>()) else { return Ok(vm.not_implemented.clone()) };
    Ok(vm.bool(match op {
        CompareOp::Eq => x.same(y),
        CompareOp::Ne => !x.same(y),
        _ => op.holds(x.compare(y)),
    }))
}

fn remainder(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    match a.get::<Str>() {
        Some(text) => percent::format_str(vm, text, b),
        None => Ok(vm.not_implemented.clone()),
    }
}

fn concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let s = own(vm, a)?;
    let Some(tail) = b.get::<Str>() else {
        return Err(vm.type_error(format!("can only concatenate str (not \"{}\") to str", b.ty().name())));
    };
    if tail.is_empty() {
        return exact(vm, a);
    }
    if s.is_empty() {
        return exact(vm, b);
    }
    Ok(Str::concat(&vm.types.str, s, tail).into_obj())
}

fn repeat(vm: &Vm, obj: &Obj, times: isize) -> Res<Obj> {
    let s = own(vm, obj)?;
    let times = usize::try_from(times).unwrap_or(0);
    if times == 0 || s.is_empty() {
        return Ok(vm.names.empty.clone().into_obj());
    }
    if times == 1 {
        return exact(vm, obj);
    }
    match s.len().checked_mul(times).filter(|&n| n <= isize::MAX as usize) {
        Some(total) => vm.check_alloc(total.saturating_mul(s.kind().width()))?,
        None => return Err(vm.overflow_error("repeated string is too long")),
    }
    let ty = &vm.types.str;
    Ok(match s.view() {
        StrView::One(text) => Str::from_latin1(ty, &text.repeat(times)),
        view => {
            let mut out = StrWriter::with_capacity(s.len() * times);
            (0..times).for_each(|_| out.push_view(view));
            out.finish_ref(vm)
        }
    }
    .into_obj())
}

fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    match usize::try_from(index).ok().and_then(|i| own(vm, obj).ok()?.code_point(i)) {
        Some(c) => Ok(vm.str_of_code_point(c)),
        None => Err(vm.index_error("string index out of range")),
    }
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    let s = own(vm, obj)?;
    if let Some(range) = key.get::<Slice>() {
        let (start, stop, step) = vm.slice_unpack(range)?;
        let indices = object::SliceIndices::adjust(start, stop, step, s.len());
        if indices.step == 1 {
            let start = indices.start as usize;
            return slice(vm, obj, start, start + indices.count);
        }
        let mut out = StrWriter::with_capacity(indices.count);
        indices.iter().filter_map(|i| s.code_point(i)).for_each(|c| out.push(c));
        return Ok(out.finish(vm));
    }
    if key.get::<Int>().is_some() || vm.has_index(key) {
        let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
        return item(vm, obj, if index < 0 { index + s.len() as isize } else { index });
    }
    Err(vm.type_error(format!("string indices must be integers, not '{}'", key.ty().name())))
}

fn dunder_format(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let spec = vm.str_arg("__format__", "argument", &args.values[0])?;
    if spec.is_empty() {
        return if obj.is_exactly(&vm.types.str) { Ok(obj.clone()) } else { vm.str_of(obj) };
    }
    crate::number::format::format_str(vm, own(vm, obj)?, spec)
}

/// CPython's sizes: a header by kind, then the code points with a closing zero.
fn sizeof(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let s = own(vm, obj)?;
    let mut data = (s.len() + 1) * s.kind().width();
    if s.len() == 1 && s.kind() == StrKind::Latin1 {
        // The interpreter's own characters carry their UTF-8 form with them.
        data += 3;
    }
    let head = match s.kind() {
        _ if !obj.is_exactly(&vm.types.str) => 64,
        StrKind::Ascii => 40,
        _ => 56,
    };
    Ok(vm.int((head + data) as i64))
}
