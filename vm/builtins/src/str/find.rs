//! The methods of `str` that look for strings in strings: `find`, `count`, `replace`, `startswith` and their like.

use object::{Args, Obj, Params, Ref, Res, Str, Tuple, Vm};

use super::writer::{StrWriter, part};
use super::{exact, own, search, slice};
use crate::sequence::from_start;

/// Where a search goes: `start` may lie behind `end`.
pub(crate) fn bounds(vm: &Vm, start: Option<&Obj>, end: Option<&Obj>, len: usize) -> Res<(usize, usize)> {
    let index = |value: Option<&Obj>, default: isize| -> Res<isize> {
        Ok(value.map_or(Ok(None), |v| vm.slice_index(v))?.unwrap_or(default))
    };
    let (start, end) = (index(start, 0)?, index(end, isize::MAX)?);
    Ok((from_start(start, len), from_start(end, len).min(len)))
}

/// The needle and the range of `find` and its like.
fn wanted<'a>(vm: &Vm, name: &str, args: Args<'a>, len: usize) -> Res<(&'a Ref<Str>, usize, usize)> {
    args.check_positional(vm, name, 1, 3)?;
    let needle = vm.str_arg(name, "argument 1", &args.values[0])?;
    let (start, end) = bounds(vm, args.values.get(1), args.values.get(2), len)?;
    Ok((needle, start, end))
}

fn position(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<Option<usize>> {
    let s = own(vm, obj)?;
    let (needle, start, end) = wanted(vm, name, args, s.len())?;
    let search = if name.starts_with('r') { search::rfind } else { search::find };
    Ok(search(s.view(), needle.view(), start, end))
}

fn found(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<Obj> {
    Ok(vm.int(position(vm, obj, name, args)?.map_or(-1, |i| i as i64)))
}

fn found_or_error(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<Obj> {
    match position(vm, obj, name, args)? {
        Some(i) => Ok(vm.int(i as i64)),
        None => Err(vm.value_error("substring not found")),
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
    let s = own(vm, obj)?;
    let (needle, start, end) = wanted(vm, "count", args, s.len())?;
    Ok(vm.int(search::count(s.view(), needle.view(), start, end, usize::MAX) as i64))
}

pub(super) fn contains(vm: &Vm, obj: &Obj, item: &Obj) -> Res<bool> {
    let s = own(vm, obj)?;
    match item.get::<Str>() {
        Some(needle) => Ok(search::find(s.view(), needle.view(), 0, s.len()).is_some()),
        None => Err(
            vm.type_error(format!("'in <string>' requires string as left operand, not {}", item.ty().name()))
        ),
    }
}

fn begins(s: &Str, prefix: &Str, start: usize, end: usize) -> bool {
    start <= end && start + prefix.len() <= end && search::matches_at(s.view(), prefix.view(), start)
}

fn ends(s: &Str, suffix: &Str, start: usize, end: usize) -> bool {
    start <= end
        && end - start >= suffix.len()
        && search::matches_at(s.view(), suffix.view(), end - suffix.len())
}

fn affix(
    vm: &Vm,
    obj: &Obj,
    name: &str,
    args: Args<'_>,
    test: fn(&Str, &Str, usize, usize) -> bool,
) -> Res<Obj> {
    args.check_positional(vm, name, 1, 3)?;
    let s = own(vm, obj)?;
    let (start, end) = bounds(vm, args.values.get(1), args.values.get(2), s.len())?;
    let affix = &args.values[0];
    if let Some(affix) = affix.get::<Str>() {
        return Ok(vm.bool(test(s, affix, start, end)));
    }
    let Some(affixes) = affix.get::<Tuple>() else {
        return Err(vm.type_error(format!(
            "{name} first arg must be str or a tuple of str, not {}",
            affix.ty().name()
        )));
    };
    for item in affixes.items() {
        let Some(item) = item.get::<Str>() else {
            return Err(
                vm.type_error(format!("tuple for {name} must only contain str, not {}", item.ty().name()))
            );
        };
        if test(s, item, start, end) {
            return Ok(vm.bool(true));
        }
    }
    Ok(vm.bool(false))
}

pub(super) fn starts_with(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    affix(vm, obj, "startswith", args, begins)
}

pub(super) fn ends_with(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    affix(vm, obj, "endswith", args, ends)
}

pub(super) fn remove_prefix(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (s, prefix) = (own(vm, obj)?, vm.str_arg("removeprefix", "argument", &args.values[0])?);
    let start = if begins(s, prefix, 0, s.len()) { prefix.len() } else { 0 };
    slice(vm, obj, start, s.len())
}

pub(super) fn remove_suffix(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (s, suffix) = (own(vm, obj)?, vm.str_arg("removesuffix", "argument", &args.values[0])?);
    let end = if ends(s, suffix, 0, s.len()) { s.len() - suffix.len() } else { s.len() };
    slice(vm, obj, 0, end)
}

static REPLACE: Params<3> = Params::new("replace", ["", "", "count"]).positional_only(2).required(2);

pub(super) fn replace(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [old, new, most] = REPLACE.bind(vm, args)?;
    let (old, new) = (old.unwrap_or(&vm.none), new.unwrap_or(&vm.none));
    let old = vm.str_arg("replace", "argument 1", old)?;
    let new = vm.str_arg("replace", "argument 2", new)?;
    let most = most.map_or(Ok(-1), |n| vm.as_isize(n))?;
    replace_text(vm, obj, old, new, usize::try_from(most).unwrap_or(usize::MAX))
}

fn replace_text(vm: &Vm, obj: &Obj, old: &Str, new: &Str, most: usize) -> Res<Obj> {
    let s = own(vm, obj)?;
    if most == 0 || std::ptr::eq(old, new) || (old.is_empty() && new.is_empty()) {
        return exact(vm, obj);
    }
    let view = s.view();
    let times = search::count(view, old.view(), 0, s.len(), most);
    if times == 0 {
        return exact(vm, obj);
    }
    let size = (s.len() - old.len() * times.min(s.len())).saturating_add(new.len().saturating_mul(times));
    vm.check_alloc(size)?;
    let mut out = StrWriter::with_capacity(size);
    if old.is_empty() {
        for (i, c) in s.code_points().enumerate() {
            if i < times {
                out.push_str(new);
            }
            out.push(c);
        }
        if times > s.len() {
            out.push_str(new);
        }
        return Ok(out.finish(vm));
    }
    let mut at = 0;
    for place in search::places(view, old.view(), 0, s.len()).take(times) {
        out.push_view(part(view, at, place));
        out.push_str(new);
        at = place + old.len();
    }
    out.push_view(part(view, at, s.len()));
    Ok(out.finish(vm))
}
