//! The values of constants.

use bytecode::{Const, PyString};
use num_bigint::BigInt;

/// The value of a `Constant` node, or any other literal text that a node refers to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    Int(Int<'a>),
    Float(f64),
    /// The imaginary part; the real part of a literal is 0.
    Complex(f64),
    /// WTF-8: UTF-8 in which a surrogate without partner (`"\ud800"`) stands as its three bytes. Two such that would
    /// form a pair stay apart, as in CPython.
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    /// A value that no literal has, of a tree that was not parsed: a negative number, a tuple, a frozenset, …
    Made(&'a Const),
}

impl Constant<'_> {
    /// The value as programs see it.
    pub fn value(self) -> Const {
        match self {
            Constant::None => Const::None,
            Constant::True => Const::Bool(true),
            Constant::False => Const::Bool(false),
            Constant::Ellipsis => Const::Ellipsis,
            Constant::Int(Int::Small(n)) => Const::int(n),
            Constant::Int(Int::Big { radix, digits }) => {
                Const::int(BigInt::parse_bytes(digits.as_bytes(), radix).unwrap_or_default())
            }
            Constant::Float(value) => Const::Float(value),
            Constant::Complex(imaginary) => Const::Complex(0.0, imaginary),
            Constant::Str(bytes) => Const::Str(PyString::from_bytes(bytes).unwrap_or_default()),
            Constant::Bytes(bytes) => Const::Bytes(bytes.into()),
            Constant::Made(value) => value.clone(),
        }
    }
}

/// The value of an integer literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Int<'a> {
    Small(u64),
    /// Above `u64::MAX`: digits of the given radix (2, 8, 10 or 16), no prefix, no underscores.
    Big {
        radix: u32,
        digits: &'a str,
    },
}

/// A piece of the unit's text buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextSlice {
    pub start: u32,
    pub len: u32,
}

impl TextSlice {
    pub fn of(self, buffer: &[u8]) -> &[u8] {
        &buffer[self.start as usize..][..self.len as usize]
    }
}

/// How a unit keeps a constant. Floats are bits, so that equal trees compare equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConstantRepr {
    None,
    True,
    False,
    Ellipsis,
    Int(u64),
    BigInt {
        radix: u8,
        digits: TextSlice,
    },
    Float(u64),
    Complex(u64),
    Str(TextSlice),
    Bytes(TextSlice),
    /// One of [`Placed`](super::unit::Placed)'s.
    Made(u32),
}
