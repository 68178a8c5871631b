//! `_local`: attributes of a thread. With one thread these are attributes of the object.

use object::types::object_dict;
use object::{Layout as _, NativeType, Obj, Plain, Ref, Res, Vm};

pub(super) static LOCAL: NativeType = NativeType::new("_local", Plain::VTABLE)
    .module("_thread")
    .subclassable()
    .with_dict()
    .doc("()\n--\n\nThread-local data")
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            // Arguments are for the `__init__` of a subclass, which each thread would call anew.
            let inherited = match (class.slots.init.get(), vm.types.object.slots.init.get()) {
                (Some(own), Some(plain)) => std::ptr::fn_addr_eq(own, plain),
                (own, plain) => own.is_none() && plain.is_none(),
            };
            if inherited && !args.values.is_empty() {
                return Err(vm.type_error("Initialization arguments are not supported"));
            }
            Ok(Ref::new(class, Plain).into_obj())
        }));
        s.getattro.set(Some(|vm, obj, name| match is_dict(vm, name)? {
            true => object_dict(vm, obj),
            false => vm.generic_getattr(obj, name),
        }));
        s.setattro.set(Some(|vm, obj, name, value| {
            if is_dict(vm, name)? {
                let message = format!("'{}' object attribute '__dict__' is read-only", obj.ty().name());
                return Err(vm.attribute_error_named(obj, &vm.names.__dict__, &message));
            }
            vm.generic_setattr(obj, name, value)
        }));
    })
    .size(56, 0)
    .offsets(0, 32);

fn is_dict(vm: &Vm, name: &Obj) -> Res<bool> {
    Ok(vm.attribute_name(name)?.is(&vm.names.__dict__))
}
