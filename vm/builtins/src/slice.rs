//! `slice`.

use num_bigint::BigInt;
use num_traits::{Signed as _, Zero as _};
use object::{
    Args, CompareOp, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, Ref, Res, Slice, Type, Vm,
};

static SLICE: NativeType = NativeType::new("slice", Slice::VTABLE)
    .doc("slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(|vm, o| {
            let slice = own(vm, o)?;
            let [start, stop, step] = [&slice.start, &slice.stop, &slice.step].map(|part| vm.repr_text(part));
            Ok(vm.str(&format!("slice({}, {}, {})", start?, stop?, step?)))
        }));
        s.hash.set(Some(|vm, o| {
            let slice = own(vm, o)?;
            bytecode::hash::slice([&slice.start, &slice.stop, &slice.step].into_iter().map(|part| vm.hash(part)))
        }));
        s.richcompare.set(Some(compare));
    })
    .methods(&[
        NativeDef::one("indices", indices, "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices."),
        NativeDef::no_args("__reduce__", |vm, o, _| Ok(vm.tuple([o.ty().as_obj().clone(), parts(vm, o)?])), "Return state information for pickling."),
    ])
    .members(&[
        MemberDef::read_only("start", |vm, o| Ok(own(vm, o)?.start.clone()), ""),
        MemberDef::read_only("stop", |vm, o| Ok(own(vm, o)?.stop.clone()), ""),
        MemberDef::read_only("step", |vm, o| Ok(own(vm, o)?.step.clone()), ""),
    ])
    .size(40, 0);

pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.slice, &SLICE);
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Slice> {
    obj.get::<Slice>().ok_or_else(|| vm.type_error("a slice is needed"))
}

fn parts(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let slice = own(vm, obj)?;
    Ok(vm.tuple([slice.start.clone(), slice.stop.clone(), slice.step.clone()]))
}

fn new(vm: &Vm, _: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "slice")?;
    args.check_positional(vm, "slice", 1, 3)?;
    let none = || vm.none.clone();
    let slice = match args.values {
        [stop] => Slice { start: none(), stop: stop.clone(), step: none() },
        [start, stop] => Slice { start: start.clone(), stop: stop.clone(), step: none() },
        [start, stop, step, ..] => Slice { start: start.clone(), stop: stop.clone(), step: step.clone() },
        [] => return Err(vm.system_error("argument count")),
    };
    Ok(Ref::new(&vm.types.slice, slice).into_obj())
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    if b.get::<Slice>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    vm.compare(&parts(vm, a)?, &parts(vm, b)?, op)
}

fn indices(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let slice = own(vm, obj)?;
    let length = big(vm, &vm.index(&args.values[0])?)?;
    if length.is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let found = indices_over(vm, slice, &length)?;
    Ok(vm.tuple(found.map(|n| vm.int_big(n))))
}

/// Start, stop and step of a slice over a length that may be more than there can be of anything
/// (`_PySlice_GetLongIndices`).
fn indices_over(vm: &Vm, slice: &Slice, length: &BigInt) -> Res<[BigInt; 3]> {
    let given = |part: &Obj| if part.is(&vm.none) { Ok(None) } else { index(vm, part).map(Some) };
    let step = given(&slice.step)?.unwrap_or_else(|| 1.into());
    if step.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let backwards = step.is_negative();
    let (lower, upper): (BigInt, BigInt) =
        if backwards { ((-1).into(), length - 1) } else { (0.into(), length.clone()) };
    let place = |part: &Obj, otherwise: &BigInt| -> Res<BigInt> {
        Ok(match given(part)? {
            None => otherwise.clone(),
            Some(n) if n.is_negative() => (n + length).max(lower.clone()),
            Some(n) => n.min(upper.clone()),
        })
    };
    let (first, last) = if backwards { (&upper, &lower) } else { (&lower, &upper) };
    Ok([place(&slice.start, first)?, place(&slice.stop, last)?, step])
}

/// A part of a slice as an integer.
fn index(vm: &Vm, part: &Obj) -> Res<BigInt> {
    if !vm.has_index(part) {
        return Err(vm.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    big(vm, &vm.index(part)?)
}

fn big(vm: &Vm, int: &Obj) -> Res<BigInt> {
    int.get::<Int>().map(Int::to_big).ok_or_else(|| vm.system_error("an int is needed"))
}
