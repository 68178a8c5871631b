//! `BytesIO` (`bytesio.c`).

use std::cell::{Cell, RefCell};

use builtins::bytes::buffer::{self, Exporter, bytes_arg};
use object::{
    Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, ObjCell, Params, Payload, Ref, Res, Tuple,
    Visitor, Vm,
};

use super::base::{BUFFERED_BASE, fill, not_writable};
use super::size_arg;

/// The payload of `BytesIO`. A borrow never spans a call into Python.
#[derive(Default)]
pub(super) struct Memory {
    bytes: RefCell<Vec<u8>>,
    place: Cell<usize>,
    closed: Cell<bool>,
    /// Views of the bytes: while there are any, their number stays.
    views: Cell<isize>,
}

impl Payload for Memory {
    const NAME: &'static str = "BytesIO";
    const TRACKED: bool = false;
}

pub(super) static BYTES_IO: NativeType = NativeType::new("BytesIO", Memory::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&BUFFERED_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("(initial_bytes=b'')\n--\n\nBuffered I/O implementation using an in-memory bytes buffer.")
    .size(64, 0)
    .offsets(40, 48)
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, Memory::default()).into_obj())));
        s.init.set(Some(init));
        s.iter.set(Some(|vm, o| own(vm, o).map(|_| o.clone())));
        s.iternext.set(Some(|vm, o| {
            let line = own(vm, o)?.line(None);
            Ok(if line.is_empty() { None } else { Some(vm.bytes(&line)) })
        }));
    })
    .methods(&[
    NativeDef::no_args("readable", |vm, o, _| own(vm, o).map(|_| vm.true_.clone()), "($self, /)\n--\n\nReturns True if the IO object can be read."),
    NativeDef::no_args("seekable", |vm, o, _| own(vm, o).map(|_| vm.true_.clone()), "($self, /)\n--\n\nReturns True if the IO object can be seeked."),
    NativeDef::no_args("writable", |vm, o, _| own(vm, o).map(|_| vm.true_.clone()), "($self, /)\n--\n\nReturns True if the IO object can be written."),
    NativeDef::no_args("close", close, "($self, /)\n--\n\nDisable all I/O operations."),
    NativeDef::no_args("flush", |vm, o, _| own(vm, o).map(|_| vm.none.clone()), "($self, /)\n--\n\nDoes nothing."),
    NativeDef::no_args("isatty", |vm, o, _| own(vm, o).map(|_| vm.false_.clone()), "($self, /)\n--\n\nAlways returns False.\n\nBytesIO objects are not connected to a TTY-like device."),
    NativeDef::no_args("tell", |vm, o, _| own(vm, o).map(|m| vm.int(m.place.get() as i64)), "($self, /)\n--\n\nCurrent file position, an integer."),
    NativeDef::one("write", write, "($self, b, /)\n--\n\nWrite bytes to file.\n\nReturn the number of bytes written."),
    NativeDef::one("writelines", writelines, "($self, lines, /)\n--\n\nWrite lines to the file.\n\nNote that newlines are not added.  lines can be any iterable object\nproducing bytes-like objects.  This is equivalent to calling write()\nfor each element."),
    NativeDef::positional("read1", read, "($self, size=-1, /)\n--\n\nRead at most size bytes, returned as a bytes object.\n\nIf the size argument is negative or omitted, read until EOF is\nreached.  Return an empty bytes object at EOF."),
    NativeDef::one("readinto", readinto, "($self, buffer, /)\n--\n\nRead bytes into buffer.\n\nReturns number of bytes read (0 for EOF), or None if the object\nis set not to block and has no data to read."),
    NativeDef::positional("readline", readline, "($self, size=-1, /)\n--\n\nNext line from the file, as a bytes object.\n\nRetain newline.  A non-negative size argument limits the maximum\nnumber of bytes to return (an incomplete line may be returned then).\nReturn an empty bytes object at EOF."),
    NativeDef::positional("readlines", readlines, "($self, size=None, /)\n--\n\nList of bytes objects, each a line from the file.\n\nCall readline() repeatedly and return a list of the lines so read.\nThe optional size argument, if given, is an approximate bound on the\ntotal number of bytes in the lines returned."),
    NativeDef::positional("read", read, "($self, size=-1, /)\n--\n\nRead at most size bytes, returned as a bytes object.\n\nIf the size argument is negative, read until EOF is reached.\nReturn an empty bytes object at EOF."),
    NativeDef::no_args("getbuffer", getbuffer, "($self, /)\n--\n\nGet a read-write view over the contents of the BytesIO object."),
    NativeDef::no_args("getvalue", getvalue, "($self, /)\n--\n\nRetrieve the entire contents of the BytesIO object."),
    NativeDef::positional("seek", seek, "($self, pos, whence=0, /)\n--\n\nChange stream position.\n\nSeek to byte offset pos relative to position indicated by whence:\n     0  Start of stream (the default).  pos should be >= 0;\n     1  Current position - pos may be negative;\n     2  End of stream - pos usually negative.\nReturns the new absolute position."),
    NativeDef::positional("truncate", truncate, "($self, size=None, /)\n--\n\nTruncate the file to at most size bytes.\n\nSize defaults to the current file position, as returned by tell().\nThe current file position is unchanged.  Returns the new size."),
    NativeDef::no_args("__getstate__", getstate, "($self, /)\n--\n\n"),
    NativeDef::one("__setstate__", setstate, "($self, object, /)\n--\n\n"),
    NativeDef::no_args("__sizeof__", sizeof, "($self, /)\n--\n\n"),
    ])
    .getset(&[GetSetDef::read_only("closed", |vm, o| Ok(vm.bool(any(vm, o)?.closed.get())), "True if the file is closed.")]);

static INIT: Params<1> = Params::new("BytesIO", ["initial_bytes"]);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [initial] = INIT.bind(vm, args)?;
    let memory = any(vm, obj)?;
    memory.may_resize(vm)?;
    let bytes = match initial.filter(|initial| !initial.is(&vm.none)) {
        Some(initial) => bytes_arg(vm, initial)?,
        None => Vec::new(),
    };
    memory.bytes.replace(bytes);
    memory.place.set(0);
    Ok(())
}

fn any<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Memory> {
    obj.get::<Memory>().ok_or_else(|| vm.type_error("a BytesIO is needed"))
}

/// The payload, if the object is open.
fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Memory> {
    let memory = any(vm, obj)?;
    if memory.closed.get() {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(memory)
}

impl Memory {
    fn may_resize(&self, vm: &Vm) -> Res<()> {
        if self.views.get() > 0 {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// The next bytes, as many as there are and are asked for.
    fn take(&self, most: Option<usize>) -> Vec<u8> {
        let bytes = self.bytes.borrow();
        let rest = bytes.get(self.place.get()..).unwrap_or_default();
        let taken = &rest[..most.unwrap_or(rest.len()).min(rest.len())];
        self.place.set(self.place.get() + taken.len());
        taken.to_vec()
    }

    fn line(&self, most: Option<usize>) -> Vec<u8> {
        let end = {
            let bytes = self.bytes.borrow();
            let rest = bytes.get(self.place.get()..).unwrap_or_default();
            memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
        };
        self.take(Some(most.map_or(end, |most| most.min(end))))
    }

    fn write(&self, data: &[u8]) {
        if data.is_empty() {
            return;
        }
        let mut bytes = self.bytes.borrow_mut();
        let place = self.place.get();
        let end = place + data.len();
        if end > bytes.len() {
            bytes.resize(end, 0);
        }
        bytes[place..end].copy_from_slice(data);
        self.place.set(end);
    }
}

/// How much an optional size asks for; negative means all.
fn most(vm: &Vm, size: Option<&Obj>) -> Res<Option<usize>> {
    Ok(size_arg(vm, size)?.and_then(|size| usize::try_from(size).ok()))
}

fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let memory = any(vm, obj)?;
    memory.may_resize(vm)?;
    memory.closed.set(true);
    memory.bytes.take();
    Ok(vm.none.clone())
}

fn read(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let memory = own(vm, obj)?;
    let [size] = args.unpack::<1>(vm, "read", 0)?;
    Ok(vm.bytes(&memory.take(most(vm, size)?)))
}

fn readline(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let memory = own(vm, obj)?;
    let [size] = args.unpack::<1>(vm, "readline", 0)?;
    Ok(vm.bytes(&memory.line(most(vm, size)?)))
}

fn readlines(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let memory = own(vm, obj)?;
    let [size] = args.unpack::<1>(vm, "readlines", 0)?;
    let most = most(vm, size)?.filter(|most| *most > 0);
    let (mut lines, mut total) = (Vec::new(), 0);
    loop {
        let line = memory.line(None);
        if line.is_empty() {
            break;
        }
        total += line.len();
        lines.push(vm.bytes(&line));
        if most.is_some_and(|most| total >= most) {
            break;
        }
    }
    Ok(vm.list(lines))
}

fn readinto(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let memory = own(vm, obj)?;
    let buffer = &args.values[0];
    let Some(room) = buffer::with_bytes_mut(buffer, |bytes| bytes.len()) else {
        return Err(not_writable(vm, "readinto", buffer));
    };
    let data = memory.take(Some(room));
    fill(buffer, &data);
    Ok(vm.int(data.len() as i64))
}

fn write(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let memory = own(vm, obj)?;
    memory.may_resize(vm)?;
    let data = bytes_arg(vm, &args.values[0])?;
    vm.check_alloc(memory.place.get().saturating_add(data.len()))?;
    own(vm, obj)?.write(&data);
    Ok(vm.int(data.len() as i64))
}

fn writelines(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    own(vm, obj)?;
    vm.for_each(&args.values[0], |line| {
        write(vm, obj, Args::positional(&[line]))?;
        Ok(true)
    })?;
    Ok(vm.none.clone())
}

fn seek(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [offset, whence] = args.unpack::<2>(vm, "seek", 1)?;
    let memory = own(vm, obj)?;
    let offset = vm.as_isize(offset.unwrap_or(&vm.none))?;
    let whence = whence.map_or(Ok(0), |whence| vm.as_i32(whence))?;
    let start = match whence {
        0 if offset < 0 => return Err(vm.value_error(format!("negative seek value {offset}"))),
        0 => 0,
        1 => memory.place.get(),
        2 => memory.bytes.borrow().len(),
        _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    let Some(place) = (start as isize).checked_add(offset) else {
        return Err(vm.overflow_error("new position too large"));
    };
    memory.place.set(place.max(0) as usize);
    Ok(vm.int(memory.place.get() as i64))
}

fn truncate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "truncate", 0)?;
    let memory = own(vm, obj)?;
    memory.may_resize(vm)?;
    let size = match size.filter(|size| !size.is(&vm.none)) {
        Some(size) => vm.as_isize(size)?,
        None => memory.place.get() as isize,
    };
    let Ok(length) = usize::try_from(size) else {
        return Err(vm.value_error(format!("negative size value {size}")));
    };
    memory.bytes.borrow_mut().truncate(length);
    Ok(vm.int(size as i64))
}

fn getvalue(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.bytes(&own(vm, obj)?.bytes.borrow()))
}

fn getstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = getvalue(vm, obj, args)?;
    let dict = vm.instance_dict(obj).filter(|dict| !dict.is_empty());
    let dict = dict.map_or_else(
        || vm.none.clone(),
        |dict| {
            let copy = vm.dict();
            copy.copy_from(&dict);
            copy.into_obj()
        },
    );
    Ok(vm.tuple([value, vm.int(own(vm, obj)?.place.get() as i64), dict]))
}

fn setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let state = &args.values[0];
    let memory = own(vm, obj)?;
    let Some([value, place, dict, ..]) = state.get::<Tuple>().map(|state| state.items()) else {
        let (class, got) = (obj.ty().name(), state.ty().name());
        return Err(vm.type_error(format!("{class}.__setstate__ argument should be 3-tuple, got {got}")));
    };
    memory.may_resize(vm)?;
    memory.bytes.replace(bytes_arg(vm, value)?);
    if place.get::<object::Int>().is_none() {
        let got = place.ty().name();
        return Err(vm.type_error(format!("second item of state must be an integer, not {got}")));
    }
    let Ok(place) = usize::try_from(vm.as_isize(place)?) else {
        return Err(vm.value_error("position value cannot be negative"));
    };
    memory.place.set(place);
    super::update_dict(vm, obj, dict, "third item of state should be a dict, got a ")
}

fn sizeof(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int(64 + 33 + any(vm, obj)?.bytes.borrow().len() as i64))
}

/// The payload of what `getbuffer`'s views look at.
struct Shared(ObjCell);

impl Payload for Shared {
    const NAME: &'static str = "_BytesIOBuffer";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.0.trace(visit);
    }
    fn clear(&self) {
        self.0.set(None);
    }
}

pub(super) static SHARED: NativeType =
    NativeType::new("_BytesIOBuffer", Shared::VTABLE).module("_io").size(24, 0);

static EXPORTER: Exporter = Exporter {
    accepts: |obj| obj.get::<Shared>().is_some(),
    read: |obj, work| {
        if let Some(source) = obj.get::<Shared>().and_then(|shared| shared.0.get())
            && let Some(memory) = source.get::<Memory>()
        {
            work(&memory.bytes.borrow());
        }
    },
    write: |obj, work| {
        let Some(source) = obj.get::<Shared>().and_then(|shared| shared.0.get()) else { return false };
        let Some(memory) = source.get::<Memory>() else { return false };
        work(&mut memory.bytes.borrow_mut());
        true
    },
    writable: true,
    format: |_| ("B".to_owned(), 1),
    count: |obj, change| {
        if let Some(source) = obj.get::<Shared>().and_then(|shared| shared.0.get())
            && let Some(memory) = source.get::<Memory>()
        {
            memory.views.set(memory.views.get() + change);
        }
    },
};

/// Makes the views known to the buffer protocol.
pub(super) fn register(vm: &Vm) {
    buffer::register(vm, &EXPORTER);
}

fn getbuffer(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    own(vm, obj)?;
    let shared = Ref::new(vm.native_type(&SHARED), Shared(ObjCell::new(Some(obj.clone()))));
    vm.call(vm.native_type(&builtins::bytes::MEMORYVIEW).as_obj(), &[shared.into_obj()])
}
