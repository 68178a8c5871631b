//! The complex functions, after Kahan's "Branch cuts for complex elementary functions", kept from overflowing on the way.

use std::f64::consts::{E, FRAC_PI_2, LN_2};

use crate::math::real::asinh as asinh_of_real;

use super::special::{self, Table};
use super::{Complex, Failure};

type Outcome = Result<Complex, Failure>;

/// Parts beyond this are scaled before they are squared or added.
const LARGE: f64 = f64::MAX / 4.0;
/// The square root of [`LARGE`].
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
/// The logarithm of [`LARGE`].
const LOG_LARGE: f64 = 708.396_418_532_264_1;
/// The square root of the smallest normal number.
const SQRT_MIN: f64 = 1.491_668_146_240_041_3e-154;
/// Binary digits by which subnormal numbers are scaled; odd, so that its half and one more is their root's.
const SCALE: i32 = 53 / 2 * 2 + 1;

fn is_large((re, im): Complex) -> bool {
    re.abs() > LARGE || im.abs() > LARGE
}

/// `f(z)` of `g` with `f(z) = −i g(iz)`.
fn turned((re, im): Complex, function: fn(Complex) -> Outcome) -> Outcome {
    function((-im, re)).map(|(re, im)| (im, -re))
}

/// The logarithm of the length of a large number.
fn log_of_large((re, im): Complex) -> f64 {
    (re / 2.0).hypot(im / 2.0).ln() + LN_2 * 2.0
}

/// Square roots of two finite numbers.
fn roots(a: Complex, b: Complex) -> Result<(Complex, Complex), Failure> {
    Ok((sqrt(a)?, sqrt(b)?))
}

pub(super) fn acos(z: Complex) -> Outcome {
    if let Some(result) = special::ACOS.get(z) {
        return result;
    }
    let (x, y) = z;
    if is_large(z) {
        let length = log_of_large(z);
        let im = if x < 0.0 { -length.copysign(y) } else { length.copysign(-y) };
        return Ok((y.abs().atan2(x), im));
    }
    let (a, b) = roots((1.0 - x, -y), (1.0 + x, y))?;
    Ok((2.0 * a.0.atan2(b.0), asinh_of_real(b.0 * a.1 - b.1 * a.0)))
}

pub(super) fn acosh(z: Complex) -> Outcome {
    if let Some(result) = special::ACOSH.get(z) {
        return result;
    }
    let (x, y) = z;
    if is_large(z) {
        return Ok((log_of_large(z), y.atan2(x)));
    }
    let (a, b) = roots((x - 1.0, y), (x + 1.0, y))?;
    Ok((asinh_of_real(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0)))
}

pub(super) fn asin(z: Complex) -> Outcome {
    turned(z, asinh)
}

pub(super) fn asinh(z: Complex) -> Outcome {
    if let Some(result) = special::ASINH.get(z) {
        return result;
    }
    let (x, y) = z;
    if is_large(z) {
        let length = log_of_large(z);
        let re = if y >= 0.0 { length.copysign(x) } else { -length.copysign(-x) };
        return Ok((re, y.atan2(x.abs())));
    }
    let (a, b) = roots((1.0 + y, -x), (1.0 - y, x))?;
    Ok((asinh_of_real(a.0 * b.1 - b.0 * a.1), y.atan2(a.0 * b.0 - a.1 * b.1)))
}

pub(super) fn atan(z: Complex) -> Outcome {
    turned(z, atanh)
}

pub(super) fn atanh(z: Complex) -> Outcome {
    if let Some(result) = special::ATANH.get(z) {
        return result;
    }
    let (x, y) = z;
    if x < 0.0 {
        return atanh((-x, -y)).map(|(re, im)| (-re, -im));
    }
    let height = y.abs();
    if x > SQRT_LARGE || height > SQRT_LARGE {
        let half = (x / 2.0).hypot(y / 2.0);
        return Ok((x / 4.0 / half / half, -FRAC_PI_2.copysign(-y)));
    }
    if x == 1.0 && height < SQRT_MIN {
        if height == 0.0 {
            return Err(Failure::Domain);
        }
        let re = -(height.sqrt() / height.hypot(2.0).sqrt()).ln();
        return Ok((re, (2f64.atan2(-height) / 2.0).copysign(y)));
    }
    let below = 1.0 - x;
    let re = (4.0 * x / (below * below + height * height)).ln_1p() / 4.0;
    let im = -(-2.0 * y).atan2(below * (1.0 + x) - height * height) / 2.0;
    Ok((re, im))
}

pub(super) fn cos((re, im): Complex) -> Outcome {
    cosh((-im, re))
}

/// Where the real part is infinite and the imaginary part turns the result around: what `turn` makes of cosine and sine
/// of the latter. Otherwise what the table says, if anything.
fn special_or_turned(z: Complex, table: &Table, turn: impl Fn(f64, f64) -> Complex) -> Option<Outcome> {
    let (x, y) = z;
    if x.is_infinite() && y.is_finite() && y != 0.0 {
        return Some(Ok(turn(y.cos(), y.sin())));
    }
    table.get(z)
}

fn infinite(sign: f64) -> f64 {
    f64::INFINITY.copysign(sign)
}

/// A result that is infinite though the argument is not has overflowed.
fn in_range((re, im): Complex) -> Outcome {
    if re.is_infinite() || im.is_infinite() { Err(Failure::Range) } else { Ok((re, im)) }
}

pub(super) fn cosh(z: Complex) -> Outcome {
    let (x, y) = z;
    let turn = |cos, sin| (infinite(cos), infinite(sin) * x.signum());
    if let Some(result) = special_or_turned(z, &special::COSH, turn) {
        return result;
    }
    if x.abs() > LOG_LARGE {
        let less = x - 1f64.copysign(x);
        return in_range((y.cos() * less.cosh() * E, y.sin() * less.sinh() * E));
    }
    in_range((y.cos() * x.cosh(), y.sin() * x.sinh()))
}

pub(super) fn exp(z: Complex) -> Outcome {
    let (x, y) = z;
    let size: f64 = if x > 0.0 { f64::INFINITY } else { 0.0 };
    if let Some(result) =
        special_or_turned(z, &special::EXP, |cos, sin| (size.copysign(cos), size.copysign(sin)))
    {
        return result;
    }
    if x > LOG_LARGE {
        let length = (x - 1.0).exp();
        return in_range((length * y.cos() * E, length * y.sin() * E));
    }
    let length = x.exp();
    in_range((length * y.cos(), length * y.sin()))
}

pub(super) fn log(z: Complex) -> Outcome {
    if let Some(result) = special::LOG.get(z) {
        return result;
    }
    let (x, y) = (z.0.abs(), z.1.abs());
    let re = if is_large(z) {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x == 0.0 && y == 0.0 {
            return Err(Failure::Domain);
        }
        libm::scalbn(x, 53).hypot(libm::scalbn(y, 53)).ln() - 53.0 * LN_2
    } else {
        let length = x.hypot(y);
        if (0.71..=1.73).contains(&length) {
            // Near 1 the logarithm must be computed from the distance to 1.
            let (long, short) = if x > y { (x, y) } else { (y, x) };
            ((long - 1.0) * (long + 1.0) + short * short).ln_1p() / 2.0
        } else {
            length.ln()
        }
    };
    Ok((re, z.1.atan2(z.0)))
}

pub(super) fn sin(z: Complex) -> Outcome {
    turned(z, sinh)
}

pub(super) fn sinh(z: Complex) -> Outcome {
    let (x, y) = z;
    let turn = |cos, sin| (infinite(cos) * x.signum(), infinite(sin));
    if let Some(result) = special_or_turned(z, &special::SINH, turn) {
        return result;
    }
    if x.abs() > LOG_LARGE {
        let less = x - 1f64.copysign(x);
        return in_range((y.cos() * less.sinh() * E, y.sin() * less.cosh() * E));
    }
    in_range((y.cos() * x.sinh(), y.sin() * x.cosh()))
}

pub(super) fn sqrt(z: Complex) -> Outcome {
    if let Some(result) = special::SQRT.get(z) {
        return result;
    }
    let (x, y) = (z.0.abs(), z.1.abs());
    if x == 0.0 && y == 0.0 {
        return Ok((0.0, z.1));
    }
    let long = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        let x = libm::scalbn(x, SCALE);
        libm::scalbn((x + x.hypot(libm::scalbn(y, SCALE))).sqrt(), -(SCALE + 1) / 2)
    } else {
        2.0 * (x / 8.0 + (x / 8.0).hypot(y / 8.0)).sqrt()
    };
    let short = y / (2.0 * long);
    Ok(if z.0 >= 0.0 { (long, short.copysign(z.1)) } else { (short, long.copysign(z.1)) })
}

pub(super) fn tan(z: Complex) -> Outcome {
    turned(z, tanh)
}

pub(super) fn tanh(z: Complex) -> Outcome {
    let (x, y) = z;
    let turn = |cos: f64, sin: f64| (x.signum(), 0f64.copysign(2.0 * sin * cos));
    if let Some(result) = special_or_turned(z, &special::TANH, turn) {
        return result;
    }
    if x.abs() > LOG_LARGE {
        return Ok((1f64.copysign(x), 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp()));
    }
    let (th, t, c) = (x.tanh(), y.tan(), 1.0 / x.cosh());
    let denominator = 1.0 + (th * t) * (th * t);
    Ok((th * (1.0 + t * t) / denominator, ((t / denominator) * c) * c))
}

/// The number of a length and a phase.
pub(super) fn rect(length: f64, phase: f64) -> Outcome {
    let turn = |cos, sin| (infinite(cos) * length.signum(), infinite(sin) * length.signum());
    if let Some(result) = special_or_turned((length, phase), &special::RECT, turn) {
        return result;
    }
    if phase == 0.0 {
        return Ok((length, length * phase));
    }
    Ok((length * phase.cos(), length * phase.sin()))
}
