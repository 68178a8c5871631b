//! Decompressing: `zlib.decompressobj` and the decompressor that `gzip` reads with.

use std::cell::{Cell, RefCell};

use builtins::bytes::{buffer, new_bytes};
use flate2::{Decompress, FlushDecompress, Status};
use object::{
    Args, Layout as _, MemberDef, NativeDef, NativeType, Obj, Params, Payload, Raised, Ref, Res, Type, Vm,
};

use super::{Container, MAX_WBITS, error, int_arg, window};

/// How much comes out at once.
const CHUNK: usize = 16_384;

/// A stream, from its first byte on.
pub(super) struct Inflater {
    /// Nothing until the first byte has told the container.
    stream: Option<Decompress>,
    size: u8,
    dictionary: Option<Vec<u8>>,
    is_raw: bool,
    is_at_end: bool,
}

impl Inflater {
    /// A stream; none if the window is not one that there is.
    pub fn new(bits: i32, dictionary: Option<Vec<u8>>) -> Option<Inflater> {
        let (container, size) = window(bits)?;
        let mut stream = match container {
            Container::Raw => Some(Decompress::new_with_window_bits(false, size)),
            Container::Zlib => Some(Decompress::new_with_window_bits(true, size)),
            Container::Gzip => Some(Decompress::new_gzip(size)),
            Container::Any => None,
        };
        let is_raw = container == Container::Raw;
        if let (true, Some(stream), Some(dictionary)) = (is_raw, &mut stream, &dictionary) {
            stream.set_dictionary(dictionary).ok()?;
        }
        Some(Inflater { stream, size, dictionary, is_raw, is_at_end: false })
    }

    /// Whether the end of the stream was seen.
    pub fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Puts data in: what comes out, at most so much, and how much of the data was taken.
    pub fn run(&mut self, vm: &Vm, data: &[u8], most: Option<usize>) -> Res<(Vec<u8>, usize)> {
        let (mut out, mut taken) = (Vec::new(), 0);
        let Some(first) = data.first().filter(|_| !self.is_at_end) else {
            if self.stream.is_none() || self.is_at_end {
                return Ok((out, taken));
            }
            return self.pump(vm, data, most, &mut out, &mut taken).map(|()| (out, taken));
        };
        const GZIP_MARK: u8 = 0x1F;
        if self.stream.is_none() {
            self.stream = Some(match *first {
                GZIP_MARK => Decompress::new_gzip(self.size),
                _ => Decompress::new_with_window_bits(true, self.size),
            });
        }
        self.pump(vm, data, most, &mut out, &mut taken)?;
        Ok((out, taken))
    }

    fn pump(
        &mut self,
        vm: &Vm,
        data: &[u8],
        most: Option<usize>,
        out: &mut Vec<u8>,
        taken: &mut usize,
    ) -> Res<()> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let mut chunk = vec![0; CHUNK];
        loop {
            interp::trace::native_steps(vm, 1)?;
            let room = most.map_or(CHUNK, |most| CHUNK.min(most.saturating_sub(out.len())));
            if room == 0 {
                return Ok(());
            }
            let (before_in, before_out) = (stream.total_in(), stream.total_out());
            let rest = data.get(*taken..).unwrap_or_default();
            let status = stream.decompress(rest, &mut chunk[..room], FlushDecompress::Sync);
            *taken += (stream.total_in() - before_in) as usize;
            let count = (stream.total_out() - before_out) as usize;
            vm.check_alloc(out.len() + count)?;
            out.extend(&chunk[..count]);
            match status {
                Ok(Status::StreamEnd) => {
                    self.is_at_end = true;
                    return Ok(());
                }
                Ok(Status::BufError) => return Ok(()),
                Ok(Status::Ok) if count < room && *taken >= data.len() => return Ok(()),
                Ok(Status::Ok) => {}
                Err(problem) if problem.needs_dictionary().is_some() && !self.is_raw => {
                    let Some(dictionary) = &self.dictionary else {
                        return Err(error(vm, "Error 2 while decompressing data: need dictionary"));
                    };
                    if stream.set_dictionary(dictionary).is_err() {
                        return Err(error(vm, "Error -3 while setting zdict"));
                    }
                }
                Err(problem) => {
                    let why = problem.message().unwrap_or("invalid input data");
                    return Err(error(vm, &format!("Error -3 while decompressing data: {why}")));
                }
            }
        }
    }
}

/// The payload of `Decompress` and of `_ZlibDecompressor`.
struct Decompressor {
    stream: RefCell<Inflater>,
    /// What stood behind the end of the stream.
    unused: RefCell<Vec<u8>>,
    /// What was given and not taken yet.
    pending: RefCell<Vec<u8>>,
    needs_input: Cell<bool>,
}

impl Payload for Decompressor {
    const NAME: &'static str = "Decompress";
    const TRACKED: bool = false;
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Decompressor> {
    obj.get::<Decompressor>().ok_or_else(|| vm.type_error("a decompressor is needed"))
}

/// zlib's streams cannot be copied from here.
pub(super) fn cannot_copy(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Err(vm.not_implemented_error("bytelens cannot copy a stream of zlib"))
}

const EOF: MemberDef =
    MemberDef::read_only("eof", |vm, obj| Ok(vm.bool(own(vm, obj)?.stream.borrow().is_at_end())), "");
const UNUSED: MemberDef =
    MemberDef::read_only("unused_data", |vm, obj| Ok(vm.bytes(&own(vm, obj)?.unused.borrow())), "");

static DECOMPRESS: NativeType = NativeType::new("Decompress", Decompressor::VTABLE)
    .module("zlib")
    .size(168, 0)
    .methods(&[
        NativeDef::keywords("decompress", decompress, "($self, data, /, max_length=0)\n--\n\nReturn a bytes object containing the decompressed version of the data.\n\n  data\n    The binary data to decompress.\n  max_length\n    The maximum allowable length of the decompressed data.\n    Unconsumed input data will be stored in\n    the unconsumed_tail attribute.\n\nAfter calling this function, some of the input data may still be stored in\ninternal buffers for later processing.\nCall the flush() method to clear these buffers."),
        NativeDef::positional("flush", flush, "($self, length=zlib.DEF_BUF_SIZE, /)\n--\n\nReturn a bytes object containing any remaining decompressed data.\n\n  length\n    the initial size of the output buffer."),
        NativeDef::no_args("copy", cannot_copy, "($self, /)\n--\n\nReturn a copy of the decompression object."),
        NativeDef::no_args("__copy__", cannot_copy, "($self, /)\n--\n\n"),
        NativeDef::one("__deepcopy__", cannot_copy, "($self, memo, /)\n--\n\n"),
    ])
    .members(&[
        UNUSED,
        MemberDef::read_only("unconsumed_tail", |vm, obj| Ok(vm.bytes(&own(vm, obj)?.pending.borrow())), ""),
        EOF,
    ]);

fn payload(vm: &Vm, bits: Option<&Obj>, dictionary: Option<&Obj>) -> Res<Decompressor> {
    let bits = int_arg(vm, bits, MAX_WBITS)?;
    let dictionary = dictionary.map(|zdict| {
        let bytes = buffer::with_bytes(zdict, <[u8]>::to_vec);
        bytes.ok_or_else(|| vm.type_error("zdict argument must support the buffer protocol"))
    });
    let dictionary = dictionary.transpose()?.filter(|zdict| !zdict.is_empty());
    let Some(stream) = Inflater::new(bits, dictionary) else {
        return Err(vm.value_error("Invalid initialization option"));
    };
    Ok(Decompressor {
        stream: RefCell::new(stream),
        unused: RefCell::default(),
        pending: RefCell::default(),
        needs_input: Cell::new(true),
    })
}

/// `zlib.decompressobj`
pub(super) fn new(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("decompressobj", ["wbits", "zdict"]);
    let [bits, dictionary] = PARAMS.bind(vm, args)?;
    Ok(Ref::new(vm.native_type(&DECOMPRESS), payload(vm, bits, dictionary)?).into_obj())
}

impl Decompressor {
    /// Takes data; what it does not take waits, or is unused behind the end.
    fn take(&self, vm: &Vm, data: &[u8], most: Option<usize>) -> Res<Vec<u8>> {
        let mut stream = self.stream.borrow_mut();
        let (out, taken) = stream.run(vm, data, most)?;
        let rest = data.get(taken..).unwrap_or_default();
        if stream.is_at_end() {
            self.unused.borrow_mut().extend(rest);
            self.pending.take();
        } else {
            self.pending.replace(rest.to_vec());
        }
        Ok(out)
    }
}

static DECOMPRESS_PARAMS: Params<2> =
    Params::new("decompress", ["", "max_length"]).positional_only(1).required(1);

fn decompress(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [data, most] = DECOMPRESS_PARAMS.bind(vm, args)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let most = most.map_or(Ok(0), |most| vm.as_i64(most))?;
    let Ok(most) = usize::try_from(most) else {
        return Err(vm.value_error("max_length must be non-negative"));
    };
    let out = own(vm, obj)?.take(vm, &data, Some(most).filter(|most| *most != 0))?;
    Ok(new_bytes(vm, out))
}

fn flush(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [length] = args.unpack::<1>(vm, "flush", 0)?;
    if length.map_or(Ok(1), |length| vm.as_i64(length))? <= 0 {
        return Err(vm.value_error("length must be greater than zero"));
    }
    let own = own(vm, obj)?;
    let pending = own.pending.take();
    let out = own.take(vm, &pending, None)?;
    Ok(new_bytes(vm, out))
}

pub(super) static DECOMPRESSOR: NativeType = NativeType::new("_ZlibDecompressor", Decompressor::VTABLE)
    .module("zlib")
    .size(200, 0)
    .doc("(wbits=15, zdict=b\'\')\n--\n\nCreate a decompressor object for decompressing data incrementally.\n\n  wbits = 15\n  zdict\n     The predefined compression dictionary. This is a sequence of bytes\n     (such as a bytes object) containing subsequences that are expected\n     to occur frequently in the data that is to be compressed. Those\n     subsequences that are expected to be most common should come at the\n     end of the dictionary. This must be the same dictionary as used by the\n     compressor that produced the input data.\n\n")
    .slots(|s| s.new.set(Some(new_decompressor)))
    .methods(&[NativeDef::keywords("decompress", decompress_some, "($self, /, data, max_length=-1)\n--\n\nDecompress *data*, returning uncompressed data as bytes.\n\nIf *max_length* is nonnegative, returns at most *max_length* bytes of\ndecompressed data. If this limit is reached and further output can be\nproduced, *self.needs_input* will be set to ``False``. In this case, the next\ncall to *decompress()* may provide *data* as b\'\' to obtain more of the output.\n\nIf all of the input data was decompressed and returned (either because this\nwas less than *max_length* bytes, or because *max_length* was negative),\n*self.needs_input* will be set to True.\n\nAttempting to decompress data after the end of stream is reached raises an\nEOFError.  Any data found after the end of the stream is ignored and saved in\nthe unused_data attribute.")])
    .members(&[
        EOF,
        UNUSED,
        MemberDef::read_only("needs_input", |vm, obj| Ok(vm.bool(own(vm, obj)?.needs_input.get())), "True if more input is needed before more decompressed data can be produced."),
    ]);

fn new_decompressor(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("_ZlibDecompressor", ["wbits", "zdict"]);
    let [bits, dictionary] = PARAMS.bind(vm, args)?;
    Ok(Ref::new(class, payload(vm, bits, dictionary)?).into_obj())
}

fn at_end(vm: &Vm) -> Raised {
    vm.raise_text(&vm.exc.eof_error, "End of stream already reached")
}

fn decompress_some(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("decompress", ["data", "max_length"]).required(1);
    let [data, most] = PARAMS.bind(vm, args)?;
    let given = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let most = usize::try_from(most.map_or(Ok(-1), |most| vm.as_i64(most))?).ok();
    let own = own(vm, obj)?;
    if own.stream.borrow().is_at_end() {
        return Err(at_end(vm));
    }
    let mut data = own.pending.take();
    data.extend(given);
    let out = own.take(vm, &data, most)?;
    let is_full = most.is_some_and(|most| out.len() >= most);
    let waits = !own.pending.borrow().is_empty();
    own.needs_input.set(!own.stream.borrow().is_at_end() && !waits && !is_full);
    Ok(new_bytes(vm, out))
}
