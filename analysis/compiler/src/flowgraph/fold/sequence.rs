//! Strings, bytes and tuples: concatenation, repetition, subscripts.

use bytecode::{Const, PyString};
use num_traits::ToPrimitive;

use super::arith::as_int;

/// Longest tuple that repetition makes, in items
const MAX_COLLECTION: usize = 256;
/// Longest string that repetition makes, in characters
const MAX_STR: usize = 4096;
/// Most items, nested ones included, of a tuple that repetition makes
const MAX_ITEMS: i64 = 1024;

pub(super) fn concatenate(left: &Const, right: &Const) -> Option<Const> {
    match (left, right) {
        (Const::Str(a), Const::Str(b)) => {
            PyString::from_bytes(&[a.as_bytes(), b.as_bytes()].concat()).map(Const::Str)
        }
        (Const::Bytes(a), Const::Bytes(b)) => Some(Const::Bytes([&a[..], &b[..]].concat().into())),
        (Const::Tuple(a), Const::Tuple(b)) => Some(Const::Tuple(a.iter().chain(b.iter()).cloned().collect())),
        _ => None,
    }
}

/// Items of a sequence; `None` if it is none
fn len(value: &Const) -> Option<usize> {
    match value {
        Const::Str(s) => Some(s.code_points().count()),
        Const::Bytes(b) => Some(b.len()),
        Const::Tuple(items) => Some(items.len()),
        _ => None,
    }
}

/// What is left of `limit` after all items, nested ones too, are counted; negative if it is passed
fn count_down(value: &Const, limit: i64) -> i64 {
    let Const::Tuple(items) = value else { return limit };
    let mut left = limit - items.len() as i64;
    for item in items.iter() {
        if left < 0 {
            break;
        }
        left = stacker::maybe_grow(32 * 1024, 1024 * 1024, || count_down(item, left));
    }
    left
}

pub(super) fn repeat(left: &Const, right: &Const) -> Option<Const> {
    let (sequence, size, times) = match (len(left), len(right)) {
        (Some(size), None) => (left, size, as_int(right)?),
        (None, Some(size)) => (right, size, as_int(left)?),
        _ => return None,
    };
    let times = if size == 0 {
        // A count past sys.maxsize would raise.
        times.to_i64()?;
        0
    } else {
        let max = if matches!(sequence, Const::Tuple(_)) { MAX_COLLECTION } else { MAX_STR };
        times.to_usize().filter(|&n| n <= max / size)?
    };
    if times > 0 && count_down(sequence, MAX_ITEMS / times as i64) < 0 {
        return None;
    }
    match sequence {
        Const::Str(s) => PyString::from_bytes(&s.as_bytes().repeat(times)).map(Const::Str),
        Const::Bytes(b) => Some(Const::Bytes(b.repeat(times).into())),
        Const::Tuple(items) => Some(Const::Tuple((0..times).flat_map(|_| items.iter().cloned()).collect())),
        _ => None,
    }
}

pub(super) fn subscript(value: &Const, index: &Const) -> Option<Const> {
    let len = len(value)?;
    if let Const::Slice(parts) = index {
        let picked = slice_indices(parts, len)?;
        return match value {
            Const::Str(s) => {
                let points: Vec<u32> = s.code_points().collect();
                PyString::from_code_points(picked.map(|i| points[i])).map(Const::Str)
            }
            Const::Bytes(b) => Some(Const::Bytes(picked.map(|i| b[i]).collect())),
            Const::Tuple(items) => Some(Const::Tuple(picked.map(|i| items[i].clone()).collect())),
            _ => None,
        };
    }
    let index = as_int(index)?.to_i64()?;
    let index = usize::try_from(if index < 0 { index + len as i64 } else { index }).ok()?;
    match value {
        Const::Str(s) => PyString::from_code_points([s.code_points().nth(index)?]).map(Const::Str),
        Const::Bytes(b) => b.get(index).map(|&b| Const::Int(b.into())),
        Const::Tuple(items) => items.get(index).cloned(),
        _ => None,
    }
}

/// The indices that a slice picks from `len` items (`PySlice_AdjustIndices`)
fn slice_indices(parts: &[Const; 3], len: usize) -> Option<impl Iterator<Item = usize> + use<>> {
    // Numbers past the ends of i64 mean the ends.
    let number = |c: &Const| match c {
        Const::None => Some(None),
        c => as_int(c).map(|i| {
            let end = if i.sign() == num_bigint::Sign::Minus { -i64::MAX } else { i64::MAX };
            Some(i.to_i64().unwrap_or(end).max(-i64::MAX))
        }),
    };
    let (start, stop, step) = (number(&parts[0])?, number(&parts[1])?, number(&parts[2])?.unwrap_or(1));
    if step == 0 {
        return None;
    }
    let len = len as i64;
    let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
    let clamp = |i: i64| if i < 0 { (i + len).max(low) } else { i.min(high) };
    let start = start.map_or(if step > 0 { low } else { high }, clamp);
    let stop = stop.map_or(if step > 0 { high } else { low }, clamp);
    let next = move |&i: &i64| i.checked_add(step);
    let inside = move |i: &i64| if step > 0 { *i < stop } else { *i > stop };
    Some(std::iter::successors(Some(start), next).take_while(inside).map(|i| i as usize))
}
