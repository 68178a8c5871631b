//! The type `bool`.

use object::{Args, Int, Layout as _, NativeType, Obj, Ref, Res, Type, Vm};

use super::int;

pub(super) static BOOL: NativeType = NativeType::new("bool", Int::VTABLE)
    .doc("(object=False, /)\n--\n\nReturns True when the argument is true, False otherwise.\n\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.")
    .base(|vm| vm.types.int.clone())
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(|vm, obj| Ok(vm.str(if obj.is(&vm.true_) { "True" } else { "False" }))));
        s.nb_and.set(Some(|vm, a, b| both(vm, a, b, |x, y| x & y, int::and)));
        s.nb_or.set(Some(|vm, a, b| both(vm, a, b, |x, y| x | y, int::or)));
        s.nb_xor.set(Some(|vm, a, b| both(vm, a, b, |x, y| x ^ y, int::xor)));
        s.nb_invert.set(Some(invert));
    })
    .size(24, 4);

fn new(vm: &Vm, _ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [value] = args.unpack::<1>(vm, "bool", 0)?;
    Ok(vm.bool(value.map_or(Ok(false), |v| vm.is_true(v))?))
}

fn both(
    vm: &Vm,
    a: &Obj,
    b: &Obj,
    bools: fn(bool, bool) -> bool,
    ints: fn(&Vm, &Obj, &Obj) -> Res<Obj>,
) -> Res<Obj> {
    if a.is_exactly(&vm.types.bool) && b.is_exactly(&vm.types.bool) {
        return Ok(vm.bool(bools(a.is(&vm.true_), b.is(&vm.true_))));
    }
    ints(vm, a, b)
}

fn invert(vm: &Vm, obj: &Obj) -> Res<Obj> {
    vm.warn(
        &vm.exc.deprecation_warning,
        "Bitwise inversion \'~\' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise inversion of the underlying int object and is usually not what you expect from the negation of a bool object. Use the \'not\' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int.",
        1,
    )?;
    int::invert(vm, obj)
}
