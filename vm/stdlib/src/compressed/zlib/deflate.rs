//! Compressing: `zlib.compressobj`.

use std::cell::{Cell, RefCell};

use builtins::bytes::{buffer, new_bytes};
use flate2::{Compress, Compression, FlushCompress, Status};
use object::{Args, Layout as _, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Vm};

use super::super::{Step, Stream};
use super::{Container, MAX_WBITS, error, int_arg, window};

/// A stream; none if the level or the window is not one that there is.
pub(super) fn stream(level: i32, bits: i32) -> Option<Compress> {
    let level = match level {
        -1 => Compression::default(),
        0..=9 => Compression::new(level.cast_unsigned()),
        _ => return None,
    };
    match window(bits).filter(|_| bits != 0)? {
        (Container::Raw, size) => Some(Compress::new_with_window_bits(level, false, size)),
        (Container::Zlib, size) => Some(Compress::new_with_window_bits(level, true, size)),
        (Container::Gzip, size) => Some(Compress::new_gzip(level, size)),
        (Container::Any, _) => None,
    }
}

/// Puts data in; what comes out at once.
pub(super) fn feed(vm: &Vm, stream: &mut Compress, data: &[u8]) -> Res<Vec<u8>> {
    run(vm, stream, data, FlushCompress::None)
}

/// What comes out of a stream that is flushed.
pub(super) fn drain(vm: &Vm, stream: &mut Compress, how: FlushCompress) -> Res<Vec<u8>> {
    run(vm, stream, &[], how)
}

fn run(vm: &Vm, stream: &mut Compress, data: &[u8], how: FlushCompress) -> Res<Vec<u8>> {
    Ok(Deflating { stream, how }.run(vm, data, None)?.0)
}

/// A stream, and what is done with it now.
struct Deflating<'a> {
    stream: &'a mut Compress,
    how: FlushCompress,
}

impl Stream for Deflating<'_> {
    fn step(&mut self, vm: &Vm, data: &[u8], room: &mut [u8]) -> Res<(usize, usize, Step)> {
        let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
        let step = match self.stream.compress(data, room, self.how) {
            Ok(Status::StreamEnd) => Step::End,
            Ok(Status::BufError) => Step::Starved,
            Ok(Status::Ok) => Step::Going,
            Err(_) => {
                return Err(error(vm, "Error -2 while compressing data: inconsistent stream state"));
            }
        };
        let taken = (self.stream.total_in() - before_in) as usize;
        Ok((taken, (self.stream.total_out() - before_out) as usize, step))
    }
}

/// The payload of `Compress`.
struct Compressor {
    stream: RefCell<Compress>,
    is_finished: Cell<bool>,
}

impl Payload for Compressor {
    const NAME: &'static str = "Compress";
    const TRACKED: bool = false;
}

static COMPRESSOR: NativeType = NativeType::new("Compress", Compressor::VTABLE).module("zlib").size(168, 0).methods(&[
    NativeDef::one("compress", |vm, obj, args| {
        let data = buffer::bytes_arg(vm, &args.values[0])?;
        let own = own(vm, obj)?;
        if own.is_finished.get() {
            return Err(error(vm, "Error -2 while compressing data: inconsistent stream state"));
        }
        let out = feed(vm, &mut own.stream.borrow_mut(), &data)?;
        Ok(new_bytes(vm, out))
    }, "($self, data, /)\n--\n\nReturns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n\nAfter calling this function, some of the input data may still\nbe stored in internal buffers for later processing.\nCall the flush() method to clear these buffers."),
    NativeDef::positional("flush", flush, "($self, mode=zlib.Z_FINISH, /)\n--\n\nReturn a bytes object containing any remaining compressed data.\n\n  mode\n    One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.\n    If mode == Z_FINISH, the compressor object can no longer be\n    used after calling the flush() method.  Otherwise, more data\n    can still be compressed."),
    NativeDef::no_args("copy", super::inflate::cannot_copy, "($self, /)\n--\n\nReturn a copy of the compression object."),
    NativeDef::no_args("__copy__", super::inflate::cannot_copy, "($self, /)\n--\n\n"),
    NativeDef::one("__deepcopy__", super::inflate::cannot_copy, "($self, memo, /)\n--\n\n"),
]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Compressor> {
    obj.get::<Compressor>().ok_or_else(|| vm.type_error("a Compress is needed"))
}

/// `zlib.compressobj`. How much memory it takes and the strategy are zlib's own choice.
pub(super) fn new(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<6> =
        Params::new("compressobj", ["level", "method", "wbits", "memLevel", "strategy", "zdict"]);
    /// `DEFLATED` and `DEF_MEM_LEVEL`
    const DEFLATED: i32 = 8;
    const MEMORY: i32 = 8;
    let [level, method, bits, memory, strategy, dictionary] = PARAMS.bind(vm, args)?;
    let (level, bits) = (int_arg(vm, level, -1)?, int_arg(vm, bits, MAX_WBITS)?);
    let dictionary = dictionary
        .filter(|zdict| !zdict.is(&vm.none))
        .map(|zdict| buffer::bytes_arg(vm, zdict))
        .transpose()?;
    let known = int_arg(vm, method, DEFLATED)? == DEFLATED
        && (1..=9).contains(&int_arg(vm, memory, MEMORY)?)
        && (0..=4).contains(&int_arg(vm, strategy, 0)?);
    let Some(mut stream) = stream(level, bits).filter(|_| known) else {
        return Err(vm.value_error("Invalid initialization option"));
    };
    if let Some(dictionary) = dictionary
        && stream.set_dictionary(&dictionary).is_err()
    {
        return Err(vm.value_error("Invalid dictionary"));
    }
    let payload = Compressor { stream: RefCell::new(stream), is_finished: Cell::new(false) };
    Ok(Ref::new(vm.native_type(&COMPRESSOR), payload).into_obj())
}

fn flush(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [mode] = args.unpack::<1>(vm, "flush", 0)?;
    let own = own(vm, obj)?;
    let refuse = || error(vm, "Error -2 while flushing: inconsistent stream state");
    let how = match int_arg(vm, mode, 4)? {
        0 => return Ok(vm.bytes(b"")),
        1 => FlushCompress::Partial,
        2 => FlushCompress::Sync,
        3 => FlushCompress::Full,
        4 => FlushCompress::Finish,
        _ => return Err(refuse()),
    };
    if own.is_finished.get() {
        return Err(refuse());
    }
    own.is_finished.set(how == FlushCompress::Finish);
    let out = drain(vm, &mut own.stream.borrow_mut(), how)?;
    Ok(new_bytes(vm, out))
}
