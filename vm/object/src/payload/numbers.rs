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
