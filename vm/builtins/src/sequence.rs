//! What `list` and `tuple` share: comparing, showing, searching.

use object::{CompareOp, Obj, Res, SliceIndices, Vm};

/// Compares item by item (`list_richcompare`). `get` must give nothing where the sequence ends, also after it shrank.
pub(crate) fn compare(
    vm: &Vm,
    left: impl Fn(usize) -> Option<Obj>,
    right: impl Fn(usize) -> Option<Obj>,
    lengths: impl Fn() -> (usize, usize),
    op: CompareOp,
) -> Res<Obj> {
    let (a, b) = lengths();
    if a != b && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.bool(op == CompareOp::Ne));
    }
    let mut index = 0;
    while let (Some(x), Some(y)) = (left(index), right(index)) {
        if !vm.eq(&x, &y)? {
            // Comparing may have changed what is compared.
            let (Some(x), Some(y)) = (left(index), right(index)) else { break };
            return match op {
                CompareOp::Eq => Ok(vm.false_.clone()),
                CompareOp::Ne => Ok(vm.true_.clone()),
                _ => vm.compare(&x, &y, op),
            };
        }
        index += 1;
    }
    let (a, b) = lengths();
    Ok(vm.bool(op.holds(a.cmp(&b))))
}

/// `open + ", ".join(map(repr, items)) + close`, or `nested` where the container is being shown already.
pub(crate) fn repr(
    vm: &Vm,
    container: &Obj,
    item: impl Fn(usize) -> Option<Obj>,
    (open, close): (&str, &str),
    single_comma: bool,
) -> Res<Obj> {
    if !vm.repr_enter(container) {
        return Ok(vm.str(&format!("{open}...{close}")));
    }
    let result = (|| {
        let mut parts = vec![vm.str_ref(open)];
        let mut index = 0;
        while let Some(item) = item(index) {
            if index > 0 {
                parts.push(vm.str_ref(", "));
            }
            parts.push(vm.recurse(" while getting the repr of an object", || vm.repr_ref(&item))?);
            index += 1;
        }
        if index == 1 && single_comma {
            parts.push(vm.str_ref(","));
        }
        parts.push(vm.str_ref(close));
        let views: Vec<&object::Str> = parts.iter().map(|part| &**part).collect();
        Ok(object::Str::join(&vm.types.str, &views).into_obj())
    })();
    vm.repr_leave(container);
    result
}

/// Whether an item equal to `wanted` is there.
pub(crate) fn contains(vm: &Vm, item: impl Fn(usize) -> Option<Obj>, wanted: &Obj) -> Res<bool> {
    Ok(position(vm, item, wanted, 0, usize::MAX)?.is_some())
}

/// The first index in `start..stop` of an item equal to `wanted`.
pub(crate) fn position(
    vm: &Vm,
    item: impl Fn(usize) -> Option<Obj>,
    wanted: &Obj,
    start: usize,
    stop: usize,
) -> Res<Option<usize>> {
    let mut index = start;
    while index < stop {
        let Some(found) = item(index) else { break };
        if vm.eq(&found, wanted)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

/// How many items equal `wanted`.
pub(crate) fn count(vm: &Vm, item: impl Fn(usize) -> Option<Obj>, wanted: &Obj) -> Res<Obj> {
    let mut found = 0;
    let mut index = 0;
    while let Some(item) = item(index) {
        found += i64::from(vm.eq(&item, wanted)?);
        index += 1;
    }
    Ok(vm.int(found))
}

/// The bounds of `index(value, start, stop)`, negative ones counted from the end.
pub fn bounds(vm: &Vm, start: Option<&Obj>, stop: Option<&Obj>, len: usize) -> Res<(usize, usize)> {
    let turn = |value: Option<&Obj>, default: usize| -> Res<usize> {
        let Some(value) = value else { return Ok(default) };
        let not_an_index = || vm.type_error("slice indices must be integers or have an __index__ method");
        let index = vm.slice_index(value)?.ok_or_else(not_an_index)?;
        Ok(from_start(index, len))
    };
    Ok((turn(start, 0)?, turn(stop, usize::MAX)?))
}

/// An index that may count from the end, from the start; it may lie behind the end.
pub(crate) fn from_start(index: isize, len: usize) -> usize {
    if index < 0 { index.saturating_add(len as isize).max(0) as usize } else { index as usize }
}

/// The items of a slice.
pub(crate) fn take(item: impl Fn(usize) -> Option<Obj>, indices: SliceIndices) -> Vec<Obj> {
    let mut items = Vec::with_capacity(indices.count);
    items.extend(indices.iter().filter_map(item));
    items
}

/// `items * count`, checked for size first.
pub(crate) fn repeat(vm: &Vm, items: &[Obj], count: isize) -> Res<Vec<Obj>> {
    let count = count.max(0) as usize;
    let total = items.len().checked_mul(count).ok_or_else(|| vm.memory_error())?;
    vm.check_alloc(total.saturating_mul(size_of::<Obj>()))?;
    let mut out = Vec::with_capacity(total);
    for _ in 0..count {
        out.extend_from_slice(items);
    }
    Ok(out)
}
