//! One value and its bytes.

use builtins::number::ieee;
use object::{ByteArray, Bytes, Complex, Int, Obj, Res, Vm};

use super::error;
use super::layout::{Items, Layout, Order};

/// Reads the value of an item.
pub(super) fn unpack(vm: &Vm, layout: &Layout, item: &Items, bytes: &[u8]) -> Obj {
    let bits = |bytes: &[u8]| {
        let mut wide = [0; 8];
        let size = bytes.len().min(8);
        wide[..size].copy_from_slice(&bytes[..size]);
        if layout.order == Order::Big {
            wide[..size].reverse();
        }
        u64::from_le_bytes(wide)
    };
    match item.letter {
        b'c' | b's' => vm.bytes(bytes),
        b'p' => match bytes.split_first() {
            Some((&length, rest)) => vm.bytes(&rest[..usize::from(length).min(rest.len())]),
            None => vm.bytes(b""),
        },
        b'?' => vm.bool(bits(bytes) != 0),
        b'e' => vm.float(ieee::half_to_f64(bits(bytes) as u16)),
        b'f' => vm.float(ieee::single_to_f64(bits(bytes) as u32)),
        b'd' => vm.float(f64::from_bits(bits(bytes))),
        b'F' | b'D' => {
            let (re, im) = bytes.split_at(bytes.len() / 2);
            let part = |bytes: &[u8]| match item.letter {
                b'F' => ieee::single_to_f64(bits(bytes) as u32),
                _ => f64::from_bits(bits(bytes)),
            };
            vm.complex(part(re), part(im))
        }
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let shift = 64 - 8 * item.size as u32;
            vm.int((bits(bytes) << shift) as i64 >> shift)
        }
        _ => vm.int_unsigned(bits(bytes)),
    }
}

/// Writes a value as the bytes of an item.
pub(super) fn pack(vm: &Vm, layout: &Layout, item: &Items, value: &Obj, out: &mut [u8]) -> Res<()> {
    let put = |out: &mut [u8], bits: u64| {
        for (place, byte) in out.iter_mut().zip(bits.to_le_bytes()) {
            *place = byte;
        }
        if layout.order == Order::Big {
            out.reverse();
        }
    };
    match item.letter {
        b'c' => match value.get::<Bytes>() {
            Some(bytes) if bytes.0.len() == 1 => out.copy_from_slice(&bytes.0),
            _ => return Err(error(vm, "char format requires a bytes object of length 1")),
        },
        b's' | b'p' => {
            if !value.is_payload::<Bytes>() && !value.is_payload::<ByteArray>() {
                let letter = char::from(item.letter);
                return Err(error(vm, &format!("argument for '{letter}' must be a bytes object")));
            }
            builtins::bytes::buffer::with_bytes(value, |bytes| match (item.letter, out.split_first_mut()) {
                (b'p', Some((length, rest))) => {
                    let count = bytes.len().min(rest.len());
                    rest[..count].copy_from_slice(&bytes[..count]);
                    *length = count.min(255) as u8;
                }
                (b'p', None) => {}
                _ => {
                    let count = bytes.len().min(out.len());
                    out[..count].copy_from_slice(&bytes[..count]);
                }
            });
        }
        b'?' => put(out, vm.is_true(value)?.into()),
        b'e' | b'f' | b'd' => {
            let number = vm.as_f64(value).map_err(|_| error(vm, "required argument is not a float"))?;
            put(out, float_bits(vm, item.letter, number)?);
        }
        b'F' | b'D' => {
            let (re, im) = complex(vm, value)?;
            let (first, second) = out.split_at_mut(out.len() / 2);
            for (place, part) in [(first, re), (second, im)] {
                put(
                    place,
                    match item.letter {
                        b'D' => part.to_bits(),
                        // C's own conversion makes infinities of parts that are too large.
                        _ if layout.native => (part as f32).to_bits().into(),
                        _ => float_bits(vm, b'f', part)?,
                    },
                );
            }
        }
        _ => put(out, int_bits(vm, item, value)?),
    }
    Ok(())
}

fn float_bits(vm: &Vm, letter: u8, number: f64) -> Res<u64> {
    let bits = match letter {
        b'e' => ieee::f64_to_half(number).map(u64::from),
        b'f' => ieee::f64_to_single(number).map(u64::from),
        _ => Some(number.to_bits()),
    };
    bits.ok_or_else(|| {
        vm.overflow_error(format!("float too large to pack with {} format", char::from(letter)))
    })
}

fn complex(vm: &Vm, value: &Obj) -> Res<(f64, f64)> {
    if let Some(number) = value.get::<Complex>() {
        return Ok((number.re, number.im));
    }
    let refused = || error(vm, "required argument is not a complex");
    if let Some(number) = vm.call_special(value, &vm.intern("__complex__"), &[]).map_err(|_| refused())? {
        let number = number.get::<Complex>().ok_or_else(refused)?;
        return Ok((number.re, number.im));
    }
    Ok((vm.as_f64(value).map_err(|_| refused())?, 0.0))
}

fn int_bits(vm: &Vm, item: &Items, value: &Obj) -> Res<u64> {
    if !value.is_payload::<Int>() && !vm.has_index(value) {
        return Err(error(vm, "required argument is not an integer"));
    }
    let index = vm.index(value)?;
    let Some(int) = index.get::<Int>() else {
        return Err(error(vm, "required argument is not an integer"));
    };
    let bits = 8 * item.size as u32;
    let (least, most) = match item.letter {
        // A pointer is any number that fits, whatever its sign.
        b'P' => (-(1i128 << (bits - 1)), (1i128 << bits) - 1),
        letter if letter.is_ascii_lowercase() => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        _ => (0, (1i128 << bits) - 1),
    };
    let number = match int.small() {
        Some(n) => Some(i128::from(n)),
        None => i128::try_from(int.to_big()).ok(),
    };
    match number.filter(|n| (least..=most).contains(n)) {
        Some(n) => Ok(n as u64),
        None if item.letter == b'P' => Err(error(vm, "int too large to convert")),
        None => {
            let letter = char::from(item.letter);
            Err(error(vm, &format!("'{letter}' format requires {least} <= number <= {most}")))
        }
    }
}
