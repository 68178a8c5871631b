//! `weakref.ref` and the two kinds of proxies (CPython's `weakrefobject.c`).

mod proxy;
mod reference;

use object::{NativeType, Obj, Ref, Res, Type, TypeFlags, Vm, WeakRef};

pub use proxy::{CALLABLE_PROXY, PROXY};
pub use reference::REFERENCE;

pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.weakref, &REFERENCE);
}

/// Refuses an object that cannot be weakly referenced, and reads `None` as no callback.
fn check(vm: &Vm, target: &Obj, callback: Option<&Obj>) -> Res<Option<Obj>> {
    if !target.ty().has_flag(TypeFlags::WEAKLY_REFERENCEABLE) {
        let message = format!("cannot create weak reference to '{}' object", target.ty().name());
        return Err(vm.type_error(message));
    }
    Ok(callback.filter(|callback| !callback.is(&vm.none)).cloned())
}

/// `class(target, callback)` of a class derived from `weakref.ref`.
///
/// # Errors
/// TypeError for objects that cannot be weakly referenced.
pub fn reference(vm: &Vm, class: &Ref<Type>, target: &Obj, callback: Option<&Obj>) -> Res<Obj> {
    let callback = check(vm, target, callback)?;
    Ok(WeakRef::reference(class, target, callback).into_obj())
}

/// `weakref.proxy(target, callback)` (`PyWeakref_NewProxy`).
///
/// # Errors
/// As [`reference`].
pub fn proxy(vm: &Vm, target: &Obj, callback: Option<&Obj>) -> Res<Obj> {
    let callback = check(vm, target, callback)?;
    let kind: &'static NativeType = if vm.is_callable(target) { &CALLABLE_PROXY } else { &PROXY };
    Ok(WeakRef::proxy(vm.native_type(kind), target, callback).into_obj())
}
