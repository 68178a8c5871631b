//! `_struct` (`Modules/_struct.c`): values packed into bytes as C lays structs out.

mod item;
mod layout;

use std::cell::{Cell, RefCell};

use builtins::bytes::buffer;
use object::protocol::self_iter;
use object::{
    Args, Bytes, Dict, GetSetDef, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params,
    Payload, Raised, Ref, Res, Str, Visitor, Vm,
};

use self::layout::Layout;
use crate::module::{self, NativeModule};

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_struct", "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin the C struct.\n\nThe optional first format char indicates byte order, size and alignment:\n  @: native order, size & alignment (default)\n  =: native order, std. size & alignment\n  <: little-endian, std. size & alignment\n  >: big-endian, std. size & alignment\n  !: same as >\n\nThe remaining characters indicate types of args and must match exactly;\nthese can be preceded by a decimal repeat count:\n  x: pad byte (no data); c: char; b: signed byte; B: unsigned byte;\n  ?: _Bool; h: short; H: unsigned short; i: int; I: unsigned int;\n  l: long; L: unsigned long; q: long long; Q: unsigned long long;\n  f: float; d: double; e: half-float;\n  F: float complex; D: double complex.\nSpecial cases (preceding decimal count indicates length):\n  s: byte string (array of char); p: Pascal string (with count byte).\nSpecial cases (only available in native format):\n  n: ssize_t; N: size_t;\n  P: an integer type that is wide enough to hold a pointer.\n\nWhitespace between formats is ignored.\n\nThe variable struct.error is an exception raised on errors.")
    .functions(&[
        NativeDef::no_args("_clearcache", |vm, _, _| {
            cache(vm).clear();
            Ok(vm.none.clone())
        }, "($module, /)\n--\n\nClear the internal cache."),
        NativeDef::one("calcsize", |vm, _, args| {
            let made = cached(vm, &args.values[0])?;
            Ok(vm.int(own(vm, &made)?.layout.borrow().size as i64))
        }, "($module, format, /)\n--\n\nReturn size in bytes of the struct described by the format string."),
        NativeDef::positional("pack", |vm, _, args| {
            let (made, rest) = first(vm, args)?;
            pack(vm, &made, rest)
        }, "pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.  See help(struct) for more on format strings."),
        NativeDef::positional("pack_into", |vm, _, args| {
            let (made, rest) = first(vm, args)?;
            pack_into(vm, &made, rest)
        }, "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.  Note\nthat the offset is a required argument.  See help(struct) for more\non format strings."),
        NativeDef::positional("unpack", |vm, _, args| {
            let [format, source] = args.exact(vm, "unpack")?;
            unpack(vm, &cached(vm, format)?, source)
        }, "($module, format, buffer, /)\n--\n\nReturn a tuple containing values unpacked according to the format string.\n\nThe buffer's size in bytes must be calcsize(format).\n\nSee help(struct) for more on format strings."),
        NativeDef::keywords("unpack_from", |vm, _, args| {
            static PARAMS: Params<3> =
                Params::new("unpack_from", ["", "buffer", "offset"]).positional_only(1).required(2);
            let [format, source, offset] = PARAMS.bind(vm, args)?;
            let made = cached(vm, format.unwrap_or(&vm.none))?;
            unpack_from(vm, &made, source.unwrap_or(&vm.none), offset)
        }, "($module, format, /, buffer, offset=0)\n--\n\nReturn a tuple containing values unpacked according to the format string.\n\nThe buffer's size, minus offset, must be at least calcsize(format).\n\nSee help(struct) for more on format strings."),
        NativeDef::positional("iter_unpack", |vm, _, args| {
            let [format, source] = args.exact(vm, "iter_unpack")?;
            iter_unpack(vm, &cached(vm, format)?, source)
        }, "($module, format, buffer, /)\n--\n\nReturn an iterator yielding tuples unpacked from the given bytes.\n\nThe bytes are unpacked according to the format string, like\na repeated invocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size."),
    ])
    .types(&[("Struct", |vm| vm.native_type(&STRUCT).clone())])
    .init(|vm, module| {
        let error = module::exception_type(vm, ERROR, &vm.exc.exception)?;
        module.dict.set_str(&vm.intern("error"), error.into_obj());
        Ok(())
    });

const ERROR: &str = "struct.error";

/// A `struct.error`.
fn error(vm: &Vm, message: &str) -> Raised {
    module::raise(vm, ERROR, &vm.exc.exception, message)
}

/// The payload of `Struct`.
struct Struct {
    format: ObjCell,
    layout: RefCell<std::rc::Rc<Layout>>,
}

impl Payload for Struct {
    const NAME: &'static str = "Struct";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.format.trace(visit);
    }
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Struct> {
    let own = obj.get::<Struct>().ok_or_else(|| vm.type_error("a Struct is needed"))?;
    if own.format.is_none() {
        return Err(vm.runtime_error("Struct object is not initialized"));
    }
    Ok(own)
}

fn layout_of(vm: &Vm, obj: &Obj) -> Res<std::rc::Rc<Layout>> {
    Ok(own(vm, obj)?.layout.borrow().clone())
}

static STRUCT: NativeType = NativeType::new("Struct", Struct::VTABLE)
    .module("_struct")
    .subclassable()
    .size(56, 0)
    .offsets(0, 48)
    .doc("Struct(fmt) --> compiled struct object")
    .slots(|s| {
        s.new.set(Some(|_, class, _| {
            let empty = Layout { order: layout::Order::Little, native: true, items: Vec::new(), size: 0, values: 0 };
            let payload = Struct { format: ObjCell::default(), layout: RefCell::new(empty.into()) };
            Ok(Ref::new(class, payload).into_obj())
        }));
        s.init.set(Some(|vm, obj, args| {
            static PARAMS: Params<1> = Params::new("Struct", ["format"]).required(1);
            let [format] = PARAMS.bind(vm, args)?;
            init(vm, obj, format.unwrap_or(&vm.none))
        }));
        s.repr.set(Some(|vm, obj| {
            let format = vm.repr_text(&vm.or_none(&own(vm, obj)?.format))?;
            Ok(vm.str(&format!("{}({format})", obj.ty().short_name())))
        }));
    })
    .methods(&[
        NativeDef::positional("iter_unpack", |vm, obj, args| {
            let [source] = args.exact(vm, "iter_unpack")?;
            iter_unpack(vm, obj, source)
        }, "($self, buffer, /)\n--\n\nReturn an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, like a repeated\ninvocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size."),
        NativeDef::positional("pack", |vm, obj, args| pack(vm, obj, args.values), "S.pack(v1, v2, ...) -> bytes\n\nReturn a bytes object containing values v1, v2, ... packed according\nto the format string S.format.  See help(struct) for more on format\nstrings."),
        NativeDef::positional("pack_into", |vm, obj, args| pack_into(vm, obj, args.values), "S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string S.format\nand write the packed bytes into the writable buffer buf starting at\noffset.  Note that the offset is a required argument.  See\nhelp(struct) for more on format strings."),
        NativeDef::one("unpack", |vm, obj, args| unpack(vm, obj, &args.values[0]), "($self, buffer, /)\n--\n\nReturn a tuple containing unpacked values.\n\nUnpack according to the format string Struct.format. The buffer's size\nin bytes must be Struct.size.\n\nSee help(struct) for more on format strings."),
        NativeDef::keywords("unpack_from", |vm, obj, args| {
            static PARAMS: Params<2> = Params::new("unpack_from", ["buffer", "offset"]).required(1);
            let [source, offset] = PARAMS.bind(vm, args)?;
            unpack_from(vm, obj, source.unwrap_or(&vm.none), offset)
        }, "($self, /, buffer, offset=0)\n--\n\nReturn a tuple containing unpacked values.\n\nValues are unpacked according to the format string Struct.format.\n\nThe buffer's size in bytes, starting at position offset, must be\nat least Struct.size.\n\nSee help(struct) for more on format strings."),
        NativeDef::no_args("__sizeof__", |vm, obj, _| {
            // CPython keeps 32 bytes for each run of items and an end mark.
            Ok(vm.int(56 + 32 * (layout_of(vm, obj)?.items.len() as i64 + 1)))
        }, "($self, /)\n--\n\nS.__sizeof__() -> size of S in memory, in bytes"),
    ])
    .getset(&[GetSetDef::read_only("format", |vm, obj| Ok(vm.or_none(&own(vm, obj)?.format)), "struct format string")])
    .members(&[MemberDef::read_only("size", |vm, obj| {
        // Before `__init__` it is −1.
        Ok(vm.int(own(vm, obj).map_or(-1, |own| own.layout.borrow().size as i64)))
    }, "struct size in bytes")]);

fn init(vm: &Vm, obj: &Obj, format: &Obj) -> Res<()> {
    let Some(own) = obj.get::<Struct>() else { return Err(vm.type_error("a Struct is needed")) };
    let ascii = if let Some(text) = format.downcast::<Str>() {
        builtins::codecs::encode_str(vm, text, "ascii", "strict")?
    } else if format.is_payload::<Bytes>() {
        format.clone()
    } else {
        let name = format.ty().name();
        return Err(vm.type_error(format!("Struct() argument 1 must be a str or bytes object, not {name}")));
    };
    let bytes = buffer::bytes_arg(vm, &ascii)?;
    if bytes.contains(&0) {
        return Err(error(vm, "embedded null character"));
    }
    let layout = Layout::parse(&bytes).map_err(|message| error(vm, message))?;
    own.layout.replace(layout.into());
    own.format.set(Some(vm.str(&String::from_utf8_lossy(&bytes))));
    Ok(())
}

/// The structs that functions of the module made, by format.
#[derive(Default)]
struct Cache(ObjCell);

/// How many there are at most.
const CACHE_SIZE: usize = 100;

fn cache(vm: &Vm) -> Ref<Dict> {
    let place = &vm.state::<Cache>().0;
    match place.get().and_then(|dict| dict.into_ref().ok()) {
        Some(dict) => dict,
        None => {
            let dict = vm.dict();
            place.set(Some(dict.as_obj().clone()));
            dict
        }
    }
}

/// The struct of a format.
fn cached(vm: &Vm, format: &Obj) -> Res<Obj> {
    let known = cache(vm);
    if let Some(found) = vm.dict_get(&known, format)? {
        return Ok(found);
    }
    let made = vm.call1(vm.native_type(&STRUCT).as_obj(), format)?;
    if known.len() >= CACHE_SIZE {
        known.clear();
    }
    vm.dict_set(&known, format, made.clone())?;
    Ok(made)
}

/// The struct of the format that is the first argument, and the other arguments.
fn first<'a>(vm: &Vm, args: Args<'a>) -> Res<(Obj, &'a [Obj])> {
    match args.values.split_first() {
        Some((format, rest)) => Ok((cached(vm, format)?, rest)),
        None => Err(vm.type_error("missing format argument")),
    }
}

/// The bytes of values, whose number was checked.
fn pack_values(vm: &Vm, layout: &Layout, values: &[Obj]) -> Res<Vec<u8>> {
    vm.check_alloc(layout.size)?;
    let mut out = vec![0; layout.size];
    let mut values = values.iter();
    for item in &layout.items {
        for (number, value) in (0..item.count).zip(&mut values) {
            let start = item.offset + number * item.size;
            if let Some(place) = out.get_mut(start..start + item.size) {
                item::pack(vm, layout, item, value, place).map_err(|raised| {
                    let overflow = value.is_payload::<Int>() && raised.is_instance(&vm.exc.overflow_error);
                    if overflow { error(vm, "int too large to convert") } else { raised }
                })?;
            }
        }
    }
    Ok(out)
}

fn pack(vm: &Vm, obj: &Obj, values: &[Obj]) -> Res<Obj> {
    let layout = layout_of(vm, obj)?;
    if values.len() != layout.values {
        let (wanted, got) = (layout.values, values.len());
        return Err(error(vm, &format!("pack expected {wanted} items for packing (got {got})")));
    }
    Ok(builtins::bytes::new_bytes(vm, pack_values(vm, &layout, values)?))
}

/// Where a struct of `size` bytes stands in a buffer of `len`. `doing` says what for, in three places of the messages.
fn place(vm: &Vm, offset: isize, len: usize, size: usize, doing: [&str; 3]) -> Res<usize> {
    let [name, how, lack] = doing;
    let mut start = offset;
    if offset < 0 {
        if offset.saturating_add_unsigned(size) > 0 {
            return Err(error(vm, &format!("{lack} {size} bytes at offset {offset}")));
        }
        start = offset.saturating_add_unsigned(len);
        if start < 0 {
            return Err(error(vm, &format!("offset {offset} out of range for {len}-byte buffer")));
        }
    }
    let start = start as usize;
    if start > len || len - start < size {
        let needed = start.saturating_add(size);
        return Err(error(
            vm,
            &format!(
                "{name} requires a buffer of at least {needed} bytes for {how} {size} bytes at offset {start} (actual buffer size is {len})"
            ),
        ));
    }
    Ok(start)
}

fn pack_into(vm: &Vm, obj: &Obj, args: &[Obj]) -> Res<Obj> {
    let layout = layout_of(vm, obj)?;
    let [target, offset, values @ ..] = args else {
        return Err(error(
            vm,
            match args.len() {
                0 => "pack_into expected buffer argument",
                _ => "pack_into expected offset argument",
            },
        ));
    };
    if values.len() != layout.values {
        let (wanted, got) = (layout.values, values.len());
        return Err(error(vm, &format!("pack_into expected {wanted} items for packing (got {got})")));
    }
    let Some(len) = buffer::with_bytes_mut(target, |bytes| bytes.len()) else {
        let name = target.ty().name();
        return Err(vm.type_error(format!("argument must be read-write bytes-like object, not {name}")));
    };
    let offset = vm.index_as_isize(offset, Some(&vm.exc.index_error))?;
    let start = place(vm, offset, len, layout.size, ["pack_into", "packing", "no space to pack"])?;
    // The target must not change its size while values tell what they are.
    let view = builtins::bytes::memoryview::new_memoryview(vm, target)?;
    let packed = pack_values(vm, &layout, values)?;
    drop(view);
    buffer::with_bytes_mut(target, |bytes| {
        if let Some(place) = bytes.get_mut(start..start + packed.len()) {
            // Bytes between items stay as they are only where nothing is packed at all: CPython clears the rest.
            place.copy_from_slice(&packed);
        }
    });
    Ok(vm.none.clone())
}

/// The values in bytes of the right size.
fn unpack_values(vm: &Vm, layout: &Layout, bytes: &[u8]) -> Obj {
    let mut values = Vec::with_capacity(layout.values.min(bytes.len()));
    for item in &layout.items {
        for number in 0..item.count {
            let start = item.offset + number * item.size;
            let place = bytes.get(start..start + item.size).unwrap_or_default();
            values.push(item::unpack(vm, layout, item, place));
        }
    }
    vm.tuple(values)
}

/// Runs `work` on an object's bytes; the error of one that has none.
fn read<R>(vm: &Vm, source: &Obj, work: impl FnOnce(&[u8]) -> Res<R>) -> Res<R> {
    match buffer::with_bytes(source, work) {
        Some(done) => done,
        None => Err(vm.type_error(format!("a bytes-like object is required, not '{}'", source.ty().name()))),
    }
}

fn unpack(vm: &Vm, obj: &Obj, source: &Obj) -> Res<Obj> {
    let layout = layout_of(vm, obj)?;
    read(vm, source, |bytes| {
        if bytes.len() != layout.size {
            return Err(error(vm, &format!("unpack requires a buffer of {} bytes", layout.size)));
        }
        Ok(unpack_values(vm, &layout, bytes))
    })
}

fn unpack_from(vm: &Vm, obj: &Obj, source: &Obj, offset: Option<&Obj>) -> Res<Obj> {
    let layout = layout_of(vm, obj)?;
    read(vm, source, |_| Ok(()))?;
    let offset = offset.map_or(Ok(0), |offset| vm.as_isize(offset))?;
    read(vm, source, |bytes| {
        let doing = ["unpack_from", "unpacking", "not enough data to unpack"];
        let start = place(vm, offset, bytes.len(), layout.size, doing)?;
        Ok(unpack_values(vm, &layout, &bytes[start..start + layout.size]))
    })
}

/// The payload of `unpack_iterator`.
struct UnpackIterator {
    layout: std::rc::Rc<Layout>,
    /// A view of the source, until the end was met.
    view: ObjCell,
    next: Cell<usize>,
    len: usize,
}

impl Payload for UnpackIterator {
    const NAME: &'static str = "unpack_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.view.trace(visit);
    }
    fn clear(&self) {
        self.view.set(None);
    }
}

static UNPACK_ITERATOR: NativeType = NativeType::new("unpack_iterator", UnpackIterator::VTABLE)
    .module("_struct")
    .size(112, 0)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<UnpackIterator>() else { return Ok(None) };
            let Some(view) = own.view.get() else { return Ok(None) };
            let start = own.next.get();
            let end = start + own.layout.size;
            let found = read(vm, &view, |bytes| {
                Ok(bytes.get(start..end).map(|bytes| unpack_values(vm, &own.layout, bytes)))
            })?;
            own.next.set(end);
            if found.is_none() {
                own.view.set(None);
            }
            Ok(found)
        }));
    })
    .methods(&[NativeDef::no_args(
        "__length_hint__",
        |vm, obj, _| {
            let left = obj.get::<UnpackIterator>().filter(|own| !own.view.is_none());
            Ok(vm
                .int(left.map_or(0, |own| (own.len.saturating_sub(own.next.get()) / own.layout.size) as i64)))
        },
        "",
    )]);

fn iter_unpack(vm: &Vm, obj: &Obj, source: &Obj) -> Res<Obj> {
    let layout = layout_of(vm, obj)?;
    if layout.size == 0 {
        return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    let len = read(vm, source, |bytes| Ok(bytes.len()))?;
    if len % layout.size != 0 {
        return Err(error(
            vm,
            &format!("iterative unpacking requires a buffer of a multiple of {} bytes", layout.size),
        ));
    }
    // A copy of immutable bytes is the bytes themselves; others are viewed.
    let view = if source.is_payload::<Bytes>() {
        source.clone()
    } else {
        builtins::bytes::memoryview::new_memoryview(vm, source)?
    };
    let payload = UnpackIterator { layout, view: ObjCell::new(Some(view)), next: Cell::new(0), len };
    Ok(Ref::new(vm.native_type(&UNPACK_ITERATOR), payload).into_obj())
}
