//! `weakref.ProxyType` and `weakref.CallableProxyType`: every operation is done on the target.

use object::types::hash_not_implemented;
use object::{Layout as _, NativeDef, NativeType, NumberOp, Obj, Res, Slots, Vm, WeakRef};

/// The type of proxies for objects that cannot be called.
pub static PROXY: NativeType = NativeType::new("ProxyType", WeakRef::VTABLE)
    .module("weakref")
    .slots(common)
    .methods(&[
        NativeDef::no_args("__bytes__", |vm, obj, _| method(vm, obj, "__bytes__"), "($self, /)\n--\n\n"),
        NativeDef::no_args(
            "__reversed__",
            |vm, obj, _| method(vm, obj, "__reversed__"),
            "($self, /)\n--\n\n",
        ),
    ])
    .size(64, 0);

/// The type of proxies for objects that can be called.
pub static CALLABLE_PROXY: NativeType = NativeType::new("CallableProxyType", WeakRef::VTABLE)
    .module("weakref")
    .slots(|s| {
        common(s);
        s.call.set(Some(|vm, obj, args| vm.call_args(&unwrap(vm, obj)?, args)));
    })
    .size(64, 0);

/// The object behind a proxy; other objects stand for themselves.
fn unwrap(vm: &Vm, obj: &Obj) -> Res<Obj> {
    match obj.get::<WeakRef>() {
        Some(weak) if weak.is_proxy() => {
            weak.target().ok_or_else(|| vm.reference_error("weakly-referenced object no longer exists"))
        }
        _ => Ok(obj.clone()),
    }
}

fn method(vm: &Vm, obj: &Obj, name: &str) -> Res<Obj> {
    vm.call_method(&unwrap(vm, obj)?, &vm.intern(name), &[])
}

macro_rules! operators {
    ($s:ident: $($slot:ident $inplace:ident $op:ident,)*) => {
        $(
            $s.$slot.set(Some(|vm, a, b| vm.binary_op(NumberOp::$op, &unwrap(vm, a)?, &unwrap(vm, b)?)));
            $s.$inplace.set(Some(|vm, a, b| vm.inplace_op(NumberOp::$op, &unwrap(vm, a)?, &unwrap(vm, b)?)));
        )*
    };
}

fn common(s: &Slots) {
    operators! { s:
        nb_add nb_inplace_add Add,
        nb_subtract nb_inplace_subtract Subtract,
        nb_multiply nb_inplace_multiply Multiply,
        nb_floor_divide nb_inplace_floor_divide FloorDivide,
        nb_true_divide nb_inplace_true_divide TrueDivide,
        nb_remainder nb_inplace_remainder Remainder,
        nb_lshift nb_inplace_lshift Lshift,
        nb_rshift nb_inplace_rshift Rshift,
        nb_and nb_inplace_and And,
        nb_xor nb_inplace_xor Xor,
        nb_or nb_inplace_or Or,
        nb_matrix_multiply nb_inplace_matrix_multiply MatrixMultiply,
    }
    s.nb_divmod.set(Some(|vm, a, b| vm.divmod(&unwrap(vm, a)?, &unwrap(vm, b)?)));
    s.nb_power
        .set(Some(|vm, a, b, modulus| vm.power(&unwrap(vm, a)?, &unwrap(vm, b)?, &unwrap(vm, modulus)?)));
    s.nb_inplace_power
        .set(Some(|vm, a, b, _| vm.inplace_op(NumberOp::Power, &unwrap(vm, a)?, &unwrap(vm, b)?)));
    s.nb_negative.set(Some(|vm, obj| vm.negative(&unwrap(vm, obj)?)));
    s.nb_positive.set(Some(|vm, obj| vm.positive(&unwrap(vm, obj)?)));
    s.nb_absolute.set(Some(|vm, obj| vm.absolute(&unwrap(vm, obj)?)));
    s.nb_invert.set(Some(|vm, obj| vm.invert(&unwrap(vm, obj)?)));
    s.nb_bool.set(Some(|vm, obj| vm.is_true(&unwrap(vm, obj)?)));
    s.nb_int.set(Some(|vm, obj| vm.call1(vm.types.int.as_obj(), &unwrap(vm, obj)?)));
    s.nb_float.set(Some(|vm, obj| vm.call1(vm.types.float.as_obj(), &unwrap(vm, obj)?)));
    s.nb_index.set(Some(|vm, obj| vm.index(&unwrap(vm, obj)?)));
    s.sq_length.set(Some(|vm, obj| vm.len(&unwrap(vm, obj)?)));
    s.mp_length.set(Some(|vm, obj| vm.len(&unwrap(vm, obj)?)));
    s.sq_contains.set(Some(|vm, obj, item| vm.contains(&unwrap(vm, obj)?, item)));
    s.mp_subscript.set(Some(|vm, obj, key| vm.getitem(&unwrap(vm, obj)?, &unwrap(vm, key)?)));
    s.mp_ass_subscript.set(Some(|vm, obj, key, value| {
        let target = unwrap(vm, obj)?;
        match value {
            Some(value) => vm.setitem(&target, key, value),
            None => vm.delitem(&target, key),
        }
    }));
    s.iter.set(Some(|vm, obj| vm.iter(&unwrap(vm, obj)?)));
    s.iternext.set(Some(|vm, obj| {
        let target = unwrap(vm, obj)?;
        match target.ty().slots.iternext.get() {
            Some(next) => next(vm, &target),
            None => Err(vm.type_error(format!(
                "Weakref proxy referenced a non-iterator '{}' object",
                target.ty().name()
            ))),
        }
    }));
    s.getattro.set(Some(|vm, obj, name| {
        let name = vm.attribute_name(name)?;
        vm.getattr(&unwrap(vm, obj)?, &name)
    }));
    s.setattro.set(Some(|vm, obj, name, value| {
        let (target, name) = (unwrap(vm, obj)?, vm.attribute_name(name)?);
        match value {
            Some(value) => vm.setattr(&target, &name, value),
            None => vm.delattr(&target, &name),
        }
    }));
    s.str.set(Some(|vm, obj| vm.str_of(&unwrap(vm, obj)?)));
    s.repr.set(Some(repr));
    s.hash.set(Some(hash_not_implemented));
    s.richcompare.set(Some(|vm, a, b, op| vm.compare(&unwrap(vm, a)?, &unwrap(vm, b)?, op)));
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let text = match obj.get::<WeakRef>().and_then(WeakRef::target) {
        None => format!("<weakproxy at {:#x}; dead>", obj.id()),
        Some(target) => {
            let ty = vm.type_full_name(target.ty());
            format!("<weakproxy at {:#x}; to '{ty}' at {:#x}>", obj.id(), target.id())
        }
    };
    Ok(vm.str(&text))
}
