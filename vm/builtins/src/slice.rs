//! `slice` (CPython's `sliceobject.c`).

use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use object::{Args, CompareOp, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, Ref, Res, Slice, Vm};

static SLICE: NativeType = NativeType::new("slice", Slice::VTABLE)
    .doc("slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.\n\nThis is used for extended slicing (e.g. a[0:10:2]).")
    .slots(|s| {
        s.new.set(Some(|vm, ty, args| {
            args.no_keywords(vm, "slice")?;
            args.check_positional(vm, "slice", 1, 3)?;
            let none = || vm.none.clone();
            let payload = match args.values {
                [stop] => Slice { start: none(), stop: stop.clone(), step: none() },
                [start, stop, rest @ ..] => Slice {
                    start: start.clone(),
                    stop: stop.clone(),
                    step: rest.first().cloned().unwrap_or_else(none),
                },
                [] => return Err(vm.system_error("slice without arguments")),
            };
            Ok(Ref::new(ty, payload).into_obj())
        }));
        s.repr.set(Some(|vm, obj| {
            let own = slice(vm, obj)?;
            let parts = [vm.repr_text(&own.start)?, vm.repr_text(&own.stop)?, vm.repr_text(&own.step)?];
            Ok(vm.str(&format!("slice({})", parts.join(", "))))
        }));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(|vm, a, b, op| {
            let (Some(x), Some(y)) = (a.get::<Slice>(), b.get::<Slice>()) else {
                return Ok(vm.not_implemented.clone());
            };
            if a.is(b) {
                return Ok(vm.bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
            }
            let parts = |s: &Slice| vm.tuple([s.start.clone(), s.stop.clone(), s.step.clone()]);
            vm.compare(&parts(x), &parts(y), op)
        }));
    })
    .methods(&[
        NativeDef::one("indices", indices, "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices."),
        NativeDef::no_args("__reduce__", |vm, obj, _| {
            let own = slice(vm, obj)?;
            let parts = vm.tuple([own.start.clone(), own.stop.clone(), own.step.clone()]);
            Ok(vm.tuple([obj.ty().as_obj().clone(), parts]))
        }, "Return state information for pickling."),
    ])
    .members(&[
        MemberDef::read_only("start", |vm, obj| Ok(slice(vm, obj)?.start.clone()), ""),
        MemberDef::read_only("stop", |vm, obj| Ok(slice(vm, obj)?.stop.clone()), ""),
        MemberDef::read_only("step", |vm, obj| Ok(slice(vm, obj)?.step.clone()), ""),
    ])
    .size(40, 0);

fn slice<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Slice> {
    obj.get::<Slice>().ok_or_else(|| vm.type_error("a slice is needed"))
}

/// That of a tuple of the three parts, without the length mixed in.
fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    const PRIME_1: u64 = 11400714785074694791;
    const PRIME_2: u64 = 14029467366897019727;
    const PRIME_5: u64 = 2870177450012600261;
    let own = slice(vm, obj)?;
    let mut hash = PRIME_5;
    for part in [&own.start, &own.stop, &own.step] {
        let lane = vm.hash(part)? as u64;
        hash = hash.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
    }
    Ok(if hash == u64::MAX { 1546275796 } else { hash as i64 })
}

/// A slice of any size over a length of any size (`_PySlice_GetLongIndices`).
pub(crate) fn long_indices(vm: &Vm, slice: &Slice, length: &BigInt) -> Res<(BigInt, BigInt, BigInt)> {
    let number = |obj: &Obj| -> Res<Option<BigInt>> {
        if obj.is(&vm.none) {
            return Ok(None);
        }
        if !vm.has_index(obj) {
            return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        Ok(vm.index(obj)?.get::<Int>().map(Int::to_big))
    };
    let step = number(&slice.step)?.unwrap_or_else(|| BigInt::from(1));
    if step.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let backwards = step.is_negative();
    let (lower, upper) =
        if backwards { (BigInt::from(-1), length - 1) } else { (BigInt::ZERO, length.clone()) };
    let clip = |value: Option<BigInt>, default: &BigInt| match value {
        None => default.clone(),
        Some(value) => {
            let value = if value.is_negative() { value + length } else { value };
            value.clamp(lower.clone(), upper.clone().max(lower.clone()))
        }
    };
    let (first, last) = if backwards { (&upper, &lower) } else { (&lower, &upper) };
    let start = clip(number(&slice.start)?, first);
    let stop = clip(number(&slice.stop)?, last);
    Ok((start, stop, step))
}

fn indices(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = slice(vm, obj)?;
    let length = vm.index(&args.values[0])?;
    if vm.int_is_negative(&length) {
        return Err(vm.value_error("length should not be negative"));
    }
    let length = length.get::<Int>().map(Int::to_big).unwrap_or_default();
    let (start, stop, step) = long_indices(vm, own, &length)?;
    Ok(vm.tuple([vm.int_big(start), vm.int_big(stop), vm.int_big(step)]))
}

/// Gives the type its behaviour.
pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.slice, &SLICE);
}
