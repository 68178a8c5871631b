//! `int`, `float`, `complex`.

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

/// The prime of numeric hashes, 2⁶¹ − 1 (`_PyHASH_MODULUS`).
const HASH_MODULUS: u64 = (1 << 61) - 1;

impl Int {
    /// CPython's hash: the value modulo 2⁶¹ − 1 with the value's sign; never −1.
    pub fn hash_value(&self) -> i64 {
        let hash = match &self.0 {
            IntValue::Small(n) => {
                let reduced = (n.unsigned_abs() % HASH_MODULUS) as i64;
                if *n < 0 { -reduced } else { reduced }
            }
            IntValue::Big(n) => {
                let reduced = n.magnitude().iter_u64_digits().rev().fold(0u64, |hash, digit| {
                    ((u128::from(hash) << 64 | u128::from(digit)) % u128::from(HASH_MODULUS)) as u64
                }) as i64;
                if n.sign() == num_bigint::Sign::Minus { -reduced } else { reduced }
            }
        };
        if hash == -1 { -2 } else { hash }
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

impl Float {
    /// CPython's hash of a float; for NaN the caller gives the object's address hash.
    pub fn hash_of(x: f64) -> Option<i64> {
        if x.is_nan() {
            return None;
        }
        if x.is_infinite() {
            return Some(if x > 0.0 { 314159 } else { -314159 });
        }
        let (mut mantissa, mut exponent) = frexp(x.abs());
        let mut hash: u64 = 0;
        // 28 bits at a time, as `_Py_HashDouble` does.
        while mantissa != 0.0 {
            hash = (hash << 28 & HASH_MODULUS) | hash >> (61 - 28);
            mantissa *= f64::from(1 << 28);
            exponent -= 28;
            let digit = mantissa as u64;
            mantissa -= digit as f64;
            hash += digit;
            if hash >= HASH_MODULUS {
                hash -= HASH_MODULUS;
            }
        }
        let shift = exponent.rem_euclid(61);
        hash = (hash << shift & HASH_MODULUS) | hash >> (61 - shift);
        let hash = if x < 0.0 { -(hash as i64) } else { hash as i64 };
        Some(if hash == -1 { -2 } else { hash })
    }
}

/// `x = m · 2^e` with `0.5 ≤ m < 1`; zeros, infinities and NaN stay as they are.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    if exponent == 0 {
        // Subnormal: scale into the normal range first.
        let (m, e) = frexp(x * 2f64.powi(64));
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent - 1022)
}
