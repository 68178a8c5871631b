//! `int`, `float`, `complex`.

use bytecode::hash;
use num_bigint::BigInt;

use crate::raw::{CoreKind, Kind, Payload};

/// The value of an `int`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntValue {
    /// Fits a word.
    Small(i64),
    /// Does not fit an `i64`; never holds one that does.
    Big(Box<BigInt>),
}

/// The payload of `int` and `bool`.
pub struct Int(pub IntValue);

impl Payload for Int {
    const NAME: &'static str = "int";
    const KIND: CoreKind = CoreKind::of(Kind::Int);
    const TRACKED: bool = false;
}

impl Int {
    /// The value, if it fits a word.
    #[inline]
    pub fn small(&self) -> Option<i64> {
        match self.0 {
            IntValue::Small(n) => Some(n),
            IntValue::Big(_) => None,
        }
    }

    /// The value as a big integer.
    pub fn to_big(&self) -> BigInt {
        match &self.0 {
            IntValue::Small(n) => BigInt::from(*n),
            IntValue::Big(n) => (**n).clone(),
        }
    }
}

impl From<BigInt> for IntValue {
    fn from(n: BigInt) -> IntValue {
        match i64::try_from(&n) {
            Ok(small) => IntValue::Small(small),
            Err(_) => IntValue::Big(Box::new(n)),
        }
    }
}

impl From<i64> for IntValue {
    #[inline]
    fn from(n: i64) -> IntValue {
        IntValue::Small(n)
    }
}

/// The payload of `float`.
pub struct Float(pub f64);

impl Payload for Float {
    const NAME: &'static str = "float";
    const KIND: CoreKind = CoreKind::of(Kind::Float);
    const TRACKED: bool = false;
}

/// The payload of `complex`.
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Payload for Complex {
    const NAME: &'static str = "complex";
    const KIND: CoreKind = CoreKind::of(Kind::Complex);
    const TRACKED: bool = false;
}

impl Int {
    /// CPython's hash: the value modulo 2⁶¹ − 1 with the value's sign; never −1.
    pub fn hash_value(&self) -> i64 {
        match &self.0 {
            IntValue::Small(n) => hash::int(*n),
            IntValue::Big(n) => hash::big_int(n),
        }
    }

    /// Whether it is below zero.
    #[inline]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            IntValue::Small(n) => *n < 0,
            IntValue::Big(n) => n.sign() == num_bigint::Sign::Minus,
        }
    }

    /// Whether it is zero.
    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, IntValue::Small(0))
    }

    /// The nearest `f64`, ties to even; nothing if it is out of range.
    pub fn to_f64(&self) -> Option<f64> {
        match &self.0 {
            IntValue::Small(n) => Some(*n as f64),
            IntValue::Big(n) => big_to_f64(n),
        }
    }
}

/// The nearest `f64`, ties to even; nothing if it is out of range.
pub fn big_to_f64(n: &BigInt) -> Option<f64> {
    let bits = n.bits();
    if bits > 1024 {
        return None;
    }
    let magnitude = n.magnitude();
    let value = if bits <= 64 {
        magnitude.iter_u64_digits().next().unwrap_or(0) as f64
    } else {
        // 64 leading bits, the last of them sticky, round like the whole number does.
        let shift = bits - 64;
        let top = (magnitude >> shift).iter_u64_digits().next().unwrap_or(0);
        let sticky = magnitude.trailing_zeros().unwrap_or(0) < shift;
        (top | u64::from(sticky)) as f64 * 2f64.powi(shift as i32)
    };
    if value.is_infinite() {
        return None;
    }
    Some(if n.sign() == num_bigint::Sign::Minus { -value } else { value })
}
