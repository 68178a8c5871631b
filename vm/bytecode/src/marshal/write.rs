//! Writing. What comes again is written as a reference, so that equal constants of a module are one object after
//! loading, as they are after compiling (`merge_const_one`). Which objects CPython gives reference numbers to depends on
//! its reference counts and means nothing to a reader.

use std::hash::Hash;

use num_bigint::{BigInt, Sign};
use rustc_hash::FxHashMap;

use super::{FLAG_REF, LONG_SHIFT, tag};
use crate::constant::guarded;
use crate::{CodeObject, Const, PyString};

/// The marshalled form of a constant or code object.
pub fn dump(value: &Const) -> Vec<u8> {
    let mut writer = Writer::default();
    if let Const::Code(code) = value {
        let mut needs = Needs::default();
        needs.count(code);
        writer.out.reserve(needs.bytes);
        writer.strings.reserve(needs.strings);
        writer.tables.reserve(needs.codes);
        writer.names.reserve(needs.codes);
    }
    writer.object(value);
    writer.out
}

/// About how much there will be to write, so that memory need not grow.
#[derive(Default)]
struct Needs {
    bytes: usize,
    /// Different ones
    strings: usize,
    codes: usize,
}

impl Needs {
    fn count(&mut self, code: &CodeObject) {
        // Most names are shared with other code, and written as a reference there.
        let strings = code.consts.len() + code.names.len() + code.localsplusnames.len();
        self.bytes += 100 + code.code.len() + code.linetable.len() + code.exceptiontable.len() + strings * 12;
        self.strings += strings / 2;
        self.codes += 1;
        code.children().for_each(|child| guarded(|| self.count(child)));
    }
}

#[derive(Default)]
struct Writer<'a> {
    out: Vec<u8>,
    /// What is written is there to compare: sets in it stay as they are, else nested ones would cost too much.
    ranks: bool,
    /// How many reference numbers are given away
    count: u32,
    /// Reference numbers of strings, which are interned or not
    strings: FxHashMap<(&'a [u8], bool), u32>,
    /// Those of tuples of constants
    tuples: FxHashMap<&'a [Const], u32>,
    /// Those of other constants
    constants: FxHashMap<&'a Const, u32>,
    /// Those of line tables and the like
    tables: FxHashMap<&'a [u8], u32>,
    /// Those of tuples of names
    names: FxHashMap<&'a [PyString], u32>,
}

/// Whether a constant is an object that can be shared, and not one that every interpreter has once
fn is_shared(value: &Const) -> bool {
    match value {
        Const::None | Const::Bool(_) | Const::Ellipsis | Const::Str(_) | Const::Code(_) => false,
        Const::Int(small) => !(-5..=256).contains(small),
        _ => !value.has_nan(),
    }
}

/// What the items of a set are ordered by, to be the same in every process: how they are written, most of them as what
/// may come again.
fn set_rank(item: &Const) -> Vec<u8> {
    let mut writer = Writer { ranks: true, ..Writer::default() };
    writer.object(item);
    let mut written = writer.out;
    if !matches!(item, Const::None | Const::Bool(_) | Const::Ellipsis) {
        written[0] |= FLAG_REF;
    }
    written
}

impl<'a> Writer<'a> {
    fn int(&mut self, value: u32) {
        self.out.extend(value.to_le_bytes());
    }

    /// A length. Nothing that a program's text makes is longer than 32 bits can say.
    fn size(&mut self, n: usize) {
        self.int(u32::try_from(n).unwrap_or(u32::MAX));
    }

    /// Writes a reference if the object has a number. If not it gets one, and its type byte must say so.
    fn reference<K: Hash + Eq>(
        &mut self,
        numbers: for<'w> fn(&'w mut Writer<'a>) -> &'w mut FxHashMap<K, u32>,
        key: K,
    ) -> bool {
        let next = self.count;
        let number = *numbers(self).entry(key).or_insert(next);
        if number == next {
            self.count += 1;
            return false;
        }
        self.out.push(tag::REF);
        self.int(number);
        true
    }

    fn object(&mut self, value: &'a Const) {
        if let Const::Tuple(items) = value {
            return self.tuple(items);
        }
        if !is_shared(value) {
            return self.plain(value);
        }
        if !self.reference(|writer| &mut writer.constants, value) {
            let at = self.out.len();
            self.plain(value);
            self.out[at] |= FLAG_REF;
        }
    }

    fn tuple(&mut self, items: &'a [Const]) {
        let shared = !items.iter().any(|item| item.as_code().is_some() || item.has_nan());
        if shared && self.reference(|writer| &mut writer.tuples, items) {
            return;
        }
        let at = self.out.len();
        self.tuple_head(items.len());
        if shared {
            self.out[at] |= FLAG_REF;
        }
        self.objects(items);
    }

    fn plain(&mut self, value: &'a Const) {
        match value {
            Const::None => self.out.push(tag::NONE),
            Const::Bool(false) => self.out.push(tag::FALSE),
            Const::Bool(true) => self.out.push(tag::TRUE),
            Const::Ellipsis => self.out.push(tag::ELLIPSIS),
            Const::Int(i) => match i32::try_from(*i) {
                Ok(small) => {
                    self.out.push(tag::INT);
                    self.int(small.cast_unsigned());
                }
                Err(_) => self.long(&BigInt::from(*i)),
            },
            Const::BigInt(i) => self.long(i),
            Const::Float(x) => {
                self.out.push(tag::BINARY_FLOAT);
                self.out.extend(x.to_le_bytes());
            }
            Const::Complex(re, im) => {
                self.out.push(tag::BINARY_COMPLEX);
                self.out.extend(re.to_le_bytes());
                self.out.extend(im.to_le_bytes());
            }
            Const::Str(s) => self.string(s, s.is_name_like()),
            Const::Bytes(b) => self.bytes(b),
            Const::Tuple(items) => self.tuple(items),
            Const::FrozenSet(items) => {
                self.out.push(tag::FROZENSET);
                self.size(items.len());
                let mut items: Vec<&Const> = items.iter().collect();
                if !self.ranks {
                    items.sort_by_cached_key(|item| set_rank(item));
                }
                guarded(|| items.into_iter().for_each(|item| self.object(item)));
            }
            Const::Slice(parts) => {
                self.out.push(tag::SLICE);
                self.objects(&parts[..]);
            }
            Const::Code(code) => self.code(code),
        }
    }

    fn objects(&mut self, items: &'a [Const]) {
        guarded(|| items.iter().for_each(|c| self.object(c)));
    }

    fn tuple_head(&mut self, n: usize) {
        match u8::try_from(n) {
            Ok(n) => self.out.extend([tag::SMALL_TUPLE, n]),
            Err(_) => {
                self.out.push(tag::TUPLE);
                self.size(n);
            }
        }
    }

    fn long(&mut self, value: &BigInt) {
        let (sign, digits) = (value.sign(), value.magnitude());
        let count = digits.bits().div_ceil(LONG_SHIFT);
        let signed = if sign == Sign::Minus { -(count as i32) } else { count as i32 };
        self.out.push(tag::LONG);
        self.int(signed.cast_unsigned());
        let mut digits = digits.iter_u32_digits();
        let (mut window, mut held) = (0u64, 0);
        for _ in 0..count {
            if held < LONG_SHIFT {
                window |= u64::from(digits.next().unwrap_or(0)) << held;
                held += 32;
            }
            let digit = (window & ((1 << LONG_SHIFT) - 1)) as u16;
            self.out.extend(digit.to_le_bytes());
            window >>= LONG_SHIFT;
            held -= LONG_SHIFT;
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.out.push(tag::BYTES);
        self.size(bytes.len());
        self.out.extend(bytes);
    }

    fn string(&mut self, s: &'a PyString, interned: bool) {
        let bytes = s.as_bytes();
        if self.reference(|writer| &mut writer.strings, (bytes, interned)) {
            return;
        }
        if !s.is_ascii() {
            self.out.push(FLAG_REF | if interned { tag::INTERNED } else { tag::UNICODE });
            self.size(bytes.len());
        } else if let Ok(short) = u8::try_from(bytes.len()) {
            let tag = if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII };
            self.out.extend([FLAG_REF | tag, short]);
        } else {
            self.out.push(FLAG_REF | if interned { tag::ASCII_INTERNED } else { tag::ASCII });
            self.size(bytes.len());
        }
        self.out.extend(bytes);
    }

    fn names(&mut self, names: &'a [PyString]) {
        if self.reference(|writer| &mut writer.names, names) {
            return;
        }
        let at = self.out.len();
        self.tuple_head(names.len());
        self.out[at] |= FLAG_REF;
        names.iter().for_each(|name| self.string(name, true));
    }

    fn table(&mut self, table: &'a [u8]) {
        if self.reference(|writer| &mut writer.tables, table) {
            return;
        }
        let at = self.out.len();
        self.bytes(table);
        self.out[at] |= FLAG_REF;
    }

    fn code(&mut self, code: &'a CodeObject) {
        self.out.push(tag::CODE);
        let numbers = [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags];
        numbers.into_iter().for_each(|n| self.int(n));
        self.bytes(&code.code);
        self.tuple(&code.consts);
        self.names(&code.names);
        self.names(&code.localsplusnames);
        self.table(&code.localspluskinds);
        self.string(&code.filename, false);
        self.string(&code.name, true);
        self.string(&code.qualname, true);
        self.int(code.firstlineno.cast_unsigned());
        self.table(&code.linetable);
        self.table(&code.exceptiontable);
    }
}
