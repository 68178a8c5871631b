//! `__build_class__` (CPython's `builtin___build_class__`).

use object::{Args, CellObject, Function, Obj, Ref, Res, Str, Tuple, Type, Vm};

use crate::eval;

/// The bases of a class, those without `__mro_entries__` as they are (`update_bases`); `None` if nothing changed.
pub fn resolve_bases(vm: &Vm, bases: &Obj) -> Res<Option<Obj>> {
    let Some(tuple) = bases.get::<Tuple>() else { return Ok(None) };
    let mut changed = false;
    let mut resolved = Vec::with_capacity(tuple.len());
    for base in tuple.iter() {
        if base.get::<Type>().is_some() {
            resolved.push(base.clone());
            continue;
        }
        match vm.getattr_optional(base, &vm.names.__mro_entries__)? {
            None => resolved.push(base.clone()),
            Some(method) => {
                let entries = vm.call(&method, std::slice::from_ref(bases))?;
                let Some(entries) = entries.get::<Tuple>() else {
                    return Err(vm.type_error("__mro_entries__ must return a tuple"));
                };
                changed = true;
                resolved.extend(entries.iter().cloned());
            }
        }
    }
    Ok(changed.then(|| vm.tuple(resolved)))
}

/// The most derived of a metaclass and the types of the bases (`_PyType_CalculateMetaclass`).
pub fn calculate_metaclass(vm: &Vm, metaclass: &Ref<Type>, bases: &Obj) -> Res<Ref<Type>> {
    let mut winner = metaclass.clone();
    for base in bases.get::<Tuple>().map_or(&[][..], |t| t.items()) {
        let ty = base.ty();
        if winner.is_subtype_of(ty) {
            continue;
        }
        if ty.is_subtype_of(&winner) {
            winner = ty.clone();
            continue;
        }
        return Err(vm.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses \
             of all its bases",
        ));
    }
    Ok(winner)
}

/// `__build_class__(func, name, /, *bases, [metaclass], **kwds)`.
pub fn build_class(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let positional = args.pos();
    let [function, name, bases @ ..] = positional else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    if function.get::<Function>().is_none() {
        return Err(vm.type_error("__build_class__: func must be a function"));
    }
    if name.get::<Str>().is_none() {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let original_bases = vm.tuple(bases.iter().cloned());
    let resolved = resolve_bases(vm, &original_bases)?;
    let bases = resolved.clone().unwrap_or_else(|| original_bases.clone());

    let mut keywords: Vec<(Obj, Obj)> = args.keywords().map(|(k, v)| (k.clone(), v.clone())).collect();
    let explicit = keywords
        .iter()
        .position(|(k, _)| k.get::<Str>().is_some_and(|k| k.is_text("metaclass")))
        .map(|i| keywords.remove(i).1);
    let mut metaclass = match explicit {
        Some(metaclass) => metaclass,
        None => match bases.get::<Tuple>().and_then(|b| b.first()) {
            Some(base) => base.ty().as_obj().clone(),
            None => vm.types.r#type.as_obj().clone(),
        },
    };
    if let Some(ty) = metaclass.downcast::<Type>() {
        let winner = calculate_metaclass(vm, ty, &bases)?;
        metaclass = winner.into_obj();
    }

    let call_with = |callable: &Obj, positional: &[Obj]| -> Res<Obj> {
        let mut values = positional.to_vec();
        values.extend(keywords.iter().map(|(_, v)| v.clone()));
        let names: Vec<Obj> = keywords.iter().map(|(k, _)| k.clone()).collect();
        vm.call_args(callable, Args { values: &values, kwnames: &names })
    };
    let namespace = match vm.getattr_optional(&metaclass, &vm.names.__prepare__)? {
        None => vm.dict().into_obj(),
        Some(prepare) => call_with(&prepare, &[name.clone(), bases.clone()])?,
    };
    if !vm.is_mapping(&namespace) {
        let shown = match metaclass.downcast::<Type>() {
            Some(ty) => ty.name().to_string(),
            None => "<metaclass>".to_owned(),
        };
        return Err(vm.type_error(format!(
            "{shown}.__prepare__() must return a mapping, not {}",
            namespace.ty().name()
        )));
    }

    let cell = eval::run_code(vm, function, Some(namespace.clone()))?;
    if !bases.is(&original_bases) {
        vm.setitem(&namespace, vm.intern("__orig_bases__").as_obj(), &original_bases)?;
    }
    let class = call_with(&metaclass, &[name.clone(), bases, namespace])?;
    if class.get::<Type>().is_some()
        && let Some(cell) = cell.get::<CellObject>()
    {
        match cell.0.get() {
            None => {
                let name = vm.repr_text(name)?;
                let class = vm.repr_text(&class)?;
                return Err(vm.runtime_error(format!(
                    "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
                )));
            }
            Some(found) if !found.is(&class) => {
                return Err(vm.type_error(format!(
                    "__class__ set to {} defining {} as {}",
                    vm.repr_text(&found)?,
                    vm.repr_text(name)?,
                    vm.repr_text(&class)?
                )));
            }
            Some(_) => {}
        }
    }
    Ok(class)
}
