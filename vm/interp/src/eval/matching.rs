//! `match` statements.

use object::raw::frame::FrameRef;
use object::types::TypeFlags;
use object::{Obj, Ref, Res, Str, Tuple, Type, Vm};

pub(super) fn get_len(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let length = vm.len(&f.peek(1))?;
    f.push_value(vm.int(length as i64));
    Ok(())
}

pub(super) fn mapping(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let fits = f.peek(1).ty().has_flag(TypeFlags::MAPPING);
    f.push_value(vm.bool(fits));
    Ok(())
}

pub(super) fn sequence(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let fits = f.peek(1).ty().has_flag(TypeFlags::SEQUENCE);
    f.push_value(vm.bool(fits));
    Ok(())
}

/// On the stack: the subject, a tuple of keys. Pushes the tuple of values, or `None` if one is missing.
pub(super) fn keys(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let keys = f.peek(1);
    let subject = f.peek(2);
    let values = values_of(vm, &subject, &keys)?;
    f.push_value(values.unwrap_or_else(|| vm.none.clone()));
    Ok(())
}

fn values_of(vm: &Vm, subject: &Obj, keys: &Obj) -> Res<Option<Obj>> {
    let Some(keys) = keys.get::<Tuple>() else { return Ok(None) };
    if keys.is_empty() {
        return Ok(Some(vm.empty_tuple.as_obj().clone()));
    }
    let get = vm.getattr(subject, &vm.names.get)?;
    // A value of its own says that a key is missing.
    let missing = vm.new_sentinel();
    let mut values = Vec::with_capacity(keys.len());
    for (i, key) in keys.iter().enumerate() {
        for earlier in &keys[..i] {
            if vm.eq(earlier, key)? {
                return Err(
                    vm.value_error(format!("mapping pattern checks duplicate key ({})", vm.repr_text(key)?))
                );
            }
        }
        let value = vm.call(&get, &[key.clone(), missing.clone()])?;
        if value.is(&missing) {
            return Ok(None);
        }
        values.push(value);
    }
    Ok(Some(vm.tuple(values)))
}

/// On the stack: the subject, the class, a tuple of keyword names. They are replaced by the tuple of attributes, or
/// `None` if the subject does not match.
pub(super) fn class(vm: &Vm, f: FrameRef, positional: usize) -> Res<()> {
    let (names, class, subject) = (f.pop(), f.pop(), f.pop());
    let found = attributes_of(vm, &subject, &class, positional, &names)?;
    f.push_value(found.unwrap_or_else(|| vm.none.clone()));
    Ok(())
}

/// One attribute of the subject, which a pattern may ask for only once.
fn attribute(vm: &Vm, ty: &Type, subject: &Obj, name: &Obj, seen: &mut Vec<Obj>) -> Res<Option<Obj>> {
    for earlier in seen.iter() {
        if vm.eq(earlier, name)? {
            return Err(vm.type_error(format!(
                "{}() got multiple sub-patterns for attribute {}",
                ty.name(),
                vm.repr_text(name)?
            )));
        }
    }
    seen.push(name.clone());
    let name = vm.attribute_name(name)?;
    vm.getattr_optional(subject, &name)
}

fn attributes_of(vm: &Vm, subject: &Obj, class: &Obj, positional: usize, names: &Obj) -> Res<Option<Obj>> {
    let Some(ty) = class.downcast::<Type>() else {
        return Err(vm.type_error("called match pattern must be a class"));
    };
    if !vm.is_instance(subject, class)? {
        return Ok(None);
    }
    let mut seen: Vec<Obj> = Vec::new();
    let mut found = Vec::new();
    if positional > 0 {
        let match_args = vm.getattr_optional(class, &vm.names.__match_args__)?;
        let (match_args, match_self) = match match_args {
            Some(args) if args.is_exactly(&vm.types.tuple) => (args.into_ref::<Tuple>().ok(), false),
            Some(args) => {
                return Err(vm.type_error(format!(
                    "{}.__match_args__ must be a tuple (got {})",
                    ty.name(),
                    args.ty().name()
                )));
            }
            None => (None, ty.has_flag(TypeFlags::MATCH_SELF)),
        };
        let allowed = if match_self { 1 } else { match_args.as_ref().map_or(0, |a| a.len()) };
        if allowed < positional {
            return Err(vm.type_error(format!(
                "{}() accepts {allowed} positional sub-pattern{} ({positional} given)",
                ty.name(),
                if allowed == 1 { "" } else { "s" }
            )));
        }
        if match_self {
            found.push(subject.clone());
        } else {
            let args: Ref<Tuple> = match_args.unwrap_or_else(|| vm.empty_tuple.clone());
            for name in &args[..positional] {
                if !name.is_exactly(&vm.types.str) {
                    return Err(vm.type_error(format!(
                        "__match_args__ elements must be strings (got {})",
                        name.ty().name()
                    )));
                }
                match attribute(vm, ty, subject, name, &mut seen)? {
                    Some(value) => found.push(value),
                    None => return Ok(None),
                }
            }
        }
    }
    if let Some(names) = names.get::<Tuple>() {
        for name in names.iter() {
            debug_assert!(name.get::<Str>().is_some());
            match attribute(vm, ty, subject, name, &mut seen)? {
                Some(value) => found.push(value),
                None => return Ok(None),
            }
        }
    }
    Ok(Some(vm.tuple(found)))
}
