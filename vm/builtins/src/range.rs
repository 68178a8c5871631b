//! `range` and its iterators (CPython's `rangeobject.c`): words where the numbers fit, big integers otherwise.

use std::cell::RefCell;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};
use object::protocol::self_iter;
use object::{
    Args, CompareOp, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, Payload, Range, Ref, Res,
    Slice, Type, Vm,
};

static RANGE: NativeType = NativeType::new("range", Range::VTABLE)
    .flags(object::TypeFlags::SEQUENCE)
    .doc("range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(|vm, obj| {
            let own = range(vm, obj)?;
            Ok(iterator(vm, own, false))
        }));
        s.nb_bool.set(Some(|vm, obj| vm.is_true(&range(vm, obj)?.length)));
        s.sq_length.set(Some(|vm, obj| Ok(vm.as_isize(&range(vm, obj)?.length)? as usize)));
        s.sq_item.set(Some(|vm, obj, index| item(vm, range(vm, obj)?, &vm.int(index as i64))));
        s.sq_contains.set(Some(contains));
        s.mp_length.set(Some(|vm, obj| Ok(vm.as_isize(&range(vm, obj)?.length)? as usize)));
        s.mp_subscript.set(Some(subscript));
    })
    .methods(&[
        NativeDef::no_args("__reversed__", |vm, obj, _| Ok(iterator(vm, range(vm, obj)?, true)), "Return a reverse iterator."),
        NativeDef::no_args("__reduce__", |vm, obj, _| {
            let own = range(vm, obj)?;
            let parts = vm.tuple([own.start.clone(), own.stop.clone(), own.step.clone()]);
            Ok(vm.tuple([obj.ty().as_obj().clone(), parts]))
        }, ""),
        NativeDef::one("count", count, "rangeobject.count(value) -> integer -- return number of occurrences of value"),
        NativeDef::one("index", index, "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present."),
    ])
    .members(&[
        MemberDef::read_only("start", |vm, obj| Ok(range(vm, obj)?.start.clone()), ""),
        MemberDef::read_only("stop", |vm, obj| Ok(range(vm, obj)?.stop.clone()), ""),
        MemberDef::read_only("step", |vm, obj| Ok(range(vm, obj)?.step.clone()), ""),
    ])
    .size(48, 0);

fn range<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Range> {
    obj.get::<Range>().ok_or_else(|| vm.type_error("a range is needed"))
}

fn new(vm: &Vm, _ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "range")?;
    args.check_positional(vm, "range", 1, 3)?;
    let exact = |obj: &Obj| -> Res<Obj> {
        let index = vm.index(obj)?;
        Ok(if index.is_exactly(&vm.types.int) { index } else { vm.int_big(big(&index)) })
    };
    let (start, stop, step) = match args.values {
        [stop] => (vm.int(0), exact(stop)?, vm.int(1)),
        [start, stop] => (exact(start)?, exact(stop)?, vm.int(1)),
        [start, stop, step, ..] => (exact(start)?, exact(stop)?, exact(step)?),
        [] => return Err(vm.system_error("range without arguments")),
    };
    if vm.int_value(&step) == Some(0) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    Ok(make(vm, start, stop, step))
}

/// A range of these numbers; the step is not 0.
fn make(vm: &Vm, start: Obj, stop: Obj, step: Obj) -> Obj {
    let length = match (vm.int_value(&start), vm.int_value(&stop), vm.int_value(&step)) {
        (Some(start), Some(stop), Some(step)) => vm.int_unsigned(word_length(start, stop, step)),
        _ => {
            let (start, stop, step) = (big(&start), big(&stop), big(&step));
            let (distance, step) =
                if step.is_negative() { (start - stop, -step) } else { (stop - start, step) };
            let length = if distance.is_positive() { (distance - 1) / step + 1 } else { BigInt::ZERO };
            vm.int_big(length)
        }
    };
    Ref::new(&vm.types.range, Range { start, stop, step, length }).into_obj()
}

/// How many numbers there are from `start` on, before `stop`.
fn word_length(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 && start < stop {
        (stop.abs_diff(start) - 1) / step.unsigned_abs() + 1
    } else if step < 0 && start > stop {
        (start.abs_diff(stop) - 1) / step.unsigned_abs() + 1
    } else {
        0
    }
}

fn big(obj: &Obj) -> BigInt {
    obj.get::<Int>().map(Int::to_big).unwrap_or_default()
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = range(vm, obj)?;
    let (start, stop) = (vm.repr_text(&own.start)?, vm.repr_text(&own.stop)?);
    if vm.int_value(&own.step) == Some(1) {
        return Ok(vm.str(&format!("range({start}, {stop})")));
    }
    Ok(vm.str(&format!("range({start}, {stop}, {})", vm.repr_text(&own.step)?)))
}

/// What two equal ranges share: length, and as far as they matter first number and step.
fn essence(vm: &Vm, own: &Range) -> Obj {
    let none = || vm.none.clone();
    let (start, step) = match vm.int_value(&own.length) {
        Some(0) => (none(), none()),
        Some(1) => (own.start.clone(), none()),
        _ => (own.start.clone(), own.step.clone()),
    };
    vm.tuple([own.length.clone(), start, step])
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    vm.hash(&essence(vm, range(vm, obj)?))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Range>(), b.get::<Range>()) else {
        return Ok(vm.not_implemented.clone());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.not_implemented.clone());
    }
    let same = a.is(b) || vm.eq(&essence(vm, x), &essence(vm, y))?;
    Ok(vm.bool(same == (op == CompareOp::Eq)))
}

/// Number `index` of the range; negative indices count from the end.
fn item(vm: &Vm, own: &Range, index: &Obj) -> Res<Obj> {
    let out_of_range = || vm.index_error("range object index out of range");
    let words =
        (vm.int_value(index), vm.int_value(&own.length), vm.int_value(&own.start), vm.int_value(&own.step));
    if let (Some(index), Some(length), Some(start), Some(step)) = words {
        let index = if index < 0 { index + length } else { index };
        if !(0..length).contains(&index) {
            return Err(out_of_range());
        }
        if let Some(value) = index.checked_mul(step).and_then(|offset| start.checked_add(offset)) {
            return Ok(vm.int(value));
        }
    }
    let (mut index, length) = (big(index), big(&own.length));
    if index.is_negative() {
        index += &length;
    }
    if index.is_negative() || index >= length {
        return Err(out_of_range());
    }
    Ok(vm.int_big(big(&own.start) + index * big(&own.step)))
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    let own = range(vm, obj)?;
    if vm.has_index(key) {
        return item(vm, own, &vm.index(key)?);
    }
    let Some(slice) = key.get::<Slice>() else {
        return Err(
            vm.type_error(format!("range indices must be integers or slices, not {}", key.ty().name()))
        );
    };
    let (first, last, by) = super::slice::long_indices(vm, slice, &big(&own.length))?;
    let (start, step) = (big(&own.start), big(&own.step));
    let at = |index: BigInt| vm.int_big(&start + index * &step);
    Ok(make(vm, at(first), at(last), vm.int_big(&step * by)))
}

/// The index of an exact `int`, if it is in the range.
fn index_of(vm: &Vm, own: &Range, value: &Obj) -> Option<Obj> {
    let (start, stop, step, value) = (big(&own.start), big(&own.stop), big(&own.step), big(value));
    let inside =
        if step.is_negative() { value <= start && value > stop } else { value >= start && value < stop };
    let (index, rest) = (value - start).div_rem(&step);
    (inside && rest.is_zero()).then(|| vm.int_big(index))
}

/// Whether the value is searched for by arithmetic rather than by comparing.
fn is_exact_int(vm: &Vm, value: &Obj) -> bool {
    value.is_exactly(&vm.types.int) || value.is_exactly(&vm.types.bool)
}

fn contains(vm: &Vm, obj: &Obj, value: &Obj) -> Res<bool> {
    if is_exact_int(vm, value) {
        return Ok(index_of(vm, range(vm, obj)?, value).is_some());
    }
    vm.iter_contains(obj, value)
}

fn count(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = &args.values[0];
    if is_exact_int(vm, value) {
        return Ok(vm.int(index_of(vm, range(vm, obj)?, value).is_some().into()));
    }
    let mut count = 0;
    vm.for_each(obj, |item| {
        count += i64::from(vm.eq(&item, value)?);
        Ok(true)
    })?;
    Ok(vm.int(count))
}

fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = &args.values[0];
    if is_exact_int(vm, value) {
        return index_of(vm, range(vm, obj)?, value)
            .ok_or_else(|| vm.value_error("range.index(x): x not in range"));
    }
    let mut at = 0;
    let mut found = None;
    vm.for_each(obj, |item| {
        if vm.eq(&item, value)? {
            found = Some(at);
        }
        at += 1;
        Ok(found.is_none())
    })?;
    match found {
        Some(index) => Ok(vm.int(index)),
        None => Err(vm.value_error("sequence.index(x): x not in sequence")),
    }
}

/// The payload of `longrange_iterator`: the next number, the step, how many are left.
struct LongRangeIter(RefCell<(BigInt, BigInt, BigInt)>);

impl Payload for LongRangeIter {
    const NAME: &'static str = "longrange_iterator";
    const TRACKED: bool = false;
}

static LONG_RANGE_ITERATOR: NativeType = NativeType::new("longrange_iterator", LongRangeIter::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(LongRangeIter(state)) = obj.get::<LongRangeIter>() else { return Ok(None) };
            let mut state = state.borrow_mut();
            let (next, step, left) = &mut *state;
            if !left.is_positive() {
                return Ok(None);
            }
            let value = vm.int_big(next.clone());
            *next += &*step;
            *left -= 1;
            Ok(Some(value))
        }));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, obj, _| {
                let left = obj.get::<LongRangeIter>().map(|own| own.0.borrow().2.clone());
                Ok(vm.int_big(left.unwrap_or_default()))
            },
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args(
            "__reduce__",
            |vm, obj, _| {
                let iter = vm.builtin("iter")?;
                let Some(own) = obj.get::<LongRangeIter>() else { return Ok(vm.none.clone()) };
                let (start, step, left) = own.0.borrow().clone();
                let stop = &start + &step * left;
                let rest = make(vm, vm.int_big(start), vm.int_big(stop), vm.int_big(step));
                Ok(vm.tuple([iter, vm.tuple([rest]), vm.none.clone()]))
            },
            "Return state information for pickling.",
        ),
        NativeDef::one(
            "__setstate__",
            |vm, obj, args| {
                let index = big(&vm.index(&args.values[0])?);
                if let Some(own) = obj.get::<LongRangeIter>() {
                    let mut state = own.0.borrow_mut();
                    let (next, step, left) = &mut *state;
                    let by = index.clamp(BigInt::ZERO, left.clone());
                    *next += &*step * &by;
                    *left -= by;
                }
                Ok(vm.none.clone())
            },
            "Set state information for unpickling.",
        ),
    ])
    .size(40, 0);

/// An iterator over a range, from either end.
fn iterator(vm: &Vm, own: &Range, reversed: bool) -> Obj {
    let words = (vm.int_value(&own.start), vm.int_value(&own.step), vm.int_value(&own.length));
    if let (Some(start), Some(step), Some(length)) = words {
        let ends = if reversed {
            let last = (length - 1).checked_mul(step).and_then(|offset| start.checked_add(offset));
            last.zip(step.checked_neg())
        } else {
            // The last number must fit, too.
            let last =
                length.checked_sub(1).and_then(|n| n.checked_mul(step)).and_then(|o| start.checked_add(o));
            last.map(|_| (start, step))
        };
        if length == 0 {
            return vm.range_iterator(0, 1, 0);
        }
        if let Some((first, step)) = ends {
            return vm.range_iterator(first, step, length as u64);
        }
    }
    let (start, step, length) = (big(&own.start), big(&own.step), big(&own.length));
    let state = if reversed { (start + (&length - 1) * &step, -step, length) } else { (start, step, length) };
    Ref::new(vm.native_type(&LONG_RANGE_ITERATOR), LongRangeIter(RefCell::new(state))).into_obj()
}

/// Gives the type its behaviour.
pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.range, &RANGE);
}
