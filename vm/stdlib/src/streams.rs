//! The standard streams of a machine: text in and out of whatever the program around it provides.

use std::cell::{Cell, RefCell};
use std::io::Read;

use crate::system::Sink;
use object::protocol::self_iter;
use object::{Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Payload, Ref, Res, Str, Vm};

/// The payload of `sys.stdout` and its like.
pub struct Stream {
    name: &'static str,
    descriptor: i32,
    sink: RefCell<Option<Sink>>,
    source: RefCell<Option<Box<dyn Read>>>,
    /// Bytes read ahead.
    ahead: RefCell<Vec<u8>>,
    pending: RefCell<Vec<u8>>,
    /// Written at each line's end, not only when the buffer is full.
    line_buffered: Cell<bool>,
    closed: Cell<bool>,
}

impl Payload for Stream {
    const NAME: &'static str = "stream";
    const TRACKED: bool = false;
}

const BUFFER: usize = 8192;

static STREAM: NativeType = NativeType::new("TextIOWrapper", Stream::VTABLE)
    .module("_io")
    .with_dict()
    .slots(|s| {
        s.repr.set(Some(|vm, o| {
            let stream = own(vm, o)?;
            let mode = if stream.source.borrow().is_some() { "r" } else { "w" };
            Ok(vm
                .str(&format!("<_io.TextIOWrapper name='<{}>' mode='{mode}' encoding='utf-8'>", stream.name)))
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, o| {
            let line = read_line(vm, own(vm, o)?)?;
            Ok(if line.is_empty() { None } else { Some(vm.str(&line)) })
        }));
    })
    .methods(&[
        NativeDef::one("write", write, "($self, text, /)\n--\n\n"),
        NativeDef::no_args(
            "flush",
            |vm, o, _| {
                own(vm, o)?.flush();
                Ok(vm.none.clone())
            },
            "($self, /)\n--\n\n",
        ),
        NativeDef::one(
            "writelines",
            |vm, o, a| {
                vm.for_each(&a.values[0], |line| {
                    write(vm, o, Args::positional(&[line]))?;
                    Ok(true)
                })?;
                Ok(vm.none.clone())
            },
            "($self, lines, /)\n--\n\n",
        ),
        NativeDef::positional(
            "readline",
            |vm, o, _| {
                let line = read_line(vm, own(vm, o)?)?;
                Ok(vm.str(&line))
            },
            "($self, size=-1, /)\n--\n\n",
        ),
        NativeDef::positional("read", read, "($self, size=-1, /)\n--\n\n"),
        NativeDef::positional(
            "readlines",
            |vm, o, _| {
                let mut lines = Vec::new();
                loop {
                    let line = read_line(vm, own(vm, o)?)?;
                    if line.is_empty() {
                        return Ok(vm.list(lines));
                    }
                    lines.push(vm.str(&line));
                }
            },
            "($self, hint=-1, /)\n--\n\n",
        ),
        NativeDef::no_args("isatty", |vm, _, _| Ok(vm.false_.clone()), "($self, /)\n--\n\n"),
        NativeDef::no_args(
            "fileno",
            |vm, o, _| Ok(vm.int(own(vm, o)?.descriptor.into())),
            "($self, /)\n--\n\n",
        ),
        NativeDef::no_args(
            "readable",
            |vm, o, _| Ok(vm.bool(own(vm, o)?.source.borrow().is_some())),
            "($self, /)\n--\n\n",
        ),
        NativeDef::no_args(
            "writable",
            |vm, o, _| Ok(vm.bool(own(vm, o)?.sink.borrow().is_some())),
            "($self, /)\n--\n\n",
        ),
        NativeDef::no_args("seekable", |vm, _, _| Ok(vm.false_.clone()), "($self, /)\n--\n\n"),
        NativeDef::no_args(
            "close",
            |vm, o, _| {
                let stream = own(vm, o)?;
                stream.flush();
                stream.closed.set(true);
                Ok(vm.none.clone())
            },
            "($self, /)\n--\n\n",
        ),
        NativeDef::no_args("__enter__", |_, o, _| Ok(o.clone()), ""),
        NativeDef::positional(
            "__exit__",
            |vm, o, _| {
                own(vm, o)?.flush();
                Ok(vm.none.clone())
            },
            "",
        ),
        NativeDef::keywords("reconfigure", |vm, _, _| Ok(vm.none.clone()), ""),
    ])
    .getset(&[
        GetSetDef::read_only("encoding", |vm, _| Ok(vm.str("utf-8")), ""),
        GetSetDef::read_only(
            "errors",
            |vm, o| Ok(vm.str(if own(vm, o)?.name == "stderr" { "backslashreplace" } else { "strict" })),
            "",
        ),
        GetSetDef::read_only("newlines", |vm, _| Ok(vm.none.clone()), ""),
        GetSetDef::read_only("name", |vm, o| Ok(vm.str(&format!("<{}>", own(vm, o)?.name))), ""),
        GetSetDef::read_only("closed", |vm, o| Ok(vm.bool(own(vm, o)?.closed.get())), ""),
        GetSetDef::read_only("line_buffering", |vm, o| Ok(vm.bool(own(vm, o)?.line_buffered.get())), ""),
    ]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Stream> {
    obj.get::<Stream>().ok_or_else(|| vm.type_error("a stream is needed"))
}

/// A stream that is written to.
pub fn output(vm: &Vm, name: &'static str, sink: Sink) -> Obj {
    let descriptor = if name == "stderr" { 2 } else { 1 };
    make(vm, name, descriptor, Some(sink), None)
}

/// A stream that is read from.
pub fn input(vm: &Vm, source: Box<dyn Read>) -> Obj {
    make(vm, "stdin", 0, None, Some(source))
}

fn make(
    vm: &Vm,
    name: &'static str,
    descriptor: i32,
    sink: Option<Sink>,
    source: Option<Box<dyn Read>>,
) -> Obj {
    let stream = Stream {
        name,
        descriptor,
        sink: RefCell::new(sink),
        source: RefCell::new(source),
        ahead: RefCell::default(),
        pending: RefCell::default(),
        line_buffered: (name == "stderr").into(),
        closed: false.into(),
    };
    Ref::new(vm.native_type(&STREAM), stream).into_obj()
}

impl Stream {
    /// Hands what was written to the sink.
    pub fn flush(&self) {
        let pending = self.pending.take();
        if !pending.is_empty()
            && let Some(sink) = &mut *self.sink.borrow_mut()
        {
            sink(&pending);
        }
    }
}

fn write(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let stream = own(vm, obj)?;
    let Some(text) = args.values[0].get::<Str>() else {
        let message = format!("write() argument must be str, not {}", args.values[0].ty().name());
        return Err(vm.type_error(message));
    };
    if stream.closed.get() {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    if stream.sink.borrow().is_none() {
        return Err(vm.os_error(9, "not writable", None));
    }
    let bytes = match text.to_text() {
        Some(text) => text.into_owned().into_bytes(),
        None if stream.name == "stderr" => escaped(text).into_bytes(),
        None => {
            let bad = text.code_points().position(|c| (0xD800..0xE000).contains(&c)).unwrap_or(0);
            let end = bad + 1;
            return Err(vm.unicode_encode_error(
                "utf-8",
                &args.values[0],
                bad,
                end,
                "surrogates not allowed",
            ));
        }
    };
    let full = {
        let mut pending = stream.pending.borrow_mut();
        pending.extend(&bytes);
        pending.len() >= BUFFER || (stream.line_buffered.get() && bytes.contains(&b'\n'))
    };
    if full {
        stream.flush();
    }
    Ok(vm.int(text.len() as i64))
}

fn escaped(text: &Str) -> String {
    text.code_points().map(|c| char::from_u32(c).map_or(format!("\\u{c:04x}"), String::from)).collect()
}

fn fill(stream: &Stream) -> bool {
    let mut chunk = [0; BUFFER];
    let read = match &mut *stream.source.borrow_mut() {
        Some(source) => source.read(&mut chunk).unwrap_or(0),
        None => 0,
    };
    stream.ahead.borrow_mut().extend(&chunk[..read]);
    read > 0
}

fn not_readable(vm: &Vm, stream: &Stream) -> Res<()> {
    if stream.source.borrow().is_none() {
        return Err(vm.os_error(9, "not readable", None));
    }
    Ok(())
}

fn read_line(vm: &Vm, stream: &Stream) -> Res<String> {
    not_readable(vm, stream)?;
    loop {
        let end = stream.ahead.borrow().iter().position(|&b| b == b'\n');
        if let Some(end) = end {
            let line: Vec<u8> = stream.ahead.borrow_mut().drain(..=end).collect();
            return Ok(String::from_utf8_lossy(&line).replace("\r\n", "\n"));
        }
        if !fill(stream) {
            let rest = stream.ahead.take();
            return Ok(String::from_utf8_lossy(&rest).into_owned());
        }
    }
}

fn read(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = args.unpack::<1>(vm, "read", 0)?;
    let stream = own(vm, obj)?;
    not_readable(vm, stream)?;
    while fill(stream) {}
    let all = String::from_utf8_lossy(&stream.ahead.take()).into_owned();
    let size = match size.filter(|size| !size.is(&vm.none)) {
        Some(size) => usize::try_from(vm.as_isize(size)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    match all.char_indices().nth(size) {
        Some((at, _)) => {
            stream.ahead.borrow_mut().extend(&all.as_bytes()[at..]);
            Ok(vm.str(&all[..at]))
        }
        None => Ok(vm.str(&all)),
    }
}
