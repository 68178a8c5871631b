//! `lock` and `RLock`. With one thread, a lock that is held can never be given up by somebody else: waiting for it without
//! an end is refused, waiting for a time is waiting for that time.

use std::cell::Cell;
use std::time::Duration;

use object::{
    Args, Float, Int, Layout as _, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Tuple, Type, Vm,
};

/// The payload of both kinds: how often the lock is held.
#[derive(Default)]
struct Lock(Cell<u64>);

impl Payload for Lock {
    const NAME: &'static str = "lock";
}

pub(super) static LOCK: NativeType = NativeType::new("lock", Lock::VTABLE)
    .module("_thread")
    .doc("()\n--\n\nA lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock().  Methods are:\n\nacquire() -- lock the lock, possibly blocking until it can be obtained\nrelease() -- unlock of the lock\nlocked() -- test whether the lock is currently locked\n\nA lock is not owned by the thread that locked it; another thread may\nunlock it.  A thread attempting to lock a lock that it has already locked\nwill block until another thread unlocks it.  Deadlocks may ensue.")
    .slots(|s| {
        s.new.set(Some(|vm, class, args| new(vm, class, "lock", args)));
        s.repr.set(Some(|vm, obj| {
            let state = if own(vm, obj)?.0.get() > 0 { "locked" } else { "unlocked" };
            Ok(vm.str(&format!("<{state} {} object at {:#x}>", obj.ty().name(), obj.id())))
        }));
    })
    .methods(&[
        NativeDef::keywords("acquire_lock", acquire_lock, "($self, /, blocking=True, timeout=-1)\n--\n\nAn obsolete synonym of acquire()."),
        NativeDef::keywords("acquire", acquire_lock, "($self, /, blocking=True, timeout=-1)\n--\n\nLock the lock.  Without argument, this blocks if the lock is already\nlocked (even by the same thread), waiting for another thread to release\nthe lock, and return True once the lock is acquired.\nWith an argument, this will only block if the argument is true,\nand the return value reflects whether the lock is acquired.\nThe blocking operation is interruptible."),
        NativeDef::no_args("release_lock", release_lock, "($self, /)\n--\n\nAn obsolete synonym of release()."),
        NativeDef::no_args("release", release_lock, "($self, /)\n--\n\nRelease the lock, allowing another thread that is blocked waiting for\nthe lock to acquire the lock.  The lock must be in the locked state,\nbut it needn't be locked by the same thread that unlocks it."),
        NativeDef::no_args("locked_lock", is_locked, "($self, /)\n--\n\nAn obsolete synonym of locked()."),
        NativeDef::no_args("locked", is_locked, "($self, /)\n--\n\nReturn whether the lock is in the locked state."),
        NativeDef::no_args("__enter__", acquire_lock, "($self, /)\n--\n\nLock the lock."),
        NativeDef::positional("__exit__", release_lock, "($self, /, *exc_info)\n--\n\nRelease the lock."),
        NativeDef::no_args("_at_fork_reinit", reinit, "($self, /)\n--\n\n"),
    ])
    .size(24, 0)
    .offsets(0, -32);

pub(super) static RLOCK: NativeType = NativeType::new("RLock", Lock::VTABLE)
    .module("_thread")
    .subclassable()
    .slots(|s| {
        s.new.set(Some(|vm, class, args| new(vm, class, "RLock", args)));
        s.repr.set(Some(|vm, obj| {
            let count = own(vm, obj)?.0.get();
            let (state, owner) = if count > 0 { ("locked", super::ident(vm)) } else { ("unlocked", 0) };
            let (name, id) = (obj.ty().name(), obj.id());
            Ok(vm.str(&format!("<{state} {name} object owner={owner} count={count} at {id:#x}>")))
        }));
    })
    .methods(&[
        NativeDef::keywords("acquire", acquire_rlock, "($self, /, blocking=True, timeout=-1)\n--\n\nLock the lock.  `blocking` indicates whether we should wait\nfor the lock to be available or not.  If `blocking` is False\nand another thread holds the lock, the method will return False\nimmediately.  If `blocking` is True and another thread holds\nthe lock, the method will wait for the lock to be released,\ntake it and then return True.\n(note: the blocking operation is interruptible.)\n\nIn all other cases, the method will return True immediately.\nPrecisely, if the current thread already holds the lock, its\ninternal counter is simply incremented. If nobody holds the lock,\nthe lock is taken and its internal counter initialized to 1."),
        NativeDef::no_args("release", release_rlock, "($self, /)\n--\n\nRelease the lock, allowing another thread that is blocked waiting for\nthe lock to acquire the lock.  The lock must be in the locked state,\nand must be locked by the same thread that unlocks it; otherwise a\n`RuntimeError` is raised.\n\nDo note that if the lock was acquire()d several times in a row by the\ncurrent thread, release() needs to be called as many times for the lock\nto be available for other threads."),
        NativeDef::no_args("locked", is_locked, "($self, /)\n--\n\nlocked()\n\nReturn a boolean indicating whether this object is locked right now."),
        NativeDef::no_args("_is_owned", is_locked, "($self, /)\n--\n\nFor internal use by `threading.Condition`."),
        NativeDef::one("_acquire_restore", restore, "($self, state, /)\n--\n\nFor internal use by `threading.Condition`."),
        NativeDef::no_args("_release_save", save, "($self, /)\n--\n\nFor internal use by `threading.Condition`."),
        NativeDef::no_args("_recursion_count", count, "($self, /)\n--\n\nFor internal use by reentrancy checks."),
        NativeDef::no_args("__enter__", acquire_rlock, "($self, /)\n--\n\nLock the lock."),
        NativeDef::positional("__exit__", release_rlock, "($self, /, *exc_info)\n--\n\nRelease the lock."),
        NativeDef::no_args("_at_fork_reinit", reinit, "($self, /)\n--\n\n"),

    ])
    .size(40, 0)
    .offsets(0, -32);

fn new(vm: &Vm, class: &Ref<Type>, name: &str, args: Args<'_>) -> Res<Obj> {
    // CPython's `RLock` looks at no arguments.
    if name == "lock" {
        args.no_keywords(vm, name)?;
        args.check_positional(vm, name, 0, 0)?;
    }
    Ok(Ref::new(class, Lock::default()).into_obj())
}

/// `allocate_lock()`
pub(super) fn new_lock(vm: &Vm) -> Obj {
    Ref::new(vm.native_type(&LOCK), Lock::default()).into_obj()
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Lock> {
    obj.get::<Lock>().ok_or_else(|| vm.type_error("a lock is needed"))
}

static ACQUIRE: Params<2> = Params::new("acquire", ["blocking", "timeout"]);

/// How long `acquire` waits: nothing for not at all.
enum Wait {
    No,
    For(Duration),
    Forever,
}

/// Reads the arguments of `acquire` (`lock_acquire_parse_args`).
fn wait(vm: &Vm, args: Args<'_>) -> Res<Wait> {
    let [blocking, timeout] = ACQUIRE.bind(vm, args)?;
    let blocking = blocking.map_or(Ok(true), |blocking| vm.is_true(blocking))?;
    let Some(seconds) = timeout.map(|timeout| seconds(vm, timeout)).transpose()?.filter(|t| *t != -1.0)
    else {
        return Ok(if blocking { Wait::Forever } else { Wait::No });
    };
    if !blocking {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if seconds < 0.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    Ok(if seconds == 0.0 { Wait::No } else { Wait::For(Duration::from_secs_f64(seconds)) })
}

/// A time in seconds, as far as CPython's clock can tell it (`_PyTime_FromSecondsObject`).
pub(super) fn seconds(vm: &Vm, obj: &Obj) -> Res<f64> {
    let seconds = if let Some(seconds) = obj.get::<Float>() {
        seconds.0
    } else if obj.get::<Int>().is_some() {
        vm.as_f64(obj).unwrap_or(f64::INFINITY)
    } else {
        let name = obj.ty().name();
        return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer or float")));
    };
    if seconds.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if seconds.abs() >= i64::MAX as f64 / 1e9 {
        return Err(vm.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok(seconds)
}

fn acquire_lock(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let lock = own(vm, obj)?;
    let wait = wait(vm, args)?;
    if lock.0.get() == 0 {
        lock.0.set(1);
        return Ok(vm.true_.clone());
    }
    match wait {
        Wait::No => {}
        Wait::For(time) => std::thread::sleep(time),
        Wait::Forever => {
            return Err(
                vm.runtime_error("deadlock: this lock is held, and there is no other thread to release it")
            );
        }
    }
    Ok(vm.false_.clone())
}

fn release_lock(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    if own(vm, obj)?.0.replace(0) == 0 {
        return Err(vm.runtime_error("release unlocked lock"));
    }
    Ok(vm.none.clone())
}

fn is_locked(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(own(vm, obj)?.0.get() > 0))
}

fn reinit(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    own(vm, obj)?.0.set(0);
    Ok(vm.none.clone())
}

fn acquire_rlock(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let lock = own(vm, obj)?;
    wait(vm, args)?;
    lock.0.set(lock.0.get() + 1);
    Ok(vm.true_.clone())
}

fn release_rlock(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let lock = own(vm, obj)?;
    let count = lock.0.get().checked_sub(1);
    lock.0.set(count.ok_or_else(|| vm.runtime_error("cannot release un-acquired lock"))?);
    Ok(vm.none.clone())
}

fn count(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int_unsigned(own(vm, obj)?.0.get()))
}

/// Gives the lock up however often it is held: `(count, owner)` for [`restore`].
fn save(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    match own(vm, obj)?.0.replace(0) {
        0 => Err(vm.runtime_error("cannot release un-acquired lock")),
        count => Ok(vm.tuple([vm.int_unsigned(count), vm.int_unsigned(super::ident(vm))])),
    }
}

fn restore(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let state = &args.values[0];
    let Some(fields) = state.get::<Tuple>() else {
        return Err(vm.type_error(
            "_acquire_restore() argument 1 must be tuple, not ".to_owned() + &state.ty().name(),
        ));
    };
    let [count, _owner] = fields.items() else {
        let got = fields.len();
        return Err(
            vm.type_error(format!("_acquire_restore() argument 1 must be tuple of length 2, not {got}"))
        );
    };
    own(vm, obj)?.0.set(u64::try_from(vm.as_i64(count)?).unwrap_or_default());
    Ok(vm.none.clone())
}
