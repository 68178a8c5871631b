//! Quotients of big integers as floats, rounded once, half to even.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

/// `numerator / denominator`, correctly rounded; nothing if it is too large. The denominator is not 0.
pub fn ratio_to_f64(numerator: &BigInt, denominator: &BigInt) -> Option<f64> {
    if numerator.is_zero() {
        return Some(0.0);
    }
    let negative = (numerator.sign() == Sign::Minus) != (denominator.sign() == Sign::Minus);
    let (a, b) = (numerator.magnitude(), denominator.magnitude());
    // A quotient of 66 or 67 bits; what is left over goes into its last bit.
    let shift = a.bits() as i64 - b.bits() as i64 - 66;
    let (quotient, rest) =
        if shift >= 0 { a.div_rem(&(b << shift as u64)) } else { (a << shift.unsigned_abs()).div_rem(b) };
    let sticky = u128::from(!rest.is_zero());
    let magnitude = scaled(quotient.to_u128()? | sticky, shift)?;
    Some(if negative { -magnitude } else { magnitude })
}

/// `mantissa · 2^exponent`, rounded half to even; nothing if it is too large. The last bit may be a sticky one, if
/// there are more than 54.
pub fn scaled(mantissa: u128, exponent: i64) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let bits = 128 - i64::from(mantissa.leading_zeros());
    // How many bits the result keeps: 53, or fewer among the subnormals.
    let keep = 53.min(bits + exponent + 1074);
    if keep < 0 {
        return Some(0.0);
    }
    let drop = bits - keep;
    let (mut kept, exponent) = if drop > 0 {
        let kept = if drop >= 128 { 0 } else { mantissa >> drop };
        let rest = if drop >= 128 { mantissa } else { mantissa & ((1 << drop) - 1) };
        let half = 1u128 << (drop - 1).min(127);
        let up = rest > half || (rest == half && kept & 1 == 1);
        (kept + u128::from(up), exponent + drop)
    } else {
        (mantissa, exponent)
    };
    if kept == 0 {
        return Some(0.0);
    }
    let mut exponent = exponent;
    if kept == 1 << 53 {
        kept >>= 1;
        exponent += 1;
    }
    let top = 128 - i64::from(kept.leading_zeros()) + exponent;
    if top > 1024 {
        return None;
    }
    let mut value = kept as u64 as f64;
    // Powers of two in steps that stay exact.
    let mut left = exponent;
    while left > 0 {
        let step = left.min(1000);
        value *= 2f64.powi(step as i32);
        left -= step;
    }
    while left < 0 {
        let step = left.max(-1000);
        value *= 2f64.powi(step as i32);
        left -= step;
    }
    Some(value)
}

/// A power of ten.
pub fn power_of_ten(exponent: u32) -> BigUint {
    BigUint::from(10u32).pow(exponent)
}
