//! What `sysconfig` asks about the build. CPython's module is a dict of makefile variables; here are those that describe
//! the machine as well.

use object::{Module, Ref, Res, Vm};

use crate::module::NativeModule;

/// The module; the name is that of a platform without a multiarch triple.
pub static MODULE: NativeModule = NativeModule::new(
    "_sysconfigdata__linux_",
    "system configuration generated and used by the sysconfig module",
)
.init(init);

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let variables = vm.dict();
    let numbers = [
        ("Py_DEBUG", 0),
        ("Py_ENABLE_SHARED", 0),
        ("Py_GIL_DISABLED", 0),
        ("SIZEOF_LONG", 8),
        ("SIZEOF_VOID_P", 8),
        ("SIZEOF_WCHAR_T", 4),
        ("WITH_DOC_STRINGS", 1),
        ("WITH_PYMALLOC", 1),
    ];
    for (name, number) in numbers {
        variables.set_str(&vm.intern(name), vm.int(number));
    }
    variables.set_str(&vm.intern("VERSION"), vm.str("3.14"));
    module.dict.set_str(&vm.intern("build_time_vars"), variables.into_obj());
    Ok(())
}
