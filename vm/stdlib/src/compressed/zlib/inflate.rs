//! Decompressing: `zlib.decompressobj` and the decompressor that `gzip` reads with.

use builtins::bytes::{buffer, new_bytes};
use flate2::{Decompress, FlushDecompress, Status};
use object::{Args, Layout as _, MemberDef, NativeDef, NativeType, Obj, Params, Ref, Res, Type, Vm};

use super::super::{Step, Stream};
use super::{Container, MAX_WBITS, error, int_arg, window};

/// A stream, from its first byte on.
pub(super) struct Inflater {
    /// Nothing until the first byte has told the container.
    stream: Option<Decompress>,
    size: u8,
    dictionary: Option<Vec<u8>>,
    is_raw: bool,
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
        Some(Inflater { stream, size, dictionary, is_raw })
    }

    /// The stream for data that begins like this, if any container will do.
    fn recognised(&self, data: &[u8]) -> Option<Decompress> {
        const GZIP_MARK: u8 = 0x1F;
        Some(match *data.first()? {
            GZIP_MARK => Decompress::new_gzip(self.size),
            _ => Decompress::new_with_window_bits(true, self.size),
        })
    }
}

impl Stream for Inflater {
    fn step(&mut self, vm: &Vm, data: &[u8], room: &mut [u8]) -> Res<(usize, usize, Step)> {
        if self.stream.is_none() {
            self.stream = self.recognised(data);
        }
        let Some(stream) = &mut self.stream else { return Ok((0, 0, Step::Starved)) };
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let status = stream.decompress(data, room, FlushDecompress::Sync);
        let taken = (stream.total_in() - before_in) as usize;
        let count = (stream.total_out() - before_out) as usize;
        let step = match status {
            Ok(Status::StreamEnd) => Step::End,
            Ok(Status::BufError) => Step::Starved,
            Ok(Status::Ok) => Step::Going,
            Err(problem) if problem.needs_dictionary().is_some() && !self.is_raw => {
                let Some(dictionary) = &self.dictionary else {
                    return Err(error(vm, "Error 2 while decompressing data"));
                };
                if stream.set_dictionary(dictionary).is_err() {
                    return Err(error(vm, "Error -3 while setting zdict"));
                }
                Step::Going
            }
            Err(problem) => {
                let why = problem.message().unwrap_or("invalid input data");
                return Err(error(vm, &format!("Error -3 while decompressing data: {why}")));
            }
        };
        Ok((taken, count, step))
    }
}

type Decompressor = super::super::Decompressor<Inflater>;

/// zlib's streams cannot be copied from here.
pub(super) fn cannot_copy(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Err(vm.not_implemented_error("bytelens cannot copy a stream of zlib"))
}

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
        Decompressor::UNUSED,
        MemberDef::read_only(
            "unconsumed_tail",
            |vm, obj| Ok(vm.bytes(&Decompressor::of(vm, obj)?.pending.borrow())),
            "",
        ),
        Decompressor::EOF,
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
    Ok(Decompressor::new(stream))
}

/// `zlib.decompressobj`
pub(super) fn new(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("decompressobj", ["wbits", "zdict"]);
    let [bits, dictionary] = PARAMS.bind(vm, args)?;
    Ok(Ref::new(vm.native_type(&DECOMPRESS), payload(vm, bits, dictionary)?).into_obj())
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
    let out = Decompressor::of(vm, obj)?.take(vm, &data, Some(most).filter(|most| *most != 0))?;
    Ok(new_bytes(vm, out))
}

fn flush(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [length] = args.unpack::<1>(vm, "flush", 0)?;
    if length.map_or(Ok(1), |length| vm.as_i64(length))? <= 0 {
        return Err(vm.value_error("length must be greater than zero"));
    }
    let own = Decompressor::of(vm, obj)?;
    let pending = own.pending.take();
    let out = own.take(vm, &pending, None)?;
    Ok(new_bytes(vm, out))
}

pub(super) static DECOMPRESSOR: NativeType = NativeType::new("_ZlibDecompressor", Decompressor::VTABLE)
    .module("zlib")
    .size(200, 0)
    .doc("(wbits=15, zdict=b\'\')\n--\n\nCreate a decompressor object for decompressing data incrementally.\n\n  wbits = 15\n  zdict\n     The predefined compression dictionary. This is a sequence of bytes\n     (such as a bytes object) containing subsequences that are expected\n     to occur frequently in the data that is to be compressed. Those\n     subsequences that are expected to be most common should come at the\n     end of the dictionary. This must be the same dictionary as used by the\n     compressor that produced the input data.\n\n")
    .slots(|s| s.new.set(Some(new_decompressor)))
    .methods(&[NativeDef::keywords("decompress", Decompressor::decompress, super::super::DECOMPRESS_DOC)])
    .members(&[
        Decompressor::EOF,
        Decompressor::UNUSED,
        Decompressor::NEEDS_INPUT,
    ]);

fn new_decompressor(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("_ZlibDecompressor", ["wbits", "zdict"]);
    let [bits, dictionary] = PARAMS.bind(vm, args)?;
    Ok(Ref::new(class, payload(vm, bits, dictionary)?).into_obj())
}
