//! `from module import name` (CPython's `_PyEval_ImportFrom`, `import_all_from`).

use object::exceptions::field;
use object::{Dict, Obj, Raised, Ref, Res, Str, Vm};

fn text_attr(vm: &Vm, module: &Obj, name: &Ref<Str>) -> Res<Option<Ref<Str>>> {
    Ok(vm.getattr_optional(module, name)?.and_then(|value| value.into_ref().ok()))
}

/// The attribute `name` of a module, or the submodule of that name.
pub fn from_module(vm: &Vm, module: &Obj, name: &Ref<Str>) -> Res<Obj> {
    if let Some(value) = vm.getattr_optional(module, name)? {
        return Ok(value);
    }
    // A submodule that is being imported, but not yet an attribute of its package, counts.
    let module_name = text_attr(vm, module, &vm.names.__name__)?;
    if let Some(module_name) = &module_name {
        let full = format!("{}.{}", module_name.to_text_lossy(), name.to_text_lossy());
        if let Some(import) = vm.hooks.import.get()
            && let Ok(sys) = import(vm, "sys")
            && let Some(modules) = vm.getattr_optional(&sys, &vm.intern("modules"))?
            && let Some(dict) = modules.get::<Dict>()
            && let Some(found) = dict.get_str(&vm.intern(&full))
        {
            return Ok(found);
        }
    }
    Err(cannot_import(vm, module, module_name, name)?)
}

/// `ImportError: cannot import name …`, in the form that fits where the module came from.
fn cannot_import(vm: &Vm, module: &Obj, module_name: Option<Ref<Str>>, name: &Ref<Str>) -> Res<Raised> {
    let shown = match &module_name {
        Some(module_name) => vm.repr_text(module_name.as_obj())?,
        None => "'<unknown module name>'".to_owned(),
    };
    let wanted = vm.repr_text(name.as_obj())?;
    let file = text_attr(vm, module, &vm.names.__file__)?;
    let spec = vm.getattr_optional(module, &vm.names.__spec__)?.filter(|s| !s.is(&vm.none));
    let initializing = match &spec {
        Some(spec) => match vm.getattr_optional(spec, &vm.names._initializing)? {
            Some(flag) => vm.is_true(&flag)?,
            None => false,
        },
        None => false,
    };
    let origin = match (&file, &spec) {
        (Some(file), _) => Some(file.to_text_lossy().into_owned()),
        (None, Some(spec)) => {
            let has_location = match vm.getattr_optional(spec, &vm.intern("has_location"))? {
                Some(flag) => vm.is_true(&flag)?,
                None => false,
            };
            let origin = text_attr(vm, spec, &vm.intern("origin"))?;
            origin.filter(|_| has_location).map(|o| o.to_text_lossy().into_owned())
        }
        (None, None) => None,
    };
    let place = origin.clone().unwrap_or_else(|| "unknown location".to_owned());
    let message = if initializing {
        if origin.is_some() {
            format!(
                "cannot import name {wanted} from partially initialized module {shown} (most likely due to a circular \
                 import) ({place})"
            )
        } else {
            format!(
                "cannot import name {wanted} from partially initialized module {shown} (most likely due to a circular \
                 import) (unknown location)"
            )
        }
    } else {
        format!("cannot import name {wanted} from {shown} ({place})")
    };
    let path = origin.map(|o| vm.str(&o));
    let module_name: Option<Obj> = module_name.map(Into::into);
    let raised = vm.import_error(&vm.exc.import_error, &message, module_name.as_ref(), path.as_ref());
    if let Some(cell) = raised.exception().and_then(|e| e.fields.get(field::IMPORT_NAME_FROM)) {
        cell.set(Some(name.as_obj().clone()));
    }
    Ok(raised)
}

/// Copies what `from module import *` brings into a namespace.
pub fn star(vm: &Vm, module: &Obj, namespace: &Obj) -> Res<()> {
    let all = vm.getattr_optional(module, &vm.names.__all__)?;
    let skip_underscores = all.is_none();
    let names: Vec<Obj> = match all {
        Some(all) => vm.iter_to_vec(&all)?,
        None => {
            let dict = vm.getattr_optional(module, &vm.names.__dict__)?.ok_or_else(|| {
                vm.raise_text(&vm.exc.import_error, "from-import-* object has no __dict__ and no __all__")
            })?;
            let keys = vm.call_method(&dict, &vm.names.keys, &[])?;
            vm.iter_to_vec(&keys)?
        }
    };
    for name in names {
        let Some(text) = name.downcast::<Str>() else {
            return Err(not_a_name(vm, module, &name, skip_underscores)?);
        };
        if skip_underscores && text.code_point(0) == Some('_'.into()) {
            continue;
        }
        let text = vm.intern_str(text.clone());
        let value = vm.getattr(module, &text)?;
        match namespace.get::<Dict>().filter(|_| namespace.is_exactly(&vm.types.dict)) {
            Some(dict) => dict.set_str(&text, value),
            None => vm.setitem(namespace, text.as_obj(), &value)?,
        }
    }
    Ok(())
}

fn not_a_name(vm: &Vm, module: &Obj, name: &Obj, in_dict: bool) -> Res<Raised> {
    let Some(module_name) = text_attr(vm, module, &vm.names.__name__)? else {
        return Ok(vm.type_error(format!("module __name__ must be a string, not {}", module.ty().name())));
    };
    let (what, place) = if in_dict { ("Key", "__dict__") } else { ("Item", "__all__") };
    Ok(vm.type_error(format!(
        "{what} in {}.{place} must be str, not {}",
        module_name.to_text_lossy(),
        name.ty().name()
    )))
}
