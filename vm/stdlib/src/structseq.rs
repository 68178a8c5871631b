//! Tuples whose items also have names: `sys.version_info`, `time.struct_time` (CPython's `structseq.c`).

use std::cell::RefCell;

use object::{Obj, Ref, Res, Tuple, Type, Vm};

/// The types made so far, by name.
#[derive(Default)]
struct Known(RefCell<Vec<(String, Ref<Type>)>>);

/// The type of such tuples, made at first use: a subclass of `tuple` with a descriptor for each field.
pub(crate) fn type_of(vm: &Vm, name: &str, fields: &[&str]) -> Res<Ref<Type>> {
    let known = vm.state::<Known>();
    let found = known.0.borrow().iter().find(|(own, _)| own == name).map(|(_, ty)| ty.clone());
    if let Some(ty) = found {
        return Ok(ty);
    }
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let dict = vm.dict();
    dict.set_str(&vm.names.__module__, vm.str(module));
    dict.set_str(&vm.names.__slots__, vm.empty_tuple.as_obj().clone());
    let names = vm.tuple(fields.iter().map(|field| vm.str(field)).collect::<Vec<_>>());
    dict.set_str(&vm.names.__match_args__, names);
    dict.set_str(&vm.intern("n_fields"), vm.int(fields.len() as i64));
    dict.set_str(&vm.intern("n_sequence_fields"), vm.int(fields.len() as i64));
    dict.set_str(&vm.intern("n_unnamed_fields"), vm.int(0));
    let bases = vm.tuple([vm.types.tuple.as_obj().clone()]);
    let class = vm.call(vm.types.r#type.as_obj(), &[vm.str(short), bases, dict.into_obj()])?;
    let class: Ref<Type> = class.into_ref().map_err(|_| vm.system_error("a type was expected"))?;
    for (i, field) in fields.iter().enumerate() {
        let getter = crate::collections::tuple_getter(vm, i);
        vm.setattr(class.as_obj(), &vm.intern(field), &getter)?;
    }
    class.slots.repr.set(Some(repr));
    known.0.borrow_mut().push((name.to_owned(), class.clone()));
    Ok(class)
}

/// A tuple of the named type; without names if the type cannot be made.
pub(crate) fn make(vm: &Vm, name: &str, fields: &[&str], values: Vec<Obj>) -> Obj {
    match type_of(vm, name, fields) {
        Ok(class) => Tuple::new(&class, values).into_obj(),
        Err(_) => vm.tuple(values),
    }
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let names = vm.iter_to_vec(&vm.getattr(obj.ty().as_obj(), &vm.names.__match_args__)?)?;
    let name = object::types::qualified_type_name(vm, obj.ty())?;
    let mut parts = Vec::new();
    for (name, value) in names.iter().zip(obj.get::<Tuple>().into_iter().flat_map(|tuple| tuple.iter())) {
        parts.push(format!("{}={}", vm.str_text(name)?, vm.repr_text(value)?));
    }
    Ok(vm.str(&format!("{name}({})", parts.join(", "))))
}
