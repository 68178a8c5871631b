//! The methods of `str` about case and kinds of characters.

use object::{Args, Obj, Ref, Res, Str, Vm};

use super::{exact, own};
use crate::unicode;

/// A string of these code points.
fn from_points(vm: &Vm, points: &[u32]) -> Res<Obj> {
    Ok(Str::from_code_points(&vm.types.str, points).into_obj())
}

fn ascii(vm: &Vm, bytes: &[u8]) -> Res<Obj> {
    Ok(Str::from_latin1(&vm.types.str, bytes).into_obj())
}

fn points(s: &Str) -> Vec<u32> {
    s.code_points().collect()
}

pub(super) fn upper(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let s = own(vm, obj)?;
    if let Some(text) = s.as_ascii() {
        return ascii(vm, &text.as_bytes().to_ascii_uppercase());
    }
    let mut out = Vec::with_capacity(s.len());
    s.code_points().for_each(|c| unicode::push_upper(c, &mut out));
    from_points(vm, &out)
}

pub(super) fn lower(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let s = own(vm, obj)?;
    if let Some(text) = s.as_ascii() {
        return ascii(vm, &text.as_bytes().to_ascii_lowercase());
    }
    let text = points(s);
    let mut out = Vec::with_capacity(text.len());
    (0..text.len()).for_each(|i| unicode::push_lower(&text, i, &mut out));
    from_points(vm, &out)
}

pub(super) fn casefold(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let s = own(vm, obj)?;
    if s.as_ascii().is_some() {
        return lower(vm, obj, args);
    }
    let mut out = Vec::with_capacity(s.len());
    s.code_points().for_each(|c| unicode::push_fold(c, &mut out));
    from_points(vm, &out)
}

pub(super) fn capitalize(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let text = points(own(vm, obj)?);
    let Some(&first) = text.first() else { return exact(vm, obj) };
    let mut out = Vec::with_capacity(text.len());
    unicode::push_title(first, &mut out);
    (1..text.len()).for_each(|i| unicode::push_lower(&text, i, &mut out));
    from_points(vm, &out)
}

pub(super) fn title(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let text = points(own(vm, obj)?);
    let mut out = Vec::with_capacity(text.len());
    let mut within = false;
    for (i, &c) in text.iter().enumerate() {
        if within {
            unicode::push_lower(&text, i, &mut out);
        } else {
            unicode::push_title(c, &mut out);
        }
        within = unicode::is_cased(c);
    }
    from_points(vm, &out)
}

pub(super) fn swapcase(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let text = points(own(vm, obj)?);
    let mut out = Vec::with_capacity(text.len());
    for (i, &c) in text.iter().enumerate() {
        if unicode::is_upper(c) {
            unicode::push_lower(&text, i, &mut out);
        } else if unicode::is_lower(c) {
            unicode::push_upper(c, &mut out);
        } else {
            out.push(c);
        }
    }
    from_points(vm, &out)
}

/// Whether there is a character and all are of the kind.
fn all(vm: &Vm, obj: &Obj, test: fn(u32) -> bool) -> Res<Obj> {
    let s = own(vm, obj)?;
    Ok(vm.bool(!s.is_empty() && s.code_points().all(test)))
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(pub(super) fn $name(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
            all(vm, obj, unicode::$name)
        })*
    };
}

tests! { is_alpha is_alnum is_decimal is_digit is_numeric is_space }

pub(super) fn is_printable(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(own(vm, obj)?.code_points().all(bytecode::unicode::is_printable)))
}

pub(super) fn is_ascii(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(own(vm, obj)?.as_ascii().is_some()))
}

/// Whether the string is an identifier (keywords are).
pub fn is_identifier_text(s: &Str) -> bool {
    let mut points = s.code_points();
    let starts = points.next().is_some_and(|c| c == u32::from('_') || unicode::is_xid_start(c));
    starts && points.all(unicode::is_xid_continue)
}

pub(super) fn is_identifier(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(is_identifier_text(own(vm, obj)?)))
}

/// Whether something is cased and nothing is of the other cases.
fn one_case(s: &Ref<Str>, wanted: fn(u32) -> bool, other: fn(u32) -> bool) -> bool {
    let mut found = false;
    for c in s.code_points() {
        if other(c) || unicode::is_title(c) {
            return false;
        }
        found |= wanted(c);
    }
    found
}

pub(super) fn is_lower(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(one_case(own(vm, obj)?, unicode::is_lower, unicode::is_upper)))
}

pub(super) fn is_upper(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(one_case(own(vm, obj)?, unicode::is_upper, unicode::is_lower)))
}

pub(super) fn is_title(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let (mut found, mut after_cased) = (false, false);
    for c in own(vm, obj)?.code_points() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            if after_cased {
                return Ok(vm.bool(false));
            }
            (found, after_cased) = (true, true);
        } else if unicode::is_lower(c) {
            if !after_cased {
                return Ok(vm.bool(false));
            }
            found = true;
        } else {
            after_cased = false;
        }
    }
    Ok(vm.bool(found))
}
