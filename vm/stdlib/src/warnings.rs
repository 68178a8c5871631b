//! Warnings issued by the machine itself: through Python's `warnings`, so that its filters decide. `_warnings` is the
//! same door for `importlib`; the filters themselves are `_py_warnings.py`'s.

use object::{Args, NativeDef, Obj, Ref, Res, Type, Vm};

use crate::module::NativeModule;

/// The module `_warnings`.
pub static MODULE: NativeModule = NativeModule::new(
    "_warnings",
    "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
)
.functions(&[
    NativeDef::keywords("warn", |vm, _, args| forward(vm, "warn", args), "Issue a warning, or maybe ignore it or raise an exception."),
    NativeDef::keywords("warn_explicit", |vm, _, args| forward(vm, "warn_explicit", args), "Issue a warning, or maybe ignore it or raise an exception."),
]);

fn forward(vm: &Vm, function: &str, args: Args<'_>) -> Res<Obj> {
    let module = crate::import::import_module(vm, "warnings")?;
    vm.call_args(&vm.getattr_text(&module, function)?, args)
}

/// `warnings.warn(message, category, stacklevel)`
pub(crate) fn warn(vm: &Vm, category: &Ref<Type>, message: &str, stack_level: usize) -> Res<()> {
    let module = crate::import::import_module(vm, "warnings")?;
    let function = vm.getattr_text(&module, "warn")?;
    let level = vm.int(stack_level as i64);
    vm.call(&function, &[vm.str(message), category.as_obj().clone(), level])?;
    Ok(())
}

/// `warnings.warn_explicit(message, category, filename, line)`
pub(crate) fn warn_explicit(
    vm: &Vm,
    category: &Ref<Type>,
    message: &str,
    filename: &str,
    line: i32,
) -> Res<()> {
    let module = crate::import::import_module(vm, "warnings")?;
    let function = vm.getattr_text(&module, "warn_explicit")?;
    let args = [vm.str(message), category.as_obj().clone(), vm.str(filename), vm.int(line.into())];
    vm.call(&function, &args)?;
    Ok(())
}
