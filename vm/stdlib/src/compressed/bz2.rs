//! `_bz2` (`Modules/_bz2module.c`): compression with the Burrows-Wheeler transform.

use std::cell::{Cell, RefCell};

use builtins::bytes::{buffer, new_bytes};
use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use object::{Args, Layout as _, NativeDef, NativeType, Obj, Payload, Raised, Ref, Res, Type, Vm};

use super::{Decompressor, Step, Stream};
use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_bz2", "").types(&[
    ("BZ2Compressor", |vm| vm.native_type(&COMPRESSOR).clone()),
    ("BZ2Decompressor", |vm| vm.native_type(&DECOMPRESSOR).clone()),
]);

fn failed(vm: &Vm, problem: &Error) -> Raised {
    match problem {
        Error::Sequence => vm.raise_text(
            &vm.exc.runtime_error,
            "Internal error - Invalid sequence of commands sent to libbzip2",
        ),
        Error::Param => vm.value_error("Internal error - invalid parameters passed to libbzip2"),
        Error::Data | Error::DataMagic => vm.raise_text(&vm.exc.os_error, "Invalid data stream"),
    }
}

/// The payload of `BZ2Compressor`.
struct Compressor {
    stream: RefCell<Packer>,
    is_finished: Cell<bool>,
}

impl Payload for Compressor {
    const NAME: &'static str = "BZ2Compressor";
    const TRACKED: bool = false;
}

/// A stream that is compressed, and what is done with it now.
struct Packer {
    stream: Compress,
    action: Action,
}

impl Stream for Packer {
    fn step(&mut self, vm: &Vm, data: &[u8], room: &mut [u8]) -> Res<(usize, usize, Step)> {
        // It calls being given nothing an error.
        if data.is_empty() && self.action == Action::Run {
            return Ok((0, 0, Step::Starved));
        }
        let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
        let status = self.stream.compress(data, room, self.action).map_err(|problem| failed(vm, &problem))?;
        let step = if status == Status::StreamEnd { Step::End } else { Step::Going };
        let taken = (self.stream.total_in() - before_in) as usize;
        Ok((taken, (self.stream.total_out() - before_out) as usize, step))
    }
}

static COMPRESSOR: NativeType = NativeType::new("BZ2Compressor", Compressor::VTABLE)
    .module("_bz2")
    .size(112, 0)
    .doc("(compresslevel=9, /)\n--\n\nCreate a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.\n\nFor one-shot compression, use the compress() function instead.")
    .slots(|s| s.new.set(Some(new_compressor)))
    .methods(&[
        NativeDef::one("compress", compress, "($self, data, /)\n--\n\nProvide data to the compressor object.\n\nReturns a chunk of compressed data if possible, or b\'\' otherwise.\n\nWhen you have finished providing data to the compressor, call the\nflush() method to finish the compression process."),
        NativeDef::no_args("flush", flush, "($self, /)\n--\n\nFinish the compression process.\n\nReturns the compressed data left in internal buffers.\n\nThe compressor object may not be used after this method is called."),
    ]);

/// Checks the arguments of a constructor that takes no keywords and at most so many values.
fn bare_args<'a>(vm: &Vm, name: &str, args: Args<'a>, most: usize) -> Res<&'a [Obj]> {
    args.no_keywords(vm, name)?;
    match args.values.len() {
        given if given <= most => Ok(args.values),
        _ if most == 0 => Err(vm.type_error(format!("{name}() takes no positional arguments"))),
        given => Err(vm.type_error(format!("{name} expected at most {most} argument, got {given}"))),
    }
}

fn new_compressor(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let level = bare_args(vm, "BZ2Compressor", args, 1)?.first();
    let level = level.map_or(Ok(9), |level| vm.as_i32(level))?;
    let Some(level) = u32::try_from(level).ok().filter(|level| (1..=9).contains(level)) else {
        return Err(vm.value_error("compresslevel must be between 1 and 9"));
    };
    // A work factor of 0 is the library's own choice.
    let stream = Packer { stream: Compress::new(Compression::new(level), 0), action: Action::Run };
    let payload = Compressor { stream: RefCell::new(stream), is_finished: Cell::new(false) };
    Ok(Ref::new(class, payload).into_obj())
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Compressor> {
    obj.get::<Compressor>().ok_or_else(|| vm.type_error("a BZ2Compressor is needed"))
}

fn compress(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let data = buffer::bytes_arg(vm, &args.values[0])?;
    let own = own(vm, obj)?;
    if own.is_finished.get() {
        return Err(vm.value_error("Compressor has been flushed"));
    }
    let (out, _, _) = own.stream.borrow_mut().run(vm, &data, None)?;
    Ok(new_bytes(vm, out))
}

fn flush(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let own = own(vm, obj)?;
    if own.is_finished.replace(true) {
        return Err(vm.value_error("Repeated call to flush()"));
    }
    let mut stream = own.stream.borrow_mut();
    stream.action = Action::Finish;
    let (out, _, _) = stream.run(vm, &[], None)?;
    Ok(new_bytes(vm, out))
}

/// A stream that is decompressed.
struct Unpacker(Decompress);

impl Stream for Unpacker {
    fn step(&mut self, vm: &Vm, data: &[u8], room: &mut [u8]) -> Res<(usize, usize, Step)> {
        let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
        let step = match self.0.decompress(data, room).map_err(|problem| failed(vm, &problem))? {
            Status::StreamEnd => Step::End,
            Status::MemNeeded => return Err(vm.memory_error()),
            _ => Step::Going,
        };
        Ok(((self.0.total_in() - before_in) as usize, (self.0.total_out() - before_out) as usize, step))
    }
}

static DECOMPRESSOR: NativeType = NativeType::new("BZ2Decompressor", Decompressor::<Unpacker>::VTABLE)
    .module("_bz2")
    .size(152, 0)
    .doc("()\n--\n\nCreate a decompressor object for decompressing data incrementally.\n\nFor one-shot decompression, use the decompress() function instead.")
    .slots(|s| s.new.set(Some(new_decompressor)))
    .methods(&[NativeDef::keywords("decompress", Decompressor::<Unpacker>::decompress, super::DECOMPRESS_DOC)])
    .members(&[
        Decompressor::<Unpacker>::EOF,
        Decompressor::<Unpacker>::UNUSED,
        Decompressor::<Unpacker>::NEEDS_INPUT,
    ]);

fn new_decompressor(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    bare_args(vm, "BZ2Decompressor", args, 0)?;
    Ok(Ref::new(class, Decompressor::new(Unpacker(Decompress::new(false)))).into_obj())
}
