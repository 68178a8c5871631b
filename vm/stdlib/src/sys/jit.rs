//! `sys._jit`: whether there is a compiler to machine code behind the loop. There is none.

use object::{NativeDef, Obj, Vm};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::no_args(
        "is_available",
        |vm, _, _| Ok(vm.false_.clone()),
        "($module, /)\n--\n\nReturn True if the current Python executable supports JIT compilation, and False otherwise.",
    ),
    NativeDef::no_args(
        "is_enabled",
        |vm, _, _| Ok(vm.false_.clone()),
        "($module, /)\n--\n\nReturn True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and False otherwise.",
    ),
    NativeDef::no_args(
        "is_active",
        |vm, _, _| Ok(vm.false_.clone()),
        "($module, /)\n--\n\nReturn True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and False otherwise.",
    ),
];

/// The namespace.
pub(super) fn create(vm: &Vm) -> Obj {
    let module = builtins::new_module(vm, "sys._jit", None);
    crate::module::add_functions(vm, &module, "sys._jit", FUNCTIONS);
    module.into_obj()
}
