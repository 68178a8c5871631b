//! The methods of `str` that take strings apart and put them together: `split`, `partition`, `strip`, `join`.

use object::raw::StrView;
use object::{Args, Obj, Params, Res, Str, Vm};

use super::{exact, own, search, slice, sub};
use crate::unicode;

static SPLIT: Params<2> = Params::new("split", ["sep", "maxsplit"]);
static RSPLIT: Params<2> = Params::new("rsplit", ["sep", "maxsplit"]);

/// The separator, if there is one, and the most splits.
fn split_args<'a>(vm: &Vm, params: &Params<2>, args: Args<'a>) -> Res<(Option<&'a Str>, usize)> {
    let [sep, most] = params.bind(vm, args)?;
    let most = most.map_or(Ok(-1), |n| vm.as_isize(n))?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let Some(sep) = sep.filter(|s| !s.is(&vm.none)) else { return Ok((None, most)) };
    match sep.get::<Str>() {
        Some(sep) if sep.is_empty() => Err(vm.value_error("empty separator")),
        Some(sep) => Ok((Some(sep), most)),
        None => Err(vm.type_error(format!("must be str or None, not {}", sep.ty().name()))),
    }
}

#[inline]
fn space_at(view: StrView<'_>, i: usize) -> bool {
    match view {
        StrView::One(s) => unicode::is_space(s[i].into()),
        StrView::Two(s) => unicode::is_space(s[i].into()),
        StrView::Four(s) => unicode::is_space(s[i]),
    }
}

pub(super) fn split(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (sep, most) = split_args(vm, &SPLIT, args)?;
    let s = own(vm, obj)?;
    let (view, len) = (s.view(), s.len());
    let mut parts = Vec::new();
    let mut at = 0;
    match sep {
        Some(sep) => {
            for place in search::places(view, sep.view(), 0, len).take(most) {
                parts.push(sub(vm, s, at, place));
                at = place + sep.len();
            }
            parts.push(if at == 0 { exact(vm, obj)? } else { sub(vm, s, at, len) });
        }
        None => loop {
            while at < len && space_at(view, at) {
                at += 1;
            }
            if at == len {
                break;
            }
            let mut end = len;
            if parts.len() < most {
                end = at;
                while end < len && !space_at(view, end) {
                    end += 1;
                }
            } else {
                parts.push(sub(vm, s, at, end));
                break;
            }
            parts.push(sub(vm, s, at, end));
            at = end;
        },
    }
    Ok(list_of(vm, parts, s.len(), sep, most))
}

pub(super) fn rsplit(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (sep, most) = split_args(vm, &RSPLIT, args)?;
    let s = own(vm, obj)?;
    let view = s.view();
    let mut parts = Vec::new();
    let mut end = s.len();
    match sep {
        Some(sep) => {
            while parts.len() < most {
                let Some(place) = search::rfind(view, sep.view(), 0, end) else { break };
                parts.push(sub(vm, s, place + sep.len(), end));
                end = place;
            }
            parts.push(sub(vm, s, 0, end));
        }
        None => loop {
            while end > 0 && space_at(view, end - 1) {
                end -= 1;
            }
            if end == 0 {
                break;
            }
            let mut start = 0;
            if parts.len() < most {
                start = end;
                while start > 0 && !space_at(view, start - 1) {
                    start -= 1;
                }
                parts.push(sub(vm, s, start, end));
                end = start;
            } else {
                parts.push(sub(vm, s, start, end));
                break;
            }
        },
    }
    parts.reverse();
    Ok(list_of(vm, parts, s.len(), sep, most))
}

/// The list of the parts, with the room that CPython's has: for as many as there can be, at most twelve.
fn list_of(vm: &Vm, parts: Vec<Obj>, len: usize, sep: Option<&Str>, most: usize) -> Obj {
    let possible = match (most, sep) {
        (usize::MAX, None) => len.saturating_sub(1) / 2 + 1,
        (usize::MAX, Some(sep)) => len / sep.len().max(1) + 1,
        _ => most,
    };
    vm.list_with_room(parts, possible.saturating_add(1).min(MOST_PARTS))
}

/// For so many parts a list has room at first (`MAX_PREALLOC`).
pub(crate) const MOST_PARTS: usize = 12;

static SPLITLINES: Params<1> = Params::new("splitlines", ["keepends"]);

pub(super) fn split_lines(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [keep] = SPLITLINES.bind(vm, args)?;
    let keep = keep.map_or(Ok(false), |k| vm.is_true(k))?;
    let s = own(vm, obj)?;
    let (mut lines, mut start) = (Vec::new(), 0);
    let mut points = s.code_points().enumerate().peekable();
    while let Some((i, c)) = points.next() {
        if !unicode::is_linebreak(c) {
            continue;
        }
        let mut end = i + 1;
        if c == 0x0D && points.next_if(|&(_, c)| c == 0x0A).is_some() {
            end += 1;
        }
        lines.push(sub(vm, s, start, if keep { end } else { i }));
        start = end;
    }
    if start < s.len() {
        lines.push(sub(vm, s, start, s.len()));
    }
    Ok(vm.list_with_room(lines, 0))
}

fn separator<'a>(vm: &Vm, args: Args<'a>) -> Res<(&'a Obj, &'a Str)> {
    let sep = &args.values[0];
    match sep.get::<Str>() {
        Some(text) if text.is_empty() => Err(vm.value_error("empty separator")),
        Some(text) => Ok((sep, text)),
        None => Err(vm.type_error(format!("must be str, not {}", sep.ty().name()))),
    }
}

pub(super) fn partition(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (s, (sep, text)) = (own(vm, obj)?, separator(vm, args)?);
    let empty = || vm.names.empty.clone().into_obj();
    match search::find(s.view(), text.view(), 0, s.len()) {
        None => Ok(vm.tuple([exact(vm, obj)?, empty(), empty()])),
        Some(i) => {
            let tail = sub(vm, s, i + text.len(), s.len());
            Ok(vm.tuple([sub(vm, s, 0, i), exact(vm, sep)?, tail]))
        }
    }
}

pub(super) fn rpartition(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (s, (sep, text)) = (own(vm, obj)?, separator(vm, args)?);
    let empty = || vm.names.empty.clone().into_obj();
    match search::rfind(s.view(), text.view(), 0, s.len()) {
        None => Ok(vm.tuple([empty(), empty(), exact(vm, obj)?])),
        Some(i) => {
            let tail = sub(vm, s, i + text.len(), s.len());
            Ok(vm.tuple([sub(vm, s, 0, i), exact(vm, sep)?, tail]))
        }
    }
}

fn stripped(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>, left: bool, right: bool) -> Res<Obj> {
    let [chars] = args.unpack::<1>(vm, name, 0)?;
    let s = own(vm, obj)?;
    let view = s.view();
    let (mut start, mut end) = (0, s.len());
    let mut trim = |goes: &dyn Fn(usize) -> bool| {
        while left && start < end && goes(start) {
            start += 1;
        }
        while right && end > start && goes(end - 1) {
            end -= 1;
        }
    };
    match chars.filter(|c| !c.is(&vm.none)) {
        None => trim(&|i| space_at(view, i)),
        Some(chars) => {
            let Some(chars) = chars.get::<Str>() else {
                return Err(vm.type_error(format!("{name} arg must be None or str")));
            };
            trim(&|i| s.code_point(i).is_some_and(|c| chars.code_points().any(|k| k == c)));
        }
    }
    slice(vm, obj, start, end)
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

pub(super) fn join(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let sep = own(vm, obj)?;
    let items = vm.iter_to_vec_or(&args.values[0], "can only join an iterable")?;
    if let [one] = items.as_slice()
        && one.is_exactly(&vm.types.str)
    {
        return Ok(one.clone());
    }
    let mut parts: Vec<&Str> = Vec::with_capacity(items.len() * 2);
    for (i, item) in items.iter().enumerate() {
        let Some(text) = item.get::<Str>() else {
            return Err(vm.type_error(format!(
                "sequence item {i}: expected str instance, {} found",
                item.ty().name()
            )));
        };
        if i > 0 && !sep.is_empty() {
            parts.push(sep);
        }
        parts.push(text);
    }
    if parts.is_empty() {
        return Ok(vm.names.empty.clone().into_obj());
    }
    let width = parts.iter().map(|part| part.kind().width()).max().unwrap_or(1);
    let len = parts.iter().fold(0usize, |sum, part| sum.saturating_add(part.len()));
    vm.check_alloc(len.saturating_mul(width))?;
    Ok(Str::join(&vm.types.str, &parts).into_obj())
}
