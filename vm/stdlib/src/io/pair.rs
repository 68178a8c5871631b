//! `BufferedRWPair`: a reader and a writer in one (`bufferedio.c`).

use object::{
    Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res, Visitor, Vm,
};

use super::base::{BUFFERED_BASE, check_able};
use super::buffered::{READER, WRITER};

/// The payload of `BufferedRWPair`.
#[derive(Default)]
struct Pair {
    reader: ObjCell,
    writer: ObjCell,
}

impl Payload for Pair {
    const NAME: &'static str = "BufferedRWPair";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.reader.trace(visit);
        self.writer.trace(visit);
    }
    fn clear(&self) {
        self.reader.set(None);
        self.writer.set(None);
    }
}

pub(super) static PAIR: NativeType = NativeType::new("BufferedRWPair", Pair::VTABLE)
    .module("_io")
    .base(|vm| vm.native_type(&BUFFERED_BASE).clone())
    .subclassable()
    .with_dict()
    .doc("(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\nA buffered reader and writer object together.\n\nA buffered reader object and buffered writer object put together to\nform a sequential IO object that can read and write. This is typically\nused with a socket or two-way pipe.\n\nreader and writer are RawIOBase objects that are readable and\nwriteable respectively. If the buffer_size is omitted it defaults to\nDEFAULT_BUFFER_SIZE.")
    .size(48, 0)
    .offsets(32, 40)
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, Pair::default()).into_obj())));
        s.init.set(Some(init));
    })
    .methods(&[
    NativeDef::keywords("read", |vm, o, a| pass(vm, reader(vm, o)?, "read", a), ""),
    NativeDef::keywords("peek", |vm, o, a| pass(vm, reader(vm, o)?, "peek", a), ""),
    NativeDef::keywords("read1", |vm, o, a| pass(vm, reader(vm, o)?, "read1", a), ""),
    NativeDef::keywords("readinto", |vm, o, a| pass(vm, reader(vm, o)?, "readinto", a), ""),
    NativeDef::keywords("readinto1", |vm, o, a| pass(vm, reader(vm, o)?, "readinto1", a), ""),
    NativeDef::keywords("write", |vm, o, a| pass(vm, writer(vm, o)?, "write", a), ""),
    NativeDef::no_args("flush", |vm, o, a| pass(vm, writer(vm, o)?, "flush", a), "($self, /)\n--\n\n"),
    NativeDef::no_args("readable", |vm, o, a| pass(vm, reader(vm, o)?, "readable", a), "($self, /)\n--\n\n"),
    NativeDef::no_args("writable", |vm, o, a| pass(vm, writer(vm, o)?, "writable", a), "($self, /)\n--\n\n"),
    NativeDef::no_args("close", close, "($self, /)\n--\n\n"),
    NativeDef::no_args("isatty", isatty, "($self, /)\n--\n\n"),
    ])
    .getset(&[GetSetDef::read_only("closed", |vm, o| vm.getattr_text(&writer(vm, o)?, "closed"), "")]);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [reader, writer, size] = args.unpack::<3>(vm, "BufferedRWPair", 2)?;
    let (reader, writer) = (reader.unwrap_or(&vm.none), writer.unwrap_or(&vm.none));
    check_able(vm, reader, "readable")?;
    check_able(vm, writer, "writable")?;
    let size = size.cloned().unwrap_or_else(|| vm.int(super::CHUNK as i64));
    let wrap = |class, raw: &Obj| vm.call(vm.native_type(class).as_obj(), &[raw.clone(), size.clone()]);
    if let Some(pair) = obj.get::<Pair>() {
        pair.reader.set(Some(wrap(&READER, reader)?));
        pair.writer.set(Some(wrap(&WRITER, writer)?));
    }
    Ok(())
}

fn half(vm: &Vm, half: Option<&ObjCell>) -> Res<Obj> {
    half.and_then(ObjCell::get).ok_or_else(|| vm.value_error("I/O operation on uninitialized object"))
}

fn reader(vm: &Vm, obj: &Obj) -> Res<Obj> {
    half(vm, obj.get::<Pair>().map(|pair| &pair.reader))
}

fn writer(vm: &Vm, obj: &Obj) -> Res<Obj> {
    half(vm, obj.get::<Pair>().map(|pair| &pair.writer))
}

fn pass(vm: &Vm, half: Obj, method: &str, args: Args<'_>) -> Res<Obj> {
    vm.call_args(&vm.getattr_text(&half, method)?, args)
}

fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let written = vm.call_method(&writer(vm, obj)?, &vm.names.close, &[]);
    let read = vm.call_method(&reader(vm, obj)?, &vm.names.close, &[]);
    super::both(vm, written, read)
}

fn isatty(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let written = pass(vm, writer(vm, obj)?, "isatty", args)?;
    if vm.is_true(&written)? { Ok(written) } else { pass(vm, reader(vm, obj)?, "isatty", args) }
}
