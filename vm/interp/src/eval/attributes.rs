//! Attributes: loading, storing, `super()`, special methods.

use object::raw::AttrStore;
use object::raw::frame::FrameRef;
use object::raw::stack::StackRef;
use object::types::TypeFlags;
use object::{Function, Obj, Ref, Res, Str, Type, Vm};

/// What a method call finds: a function to be called with the object first, or a bound attribute.
pub(super) enum Loaded {
    Method(Obj),
    Value(Obj),
}

/// Loads an attribute for a call, without binding functions (`_PyObject_GetMethod`).
pub(super) fn load_method(vm: &Vm, owner: &Obj, name: &Ref<Str>) -> Res<Loaded> {
    let ty = owner.ty();
    let generic =
        ty.slots.getattro.get().is_some_and(|f| {
            vm.types.object.slots.getattro.get().is_some_and(|g| std::ptr::fn_addr_eq(f, g))
        });
    if !generic {
        return vm.getattr(owner, name).map(Loaded::Value);
    }
    let Some(found) = vm.type_lookup(ty, name) else { return vm.getattr(owner, name).map(Loaded::Value) };
    let is_method = found.get::<Function>().is_some()
        || found.ty().has_flag(TypeFlags::METHOD_DESCRIPTOR)
        || found.is_exactly(&vm.types.method_descriptor);
    if !is_method || owner.instance_attr(name).is_some() {
        return vm.getattr(owner, name).map(Loaded::Value);
    }
    Ok(Loaded::Method(found))
}

pub(super) fn load(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = f.code().names[oparg >> 1].clone();
    let owner = f.pop();
    if oparg & 1 == 0 {
        f.push_value(vm.getattr(&owner, &name)?);
        return Ok(());
    }
    match load_method(vm, &owner, &name)? {
        Loaded::Method(function) => {
            f.push_value(function);
            f.push_value(owner);
        }
        Loaded::Value(value) => {
            f.push_value(value);
            f.push_value(StackRef::NULL);
        }
    }
    Ok(())
}

/// The attribute of an instance whose dict is real, probably at entry `hint`.
pub(super) fn hinted(owner: &Obj, hint: usize, name: &Ref<Str>) -> Option<Obj> {
    let _ = hint;
    match owner.attr_store() {
        AttrStore::Dict(dict) => dict.get_str(name),
        _ => None,
    }
}

/// Whether no instance of the type can have got a name that it had not when `version` was noted: the number of shared
/// keys is the version, as they are only ever added to; a real dict is asked for itself by the caller.
#[inline]
pub(super) fn keys_unchanged(owner: &Obj, version: u32) -> bool {
    owner.has_inline_values() && owner.ty().shared_keys().is_some_and(|keys| keys.len() as u32 == version)
}

pub(super) fn store(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = f.code().names[oparg].clone();
    let owner = f.pop();
    let value = f.pop();
    vm.setattr(&owner, &name, &value)
}

/// Sets an attribute of an instance whose class has no descriptor of the name.
pub(super) fn store_in_dict(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = f.code().names[oparg].clone();
    let owner = f.pop();
    let value = f.pop();
    if !owner.set_instance_attr(&name, value.clone()) {
        return vm.setattr(&owner, &name, &value);
    }
    Ok(())
}

pub(super) fn delete(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = f.code().names[oparg].clone();
    let owner = f.pop();
    vm.delattr(&owner, &name)
}

/// `super().name`: on the stack `super`, the class, the object.
pub(super) fn load_super(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = f.code().names[oparg >> 2].clone();
    let receiver = f.pop();
    let class = f.pop();
    let super_type = f.pop();
    let wants_method = oparg & 1 != 0;
    let is_super = super_type.downcast::<Type>().is_some_and(|t| t.is(vm.super_type()));
    if is_super
        && let Some(class) = class.downcast::<Type>()
        && let Some((found, bound)) = vm.super_lookup(class, &receiver, &name, wants_method)?
    {
        f.push_value(found);
        if wants_method {
            if bound {
                f.push_value(StackRef::NULL);
            } else {
                f.push_value(receiver);
            }
        }
        return Ok(());
    }
    let proxy =
        if oparg & 2 != 0 { vm.call(&super_type, &[class, receiver])? } else { vm.call(&super_type, &[])? };
    f.push_value(vm.getattr(&proxy, &name)?);
    if wants_method {
        f.push_value(StackRef::NULL);
    }
    Ok(())
}

/// The methods of context managers, looked up on the type.
pub(super) fn load_special(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let owner = f.pop();
    let names = [&vm.names.__enter__, &vm.names.__exit__, &vm.names.__aenter__, &vm.names.__aexit__];
    let name = names[oparg & 3];
    match vm.type_lookup(owner.ty(), name) {
        Some(found) if found.get::<Function>().is_some() || found.is_exactly(&vm.types.method_descriptor) => {
            f.push_value(found);
            f.push_value(owner);
            Ok(())
        }
        Some(found) => {
            let bound = match found.ty().slots.descr_get.get() {
                Some(get) => get(vm, &found, Some(&owner), Some(owner.ty().as_obj()))?,
                None => found,
            };
            f.push_value(bound);
            f.push_value(StackRef::NULL);
            Ok(())
        }
        None => Err(no_special(vm, &owner, oparg & 3)),
    }
}

fn no_special(vm: &Vm, owner: &Obj, which: usize) -> object::Raised {
    let ty = owner.ty();
    let name = ty.name();
    let has = |a: &Ref<Str>, b: &Ref<Str>| vm.type_lookup(ty, a).is_some() && vm.type_lookup(ty, b).is_some();
    let other_protocol = if which < 2 {
        has(&vm.names.__aenter__, &vm.names.__aexit__)
    } else {
        has(&vm.names.__enter__, &vm.names.__exit__)
    };
    let (what, missing) = match which {
        0 => ("context manager", "__enter__"),
        1 => ("context manager", "__exit__"),
        2 => ("asynchronous context manager", "__aenter__"),
        _ => ("asynchronous context manager", "__aexit__"),
    };
    let hint = match (other_protocol, which < 2) {
        (false, _) => "",
        (true, true) => {
            " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
        }
        (true, false) => " but it supports the context manager protocol. Did you mean to use 'with'?",
    };
    vm.type_error(format!(
        "'{name}' object does not support the {what} protocol (missed {missing} method){hint}"
    ))
}
