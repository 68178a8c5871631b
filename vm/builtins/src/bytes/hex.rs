//! Hexadecimal forms of bytes: `hex`, `fromhex` (`pystrhex.c`).

use object::{Args, Obj, Params, Res, Str, Vm};

use super::buffer::with_bytes;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

static HEX: Params<2> = Params::new("hex", ["sep", "bytes_per_sep"]);

/// The digits of bytes with the separators that `hex(sep, bytes_per_sep)` asks for.
pub fn hex_of(vm: &Vm, bytes: &[u8], args: Args<'_>) -> Res<Obj> {
    let [sep, group] = HEX.bind(vm, args)?;
    let group = group.map_or(Ok(1), |n| vm.as_i32(n))? as isize;
    let sep = match sep {
        None => None,
        Some(sep) => {
            if vm.len(sep)? != 1 {
                return Err(vm.value_error("sep must be length 1."));
            }
            let found = match sep.get::<Str>() {
                Some(text) => text.code_point(0).and_then(|c| u8::try_from(c).ok()),
                None => match with_bytes(sep, |b| b.first().copied()) {
                    Some(byte) => byte,
                    None => return Err(vm.type_error("sep must be str or bytes.")),
                },
            };
            match found.filter(u8::is_ascii) {
                Some(byte) => Some(byte),
                None => return Err(vm.value_error("sep must be ASCII.")),
            }
        }
    };
    let step = group.unsigned_abs();
    let mut out = Vec::with_capacity(bytes.len() * 3);
    for (i, byte) in bytes.iter().enumerate() {
        if let Some(sep) = sep
            && i > 0
            && step > 0
        {
            // Groups are counted from the right, or for negative sizes from the left.
            let place = if group > 0 { bytes.len() - i } else { i };
            if place % step == 0 {
                out.push(sep);
            }
        }
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
    Ok(Str::from_latin1(&vm.types.str, &out).into_obj())
}

fn digit(c: u32) -> Option<u8> {
    char::from_u32(c).filter(char::is_ascii)?.to_digit(16).map(|d| d as u8)
}

/// The bytes that hexadecimal text stands for; white space may stand between bytes.
pub fn from_hex(vm: &Vm, source: &Obj) -> Res<Vec<u8>> {
    let text: Vec<u32> = match source.get::<Str>() {
        Some(text) => text.code_points().collect(),
        None => match with_bytes(source, |b| b.iter().map(|&b| u32::from(b)).collect()) {
            Some(text) => text,
            None => {
                return Err(vm.type_error(format!(
                    "fromhex() argument must be str or bytes-like, not {}",
                    source.ty().name()
                )));
            }
        },
    };
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut i = 0;
    loop {
        while text.get(i).is_some_and(|&c| matches!(c, 0x20 | 0x09..=0x0D)) {
            i += 1;
        }
        let Some(&high) = text.get(i) else { return Ok(out) };
        let bad = |at: usize| {
            vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
        };
        let high = digit(high).ok_or_else(|| bad(i))?;
        let Some(&low) = text.get(i + 1) else {
            return Err(vm.value_error("fromhex() arg must contain an even number of hexadecimal digits"));
        };
        let low = digit(low).ok_or_else(|| bad(i + 1))?;
        out.push(high << 4 | low);
        i += 2;
    }
}
