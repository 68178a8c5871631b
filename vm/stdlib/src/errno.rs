//! `errno`: the names of the system's error numbers.

use object::{Module, Obj, Ref, Res, Vm};

use crate::module::NativeModule;
use crate::platform::ERRNO;

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "errno",
    "This module makes available standard errno system symbols.\n\nThe value of each symbol is the corresponding integer value,\ne.g., on most systems, errno.ENOENT equals the integer 2.\n\nThe dictionary errno.errorcode maps numeric codes to symbol names,\ne.g., errno.errorcode[2] could be the string 'ENOENT'.\n\nSymbols that are not relevant to the underlying system are not defined.\n\nTo map error codes to error messages, use the function os.strerror(),\ne.g. os.strerror(2) could return 'No such file or directory'.",
)
.init(init);

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let codes = vm.dict();
    for (name, number) in ERRNO {
        let (key, value): (_, Obj) = (vm.intern(name), vm.int(*number));
        vm.dict_set(&codes, &value, key.as_obj().clone())?;
        module.dict.set_str(&key, value);
    }
    module.dict.set_str(&vm.intern("errorcode"), codes.into_obj());
    Ok(())
}
