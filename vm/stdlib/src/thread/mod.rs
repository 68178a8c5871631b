//! `_thread` (`_threadmodule.c`). The machine has one thread: whatever starts another one says that it cannot.

mod handle;
mod local;
mod lock;

use std::cell::{Cell, RefCell};

use object::{Args, Dict, NativeDef, Obj, Params, Raised, Res, Str, Tuple, Vm};

use crate::machine::{report, write_stderr};
use crate::module::NativeModule;
use crate::structseq::struct_sequence;

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "_thread",
    "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides a more convenient interface.",
)
.functions(&[
        NativeDef::positional("start_new_thread", |vm, _, args| start(vm, "start_new_thread", args), "($module, function, args, kwargs={}, /)\n--\n\nStart a new thread and return its identifier.\n\nThe thread will call the function with positional arguments from the\ntuple args and keyword arguments taken from the optional dictionary\nkwargs.  The thread exits when the function returns; the return value\nis ignored.  The thread will also exit when the function raises an\nunhandled exception; a stack trace will be printed unless the exception\nis SystemExit."),
        NativeDef::positional("start_new", |vm, _, args| start(vm, "start_new", args), "($module, function, args, kwargs={}, /)\n--\n\nAn obsolete synonym of start_new_thread()."),
        NativeDef::keywords("start_joinable_thread", start_joinable, "($module, /, function, handle=None, daemon=True)\n--\n\n*For internal use only*: start a new thread.\n\nLike start_new_thread(), this starts a new thread calling the given function.\nUnlike start_new_thread(), this returns a handle object with methods to join\nor detach the given thread.\nThis function is not for third-party code, please use the\n`threading` module instead. During finalization the runtime will not wait for\nthe thread to exit if daemon is True. If handle is provided it must be a\nnewly created thread._ThreadHandle instance."),
        NativeDef::no_args("daemon_threads_allowed", |vm, _, _| Ok(vm.true_.clone()), "($module, /)\n--\n\nReturn True if daemon threads are allowed in the current interpreter,\nand False otherwise.\n"),
        NativeDef::no_args("allocate_lock", |vm, _, _| Ok(lock::new_lock(vm)), "($module, /)\n--\n\nCreate a new lock object. See help(type(threading.Lock())) for\ninformation about locks."),
        NativeDef::no_args("allocate", |vm, _, _| Ok(lock::new_lock(vm)), "($module, /)\n--\n\nAn obsolete synonym of allocate_lock()."),
        NativeDef::no_args("exit_thread", exit, "($module, /)\n--\n\nAn obsolete synonym of exit()."),
        NativeDef::no_args("exit", exit, "($module, /)\n--\n\nThis is synonymous to ``raise SystemExit''.  It will cause the current\nthread to exit silently unless the exception is caught."),
        NativeDef::positional("interrupt_main", interrupt_main, "($module, signum=signal.SIGINT, /)\n--\n\nSimulate the arrival of the given signal in the main thread,\nwhere the corresponding signal handler will be executed.\nIf *signum* is omitted, SIGINT is assumed.\nA subthread can use this function to interrupt the main thread.\n\nNote: the default signal handler for SIGINT raises ``KeyboardInterrupt``."),
        NativeDef::no_args("get_ident", |vm, _, _| Ok(vm.int_unsigned(ident(vm))), "($module, /)\n--\n\nReturn a non-zero integer that uniquely identifies the current thread\namongst other threads that exist simultaneously.\nThis may be used to identify per-thread resources.\nEven though on some platforms threads identities may appear to be\nallocated consecutive numbers starting at 1, this behavior should not\nbe relied upon, and the number should be seen purely as a magic cookie.\nA thread's identity may be reused for another thread after it exits."),
        NativeDef::no_args("get_native_id", |vm, _, _| Ok(vm.int(std::process::id().into())), "($module, /)\n--\n\nReturn a non-negative integer identifying the thread as reported\nby the OS (kernel). This may be used to uniquely identify a\nparticular thread within a system."),
        NativeDef::no_args("_count", |vm, _, _| Ok(vm.int(0)), "($module, /)\n--\n\nReturn the number of currently running Python threads, excluding\nthe main thread. The returned number comprises all threads created\nthrough `start_new_thread()` as well as `threading.Thread`, and not\nyet finished.\n\nThis function is meant for internal and specialized purposes only.\nIn most applications `threading.enumerate()` should be used instead."),
        NativeDef::positional("stack_size", stack_size, "($module, size=0, /)\n--\n\nReturn the thread stack size used when creating new threads.  The\noptional size argument specifies the stack size (in bytes) to be used\nfor subsequently created threads, and must be 0 (use platform or\nconfigured default) or a positive integer value of at least 32,768 (32k).\nIf changing the thread stack size is unsupported, a ThreadError\nexception is raised.  If the specified size is invalid, a ValueError\nexception is raised, and the stack size is unmodified.  32k bytes\n currently the minimum supported stack size value to guarantee\nsufficient stack space for the interpreter itself.\n\nNote that some platforms may have particular restrictions on values for\nthe stack size, such as requiring a minimum stack size larger than 32 KiB or\nrequiring allocation in multiples of the system memory page size\n- platform documentation should be referred to for more information\n(4 KiB pages are common; using multiples of 4096 for the stack size is\nthe suggested approach in the absence of more specific information)."),
        NativeDef::one("_excepthook", except_hook, "($module, args, /)\n--\n\nHandle uncaught Thread.run() exception."),
        NativeDef::no_args("_is_main_interpreter", |vm, _, _| Ok(vm.true_.clone()), "($module, /)\n--\n\nReturn True if the current interpreter is the main Python interpreter."),
        NativeDef::no_args("_shutdown", |vm, _, _| Ok(vm.none.clone()), "($module, /)\n--\n\nWait for all non-daemon threads (other than the calling thread) to stop."),
        NativeDef::one("_make_thread_handle", handle::make, "($module, ident, /)\n--\n\nInternal only. Make a thread handle for threads not spawned\nby the _thread or threading module."),
        NativeDef::no_args("_get_main_thread_ident", |vm, _, _| Ok(vm.int_unsigned(ident(vm))), "($module, /)\n--\n\nInternal only. Return a non-zero integer that uniquely identifies the main thread\nof the main interpreter."),
        NativeDef::keywords("set_name", set_name, "($module, /, name)\n--\n\nSet the name of the current thread."),
        NativeDef::no_args("_get_name", |vm, _, _| Ok(vm.str(&vm.state::<State>().name.borrow())), "($module, /)\n--\n\nGet the name of the current thread."),
])
.types(&[
    ("_ThreadHandle", |vm| vm.native_type(&handle::HANDLE).clone()),
    ("lock", |vm| vm.native_type(&lock::LOCK).clone()),
    ("LockType", |vm| vm.native_type(&lock::LOCK).clone()),
    ("RLock", |vm| vm.native_type(&lock::RLOCK).clone()),
    ("_local", |vm| vm.native_type(&local::LOCAL).clone()),
    ("error", |vm| vm.exc.runtime_error.clone()),
])
.init(|vm, module| {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    set("_ExceptHookArgs", HOOK_ARGS.class(vm).into_obj());
    set("TIMEOUT_MAX", vm.float(TIMEOUT_MAX));
    set("_NAME_MAXLEN", vm.int(NAME_MAX as i64));
    Ok(())
});

/// `TIMEOUT_MAX`: what CPython's clock can wait for.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;
/// How many bytes of a thread's name Linux keeps.
const NAME_MAX: usize = 15;
/// The least stack that CPython starts a thread with.
const STACK_MIN: i64 = 53_248;

struct_sequence! {
    /// What `threading.excepthook` is called with
    static HOOK_ARGS = "_thread"."_ExceptHookArgs", "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.", visible 4;
    0 "exc_type" "Exception type";
    1 "exc_value" "Exception value";
    2 "exc_traceback" "Exception traceback";
    3 "thread" "Thread";
}

struct State {
    stack_size: Cell<i64>,
    name: RefCell<String>,
}

impl Default for State {
    fn default() -> State {
        let program = std::env::args().next().unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or_default();
        State { stack_size: Cell::new(0), name: RefCell::new(name.chars().take(NAME_MAX).collect()) }
    }
}

/// The number of the one thread.
fn ident(vm: &Vm) -> u64 {
    std::ptr::from_ref(vm).addr() as u64
}

fn cannot_start(vm: &Vm) -> Raised {
    vm.runtime_error("can't start new thread")
}

fn start(vm: &Vm, name: &str, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, name)?;
    args.check_positional(vm, name, 2, 3)?;
    if !vm.is_callable(&args.values[0]) {
        return Err(vm.type_error("first arg must be callable"));
    }
    if args.values[1].get::<Tuple>().is_none() {
        return Err(vm.type_error("2nd arg must be a tuple"));
    }
    if args.values.get(2).is_some_and(|keywords| keywords.get::<Dict>().is_none()) {
        return Err(vm.type_error("optional 3rd arg must be a dictionary"));
    }
    Err(cannot_start(vm))
}

static START_JOINABLE: Params<3> =
    Params::new("start_joinable_thread", ["function", "handle", "daemon"]).required(1);

fn start_joinable(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [function, handle, _daemon] = START_JOINABLE.bind(vm, args)?;
    if !function.is_some_and(|function| vm.is_callable(function)) {
        return Err(vm.type_error("thread function must be callable"));
    }
    if let Some(handle) = handle.filter(|handle| !handle.is(&vm.none)) {
        handle::check(vm, handle)?;
    }
    Err(cannot_start(vm))
}

fn exit(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Err(vm.raise_args(&vm.exc.system_exit, &[]))
}

/// The numbers of signals go up to this on Linux.
const SIGNAL_MAX: i32 = 64;
const SIGINT: i32 = 2;

fn interrupt_main(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number] = args.unpack(vm, "interrupt_main", 0)?;
    let number = number.map_or(Ok(SIGINT), |number| vm.as_i32(number))?;
    if !(1..=SIGNAL_MAX).contains(&number) {
        return Err(vm.value_error("signal number out of range"));
    }
    if number == SIGINT {
        return Err(vm.raise_args(&vm.exc.keyboard_interrupt, &[]));
    }
    // No handler can be set for other signals, and without one nothing happens.
    Ok(vm.none.clone())
}

fn stack_size(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack(vm, "stack_size", 0)?;
    let size = size.map_or(Ok(0), |size| vm.as_i64(size))?;
    if size < 0 || (size != 0 && size < STACK_MIN) {
        return Err(vm.value_error(format!("size must be at least {STACK_MIN} bytes")));
    }
    Ok(vm.int(vm.state::<State>().stack_size.replace(size)))
}

static SET_NAME: Params<1> = Params::new("set_name", ["name"]).required(1);

fn set_name(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [name] = SET_NAME.bind(vm, args)?;
    let name = name.unwrap_or(&vm.none);
    let Some(text) = name.get::<Str>() else {
        return Err(vm.bad_argument("set_name", "argument 'name'", "str", name));
    };
    let mut kept = text.to_text_lossy().into_owned();
    while kept.len() > NAME_MAX {
        kept.pop();
    }
    vm.state::<State>().name.replace(kept);
    Ok(vm.none.clone())
}

/// `threading.excepthook`: prints what ended a thread.
fn except_hook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let hook = &args.values[0];
    if !hook.ty().is(&HOOK_ARGS.class(vm)) {
        return Err(vm.type_error("_thread.excepthook argument type must be ExceptHookArgs"));
    }
    let [class, value, _, thread] = hook.get::<Tuple>().map(Tuple::items).unwrap_or_default() else {
        return Ok(vm.none.clone());
    };
    if class.is(vm.exc.system_exit.as_obj()) {
        return Ok(vm.none.clone());
    }
    let name = match thread.is(&vm.none) {
        true => None,
        false => vm.getattr_optional(thread, &vm.names.name)?,
    };
    let name = name.map_or_else(|| Ok(ident(vm).to_string()), |name| vm.str_text(&name))?;
    let text = match value.is(&vm.none) {
        true => "NoneType: None\n".to_owned(),
        false => report(vm, value),
    };
    write_stderr(vm, &format!("Exception in thread {name}:\n{text}"));
    Ok(vm.none.clone())
}
