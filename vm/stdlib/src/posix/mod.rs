//! `posix`: what `os` is made of (`posixmodule.c`).
//!
//! Files are reached as far as the machine's configuration grants it; see [`crate::system`].

mod descriptors;
mod files;
pub(crate) mod path;
mod process;
mod refused;
mod results;
mod scandir;

use object::{Module, NativeDef, Obj, Ref, Res, Vm};

use crate::module::{NativeModule, add_functions};
use crate::platform;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("posix", "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.")
    .functions(PATH)
    .types(&[
        ("DirEntry", |vm| vm.native_type(&scandir::ENTRY).clone()),
        ("sched_param", |vm| results::SCHED_PARAM.class(vm)),
        ("stat_result", |vm| results::STAT_RESULT.class(vm)),
        ("statvfs_result", |vm| results::STATVFS_RESULT.class(vm)),
        ("terminal_size", |vm| results::TERMINAL_SIZE.class(vm)),
        ("times_result", |vm| results::TIMES_RESULT.class(vm)),
        ("uname_result", |vm| results::UNAME_RESULT.class(vm)),
        ("waitid_result", |vm| results::WAITID_RESULT.class(vm)),
    ])
    .init(init);

static PATH: &[NativeDef] = &[
    NativeDef::keywords(
        "fspath",
        path::fspath,
        "($module, /, path)\n--\n\nReturn the file system path representation of the object.\n\nIf the object is str or bytes, then allow it to pass through as-is.  If\nthe object defines __fspath__(), then return the result of that method.\nAll other types raise a TypeError.",
    ),
    NativeDef::keywords(
        "_path_normpath",
        path::path_normpath,
        "($module, /, path)\n--\n\nNormalize path, eliminating double slashes, etc.",
    ),
    NativeDef::keywords(
        "_path_splitroot_ex",
        path::path_splitroot_ex,
        "($module, /, p)\n--\n\nSplit a pathname into drive, root and tail.\n\nThe tail contains anything after the root.",
    ),
];

/// What the functions can do besides paths: CPython's list on Linux.
const ABILITIES: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
    "HAVE_PTSNAME_R",
];

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    for functions in [descriptors::FUNCTIONS, files::FUNCTIONS, process::FUNCTIONS, refused::FUNCTIONS] {
        add_functions(vm, module, "posix", functions);
    }
    for (name, number) in platform::POSIX {
        set(name, vm.int(*number));
    }
    for (name, table) in [
        ("confstr_names", platform::CONFSTR),
        ("pathconf_names", platform::PATHCONF),
        ("sysconf_names", platform::SYSCONF),
    ] {
        let names = vm.dict();
        for (name, number) in table {
            names.set_str(&vm.intern(name), vm.int(*number));
        }
        set(name, names.into_obj());
    }
    set("_have_functions", vm.list(ABILITIES.iter().map(|name| vm.str(name)).collect()));
    set("environ", process::environment(vm)?.into_obj());
    set("error", vm.exc.os_error.as_obj().clone());
    Ok(())
}
