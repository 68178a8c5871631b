//! `_bisect` (`_bisectmodule.c`): searching and inserting in sorted sequences.

use object::{Args, CompareOp, Int, List, NativeDef, Obj, Params, Res, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_bisect", "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n").functions(&[
    NativeDef::keywords("bisect_right", |vm, _, args| bisect(vm, args, &BISECT_RIGHT, Side::Right), "($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nReturn the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x)\nwill insert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::keywords("insort_right", |vm, _, args| insort(vm, args, &INSORT_RIGHT, Side::Right), "($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nInsert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::keywords("bisect_left", |vm, _, args| bisect(vm, args, &BISECT_LEFT, Side::Left), "($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nReturn the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)\nwill insert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
    NativeDef::keywords("insort_left", |vm, _, args| insort(vm, args, &INSORT_LEFT, Side::Left), "($module, /, a, x, lo=0, hi=None, *, key=None)\n--\n\nInsert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."),
]);

/// Where among equal items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

const fn params(function: &'static str) -> Params<5> {
    Params::new(function, ["a", "x", "lo", "hi", "key"]).required(2).keyword_only(4)
}

static BISECT_RIGHT: Params<5> = params("bisect_right");
static BISECT_LEFT: Params<5> = params("bisect_left");
static INSORT_RIGHT: Params<5> = params("insort_right");
static INSORT_LEFT: Params<5> = params("insort_left");

struct Search<'a> {
    sequence: &'a Obj,
    item: &'a Obj,
    low: isize,
    /// `None` is the sequence's length, and so is −1.
    high: Option<isize>,
    key: Option<&'a Obj>,
}

fn bind<'a>(vm: &Vm, args: Args<'a>, params: &Params<5>) -> Res<Search<'a>> {
    let [sequence, item, low, high, key] = params.bind(vm, args)?;
    let (Some(sequence), Some(item)) = (sequence, item) else {
        return Err(vm.system_error("argument count"));
    };
    let low = low.map_or(Ok(0), |low| vm.as_isize(low))?;
    let high = match high.filter(|high| !high.is(&vm.none)) {
        None => None,
        Some(high) if high.get::<Int>().is_none() && !vm.has_index(high) => {
            let name = high.ty().name();
            return Err(vm.type_error(format!("argument should be integer or None, not '{name}'")));
        }
        Some(high) => Some(vm.index_as_isize(high, Some(&vm.exc.overflow_error))?).filter(|high| *high != -1),
    };
    Ok(Search { sequence, item, low, high, key: key.filter(|key| !key.is(&vm.none)) })
}

/// Where `wanted`, a key already, belongs.
fn place(vm: &Vm, search: &Search<'_>, wanted: &Obj, side: Side) -> Res<isize> {
    let mut low = search.low;
    if low < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    let mut high = match search.high {
        Some(high) => high,
        None => vm.len(search.sequence)? as isize,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let item = vm.sequence_item(search.sequence, middle)?;
        let item = match search.key {
            Some(key) => vm.call1(key, &item)?,
            None => item,
        };
        let go_right = match side {
            Side::Left => vm.compare_bool(&item, wanted, CompareOp::Lt)?,
            Side::Right => !vm.compare_bool(wanted, &item, CompareOp::Lt)?,
        };
        if go_right {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn bisect(vm: &Vm, args: Args<'_>, params: &Params<5>, side: Side) -> Res<Obj> {
    let search = bind(vm, args, params)?;
    Ok(vm.int(place(vm, &search, search.item, side)? as i64))
}

fn insort(vm: &Vm, args: Args<'_>, params: &Params<5>, side: Side) -> Res<Obj> {
    let search = bind(vm, args, params)?;
    let place = match search.key {
        Some(key) => place(vm, &search, &vm.call1(key, search.item)?, side)?,
        None => place(vm, &search, search.item, side)?,
    };
    match search.sequence.get::<List>().filter(|_| search.sequence.is_exactly(&vm.types.list)) {
        Some(list) => list.0.insert(place.max(0) as usize, search.item.clone()),
        None => {
            let insert = vm.getattr_text(search.sequence, "insert")?;
            drop(vm.call(&insert, &[vm.int(place as i64), search.item.clone()])?);
        }
    }
    Ok(vm.none.clone())
}
