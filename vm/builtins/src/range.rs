//! `range`.

use std::cell::RefCell;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use object::protocol::self_iter;
use object::{
    Args, CompareOp, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, Payload, Range, Ref, Res,
    Slice, Type, TypeFlags, Vm,
};

static RANGE: NativeType = NativeType::new("range", Range::VTABLE)
    .flags(TypeFlags::SEQUENCE)
    .doc("range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(iterator));
        s.nb_bool.set(Some(|vm, o| vm.is_true(&own(vm, o)?.length)));
        s.sq_length.set(Some(length));
        s.sq_item.set(Some(|vm, o, i| item(vm, own(vm, o)?, &BigInt::from(i))));
        s.sq_contains.set(Some(contains));
        s.mp_length.set(Some(length));
        s.mp_subscript.set(Some(subscript));
    })
    .methods(&[
        NativeDef::no_args("__reversed__", reversed, "Return a reverse iterator."),
        NativeDef::no_args("__reduce__", |vm, o, _| {
            let range = own(vm, o)?;
            let args = vm.tuple([range.start.clone(), range.stop.clone(), range.step.clone()]);
            Ok(vm.tuple([o.ty().as_obj().clone(), args]))
        }, ""),
        NativeDef::one("count", |vm, o, a| {
            if is_plain_int(vm, &a.values[0]) {
                return Ok(vm.int(contains(vm, o, &a.values[0])?.into()));
            }
            let items = vm.iter_to_vec(o)?;
            crate::sequence::count(vm, |i| items.get(i).cloned(), &a.values[0])
        }, "rangeobject.count(value) -> integer -- return number of occurrences of value"),
        NativeDef::one("index", index, "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present."),
    ])
    .members(&[
        MemberDef::read_only("start", |vm, o| Ok(own(vm, o)?.start.clone()), ""),
        MemberDef::read_only("stop", |vm, o| Ok(own(vm, o)?.stop.clone()), ""),
        MemberDef::read_only("step", |vm, o| Ok(own(vm, o)?.step.clone()), ""),
    ])
    .size(48, 0);

/// The payload of the iterator over numbers that do not fit a word.
struct LongIter(RefCell<LongState>);

struct LongState {
    next: BigInt,
    step: BigInt,
    left: BigInt,
}

impl Payload for LongIter {
    const NAME: &'static str = "longrange_iterator";
    const TRACKED: bool = false;
}

static LONG_ITERATOR: NativeType = NativeType::new("longrange_iterator", LongIter::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, o| {
            let Some(LongIter(state)) = o.get::<LongIter>() else { return Ok(None) };
            let mut state = state.borrow_mut();
            if !state.left.is_positive() {
                return Ok(None);
            }
            let value = state.next.clone();
            state.next = &value + &state.step;
            state.left -= 1;
            Ok(Some(vm.int_big(value)))
        }));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, o, _| {
                let left = o.get::<LongIter>().map(|iter| iter.0.borrow().left.clone());
                Ok(vm.int_big(left.unwrap_or_default()))
            },
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args("__reduce__", long_reduce, "Return state information for pickling."),
        NativeDef::one("__setstate__", long_setstate, "Set state information for unpickling."),
    ])
    .size(40, 0);

/// `iter(range(…))` of what is left.
fn long_reduce(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let Some(LongIter(state)) = obj.get::<LongIter>() else { return Ok(vm.none.clone()) };
    let (start, step, left) = {
        let state = state.borrow();
        (state.next.clone(), state.step.clone(), state.left.clone())
    };
    let stop = &start + &step * left;
    let rest = make(vm, vm.int_big(start), vm.int_big(stop), vm.int_big(step))?;
    Ok(vm.tuple([vm.builtin("iter")?, vm.tuple([rest]), vm.none.clone()]))
}

/// Skips so many numbers.
fn long_setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let skipped = big(vm, &args.values[0])?;
    if let Some(LongIter(state)) = obj.get::<LongIter>() {
        let mut state = state.borrow_mut();
        let skipped = skipped.max(BigInt::zero()).min(state.left.clone());
        state.next = &state.next + &state.step * &skipped;
        state.left -= skipped;
    }
    Ok(vm.none.clone())
}

pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.range, &RANGE);
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Range> {
    obj.get::<Range>().ok_or_else(|| vm.type_error("a range is needed"))
}

fn big(vm: &Vm, obj: &Obj) -> Res<BigInt> {
    obj.get::<Int>().map(Int::to_big).ok_or_else(|| vm.type_error("an integer is needed"))
}

/// Start, step and length, if all of them fit a word.
fn small(range: &Range) -> Option<(i64, i64, i64)> {
    let number = |obj: &Obj| obj.get::<Int>()?.small();
    let (start, step, length) = (number(&range.start)?, number(&range.step)?, number(&range.length)?);
    // The last value must fit too, and the one behind it.
    step.checked_mul(length)?.checked_add(start)?;
    Some((start, step, length))
}

fn new(vm: &Vm, _: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "range")?;
    args.check_positional(vm, "range", 1, 3)?;
    let number = |given: &Obj| -> Res<Obj> {
        let index = vm.index(given)?;
        if index.is_exactly(&vm.types.int) { Ok(index) } else { Ok(vm.int_big(big(vm, &index)?)) }
    };
    let (start, stop, step) = match args.values {
        [stop] => (vm.int(0), number(stop)?, vm.int(1)),
        [start, stop] => (number(start)?, number(stop)?, vm.int(1)),
        [start, stop, step, ..] => (number(start)?, number(stop)?, number(step)?),
        [] => return Err(vm.system_error("argument count")),
    };
    if big(vm, &step)?.is_zero() {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    make(vm, start, stop, step)
}

fn make(vm: &Vm, start: Obj, stop: Obj, step: Obj) -> Res<Obj> {
    let word = |obj: &Obj| obj.get::<Int>().and_then(Int::small);
    let quick = match (word(&start), word(&stop), word(&step)) {
        (Some(a), Some(b), Some(1)) => b.checked_sub(a).map(|n| vm.int(n.max(0))),
        _ => None,
    };
    let length = match quick {
        Some(length) => length,
        None => {
            let (a, b, by) = (big(vm, &start)?, big(vm, &stop)?, big(vm, &step)?);
            let (low, high) = if by.is_positive() { (&a, &b) } else { (&b, &a) };
            let length = if low < high {
                (high - low - BigInt::from(1)).div_floor(&by.abs()) + 1
            } else {
                BigInt::zero()
            };
            vm.int_big(length)
        }
    };
    Ok(Ref::new(&vm.types.range, Range { start, stop, step, length }).into_obj())
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let range = own(vm, obj)?;
    let (start, stop) = (vm.repr_text(&range.start)?, vm.repr_text(&range.stop)?);
    let step = vm.repr_text(&range.step)?;
    Ok(vm.str(&if step == "1" {
        format!("range({start}, {stop})")
    } else {
        format!("range({start}, {stop}, {step})")
    }))
}

/// What equal ranges have in common: the length, the start unless empty, the step unless of one.
fn essence(vm: &Vm, range: &Range) -> Res<[Obj; 3]> {
    let length = big(vm, &range.length)?;
    let start = if length.is_zero() { vm.none.clone() } else { range.start.clone() };
    let step = if length <= BigInt::from(1) { vm.none.clone() } else { range.step.clone() };
    Ok([range.length.clone(), start, step])
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    vm.hash(&vm.tuple(essence(vm, own(vm, obj)?)?))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Range>(), b.get::<Range>()) else {
        return Ok(vm.not_implemented.clone());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.not_implemented.clone());
    }
    let (p, q) = (essence(vm, x)?, essence(vm, y)?);
    let mut equal = true;
    for (m, n) in p.iter().zip(&q) {
        equal = equal && vm.eq(m, n)?;
    }
    Ok(vm.bool(equal == (op == CompareOp::Eq)))
}

fn length(vm: &Vm, obj: &Obj) -> Res<usize> {
    let length = big(vm, &own(vm, obj)?.length)?;
    match length.to_isize() {
        Some(length) => Ok(length as usize),
        None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn iterator(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let range = own(vm, obj)?;
    if let Some((start, step, length)) = small(range) {
        return Ok(vm.range_iterator(start, step, length as u64));
    }
    let state = LongState {
        next: big(vm, &range.start)?,
        step: big(vm, &range.step)?,
        left: big(vm, &range.length)?,
    };
    Ok(Ref::new(vm.native_type(&LONG_ITERATOR), LongIter(RefCell::new(state))).into_obj())
}

fn reversed(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let range = own(vm, obj)?;
    if let Some((start, step, length)) = small(range)
        && let Some(before) = start.checked_sub(step)
        && let Some(back) = step.checked_neg()
    {
        let last = before + step * length;
        return Ok(vm.range_iterator(last, back, length as u64));
    }
    let (start, step, left) = (big(vm, &range.start)?, big(vm, &range.step)?, big(vm, &range.length)?);
    let state = LongState { next: start + &step * (&left - 1), step: -step, left };
    Ok(Ref::new(vm.native_type(&LONG_ITERATOR), LongIter(RefCell::new(state))).into_obj())
}

fn item(vm: &Vm, range: &Range, index: &BigInt) -> Res<Obj> {
    let length = big(vm, &range.length)?;
    let index = if index.is_negative() { index + &length } else { index.clone() };
    if index.is_negative() || index >= length {
        return Err(vm.index_error("range object index out of range"));
    }
    Ok(vm.int_big(big(vm, &range.start)? + index * big(vm, &range.step)?))
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    let range = own(vm, obj)?;
    if vm.has_index(key) {
        return item(vm, range, &big(vm, &vm.index(key)?)?);
    }
    let Some(slice) = key.get::<Slice>() else {
        let message = format!("range indices must be integers or slices, not {}", key.ty().name());
        return Err(vm.type_error(message));
    };
    let (start, step, length) = (big(vm, &range.start)?, big(vm, &range.step)?, big(vm, &range.length)?);
    let part = |value: &Obj| -> Res<Option<BigInt>> {
        if value.is(&vm.none) {
            return Ok(None);
        }
        if !vm.has_index(value) {
            let message = "slice indices must be integers or None or have an __index__ method";
            return Err(vm.type_error(message));
        }
        big(vm, &vm.index(value)?).map(Some)
    };
    let by = part(&slice.step)?.unwrap_or_else(|| BigInt::from(1));
    if by.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let (lowest, highest) =
        if by.is_negative() { (BigInt::from(-1), &length - 1) } else { (BigInt::zero(), length.clone()) };
    let clip = |value: Option<BigInt>, default: &BigInt| match value {
        None => default.clone(),
        Some(value) if value.is_negative() => (value + &length).max(lowest.clone()),
        Some(value) => value.min(highest.clone()),
    };
    let (first, last) = if by.is_negative() { (&highest, &lowest) } else { (&lowest, &highest) };
    let (from, to) = (clip(part(&slice.start)?, first), clip(part(&slice.stop)?, last));
    let at = |index: BigInt| vm.int_big(&start + index * &step);
    make(vm, at(from), at(to), vm.int_big(&step * by))
}

fn is_plain_int(vm: &Vm, obj: &Obj) -> bool {
    obj.is_exactly(&vm.types.int) || obj.is_exactly(&vm.types.bool)
}

/// The index of an integer, if it is in the range.
fn position(vm: &Vm, range: &Range, value: &Obj) -> Res<Option<BigInt>> {
    let offset = big(vm, value)? - big(vm, &range.start)?;
    let (index, rest) = offset.div_rem(&big(vm, &range.step)?);
    let inside = rest.is_zero() && !index.is_negative() && index < big(vm, &range.length)?;
    Ok(inside.then_some(index))
}

fn contains(vm: &Vm, obj: &Obj, value: &Obj) -> Res<bool> {
    if is_plain_int(vm, value) {
        return Ok(position(vm, own(vm, obj)?, value)?.is_some());
    }
    vm.iter_contains(obj, value)
}

fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = &args.values[0];
    if is_plain_int(vm, value) {
        return match position(vm, own(vm, obj)?, value)? {
            Some(index) => Ok(vm.int_big(index)),
            None => Err(vm.value_error(format!("{} is not in range", vm.repr_text(value)?))),
        };
    }
    let items = vm.iter_to_vec(obj)?;
    match crate::sequence::position(vm, |i| items.get(i).cloned(), value, 0, usize::MAX)? {
        Some(index) => Ok(vm.int(index as i64)),
        None => Err(vm.value_error("sequence.index(x): x not in sequence")),
    }
}
