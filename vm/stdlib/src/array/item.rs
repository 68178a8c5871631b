//! Items of arrays and their bytes, by type code.

use object::{Int, Obj, Res, Str, Vm};

/// The kind of an array's items.
#[derive(Debug)]
pub(super) struct Kind {
    pub code: u8,
    pub size: usize,
    /// The number that stands for the format in pickles (`enum machine_format_code`), on a little-endian machine.
    pub machine: i64,
}

/// All kinds, in the order of `array.typecodes`.
pub(super) static KINDS: [Kind; 14] = [
    kind(b'b', 1, 1),
    kind(b'B', 1, 0),
    kind(b'u', 4, 20),
    kind(b'w', 4, 20),
    kind(b'h', 2, 4),
    kind(b'H', 2, 2),
    kind(b'i', 4, 8),
    kind(b'I', 4, 6),
    kind(b'l', 8, 12),
    kind(b'L', 8, 10),
    kind(b'q', 8, 12),
    kind(b'Q', 8, 10),
    kind(b'f', 4, 14),
    kind(b'd', 8, 16),
];

const fn kind(code: u8, size: usize, machine: i64) -> Kind {
    Kind { code, size, machine }
}

impl Kind {
    /// The kind of a type code.
    pub fn of(code: u32) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| u32::from(kind.code) == code)
    }

    /// Whether the items are characters.
    pub fn is_text(&self) -> bool {
        matches!(self.code, b'u' | b'w')
    }

    /// The value of an item.
    pub fn unpack(&self, vm: &Vm, bytes: &[u8]) -> Res<Obj> {
        let mut wide = [0; 8];
        let size = bytes.len().min(8);
        wide[..size].copy_from_slice(&bytes[..size]);
        let bits = u64::from_ne_bytes(wide);
        Ok(match self.code {
            b'u' | b'w' => self.character(vm, bits as u32)?,
            b'f' => vm.float(f32::from_bits(bits as u32).into()),
            b'd' => vm.float(f64::from_bits(bits)),
            code if code.is_ascii_lowercase() => {
                let shift = 64 - 8 * self.size as u32;
                vm.int((bits << shift) as i64 >> shift)
            }
            _ => vm.int_unsigned(bits),
        })
    }

    fn character(&self, vm: &Vm, c: u32) -> Res<Obj> {
        if c > 0x10FFFF {
            return Err(vm.value_error(format!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
        }
        Ok(vm.str_of_code_point(c))
    }

    /// The text of items that are characters.
    pub fn text(&self, vm: &Vm, bytes: &[u8]) -> Res<Obj> {
        let points = bytes.chunks_exact(4).map(|c| u32::from_ne_bytes([c[0], c[1], c[2], c[3]]));
        let points: Vec<u32> = points.collect();
        if let Some(&bad) = points.iter().find(|c| **c > 0x10FFFF) {
            return self.character(vm, bad);
        }
        Ok(Str::from_code_points(&vm.types.str, &points).into_obj())
    }

    /// The bytes of a value, in the first [`Kind::size`] places.
    pub fn pack(&self, vm: &Vm, value: &Obj) -> Res<[u8; 8]> {
        let bits = match self.code {
            b'u' | b'w' => self.point(vm, value)?.into(),
            b'f' => (vm.as_f64(value)? as f32).to_bits().into(),
            b'd' => vm.as_f64(value)?.to_bits(),
            b'I' | b'L' | b'Q' => self.unsigned(vm, value)?,
            _ => self.signed(vm, value)? as u64,
        };
        Ok(bits.to_ne_bytes())
    }

    fn point(&self, vm: &Vm, value: &Obj) -> Res<u32> {
        let Some(text) = value.get::<Str>() else {
            let got = value.ty().name();
            return Err(vm.type_error(format!("array item must be a unicode character, not {got}")));
        };
        let only = text.code_point(0).filter(|_| text.len() == 1);
        only.ok_or_else(|| {
            let len = text.len();
            vm.type_error(format!("array item must be a string of length 1, not a string of length {len}"))
        })
    }

    /// Items that C reads as `long` or less.
    fn signed(&self, vm: &Vm, value: &Obj) -> Res<i64> {
        let number = match self.code {
            b'q' => vm
                .index(value)?
                .get::<Int>()
                .and_then(Int::small)
                .ok_or_else(|| vm.overflow_error("int too big to convert"))?,
            _ => vm.as_i64(value)?,
        };
        let (name, least, most) = match self.code {
            b'b' => ("signed char", -0x80, 0x7F),
            b'B' => ("unsigned byte integer", 0, 0xFF),
            b'h' => ("signed short integer", -0x8000, 0x7FFF),
            // It is read as an `int` first.
            b'H' if i32::try_from(number).is_err() => ("signed integer", i32::MIN.into(), i32::MAX.into()),
            b'H' => ("unsigned short", 0, 0xFFFF),
            b'i' => ("signed integer", i32::MIN.into(), i32::MAX.into()),
            _ => return Ok(number),
        };
        if number < least {
            return Err(vm.overflow_error(format!("{name} is less than minimum")));
        }
        if number > most {
            return Err(vm.overflow_error(format!("{name} is greater than maximum")));
        }
        Ok(number)
    }

    fn unsigned(&self, vm: &Vm, value: &Obj) -> Res<u64> {
        let index = vm.index(value)?;
        let Some(int) = index.get::<Int>() else { return Err(vm.type_error("an integer is needed")) };
        let quad = self.code == b'Q';
        if int.is_negative() {
            let negative = if quad { "int to unsigned" } else { "value to unsigned int" };
            return Err(vm.overflow_error(format!("can't convert negative {negative}")));
        }
        let number = match int.small() {
            Some(n) => n as u64,
            None => u64::try_from(int.to_big()).map_err(|_| {
                vm.overflow_error(if quad {
                    "int too big to convert"
                } else {
                    "Python int too large to convert to C unsigned long"
                })
            })?,
        };
        if self.code == b'I' && number > u32::MAX.into() {
            return Err(vm.overflow_error("unsigned int is greater than maximum"));
        }
        Ok(number)
    }
}
