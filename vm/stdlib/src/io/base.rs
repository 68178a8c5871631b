//! The abstract bases: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase` (`iobase.c`, and the starts of
//! `bufferedio.c` and `textio.c`).

use builtins::bytes::buffer::with_bytes_mut;
use object::types::{object_dict, set_object_dict};
use object::{
    Args, ByteArray, Bytes, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Plain, Ref, Res, Vm,
};

use super::{CHUNK, check_open, size_arg, unsupported};

pub(super) static IO_BASE: NativeType = NativeType::new("_IOBase", Plain::VTABLE)
    .module("_io")
    .subclassable()
    .with_dict()
    .doc("The abstract base class for all I/O classes.\n\nThis class provides dummy implementations for many methods that\nderived classes can override selectively; the default implementations\nrepresent a file that cannot be read, written or seeked.\n\nEven though IOBase does not declare read, readinto, or write because\ntheir signatures will vary, implementations and clients should\nconsider those methods part of the interface. Also, implementations\nmay raise UnsupportedOperation when operations they do not support are\ncalled.\n\nThe basic type used for binary data read from or written to a file is\nbytes. Other bytes-like objects are accepted as method arguments too.\nIn some cases (such as readinto), a writable object is required. Text\nI/O classes work with str data.\n\nNote that calling any method (except additional calls to close(),\nwhich are ignored) on a closed stream should raise a ValueError.\n\nIOBase (and its subclasses) support the iterator protocol, meaning\nthat an IOBase object can be iterated over yielding the lines in a\nstream.\n\nIOBase also supports the :keyword:`with` statement. In this example,\nfp is closed after the suite of the with statement is complete:\n\nwith open('spam.txt', 'r') as fp:\n    fp.write('Spam and eggs!')\n")
    .size(32, 0)
    .offsets(16, 24)
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, Plain).into_obj())));
        s.iter.set(Some(iter));
        s.iternext.set(Some(next));
        s.finalize.set(Some(super::finalize));
    })
    .methods(&[
    NativeDef::positional("seek", |vm, _, _| Err(unsupported(vm, "seek")), "($self, offset, whence=os.SEEK_SET, /)\n--\n\nChange the stream position to the given byte offset.\n\n  offset\n    The stream position, relative to 'whence'.\n  whence\n    The relative position to seek from.\n\nThe offset is interpreted relative to the position indicated by\nwhence.  Values for whence are:\n\n* os.SEEK_SET or 0 -- start of stream (the default); offset should\n  be zero or positive\n* os.SEEK_CUR or 1 -- current stream position; offset may be\n  negative\n* os.SEEK_END or 2 -- end of stream; offset is usually negative\n\nReturn the new absolute position."),
    NativeDef::no_args("tell", tell, "($self, /)\n--\n\nReturn current stream position."),
    NativeDef::positional("truncate", |vm, _, _| Err(unsupported(vm, "truncate")), "($self, size=None, /)\n--\n\nTruncate file to size bytes.\n\nFile pointer is left unchanged.  Size defaults to the current IO\nposition as reported by tell().  Return the new size."),
    NativeDef::no_args("flush", flush, "($self, /)\n--\n\nFlush write buffers, if applicable.\n\nThis is not implemented for read-only and non-blocking streams."),
    NativeDef::no_args("close", close, "($self, /)\n--\n\nFlush and close the IO object.\n\nThis method has no effect if the file is already closed."),
    NativeDef::no_args("seekable", |vm, _, _| Ok(vm.false_.clone()), "($self, /)\n--\n\nReturn whether object supports random access.\n\nIf False, seek(), tell() and truncate() will raise OSError.\nThis method may need to do a test seek()."),
    NativeDef::no_args("readable", |vm, _, _| Ok(vm.false_.clone()), "($self, /)\n--\n\nReturn whether object was opened for reading.\n\nIf False, read() will raise OSError."),
    NativeDef::no_args("writable", |vm, _, _| Ok(vm.false_.clone()), "($self, /)\n--\n\nReturn whether object was opened for writing.\n\nIf False, write() will raise OSError."),
    NativeDef::no_args("_checkClosed", |vm, o, _| check_open(vm, o).map(|()| vm.none.clone()), "($self, /)\n--\n\n"),
    NativeDef::no_args("_checkSeekable", |vm, o, _| check_able(vm, o, "seekable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("_checkReadable", |vm, o, _| check_able(vm, o, "readable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("_checkWritable", |vm, o, _| check_able(vm, o, "writable"), "($self, /)\n--\n\n"),
    NativeDef::no_args("fileno", |vm, _, _| Err(unsupported(vm, "fileno")), "($self, /)\n--\n\nReturn underlying file descriptor if one exists.\n\nRaise OSError if the IO object does not use a file descriptor."),
    NativeDef::no_args("isatty", isatty, "($self, /)\n--\n\nReturn whether this is an 'interactive' stream.\n\nReturn False if it can't be determined."),
    NativeDef::no_args("__enter__", enter, "($self, /)\n--\n\n"),
    NativeDef::keywords("__exit__", exit, ""),
    NativeDef::positional("readline", readline, "($self, size=-1, /)\n--\n\nRead and return a line from the stream.\n\nIf size is specified, at most size bytes will be read.\n\nThe line terminator is always b'\\n' for binary files; for text\nfiles, the newlines argument to open can be used to select the line\nterminator(s) recognized."),
    NativeDef::positional("readlines", readlines, "($self, hint=-1, /)\n--\n\nReturn a list of lines from the stream.\n\nhint can be specified to control the number of lines read: no more\nlines will be read if the total size (in bytes/characters) of all\nlines so far exceeds hint."),
    NativeDef::one("writelines", writelines, "($self, lines, /)\n--\n\nWrite a list of lines to stream.\n\nLine separators are not added, so it is usual for each of the\nlines provided to have a line separator at the end."),
    ])
    .getset(&[
        GetSetDef::new("__dict__", object_dict, set_object_dict, ""),
        GetSetDef::read_only("closed", |vm, o| Ok(vm.bool(was_closed(vm, o))), ""),
    ]);

/// Whether `_IOBase.close` ran.
fn was_closed(vm: &Vm, obj: &Obj) -> bool {
    vm.instance_dict(obj).is_some_and(|dict| dict.get_str(&vm.intern("__IOBase_closed")).is_some())
}

fn tell(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    vm.call_method(obj, &vm.intern("seek"), &[vm.int(0), vm.int(1)])
}

fn flush(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    if was_closed(vm, obj) {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(vm.none.clone())
}

/// `_IOBase.close`: flushes and marks, whatever flushing raises.
pub(super) fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    if was_closed(vm, obj) {
        return Ok(vm.none.clone());
    }
    let flushed = vm.call_method(obj, &vm.names.flush, &[]);
    let marked = vm.setattr(obj, &vm.intern("__IOBase_closed"), &vm.true_);
    flushed?;
    marked?;
    Ok(vm.none.clone())
}

/// `_checkSeekable` and its like.
pub(super) fn check_able(vm: &Vm, obj: &Obj, method: &str) -> Res<Obj> {
    let able = vm.call_method(obj, &vm.intern(method), &[])?;
    if able.is(&vm.true_) {
        return Ok(able);
    }
    Err(unsupported(vm, &format!("File or stream is not {method}.")))
}

fn isatty(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    check_open(vm, obj)?;
    Ok(vm.false_.clone())
}

fn enter(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    check_open(vm, obj)?;
    Ok(obj.clone())
}

fn exit(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    vm.call_method(obj, &vm.names.close, &[])
}

fn iter(vm: &Vm, obj: &Obj) -> Res<Obj> {
    check_open(vm, obj)?;
    Ok(obj.clone())
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let line = vm.call_method(obj, &vm.names.readline, &[])?;
    Ok(if vm.len(&line)? == 0 { None } else { Some(line) })
}

fn readline(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "readline", 0)?;
    let limit = size_arg(vm, size)?.unwrap_or(-1);
    let peek = vm.getattr_optional(obj, &vm.intern("peek"))?;
    let read = vm.intern("read");
    let mut line = Vec::new();
    while limit < 0 || (line.len() as i64) < limit {
        let mut wanted = 1;
        if let Some(peek) = &peek {
            let ahead = vm.call1(peek, &vm.int(1))?;
            let Some(ahead) = ahead.get::<Bytes>() else {
                let got = ahead.ty().name();
                return Err(vm.raise_text(
                    &vm.exc.os_error,
                    &format!("peek() should have returned a bytes object, not '{got}'"),
                ));
            };
            if !ahead.0.is_empty() {
                let room = if limit < 0 {
                    ahead.0.len()
                } else {
                    ahead.0.len().min((limit - line.len() as i64) as usize)
                };
                wanted = ahead.0[..room].iter().position(|&b| b == b'\n').map_or(room, |at| at + 1);
            }
        }
        let chunk = vm.call_method(obj, &read, &[vm.int(wanted as i64)])?;
        let Some(bytes) = chunk.get::<Bytes>() else {
            let got = chunk.ty().name();
            return Err(vm.raise_text(
                &vm.exc.os_error,
                &format!("read() should have returned a bytes object, not '{got}'"),
            ));
        };
        line.extend_from_slice(&bytes.0);
        if bytes.0.is_empty() || line.ends_with(b"\n") {
            break;
        }
    }
    Ok(vm.bytes(&line))
}

fn readlines(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [hint] = args.unpack::<1>(vm, "readlines", 0)?;
    let hint = size_arg(vm, hint)?.unwrap_or(-1);
    let (mut lines, mut total) = (Vec::new(), 0);
    vm.for_each(obj, |line| {
        total += vm.len(&line)? as i64;
        lines.push(line);
        Ok(hint <= 0 || total < hint)
    })?;
    Ok(vm.list(lines))
}

pub(super) fn writelines(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    check_open(vm, obj)?;
    vm.for_each(&args.values[0], |line| {
        vm.call_method(obj, &vm.names.write, &[line])?;
        Ok(true)
    })?;
    Ok(vm.none.clone())
}

pub(super) static RAW_BASE: NativeType = NativeType::new("_RawIOBase", Plain::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&IO_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("Base class for raw binary I/O.")
    .size(32, 0)
    .offsets(16, 24)
    .methods(&[
        NativeDef::positional("read", raw_read, "($self, size=-1, /)\n--\n\n"),
        NativeDef::no_args(
            "readall",
            readall,
            "($self, /)\n--\n\nRead until EOF, using multiple read() call.",
        ),
        NativeDef::keywords(
            "readinto",
            |vm, _, _| Err(vm.raise_args(&vm.exc.not_implemented_error, &[])),
            "",
        ),
        NativeDef::keywords("write", |vm, _, _| Err(vm.raise_args(&vm.exc.not_implemented_error, &[])), ""),
    ]);

fn raw_read(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "read", 0)?;
    let size = size_arg(vm, size)?.unwrap_or(-1);
    if size < 0 {
        return vm.call_method(obj, &vm.intern("readall"), &[]);
    }
    let size = size as usize;
    vm.check_alloc(size)?;
    let buffer = Ref::new(&vm.types.bytearray, ByteArray::new(vec![0; size]));
    let count = vm.call_method(obj, &vm.intern("readinto"), &[buffer.as_obj().clone()])?;
    if count.is(&vm.none) {
        return Ok(count);
    }
    let count = vm.as_isize(&count)?;
    let bytes = buffer.0.borrow();
    match usize::try_from(count).ok().and_then(|count| bytes.get(..count)) {
        Some(read) => Ok(vm.bytes(read)),
        None => Err(vm.value_error(format!("readinto returned {count} outside buffer size {size}"))),
    }
}

fn readall(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let mut all = Vec::new();
    let mut first = true;
    loop {
        let chunk = vm.call_method(obj, &vm.intern("read"), &[vm.int(CHUNK as i64)])?;
        if chunk.is(&vm.none) {
            return Ok(if first { chunk } else { vm.bytes(&all) });
        }
        let Some(bytes) = chunk.get::<Bytes>() else {
            return Err(vm.type_error("read() should return bytes"));
        };
        if bytes.0.is_empty() {
            return Ok(vm.bytes(&all));
        }
        first = false;
        all.extend_from_slice(&bytes.0);
    }
}

pub(super) static BUFFERED_BASE: NativeType = NativeType::new("_BufferedIOBase", Plain::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&IO_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("Base class for buffered IO objects.\n\nThe main difference with RawIOBase is that the read() method\nsupports omitting the size argument, and does not have a default\nimplementation that defers to readinto().\n\nIn addition, read(), readinto() and write() may raise\nBlockingIOError if the underlying raw stream is in non-blocking\nmode and not ready; unlike their raw counterparts, they will never\nreturn None.\n\nA typical implementation should not inherit from a RawIOBase\nimplementation, but wrap one.\n")
    .size(32, 0)
    .offsets(16, 24)
    .methods(&[
    NativeDef::no_args("detach", |vm, _, _| Err(unsupported(vm, "detach")), "($self, /)\n--\n\nDisconnect this buffer from its underlying raw stream and return it.\n\nAfter the raw stream has been detached, the buffer is in an unusable\nstate."),
    NativeDef::positional("read", |vm, _, _| Err(unsupported(vm, "read")), "($self, size=-1, /)\n--\n\nRead and return up to n bytes.\n\nIf the size argument is omitted, None, or negative, read and\nreturn all data until EOF.\n\nIf the size argument is positive, and the underlying raw stream is\nnot 'interactive', multiple raw reads may be issued to satisfy\nthe byte count (unless EOF is reached first).\nHowever, for interactive raw streams (as well as sockets and pipes),\nat most one raw read will be issued, and a short result does not\nimply that EOF is imminent.\n\nReturn an empty bytes object on EOF.\n\nReturn None if the underlying raw stream was open in non-blocking\nmode and no data is available at the moment."),
    NativeDef::positional("read1", |vm, _, _| Err(unsupported(vm, "read1")), "($self, size=-1, /)\n--\n\nRead and return up to size bytes, with at most one read() call to the underlying raw stream.\n\nReturn an empty bytes object on EOF.\nA short result does not imply that EOF is imminent."),
    NativeDef::one("readinto", |vm, o, a| base_readinto(vm, o, a, "read"), "($self, buffer, /)\n--\n\n"),
    NativeDef::one("readinto1", |vm, o, a| base_readinto(vm, o, a, "read1"), "($self, buffer, /)\n--\n\n"),
    NativeDef::one("write", |vm, _, _| Err(unsupported(vm, "write")), "($self, b, /)\n--\n\nWrite buffer b to the IO stream.\n\nReturn the number of bytes written, which is always\nthe length of b in bytes.\n\nRaise BlockingIOError if the buffer is full and the\nunderlying raw stream cannot accept more data at the moment."),
    ]);

/// `readinto` by way of `read`.
fn base_readinto(vm: &Vm, obj: &Obj, args: Args<'_>, read: &str) -> Res<Obj> {
    let buffer = &args.values[0];
    let Some(room) = with_bytes_mut(buffer, |bytes| bytes.len()) else {
        return Err(not_writable(vm, "readinto", buffer));
    };
    let data = vm.call_method(obj, &vm.intern(read), &[vm.int(room as i64)])?;
    let Some(data) = data.get::<Bytes>() else { return Err(vm.type_error("read() should return bytes")) };
    if data.0.len() > room {
        let message =
            format!("read() returned too much data: {room} bytes requested, {} returned", data.0.len());
        return Err(vm.value_error(message));
    }
    fill(buffer, &data.0);
    Ok(vm.int(data.0.len() as i64))
}

/// Copies bytes to the start of a writable buffer.
pub(super) fn fill(buffer: &Obj, data: &[u8]) {
    with_bytes_mut(buffer, |bytes| {
        let count = data.len().min(bytes.len());
        bytes[..count].copy_from_slice(&data[..count]);
    });
}

/// The error about a buffer that cannot be written into.
pub(super) fn not_writable(vm: &Vm, function: &str, buffer: &Obj) -> object::Raised {
    vm.bad_argument(function, "argument", "read-write bytes-like object", buffer)
}

pub(super) static TEXT_BASE: NativeType = NativeType::new("_TextIOBase", Plain::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&IO_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("Base class for text I/O.\n\nThis class provides a character and line based interface to stream\nI/O. There is no readinto method because Python's character strings\nare immutable.\n")
    .size(32, 0)
    .offsets(16, 24)
    .methods(&[
    NativeDef::no_args("detach", |vm, _, _| Err(unsupported(vm, "detach")), "($self, /)\n--\n\nSeparate the underlying buffer from the TextIOBase and return it.\n\nAfter the underlying buffer has been detached, the TextIO is in\nan unusable state."),
    NativeDef::positional("read", |vm, _, _| Err(unsupported(vm, "read")), "($self, size=-1, /)\n--\n\nRead at most size characters from stream.\n\nRead from underlying buffer until we have size characters or we hit\nEOF.  If size is negative or omitted, read until EOF."),
    NativeDef::positional("readline", |vm, _, _| Err(unsupported(vm, "readline")), "($self, size=-1, /)\n--\n\nRead until newline or EOF.\n\nReturn an empty string if EOF is hit immediately.\nIf size is specified, at most size characters will be read."),
    NativeDef::one("write", |vm, _, _| Err(unsupported(vm, "write")), "($self, s, /)\n--\n\nWrite string s to stream.\n\nReturn the number of characters written\n(which is always equal to the length of the string)."),
    ])
    .getset(&[
        GetSetDef::read_only("encoding", |vm, _| Ok(vm.none.clone()), "Encoding of the text stream.\n\nSubclasses should override."),
        GetSetDef::read_only("newlines", |vm, _| Ok(vm.none.clone()), "Line endings translated so far.\n\nOnly line endings translated during reading are considered.\n\nSubclasses should override."),
        GetSetDef::read_only("errors", |vm, _| Ok(vm.none.clone()), "The error setting of the decoder or encoder.\n\nSubclasses should override."),
    ]);
