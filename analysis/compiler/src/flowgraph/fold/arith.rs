//! Python's arithmetic on numbers, as far as constants can have it.

use bytecode::Const;
use bytecode::opcode::nb;
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::complex;

/// Largest result of a product, power or shift, in bits
const MAX_INT_BITS: u64 = 128;

/// A number as arithmetic sees it: bools are integers.
enum Number {
    Int(BigInt),
    Float(f64),
    Complex(f64, f64),
}

/// The value of an integer or bool
pub(super) fn as_int(value: &Const) -> Option<BigInt> {
    match value {
        Const::Bool(b) => Some(BigInt::from(*b)),
        _ => value.as_int(),
    }
}

fn number(value: &Const) -> Option<Number> {
    match value {
        Const::Float(x) => Some(Number::Float(*x)),
        Const::Complex(re, im) => Some(Number::Complex(*re, *im)),
        _ => as_int(value).map(Number::Int),
    }
}

/// `float(i)`; `None` where that overflows
fn to_float(i: &BigInt) -> Option<f64> {
    i.to_f64().filter(|x| x.is_finite())
}

pub(super) fn negative(value: &Const) -> Option<Const> {
    Some(match number(value)? {
        Number::Int(i) => Const::int(-i),
        Number::Float(x) => Const::Float(-x),
        Number::Complex(re, im) => Const::Complex(-re, -im),
    })
}

pub(super) fn positive(value: &Const) -> Option<Const> {
    match value {
        Const::Bool(b) => Some(Const::Int((*b).into())),
        _ => number(value).map(|_| value.clone()),
    }
}

/// `~True` is deprecated and warns when it runs, so it is not folded.
pub(super) fn invert(value: &Const) -> Option<Const> {
    value.as_int().map(|i| Const::int(-i - 1))
}

pub(super) fn binary(left: &Const, op: u32, right: &Const) -> Option<Const> {
    if let (Const::Bool(a), Const::Bool(b)) = (left, right) {
        match op {
            nb::AND => return Some(Const::Bool(a & b)),
            nb::OR => return Some(Const::Bool(a | b)),
            nb::XOR => return Some(Const::Bool(a ^ b)),
            _ => {}
        }
    }
    match (number(left)?, number(right)?) {
        (Number::Int(a), Number::Int(b)) => ints(&a, op, &b),
        (Number::Float(a), Number::Float(b)) => floats(a, op, b),
        (Number::Float(a), Number::Int(b)) => floats(a, op, to_float(&b)?),
        (Number::Int(a), Number::Float(b)) => floats(to_float(&a)?, op, b),
        (Number::Complex(re, im), b) => complex::with_left((re, im), op, real_or_complex(b)?),
        (a, Number::Complex(re, im)) => complex::with_right(real_or_complex(a)?, op, (re, im)),
    }
}

fn real_or_complex(n: Number) -> Option<complex::Operand> {
    Some(match n {
        Number::Int(i) => complex::Operand::Real(to_float(&i)?),
        Number::Float(x) => complex::Operand::Real(x),
        Number::Complex(re, im) => complex::Operand::Complex((re, im)),
    })
}

fn ints(a: &BigInt, op: u32, b: &BigInt) -> Option<Const> {
    let (a_bits, b_bits) = (a.bits(), b.bits());
    Some(match op {
        nb::ADD => Const::int(a + b),
        nb::SUBTRACT => Const::int(a - b),
        nb::MULTIPLY if a_bits != 0 && b_bits != 0 && a_bits + b_bits > MAX_INT_BITS => return None,
        nb::MULTIPLY => Const::int(a * b),
        nb::TRUE_DIVIDE => Const::Float(ratio(a, b)?),
        nb::FLOOR_DIVIDE if !b.is_zero() => Const::int(a.div_floor(b)),
        nb::REMAINDER if !b.is_zero() => Const::int(a.mod_floor(b)),
        nb::POWER if b.is_negative() => return floats(to_float(a)?, op, to_float(b)?),
        nb::POWER if a.is_zero() => Const::Int(b.is_zero().into()),
        nb::POWER => {
            let exponent = b.to_u64()?;
            if exponent > 0 && a_bits > MAX_INT_BITS / exponent {
                return None;
            }
            Const::int(a.pow(u32::try_from(exponent).ok()?))
        }
        nb::LSHIFT if b.is_negative() => return None,
        nb::LSHIFT if a.is_zero() => Const::Int(0),
        nb::LSHIFT => {
            let shift =
                b.to_u64().filter(|&s| b_bits == 0 || s <= MAX_INT_BITS && a_bits <= MAX_INT_BITS - s)?;
            Const::int(a << shift)
        }
        nb::RSHIFT if b.is_negative() => return None,
        nb::RSHIFT => match b.to_u64() {
            Some(shift) if shift <= a_bits => Const::int(a >> shift),
            _ => Const::Int(if a.is_negative() { -1 } else { 0 }),
        },
        nb::AND => Const::int(a & b),
        nb::OR => Const::int(a | b),
        nb::XOR => Const::int(a ^ b),
        _ => return None,
    })
}

/// `a / b`, rounded once, half to even; `None` for a zero divisor and where it overflows
fn ratio(a: &BigInt, b: &BigInt) -> Option<f64> {
    /// Exponent of the smallest float above zero
    const MIN_EXPONENT: i64 = -1074;
    if b.is_zero() {
        return None;
    }
    let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    if a.is_zero() {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // A quotient with at least two bits more than a float holds, or as many as subnormals leave
    let exponent = (a.bits() as i64 - b.bits() as i64 - 56).max(MIN_EXPONENT - 2);
    let (mut n, mut d) = (a.abs(), b.abs());
    if exponent >= 0 {
        d <<= exponent
    } else {
        n <<= -exponent
    }
    let (mut quotient, rest) = n.div_rem(&d);
    let drop = (quotient.bits() as i64 - 53).max(MIN_EXPONENT - exponent).max(0);
    let half = BigInt::from(1) << (drop - 1).max(0);
    let low = &quotient % (BigInt::from(1) << drop);
    quotient >>= drop;
    let up = drop > 0 && (low > half || low == half && (!rest.is_zero() || quotient.is_odd()));
    let mantissa = (quotient + u32::from(up)).to_f64()?;
    let exponent = i32::try_from(exponent + drop).ok()?;
    // Two steps, for 2^exponent alone may be out of range
    let x = mantissa * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
    x.is_finite().then_some(if negative { -x } else { x })
}

fn floats(a: f64, op: u32, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        nb::ADD => a + b,
        nb::SUBTRACT => a - b,
        nb::MULTIPLY => a * b,
        nb::TRUE_DIVIDE if b != 0.0 => a / b,
        nb::FLOOR_DIVIDE if b != 0.0 => floor_and_remainder(a, b).0,
        nb::REMAINDER if b != 0.0 => floor_and_remainder(a, b).1,
        nb::POWER => return float_power(a, b),
        _ => return None,
    }))
}

/// `divmod` of floats: the remainder has the divisor's sign
fn floor_and_remainder(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (floor, remainder)
}

fn float_power(base: f64, exponent: f64) -> Option<Const> {
    let whole = exponent == exponent.floor();
    if base == 0.0 && exponent < 0.0 && exponent.is_finite() {
        return None;
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && !whole {
        let operand = complex::Operand::Real(exponent);
        return complex::with_left((base, 0.0), nb::POWER, operand);
    }
    let x = base.powf(exponent);
    // An infinity that was not there before is an overflow.
    (x.is_finite() || !base.is_finite() || !exponent.is_finite()).then_some(Const::Float(x))
}
