//! `None`, `NotImplemented`, `Ellipsis`.

use object::types::hash_identity;
use object::{Args, Layout as _, NativeDef, NativeType, NoneValue, Obj, Ref, Res, Singleton, Type, Vm};

static NONE: NativeType = NativeType::new("NoneType", NoneValue::VTABLE)
    .doc("()\n--\n\nThe type of the None singleton.")
    .slots(|s| {
        s.new.set(Some(|vm, _, args| no_arguments(vm, "NoneType", args, &vm.none)));
        s.repr.set(Some(|vm, _| Ok(vm.str("None"))));
        s.nb_bool.set(Some(|_, _| Ok(false)));
        s.hash.set(Some(|_, _| Ok(bytecode::hash::NONE)));
        s.richcompare.set(Some(|vm, a, b, op| {
            // The same as `object`'s, which is asked directly.
            match vm.types.object.slots.richcompare.get() {
                Some(compare) => compare(vm, a, b, op),
                None => Ok(vm.not_implemented.clone()),
            }
        }));
    })
    .size(16, 0);

static NOT_IMPLEMENTED: NativeType = NativeType::new("NotImplementedType", Singleton::VTABLE)
    .doc("()\n--\n\nThe type of the NotImplemented singleton.")
    .slots(|s| {
        s.new.set(Some(|vm, _, args| no_arguments(vm, "NotImplementedType", args, &vm.not_implemented)));
        s.repr.set(Some(|vm, _| Ok(vm.str("NotImplemented"))));
        s.nb_bool
            .set(Some(|vm, _| Err(vm.type_error("NotImplemented should not be used in a boolean context"))));
    })
    .methods(&[NativeDef::no_args("__reduce__", |vm, _, _| Ok(vm.str("NotImplemented")), "")])
    .size(16, 0);

static ELLIPSIS: NativeType = NativeType::new("ellipsis", Singleton::VTABLE)
    .doc("()\n--\n\nThe type of the Ellipsis singleton.")
    .slots(|s| {
        s.new.set(Some(|vm, _, args| no_arguments(vm, "EllipsisType", args, &vm.ellipsis)));
        s.repr.set(Some(|vm, _| Ok(vm.str("Ellipsis"))));
        s.hash.set(Some(hash_identity));
    })
    .methods(&[NativeDef::no_args("__reduce__", |vm, _, _| Ok(vm.str("Ellipsis")), "")])
    .size(16, 0);

fn no_arguments(vm: &Vm, name: &str, args: Args<'_>, singleton: &Obj) -> Res<Obj> {
    if !args.values.is_empty() {
        return Err(vm.type_error(format!("{name} takes no arguments")));
    }
    Ok(singleton.clone())
}

/// Gives the singletons' types their behaviour.
pub(crate) fn install(vm: &Vm) {
    let table: [(&Ref<Type>, &'static NativeType); 3] = [
        (&vm.types.none, &NONE),
        (&vm.types.not_implemented, &NOT_IMPLEMENTED),
        (&vm.types.ellipsis, &ELLIPSIS),
    ];
    for (ty, decl) in table {
        vm.define(ty, decl);
    }
}
