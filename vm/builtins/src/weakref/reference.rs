//! `weakref.ref`.

use object::protocol::class_getitem;
use object::{
    Args, CompareOp, Layout as _, MemberDef, NativeDef, NativeType, Obj, Res, Str, TypeFlags, Vm, WeakRef,
};

/// The type `weakref.ref`, whose name is `ReferenceType`.
pub static REFERENCE: NativeType = NativeType::new("ReferenceType", WeakRef::VTABLE)
    .module("weakref")
    .subclassable()
    .flags(TypeFlags::HAVE_VECTORCALL)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            // Keywords are `__init__`'s to refuse.
            let [target, callback] = bounds(vm, "__new__", args)?;
            super::reference(vm, class, target.unwrap_or(&vm.none), callback)
        }));
        s.init.set(Some(|vm, _, args| {
            args.no_keywords(vm, "ref")?;
            bounds(vm, "__init__", args).map(|_| ())
        }));
        s.call.set(Some(|vm, obj, args| {
            args.no_keywords(vm, "weakref")?;
            args.check_positional(vm, "weakref", 0, 0)?;
            Ok(target(obj).unwrap_or_else(|| vm.none.clone()))
        }));
        s.hash.set(Some(hash));
        s.repr.set(Some(repr));
        s.richcompare.set(Some(compare));
    })
    .methods(&[NativeDef::one(
        "__class_getitem__",
        class_getitem,
        "($type, object, /)\n--\n\nWeakrefs are generic over the type of the referenced object.",
    )
    .class_method()])
    .members(&[MemberDef::read_only(
        "__callback__",
        |vm, obj| Ok(obj.get::<WeakRef>().map_or_else(|| vm.none.clone(), |weak| vm.or_none(&weak.callback))),
        "",
    )])
    .size(64, 0);

/// Target and callback.
fn bounds<'a>(vm: &Vm, function: &str, args: Args<'a>) -> Res<[Option<&'a Obj>; 2]> {
    Args::positional(args.pos()).unpack(vm, function, 1)
}

fn target(obj: &Obj) -> Option<Obj> {
    obj.get::<WeakRef>().and_then(WeakRef::target)
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let Some(weak) = obj.get::<WeakRef>() else { return Err(vm.type_error("a weak reference is needed")) };
    if let Some(hash) = weak.hash.get() {
        return Ok(hash);
    }
    let target = weak.target().ok_or_else(|| vm.type_error("weak object has gone away"))?;
    let hash = vm.hash(&target)?;
    weak.hash.set(Some(hash));
    Ok(hash)
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(target) = target(obj) else {
        return Ok(vm.str(&format!("<weakref at {:#x}; dead>", obj.id())));
    };
    let name = vm.lookup_special(&target, &vm.names.__name__)?;
    let name = name.as_ref().and_then(|name| name.get::<Str>());
    let name = name.map_or_else(String::new, |name| format!(" ({})", name.to_text_lossy()));
    let ty = vm.type_full_name(target.ty());
    Ok(vm.str(&format!("<weakref at {:#x}; to '{ty}' at {:#x}{name}>", obj.id(), target.id())))
}

/// Live references compare as their targets do, dead ones by identity; there is no order.
fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(left), Some(right)) = (a.get::<WeakRef>(), b.get::<WeakRef>()) else {
        return Ok(vm.not_implemented.clone());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.not_implemented.clone());
    }
    match (left.target(), right.target()) {
        (Some(left), Some(right)) => vm.compare(&left, &right, op),
        _ => Ok(vm.bool(a.is(b) == (op == CompareOp::Eq))),
    }
}
