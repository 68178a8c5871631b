//! `binascii` (`Modules/binascii.c`): base64, hexadecimal, uuencode, quoted-printable and checksums.

use builtins::bytes::{buffer, hex, new_bytes};
use object::{Args, NativeDef, Obj, Params, Raised, Res, Str, Vm};

use crate::module::{self, NativeModule};

/// The module.
pub static MODULE: NativeModule = NativeModule::new("binascii", "Conversion between binary data and ASCII")
    .functions(&[
        NativeDef::one("a2b_uu", |vm, _, args| done(vm, from_uu(&ascii_arg(vm, &args.values[0])?)), "($module, data, /)\n--\n\nDecode a line of uuencoded data."),
        NativeDef::keywords("b2a_uu", to_uu, "($module, data, /, *, backtick=False)\n--\n\nUuencode line of data."),
        NativeDef::keywords("a2b_base64", |vm, _, args| {
            static PARAMS: Params<2> = Params::new("a2b_base64", ["", "strict_mode"]).positional_only(1).keyword_only(1).required(1);
            let [data, strict] = PARAMS.bind(vm, args)?;
            let data = ascii_arg(vm, data.unwrap_or(&vm.none))?;
            done(vm, from_base64(&data, truth(vm, strict, false)?))
        }, "($module, data, /, *, strict_mode=False)\n--\n\nDecode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not part of the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==)."),
        NativeDef::keywords("b2a_base64", |vm, _, args| {
            static PARAMS: Params<2> = Params::new("b2a_base64", ["", "newline"]).positional_only(1).keyword_only(1).required(1);
            let [data, newline] = PARAMS.bind(vm, args)?;
            let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
            Ok(new_bytes(vm, to_base64(&data, truth(vm, newline, true)?)))
        }, "($module, data, /, *, newline=True)\n--\n\nBase64-code line of data."),
        NativeDef::one("a2b_hex", from_hex, "($module, hexstr, /)\n--\n\nBinary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\"."),
        NativeDef::keywords("b2a_hex", |vm, _, args| to_hex(vm, args, "b2a_hex"), "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"hexlify()\".\n\nExample:\n>>> binascii.b2a_hex(b'\\xb9\\x01\\xef')\nb'b901ef'\n>>> binascii.hexlify(b'\\xb9\\x01\\xef', ':')\nb'b9:01:ef'\n>>> binascii.b2a_hex(b'\\xb9\\x01\\xef', b'_', 2)\nb'b9_01ef'"),
        NativeDef::keywords("hexlify", |vm, _, args| to_hex(vm, args, "hexlify"), "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"b2a_hex()\"."),
        NativeDef::one("unhexlify", from_hex, "($module, hexstr, /)\n--\n\nBinary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case)."),
        NativeDef::positional("crc_hqx", |vm, _, args| {
            let [data, crc] = args.exact(vm, "crc_hqx")?;
            let data = buffer::bytes_arg(vm, data)?;
            Ok(vm.int(crc_hqx(&data, word(vm, crc)? as u16).into()))
        }, "($module, data, crc, /)\n--\n\nCompute CRC-CCITT incrementally."),
        NativeDef::positional("crc32", |vm, _, args| crc32(vm, args), "($module, data, crc=0, /)\n--\n\nCompute CRC-32 incrementally."),
        NativeDef::keywords("a2b_qp", |vm, _, args| {
            static PARAMS: Params<2> = Params::new("a2b_qp", ["data", "header"]).required(1);
            let [data, header] = PARAMS.bind(vm, args)?;
            let data = ascii_arg(vm, data.unwrap_or(&vm.none))?;
            Ok(new_bytes(vm, from_quoted(&data, truth(vm, header, false)?)))
        }, "($module, /, data, header=False)\n--\n\nDecode a string of qp-encoded data."),
        NativeDef::keywords("b2a_qp", |vm, _, args| {
            static PARAMS: Params<4> = Params::new("b2a_qp", ["data", "quotetabs", "istext", "header"]).required(1);
            let [data, tabs, text, header] = PARAMS.bind(vm, args)?;
            let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
            let how = Quoting { tabs: truth(vm, tabs, false)?, text: truth(vm, text, true)?, header: truth(vm, header, false)? };
            Ok(new_bytes(vm, to_quoted(&data, &how)))
        }, "($module, /, data, quotetabs=False, istext=True, header=False)\n--\n\nEncode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded."),
    ])
    .init(|vm, module| {
        let types = [("Error", ERROR, &vm.exc.value_error), ("Incomplete", "binascii.Incomplete", &vm.exc.exception)];
        for (short, name, base) in types {
            module.dict.set_str(&vm.intern(short), module::exception_type(vm, name, base)?.into_obj());
        }
        Ok(())
    });

const ERROR: &str = "binascii.Error";

fn error(vm: &Vm, message: &str) -> Raised {
    module::raise(vm, ERROR, &vm.exc.value_error, message)
}

/// A flag.
fn truth(vm: &Vm, value: Option<&Obj>, default: bool) -> Res<bool> {
    value.map_or(Ok(default), |value| vm.is_true(value))
}

/// A number of which the low 32 bits count.
pub(crate) fn word(vm: &Vm, value: &Obj) -> Res<u32> {
    let index = vm.index(value)?;
    let big = index.get::<object::Int>().map(object::Int::to_big).unwrap_or_default();
    let low = big & num_bigint::BigInt::from(u32::MAX);
    Ok(u32::try_from(low).unwrap_or(0))
}

/// An argument of bytes or ASCII text.
fn ascii_arg(vm: &Vm, data: &Obj) -> Res<Vec<u8>> {
    if let Some(text) = data.get::<Str>() {
        return match text.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(vm.value_error("string argument should contain only ASCII characters")),
        };
    }
    buffer::with_bytes(data, <[u8]>::to_vec).ok_or_else(|| {
        let name = data.ty().name();
        vm.type_error(format!("argument should be bytes, buffer or ASCII string, not '{name}'"))
    })
}

/// What came of decoding, the message being that of a `binascii.Error`.
fn done(vm: &Vm, result: Result<Vec<u8>, String>) -> Res<Obj> {
    result.map(|bytes| new_bytes(vm, bytes)).map_err(|message| error(vm, &message))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits that a character of base64 stands for.
fn base64_bits(c: u8) -> Option<u8> {
    Some(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

fn to_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for chunk in data.chunks(3) {
        let bytes = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let bits = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
        for place in 0..4 {
            let shown = place <= chunk.len();
            out.push(if shown { BASE64[(bits >> (18 - 6 * place) & 63) as usize] } else { b'=' });
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

fn from_base64(data: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    // How many characters of a group of four were read, the last one's bits, and the padding behind it.
    let (mut place, mut left, mut pads) = (0, 0u8, 0);
    for (index, &c) in data.iter().enumerate() {
        if c == b'=' {
            pads += 1;
            if place >= 2 && place + pads <= 4 || !strict {
                continue;
            }
            match (index, place) {
                (0, _) => return Err("Leading padding not allowed".into()),
                (_, 1) => break,
                _ => return Err("Excess padding not allowed".into()),
            }
        }
        let Some(bits) = base64_bits(c) else {
            if strict {
                return Err("Only base64 data is allowed".into());
            }
            continue;
        };
        if strict && pads > 0 {
            let complete = place + pads == 4;
            let what =
                if complete { "Excess data after padding" } else { "Discontinuous padding not allowed" };
            return Err(what.into());
        }
        pads = 0;
        match place {
            0 => {}
            1 => out.push(left << 2 | bits >> 4),
            2 => out.push(left << 4 | bits >> 2),
            _ => out.push(left << 6 | bits),
        }
        left = bits;
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(out),
        1 => Err(format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        )),
        _ if place + pads < 4 => Err("Incorrect padding".into()),
        _ => Ok(out),
    }
}

fn from_uu(data: &[u8]) -> Result<Vec<u8>, String> {
    let (first, mut rest) = data.split_first().ok_or("Missing length byte")?;
    let length = usize::from(first.wrapping_sub(b' ') & 63);
    let mut out = Vec::with_capacity(length);
    let (mut bits, mut count) = (0u32, 0);
    while out.len() < length {
        let six = match rest.split_first() {
            // Spaces at the end of a line may have been eaten.
            None | Some((b'\n' | b'\r', _)) => 0,
            Some((c @ b' '..=b'`', _)) => u32::from((c - b' ') & 63),
            Some(_) => return Err("Illegal char".into()),
        };
        rest = rest.split_first().map_or(rest, |(_, rest)| rest);
        bits = bits << 6 | six;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.iter().any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err("Trailing garbage".into());
    }
    Ok(out)
}

fn to_uu(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> =
        Params::new("b2a_uu", ["", "backtick"]).positional_only(1).keyword_only(1).required(1);
    let [data, backtick] = PARAMS.bind(vm, args)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let backtick = truth(vm, backtick, false)?;
    if data.len() > 45 {
        return Err(error(vm, "At most 45 bytes at once"));
    }
    let show = |six: u8| if six == 0 && backtick { b'`' } else { six + b' ' };
    let mut out = vec![show(data.len() as u8)];
    for chunk in data.chunks(3) {
        let byte = |n: usize| chunk.get(n).copied().unwrap_or(0);
        let bits = u32::from_be_bytes([0, byte(0), byte(1), byte(2)]);
        out.extend((0..4).map(|place| show((bits >> (18 - 6 * place) & 63) as u8)));
    }
    out.push(b'\n');
    Ok(new_bytes(vm, out))
}

fn from_hex(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let data = ascii_arg(vm, &args.values[0])?;
    if data.len() % 2 != 0 {
        return Err(error(vm, "Odd-length string"));
    }
    let digit = |c: u8| char::from(c).to_digit(16).map(|digit| digit as u8);
    let bytes = data.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
    match bytes.collect::<Option<Vec<u8>>>() {
        Some(bytes) => Ok(new_bytes(vm, bytes)),
        None => Err(error(vm, "Non-hexadecimal digit found")),
    }
}

fn to_hex(vm: &Vm, args: Args<'_>, function: &'static str) -> Res<Obj> {
    let params: Params<3> = Params::new(function, ["data", "sep", "bytes_per_sep"]).required(1);
    let [data, separator, group] = params.bind(vm, args)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let rest: Vec<Obj> = match (separator, group) {
        (Some(separator), Some(group)) => vec![separator.clone(), group.clone()],
        (Some(separator), None) => vec![separator.clone()],
        // Without a separator there is nothing to group, but the number is looked at.
        (None, Some(group)) => {
            vm.as_i32(group)?;
            Vec::new()
        }
        (None, None) => Vec::new(),
    };
    let text = hex::hex_of(vm, &data, Args::positional(&rest))?;
    Ok(new_bytes(vm, text.get::<Str>().map(|text| text.raw_bytes().to_vec()).unwrap_or_default()))
}

/// The CRC of the HQX format: polynomial 0x1021, no reflection.
fn crc_hqx(data: &[u8], start: u16) -> u16 {
    data.iter().fold(start, |crc, &byte| {
        (0..8)
            .fold(crc ^ u16::from(byte) << 8, |crc, _| crc << 1 ^ if crc & 0x8000 != 0 { 0x1021 } else { 0 })
    })
}

/// `crc32(data, crc=0)`
pub(crate) fn crc32(vm: &Vm, args: Args<'_>) -> Res<Obj> {
    let [data, start] = args.unpack::<2>(vm, "crc32", 1)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let mut hasher = crc32fast::Hasher::new_with_initial(start.map_or(Ok(0), |start| word(vm, start))?);
    hasher.update(&data);
    Ok(vm.int(hasher.finalize().into()))
}

fn from_quoted(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let digit = |at: usize| data.get(at).and_then(|c| char::from(*c).to_digit(16)).map(|digit| digit as u8);
    let mut at = 0;
    while let Some(&c) = data.get(at) {
        at += 1;
        if c != b'=' {
            out.push(if header && c == b'_' { b' ' } else { c });
            continue;
        }
        match data.get(at) {
            None => break,
            // A soft line break, which ends with the next line feed.
            Some(b'\n' | b'\r') => {
                at = data[at..].iter().position(|c| *c == b'\n').map_or(data.len(), |n| at + n + 1);
            }
            Some(b'=') => {
                out.push(b'=');
                at += 1;
            }
            Some(_) => match (digit(at), digit(at + 1)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                }
                _ => out.push(b'='),
            },
        }
    }
    out
}

/// How `b2a_qp` quotes.
struct Quoting {
    tabs: bool,
    text: bool,
    header: bool,
}

/// How long lines may be.
const LINE: usize = 76;

fn to_quoted(data: &[u8], how: &Quoting) -> Vec<u8> {
    let break_ = match data.iter().position(|c| *c == b'\n') {
        Some(at) if at > 0 && data[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    };
    let mut out: Vec<u8> = Vec::with_capacity(data.len() + data.len() / 4);
    let (mut at, mut line) = (0, 0);
    let push_hex = |out: &mut Vec<u8>, c: u8| out.extend_from_slice(format!("={c:02X}").as_bytes());
    while let Some(&c) = data.get(at) {
        let next = data.get(at + 1).copied();
        let lone_dot = c == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0));
        let is_break = matches!(c, b'\r' | b'\n');
        let blank = matches!(c, b'\t' | b' ');
        let quoted = c > 126
            || c == b'='
            || how.header && c == b'_'
            || lone_dot
            || !how.text && is_break
            || blank && next.is_none()
            || c < 33 && !is_break && (how.tabs || !blank);
        if quoted {
            if line + 3 >= LINE {
                out.push(b'=');
                out.extend_from_slice(break_.as_bytes());
                line = 0;
            }
            push_hex(&mut out, c);
            line += 3;
            at += 1;
        } else if how.text && (c == b'\n' || c == b'\r' && next == Some(b'\n')) {
            line = 0;
            // Blanks at the end of a line would be lost on the way.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                push_hex(&mut out, last);
            }
            out.extend_from_slice(break_.as_bytes());
            at += if c == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some() && next != Some(b'\n') && line + 1 >= LINE {
                out.push(b'=');
                out.extend_from_slice(break_.as_bytes());
                line = 0;
            }
            line += 1;
            out.push(if how.header && c == b' ' { b'_' } else { c });
            at += 1;
        }
    }
    out
}
