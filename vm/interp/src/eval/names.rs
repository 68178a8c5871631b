//! Names: globals, class and module namespaces, cells, imports.

use object::raw::frame::FrameRef;
use object::raw::stack::StackRef;
use object::{CellObject, Dict, Function, Obj, ObjCell, Raised, Ref, Res, Str, Tuple, Vm};

use crate::common_constants;

/// The error for a name that is nowhere; `NameError.name` is set.
#[cold]
pub(super) fn not_defined(vm: &Vm, name: &Ref<Str>) -> Raised {
    vm.name_error(&vm.exc.name_error, name, &format!("name '{}' is not defined", name.to_text_lossy()))
}

/// The error for a local without a value.
#[cold]
pub(super) fn unbound_local(vm: &Vm, f: FrameRef, index: usize) -> Raised {
    let name = &f.code().place_names[index];
    let message = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.to_text_lossy()
    );
    // It does not know the name, other than a NameError proper.
    vm.raise_text(&vm.exc.unbound_local_error, &message)
}

/// The error for a cell or free variable without a value.
#[cold]
pub(super) fn unbound_deref(vm: &Vm, f: FrameRef, index: usize) -> Raised {
    let code = f.code();
    if code.place_kind(index) & bytecode::local_kind::FREE == 0 {
        return unbound_local(vm, f, index);
    }
    let name = &code.place_names[index];
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name.to_text_lossy()
    );
    vm.name_error(&vm.exc.name_error, name, &message)
}

/// An exact string's name in a namespace that may be any mapping; a `KeyError` is an absent name.
fn lookup(vm: &Vm, namespace: &Obj, name: &Ref<Str>) -> Res<Option<Obj>> {
    if namespace.is_exactly(&vm.types.dict)
        && let Some(dict) = namespace.get::<Dict>()
    {
        return Ok(dict.get_str(name));
    }
    match vm.getitem(namespace, name.as_obj()) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.0.ty().is_subtype_of(&vm.exc.key_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

fn name_of(f: FrameRef, index: usize) -> Ref<Str> {
    f.code().names[index].clone()
}

fn locals(vm: &Vm, f: FrameRef, doing: &str, name: &Ref<Str>) -> Res<Obj> {
    f.locals.get().ok_or_else(|| vm.system_error(format!("no locals {doing} '{}'", name.to_text_lossy())))
}

fn global_or_builtin(vm: &Vm, f: FrameRef, name: &Ref<Str>) -> Res<Obj> {
    let globals = f.globals();
    // A subclass of dict may answer for itself.
    let found = match lookup(vm, globals.as_obj(), name)? {
        Some(value) => Some(value),
        None => lookup(vm, f.builtins().as_obj(), name)?,
    };
    found.ok_or_else(|| not_defined(vm, name))
}

pub(super) fn load_global(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg >> 1);
    f.push_value(global_or_builtin(vm, f, &name)?);
    if oparg & 1 != 0 {
        f.push_value(StackRef::NULL);
    }
    Ok(())
}

pub(super) fn load_name(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg);
    let namespace = locals(vm, f, "when loading", &name)?;
    let value = match lookup(vm, &namespace, &name)? {
        Some(value) => value,
        None => global_or_builtin(vm, f, &name)?,
    };
    f.push_value(value);
    Ok(())
}

pub(super) fn store_name(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg);
    let value = f.pop();
    let namespace = locals(vm, f, "found when storing", &name)?;
    if namespace.is_exactly(&vm.types.dict)
        && let Some(dict) = namespace.get::<Dict>()
    {
        dict.set_str(&name, value);
        return Ok(());
    }
    vm.setitem(&namespace, name.as_obj(), &value)
}

pub(super) fn delete_name(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg);
    let namespace = locals(vm, f, "when deleting", &name)?;
    // Whatever the mapping raises, the program sees a NameError.
    vm.delitem(&namespace, name.as_obj()).map_err(|_| not_defined(vm, &name))
}

pub(super) fn store_global(_: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let value = f.pop();
    f.globals().set_str(&f.code().names[oparg], value);
    Ok(())
}

pub(super) fn delete_global(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg);
    match f.globals().remove_str(&name) {
        Some(_) => Ok(()),
        None => Err(not_defined(vm, &name)),
    }
}

pub(super) fn load_locals(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let namespace = f.locals.get().ok_or_else(|| vm.system_error("no locals"))?;
    f.push_value(namespace);
    Ok(())
}

pub(super) fn load_from_dict_or_globals(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg);
    let mapping = f.pop();
    let value = match lookup(vm, &mapping, &name)? {
        Some(value) => value,
        None => global_or_builtin(vm, f, &name)?,
    };
    f.push_value(value);
    Ok(())
}

pub(super) fn load_from_dict_or_deref(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = f.code().place_names[oparg].clone();
    let mapping = f.pop();
    let value = match lookup(vm, &mapping, &name)? {
        Some(value) => value,
        None => cell_value(f, oparg).ok_or_else(|| unbound_deref(vm, f, oparg))?,
    };
    f.push_value(value);
    Ok(())
}

fn cell_value(f: FrameRef, index: usize) -> Option<Obj> {
    f.local(index)?.get::<CellObject>()?.0.get()
}

pub(super) fn delete_deref(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let cell = f.local(oparg);
    match cell.as_ref().and_then(|c| c.get::<CellObject>()).and_then(|c| c.0.take()) {
        Some(_) => Ok(()),
        None => Err(unbound_deref(vm, f, oparg)),
    }
}

/// A cell with a value or without.
pub(super) fn new_cell(vm: &Vm, value: Option<Obj>) -> Obj {
    Ref::new(&vm.types.cell, CellObject(ObjCell::new(value))).into_obj()
}

pub(super) fn copy_free_vars(_: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let closure = f.function().get::<Function>().and_then(|function| function.closure.get());
    if let Some(cells) = closure.as_ref().and_then(|c| c.get::<Tuple>()) {
        let first = f.code().place_count() - count;
        for (i, cell) in cells.iter().take(count).enumerate() {
            drop(f.set_local(first + i, StackRef::new(cell.clone())));
        }
    }
    Ok(())
}

pub(super) fn setup_annotations(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let namespace =
        f.locals.get().ok_or_else(|| vm.system_error("no locals found when setting up annotations"))?;
    let name = &vm.names.__annotations__;
    if lookup(vm, &namespace, name)?.is_none() {
        vm.setitem(&namespace, name.as_obj(), vm.dict().as_obj())?;
    }
    Ok(())
}

fn builtin(vm: &Vm, f: FrameRef, name: &Ref<Str>) -> Res<Option<Obj>> {
    lookup(vm, f.builtins().as_obj(), name)
}

pub(super) fn load_build_class(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let found = builtin(vm, f, &vm.names.__build_class__)?
        .ok_or_else(|| vm.raise_text(&vm.exc.name_error, "__build_class__ not found"))?;
    f.push_value(found);
    Ok(())
}

pub(super) fn load_common_constant(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    f.push_value(common_constants::value(vm, oparg as u32)?);
    Ok(())
}

pub(super) fn import_name(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg);
    let from_list = f.pop();
    let level = f.pop();
    let import = builtin(vm, f, &vm.names.__import__)?
        .ok_or_else(|| vm.raise_text(&vm.exc.import_error, "__import__ not found"))?;
    let namespace = f.locals.get().unwrap_or_else(|| vm.none.clone());
    let globals = f.globals().as_obj().clone();
    let module = vm.call(&import, &[name.into_obj(), globals, namespace, from_list, level])?;
    f.push_value(module);
    Ok(())
}

pub(super) fn import_from(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let name = name_of(f, oparg);
    let module = f.peek(1);
    f.push_value(crate::import::from_module(vm, &module, &name)?);
    Ok(())
}
