//! `zlib` (`Modules/zlibmodule.c`): compression with the deflate algorithm. The streams are those of zlib itself, so that the
//! bytes are too; it does not offer what copies a stream.

mod deflate;
mod inflate;

use builtins::bytes::{buffer, new_bytes};
use object::{Args, NativeDef, Obj, Params, Raised, Res, Vm};

use super::{Step, Stream as _};
use crate::module::{self, NativeModule};

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "zlib",
    "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.\n\nadler32(string[, start]) -- Compute an Adler-32 checksum.\ncompress(data[, level]) -- Compress data, with compression level 0-9 or -1.\ncompressobj([level[, ...]]) -- Return a compressor object.\ncrc32(string[, start]) -- Compute a CRC-32 checksum.\ndecompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.\ndecompressobj([wbits[, zdict]]) -- Return a decompressor object.\n\n'wbits' is window buffer size and container format.\nCompressor objects support compress() and flush() methods; decompressor\nobjects support decompress() and flush().",
)
.functions(&[
    NativeDef::positional("adler32", |vm, _, args| {
        let [data, start] = args.unpack::<2>(vm, "adler32", 1)?;
        let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
        let start = start.map_or(Ok(1), |start| crate::binascii::word(vm, start))?;
        Ok(vm.int(adler32(start, &data).into()))
    }, "($module, data, value=1, /)\n--\n\nCompute an Adler-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer."),
    NativeDef::keywords("compress", compress, "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)\n--\n\nReturns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n  level\n    Compression level, in 0-9 or -1.\n  wbits\n    The window buffer size and container format."),
    NativeDef::keywords("compressobj", deflate::new, "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)\n--\n\nReturn a compressor object.\n\n  level\n    The compression level (an integer in the range 0-9 or -1; default is\n    currently equivalent to 6).  Higher compression levels are slower,\n    but produce smaller results.\n  method\n    The compression algorithm.  If given, this must be DEFLATED.\n  wbits\n    +9 to +15: The base-two logarithm of the window size.  Include a zlib\n        container.\n    -9 to -15: Generate a raw stream.\n    +25 to +31: Include a gzip container.\n  memLevel\n    Controls the amount of memory used for internal compression state.\n    Valid values range from 1 to 9.  Higher values result in higher memory\n    usage, faster compression, and smaller output.\n  strategy\n    Used to tune the compression algorithm.  Possible values are\n    Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.\n  zdict\n    The predefined compression dictionary - a sequence of bytes\n    containing subsequences that are likely to occur in the input data."),
    NativeDef::positional("crc32", |vm, _, args| crate::binascii::crc32(vm, args), "($module, data, value=0, /)\n--\n\nCompute a CRC-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer."),
    NativeDef::keywords("decompress", decompress, "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)\n--\n\nReturns a bytes object containing the uncompressed data.\n\n  data\n    Compressed data.\n  wbits\n    The window buffer size and container format.\n  bufsize\n    The initial output buffer size."),
    NativeDef::keywords("decompressobj", inflate::new, "($module, /, wbits=MAX_WBITS, zdict=b\'\')\n--\n\nReturn a decompressor object.\n\n  wbits\n    The window buffer size and container format.\n  zdict\n    The predefined compression dictionary.  This must be the same\n    dictionary as used by the compressor that produced the input data."),
])
.types(&[("_ZlibDecompressor", |vm| vm.native_type(&inflate::DECOMPRESSOR).clone())])
.init(|vm, module| {
    for (name, number) in NUMBERS {
        module.dict.set_str(&vm.intern(name), vm.int(*number));
    }
    for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
        module.dict.set_str(&vm.intern(name), vm.str(VERSION));
    }
    module.dict.set_str(&vm.intern("__version__"), vm.str("1.0"));
    module.dict.set_str(&vm.intern("error"), module::exception_type(vm, ERROR, &vm.exc.exception)?.into_obj());
    Ok(())
});

const ERROR: &str = "zlib.error";
/// The zlib whose streams these are.
const VERSION: &str = "1.3.2";

static NUMBERS: &[(&str, i64)] = &[
    ("MAX_WBITS", MAX_WBITS as i64),
    ("DEFLATED", 8),
    ("DEF_MEM_LEVEL", 8),
    ("DEF_BUF_SIZE", 16_384),
    ("Z_NO_COMPRESSION", 0),
    ("Z_BEST_SPEED", 1),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_FILTERED", 1),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_RLE", 3),
    ("Z_FIXED", 4),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_SYNC_FLUSH", 2),
    ("Z_FULL_FLUSH", 3),
    ("Z_FINISH", 4),
    ("Z_BLOCK", 5),
    ("Z_TREES", 6),
];

/// The largest window.
const MAX_WBITS: i32 = 15;

fn error(vm: &Vm, message: &str) -> Raised {
    module::raise(vm, ERROR, &vm.exc.exception, message)
}

/// What wraps the compressed data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Raw,
    Zlib,
    Gzip,
    /// For reading: the first byte tells.
    Any,
}

/// What `wbits` says: the container and the size of the window.
fn window(bits: i32) -> Option<(Container, u8)> {
    let (container, size) = match bits {
        -15..=-8 => (Container::Raw, -bits),
        0 => (Container::Zlib, MAX_WBITS),
        8..=15 => (Container::Zlib, bits),
        24..=31 => (Container::Gzip, bits - 16),
        40..=47 => (Container::Any, bits - 32),
        _ => return None,
    };
    // The smallest window is one that zlib itself makes larger.
    Some((container, u8::try_from(size.max(9)).ok()?))
}

fn int_arg(vm: &Vm, arg: Option<&Obj>, default: i32) -> Res<i32> {
    arg.map_or(Ok(default), |arg| vm.as_i32(arg))
}

/// Adler-32: two sums, of the bytes and of the sums.
fn adler32(start: u32, data: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    /// So many bytes cannot overflow the sums.
    const RUN: usize = 5552;
    let (mut low, mut high) = (start & 0xFFFF, start >> 16);
    for run in data.chunks(RUN) {
        for byte in run {
            low += u32::from(*byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}

fn compress(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<3> = Params::new("compress", ["", "level", "wbits"]).positional_only(1).required(1);
    let [data, level, bits] = PARAMS.bind(vm, args)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let (level, bits) = (int_arg(vm, level, -1)?, int_arg(vm, bits, MAX_WBITS)?);
    let Some(mut stream) = deflate::stream(level, bits) else {
        return Err(error(vm, "Bad compression level"));
    };
    let mut out = deflate::feed(vm, &mut stream, &data)?;
    out.extend(deflate::drain(vm, &mut stream, flate2::FlushCompress::Finish)?);
    Ok(new_bytes(vm, out))
}

fn decompress(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<3> =
        Params::new("decompress", ["", "wbits", "bufsize"]).positional_only(1).required(1);
    let [data, bits, size] = PARAMS.bind(vm, args)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let bits = int_arg(vm, bits, MAX_WBITS)?;
    if size.map_or(Ok(1), |size| vm.as_i64(size))? < 0 {
        return Err(vm.value_error("bufsize must be non-negative"));
    }
    let Some(mut stream) = inflate::Inflater::new(bits, None) else {
        return Err(error(vm, "Error -2 while preparing to decompress data: inconsistent stream state"));
    };
    let (out, _, step) = stream.run(vm, &data, None)?;
    if step != Step::End {
        return Err(error(vm, "Error -5 while decompressing data: incomplete or truncated stream"));
    }
    Ok(new_bytes(vm, out))
}
