//! `BufferedReader`, `BufferedWriter`, `BufferedRandom` (`bufferedio.c`).
//!
//! All three have the same payload: what was read ahead, and what was written and has not gone out. At most one of the
//! two holds anything, as the raw stream has one place.

use std::cell::{Cell, RefCell};

use builtins::bytes::buffer::{bytes_arg, with_bytes_mut};
use object::{
    Args, Bytes, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params, Payload,
    Ref, Res, Type, Visitor, Vm,
};

use super::base::{BUFFERED_BASE, check_able, fill, not_writable};
use super::{CHUNK, is_closed, size_arg, unsupported};

/// Which of the three it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Reader,
    Writer,
    Random,
}

/// The payload of buffered streams. A borrow never spans a call into Python.
pub(super) struct Buffered {
    side: Side,
    raw: ObjCell,
    /// Whether `__init__` ran, and `detach` did not.
    state: Cell<State>,
    /// Read ahead, and how much of it was taken.
    ahead: RefCell<Vec<u8>>,
    taken: Cell<usize>,
    pending: RefCell<Vec<u8>>,
    size: Cell<usize>,
    finalizing: Cell<bool>,
    /// Whether a call into the raw stream runs: nothing else may be done meanwhile.
    busy: Cell<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Ready,
    Detached,
}

impl Payload for Buffered {
    const NAME: &'static str = "Buffered";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.raw.trace(visit);
    }
    fn clear(&self) {
        self.raw.set(None);
    }
}

macro_rules! buffered_type {
    ($NAME:ident, $name:literal, $side:expr, $doc:expr, $size:literal, $methods:expr, $iterates:literal) => {
        pub(super) static $NAME: NativeType = NativeType::new($name, Buffered::VTABLE)
            .module("_io")
            .base(|vm| vm.native_type(&BUFFERED_BASE).clone())
            .subclassable()
            .with_dict()
            .doc($doc)
            .size($size, 0)
            .offsets($size - 16, $size - 8)
            .slots(|s| {
                s.new.set(Some(|_, class, _| Ok(make(class, $side))));
                s.init.set(Some(|vm, o, args| init(vm, o, $name, args)));
                s.repr.set(Some(super::shown_repr));
                s.finalize.set(Some(super::finalize));
                if $iterates {
                    s.iternext.set(Some(next));
                }
            })
            .methods($methods)
            .members(&[
                MemberDef::read_only("raw", |vm, o| Ok(vm.or_none(&any(vm, o)?.raw)), ""),
                MemberDef::new(
                    "_finalizing",
                    |vm, o| Ok(vm.bool(any(vm, o)?.finalizing.get())),
                    |vm, o, value| {
                        any(vm, o)?.finalizing.set(value.is_some_and(|value| value.is(&vm.true_)));
                        Ok(())
                    },
                    "",
                ),
            ])
            .getset(&[
                GetSetDef::read_only("closed", |vm, o| vm.getattr_text(&ready(vm, o)?.1, "closed"), ""),
                GetSetDef::read_only("name", |vm, o| vm.getattr_text(&ready(vm, o)?.1, "name"), ""),
                GetSetDef::read_only("mode", |vm, o| vm.getattr_text(&ready(vm, o)?.1, "mode"), ""),
            ]);
    };
}

buffered_type!(
    READER,
    "BufferedReader",
    Side::Reader,
    "(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nCreate a new buffered reader using the given readable raw IO object.",
    152,
    READER_METHODS,
    true
);
buffered_type!(
    WRITER,
    "BufferedWriter",
    Side::Writer,
    "(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffer for a writeable sequential RawIO object.\n\nThe constructor creates a BufferedWriter for the given writeable raw\nstream. If the buffer_size is not given, it defaults to\nDEFAULT_BUFFER_SIZE.",
    152,
    WRITER_METHODS,
    false
);
buffered_type!(
    RANDOM,
    "BufferedRandom",
    Side::Random,
    "(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffered interface to random access streams.\n\nThe constructor creates a reader and writer for a seekable stream,\nraw, given in the first argument. If the buffer_size is omitted it\ndefaults to DEFAULT_BUFFER_SIZE.",
    152,
    RANDOM_METHODS,
    true
);

static READER_METHODS: &[NativeDef] = &[
    NativeDef::no_args("detach", detach, "($self, /)\n--\n\n"),
    NativeDef::no_args("flush", flush, "($self, /)\n--\n\n"),
    NativeDef::no_args("close", close, "($self, /)\n--\n\n"),
    NativeDef::no_args("seekable", |vm, o, _| ask_raw(vm, o, "seekable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("readable", |vm, o, _| ask_raw(vm, o, "readable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("fileno", |vm, o, _| ask_raw(vm, o, "fileno"), "($self, /)\n--\n\n"),
    NativeDef::no_args("isatty", |vm, o, _| ask_raw(vm, o, "isatty"), "($self, /)\n--\n\n"),
    NativeDef::one("_dealloc_warn", dealloc_warn, "($self, source, /)\n--\n\n"),
    NativeDef::positional("read", read, "($self, size=-1, /)\n--\n\n"),
    NativeDef::positional("peek", peek, "($self, size=0, /)\n--\n\n"),
    NativeDef::positional("read1", read1, "($self, size=-1, /)\n--\n\n"),
    NativeDef::one("readinto", readinto, "($self, buffer, /)\n--\n\n"),
    NativeDef::one("readinto1", readinto1, "($self, buffer, /)\n--\n\n"),
    NativeDef::positional("readline", readline, "($self, size=-1, /)\n--\n\n"),
    NativeDef::positional("seek", seek, "($self, target, whence=0, /)\n--\n\n"),
    NativeDef::no_args("tell", tell, "($self, /)\n--\n\n"),
    NativeDef::positional("truncate", truncate, "($self, pos=None, /)\n--\n\n"),
    NativeDef::no_args("__sizeof__", sizeof, "($self, /)\n--\n\n"),
    NativeDef::no_args("__getstate__", super::cannot_pickle, "($self, /)\n--\n\n"),
];

static WRITER_METHODS: &[NativeDef] = &[
    NativeDef::no_args("close", close, "($self, /)\n--\n\n"),
    NativeDef::no_args("detach", detach, "($self, /)\n--\n\n"),
    NativeDef::no_args("seekable", |vm, o, _| ask_raw(vm, o, "seekable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("writable", |vm, o, _| ask_raw(vm, o, "writable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("fileno", |vm, o, _| ask_raw(vm, o, "fileno"), "($self, /)\n--\n\n"),
    NativeDef::no_args("isatty", |vm, o, _| ask_raw(vm, o, "isatty"), "($self, /)\n--\n\n"),
    NativeDef::one("_dealloc_warn", dealloc_warn, "($self, source, /)\n--\n\n"),
    NativeDef::one("write", write, "($self, buffer, /)\n--\n\n"),
    NativeDef::positional("truncate", truncate, "($self, pos=None, /)\n--\n\n"),
    NativeDef::no_args("flush", flush, "($self, /)\n--\n\n"),
    NativeDef::positional("seek", seek, "($self, target, whence=0, /)\n--\n\n"),
    NativeDef::no_args("tell", tell, "($self, /)\n--\n\n"),
    NativeDef::no_args("__sizeof__", sizeof, "($self, /)\n--\n\n"),
    NativeDef::no_args("__getstate__", super::cannot_pickle, "($self, /)\n--\n\n"),
];

static RANDOM_METHODS: &[NativeDef] = &[
    NativeDef::no_args("close", close, "($self, /)\n--\n\n"),
    NativeDef::no_args("detach", detach, "($self, /)\n--\n\n"),
    NativeDef::no_args("seekable", |vm, o, _| ask_raw(vm, o, "seekable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("readable", |vm, o, _| ask_raw(vm, o, "readable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("writable", |vm, o, _| ask_raw(vm, o, "writable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("fileno", |vm, o, _| ask_raw(vm, o, "fileno"), "($self, /)\n--\n\n"),
    NativeDef::no_args("isatty", |vm, o, _| ask_raw(vm, o, "isatty"), "($self, /)\n--\n\n"),
    NativeDef::one("_dealloc_warn", dealloc_warn, "($self, source, /)\n--\n\n"),
    NativeDef::no_args("flush", flush, "($self, /)\n--\n\n"),
    NativeDef::positional("seek", seek, "($self, target, whence=0, /)\n--\n\n"),
    NativeDef::no_args("tell", tell, "($self, /)\n--\n\n"),
    NativeDef::positional("truncate", truncate, "($self, pos=None, /)\n--\n\n"),
    NativeDef::positional("read", read, "($self, size=-1, /)\n--\n\n"),
    NativeDef::positional("read1", read1, "($self, size=-1, /)\n--\n\n"),
    NativeDef::one("readinto", readinto, "($self, buffer, /)\n--\n\n"),
    NativeDef::one("readinto1", readinto1, "($self, buffer, /)\n--\n\n"),
    NativeDef::positional("readline", readline, "($self, size=-1, /)\n--\n\n"),
    NativeDef::positional("peek", peek, "($self, size=0, /)\n--\n\n"),
    NativeDef::one("write", write, "($self, buffer, /)\n--\n\n"),
    NativeDef::no_args("__sizeof__", sizeof, "($self, /)\n--\n\n"),
    NativeDef::no_args("__getstate__", super::cannot_pickle, "($self, /)\n--\n\n"),
];

fn make(class: &Ref<Type>, side: Side) -> Obj {
    let buffered = Buffered {
        side,
        raw: ObjCell::default(),
        state: Cell::new(State::New),
        ahead: RefCell::default(),
        taken: Cell::default(),
        pending: RefCell::default(),
        size: Cell::new(CHUNK),
        finalizing: Cell::default(),
        busy: Cell::default(),
    };
    Ref::new(class, buffered).into_obj()
}

static INIT: Params<2> = Params::new("BufferedReader", ["raw", "buffer_size"]).required(1);
static INIT_WRITER: Params<2> = Params::new("BufferedWriter", ["raw", "buffer_size"]).required(1);
static INIT_RANDOM: Params<2> = Params::new("BufferedRandom", ["raw", "buffer_size"]).required(1);

fn init(vm: &Vm, obj: &Obj, name: &str, args: Args<'_>) -> Res<()> {
    let params = match name {
        "BufferedReader" => &INIT,
        "BufferedWriter" => &INIT_WRITER,
        _ => &INIT_RANDOM,
    };
    let [raw, size] = params.bind(vm, args)?;
    let raw = raw.unwrap_or(&vm.none);
    let buffered = any(vm, obj)?;
    buffered.state.set(State::New);
    let size = size.map_or(Ok(CHUNK as isize), |size| vm.as_isize(size))?;
    if buffered.side == Side::Random {
        check_able(vm, raw, "seekable")?;
    }
    if buffered.side != Side::Writer {
        check_able(vm, raw, "readable")?;
    }
    if buffered.side != Side::Reader {
        check_able(vm, raw, "writable")?;
    }
    let size = usize::try_from(size).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| vm.value_error("buffer size must be strictly positive"))?;
    vm.check_alloc(size)?;
    buffered.raw.set(Some(raw.clone()));
    buffered.ahead.take();
    buffered.taken.set(0);
    buffered.pending.take();
    buffered.size.set(size);
    buffered.state.set(State::Ready);
    Ok(())
}

fn any<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Buffered> {
    obj.get::<Buffered>().ok_or_else(|| vm.type_error("a buffered stream is needed"))
}

/// The payload and the raw stream.
fn ready<'a>(vm: &Vm, obj: &'a Obj) -> Res<(&'a Buffered, Obj)> {
    let buffered = any(vm, obj)?;
    match (buffered.state.get(), buffered.raw.get()) {
        (State::Ready, Some(raw)) => Ok((buffered, raw)),
        (State::Detached, _) => Err(vm.value_error("raw stream has been detached")),
        _ => Err(vm.value_error("I/O operation on uninitialized object")),
    }
}

/// As [`ready`], for what needs an open stream: `read of closed file`.
fn open<'a>(vm: &Vm, obj: &'a Obj, action: &str) -> Res<(&'a Buffered, Obj)> {
    let (buffered, raw) = ready(vm, obj)?;
    if is_closed(vm, &raw)? {
        return Err(vm.value_error(format!("{action} of closed file")));
    }
    Ok((buffered, raw))
}

impl Buffered {
    fn left(&self) -> usize {
        self.ahead.borrow().len() - self.taken.get()
    }

    /// The next bytes that were read ahead.
    fn take(&self, most: usize) -> Vec<u8> {
        let ahead = self.ahead.borrow();
        let rest = &ahead[self.taken.get()..];
        let taken = rest[..most.min(rest.len())].to_vec();
        self.taken.set(self.taken.get() + taken.len());
        taken
    }

    /// Forgets what was read ahead.
    fn forget(&self) {
        self.ahead.borrow_mut().clear();
        self.taken.set(0);
    }

    /// Calls a method of the raw stream; calling back into this stream meanwhile is an error.
    fn call_raw(&self, vm: &Vm, obj: &Obj, raw: &Obj, method: &str, args: &[Obj]) -> Res<Obj> {
        if self.busy.replace(true) {
            return Err(vm.runtime_error(format!("reentrant call inside {}", vm.repr_text(obj)?)));
        }
        let result = vm.call_method(raw, &vm.intern(method), args);
        self.busy.set(false);
        result
    }

    /// Reads from the raw stream; nothing when it would block.
    fn read_raw(&self, vm: &Vm, obj: &Obj, raw: &Obj, most: usize) -> Res<Option<Vec<u8>>> {
        vm.check_alloc(most)?;
        let buffer = Ref::new(&vm.types.bytearray, object::ByteArray::new(vec![0; most]));
        // The raw stream gets a view, as CPython's does: it cannot change the buffer's size.
        let view =
            vm.call(vm.native_type(&builtins::bytes::MEMORYVIEW).as_obj(), &[buffer.as_obj().clone()])?;
        let count = self.call_raw(vm, obj, raw, "readinto", &[view])?;
        if count.is(&vm.none) {
            return Ok(None);
        }
        let count = match vm.as_isize(&count) {
            Ok(count) => count,
            Err(cause) => {
                let raised = vm.raise_text(&vm.exc.os_error, "raw readinto() failed");
                vm.setattr(&raised.0, &vm.intern("__cause__"), &cause.0)?;
                return Err(raised);
            }
        };
        match usize::try_from(count).ok().filter(|count| *count <= most) {
            Some(count) => Ok(Some(buffer.0.borrow()[..count].to_vec())),
            None => Err(vm.raise_text(
                &vm.exc.os_error,
                &format!(
                    "raw readinto() returned invalid length {count} (should have been between 0 and {most})"
                ),
            )),
        }
    }

    /// Fills what is read ahead once; how much came.
    fn read_ahead(&self, vm: &Vm, obj: &Obj, raw: &Obj) -> Res<Option<usize>> {
        let Some(more) = self.read_raw(vm, obj, raw, self.size.get())? else { return Ok(None) };
        let mut ahead = self.ahead.borrow_mut();
        ahead.drain(..self.taken.replace(0));
        ahead.extend_from_slice(&more);
        Ok(Some(more.len()))
    }

    /// Writes what is pending; what does not go out stays.
    fn write_out(&self, vm: &Vm, obj: &Obj, raw: &Obj) -> Res<()> {
        while !self.pending.borrow().is_empty() {
            let data = vm.bytes(&self.pending.borrow());
            let written = self.call_raw(vm, obj, raw, "write", &[data])?;
            let length = self.pending.borrow().len();
            if written.is(&vm.none) {
                return Err(self.would_block(vm, 0));
            }
            let count = vm.as_isize(&written)?;
            let Some(count) = usize::try_from(count).ok().filter(|count| *count <= length) else {
                return Err(vm.raise_text(
                    &vm.exc.os_error,
                    &format!("raw write() returned invalid length {count} (should have been between 0 and {length})"),
                ));
            };
            self.pending.borrow_mut().drain(..count);
        }
        Ok(())
    }

    fn would_block(&self, vm: &Vm, written: usize) -> object::Raised {
        let again = rustix::io::Errno::AGAIN.raw_os_error();
        let message = vm.str("write could not complete without blocking");
        vm.raise_args(&vm.exc.blocking_io_error, &[vm.int(again.into()), message, vm.int(written as i64)])
    }

    /// Before something else is done with the raw stream: writes what is pending, and puts the raw stream where the
    /// program believes it to be.
    fn settle(&self, vm: &Vm, obj: &Obj, raw: &Obj) -> Res<()> {
        self.write_out(vm, obj, raw)?;
        let left = self.left() as i64;
        self.forget();
        if left > 0 {
            self.call_raw(vm, obj, raw, "seek", &[vm.int(-left), vm.int(1)])?;
        }
        Ok(())
    }

    /// Before reading: what is pending goes out first.
    fn before_reading(&self, vm: &Vm, obj: &Obj, raw: &Obj) -> Res<()> {
        if self.side == Side::Random { self.write_out(vm, obj, raw) } else { Ok(()) }
    }
}

fn detach(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (buffered, raw) = ready(vm, obj)?;
    vm.call_method(obj, &vm.names.flush, &[])?;
    buffered.raw.set(None);
    buffered.state.set(State::Detached);
    Ok(raw)
}

fn flush(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (buffered, raw) = ready(vm, obj)?;
    if buffered.side == Side::Reader {
        return vm.call_method(&raw, &vm.names.flush, &[]);
    }
    if is_closed(vm, &raw)? {
        return Err(vm.value_error("flush of closed file"));
    }
    buffered.write_out(vm, obj, &raw)?;
    if buffered.side == Side::Random && buffered.left() > 0 {
        buffered.settle(vm, obj, &raw)?;
    }
    Ok(vm.none.clone())
}

fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (buffered, raw) = ready(vm, obj)?;
    if is_closed(vm, &raw)? {
        return Ok(vm.none.clone());
    }
    if buffered.finalizing.get() {
        // The raw stream's own complaint names this one.
        let _ = vm.call_method_optional(&raw, &vm.intern("_dealloc_warn"), std::slice::from_ref(obj));
    }
    let flushed = vm.call_method(obj, &vm.names.flush, &[]);
    let closed = vm.call_method(&raw, &vm.names.close, &[]);
    super::both(vm, flushed, closed)
}

/// Passes a question on to the raw stream.
fn ask_raw(vm: &Vm, obj: &Obj, method: &str) -> Res<Obj> {
    let (_, raw) = ready(vm, obj)?;
    vm.call_method(&raw, &vm.intern(method), &[])
}

fn dealloc_warn(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (_, raw) = ready(vm, obj)?;
    vm.call_method_optional(&raw, &vm.intern("_dealloc_warn"), args.values)?;
    Ok(vm.none.clone())
}

fn read(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "read", 0)?;
    let size = size_arg(vm, size)?.unwrap_or(-1);
    if size < -1 {
        return Err(vm.value_error("read length must be non-negative or -1"));
    }
    let (buffered, raw) = open(vm, obj, "read")?;
    buffered.before_reading(vm, obj, &raw)?;
    let Ok(size) = usize::try_from(size) else { return read_all(vm, obj, buffered, &raw) };
    let mut data = buffered.take(size);
    while data.len() < size {
        let came = buffered.read_ahead(vm, obj, &raw)?;
        match came {
            // It would block: what there is, or nothing at all.
            None if data.is_empty() => return Ok(vm.none.clone()),
            None | Some(0) => break,
            Some(_) => data.extend(buffered.take(size - data.len())),
        }
    }
    Ok(vm.bytes(&data))
}

fn read_all(vm: &Vm, obj: &Obj, buffered: &Buffered, raw: &Obj) -> Res<Obj> {
    let mut all = buffered.take(usize::MAX);
    buffered.forget();
    if let Some(readall) = vm.getattr_optional(raw, &vm.intern("readall"))? {
        let rest = vm.call0(&readall)?;
        if rest.is(&vm.none) {
            return Ok(if all.is_empty() { rest } else { vm.bytes(&all) });
        }
        let Some(bytes) = rest.get::<Bytes>() else {
            return Err(vm.type_error("readall() should return bytes"));
        };
        all.extend_from_slice(&bytes.0);
        return Ok(vm.bytes(&all));
    }
    let read = vm.intern("read");
    let mut blocked = false;
    loop {
        let chunk = vm.call_method(raw, &read, &[])?;
        if chunk.is(&vm.none) {
            blocked = true;
        }
        match chunk.get::<Bytes>() {
            Some(bytes) if !bytes.0.is_empty() => all.extend_from_slice(&bytes.0),
            None if !blocked => return Err(vm.type_error("read() should return bytes")),
            _ if blocked && all.is_empty() => return Ok(vm.none.clone()),
            _ => return Ok(vm.bytes(&all)),
        }
        let _ = obj;
    }
}

fn read1(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "read1", 0)?;
    let (buffered, raw) = open(vm, obj, "read")?;
    let size = match size {
        Some(size) => usize::try_from(vm.as_isize(size)?).unwrap_or(buffered.size.get()),
        None => buffered.size.get(),
    };
    buffered.before_reading(vm, obj, &raw)?;
    if buffered.left() > 0 || size == 0 {
        return Ok(vm.bytes(&buffered.take(size)));
    }
    buffered.forget();
    let data = buffered.read_raw(vm, obj, &raw, size)?.unwrap_or_default();
    Ok(vm.bytes(&data))
}

fn peek(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    args.unpack::<1>(vm, "peek", 0)?;
    let (buffered, raw) = open(vm, obj, "peek")?;
    buffered.before_reading(vm, obj, &raw)?;
    if buffered.left() == 0 {
        buffered.read_ahead(vm, obj, &raw)?;
    }
    let ahead = buffered.ahead.borrow();
    Ok(vm.bytes(&ahead[buffered.taken.get()..]))
}

fn readinto(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    into(vm, obj, &args.values[0], false)
}

fn readinto1(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    into(vm, obj, &args.values[0], true)
}

fn into(vm: &Vm, obj: &Obj, buffer: &Obj, once: bool) -> Res<Obj> {
    let (buffered, raw) = open(vm, obj, "readinto")?;
    let Some(room) = with_bytes_mut(buffer, |bytes| bytes.len()) else {
        return Err(not_writable(vm, if once { "readinto1" } else { "readinto" }, buffer));
    };
    buffered.before_reading(vm, obj, &raw)?;
    let mut data = buffered.take(room);
    while data.len() < room && (data.is_empty() || !once) {
        match buffered.read_ahead(vm, obj, &raw)? {
            None if data.is_empty() => return Ok(vm.none.clone()),
            None | Some(0) => break,
            Some(_) => data.extend(buffered.take(room - data.len())),
        }
    }
    fill(buffer, &data);
    Ok(vm.int(data.len() as i64))
}

/// A line, or nothing at the end; at most so many bytes.
fn line(vm: &Vm, obj: &Obj, limit: Option<usize>) -> Res<Vec<u8>> {
    let (buffered, raw) = open(vm, obj, "readline")?;
    buffered.before_reading(vm, obj, &raw)?;
    let mut line = Vec::new();
    loop {
        let room = limit.map_or(usize::MAX, |limit| limit - line.len());
        let end = {
            let ahead = buffered.ahead.borrow();
            let rest = &ahead[buffered.taken.get()..];
            memchr::memchr(b'\n', &rest[..rest.len().min(room)]).map(|at| at + 1)
        };
        line.extend(buffered.take(end.unwrap_or(room)));
        if end.is_some() || limit.is_some_and(|limit| line.len() >= limit) {
            return Ok(line);
        }
        if !matches!(buffered.read_ahead(vm, obj, &raw)?, Some(count) if count > 0) {
            return Ok(line);
        }
    }
}

fn readline(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "readline", 0)?;
    let limit = size_arg(vm, size)?.and_then(|size| usize::try_from(size).ok());
    Ok(vm.bytes(&line(vm, obj, limit)?))
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    if vm.type_lookup(obj.ty(), &vm.names.readline).is_some_and(|found| !is_native(&found)) {
        let line = vm.call_method(obj, &vm.names.readline, &[])?;
        if line.get::<Bytes>().is_none() {
            let got = line.ty().name();
            let message = format!("readline() should have returned a bytes object, not '{got}'");
            return Err(vm.raise_text(&vm.exc.os_error, &message));
        }
        return Ok(if vm.len(&line)? == 0 { None } else { Some(line) });
    }
    let line = line(vm, obj, None)?;
    Ok(if line.is_empty() { None } else { Some(vm.bytes(&line)) })
}

fn is_native(method: &Obj) -> bool {
    method.get::<object::MethodDescriptor>().is_some()
}

fn write(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (buffered, raw) = ready(vm, obj)?;
    let data = &args.values[0];
    let bytes = bytes_arg(vm, data)?;
    if is_closed(vm, &raw)? {
        return Err(vm.value_error("write to closed file"));
    }
    if buffered.busy.get() {
        return Err(vm.runtime_error(format!("reentrant call inside {}", vm.repr_text(obj)?)));
    }
    if buffered.left() > 0 {
        buffered.settle(vm, obj, &raw)?;
    }
    buffered.forget();
    let size = buffered.size.get();
    if buffered.pending.borrow().len() + bytes.len() > size
        && let Err(raised) = buffered.write_out(vm, obj, &raw)
    {
        return Err(blocked(vm, buffered, raised, &bytes, size));
    }
    let before = buffered.pending.borrow().len();
    buffered.pending.borrow_mut().extend_from_slice(&bytes);
    if buffered.pending.borrow().len() > size
        && let Err(raised) = buffered.write_out(vm, obj, &raw)
    {
        // What fits in the buffer counts as written.
        let over = buffered.pending.borrow().len().saturating_sub(size);
        if raised.is_instance(&vm.exc.blocking_io_error) {
            if over == 0 {
                return Ok(vm.int(bytes.len() as i64));
            }
            buffered.pending.borrow_mut().truncate(size);
            return Err(buffered.would_block(vm, bytes.len() - over));
        }
        let kept = before.min(buffered.pending.borrow().len());
        buffered.pending.borrow_mut().truncate(kept);
        return Err(raised);
    }
    Ok(vm.int(bytes.len() as i64))
}

/// A raw stream that takes no more: as much as fits in the buffer counts as written.
fn blocked(
    vm: &Vm,
    buffered: &Buffered,
    raised: object::Raised,
    bytes: &[u8],
    size: usize,
) -> object::Raised {
    if !raised.is_instance(&vm.exc.blocking_io_error) {
        return raised;
    }
    let room = size.saturating_sub(buffered.pending.borrow().len()).min(bytes.len());
    buffered.pending.borrow_mut().extend_from_slice(&bytes[..room]);
    buffered.would_block(vm, room)
}

fn raw_tell(vm: &Vm, obj: &Obj, buffered: &Buffered, raw: &Obj) -> Res<i64> {
    let place = buffered.call_raw(vm, obj, raw, "tell", &[])?;
    checked_place(vm, &place)
}

fn checked_place(vm: &Vm, place: &Obj) -> Res<i64> {
    let place = vm.as_i64(place)?;
    if place < 0 {
        let message = format!("Raw stream returned invalid position {place}");
        return Err(vm.raise_text(&vm.exc.os_error, &message));
    }
    Ok(place)
}

fn tell(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let (buffered, raw) = ready(vm, obj)?;
    let place = raw_tell(vm, obj, buffered, &raw)?;
    let place = place - buffered.left() as i64 + buffered.pending.borrow().len() as i64;
    Ok(vm.int(place.max(0)))
}

fn seek(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [target, whence] = args.unpack::<2>(vm, "seek", 1)?;
    let (buffered, raw) = ready(vm, obj)?;
    let whence = whence.map_or(Ok(0), |whence| vm.as_i32(whence))?;
    if !(0..=4).contains(&whence) {
        return Err(vm.value_error(format!("whence value {whence} unsupported")));
    }
    if is_closed(vm, &raw)? {
        return Err(vm.value_error("seek of closed file"));
    }
    check_able(vm, &raw, "seekable")?;
    let target = vm.as_i64(target.unwrap_or(&vm.none))?;
    buffered.write_out(vm, obj, &raw)?;
    let left = buffered.left() as i64;
    // What was read ahead stays good if the target is in it.
    if whence < 2 && left > 0 && buffered.side == Side::Reader {
        let current = raw_tell(vm, obj, buffered, &raw)?;
        let offset = if whence == 0 { target - (current - left) } else { target };
        let start = -(buffered.taken.get() as i64);
        if (start..=left).contains(&offset) {
            buffered.taken.set((buffered.taken.get() as i64 + offset) as usize);
            return Ok(vm.int(current - left + offset));
        }
    }
    let target = if whence == 1 { target - left } else { target };
    let place = buffered.call_raw(vm, obj, &raw, "seek", &[vm.int(target), vm.int(whence.into())])?;
    let place = checked_place(vm, &place)?;
    buffered.forget();
    Ok(vm.int(place))
}

fn truncate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "truncate", 0)?;
    let (buffered, raw) = open(vm, obj, "truncate")?;
    if buffered.side == Side::Reader {
        return Err(unsupported(vm, "truncate"));
    }
    let size = match size.filter(|size| !size.is(&vm.none)) {
        Some(size) => size.clone(),
        None => tell(vm, obj, Args::positional(&[]))?,
    };
    buffered.settle(vm, obj, &raw)?;
    buffered.call_raw(vm, obj, &raw, "truncate", &[size])
}

fn sizeof(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int(152 + any(vm, obj)?.size.get() as i64))
}
