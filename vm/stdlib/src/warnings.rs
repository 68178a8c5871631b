//! Warnings issued by the machine itself: through Python's `warnings`, so that its filters decide.

use object::{Ref, Res, Type, Vm};

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
