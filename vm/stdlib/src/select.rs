//! `select` (`Modules/selectmodule.c`): waiting until a descriptor of the machine can be read or written.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use object::{
    Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Params, Payload, Raised, Ref, Res, Vm,
};

use crate::channel::Readiness;
use crate::module::NativeModule;
use crate::platform::SELECT;
use crate::system::{self, Device, Errno, World};
use crate::time::{seconds_arg, wait};

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "select",
    "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
)
.functions(&[
    NativeDef::positional("select", select, "($module, rlist, wlist, xlist, timeout=None, /)\n--\n\nWait until one or more file descriptors are ready for some kind of I/O.\n\nThe first three arguments are iterables of file descriptors to be waited\nfor:\nrlist -- wait until ready for reading\nwlist -- wait until ready for writing\nxlist -- wait for an \"exceptional condition\"\nIf only one kind of condition is required, pass [] for the other lists.\n\nA file descriptor is either a socket or file object, or a small integer\ngotten from a fileno() method call on one of those.\n\nThe optional 4th argument specifies a timeout in seconds; it may be\na floating-point number to specify fractions of seconds.  If it is absent\nor None, the call will never time out.\n\nThe return value is a tuple of three lists corresponding to the first\nthree arguments; each contains the subset of the corresponding file\ndescriptors that are ready.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file\ndescriptors can be used."),
    NativeDef::no_args("poll", new_poll, "($module, /)\n--\n\nReturns a polling object.\n\nThis object supports registering and unregistering file descriptors, and\nthen polling them for I/O events."),
])
.types(&[("epoll", |vm| vm.native_type(&EPOLL).clone())])
.init(|vm, module| {
    module.dict.set_str(&vm.intern("error"), vm.exc.os_error.as_obj().clone());
    for (name, number) in SELECT {
        module.dict.set_str(&vm.intern(name), vm.int(*number));
    }
    Ok(())
});

/// `POLLIN` and `EPOLLIN`: there is something to read.
const IN: u32 = 1;
/// There is something urgent to read.
const PRI: u32 = 2;
/// There is room to write.
const OUT: u32 = 4;
/// The reader is gone.
const ERR: u32 = 8;
/// The other end is gone.
const HUP: u32 = 16;
/// `POLLNVAL`: the descriptor is not open.
const INVALID: u32 = 32;
/// `EPOLLONESHOT`: told once, then no more.
const ONE_SHOT: u32 = 1 << 30;

/// The number of a descriptor, or of an object with `fileno()` (`PyObject_AsFileDescriptor`).
pub(crate) fn descriptor_arg(vm: &Vm, obj: &Obj) -> Res<i32> {
    if obj.get::<object::Int>().is_some() {
        return valid(vm, vm.as_i32(obj)?);
    }
    let Some(method) = vm.getattr_optional(obj, &vm.intern("fileno"))? else {
        return Err(vm.type_error("argument must be an int, or have a fileno() method."));
    };
    let number = vm.call(&method, &[])?;
    if number.get::<object::Int>().is_none() {
        return Err(vm.type_error("fileno() returned a non-integer"));
    }
    valid(vm, vm.as_i32(&number)?)
}

fn valid(vm: &Vm, number: i32) -> Res<i32> {
    if number < 0 {
        let message = format!("file descriptor cannot be a negative integer ({number})");
        return Err(vm.value_error(message));
    }
    Ok(number)
}

/// What could be done with a descriptor; `None` if it is not open.
fn readiness(vm: &Vm, number: i32) -> Option<Readiness> {
    vm.state::<World>().descriptor(number).ok().map(|descriptor| descriptor.readiness())
}

/// The events at a descriptor, of those that are asked for and those that are always told.
fn events(vm: &Vm, number: i32, wanted: u32) -> u32 {
    let Some(ready) = readiness(vm, number) else { return INVALID };
    let mut found = 0;
    found |= if ready.read { IN } else { 0 };
    found |= if ready.write { OUT } else { 0 };
    found &= wanted;
    match ready {
        Readiness { hung_up: true, write: true, read: false } => found | ERR,
        Readiness { hung_up: true, .. } => found | HUP,
        _ => found,
    }
}

static SELECT_PARAMS: Params<4> =
    Params::new("select", ["rlist", "wlist", "xlist", "timeout"]).positional_only(4).required(3);

/// One more than the greatest number that `select` takes.
const FD_SETSIZE: i32 = 1024;

fn select(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.unpack::<4>(vm, "select", 3)?;
    let [reads, writes, others, timeout] = SELECT_PARAMS.bind(vm, args)?;
    let seconds = timeout_arg(vm, timeout, "timeout must be a float or None")?;
    if seconds.is_some_and(|seconds| seconds < 0.0) {
        return Err(vm.value_error("timeout must be non-negative"));
    }
    let list = |list: Option<&Obj>| -> Res<Vec<(Obj, i32)>> {
        let items = vm.iter_to_vec_or(list.unwrap_or(&vm.none), "arguments 1-3 must be sequences")?;
        let number = |item: Obj| {
            let number = descriptor_arg(vm, &item)?;
            if number >= FD_SETSIZE {
                return Err(vm.value_error("filedescriptor out of range in select()"));
            }
            Ok((item, number))
        };
        items.into_iter().map(number).collect()
    };
    let (reads, writes, others) = (list(reads)?, list(writes)?, list(others)?);
    if reads.iter().chain(&writes).chain(&others).any(|(_, number)| readiness(vm, *number).is_none()) {
        return Err(system::error(vm, Errno::BADF, None));
    }
    let ready = |list: &[(Obj, i32)], is_ready: fn(Readiness) -> bool| -> Vec<Obj> {
        let found = list.iter().filter(|(_, number)| readiness(vm, *number).is_some_and(is_ready));
        found.map(|(item, _)| item.clone()).collect()
    };
    let (mut readable, mut writable) = (Vec::new(), Vec::new());
    wait(vm, seconds, || {
        readable = ready(&reads, |ready| ready.read);
        writable = ready(&writes, |ready| ready.write);
        !readable.is_empty() || !writable.is_empty()
    })?;
    Ok(vm.tuple([vm.list(readable), vm.list(writable), vm.list(Vec::new())]))
}

/// A length of time; none if there is no limit.
fn timeout_arg(vm: &Vm, timeout: Option<&Obj>, message: &str) -> Res<Option<f64>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is(&vm.none)) else { return Ok(None) };
    match seconds_arg(vm, timeout) {
        Err(raised) if raised.is_instance(&vm.exc.type_error) => Err(vm.type_error(message)),
        seconds => seconds.map(Some),
    }
}

/// What is waited for, by descriptor.
type Watched = RefCell<BTreeMap<i32, u32>>;

/// The payload of `poll`.
#[derive(Default)]
struct Poll {
    watched: Watched,
}

impl Payload for Poll {
    const NAME: &'static str = "poll";
    const TRACKED: bool = false;
}

fn new_poll(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(Ref::new(vm.native_type(&POLL), Poll::default()).into_obj())
}

static POLL: NativeType =
    NativeType::new("poll", Poll::VTABLE).module("select").size(48, 0).methods(&[
        NativeDef::positional("modify", modify, "($self, fd, eventmask, /)\n--\n\nModify an already registered file descriptor.\n\n  fd\n    either an integer, or an object with a fileno() method returning\n    an int\n  eventmask\n    a bitmask describing the type of events to check for"),
        NativeDef::positional("poll", poll, "($self, timeout=None, /)\n--\n\nPolls the set of registered file descriptors.\n\n  timeout\n    The maximum time to wait in milliseconds, or else None (or a negative\n    value) to wait indefinitely.\n\nReturns a list containing any descriptors that have events or errors\nto report, as a list of (fd, event) 2-tuples."),
        NativeDef::positional("register", register, "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)\n--\n\nRegister a file descriptor with the polling object.\n\n  fd\n    either an integer, or an object with a fileno() method returning an int\n  eventmask\n    an optional bitmask describing the type of events to check for"),
        NativeDef::positional("unregister", unregister, "($self, fd, /)\n--\n\nRemove a file descriptor being tracked by the polling object."),
    ]);

fn own_poll<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Poll> {
    obj.get::<Poll>().ok_or_else(|| vm.type_error("a poll object is needed"))
}

/// Events as `poll` takes them.
fn short_mask(vm: &Vm, mask: &Obj) -> Res<u32> {
    let mask = vm.as_i64(mask)?;
    if mask < 0 {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    let short = u16::try_from(mask);
    short.map(u32::from).map_err(|_| vm.overflow_error("Python int too large for C unsigned short"))
}

fn register(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, mask] = args.unpack::<2>(vm, "register", 1)?;
    let number = descriptor_arg(vm, number.unwrap_or(&vm.none))?;
    let mask = mask.map_or(Ok(IN | PRI | OUT), |mask| short_mask(vm, mask))?;
    own_poll(vm, obj)?.watched.borrow_mut().insert(number, mask);
    Ok(vm.none.clone())
}

fn modify(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, mask] = args.exact(vm, "modify")?;
    let (number, mask) = (descriptor_arg(vm, number)?, short_mask(vm, mask)?);
    match own_poll(vm, obj)?.watched.borrow_mut().get_mut(&number) {
        Some(known) => *known = mask,
        None => return Err(system::error(vm, Errno::NOENT, None)),
    }
    Ok(vm.none.clone())
}

fn unregister(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = descriptor_arg(vm, &args.values[0])?;
    match own_poll(vm, obj)?.watched.borrow_mut().remove(&number) {
        Some(_) => Ok(vm.none.clone()),
        None => Err(vm.key_error(&vm.int(number.into()))),
    }
}

fn poll(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [timeout] = args.unpack::<1>(vm, "poll", 0)?;
    let milliseconds = timeout_arg(vm, timeout, "timeout must be an integer or None")?;
    let seconds = milliseconds.filter(|limit| *limit >= 0.0).map(|limit| limit.ceil() / 1e3);
    found_events(vm, &own_poll(vm, obj)?.watched, seconds, usize::MAX)
}

/// Waits, and lists the descriptors at which something happened, with what.
fn found_events(vm: &Vm, watched: &Watched, seconds: Option<f64>, most: usize) -> Res<Obj> {
    let mut found = Vec::new();
    wait(vm, seconds, || {
        let watched = watched.borrow();
        let told = watched.iter().filter(|(_, wanted)| **wanted & ONE_SHOT == 0 || **wanted != ONE_SHOT);
        let all = told.map(|(number, wanted)| (*number, events(vm, *number, *wanted)));
        found = all.filter(|(_, events)| *events != 0).take(most).collect();
        !found.is_empty()
    })?;
    for (number, _) in &found {
        // Told once, it waits for `modify`.
        if let Some(wanted) = watched.borrow_mut().get_mut(number).filter(|wanted| **wanted & ONE_SHOT != 0) {
            *wanted = ONE_SHOT;
        }
    }
    let pair = |(number, events): (i32, u32)| vm.tuple([vm.int(number.into()), vm.int(events.into())]);
    Ok(vm.list(found.into_iter().map(pair).collect()))
}

/// The payload of `epoll`.
struct Epoll {
    watched: Watched,
    /// Its own descriptor, −1 once it is closed.
    number: Cell<i32>,
}

impl Payload for Epoll {
    const NAME: &'static str = "epoll";
    const TRACKED: bool = false;
}

impl Epoll {
    fn close(&self, vm: &Vm) {
        let number = self.number.replace(-1);
        if number >= 0 {
            // It may have been closed by its number.
            let _ = vm.state::<World>().close(number);
        }
    }
}

static NEW_EPOLL: Params<2> = Params::new("epoll", ["sizehint", "flags"]);

static EPOLL: NativeType = NativeType::new("epoll", Epoll::VTABLE)
    .module("select")
    .size(24, 0)
    .doc("select.epoll(sizehint=-1, flags=0)\n\nReturns an epolling object\n\nsizehint must be a positive integer or -1 for the default size. The\nsizehint is used to optimize internal data structures. It doesn't limit\nthe maximum number of monitored events.")
    .slots(|s| {
        s.new.set(Some(new_epoll));
        s.finalize.set(Some(|vm, obj| {
            if let Some(own) = obj.get::<Epoll>() {
                own.close(vm);
            }
        }));
    })
    .getset(&[GetSetDef::read_only("closed", |vm, obj| {
        Ok(vm.bool(obj.get::<Epoll>().is_none_or(|own| own.number.get() < 0)))
    }, "True if the epoll handler is closed")])
    .methods(&[
        NativeDef::no_args("__enter__", enter, "($self, /)\n--\n\n"),
        NativeDef::positional("__exit__", exit, "($self, exc_type=None, exc_value=None, exc_tb=None, /)\n--\n\n"),
        NativeDef::no_args("close", close_epoll, "($self, /)\n--\n\nClose the epoll control file descriptor.\n\nFurther operations on the epoll object will raise an exception."),
        NativeDef::no_args("fileno", epoll_number, "($self, /)\n--\n\nReturn the epoll control file descriptor."),
        NativeDef::one("fromfd", from_number, "($type, fd, /)\n--\n\nCreate an epoll object from a given control fd.").class_method(),
        NativeDef::keywords("modify", modify_epoll, "($self, /, fd, eventmask)\n--\n\nModify event mask for a registered file descriptor.\n\n  fd\n    the target file descriptor of the operation\n  eventmask\n    a bit set composed of the various EPOLL constants"),
        NativeDef::keywords("poll", poll_epoll, "($self, /, timeout=None, maxevents=-1)\n--\n\nWait for events on the epoll file descriptor.\n\n  timeout\n    the maximum time to wait in seconds (as float);\n    a timeout of None or -1 makes poll wait indefinitely\n  maxevents\n    the maximum number of events returned; -1 means no limit\n\nReturns a list containing any descriptors that have events to\nreport, as a list of (fd, events) 2-tuples."),
        NativeDef::keywords("register", register_epoll, "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)\n--\n\nRegisters a new fd or raises an OSError if the fd is already registered.\n\n  fd\n    the target file descriptor of the operation\n  eventmask\n    a bit set composed of the various EPOLL constants\n\nThe epoll interface supports all file descriptors that support poll."),
        NativeDef::keywords("unregister", unregister_epoll, "($self, /, fd)\n--\n\nRemove a registered file descriptor from the epoll object.\n\n  fd\n    the target file descriptor of the operation"),
    ]);

fn new_epoll(vm: &Vm, class: &Ref<object::Type>, args: Args<'_>) -> Res<Obj> {
    let [hint, flags] = NEW_EPOLL.bind(vm, args)?;
    let hint = hint.map_or(Ok(-1), |hint| vm.as_i32(hint))?;
    if hint < -1 || hint == 0 {
        return Err(vm.value_error("negative sizehint"));
    }
    /// `EPOLL_CLOEXEC`
    const CLOSE_ON_EXEC: i32 = 0o2_000_000;
    if !matches!(flags.map_or(Ok(0), |flags| vm.as_i32(flags))?, 0 | CLOSE_ON_EXEC) {
        return Err(vm.raise_text(&vm.exc.os_error, "invalid flags"));
    }
    // What it waits for is kept here; the descriptor alone can be closed or asked for.
    let [end, _] = crate::channel::End::pipe();
    let number = vm.state::<World>().add(Device::End(end), None, false);
    let payload = Epoll { watched: Watched::default(), number: Cell::new(number) };
    Ok(Ref::new(class, payload).into_obj())
}

fn own_epoll<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Epoll> {
    let own = obj.get::<Epoll>().ok_or_else(|| vm.type_error("an epoll object is needed"))?;
    if own.number.get() < 0 {
        return Err(vm.value_error("I/O operation on closed epoll object"));
    }
    Ok(own)
}

fn enter(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    own_epoll(vm, obj)?;
    Ok(obj.clone())
}

fn exit(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    close_epoll(vm, obj, args)
}

fn close_epoll(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    if let Some(own) = obj.get::<Epoll>() {
        own.close(vm);
    }
    Ok(vm.none.clone())
}

fn epoll_number(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int(own_epoll(vm, obj)?.number.get().into()))
}

/// What another descriptor waits for is not known by its number.
fn from_number(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    vm.as_i32(&args.values[0])?;
    Err(system::error(vm, Errno::PERM, None))
}

/// The descriptor of an argument, if it can be waited for.
fn waitable(vm: &Vm, own: &Epoll, obj: Option<&Obj>) -> Res<i32> {
    let number = descriptor_arg(vm, obj.unwrap_or(&vm.none))?;
    let refuse = |error: Errno| -> Raised { system::error(vm, error, None) };
    let descriptor = vm.state::<World>().descriptor(number).map_err(refuse)?;
    match descriptor.device {
        Device::File(_) => Err(refuse(Errno::PERM)),
        _ if number == own.number.get() => Err(refuse(Errno::INVAL)),
        _ => Ok(number),
    }
}

fn long_mask(vm: &Vm, mask: &Obj) -> Res<u32> {
    Ok(vm.as_i64(mask)? as u32)
}

static REGISTER: Params<2> = Params::new("register", ["fd", "eventmask"]).required(1);
static MODIFY: Params<2> = Params::new("modify", ["fd", "eventmask"]).required(2);
static UNREGISTER: Params<1> = Params::new("unregister", ["fd"]).required(1);
static POLL_EPOLL: Params<2> = Params::new("poll", ["timeout", "maxevents"]);

fn register_epoll(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, mask] = REGISTER.bind(vm, args)?;
    let own = own_epoll(vm, obj)?;
    let number = waitable(vm, own, number)?;
    let mask = mask.map_or(Ok(IN | PRI | OUT), |mask| long_mask(vm, mask))?;
    if own.watched.borrow().contains_key(&number) {
        return Err(system::error(vm, Errno::EXIST, None));
    }
    own.watched.borrow_mut().insert(number, mask);
    Ok(vm.none.clone())
}

fn modify_epoll(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, mask] = MODIFY.bind(vm, args)?;
    let own = own_epoll(vm, obj)?;
    let number = waitable(vm, own, number)?;
    let mask = long_mask(vm, mask.unwrap_or(&vm.none))?;
    match own.watched.borrow_mut().get_mut(&number) {
        Some(known) => *known = mask,
        None => return Err(system::error(vm, Errno::NOENT, None)),
    }
    Ok(vm.none.clone())
}

fn unregister_epoll(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number] = UNREGISTER.bind(vm, args)?;
    let own = own_epoll(vm, obj)?;
    let number = waitable(vm, own, number)?;
    match own.watched.borrow_mut().remove(&number) {
        Some(_) => Ok(vm.none.clone()),
        None => Err(system::error(vm, Errno::NOENT, None)),
    }
}

fn poll_epoll(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [timeout, most] = POLL_EPOLL.bind(vm, args)?;
    let own = own_epoll(vm, obj)?;
    let seconds = timeout_arg(vm, timeout, "timeout must be an integer or None")?;
    let most = most.map_or(Ok(-1), |most| vm.as_i32(most))?;
    if most < -1 || most == 0 {
        return Err(vm.value_error(format!("maxevents must be greater than 0, got {most}")));
    }
    // Closed descriptors are watched no more.
    own.watched.borrow_mut().retain(|number, _| readiness(vm, *number).is_some());
    /// `FD_SETSIZE - 1`
    const MOST: usize = 1023;
    let most = usize::try_from(most).unwrap_or(MOST);
    found_events(vm, &own.watched, seconds.filter(|seconds| *seconds >= 0.0), most)
}
