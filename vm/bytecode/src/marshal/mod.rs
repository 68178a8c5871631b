//! CPython's `marshal` format, version 5, for constants and code objects (`Python/marshal.c`).

mod read;
mod write;

pub use read::{Error, load};
pub use write::dump;

/// The version of the format that 3.14 writes
pub const VERSION: u8 = 5;

/// Set in a type byte: the object gets the next reference number.
const FLAG_REF: u8 = 0x80;

/// Digits of integers have 15 bits.
const LONG_SHIFT: u64 = 15;

/// The type bytes
mod tag {
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const LONG: u8 = b'l';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const UNICODE: u8 = b'u';
    pub const INTERNED: u8 = b't';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const CODE: u8 = b'c';
    pub const REF: u8 = b'r';
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;

    use super::*;
    use crate::{Const, PyString};

    fn check(value: Const) {
        let bytes = dump(&value);
        assert_eq!(load(&bytes).as_ref(), Ok(&value), "{bytes:x?}");
    }

    #[test]
    fn what_is_dumped_loads() {
        check(Const::None);
        check(Const::Bool(true));
        check(Const::Ellipsis);
        for i in [0, 1, -1, i64::from(i32::MIN), 1 << 31, i64::MIN, i64::MAX] {
            check(Const::Int(i));
        }
        check(Const::int(BigInt::from(-1) << 1000u32));
        check(Const::Float(-0.0));
        check(Const::Complex(1.5, f64::NEG_INFINITY));
        let strings = ["", "name", "two words", "naïve", &"x".repeat(300)].map(|s| Const::Str(s.into()));
        check(Const::Tuple(strings.iter().chain(&strings).cloned().collect()));
        check(Const::Str(PyString::from_code_points([0x61, 0xd800, 0x1f600]).unwrap()));
        check(Const::Bytes(b"\0\xff"[..].into()));
        check(Const::FrozenSet((0..300).map(Const::Int).collect()));
        check(Const::Slice([Const::None, Const::Int(1), Const::None].into()));
    }

    #[test]
    fn equal_constants_are_one() {
        let pair = || Const::Tuple([Const::Int(1000), Const::Float(1.5)].into_iter().collect());
        // tuple of three: (1000, 1.5), a reference to it, 1000 again
        let bytes = dump(&Const::Tuple([pair(), pair(), Const::Int(1000)].into_iter().collect()));
        let expect = b"\xa9\x03\xa9\x02\xe9\xe8\x03\0\0\xe7\0\0\0\0\0\0\xf8\x3fr\x01\0\0\0r\x02\0\0\0";
        assert_eq!(bytes, expect);
        let nans = Const::Tuple([Const::Float(f64::NAN), Const::Float(f64::NAN)].into_iter().collect());
        assert!(!dump(&nans).contains(&tag::REF));
    }

    #[test]
    fn broken_data_is_refused() {
        let cases: &[&[u8]] = &[
            b"",
            b"i\0",
            b"?",
            b"(\xff\xff\xff\x7f",
            b"l\x01\0\0\0\xff\xff",
            b"r\0\0\0\0",
            b"\xa9\x01r\0\0\0\0",
            b"z\x01\x80",
            b"u\x01\0\0\0\xff",
            b">\x01\0\0\0(\0\0",
        ];
        for bytes in cases {
            assert!(load(bytes).is_err(), "{bytes:x?}");
        }
        assert!(load(&b")\x01".repeat(100_000)).is_err());
        // A tuple of twice the one before, forty times over: small to read, endless to print.
        let mut bomb = b")\x28\xa9\x00".to_vec();
        for i in 0..39u8 {
            bomb.extend([0xa9, 2, b'r', i, 0, 0, 0, b'r', i, 0, 0, 0]);
        }
        assert!(load(&bomb).is_err());
    }
}
