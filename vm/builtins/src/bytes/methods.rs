//! The methods and operators that `bytes` and `bytearray` share; what makes bytes makes the receiver's own type.

use object::{Args, ByteArray, Bytes, CompareOp, Obj, Params, Res, Slice, SliceIndices, Str, Vm};

use super::buffer::{any_bytes, bytes_arg, has_bytes, with_bytes};
use super::{hex, like, slice, with_own};

/// The table of methods that both types have, with those of one type alone behind them.
macro_rules! byte_methods {
    ($($own:expr,)*) => { &[
        NativeDef::no_args("capitalize", methods::capitalize, "B.capitalize() -> copy of B"),
        NativeDef::positional("center", methods::center, "($self, width, fillchar=b' ', /)\n--\n\nReturn a centered string of length width."),
        NativeDef::positional("count", search::count, "Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end]."),
        NativeDef::keywords("decode", methods::decode, "($self, /, encoding='utf-8', errors='strict')\n--\n\nDecode the bytes using the codec registered for encoding."),
        NativeDef::positional("endswith", search::ends_with, "($self, suffix[, start[, end]], /)\n--\n\nReturn True if the bytes ends with the specified suffix, False otherwise."),
        NativeDef::keywords("expandtabs", methods::expand_tabs, "($self, /, tabsize=8)\n--\n\nReturn a copy where all tab characters are expanded using spaces."),
        NativeDef::positional("find", search::find, "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end]."),
        NativeDef::keywords("hex", methods::hex, "($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nCreate a string of hexadecimal numbers from a bytes object."),
        NativeDef::positional("index", search::index, "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end]."),
        NativeDef::no_args("isalnum", methods::is_alnum, "B.isalnum() -> bool"),
        NativeDef::no_args("isalpha", methods::is_alpha, "B.isalpha() -> bool"),
        NativeDef::no_args("isascii", methods::is_ascii, "B.isascii() -> bool"),
        NativeDef::no_args("isdigit", methods::is_digit, "B.isdigit() -> bool"),
        NativeDef::no_args("islower", methods::is_lower, "B.islower() -> bool"),
        NativeDef::no_args("isspace", methods::is_space, "B.isspace() -> bool"),
        NativeDef::no_args("istitle", methods::is_title, "B.istitle() -> bool"),
        NativeDef::no_args("isupper", methods::is_upper, "B.isupper() -> bool"),
        NativeDef::one("join", methods::join, "($self, iterable_of_bytes, /)\n--\n\nConcatenate any number of bytes objects."),
        NativeDef::positional("ljust", methods::ljust, "($self, width, fillchar=b' ', /)\n--\n\nReturn a left-justified string of length width."),
        NativeDef::no_args("lower", methods::lower, "B.lower() -> copy of B"),
        NativeDef::positional("lstrip", methods::lstrip, "($self, bytes=None, /)\n--\n\nStrip leading bytes contained in the argument."),
        NativeDef::positional("maketrans", methods::maketrans, "(frm, to, /)\n--\n\nReturn a translation table usable for the bytes or bytearray translate method.").static_method(),
        NativeDef::one("partition", methods::partition, "($self, sep, /)\n--\n\nPartition the bytes into three parts using the given separator."),
        NativeDef::keywords("replace", search::replace, "($self, old, new, count=-1, /)\n--\n\nReturn a copy with all occurrences of substring old replaced by new."),
        NativeDef::one("removeprefix", search::remove_prefix, "($self, prefix, /)\n--\n\nReturn a bytes object with the given prefix string removed if present."),
        NativeDef::one("removesuffix", search::remove_suffix, "($self, suffix, /)\n--\n\nReturn a bytes object with the given suffix string removed if present."),
        NativeDef::positional("rfind", search::rfind, "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end]."),
        NativeDef::positional("rindex", search::rindex, "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end]."),
        NativeDef::positional("rjust", methods::rjust, "($self, width, fillchar=b' ', /)\n--\n\nReturn a right-justified string of length width."),
        NativeDef::one("rpartition", methods::rpartition, "($self, sep, /)\n--\n\nPartition the bytes into three parts using the given separator."),
        NativeDef::keywords("rsplit", methods::rsplit, "($self, /, sep=None, maxsplit=-1)\n--\n\nReturn a list of the sections in the bytes, using sep as the delimiter."),
        NativeDef::positional("rstrip", methods::rstrip, "($self, bytes=None, /)\n--\n\nStrip trailing bytes contained in the argument."),
        NativeDef::keywords("split", methods::split, "($self, /, sep=None, maxsplit=-1)\n--\n\nReturn a list of the sections in the bytes, using sep as the delimiter."),
        NativeDef::keywords("splitlines", methods::split_lines, "($self, /, keepends=False)\n--\n\nReturn a list of the lines in the bytes, breaking at line boundaries."),
        NativeDef::positional("startswith", search::starts_with, "($self, prefix[, start[, end]], /)\n--\n\nReturn True if the bytes starts with the specified prefix, False otherwise."),
        NativeDef::positional("strip", methods::strip, "($self, bytes=None, /)\n--\n\nStrip leading and trailing bytes contained in the argument."),
        NativeDef::no_args("swapcase", methods::swapcase, "B.swapcase() -> copy of B"),
        NativeDef::no_args("title", methods::title, "B.title() -> copy of B"),
        NativeDef::keywords("translate", methods::translate, "($self, table, /, delete=b'')\n--\n\nReturn a copy with each character mapped by the given translation table."),
        NativeDef::no_args("upper", methods::upper, "B.upper() -> copy of B"),
        NativeDef::one("zfill", methods::zfill, "($self, width, /)\n--\n\nPad a numeric string with zeros on the left, to fill a field of the given width."),
        $($own,)*
    ] };
}
pub(super) use byte_methods;

fn len(obj: &Obj) -> usize {
    with_own(obj, <[u8]>::len)
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn mapped(vm: &Vm, obj: &Obj, map: impl FnMut(u8) -> u8) -> Res<Obj> {
    Ok(like(vm, obj, with_own(obj, |own| own.iter().copied().map(map).collect())))
}

pub(super) fn lower(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    mapped(vm, obj, |b| b.to_ascii_lowercase())
}

pub(super) fn upper(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    mapped(vm, obj, |b| b.to_ascii_uppercase())
}

pub(super) fn swapcase(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    mapped(vm, obj, |b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { b })
}

pub(super) fn capitalize(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let mut first = true;
    mapped(
        vm,
        obj,
        |b| {
            if std::mem::take(&mut first) { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }
        },
    )
}

pub(super) fn title(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let mut within = false;
    mapped(vm, obj, |b| {
        let out = if within { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        within = b.is_ascii_alphabetic();
        out
    })
}

fn all(vm: &Vm, obj: &Obj, test: fn(u8) -> bool) -> Res<Obj> {
    Ok(vm.bool(with_own(obj, |own| !own.is_empty() && own.iter().all(|&b| test(b)))))
}

pub(super) fn is_alnum(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    all(vm, obj, |b| b.is_ascii_alphanumeric())
}

pub(super) fn is_alpha(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    all(vm, obj, |b| b.is_ascii_alphabetic())
}

pub(super) fn is_digit(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    all(vm, obj, |b| b.is_ascii_digit())
}

pub(super) fn is_space(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    all(vm, obj, is_space_byte)
}

pub(super) fn is_ascii(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(with_own(obj, <[u8]>::is_ascii)))
}

pub(super) fn is_lower(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(with_own(obj, |own| {
        own.iter().any(u8::is_ascii_lowercase) && !own.iter().any(u8::is_ascii_uppercase)
    })))
}

pub(super) fn is_upper(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(with_own(obj, |own| {
        own.iter().any(u8::is_ascii_uppercase) && !own.iter().any(u8::is_ascii_lowercase)
    })))
}

pub(super) fn is_title(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(with_own(obj, |own| {
        let (mut found, mut within) = (false, false);
        for b in own {
            if b.is_ascii_alphabetic() {
                if b.is_ascii_uppercase() == within {
                    return false;
                }
                (found, within) = (true, true);
            } else {
                within = false;
            }
        }
        found
    })))
}

/// The width, and the byte to fill with.
fn width_and_fill(vm: &Vm, name: &str, args: Args<'_>) -> Res<(usize, u8)> {
    args.check_positional(vm, name, 1, 2)?;
    let width = usize::try_from(vm.as_isize(&args.values[0])?).unwrap_or(0);
    let Some(fill) = args.values.get(1) else { return Ok((width, b' ')) };
    let is_bytes = fill.get::<Bytes>().is_some() || fill.get::<ByteArray>().is_some();
    if !is_bytes {
        return Err(vm.bad_argument(name, "argument 2", "a byte string of length 1", fill));
    }
    match with_own(fill, |b| (b.len(), b.first().copied())) {
        (1, Some(byte)) => Ok((width, byte)),
        (len, _) => Err(vm.type_error(format!(
            "{name}(): argument 2 must be a byte string of length 1, not a {} object of length {len}",
            fill.ty().name()
        ))),
    }
}

fn padded(vm: &Vm, obj: &Obj, left: usize, right: usize, fill: u8) -> Res<Obj> {
    if left == 0 && right == 0 {
        return Ok(slice(vm, obj, 0, len(obj)));
    }
    vm.check_alloc(len(obj).saturating_add(left).saturating_add(right))?;
    let mut out = vec![fill; left];
    with_own(obj, |own| out.extend_from_slice(own));
    out.resize(out.len() + right, fill);
    Ok(like(vm, obj, out))
}

pub(super) fn center(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (width, fill) = width_and_fill(vm, "center", args)?;
    let pad = width.saturating_sub(len(obj));
    let left = pad / 2 + (pad & width & 1);
    padded(vm, obj, left, pad - left, fill)
}

pub(super) fn ljust(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (width, fill) = width_and_fill(vm, "ljust", args)?;
    padded(vm, obj, 0, width.saturating_sub(len(obj)), fill)
}

pub(super) fn rjust(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (width, fill) = width_and_fill(vm, "rjust", args)?;
    padded(vm, obj, width.saturating_sub(len(obj)), 0, fill)
}

pub(super) fn zfill(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let width = usize::try_from(vm.as_isize(&args.values[0])?).unwrap_or(0);
    let pad = width.saturating_sub(len(obj));
    vm.check_alloc(width)?;
    if pad == 0 {
        return Ok(slice(vm, obj, 0, len(obj)));
    }
    let mut out = vec![b'0'; pad];
    with_own(obj, |own| out.extend_from_slice(own));
    if let Some(b'+' | b'-') = out.get(pad) {
        out.swap(0, pad);
    }
    Ok(like(vm, obj, out))
}

static EXPANDTABS: Params<1> = Params::new("expandtabs", ["tabsize"]);

pub(super) fn expand_tabs(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = EXPANDTABS.bind(vm, args)?;
    let size = size.map_or(Ok(8), |n| vm.as_i32(n))?.max(0) as usize;
    let tabs = with_own(obj, |own| memchr::memchr_iter(b'\t', own).count());
    vm.check_alloc(len(obj).saturating_add(tabs.saturating_mul(size)))?;
    let out = with_own(obj, |own| {
        let (mut out, mut column) = (Vec::with_capacity(own.len()), 0);
        for &byte in own {
            match byte {
                b'\t' => {
                    let step = if size > 0 { size - column % size } else { 0 };
                    out.resize(out.len() + step, b' ');
                    column += step;
                }
                _ => {
                    out.push(byte);
                    column = if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
                }
            }
        }
        out
    });
    Ok(like(vm, obj, out))
}

static DECODE: Params<2> = Params::new("decode", ["encoding", "errors"]);

pub(super) fn decode(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [encoding, errors] = DECODE.bind(vm, args)?;
    if encoding.is_none() && errors.is_none() {
        let text = with_own(obj, |own| own.is_ascii().then(|| Str::from_latin1(&vm.types.str, own)));
        if let Some(text) = text {
            return Ok(text.into_obj());
        }
    }
    let text = |place: &str, value: Option<&Obj>, default: &str| -> Res<String> {
        let Some(value) = value else { return Ok(default.to_owned()) };
        Ok(vm.str_arg("decode", place, value)?.to_text_lossy().into_owned())
    };
    let encoding = text("argument 'encoding'", encoding, "utf-8")?;
    let errors = text("argument 'errors'", errors, "strict")?;
    crate::codecs::decode_object(vm, obj, &encoding, &errors)
}

pub(super) fn hex(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = with_own(obj, <[u8]>::to_vec);
    hex::hex_of(vm, &own, args)
}

pub(super) fn join(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let items = vm.iter_to_vec_or(&args.values[0], "can only join an iterable")?;
    if let [one] = items.as_slice()
        && one.is_exactly(&vm.types.bytes)
        && obj.get::<Bytes>().is_some()
    {
        return Ok(one.clone());
    }
    let mut out = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            with_own(obj, |own| out.extend_from_slice(own));
        }
        vm.check_alloc(out.len())?;
        if with_bytes(item, |bytes| out.extend_from_slice(bytes)).is_some() {
            continue;
        }
        let Some(bytes) = any_bytes(vm, item)? else {
            return Err(vm.type_error(format!(
                "sequence item {i}: expected a bytes-like object, {} found",
                item.ty().name()
            )));
        };
        out.extend_from_slice(&bytes);
    }
    Ok(like(vm, obj, out))
}

pub(super) fn maketrans(vm: &Vm, _obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [from, to] = args.exact::<2>(vm, "maketrans")?;
    let (from, to) = (bytes_arg(vm, from)?, bytes_arg(vm, to)?);
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&from, &to) in from.iter().zip(&to) {
        table[usize::from(from)] = to;
    }
    Ok(super::new_bytes(vm, table))
}

static TRANSLATE: Params<2> = Params::new("translate", ["", "delete"]).positional_only(1).required(1);

pub(super) fn translate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [table, delete] = TRANSLATE.bind(vm, args)?;
    let table = table.filter(|t| !t.is(&vm.none)).map(|t| bytes_arg(vm, t)).transpose()?;
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let delete = delete.map(|d| bytes_arg(vm, d)).transpose()?.unwrap_or_default();
    let out = with_own(obj, |own| {
        let kept = own.iter().copied().filter(|b| !delete.contains(b));
        match &table {
            Some(table) => kept.map(|b| table[usize::from(b)]).collect(),
            None => kept.collect(),
        }
    });
    Ok(like(vm, obj, out))
}

fn stripped(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>, left: bool, right: bool) -> Res<Obj> {
    let [chars] = args.unpack::<1>(vm, name, 0)?;
    let chars = chars.filter(|c| !c.is(&vm.none)).map(|c| bytes_arg(vm, c)).transpose()?;
    let goes = |byte: &u8| match &chars {
        Some(chars) => chars.contains(byte),
        None => is_space_byte(*byte),
    };
    let (start, end) = with_own(obj, |own| {
        let start = if left { own.iter().position(|b| !goes(b)).unwrap_or(own.len()) } else { 0 };
        let end = if right { own.iter().rposition(|b| !goes(b)).map_or(0, |i| i + 1) } else { own.len() };
        (start, end.max(start))
    });
    Ok(slice(vm, obj, start, end))
}

pub(super) fn strip(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    stripped(vm, obj, "strip", args, true, true)
}

pub(super) fn lstrip(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    stripped(vm, obj, "lstrip", args, true, false)
}

pub(super) fn rstrip(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    stripped(vm, obj, "rstrip", args, false, true)
}

fn separator(vm: &Vm, args: Args<'_>) -> Res<Vec<u8>> {
    let sep = bytes_arg(vm, &args.values[0])?;
    if sep.is_empty() { Err(vm.value_error("empty separator")) } else { Ok(sep) }
}

/// Three parts; where the separator is missing the whole stands first or last.
fn parted(vm: &Vm, obj: &Obj, args: Args<'_>, from_end: bool) -> Res<Obj> {
    use object::raw::StrView::One;
    let sep = separator(vm, args)?;
    let search = if from_end { crate::str::search::rfind } else { crate::str::search::find };
    let len = len(obj);
    let part = |start: usize, end: usize| slice(vm, obj, start, end);
    let empty = || like(vm, obj, Vec::new());
    Ok(match with_own(obj, |own| search(One(own), One(&sep), 0, own.len())) {
        Some(i) => vm.tuple([part(0, i), like(vm, obj, sep.clone()), part(i + sep.len(), len)]),
        None if from_end => vm.tuple([empty(), empty(), part(0, len)]),
        None => vm.tuple([part(0, len), empty(), empty()]),
    })
}

pub(super) fn partition(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    parted(vm, obj, args, false)
}

pub(super) fn rpartition(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    parted(vm, obj, args, true)
}

static SPLIT: Params<2> = Params::new("split", ["sep", "maxsplit"]);
static RSPLIT: Params<2> = Params::new("rsplit", ["sep", "maxsplit"]);

fn split_args(vm: &Vm, params: &Params<2>, args: Args<'_>) -> Res<(Option<Vec<u8>>, usize)> {
    let [sep, most] = params.bind(vm, args)?;
    let most = usize::try_from(most.map_or(Ok(-1), |n| vm.as_isize(n))?).unwrap_or(usize::MAX);
    let sep = sep.filter(|s| !s.is(&vm.none)).map(|s| bytes_arg(vm, s)).transpose()?;
    if sep.as_ref().is_some_and(Vec::is_empty) {
        return Err(vm.value_error("empty separator"));
    }
    Ok((sep, most))
}

fn parts(vm: &Vm, obj: &Obj, ranges: Vec<(usize, usize)>, most: usize) -> Res<Obj> {
    let parts = ranges.into_iter().map(|(start, end)| slice(vm, obj, start, end)).collect();
    Ok(vm.list_with_room(parts, most.saturating_add(1).min(crate::str::MOST_PARTS)))
}

pub(super) fn split(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    use object::raw::StrView::One;
    let (sep, most) = split_args(vm, &SPLIT, args)?;
    let ranges = with_own(obj, |own| {
        let (mut ranges, mut at) = (Vec::new(), 0);
        if let Some(sep) = &sep {
            for place in crate::str::search::places(One(own), One(sep), 0, own.len()).take(most) {
                ranges.push((at, place));
                at = place + sep.len();
            }
            ranges.push((at, own.len()));
            return ranges;
        }
        while let Some(skipped) = own[at..].iter().position(|&b| !is_space_byte(b)) {
            at += skipped;
            if ranges.len() == most {
                ranges.push((at, own.len()));
                break;
            }
            let end = own[at..].iter().position(|&b| is_space_byte(b)).map_or(own.len(), |i| at + i);
            ranges.push((at, end));
            at = end;
        }
        ranges
    });
    parts(vm, obj, ranges, most)
}

pub(super) fn rsplit(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    use object::raw::StrView::One;
    let (sep, most) = split_args(vm, &RSPLIT, args)?;
    let mut ranges = with_own(obj, |own| {
        let (mut ranges, mut end) = (Vec::new(), own.len());
        if let Some(sep) = &sep {
            while ranges.len() < most {
                let Some(place) = crate::str::search::rfind(One(own), One(sep), 0, end) else { break };
                ranges.push((place + sep.len(), end));
                end = place;
            }
            ranges.push((0, end));
            return ranges;
        }
        while let Some(last) = own[..end].iter().rposition(|&b| !is_space_byte(b)) {
            end = last + 1;
            if ranges.len() == most {
                ranges.push((0, end));
                break;
            }
            let start = own[..end].iter().rposition(|&b| is_space_byte(b)).map_or(0, |i| i + 1);
            ranges.push((start, end));
            end = start;
        }
        ranges
    });
    ranges.reverse();
    parts(vm, obj, ranges, most)
}

static SPLITLINES: Params<1> = Params::new("splitlines", ["keepends"]);

pub(super) fn split_lines(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [keep] = SPLITLINES.bind(vm, args)?;
    let keep = keep.map_or(Ok(false), |k| vm.is_true(k))?;
    let ranges = with_own(obj, |own| {
        let (mut ranges, mut start) = (Vec::new(), 0);
        while let Some(i) = memchr::memchr2(b'\n', b'\r', &own[start..]) {
            let stop = start + i;
            let end = stop + if own[stop..].starts_with(b"\r\n") { 2 } else { 1 };
            ranges.push((start, if keep { end } else { stop }));
            start = end;
        }
        if start < own.len() {
            ranges.push((start, own.len()));
        }
        ranges
    });
    parts(vm, obj, ranges, 0)
}

pub(super) fn concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    if !has_bytes(b) {
        if let Some(tail) = any_bytes(vm, b)? {
            return Ok(like(vm, a, [with_own(a, <[u8]>::to_vec), tail].concat()));
        }
        return Err(vm.type_error(format!("can't concat {} to {}", b.ty().name(), a.ty().name())));
    }
    // What nothing is added to is the whole: see `bytes_concat`.
    if a.is_exactly(&vm.types.bytes) && with_bytes(b, <[u8]>::is_empty) == Some(true) {
        return Ok(a.clone());
    }
    if b.is_exactly(&vm.types.bytes) && a.get::<Bytes>().is_some_and(|a| a.0.is_empty()) {
        return Ok(b.clone());
    }
    let mut out = with_own(a, <[u8]>::to_vec);
    with_bytes(b, |tail| out.extend_from_slice(tail));
    Ok(like(vm, a, out))
}

pub(super) fn repeat(vm: &Vm, obj: &Obj, times: isize) -> Res<Obj> {
    if times == 1 && obj.is_exactly(&vm.types.bytes) {
        return Ok(obj.clone());
    }
    let times = usize::try_from(times).unwrap_or(0);
    match len(obj).checked_mul(times) {
        Some(total) => vm.check_alloc(total)?,
        None => return Err(vm.memory_error()),
    }
    Ok(like(vm, obj, with_own(obj, |own| own.repeat(times))))
}

/// Compares what both show; other things are for the other operand.
pub(super) fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let ordering = with_own(a, |x| with_bytes(b, |y| x.cmp(y)));
    Ok(match ordering {
        Some(ordering) => vm.bool(op.holds(ordering)),
        None => vm.not_implemented.clone(),
    })
}

/// `own[slice]`
pub(super) fn sliced(vm: &Vm, obj: &Obj, range: &Slice) -> Res<Obj> {
    let (start, stop, step) = vm.slice_unpack(range)?;
    let indices = SliceIndices::adjust(start, stop, step, len(obj));
    if indices.step == 1 {
        let start = indices.start as usize;
        return Ok(slice(vm, obj, start, start + indices.count));
    }
    Ok(like(vm, obj, with_own(obj, |own| indices.iter().map(|i| own[i]).collect())))
}

/// The repr of bytes: quoted, everything but printable ASCII escaped.
pub(super) fn repr_text(bytes: &[u8]) -> String {
    quoted(bytes, false)
}

/// The same for `bytearray`, which escapes single quotes within double ones too.
pub(super) fn repr_text_single(bytes: &[u8]) -> String {
    quoted(bytes, true)
}

fn quoted(bytes: &[u8], escape_single: bool) -> String {
    let double = bytes.contains(&b'\'') && !bytes.contains(&b'"');
    let quote = if double { '"' } else { '\'' };
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b' '..=b'~' => {
                if char::from(byte) == quote || (escape_single && byte == b'\'') {
                    out.push('\\');
                }
                out.push(byte.into());
            }
            _ => {
                out.push_str("\\x");
                out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
                out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            }
        }
    }
    out.push(quote);
    out
}
