//! Modules whose every function needs what the sandbox does not have. They import, because much of the library imports
//! them without calling them; each call is refused: `PermissionError: [Errno 1] Operation not permitted`.

use object::NativeDef;

use crate::module::NativeModule;
use crate::system::refused;

/// `_posixsubprocess`: other processes.
pub static POSIXSUBPROCESS: NativeModule =
    NativeModule::new("_posixsubprocess", "A POSIX helper for the subprocess module.")
        .functions(&[NativeDef::keywords("fork_exec", refused, "")]);

/// `select`: waiting for files.
pub static SELECT: NativeModule = NativeModule::new(
    "select",
    "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
)
.functions(&[NativeDef::keywords("select", refused, "")])
.init(|vm, module| {
    module.dict.set_str(&vm.intern("error"), vm.exc.os_error.as_obj().clone());
    Ok(())
});
