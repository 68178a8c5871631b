//! `slice`.

use object::{
    Args, CompareOp, Layout as _, MemberDef, NativeDef, NativeType, Obj, Ref, Res, Slice, Type, Vm,
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
    let length = vm.index_as_isize(&args.values[0], None)?;
    if length < 0 {
        return Err(vm.value_error("length should not be negative"));
    }
    let found = vm.slice_indices(slice, length as usize)?;
    Ok(vm.tuple([found.start, found.stop, found.step].map(|n| vm.int(n as i64))))
}
