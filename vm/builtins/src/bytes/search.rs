//! The methods of `bytes` and `bytearray` that look for bytes in bytes.

use object::raw::StrView;
use object::{Args, Obj, Params, Res, Tuple, Vm};

use super::buffer::{any_bytes, bytes_arg, with_bytes};
use super::{byte_value, like, slice, with_own};
use crate::str::{bounds, search};

/// What is looked for: bytes, or the number of one.
fn needle(vm: &Vm, value: &Obj) -> Res<Vec<u8>> {
    if let Some(bytes) = any_bytes(vm, value)? {
        return Ok(bytes);
    }
    if !vm.has_index(value) {
        return Err(vm.type_error(format!(
            "argument should be integer or bytes-like object, not '{}'",
            value.ty().name()
        )));
    }
    Ok(vec![byte_value(vm, value)?])
}

/// The needle and the range of `find` and its like.
fn wanted(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<(Vec<u8>, usize, usize)> {
    args.check_positional(vm, name, 1, 3)?;
    let (start, end) = bounds(vm, args.values.get(1), args.values.get(2), with_own(obj, <[u8]>::len))?;
    Ok((needle(vm, &args.values[0])?, start, end))
}

fn position(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<Option<usize>> {
    let (needle, start, end) = wanted(vm, obj, name, args)?;
    let search = if name.starts_with('r') { search::rfind } else { search::find };
    Ok(with_own(obj, |own| search(StrView::One(own), StrView::One(&needle), start, end.min(own.len()))))
}

fn found(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<Obj> {
    Ok(vm.int(position(vm, obj, name, args)?.map_or(-1, |i| i as i64)))
}

fn found_or_error(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<Obj> {
    match position(vm, obj, name, args)? {
        Some(i) => Ok(vm.int(i as i64)),
        None => Err(vm.value_error("subsection not found")),
    }
}

pub(super) fn find(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    found(vm, obj, "find", args)
}

pub(super) fn rfind(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    found(vm, obj, "rfind", args)
}

pub(super) fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    found_or_error(vm, obj, "index", args)
}

pub(super) fn rindex(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    found_or_error(vm, obj, "rindex", args)
}

pub(super) fn count(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (needle, start, end) = wanted(vm, obj, "count", args)?;
    let times = with_own(obj, |own| {
        search::count(StrView::One(own), StrView::One(&needle), start, end.min(own.len()), usize::MAX)
    });
    Ok(vm.int(times as i64))
}

pub(super) fn contains(vm: &Vm, obj: &Obj, item: &Obj) -> Res<bool> {
    if vm.has_index(item) {
        let byte = byte_value(vm, item)?;
        return Ok(with_own(obj, |own| memchr::memchr(byte, own).is_some()));
    }
    let needle = bytes_arg(vm, item)?;
    Ok(with_own(obj, |own| search::find(StrView::One(own), StrView::One(&needle), 0, own.len()).is_some()))
}

fn affix(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>, test: fn(&[u8], &[u8]) -> bool) -> Res<Obj> {
    args.check_positional(vm, name, 1, 3)?;
    let (start, end) = bounds(vm, args.values.get(1), args.values.get(2), with_own(obj, <[u8]>::len))?;
    let holds = |affix: &[u8]| {
        with_own(obj, |own| own.get(start..end.min(own.len())).is_some_and(|part| test(part, affix)))
    };
    let affix = &args.values[0];
    if let Some(tuple) = affix.get::<Tuple>() {
        for item in tuple.items() {
            if holds(&bytes_arg(vm, item)?) {
                return Ok(vm.bool(true));
            }
        }
        return Ok(vm.bool(false));
    }
    match with_bytes(affix, <[u8]>::to_vec) {
        Some(affix) => Ok(vm.bool(holds(&affix))),
        None => Err(vm.type_error(format!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            affix.ty().name()
        ))),
    }
}

pub(super) fn starts_with(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    affix(vm, obj, "startswith", args, |own, affix| own.starts_with(affix))
}

pub(super) fn ends_with(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    affix(vm, obj, "endswith", args, |own, affix| own.ends_with(affix))
}

pub(super) fn remove_prefix(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let prefix = bytes_arg(vm, &args.values[0])?;
    let (start, len) =
        with_own(obj, |own| (if own.starts_with(&prefix) { prefix.len() } else { 0 }, own.len()));
    Ok(slice(vm, obj, start, len))
}

pub(super) fn remove_suffix(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let suffix = bytes_arg(vm, &args.values[0])?;
    let end = with_own(obj, |own| own.len() - if own.ends_with(&suffix) { suffix.len() } else { 0 });
    Ok(slice(vm, obj, 0, end))
}

static REPLACE: Params<3> = Params::new("replace", ["", "", "count"]).positional_only(3).required(2);

pub(super) fn replace(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [old, new, most] = REPLACE.bind(vm, args)?;
    let old = bytes_arg(vm, old.unwrap_or(&vm.none))?;
    let new = bytes_arg(vm, new.unwrap_or(&vm.none))?;
    let most = usize::try_from(most.map_or(Ok(-1), |n| vm.as_isize(n))?).unwrap_or(usize::MAX);
    let len = with_own(obj, <[u8]>::len);
    let times = with_own(obj, |own| search::count(StrView::One(own), StrView::One(&old), 0, own.len(), most));
    if times == 0 || most == 0 {
        return Ok(slice(vm, obj, 0, len));
    }
    vm.check_alloc(len.saturating_add(new.len().saturating_mul(times)))?;
    let result = with_own(obj, |own| {
        let mut out = Vec::with_capacity(own.len() - (old.len() * times).min(own.len()) + new.len() * times);
        let mut at = 0;
        if old.is_empty() {
            for _ in 0..times {
                out.extend_from_slice(&new);
                out.extend(own.get(at));
                at += 1;
            }
        } else {
            for place in search::places(StrView::One(own), StrView::One(&old), 0, own.len()).take(times) {
                out.extend_from_slice(&own[at..place]);
                out.extend_from_slice(&new);
                at = place + old.len();
            }
        }
        out.extend_from_slice(own.get(at..).unwrap_or_default());
        out
    });
    Ok(like(vm, obj, result))
}
