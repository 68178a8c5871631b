//! `_signal`: handlers are kept, and called for the signals that the program raises itself; none comes from outside
//! (`signalmodule.c`).

use std::cell::RefCell;
use std::collections::BTreeMap;

use object::{Args, Module, NativeDef, Obj, Ref, Res, Vm};

use crate::module::NativeModule;
use crate::platform::{SIGNAL, SIGNAL_MESSAGES};
use crate::structseq::struct_sequence;
use crate::system::{self, Errno, refused};

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_signal", "This module provides mechanisms to use signal handlers in Python.\n\nFunctions:\n\nalarm() -- cause SIGALRM after a specified time [Unix only]\nsetitimer() -- cause a signal (described below) after a specified\n               float time and the timer may restart then [Unix only]\ngetitimer() -- get current value of timer [Unix only]\nsignal() -- set the action for a given signal\ngetsignal() -- get the signal action for a given signal\npause() -- wait until a signal arrives [Unix only]\ndefault_int_handler() -- default SIGINT handler\n\nsignal constants:\nSIG_DFL -- used to refer to the system default handler\nSIG_IGN -- used to ignore the signal\nNSIG -- number of defined signals\nSIGINT, SIGTERM, etc. -- signal numbers\n\nitimer constants:\nITIMER_REAL -- decrements in real time, and delivers SIGALRM upon\n               expiration\nITIMER_VIRTUAL -- decrements only when the process is executing,\n               and delivers SIGVTALRM upon expiration\nITIMER_PROF -- decrements both when the process is executing and\n               when the system is executing on behalf of the process.\n               Coupled with ITIMER_VIRTUAL, this timer is usually\n               used to profile the time spent by the application\n               in user and kernel space. SIGPROF is delivered upon\n               expiration.\n\n\n*** IMPORTANT NOTICE ***\nA signal handler function is called with two arguments:\nthe first is the signal number, the second is the interrupted stack frame.")
    .functions(FUNCTIONS)
    .types(&[("struct_siginfo", |vm| STRUCT_SIGINFO.class(vm))])
    .init(init);

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::positional(
        "default_int_handler",
        default_int_handler,
        "($module, signalnum, frame, /)\n--\n\nThe default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt.",
    ),
    NativeDef::one(
        "alarm",
        refused,
        "($module, seconds, /)\n--\n\nArrange for SIGALRM to arrive after the given number of seconds.",
    ),
    NativeDef::positional(
        "setitimer",
        refused,
        "($module, which, seconds, interval=0.0, /)\n--\n\nSets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).\n\nThe timer will fire after value seconds and after that every interval\nseconds.  The itimer can be cleared by setting seconds to zero.\n\nReturns old values as a tuple: (delay, interval).",
    ),
    NativeDef::one("getitimer", refused, "($module, which, /)\n--\n\nReturns current value of given itimer."),
    NativeDef::positional(
        "signal",
        set_handler,
        "($module, signalnum, handler, /)\n--\n\nSet the action for the given signal.\n\nThe action can be SIG_DFL, SIG_IGN, or a callable Python object.\nThe previous action is returned.  See getsignal() for possible return\nvalues.\n\n*** IMPORTANT NOTICE ***\nA signal handler function is called with two arguments: the first is\nthe signal number, the second is the interrupted stack frame.",
    ),
    NativeDef::one(
        "raise_signal",
        raise_signal,
        "($module, signalnum, /)\n--\n\nSend a signal to the executing process.",
    ),
    NativeDef::one(
        "strsignal",
        strsignal,
        "($module, signalnum, /)\n--\n\nReturn the system description of the given signal.\n\nReturns the description of signal *signalnum*, such as \"Interrupt\"\nfor :const:`SIGINT`. Returns :const:`None` if *signalnum* has no\ndescription. Raises :exc:`ValueError` if *signalnum* is invalid.",
    ),
    NativeDef::one(
        "getsignal",
        getsignal,
        "($module, signalnum, /)\n--\n\nReturn the current action for the given signal.\n\nThe return value can be:\n  SIG_IGN -- if the signal is being ignored\n  SIG_DFL -- if the default action for the signal is in effect\n  None    -- if an unknown handler is in effect\n  anything else -- the callable Python object used as a handler",
    ),
    NativeDef::keywords(
        "set_wakeup_fd",
        |vm, _, _| Ok(vm.int(-1)),
        "($module, fd, /, *, warn_on_full_buffer=True)\n--\n\nSets the fd to be written to (with the signal number) when a signal comes in.\n\nA library can use this to wakeup select or poll.\nThe previous fd or -1 is returned.\n\nThe fd must be non-blocking.",
    ),
    NativeDef::positional(
        "siginterrupt",
        |vm, _, a| {
            let [signal, _] = a.exact(vm, "siginterrupt")?;
            known(vm, signal).map(|_| vm.none.clone())
        },
        "($module, signalnum, flag, /)\n--\n\nChange system call restart behaviour.\n\nIf flag is False, system calls will be restarted when interrupted by\nsignal sig, else system calls will be interrupted.",
    ),
    NativeDef::no_args("pause", refused, "($module, /)\n--\n\nWait until a signal arrives."),
    NativeDef::positional(
        "pidfd_send_signal",
        refused,
        "($module, pidfd, signalnum, siginfo=None, flags=0, /)\n--\n\nSend a signal to a process referred to by a pid file descriptor.",
    ),
    NativeDef::positional(
        "pthread_kill",
        refused,
        "($module, thread_id, signalnum, /)\n--\n\nSend a signal to a thread.",
    ),
    NativeDef::positional(
        "pthread_sigmask",
        refused,
        "($module, how, mask, /)\n--\n\nFetch and/or change the signal mask of the calling thread.",
    ),
    NativeDef::no_args(
        "sigpending",
        |vm, _, _| Ok(vm.set().into_obj()),
        "($module, /)\n--\n\nExamine pending signals.\n\nReturns a set of signal numbers that are pending for delivery to\nthe calling thread.",
    ),
    NativeDef::one(
        "sigwait",
        refused,
        "($module, sigset, /)\n--\n\nWait for a signal.\n\nSuspend execution of the calling thread until the delivery of one of the\nsignals specified in the signal set sigset.  The function accepts the\nsignal and returns the signal number.",
    ),
    NativeDef::one(
        "sigwaitinfo",
        refused,
        "($module, sigset, /)\n--\n\nWait synchronously until one of the signals in *sigset* is delivered.\n\nReturns a struct_siginfo containing information about the signal.",
    ),
    NativeDef::positional(
        "sigtimedwait",
        refused,
        "($module, sigset, timeout, /)\n--\n\nLike sigwaitinfo(), but with a timeout.\n\nThe timeout is specified in seconds, with floating-point numbers allowed.",
    ),
    NativeDef::no_args(
        "valid_signals",
        valid_signals,
        "($module, /)\n--\n\nReturn a set of valid signal numbers on this platform.\n\nThe signal numbers returned by this function can be safely passed to\nfunctions like `pthread_sigmask`.",
    ),
];

struct_sequence! {
    /// `signal.struct_siginfo`
    static STRUCT_SIGINFO = "signal"."struct_siginfo", "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.", visible 7;
    0 "si_signo" "signal number";
    1 "si_code" "signal code";
    2 "si_errno" "errno associated with this signal";
    3 "si_pid" "sending process ID";
    4 "si_uid" "real user ID of sending process";
    5 "si_status" "exit value or signal";
    6 "si_band" "band event for SIGPOLL";
}

/// The handlers that the program has set, by the signals' numbers.
#[derive(Default)]
struct Handlers(RefCell<BTreeMap<i64, Obj>>);

const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;
/// One more than the largest number.
const END: i64 = 65;
const SIGINT: i64 = 2;
/// Signals that cannot be handled: `SIGKILL`, `SIGSTOP`, and those that the C library keeps.
const FIXED: [i64; 4] = [9, 19, 32, 33];
/// Signals that Python ignores from the start: `SIGPIPE`, `SIGXFSZ`.
const IGNORED: [i64; 2] = [13, 25];

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    for (name, number) in SIGNAL {
        set(name, vm.int(*number));
    }
    let namespace = vm.dict();
    namespace.set_str(&vm.names.__module__, vm.str("signal"));
    let bases = vm.tuple([vm.exc.os_error.as_obj().clone()]);
    let arguments = [vm.str("itimer_error"), bases, namespace.into_obj()];
    set("ItimerError", vm.call(vm.types.r#type.as_obj(), &arguments)?);
    let handlers = &vm.state::<Handlers>().0;
    for number in IGNORED {
        handlers.borrow_mut().insert(number, vm.int(IGNORE));
    }
    if let Some(interrupt) = module.dict.get_str(&vm.intern("default_int_handler")) {
        handlers.borrow_mut().insert(SIGINT, interrupt);
    }
    Ok(())
}

/// The number of a signal that there is.
fn known(vm: &Vm, number: &Obj) -> Res<i64> {
    let number = i64::from(vm.as_i32(number)?);
    if (1..END).contains(&number) { Ok(number) } else { Err(vm.value_error("signal number out of range")) }
}

fn handler_of(vm: &Vm, number: i64) -> Obj {
    let handler = vm.state::<Handlers>().0.borrow().get(&number).cloned();
    handler.unwrap_or_else(|| if FIXED[2..].contains(&number) { vm.none.clone() } else { vm.int(DEFAULT) })
}

fn default_int_handler(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.exact::<2>(vm, "default_int_handler")?;
    Err(vm.raise_args(&vm.exc.keyboard_interrupt, &[]))
}

fn set_handler(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, handler] = args.exact(vm, "signal")?;
    let number = known(vm, number)?;
    let plain = vm.int_value(handler).is_some_and(|number| number == DEFAULT || number == IGNORE);
    if !plain && !vm.is_callable(handler) {
        let message = "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object";
        return Err(vm.type_error(message));
    }
    if FIXED.contains(&number) {
        return Err(system::error(vm, Errno::INVAL, None));
    }
    let old = handler_of(vm, number);
    let replaced = vm.state::<Handlers>().0.borrow_mut().insert(number, handler.clone());
    drop(replaced);
    Ok(old)
}

fn getsignal(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(handler_of(vm, known(vm, &args.values[0])?))
}

/// Calls the handler at once. What the system would do about a signal without one is not the program's to have done.
fn raise_signal(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = i64::from(vm.as_i32(&args.values[0])?);
    if !(1..END).contains(&number) {
        return Err(system::error(vm, Errno::INVAL, None));
    }
    let handler = handler_of(vm, number);
    match vm.int_value(&handler) {
        Some(IGNORE) => {}
        Some(_) => return Err(system::error(vm, Errno::PERM, None)),
        None if handler.is(&vm.none) => {}
        None => {
            let frame = interp::frames::caller(vm, 0);
            let frame = frame
                .map_or_else(|| vm.none.clone(), |frame| interp::frames::object_of(vm, frame).into_obj());
            vm.call(&handler, &[vm.int(number), frame])?;
        }
    }
    Ok(vm.none.clone())
}

fn strsignal(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = known(vm, &args.values[0])?;
    let message = SIGNAL_MESSAGES.get(number as usize - 1).filter(|message| !message.is_empty());
    Ok(message.map_or_else(|| vm.none.clone(), |message| vm.str(message)))
}

fn valid_signals(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let all = vm.set();
    for number in (1..END).filter(|number| !FIXED[2..].contains(number)) {
        vm.set_add(&all, vm.int(number))?;
    }
    Ok(all.into_obj())
}
