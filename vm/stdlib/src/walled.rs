//! Modules whose every function needs what the sandbox does not have. They import, because much of the library imports
//! them without calling them; each call is refused: `PermissionError: [Errno 1] Operation not permitted`.

use object::NativeDef;

use crate::module::NativeModule;
use crate::system::refused;

/// `_posixsubprocess`: other processes.
pub static POSIXSUBPROCESS: NativeModule =
    NativeModule::new("_posixsubprocess", "A POSIX helper for the subprocess module.")
        .functions(&[NativeDef::keywords("fork_exec", refused, "")]);
