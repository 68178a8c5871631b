//! Warnings issued by the machine itself (CPython's `_warnings.c`).
//!
//! A program that has imported `warnings` decides with its filters. For all others the filters that CPython starts with
//! decide here, so that a warning imports nothing.

use object::{Dict, Kind, Obj, Ref, Res, Type, Vm};

use crate::machine::{source_of, write_stderr};

/// Where a warning belongs.
struct Place<'a> {
    file: &'a str,
    line: i32,
    /// `__name__` of the module.
    module: Option<Obj>,
    /// The globals that remember what was said already; none for the compiler's warnings.
    globals: Option<&'a Ref<Dict>>,
}

/// `warnings.warn(message, category, stacklevel)`
pub(crate) fn warn(vm: &Vm, category: &Ref<Type>, message: &str, stack_level: usize) -> Res<()> {
    if let Some(module) = imported(vm)? {
        let function = vm.getattr_text(&module, "warn")?;
        let level = vm.int(stack_level as i64);
        vm.call(&function, &[vm.str(message), category.as_obj().clone(), level])?;
        return Ok(());
    }
    let Some(frame) = interp::frames::caller(vm, stack_level.saturating_sub(1)) else {
        return issue(vm, category, message, &Place { file: "<sys>", line: 0, module: None, globals: None });
    };
    let file = frame.code().filename.to_text_lossy().into_owned();
    let globals = frame.globals().clone();
    let place = Place {
        file: &file,
        line: interp::types::frame::line_of(frame).unwrap_or(0),
        module: globals.get_str(&vm.names.__name__),
        globals: Some(&globals),
    };
    issue(vm, category, message, &place)
}

/// `warnings.warn_explicit(message, category, file, line)`
pub(crate) fn warn_explicit(vm: &Vm, category: &Ref<Type>, message: &str, file: &str, line: i32) -> Res<()> {
    if let Some(module) = imported(vm)? {
        let function = vm.getattr_text(&module, "warn_explicit")?;
        let args = [vm.str(message), category.as_obj().clone(), vm.str(file), vm.int(line.into())];
        vm.call(&function, &args)?;
        return Ok(());
    }
    issue(vm, category, message, &Place { file, line, module: None, globals: None })
}

/// The module `warnings`, if the program has it.
fn imported(vm: &Vm) -> Res<Option<Obj>> {
    let module = crate::import::modules(vm)?.get_str(&vm.intern("warnings"));
    Ok(module.filter(|module| module.kind() == Kind::Module))
}

fn issue(vm: &Vm, category: &Ref<Type>, message: &str, place: &Place<'_>) -> Res<()> {
    if is_ignored(vm, category, place) || is_known(vm, category, message, place)? {
        return Ok(());
    }
    let mut text = format!("{}:{}: {}: {message}\n", place.file, place.line, category.short_name());
    let source = source_of(vm, place.file);
    let line = usize::try_from(place.line).ok().and_then(|line| line.checked_sub(1));
    if let (Some(source), Some(line)) = (source, line)
        && let Some(line) = source.lines().nth(line).map(str::trim)
        && !line.is_empty()
    {
        text.push_str(&format!("  {line}\n"));
    }
    write_stderr(vm, &text);
    Ok(())
}

/// The filters that CPython starts with: what is of use to a program's author alone is shown in `__main__` alone.
fn is_ignored(vm: &Vm, category: &Ref<Type>, place: &Place<'_>) -> bool {
    let is = |wanted: &Ref<Type>| category.is_subtype_of(wanted);
    let in_main = place
        .module
        .as_ref()
        .and_then(|name| name.get::<object::Str>())
        .is_some_and(|n| n.is_text("__main__"));
    if is(&vm.exc.deprecation_warning) {
        return !in_main;
    }
    is(&vm.exc.pending_deprecation_warning) || is(&vm.exc.import_warning) || is(&vm.exc.resource_warning)
}

/// Whether this was said already at this place; notes it if not (`__warningregistry__`).
fn is_known(vm: &Vm, category: &Ref<Type>, message: &str, place: &Place<'_>) -> Res<bool> {
    let Some(globals) = place.globals else { return Ok(false) };
    let name = vm.intern("__warningregistry__");
    let registry = match globals.get_str(&name).and_then(|registry| registry.into_ref::<Dict>().ok()) {
        Some(registry) => registry,
        None => {
            let registry = vm.dict();
            globals.set_str(&name, registry.clone().into_obj());
            registry
        }
    };
    let key = vm.tuple([vm.str(message), category.as_obj().clone(), vm.int(place.line.into())]);
    let known = vm.dict_get(&registry, &key)?.is_some();
    if !known {
        vm.dict_set(&registry, &key, vm.true_.clone())?;
    }
    Ok(known)
}
