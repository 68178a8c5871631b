//! Open descriptors.

use object::{Args, NativeDef, Obj, Params, Res, Vm};
use rustix::termios::tcgetwinsize;

use super::path::Taking;
use super::results::TERMINAL_SIZE;
use crate::channel::End;
use crate::system::{self, Device, Errno, World, number_of};

/// The functions of this file.
pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::keywords(
        "open",
        open,
        "($module, /, path, flags, mode=511, *, dir_fd=None)\n--\n\nOpen a file for low level IO.  Returns a file descriptor (integer).\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative to\nthat directory.\ndir_fd may not be implemented on your platform.  If it is unavailable,\nusing it will raise a NotImplementedError.",
    ),
    NativeDef::keywords("close", close, "($module, /, fd)\n--\n\nClose a file descriptor."),
    NativeDef::positional(
        "closerange",
        closerange,
        "($module, fd_low, fd_high, /)\n--\n\nCloses all file descriptors in [fd_low, fd_high), ignoring errors.",
    ),
    NativeDef::one("dup", dup, "($module, fd, /)\n--\n\nReturn a duplicate of a file descriptor."),
    NativeDef::positional(
        "lseek",
        lseek,
        "($module, fd, position, whence, /)\n--\n\nSet the position of a file descriptor.  Return the new position.\n\n  fd\n    An open file descriptor, as returned by os.open().\n  position\n    Position, interpreted relative to 'whence'.\n  whence\n    The relative position to seek from. Valid values are:\n    - SEEK_SET: seek from the start of the file.\n    - SEEK_CUR: seek from the current file position.\n    - SEEK_END: seek from the end of the file.\n\nThe return value is the number of bytes relative to the beginning of\nthe file.",
    ),
    NativeDef::positional(
        "read",
        read,
        "($module, fd, length, /)\n--\n\nRead from a file descriptor.  Returns a bytes object.",
    ),
    NativeDef::positional(
        "readinto",
        readinto,
        "($module, fd, buffer, /)\n--\n\nRead into a buffer object from a file descriptor.\n\nThe buffer should be mutable and bytes-like.  On success, returns the\nnumber of bytes read.  Less bytes may be read than the size of the\nbuffer.  The underlying system call will be retried when interrupted by\na signal, unless the signal handler raises an exception.  Other errors\nwill not be retried and an error will be raised.\n\nReturns 0 if *fd* is at end of file or if the provided *buffer* has\nlength 0 (which can be used to check for errors without reading data).\nNever returns negative.",
    ),
    NativeDef::positional(
        "pread",
        pread,
        "($module, fd, length, offset, /)\n--\n\nRead a number of bytes from a file descriptor starting at a particular offset.\n\nRead length bytes from file descriptor fd, starting at offset bytes from\nthe beginning of the file.  The file offset remains unchanged.",
    ),
    NativeDef::positional(
        "write",
        write,
        "($module, fd, data, /)\n--\n\nWrite a bytes object to a file descriptor.",
    ),
    NativeDef::positional(
        "pwrite",
        pwrite,
        "($module, fd, buffer, offset, /)\n--\n\nWrite bytes to a file descriptor starting at a particular offset.\n\nWrite buffer to fd, starting at offset bytes from the beginning of\nthe file.  Returns the number of bytes written.  Does not change the\ncurrent file offset.",
    ),
    NativeDef::keywords(
        "fstat",
        fstat,
        "($module, /, fd)\n--\n\nPerform a stat system call on the given file descriptor.\n\nLike stat(), but for an open file descriptor.\nEquivalent to os.stat(fd).",
    ),
    NativeDef::one(
        "isatty",
        isatty,
        "($module, fd, /)\n--\n\nReturn True if the fd is connected to a terminal.\n\nReturn True if the file descriptor is an open file descriptor\nconnected to the slave end of a terminal.",
    ),
    NativeDef::positional(
        "ftruncate",
        ftruncate,
        "($module, fd, length, /)\n--\n\nTruncate a file, specified by file descriptor, to a specific length.",
    ),
    NativeDef::no_args(
        "pipe",
        pipe,
        "($module, /)\n--\n\nCreate a pipe.\n\nReturns a tuple of two file descriptors:\n  (read_fd, write_fd)",
    ),
    NativeDef::one(
        "pipe2",
        pipe2,
        "($module, flags, /)\n--\n\nCreate a pipe with flags set atomically.\n\nReturns a tuple of two file descriptors:\n  (read_fd, write_fd)\n\nflags can be constructed by ORing together one or more of these values:\nO_NONBLOCK, O_CLOEXEC.",
    ),
    NativeDef::keywords("fsync", fsync, "($module, /, fd)\n--\n\nForce write of fd to disk."),
    NativeDef::keywords(
        "fdatasync",
        fdatasync,
        "($module, /, fd)\n--\n\nForce write of fd to disk without forcing update of metadata.",
    ),
    NativeDef::positional(
        "get_terminal_size",
        get_terminal_size,
        "($module, fd=<unrepresentable>, /)\n--\n\nReturn the size of the terminal window as (columns, lines).\n\nThe optional argument fd (default standard output) specifies\nwhich file descriptor should be queried.\n\nIf the file descriptor is not connected to a terminal, an OSError\nis thrown.\n\nThis function will only be defined if an implementation is\navailable for this system.\n\nshutil.get_terminal_size is the high-level function which should\nnormally be used, os.get_terminal_size is the low-level implementation.",
    ),
    NativeDef::one(
        "get_inheritable",
        get_inheritable,
        "($module, fd, /)\n--\n\nGet the close-on-exe flag of the specified file descriptor.",
    ),
    NativeDef::positional(
        "set_inheritable",
        set_inheritable,
        "($module, fd, inheritable, /)\n--\n\nSet the inheritable flag of the specified file descriptor.",
    ),
    NativeDef::one(
        "get_blocking",
        get_blocking,
        "($module, fd, /)\n--\n\nGet the blocking mode of the file descriptor.\n\nReturn False if the O_NONBLOCK flag is set, True if the flag is cleared.",
    ),
    NativeDef::positional(
        "set_blocking",
        set_blocking,
        "($module, fd, blocking, /)\n--\n\nSet the blocking mode of the specified file descriptor.\n\nSet the O_NONBLOCK flag if blocking is False,\nclear the O_NONBLOCK flag otherwise.",
    ),
    NativeDef::keywords(
        "device_encoding",
        device_encoding,
        "($module, /, fd)\n--\n\nReturn a string describing the encoding of a terminal's file descriptor.\n\nThe file descriptor must be attached to a terminal.\nIf the device is not a terminal, return None.",
    ),
    NativeDef::keywords(
        "fchdir",
        fchdir,
        "($module, /, fd)\n--\n\nChange to the directory of the given file descriptor.\n\nfd must be opened on a directory, not a file.\nEquivalent to os.chdir(fd).",
    ),
];

static OPEN: Params<4> = Params::new("open", ["path", "flags", "mode", "dir_fd"]).required(2).keyword_only(3);

fn open(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, flags, mode, folder] = OPEN.bind(vm, args)?;
    let path = Taking::path("open", "path").take(vm, path)?;
    let flags = vm.as_i32(flags.unwrap_or(&vm.none))?;
    let mode = mode.map_or(Ok(0o777), |mode| vm.as_i32(mode))?.cast_unsigned();
    let real = path.at(vm, folder)?;
    let number = vm.state::<World>().open(&real, flags, mode).map_err(|error| path.error(vm, error))?;
    Ok(vm.int(number.into()))
}

/// Answers `None`, or raises the error of a number.
fn done(vm: &Vm, result: Result<(), Errno>) -> Res<Obj> {
    result.map_err(|error| system::error(vm, error, None))?;
    Ok(vm.none.clone())
}

/// `O_NONBLOCK`
const O_NONBLOCK: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();

fn pipe(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    new_pipe(vm, 0)
}

fn pipe2(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    new_pipe(vm, vm.as_i32(&args.values[0])?)
}

fn new_pipe(vm: &Vm, flags: i32) -> Res<Obj> {
    let world = vm.state::<World>();
    let mut numbers = Vec::new();
    for end in End::pipe() {
        let number = world.add(Device::End(end), None, false);
        let descriptor = world.descriptor(number).map_err(|error| system::error(vm, error, None))?;
        descriptor.blocking.set(flags & O_NONBLOCK == 0);
        numbers.push(vm.int(number.into()));
    }
    Ok(vm.tuple(numbers))
}

/// The descriptor of an argument.
fn descriptor(vm: &Vm, number: &Obj) -> Res<std::rc::Rc<system::Descriptor>> {
    vm.state::<World>().descriptor(vm.as_i32(number)?).map_err(|error| system::error(vm, error, None))
}

/// The one argument of functions that take a descriptor by position or by name.
fn one_descriptor<'a>(vm: &Vm, function: &'static str, args: Args<'a>) -> Res<&'a Obj> {
    let [number] = Params::new(function, ["fd"]).required(1).bind(vm, args)?;
    number.ok_or_else(|| vm.type_error("fd is missing"))
}

fn close(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = vm.as_i32(one_descriptor(vm, "close", args)?)?;
    done(vm, vm.state::<World>().close(number))
}

fn closerange(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [low, high] = args.exact(vm, "closerange")?;
    let (low, high) = (vm.as_i32(low)?, vm.as_i32(high)?);
    vm.state::<World>().close_between(low, high);
    Ok(vm.none.clone())
}

fn dup(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = vm.as_i32(&args.values[0])?;
    let copy = vm.state::<World>().copy(number).map_err(|error| system::error(vm, error, None))?;
    Ok(vm.int(copy.into()))
}

fn lseek(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, position, whence] = args.exact(vm, "lseek")?;
    let place = descriptor(vm, number)?.seek(vm.as_i64(position)?, vm.as_i32(whence)?);
    Ok(vm.int_unsigned(place.map_err(|error| system::error(vm, error, None))?))
}

/// How much is to be read.
fn length(vm: &Vm, given: &Obj) -> Res<usize> {
    let length = usize::try_from(vm.as_isize(given)?);
    let length = length.map_err(|_| system::error(vm, Errno::INVAL, None))?;
    vm.check_alloc(length)?;
    Ok(length)
}

fn read(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, most] = args.exact(vm, "read")?;
    let bytes = descriptor(vm, number)?.read(length(vm, most)?);
    Ok(vm.bytes(&bytes.map_err(|error| system::error(vm, error, None))?))
}

fn readinto(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, buffer] = args.exact(vm, "readinto")?;
    let most = builtins::bytes::buffer::with_bytes_mut(buffer, |bytes| bytes.len());
    let Some(most) = most else {
        return Err(vm.bad_argument("readinto", "argument 2", "read-write bytes-like object", buffer));
    };
    let bytes = descriptor(vm, number)?.read(most).map_err(|error| system::error(vm, error, None))?;
    builtins::bytes::buffer::with_bytes_mut(buffer, |to| {
        let count = bytes.len().min(to.len());
        to[..count].copy_from_slice(&bytes[..count]);
    });
    Ok(vm.int(bytes.len() as i64))
}

fn pread(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, most, offset] = args.exact(vm, "pread")?;
    let offset = u64::try_from(vm.as_i64(offset)?).map_err(|_| system::error(vm, Errno::INVAL, None))?;
    let bytes = descriptor(vm, number)?.read_at(length(vm, most)?, offset);
    Ok(vm.bytes(&bytes.map_err(|error| system::error(vm, error, None))?))
}

fn write(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, data] = args.exact(vm, "write")?;
    let bytes = builtins::bytes::buffer::bytes_arg(vm, data)?;
    let written = descriptor(vm, number)?.write(&bytes).map_err(|error| system::error(vm, error, None))?;
    Ok(vm.int(written as i64))
}

fn pwrite(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, data, offset] = args.exact(vm, "pwrite")?;
    let bytes = builtins::bytes::buffer::bytes_arg(vm, data)?;
    let offset = u64::try_from(vm.as_i64(offset)?).map_err(|_| system::error(vm, Errno::INVAL, None))?;
    let written = descriptor(vm, number)?.write_at(&bytes, offset);
    Ok(vm.int(written.map_err(|error| system::error(vm, error, None))? as i64))
}

fn fstat(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = vm.as_i32(one_descriptor(vm, "fstat", args)?)?;
    stat_descriptor(vm, number).map_err(|error| system::error(vm, error, None))
}

/// The `stat_result` of an open descriptor. Of the machine's own streams only the kind is known.
pub(super) fn stat_descriptor(vm: &Vm, number: i32) -> Result<Obj, Errno> {
    let descriptor = vm.state::<World>().descriptor(number)?;
    let Device::File(file) = &descriptor.device else {
        const CHARACTER_DEVICE: i64 = 0o020_620;
        const PIPE: i64 = 0o010_600;
        let mode = if descriptor.is_terminal() { CHARACTER_DEVICE } else { PIPE };
        let mut items = vec![vm.int(mode)];
        items.extend((1..19).map(|index| if (10..13).contains(&index) { vm.float(0.0) } else { vm.int(0) }));
        return Ok(super::results::STAT_RESULT.make(vm, items));
    };
    Ok(super::files::result(vm, &file.metadata().map_err(number_of)?))
}

fn isatty(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = vm.as_i32(&args.values[0])?;
    Ok(vm.bool(vm.state::<World>().descriptor(number).is_ok_and(|open| open.is_terminal())))
}

fn ftruncate(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, length] = args.exact(vm, "ftruncate")?;
    set_length(vm, vm.as_i32(number)?, vm.as_i64(length)?)
}

/// Cuts or extends an open file.
pub(super) fn set_length(vm: &Vm, number: i32, length: i64) -> Res<Obj> {
    let set = || {
        let open = vm.state::<World>().descriptor(number)?;
        let length = u64::try_from(length).map_err(|_| Errno::INVAL)?;
        open.file()?.set_len(length).map_err(number_of)
    };
    done(vm, set())
}

fn fsync(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let open = descriptor(vm, one_descriptor(vm, "fsync", args)?)?;
    done(vm, open.file().and_then(|file| file.sync_all().map_err(number_of)))
}

fn fdatasync(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let open = descriptor(vm, one_descriptor(vm, "fdatasync", args)?)?;
    done(vm, open.file().and_then(|file| file.sync_data().map_err(number_of)))
}

fn get_terminal_size(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number] = args.unpack::<1>(vm, "get_terminal_size", 0)?;
    let number = number.map_or(Ok(1), |number| vm.as_i32(number))?;
    let open = vm.state::<World>().descriptor(number).map_err(|error| system::error(vm, error, None))?;
    let size = match number {
        _ if !open.is_terminal() => Err(Errno::NOTTY),
        0 => tcgetwinsize(std::io::stdin()),
        2 => tcgetwinsize(std::io::stderr()),
        _ => tcgetwinsize(std::io::stdout()),
    };
    let size = size.map_err(|error| system::error(vm, error, None))?;
    Ok(TERMINAL_SIZE.make(vm, vec![vm.int(size.ws_col.into()), vm.int(size.ws_row.into())]))
}

fn get_inheritable(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(descriptor(vm, &args.values[0])?.inheritable.get()))
}

fn set_inheritable(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, inheritable] = args.exact(vm, "set_inheritable")?;
    descriptor(vm, number)?.inheritable.set(vm.as_i32(inheritable)? != 0);
    Ok(vm.none.clone())
}

fn get_blocking(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(descriptor(vm, &args.values[0])?.blocking.get()))
}

fn set_blocking(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, blocking] = args.exact(vm, "set_blocking")?;
    descriptor(vm, number)?.blocking.set(vm.is_true(blocking)?);
    Ok(vm.none.clone())
}

fn device_encoding(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let number = vm.as_i32(one_descriptor(vm, "device_encoding", args)?)?;
    let terminal = vm.state::<World>().descriptor(number).is_ok_and(|open| open.is_terminal());
    Ok(if terminal { vm.str("utf-8") } else { vm.none.clone() })
}

fn fchdir(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let open = descriptor(vm, one_descriptor(vm, "fchdir", args)?)?;
    let changed = match &open.path {
        Some(path) => vm.state::<World>().change_folder(path),
        None => Err(Errno::NOTDIR),
    };
    done(vm, changed)
}
