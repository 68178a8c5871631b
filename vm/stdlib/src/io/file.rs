//! `FileIO` (`fileio.c`): a descriptor of [`crate::system`].

use std::cell::Cell;

use builtins::bytes::buffer::{bytes_arg, with_bytes_mut};
use object::{
    Args, GetSetDef, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, Params, Payload, Raised, Ref,
    Res, Vm,
};
use rustix::fs::OFlags;

use super::base::{self, RAW_BASE, fill, not_writable};
use super::{CHUNK, size_arg, unsupported};
use crate::posix::path::{Taking, Target};
use crate::system::{self, Errno, World};

/// The payload of `FileIO`.
pub(super) struct FileIo {
    /// −1 when closed.
    number: Cell<i32>,
    made: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    close_number: Cell<bool>,
    finalizing: Cell<bool>,
}

impl Payload for FileIo {
    const NAME: &'static str = "FileIO";
    const TRACKED: bool = false;
}

pub(super) static FILE_IO: NativeType = NativeType::new("FileIO", FileIo::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&RAW_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("(file, mode='r', closefd=True, opener=None)\n--\n\nOpen a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading,\nwriting, exclusive creation or appending.  The file will be created\nif it doesn't exist when opened for writing or appending; it will be\ntruncated when opened for writing.  A FileExistsError will be raised\nif it already exists when opened for creating.  Opening a file for\ncreating implies writing so this mode behaves in a similar way to\n'w'.  Add a '+' to the mode to allow simultaneous reading and\nwriting.\n\nA custom opener can be used by passing a callable as *opener*.\nThe underlying file descriptor for the file object is then obtained\nby calling opener with (*name*, *flags*).  *opener* must return\nan open file descriptor (passing os.open as *opener* results in\nfunctionality similar to passing None).")
    .size(80, 0)
    .offsets(64, 56)
    .slots(|s| {
        s.new.set(Some(|_, class, _| {
            let file = FileIo {
                number: Cell::new(-1),
                made: Cell::default(),
                readable: Cell::default(),
                writable: Cell::default(),
                appending: Cell::default(),
                close_number: Cell::new(true),
                finalizing: Cell::default(),
            };
            Ok(Ref::new(class, file).into_obj())
        }));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.finalize.set(Some(super::finalize));
    })
    .methods(&[
    NativeDef::positional("read", read, "($self, size=-1, /)\n--\n\nRead at most size bytes, returned as bytes.\n\nIf size is less than 0, read all bytes in the file making multiple\nread calls.  See ``FileIO.readall``.\n\nAttempts to make only one system call, retrying only per PEP 475\n(EINTR).  This means less data may be returned than requested.\n\nIn non-blocking mode, returns None if no data is available.  Return\nan empty bytes object at EOF."),
    NativeDef::no_args("readall", readall, "($self, /)\n--\n\nRead all data from the file, returned as bytes.\n\nReads until either there is an error or read() returns size 0\n(indicates EOF).  If the file is already at EOF, returns an empty\nbytes object.\n\nIn non-blocking mode, returns as much data as could be read before\nEAGAIN.  If no data is available (EAGAIN is returned before bytes\nare read) returns None."),
    NativeDef::one("readinto", readinto, "($self, buffer, /)\n--\n\nSame as RawIOBase.readinto()."),
    NativeDef::one("write", write, "($self, b, /)\n--\n\nWrite buffer b to file, return number of bytes written.\n\nOnly makes one system call, so not all of the data may be written.\nThe number of bytes actually written is returned.  In non-blocking\nmode, returns None if the write would block."),
    NativeDef::positional("seek", seek, "($self, pos, whence=0, /)\n--\n\nMove to new file position and return the file position.\n\nArgument offset is a byte count.  Optional argument whence defaults\nto SEEK_SET or 0 (offset from start of file, offset should be >= 0);\nother values are SEEK_CUR or 1 (move relative to current position,\npositive or negative), and SEEK_END or 2 (move relative to end of\nfile, usually negative, although many platforms allow seeking beyond\nthe end of a file).\n\nNote that not all file objects are seekable."),
    NativeDef::no_args("tell", tell, "($self, /)\n--\n\nCurrent file position.\n\nCan raise OSError for non seekable files."),
    NativeDef::positional("truncate", truncate, "($self, size=None, /)\n--\n\nTruncate the file to at most size bytes and return the truncated size.\n\nSize defaults to the current file position, as returned by tell().\nThe current file position is changed to the value of size."),
    NativeDef::no_args("close", close, "($self, /)\n--\n\nClose the file.\n\nA closed file cannot be used for further I/O operations.  close()\nmay be called more than once without error."),
    NativeDef::no_args("seekable", seekable, "($self, /)\n--\n\nTrue if file supports random-access."),
    NativeDef::no_args("readable", |vm, o, _| own(vm, o).map(|f| vm.bool(f.readable.get())), "($self, /)\n--\n\nTrue if file was opened in a read mode."),
    NativeDef::no_args("writable", |vm, o, _| own(vm, o).map(|f| vm.bool(f.writable.get())), "($self, /)\n--\n\nTrue if file was opened in a write mode."),
    NativeDef::no_args("fileno", |vm, o, _| own(vm, o).map(|f| vm.int(f.number.get().into())), "($self, /)\n--\n\nReturn the underlying file descriptor (an integer)."),
    NativeDef::no_args("isatty", isatty, "($self, /)\n--\n\nTrue if the file is connected to a TTY device."),
    NativeDef::no_args("_isatty_open_only", isatty, "($self, /)\n--\n\n"),
    NativeDef::one("_dealloc_warn", dealloc_warn, "($self, object, /)\n--\n\n"),
    NativeDef::no_args("__getstate__", super::cannot_pickle, "($self, /)\n--\n\n"),
    ])
    .members(&[MemberDef::new(
        "_finalizing",
        |vm, o| Ok(vm.bool(any(vm, o)?.finalizing.get())),
        |vm, o, value| {
            any(vm, o)?.finalizing.set(value.is_some_and(|value| value.is(&vm.true_)));
            Ok(())
        },
        "",
    )])
    .getset(&[
        GetSetDef::read_only("closed", |vm, o| Ok(vm.bool(any(vm, o)?.number.get() < 0)), "True if the file is closed"),
        GetSetDef::read_only("closefd", |vm, o| Ok(vm.bool(any(vm, o)?.close_number.get())), "True if the file descriptor will be closed by close()."),
        GetSetDef::read_only("mode", |vm, o| Ok(vm.str(any(vm, o)?.mode())), "String giving the file mode"),
        GetSetDef::read_only("_blksize", |vm, _| Ok(vm.int(CHUNK as i64)), "Stat st_blksize if available"),
    ]);

impl FileIo {
    fn mode(&self) -> &'static str {
        match (self.made.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, _) => "rb",
            _ => "wb",
        }
    }
}

fn any<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a FileIo> {
    obj.get::<FileIo>().ok_or_else(|| vm.type_error("a FileIO is needed"))
}

/// The payload, if the file is open.
fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a FileIo> {
    let file = any(vm, obj)?;
    if file.number.get() < 0 {
        return Err(vm.value_error("I/O operation on closed file"));
    }
    Ok(file)
}

fn failed(vm: &Vm) -> impl Fn(Errno) -> Raised {
    |error| system::error(vm, error, None)
}

/// What a mode string asks for.
struct Mode {
    flags: OFlags,
    readable: bool,
    writable: bool,
    appending: bool,
    made: bool,
}

fn parse_mode(vm: &Vm, text: &str) -> Res<Mode> {
    let bad =
        || vm.value_error("Must have exactly one of create/read/write/append mode and at most one plus");
    let mut mode =
        Mode { flags: OFlags::empty(), readable: false, writable: false, appending: false, made: false };
    let (mut kind, mut plus) = (false, false);
    for letter in text.chars() {
        match letter {
            'x' | 'r' | 'w' | 'a' if kind => return Err(bad()),
            'x' => (mode.made, mode.writable, mode.flags) = (true, true, OFlags::EXCL | OFlags::CREATE),
            'r' => mode.readable = true,
            'w' => (mode.writable, mode.flags) = (true, OFlags::CREATE | OFlags::TRUNC),
            'a' => {
                (mode.appending, mode.writable, mode.flags) = (true, true, OFlags::APPEND | OFlags::CREATE)
            }
            'b' => continue,
            '+' if plus => return Err(bad()),
            '+' => {
                (mode.readable, mode.writable, plus) = (true, true, true);
                continue;
            }
            _ => return Err(vm.value_error(format!("invalid mode: {text}"))),
        }
        kind = true;
    }
    if !kind {
        return Err(bad());
    }
    mode.flags |= match (mode.readable, mode.writable) {
        (true, true) => OFlags::RDWR,
        (true, false) => OFlags::RDONLY,
        _ => OFlags::WRONLY,
    };
    mode.flags |= OFlags::CLOEXEC;
    Ok(mode)
}

static INIT: Params<4> = Params::new("FileIO", ["file", "mode", "closefd", "opener"]).required(1);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [name, mode, close_number, opener] = INIT.bind(vm, args)?;
    let name = name.unwrap_or(&vm.none);
    let file = any(vm, obj)?;
    if file.number.get() >= 0 {
        close_own(vm, file)?;
    }
    if name.get::<object::Float>().is_some() {
        return Err(vm.type_error("integer argument expected, got float"));
    }
    let mode = match mode {
        Some(mode) => vm.str_arg("FileIO", "argument 'mode'", mode)?.to_text_lossy().into_owned(),
        None => "r".to_owned(),
    };
    let close_number = close_number.map_or(Ok(true), |given| vm.is_true(given))?;
    let number = if name.get::<Int>().is_some() { Some(vm.as_i32(name)?) } else { None };
    if number.is_some_and(|number| number < 0) {
        return Err(vm.value_error("negative file descriptor"));
    }
    let parsed = parse_mode(vm, &mode)?;
    file.made.set(parsed.made);
    file.readable.set(parsed.readable);
    file.writable.set(parsed.writable);
    file.appending.set(parsed.appending);
    file.close_number.set(close_number);
    let opener = opener.filter(|opener| !opener.is(&vm.none));
    let number = match (number, opener) {
        (Some(number), _) => {
            vm.state::<World>().descriptor(number).map_err(|error| system::error(vm, error, None))?;
            number
        }
        (None, _) if !close_number => return Err(vm.value_error("Cannot use closefd=False with file name")),
        (None, Some(opener)) => {
            let flags = vm.int(parsed.flags.bits().into());
            let opened = vm.call(opener, &[name.clone(), flags])?;
            if opened.get::<Int>().is_none() {
                return Err(vm.type_error("expected integer from opener"));
            }
            let opened = vm.as_i32(&opened)?;
            if opened < 0 {
                return Err(vm.value_error(format!("opener returned {opened}")));
            }
            opened
        }
        (None, None) => {
            let path = Taking::path("open", "path")
                .take(vm, Some(name))
                .map_err(|raised| not_a_file(vm, name, raised))?;
            let Target::Path(real) = &path.target else { return Err(path.error(vm, Errno::BADF)) };
            let flags = parsed.flags.bits().cast_signed();
            vm.state::<World>().open(real, flags, 0o666).map_err(|error| path.error(vm, error))?
        }
    };
    file.number.set(number);
    let opened_here = vm.state::<World>().descriptor(number);
    if let Ok(open) = &opened_here
        && let Ok(real) = open.file()
        && real.metadata().is_ok_and(|found| found.is_dir())
    {
        if name.get::<Int>().is_none() {
            close_own(vm, file)?;
        }
        file.number.set(-1);
        return Err(system::error(vm, Errno::ISDIR, Some(name)));
    }
    vm.setattr(obj, &vm.names.name, name)?;
    if parsed.appending
        && let Ok(open) = opened_here
    {
        // What cannot be sought is appended to anyway.
        let _ = open.seek(0, 2);
    }
    Ok(())
}

/// CPython converts file names here with `PyUnicode_FSConverter`, which words it so.
fn not_a_file(vm: &Vm, name: &Obj, raised: Raised) -> Raised {
    if raised.is_instance(&vm.exc.type_error) {
        return vm.type_error(format!("expected str, bytes or os.PathLike object, not {}", name.ty().name()));
    }
    if raised.is_instance(&vm.exc.value_error) && !raised.is_instance(&vm.exc.unicode_error) {
        return vm.value_error("embedded null byte");
    }
    raised
}

fn close_own(vm: &Vm, file: &FileIo) -> Res<()> {
    let number = file.number.replace(-1);
    if number >= 0 && file.close_number.get() {
        vm.state::<World>().close(number).map_err(failed(vm))?;
    }
    Ok(())
}

fn close(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let file = any(vm, obj)?;
    let based = base::close(vm, obj, args);
    if !file.close_number.get() {
        file.number.set(-1);
        return based;
    }
    if file.finalizing.get() {
        dealloc_warn(vm, obj, Args::positional(std::slice::from_ref(obj)))?;
    }
    close_own(vm, file)?;
    based
}

/// The `ResourceWarning` about a file that nobody closed.
fn dealloc_warn(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let file = any(vm, obj)?;
    if file.number.get() >= 0 && file.close_number.get() {
        let text = format!("unclosed file {}", vm.repr_text(&args.values[0])?);
        if let Err(raised) = vm.warn(&vm.exc.resource_warning, &text, 1) {
            vm.write_unraisable(&raised, Some(obj));
        }
    }
    Ok(vm.none.clone())
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let file = any(vm, obj)?;
    let class = super::class_name(obj);
    if file.number.get() < 0 {
        return Ok(vm.str(&format!("<{class} [closed]>")));
    }
    let closes = if file.close_number.get() { "True" } else { "False" };
    let mode = file.mode();
    Ok(vm.str(&match super::shown_name(vm, obj)? {
        Some(name) => format!("<{class} name={name} mode='{mode}' closefd={closes}>"),
        None => format!("<{class} fd={} mode='{mode}' closefd={closes}>", file.number.get()),
    }))
}

fn check_mode(vm: &Vm, allowed: bool, action: &str) -> Res<()> {
    if allowed { Ok(()) } else { Err(unsupported(vm, &format!("File not open for {action}"))) }
}

fn descriptor(vm: &Vm, file: &FileIo) -> Res<std::rc::Rc<system::Descriptor>> {
    vm.state::<World>().descriptor(file.number.get()).map_err(failed(vm))
}

fn read(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let file = own(vm, obj)?;
    check_mode(vm, file.readable.get(), "reading")?;
    let [size] = args.unpack::<1>(vm, "read", 0)?;
    match size_arg(vm, size)?.and_then(|size| usize::try_from(size).ok()) {
        Some(size) => {
            vm.check_alloc(size)?;
            Ok(vm.bytes(&descriptor(vm, file)?.read(size).map_err(failed(vm))?))
        }
        None => readall(vm, obj, Args::positional(&[])),
    }
}

fn readall(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let file = own(vm, obj)?;
    check_mode(vm, file.readable.get(), "reading")?;
    let open = descriptor(vm, file)?;
    let mut all = Vec::new();
    loop {
        let chunk = open.read(CHUNK).map_err(failed(vm))?;
        if chunk.is_empty() {
            return Ok(vm.bytes(&all));
        }
        all.extend(chunk);
        vm.check_alloc(all.len())?;
        interp::trace::native_steps(vm, 1)?;
    }
}

fn readinto(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let file = own(vm, obj)?;
    check_mode(vm, file.readable.get(), "reading")?;
    let buffer = &args.values[0];
    let Some(room) = with_bytes_mut(buffer, |bytes| bytes.len()) else {
        return Err(not_writable(vm, "readinto", buffer));
    };
    let data = descriptor(vm, file)?.read(room).map_err(failed(vm))?;
    fill(buffer, &data);
    Ok(vm.int(data.len() as i64))
}

fn write(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let file = own(vm, obj)?;
    check_mode(vm, file.writable.get(), "writing")?;
    let data = bytes_arg(vm, &args.values[0])?;
    Ok(vm.int(descriptor(vm, file)?.write(&data).map_err(failed(vm))? as i64))
}

fn seek(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [place, whence] = args.unpack::<2>(vm, "seek", 1)?;
    let file = own(vm, obj)?;
    let place = vm.as_i64(place.unwrap_or(&vm.none))?;
    let whence = whence.map_or(Ok(0), |whence| vm.as_i32(whence))?;
    Ok(vm.int_unsigned(descriptor(vm, file)?.seek(place, whence).map_err(failed(vm))?))
}

fn tell(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int_unsigned(descriptor(vm, own(vm, obj)?)?.seek(0, 1).map_err(failed(vm))?))
}

fn seekable(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(descriptor(vm, own(vm, obj)?)?.seek(0, 1).is_ok()))
}

fn isatty(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(descriptor(vm, own(vm, obj)?)?.is_terminal()))
}

fn truncate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let file = own(vm, obj)?;
    check_mode(vm, file.writable.get(), "writing")?;
    let [size] = args.unpack::<1>(vm, "truncate", 0)?;
    let open = descriptor(vm, file)?;
    let size = match size.filter(|size| !size.is(&vm.none)) {
        Some(size) => vm.as_i64(size)?,
        None => open.seek(0, 1).map_err(failed(vm))? as i64,
    };
    let length = u64::try_from(size).map_err(|_| system::error(vm, Errno::INVAL, None))?;
    let cut = open.file().and_then(|real| real.set_len(length).map_err(system::number_of));
    cut.map_err(failed(vm))?;
    Ok(vm.int(size))
}

/// A file over an open descriptor of the machine's own, under a name.
pub(super) fn over_stream(vm: &Vm, number: i32, mode: &str, name: &str) -> Res<Obj> {
    let class = vm.native_type(&FILE_IO).as_obj();
    let file = vm.call(class, &[vm.int(number.into()), vm.str(mode), vm.false_.clone()])?;
    vm.setattr(&file, &vm.names.name, &vm.str(name))?;
    Ok(file)
}
