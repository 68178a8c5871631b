//! "Did you mean …": names near to one that was not found (CPython's `traceback._compute_suggestion_error`).

use object::exceptions::field;
use object::{Dict, Exception, Obj, Ref, Str, Traceback, Vm, suggest};

use crate::intrinsics::sys_attribute;

use crate::types::locals;

/// What is added to the message, if anything.
pub(super) fn hint(vm: &Vm, exception: &Obj) -> String {
    let Some(payload) = exception.get::<Exception>() else { return String::new() };
    let ty = exception.ty();
    let name_in = |index: usize| -> Option<Ref<Str>> { payload.fields.get(index)?.get()?.into_ref().ok() };
    if ty.is_subtype_of(&vm.exc.import_error) {
        let Some(wrong) = name_in(field::IMPORT_NAME_FROM) else { return String::new() };
        return import_hint(vm, payload, &wrong)
            .map(|s| format!(". Did you mean: '{s}'?"))
            .unwrap_or_default();
    }
    if ty.is_subtype_of(&vm.exc.attribute_error) {
        let Some(wrong) = name_in(field::ATTRIBUTE_NAME) else { return String::new() };
        let Some(owner) = payload.fields.get(field::ATTRIBUTE_OBJ).and_then(|c| c.get()) else {
            return String::new();
        };
        return attribute_hint(vm, payload, &owner, &wrong)
            .map(|s| format!(". Did you mean: '{s}'?"))
            .unwrap_or_default();
    }
    if ty.is_subtype_of(&vm.exc.name_error) {
        let Some(wrong) = name_in(field::NAME_NAME) else { return String::new() };
        let near = name_hint(vm, payload, &wrong);
        let module = is_library_module(vm, &wrong);
        let wrong = wrong.to_text_lossy();
        return match (near, module) {
            (Some(near), true) => format!(". Did you mean: '{near}'? Or did you forget to import '{wrong}'?"),
            (Some(near), false) => format!(". Did you mean: '{near}'?"),
            (None, true) => format!(". Did you forget to import '{wrong}'?"),
            (None, false) => String::new(),
        };
    }
    String::new()
}

fn is_library_module(vm: &Vm, name: &Ref<Str>) -> bool {
    let Ok(Some(names)) = sys_attribute(vm, "stdlib_module_names") else { return false };
    vm.contains(&names, name.as_obj()).unwrap_or(false)
}

/// The traceback's last entry: where the exception was raised.
fn last_entry(payload: &Exception) -> Option<Obj> {
    let mut at = payload.traceback.get()?;
    while let Some(next) = at.get::<Traceback>()?.next.get() {
        at = next;
    }
    Some(at)
}

/// The variables of the frame that raised.
fn locals_of(vm: &Vm, payload: &Exception) -> Option<Ref<Dict>> {
    let entry = last_entry(payload)?;
    let frame = &entry.get::<Traceback>()?.frame;
    if frame.frame().code().has(bytecode::flags::OPTIMIZED) {
        return locals::variables(vm, frame).ok();
    }
    frame.frame().locals.get()?.into_ref().ok()
}

fn closest(names: Vec<String>, wrong: &Ref<Str>) -> Option<String> {
    suggest::closest(names.iter().map(String::as_str), &wrong.to_text_lossy()).map(str::to_owned)
}

/// The names of `dir(object)`, sorted; those with an underscore in front only on request.
fn dir(vm: &Vm, object: &Obj, underscored: bool) -> Option<Vec<String>> {
    let listed = match vm.getattr_optional(object, &vm.names.__dir__) {
        Ok(Some(method)) if object.get::<object::Type>().is_none() => vm.call(&method, &[]).ok()?,
        _ => vm.dir(object).ok()?,
    };
    let mut names: Vec<String> = vm
        .iter_to_vec(&listed)
        .ok()?
        .iter()
        .filter_map(|name| name.get::<Str>().map(|s| s.to_text_lossy().into_owned()))
        .filter(|name| underscored || !name.starts_with('_'))
        .collect();
    names.sort();
    Some(names)
}

fn starts_with_underscore(name: &Ref<Str>) -> bool {
    name.code_point(0) == Some('_'.into())
}

fn attribute_hint(vm: &Vm, payload: &Exception, owner: &Obj, wrong: &Ref<Str>) -> Option<String> {
    let in_method = || {
        let locals = locals_of(vm, payload)?;
        locals.get_str(&vm.names.self_).map(|found| found.is(owner))
    };
    let underscored = starts_with_underscore(wrong) || in_method().unwrap_or(false);
    closest(dir(vm, owner, underscored)?, wrong)
}

fn import_hint(vm: &Vm, payload: &Exception, wrong: &Ref<Str>) -> Option<String> {
    let module: Ref<Str> = payload.fields.get(field::IMPORT_NAME)?.get()?.into_ref().ok()?;
    let module = vm.hooks.import.get()?(vm, &module.to_text_lossy()).ok()?;
    closest(dir(vm, &module, starts_with_underscore(wrong))?, wrong)
}

fn name_hint(vm: &Vm, payload: &Exception, wrong: &Ref<Str>) -> Option<String> {
    let entry = last_entry(payload)?;
    let frame = entry.get::<Traceback>()?.frame.frame();
    let locals = locals_of(vm, payload);
    let mut names = Vec::new();
    for dict in [locals.as_ref(), Some(frame.globals()), Some(frame.builtins())].into_iter().flatten() {
        names.extend(
            dict.to_vec().iter().filter_map(|(k, _)| k.get::<Str>().map(|s| s.to_text_lossy().into_owned())),
        );
    }
    if let Some(receiver) = locals.and_then(|l| l.get_str(&vm.names.self_))
        && let Ok(Some(_)) = vm.getattr_optional(&receiver, wrong)
    {
        return Some(format!("self.{}", wrong.to_text_lossy()));
    }
    closest(names, wrong)
}
