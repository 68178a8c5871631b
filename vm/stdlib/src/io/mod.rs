//! `_io`: streams (`Modules/_io`).

mod base;
mod buffered;
mod codec;
mod file;
mod memory;
mod newline;
mod pair;
mod standard;
mod string;
mod text;

use object::{Args, Dict, Int, Module, NativeDef, Obj, ObjCell, Params, Raised, Ref, Res, Str, Vm};

use crate::module::NativeModule;
pub(crate) use standard::{Streams, install};

/// `DEFAULT_BUFFER_SIZE`
const CHUNK: usize = 128 << 10;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_io", "The io module provides the Python interfaces to stream handling. The\nbuiltin open function is defined in this module.\n\nAt the top of the I/O hierarchy is the abstract base class IOBase. It\ndefines the basic interface to a stream. Note, however, that there is no\nseparation between reading and writing to streams; implementations are\nallowed to raise an OSError if they do not support a given operation.\n\nExtending IOBase is RawIOBase which deals simply with the reading and\nwriting of raw bytes to a stream. FileIO subclasses RawIOBase to provide\nan interface to OS files.\n\nBufferedIOBase deals with buffering on a raw byte stream (RawIOBase). Its\nsubclasses, BufferedWriter, BufferedReader, and BufferedRWPair buffer\nstreams that are readable, writable, and both respectively.\nBufferedRandom provides a buffered interface to random access\nstreams. BytesIO is a simple stream of in-memory bytes.\n\nAnother IOBase subclass, TextIOBase, deals with the encoding and decoding\nof streams into text. TextIOWrapper, which extends it, is a buffered text\ninterface to a buffered raw stream (`BufferedIOBase`). Finally, StringIO\nis an in-memory stream for text.\n\nArgument names are not part of the specification, and only the arguments\nof open() are intended to be used as keyword arguments.\n\ndata:\n\nDEFAULT_BUFFER_SIZE\n\n   An int containing the default buffer size used by the module's buffered\n   I/O classes.\n")
    .functions(FUNCTIONS)
    .types(&[
        ("_IOBase", |vm| vm.native_type(&base::IO_BASE).clone()),
        ("_RawIOBase", |vm| vm.native_type(&base::RAW_BASE).clone()),
        ("_BufferedIOBase", |vm| vm.native_type(&base::BUFFERED_BASE).clone()),
        ("_TextIOBase", |vm| vm.native_type(&base::TEXT_BASE).clone()),
        ("FileIO", |vm| vm.native_type(&file::FILE_IO).clone()),
        ("BytesIO", |vm| vm.native_type(&memory::BYTES_IO).clone()),
        ("StringIO", |vm| vm.native_type(&string::STRING_IO).clone()),
        ("BufferedReader", |vm| vm.native_type(&buffered::READER).clone()),
        ("BufferedWriter", |vm| vm.native_type(&buffered::WRITER).clone()),
        ("BufferedRandom", |vm| vm.native_type(&buffered::RANDOM).clone()),
        ("BufferedRWPair", |vm| vm.native_type(&pair::PAIR).clone()),
        ("TextIOWrapper", |vm| vm.native_type(&text::TEXT_WRAPPER).clone()),
        ("IncrementalNewlineDecoder", |vm| vm.native_type(&newline::NEWLINE_DECODER).clone()),
        ("_BytesIOBuffer", |vm| vm.native_type(&memory::SHARED).clone()),
    ])
    .init(init);

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::keywords(
        "open",
        open,
        "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)\n--\n\nOpen file and return a stream.  Raise OSError upon failure.\n\nfile is either a text or byte string giving the name (and the path\nif the file isn't in the current working directory) of the file to\nbe opened or an integer file descriptor of the file to be\nwrapped.  (If a file descriptor is given, it is closed when the\nreturned I/O object is closed, unless closefd is set to False.)\n\nmode is an optional string that specifies the mode in which the file\nis opened.  It defaults to 'r' which means open for reading in text\nmode.  Other common values are 'w' for writing (truncating the file if\nit already exists), 'x' for creating and writing to a new file, and\n'a' for appending (which on some Unix systems, means that all writes\nappend to the end of the file regardless of the current seek position).\nIn text mode, if encoding is not specified the encoding used is platform\ndependent: locale.getencoding() is called to get the current locale\nencoding.  (For reading and writing raw bytes use binary mode and leave\nencoding unspecified.)  The available modes are:\n\n========= ==========================================================\nCharacter Meaning\n--------- ----------------------------------------------------------\n'r'       open for reading (default)\n'w'       open for writing, truncating the file first\n'x'       create a new file and open it for writing\n'a'       open for writing, appending to the end of the file if it\n          exists\n'b'       binary mode\n't'       text mode (default)\n'+'       open a disk file for updating (reading and writing)\n========= ==========================================================\n\nThe default mode is 'rt' (open for reading text).  For binary random\naccess, the mode 'w+b' opens and truncates the file to 0 bytes, while\n'r+b' opens the file without truncation.  The 'x' mode implies 'w' and\nraises an `FileExistsError` if the file already exists.\n\nPython distinguishes between files opened in binary and text modes,\neven when the underlying operating system doesn't.  Files opened in\nbinary mode (appending 'b' to the mode argument) return contents as\nbytes objects without any decoding.  In text mode (the default, or when\n't' is appended to the mode argument), the contents of the file are\nreturned as strings, the bytes having been first decoded using a\nplatform-dependent encoding or using the specified encoding if given.\n\nbuffering is an optional integer used to set the buffering policy.\nPass 0 to switch buffering off (only allowed in binary mode), 1 to\nselect line buffering (only usable in text mode), and an integer > 1 to\nindicate the size of a fixed-size chunk buffer.   When no buffering\nargument is given, the default buffering policy works as follows:\n\n* Binary files are buffered in fixed-size chunks; the size of the buffer\n  is max(min(blocksize, 8 MiB), DEFAULT_BUFFER_SIZE) when the device\n  block size is available.\n  On most systems, the buffer will typically be 128 kilobytes long.\n\n* \"Interactive\" text files (files for which isatty() returns True)\n  use line buffering.  Other text files use the policy described above\n  for binary files.\n\nencoding is the name of the encoding used to decode or encode the\nfile.  This should only be used in text mode.  The default encoding is\nplatform dependent, but any encoding supported by Python can be\npassed.  See the codecs module for the list of supported encodings.\n\nerrors is an optional string that specifies how encoding errors are to\nbe handled---this argument should not be used in binary mode.  Pass\n'strict' to raise a ValueError exception if there is an encoding error\n(the default of None has the same effect), or pass 'ignore' to ignore\nerrors.  (Note that ignoring encoding errors can lead to data loss.)\nSee the documentation for codecs.register or run 'help(codecs.Codec)'\nfor a list of the permitted encoding error strings.\n\nnewline controls how universal newlines works (it only applies to text\nmode).  It can be None, '', '\\n', '\\r', and '\\r\\n'.  It works as\nfollows:\n\n* On input, if newline is None, universal newlines mode is enabled.\n  Lines in the input can end in '\\n', '\\r', or '\\r\\n', and these are\n  translated into '\\n' before being returned to the caller.  If it is\n  '', universal newline mode is enabled, but line endings are returned\n  to the caller untranslated.  If it has any of the other legal values,\n  input lines are only terminated by the given string, and the line\n  ending is returned to the caller untranslated.\n\n* On output, if newline is None, any '\\n' characters written are\n  translated to the system default line separator, os.linesep.  If\n  newline is '' or '\\n', no translation takes place.  If newline is any\n  of the other legal values, any '\\n' characters written are translated\n  to the given string.\n\nIf closefd is False, the underlying file descriptor will be kept open\nwhen the file is closed.  This does not work when a file name is given\nand must be True in that case.\n\nA custom opener can be used by passing a callable as *opener*.  The\nunderlying file descriptor for the file object is then obtained by\ncalling *opener* with (*file*, *flags*).  *opener* must return an open\nfile descriptor (passing os.open as *opener* results in functionality\nsimilar to passing None).\n\nopen() returns a file object whose type depends on the mode, and\nthrough which the standard file operations such as reading and writing\nare performed.  When open() is used to open a file in a text mode ('w',\n'r', 'wt', 'rt', etc.), it returns a TextIOWrapper.  When used to open\na file in a binary mode, the returned class varies: in read binary\nmode, it returns a BufferedReader; in write binary and append binary\nmodes, it returns a BufferedWriter, and in read/write mode, it returns\na BufferedRandom.\n\nIt is also possible to use a string or bytearray as a file for both\nreading and writing.  For strings StringIO can be used like a file\nopened in a text mode, and for bytes a BytesIO can be used like a file\nopened in a binary mode.",
    ),
    NativeDef::positional(
        "text_encoding",
        text_encoding,
        "($module, encoding, stacklevel=2, /)\n--\n\nA helper function to choose the text encoding.\n\nWhen encoding is not None, this function returns it.\nOtherwise, this function returns the default text encoding\n(i.e. \"locale\" or \"utf-8\" depends on UTF-8 mode).\n\nThis function emits an EncodingWarning if encoding is None and\nsys.flags.warn_default_encoding is true.\n\nThis can be used in APIs with an encoding=None parameter.\nHowever, please consider using encoding=\"utf-8\" for new APIs.",
    ),
    NativeDef::keywords(
        "open_code",
        open_code,
        "($module, /, path)\n--\n\nOpens the provided file with the intent to import the contents.\n\nThis may perform extra validation beyond open(), but is otherwise\ninterchangeable with calling open(path, 'rb').",
    ),
];

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    memory::register(vm);
    set("DEFAULT_BUFFER_SIZE", vm.int(CHUNK as i64));
    set("BlockingIOError", vm.exc.blocking_io_error.as_obj().clone());
    set("UnsupportedOperation", unsupported_operation(vm)?);
    Ok(())
}

/// The class `UnsupportedOperation` of a machine.
#[derive(Default)]
struct Unsupported(ObjCell);

fn unsupported_operation(vm: &Vm) -> Res<Obj> {
    let place = &vm.state::<Unsupported>().0;
    if let Some(class) = place.get() {
        return Ok(class);
    }
    let namespace = vm.dict();
    namespace.set_str(&vm.names.__module__, vm.str("io"));
    let bases = vm.tuple([vm.exc.os_error.as_obj().clone(), vm.exc.value_error.as_obj().clone()]);
    let arguments = [vm.str("UnsupportedOperation"), bases, namespace.into_obj()];
    let class = vm.call(vm.types.r#type.as_obj(), &arguments)?;
    place.set(Some(class.clone()));
    Ok(class)
}

/// `io.UnsupportedOperation(message)`
fn unsupported(vm: &Vm, message: &str) -> Raised {
    match unsupported_operation(vm) {
        Ok(class) => vm.raise_class(&class, &[vm.str(message)]),
        Err(raised) => raised,
    }
}

/// The attribute `closed` of a stream.
fn is_closed(vm: &Vm, stream: &Obj) -> Res<bool> {
    vm.is_true(&vm.getattr_text(stream, "closed")?)
}

/// Refuses closed streams.
fn check_open(vm: &Vm, stream: &Obj) -> Res<()> {
    if is_closed(vm, stream)? { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(()) }
}

/// An optional size: an integer, `None`, or nothing (`_Py_convert_optional_to_ssize_t`).
fn size_arg(vm: &Vm, size: Option<&Obj>) -> Res<Option<i64>> {
    let Some(size) = size.filter(|size| !size.is(&vm.none)) else { return Ok(None) };
    if !vm.has_index(size) {
        let got = size.ty().name();
        return Err(vm.type_error(format!("argument should be integer or None, not '{got}'")));
    }
    Ok(Some(vm.as_isize(size)? as i64))
}

/// Closes a stream that goes without having been closed (`iobase_finalize`).
fn finalize(vm: &Vm, stream: &Obj) {
    let closed = is_closed(vm, stream);
    if !matches!(closed, Ok(false)) {
        return;
    }
    // Streams without the attribute do not warn.
    let _ = vm.setattr(stream, &vm.intern("_finalizing"), &vm.true_);
    if let Err(raised) = vm.call_method(stream, &vm.names.close, &[]) {
        vm.write_unraisable(&raised, Some(stream));
    }
}

/// The first of two results that is an error; if both are, the second, which came while the first was handled.
fn both(vm: &Vm, first: Res<Obj>, second: Res<Obj>) -> Res<Obj> {
    match (first, second) {
        (Err(first), Err(second)) => {
            vm.setattr(&second.0, &vm.intern("__context__"), &first.0)?;
            Err(second)
        }
        (Err(raised), Ok(_)) | (Ok(_), Err(raised)) => Err(raised),
        (Ok(_), Ok(_)) => Ok(vm.none.clone()),
    }
}

/// The `repr` of a stream's name; nothing if it has none.
fn shown_name(vm: &Vm, stream: &Obj) -> Res<Option<String>> {
    let name = match vm.getattr_optional(stream, &vm.names.name) {
        Ok(Some(name)) => name,
        Ok(None) => return Ok(None),
        Err(raised) if raised.is_instance(&vm.exc.value_error) => return Ok(None),
        Err(raised) => return Err(raised),
    };
    if !vm.repr_enter(stream) {
        let class = stream.ty().name();
        return Err(vm.runtime_error(format!("reentrant call inside {class}.__repr__")));
    }
    let shown = vm.repr_text(&name);
    vm.repr_leave(stream);
    shown.map(Some)
}

/// `<_io.BufferedReader name='x'>`
fn shown_repr(vm: &Vm, stream: &Obj) -> Res<Obj> {
    let class = stream.ty().name();
    Ok(vm.str(&match shown_name(vm, stream)? {
        Some(name) => format!("<{class} name={name}>"),
        None => format!("<{class}>"),
    }))
}

fn cannot_pickle(vm: &Vm, stream: &Obj, _: Args<'_>) -> Res<Obj> {
    Err(vm.type_error(format!("cannot pickle '{}' instances", stream.ty().short_name())))
}

/// Takes attributes over from a pickled state.
fn update_dict(vm: &Vm, obj: &Obj, dict: &Obj, refusal: &str) -> Res<Obj> {
    if dict.is(&vm.none) {
        return Ok(vm.none.clone());
    }
    let Some(given) = dict.get::<Dict>() else {
        return Err(vm.type_error(format!("{refusal}{}", dict.ty().name())));
    };
    for (name, value) in given.to_vec() {
        vm.setattr(obj, &vm.attribute_name(&name)?, &value)?;
    }
    Ok(vm.none.clone())
}

static TEXT_ENCODING_NAME: &str = "text_encoding";

fn text_encoding(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [encoding, _] = args.unpack::<2>(vm, TEXT_ENCODING_NAME, 1)?;
    Ok(encoding.filter(|encoding| !encoding.is(&vm.none)).cloned().unwrap_or_else(|| vm.str("locale")))
}

static OPEN_CODE: Params<1> = Params::new("open_code", ["path"]).required(1);

fn open_code(vm: &Vm, module: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path] = OPEN_CODE.bind(vm, args)?;
    let path = path.unwrap_or(&vm.none);
    vm.str_arg("open_code", "argument 'path'", path)?;
    open(vm, module, Args::positional(&[path.clone(), vm.str("rb")]))
}

/// What the mode of `open` asks for.
#[derive(Default)]
struct Mode {
    /// The same for the raw file: `rb` and the like.
    raw: String,
    updating: bool,
    reading: bool,
    binary: bool,
}

fn parse_mode(vm: &Vm, mode: &Obj) -> Res<Mode> {
    let text = vm.str_arg("open", "argument 'mode'", mode)?.to_text_lossy().into_owned();
    let invalid = || Ok(vm.value_error(format!("invalid mode: {}", vm.repr_text(mode)?)));
    let mut parsed = Mode::default();
    let mut seen: Vec<char> = Vec::new();
    for letter in text.chars() {
        if !"xrwa+tb".contains(letter) || seen.contains(&letter) {
            return Err(invalid()?);
        }
        seen.push(letter);
    }
    let has = |letter| seen.contains(&letter);
    for letter in ['x', 'r', 'w', 'a', '+'].into_iter().filter(|&letter| has(letter)) {
        parsed.raw.push(letter);
    }
    (parsed.updating, parsed.reading, parsed.binary) = (has('+'), has('r'), has('b'));
    if has('t') && has('b') {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    if ['x', 'r', 'w', 'a'].into_iter().filter(|&letter| has(letter)).count() > 1 {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    }
    Ok(parsed)
}

static OPEN: Params<8> =
    Params::new("open", ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"])
        .required(1);

/// `open`
pub(crate) fn open(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [file, mode, buffering, encoding, errors, newline, close_number, opener] = OPEN.bind(vm, args)?;
    let file = file.unwrap_or(&vm.none);
    let mode = mode.cloned().unwrap_or_else(|| vm.str("r"));
    let parsed = parse_mode(vm, &mode)?;
    let mut buffering = buffering.map_or(Ok(-1), |buffering| vm.as_i32(buffering))?;
    let close_number = close_number.map_or(Ok(true), |given| vm.is_true(given))?;
    let file = if file.get::<Int>().is_some() || vm.has_index(file) {
        file.clone()
    } else {
        crate::posix::path::file_system_path(vm, file)?
    };
    let none = |given: Option<&Obj>| given.cloned().unwrap_or_else(|| vm.none.clone());
    let text_arguments =
        [("an encoding", none(encoding)), ("an errors", none(errors)), ("a newline", none(newline))];
    if parsed.binary
        && let Some((which, _)) = text_arguments.iter().find(|(_, given)| !given.is(&vm.none))
    {
        return Err(vm.value_error(format!("binary mode doesn't take {which} argument")));
    }
    if parsed.binary && buffering == 1 {
        vm.warn(
            &vm.exc.runtime_warning,
            "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
            1,
        )?;
    }
    let raw_class = vm.native_type(&file::FILE_IO).as_obj();
    let raw = vm.call(raw_class, &[file, vm.str(&parsed.raw), vm.bool(close_number), none(opener)])?;
    let wrapped = (|| {
        let terminal =
            buffering < 0 && vm.is_true(&vm.call_method(&raw, &vm.intern("_isatty_open_only"), &[])?)?;
        let line_buffering = vm.bool(buffering == 1 || terminal);
        if buffering == 1 || buffering < -1 && parsed.binary {
            buffering = -1;
        }
        if buffering == 0 {
            return if parsed.binary {
                Ok(raw.clone())
            } else {
                Err(vm.value_error("can't have unbuffered text I/O"))
            };
        }
        let size = if buffering < 0 { CHUNK as i64 } else { buffering.into() };
        let class = match (parsed.updating, parsed.reading) {
            (true, _) => &buffered::RANDOM,
            (false, true) => &buffered::READER,
            (false, false) => &buffered::WRITER,
        };
        let buffer = vm.call(vm.native_type(class).as_obj(), &[raw.clone(), vm.int(size)])?;
        if parsed.binary {
            return Ok(buffer);
        }
        let [(_, encoding), (_, errors), (_, newline)] = text_arguments;
        let arguments = [buffer, encoding, errors, newline, line_buffering];
        let wrapper = vm.call(vm.native_type(&text::TEXT_WRAPPER).as_obj(), &arguments)?;
        vm.setattr(&wrapper, &vm.names.mode, &mode)?;
        Ok(wrapper)
    })();
    wrapped.or_else(|raised| both(vm, Err(raised), vm.call_method(&raw, &vm.names.close, &[])))
}

/// A type's name for `repr`s: with its module, unless a program made the type.
fn class_name(obj: &Obj) -> std::rc::Rc<str> {
    obj.ty().name()
}

/// Whether an object is text.
fn is_text(obj: &Obj) -> bool {
    obj.get::<Str>().is_some()
}
