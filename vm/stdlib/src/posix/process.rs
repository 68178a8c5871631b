//! The process, its environment, and what depends on neither.

use object::{Args, Bytes, Dict, NativeDef, Obj, Params, Ref, Res, Str, Vm};
use rustix::process as own;

use super::path::{decoded, decoded_path, encoded};
use super::results::{TIMES_RESULT, UNAME_RESULT};
use crate::system::{self, Errno, World};

/// The functions of this file.
pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::keywords(
        "_exit",
        exit,
        "($module, /, status)\n--\n\nExit to the system with specified status, without normal exit processing.",
    ),
    NativeDef::no_args(
        "getcwd",
        getcwd,
        "($module, /)\n--\n\nReturn a unicode string representing the current working directory.",
    ),
    NativeDef::no_args(
        "getcwdb",
        getcwdb,
        "($module, /)\n--\n\nReturn a bytes string representing the current working directory.",
    ),
    NativeDef::no_args(
        "getpid",
        |vm, _, _| Ok(vm.int(own::getpid().as_raw_nonzero().get().into())),
        "($module, /)\n--\n\nReturn the current process id.",
    ),
    NativeDef::no_args(
        "getppid",
        |vm, _, _| Ok(vm.int(own::Pid::as_raw(own::getppid()).into())),
        "($module, /)\n--\n\nReturn the parent's process id.\n\nIf the parent process has already exited, Windows machines will still\nreturn its id; others systems will return the id of the 'init' proces\n(1).",
    ),
    NativeDef::no_args(
        "getuid",
        |vm, _, _| Ok(vm.int(own::getuid().as_raw().into())),
        "($module, /)\n--\n\nReturn the current process's user id.",
    ),
    NativeDef::no_args(
        "geteuid",
        |vm, _, _| Ok(vm.int(own::geteuid().as_raw().into())),
        "($module, /)\n--\n\nReturn the current process's effective user id.",
    ),
    NativeDef::no_args(
        "getgid",
        |vm, _, _| Ok(vm.int(own::getgid().as_raw().into())),
        "($module, /)\n--\n\nReturn the current process's group id.",
    ),
    NativeDef::no_args(
        "getegid",
        |vm, _, _| Ok(vm.int(own::getegid().as_raw().into())),
        "($module, /)\n--\n\nReturn the current process's effective group id.",
    ),
    NativeDef::no_args(
        "uname",
        uname,
        "($module, /)\n--\n\nReturn an object identifying the current operating system.\n\nThe object behaves like a named tuple with the following fields:\n  (sysname, nodename, release, version, machine)",
    ),
    NativeDef::no_args(
        "times",
        times,
        "($module, /)\n--\n\nReturn a collection containing process timing information.\n\nThe object returned behaves like a named tuple with these fields:\n  (utime, stime, cutime, cstime, elapsed_time)\nAll fields are floating-point numbers.",
    ),
    NativeDef::one(
        "umask",
        umask,
        "($module, mask, /)\n--\n\nSet the current numeric umask and return the previous umask.",
    ),
    NativeDef::keywords(
        "register_at_fork",
        register_at_fork,
        "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)\n--\n\nRegister callables to be called when forking a new process.\n\n  before\n    A callable to be called in the parent before the fork() syscall.\n  after_in_child\n    A callable to be called in the child after fork().\n  after_in_parent\n    A callable to be called in the parent after fork().\n\n'before' callbacks are called in reverse order.\n'after_in_child' and 'after_in_parent' callbacks are called in order.",
    ),
    NativeDef::no_args("sched_yield", sched_yield, "($module, /)\n--\n\nVoluntarily relinquish the CPU."),
    NativeDef::one(
        "sched_getaffinity",
        sched_getaffinity,
        "($module, pid, /)\n--\n\nReturn the affinity of the process identified by pid (or the current process if zero).\n\nThe affinity is returned as a set of CPU identifiers.",
    ),
    NativeDef::no_args(
        "cpu_count",
        |vm, _, _| Ok(processors().map_or_else(|| vm.none.clone(), |count| vm.int(count as i64))),
        "($module, /)\n--\n\nReturn the number of logical CPUs in the system.\n\nReturn None if indeterminable.",
    ),
    NativeDef::one(
        "urandom",
        urandom,
        "($module, size, /)\n--\n\nReturn a bytes object containing random bytes suitable for cryptographic use.",
    ),
    NativeDef::keywords(
        "getrandom",
        getrandom,
        "($module, /, size, flags=0)\n--\n\nObtain a series of random bytes.",
    ),
    NativeDef::one(
        "strerror",
        strerror,
        "($module, code, /)\n--\n\nTranslate an error code to a message string.",
    ),
    NativeDef::positional(
        "putenv",
        putenv,
        "($module, name, value, /)\n--\n\nChange or add an environment variable.",
    ),
    NativeDef::one("unsetenv", unsetenv, "($module, name, /)\n--\n\nDelete an environment variable."),
    NativeDef::one(
        "major",
        major,
        "($module, device, /)\n--\n\nExtracts a device major number from a raw device number.",
    ),
    NativeDef::one(
        "minor",
        minor,
        "($module, device, /)\n--\n\nExtracts a device minor number from a raw device number.",
    ),
    NativeDef::positional(
        "makedev",
        makedev,
        "($module, major, minor, /)\n--\n\nComposes a raw device number from the major and minor device numbers.",
    ),
    NativeDef::keywords(
        "waitstatus_to_exitcode",
        waitstatus_to_exitcode,
        "($module, /, status)\n--\n\nConvert a wait status to an exit code.\n\nOn Unix:\n\n* If WIFEXITED(status) is true, return WEXITSTATUS(status).\n* If WIFSIGNALED(status) is true, return -WTERMSIG(status).\n* Otherwise, raise a ValueError.\n\nOn Windows, return status shifted right by 8 bits.\n\nOn Unix, if the process is being traced or if waitpid() was called with\nWUNTRACED option, the caller must first check if WIFSTOPPED(status) is\ntrue.  This function must not be called if WIFSTOPPED(status) is true.",
    ),
    NativeDef::one(
        "WCOREDUMP",
        |vm, _, a| wait_status(vm, "WCOREDUMP", a),
        "($module, status, /)\n--\n\nReturn True if the process returning status was dumped to a core file.",
    ),
    NativeDef::keywords(
        "WIFCONTINUED",
        |vm, _, a| wait_status(vm, "WIFCONTINUED", a),
        "($module, /, status)\n--\n\nReturn True if a particular process was continued from a job control stop.\n\nReturn True if the process returning status was continued from a\njob control stop.",
    ),
    NativeDef::keywords(
        "WIFSTOPPED",
        |vm, _, a| wait_status(vm, "WIFSTOPPED", a),
        "($module, /, status)\n--\n\nReturn True if the process returning status was stopped.",
    ),
    NativeDef::keywords(
        "WIFSIGNALED",
        |vm, _, a| wait_status(vm, "WIFSIGNALED", a),
        "($module, /, status)\n--\n\nReturn True if the process returning status was terminated by a signal.",
    ),
    NativeDef::keywords(
        "WIFEXITED",
        |vm, _, a| wait_status(vm, "WIFEXITED", a),
        "($module, /, status)\n--\n\nReturn True if the process returning status exited via the exit() system call.",
    ),
    NativeDef::keywords(
        "WEXITSTATUS",
        |vm, _, a| wait_status(vm, "WEXITSTATUS", a),
        "($module, /, status)\n--\n\nReturn the process return code from status.",
    ),
    NativeDef::keywords(
        "WTERMSIG",
        |vm, _, a| wait_status(vm, "WTERMSIG", a),
        "($module, /, status)\n--\n\nReturn the signal that terminated the process that provided the status value.",
    ),
    NativeDef::keywords(
        "WSTOPSIG",
        |vm, _, a| wait_status(vm, "WSTOPSIG", a),
        "($module, /, status)\n--\n\nReturn the signal that stopped the process that provided the status value.",
    ),
    NativeDef::no_args(
        "ctermid",
        |vm, _, _| Ok(vm.str("/dev/tty")),
        "($module, /)\n--\n\nReturn the name of the controlling terminal for this process.",
    ),
    NativeDef::no_args(
        "_create_environ",
        |vm, _, _| Ok(environment(vm)?.into_obj()),
        "($module, /)\n--\n\nCreate the environment dictionary.",
    ),
    NativeDef::no_args(
        "_is_inputhook_installed",
        |vm, _, _| Ok(vm.false_.clone()),
        "($module, /)\n--\n\nChecks if PyOS_CallInputHook is set",
    ),
    NativeDef::no_args(
        "abort",
        system::refused,
        "($module, /)\n--\n\nAbort the interpreter immediately.\n\nThis function 'dumps core' or otherwise fails in the hardest way\npossible on the hosting operating system.  This function never returns.",
    ),
];

fn processors() -> Option<usize> {
    std::thread::available_parallelism().ok().map(std::num::NonZero::get)
}

/// `os.environ`'s first content: bytes by bytes.
pub(super) fn environment(vm: &Vm) -> Res<Ref<Dict>> {
    let dict = vm.dict();
    for (name, value) in vm.state::<World>().environment() {
        vm.dict_set(&dict, &vm.bytes(&name), vm.bytes(&value))?;
    }
    Ok(dict)
}

static EXIT: Params<1> = Params::new("_exit", ["status"]).required(1);

fn exit(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [status] = EXIT.bind(vm, args)?;
    let status = vm.as_i32(status.unwrap_or(&vm.none))?;
    if vm.state::<World>().may_exit() {
        std::process::exit(status);
    }
    Err(system::error(vm, Errno::PERM, None))
}

fn getcwd(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    decoded_path(vm, &vm.state::<World>().folder().map_err(|error| system::error(vm, error, None))?)
}

fn getcwdb(vm: &Vm, module: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.bytes(&encoded(vm, &getcwd(vm, module, args)?)?))
}

fn uname(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let found = rustix::system::uname();
    let parts = [found.sysname(), found.nodename(), found.release(), found.version(), found.machine()];
    let parts: Res<Vec<Obj>> = parts.iter().map(|part| decoded(vm, part.to_bytes())).collect();
    Ok(UNAME_RESULT.make(vm, parts?))
}

fn times(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let clock = |id| {
        let now = rustix::time::clock_gettime(id);
        vm.float(now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9)
    };
    let (used, elapsed) =
        (clock(rustix::time::ClockId::ProcessCPUTime), clock(rustix::time::ClockId::Monotonic));
    let zero = || vm.float(0.0);
    Ok(TIMES_RESULT.make(vm, vec![used, zero(), zero(), zero(), elapsed]))
}

/// The mask is the machine's own: files are made by the process's.
fn umask(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mask = vm.as_i32(&args.values[0])?;
    let _ = mask;
    Err(system::error(vm, Errno::PERM, None))
}

static REGISTER_AT_FORK: Params<3> =
    Params::new("register_at_fork", ["before", "after_in_child", "after_in_parent"]).keyword_only(0);

/// Forks never happen: what is registered for them is checked and not kept.
fn register_at_fork(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let given = REGISTER_AT_FORK.bind(vm, args)?;
    if given.iter().all(Option::is_none) {
        return Err(vm.type_error("At least one argument is required."));
    }
    for (name, function) in ["before", "after_in_child", "after_in_parent"].iter().zip(given) {
        if let Some(function) = function
            && !vm.is_callable(function)
        {
            let got = function.ty().name();
            return Err(vm.type_error(format!("'{name}' must be callable, not {got}")));
        }
    }
    Ok(vm.none.clone())
}

fn sched_yield(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    std::thread::yield_now();
    Ok(vm.none.clone())
}

fn sched_getaffinity(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    if vm.as_i32(&args.values[0])? != 0 {
        return Err(system::error(vm, Errno::PERM, None));
    }
    let set = vm.set();
    for processor in 0..processors().unwrap_or(1) {
        vm.set_add(&set, vm.int(processor as i64))?;
    }
    Ok(set.into_obj())
}

/// So many random bytes.
fn random(vm: &Vm, size: isize) -> Res<Obj> {
    let size = usize::try_from(size).map_err(|_| vm.value_error("negative argument not allowed"))?;
    vm.check_alloc(size)?;
    let mut bytes = vec![0; size];
    let mut filled = 0;
    while filled < size {
        let got = rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty());
        filled += got.map_err(|error| system::error(vm, error, None))?;
    }
    Ok(vm.bytes(&bytes))
}

fn urandom(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    random(vm, vm.as_isize(&args.values[0])?)
}

static GETRANDOM: Params<2> = Params::new("getrandom", ["size", "flags"]).required(1);

fn getrandom(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size, flags] = GETRANDOM.bind(vm, args)?;
    let size = vm.as_isize(size.unwrap_or(&vm.none))?;
    let flags = flags.map_or(Ok(0), |flags| vm.as_i32(flags))?;
    if size < 0 || flags & !3 != 0 {
        return Err(system::error(vm, Errno::INVAL, None));
    }
    random(vm, size)
}

fn strerror(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.str(&system::message(vm.as_i32(&args.values[0])?)))
}

/// The bytes of a variable's name or value.
fn environment_text(vm: &Vm, given: &Obj) -> Res<Vec<u8>> {
    if given.get::<Str>().is_none() && given.get::<Bytes>().is_none() {
        return Err(
            vm.type_error(format!("expected str, bytes or os.PathLike object, not {}", given.ty().name()))
        );
    }
    let bytes = encoded(vm, given)?;
    if bytes.contains(&0) { Err(vm.value_error("embedded null byte")) } else { Ok(bytes) }
}

fn putenv(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [name, value] = args.exact(vm, "putenv")?;
    let (name, value) = (environment_text(vm, name)?, environment_text(vm, value)?);
    if name.contains(&b'=') {
        return Err(vm.value_error("illegal environment variable name"));
    }
    vm.state::<World>().set_variable(&name, Some(value));
    Ok(vm.none.clone())
}

fn unsetenv(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = environment_text(vm, &args.values[0])?;
    if name.is_empty() || name.contains(&b'=') {
        return Err(system::error(vm, Errno::INVAL, None));
    }
    vm.state::<World>().set_variable(&name, None);
    Ok(vm.none.clone())
}

fn major(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.int(rustix::fs::major(vm.as_i64(&args.values[0])?.cast_unsigned()).into()))
}

fn minor(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.int(rustix::fs::minor(vm.as_i64(&args.values[0])?.cast_unsigned()).into()))
}

fn makedev(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [major, minor] = args.exact(vm, "makedev")?;
    let (major, minor) = (vm.as_i64(major)? as u32, vm.as_i64(minor)? as u32);
    Ok(vm.int_unsigned(rustix::fs::makedev(major, minor)))
}

/// What the bits of a wait status mean, as the macros of `sys/wait.h` have it.
fn wait_status(vm: &Vm, function: &'static str, args: Args<'_>) -> Res<Obj> {
    let [status] = Params::new(function, ["status"]).required(1).bind(vm, args)?;
    let status = vm.as_i32(status.unwrap_or(&vm.none))?;
    let signal = status & 0x7F;
    Ok(match function {
        "WCOREDUMP" => vm.bool(status & 0x80 != 0),
        "WIFCONTINUED" => vm.bool(status == 0xFFFF),
        "WIFSTOPPED" => vm.bool(status & 0xFF == 0x7F),
        "WIFSIGNALED" => vm.bool(signal != 0 && signal != 0x7F),
        "WIFEXITED" => vm.bool(signal == 0),
        "WTERMSIG" => vm.int(signal.into()),
        _ => vm.int((status >> 8 & 0xFF).into()),
    })
}

static EXIT_CODE: Params<1> = Params::new("waitstatus_to_exitcode", ["status"]).required(1);

fn waitstatus_to_exitcode(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [status] = EXIT_CODE.bind(vm, args)?;
    let status = vm.as_i32(status.unwrap_or(&vm.none))?;
    match status & 0x7F {
        0 => Ok(vm.int((status >> 8 & 0xFF).into())),
        0x7F if status & 0xFF == 0x7F => {
            let signal = status >> 8 & 0xFF;
            Err(vm.value_error(format!("process stopped by delivery of signal {signal}")))
        }
        0x7F => Err(vm.value_error(format!("invalid wait status: {status}"))),
        signal => Ok(vm.int(i64::from(-signal))),
    }
}
