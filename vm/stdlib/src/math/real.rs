//! Real functions of `math` that neither Rust's standard library nor `libm` has the way CPython does (`mathmodule.c`).

// Constants stand as they were published.
#![allow(clippy::excessive_precision)]

use std::f64::consts::PI;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The argument is outside of the function's domain: `ValueError`.
    Domain,
    /// The result is too large: `OverflowError`.
    Range,
}

const LANCZOS_G: f64 = 6.024_680_040_776_729_583_740_234_375;
const LANCZOS_G_MINUS_HALF: f64 = 5.524_680_040_776_729_583_740_234_375;
const LANCZOS_NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786772,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const LANCZOS_DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

fn lanczos_sum(x: f64) -> f64 {
    let terms = LANCZOS_NUMERATOR.iter().zip(&LANCZOS_DENOMINATOR);
    let (numerator, denominator) = if x < 5.0 {
        terms.rev().fold((0.0, 0.0), |(n, d), (a, b)| (n * x + a, d * x + b))
    } else {
        terms.fold((0.0, 0.0), |(n, d), (a, b)| (n / x + a, d / x + b))
    };
    numerator / denominator
}

/// sin(πx), exact at the half integers.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let r = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * r
}

/// `math.gamma`
pub fn gamma(x: f64) -> Result<f64, Failure> {
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY { Err(Failure::Domain) } else { Ok(x) };
    }
    if x == 0.0 {
        return Err(Failure::Domain);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(Failure::Domain);
        }
        if x <= 23.0 {
            return Ok((1..x as u32).fold(1.0, |product, n| product * f64::from(n)));
        }
    }
    let size = x.abs();
    let in_range = |r: f64| if r.is_infinite() { Err(Failure::Range) } else { Ok(r) };
    if size < 1e-20 {
        return in_range(1.0 / x);
    }
    if size > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(Failure::Range) };
    }
    let y = size + LANCZOS_G_MINUS_HALF;
    // The rounding error of `y`.
    let z = if size > LANCZOS_G_MINUS_HALF {
        (y - size) - LANCZOS_G_MINUS_HALF
    } else {
        (y - LANCZOS_G_MINUS_HALF) - size
    } * LANCZOS_G
        / y;
    let power = |r: f64, scale: fn(f64, f64) -> f64| {
        if size < 140.0 {
            scale(r, y.powf(size - 0.5))
        } else {
            let root = y.powf(size / 2.0 - 0.25);
            scale(scale(r, root), root)
        }
    };
    if x < 0.0 {
        let mut r = -PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        r -= z * r;
        in_range(power(r, |r, p| r / p))
    } else {
        let mut r = lanczos_sum(size) / y.exp();
        r += z * r;
        in_range(power(r, |r, p| r * p))
    }
}

/// `math.lgamma`
pub fn lgamma(x: f64) -> Result<f64, Failure> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Failure::Domain) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-size.ln());
    }
    let mut r = lanczos_sum(size).ln() - LANCZOS_G;
    r += (size - 0.5) * ((size + LANCZOS_G - 0.5).ln() - 1.0);
    if x < 0.0 {
        const LN_PI: f64 = 1.144_729_885_849_400_174_143_427_351_353_058_711_647;
        r = LN_PI - sin_pi(size).abs().ln() - size.ln() - r;
    }
    if r.is_infinite() { Err(Failure::Range) } else { Ok(r) }
}

/// An exactly rounded sum, number by number (`math.fsum`): partial sums that do not overlap, as Shewchuk keeps them.
#[derive(Default)]
pub struct ExactSum {
    partials: Vec<f64>,
    special: f64,
    infinities: f64,
}

impl ExactSum {
    /// Adds a number. An overflow on the way is a `Range` failure.
    pub fn add(&mut self, number: f64) -> Result<(), Failure> {
        let mut x = number;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let mut y = self.partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.partials.push(x);
            return Ok(());
        }
        if number.is_finite() {
            return Err(Failure::Range);
        }
        if number.is_infinite() {
            self.infinities += number;
        }
        self.special += number;
        self.partials.clear();
        Ok(())
    }

    /// The sum. Infinities of both signs are a `Domain` failure.
    pub fn total(mut self) -> Result<f64, Failure> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(Failure::Domain) } else { Ok(self.special) };
        }
        let Some(mut high) = self.partials.pop() else { return Ok(0.0) };
        let mut low = 0.0;
        while let Some(y) = self.partials.pop() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // Half-way cases look one partial further down to round to even correctly.
        if let Some(&next) = self.partials.last()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Ok(high)
    }
}

/// The next number on the way from `x` to `y` (C's `nextafter`): a zero that is reached has the sign of `x`.
pub fn next_towards(x: f64, y: f64) -> f64 {
    match () {
        () if x.is_nan() => x,
        () if y.is_nan() || x == y => y,
        () if x == 0.0 => f64::from_bits(1).copysign(y),
        () if x < y => x.next_up(),
        () => x.next_down(),
    }
}

/// glibc's `cbrt`, whose last bit is not always the nearest.
pub fn cbrt(x: f64) -> f64 {
    /// ∛2
    const CBRT_2: f64 = 1.259_921_049_894_873_164_8;
    /// ∛4
    const CBRT_4: f64 = 1.587_401_051_968_199_474_8;
    /// Coefficients of the first guess, highest first; their signs alternate.
    const GUESS: [f64; 6] = [
        0.145_263_899_385_486_367,
        0.784_932_344_976_639_262,
        1.834_692_774_836_130_86,
        2.446_931_222_780_835_64,
        2.114_994_941_673_712_87,
        1.508_191_937_815_848_96,
    ];
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let (part, exponent) = libm::frexp(x.abs());
    let slope = GUESS[1..].iter().fold(GUESS[0], |sum, coefficient| coefficient - sum * part);
    let guess = 0.354_895_765_043_919_860 + slope * part;
    let cube = guess * guess * guess;
    let root = guess * (cube + 2.0 * part) / (2.0 * cube + part);
    let factor = [1.0 / CBRT_4, 1.0 / CBRT_2, 1.0, CBRT_2, CBRT_4][(2 + exponent % 3) as usize];
    libm::scalbn(root * factor, exponent / 3).copysign(x)
}

/// glibc's `asinh`, which Rust's library does not have.
pub fn asinh(x: f64) -> f64 {
    let size = x.abs();
    let result = if !x.is_finite() || size < 2f64.powi(-28) {
        return x;
    } else if size > 2f64.powi(28) {
        size.ln() + std::f64::consts::LN_2
    } else if size > 2.0 {
        (2.0 * size + 1.0 / ((size * size + 1.0).sqrt() + size)).ln()
    } else {
        let square = size * size;
        (size + square / (1.0 + (1.0 + square).sqrt())).ln_1p()
    };
    result.copysign(x)
}

/// glibc's `acosh`.
pub fn acosh(x: f64) -> f64 {
    match x {
        _ if x.is_nan() || x == f64::INFINITY => x,
        _ if x < 1.0 => f64::NAN,
        _ if x >= 2f64.powi(28) => x.ln() + std::f64::consts::LN_2,
        _ if x > 2.0 => (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln(),
        _ => {
            let above = x - 1.0;
            (above + (2.0 * above + above * above).sqrt()).ln_1p()
        }
    }
}

/// glibc's `atanh`.
pub fn atanh(x: f64) -> f64 {
    let size = x.abs();
    let double = size + size;
    let result = match size {
        _ if size < 2f64.powi(-28) => return x,
        _ if size < 0.5 => 0.5 * (double + double * size / (1.0 - size)).ln_1p(),
        _ => 0.5 * (double / (1.0 - size)).ln_1p(),
    };
    result.copysign(x)
}

/// The number so many numbers behind `x` on the way to `y`, or `y` if that is nearer.
pub fn step_towards(x: f64, y: f64, steps: u64) -> f64 {
    const SIGN: u64 = 1 << 63;
    if x.is_nan() || steps == 0 {
        return x;
    }
    if y.is_nan() || x == y {
        return y;
    }
    let (from, to) = (x.to_bits() & !SIGN, y.to_bits() & !SIGN);
    let with_sign = |bits: u64, sign: f64| f64::from_bits(bits | sign.to_bits() & SIGN);
    if x.is_sign_negative() != y.is_sign_negative() {
        return match from + to {
            distance if distance <= steps => y,
            _ if from < steps => with_sign(steps - from, y),
            _ => with_sign(from - steps, x),
        };
    }
    if from.abs_diff(to) < steps {
        return y;
    }
    with_sign(if from > to { from - steps } else { from + steps }, x)
}

/// The length of a vector (`math.hypot`, `math.dist`), with less than one unit in the last place of error.
pub fn norm(vector: &mut [f64]) -> f64 {
    let largest = vector.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    if vector.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if vector.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || vector.len() <= 1 {
        return largest;
    }
    let (_, exponent) = libm::frexp(largest);
    if exponent < -1023 {
        vector.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(vector);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let (mut sum, mut low_products, mut low_sums) = (1.0, 0.0, 0.0);
    let mut add = |a: f64, b: f64| {
        let product = a * b;
        low_products += a.mul_add(b, -product);
        let total: f64 = sum + product;
        low_sums += product - (total - sum);
        sum = total;
        sum - 1.0 + (low_products + low_sums)
    };
    let mut rest = 0.0;
    for &mut x in vector {
        let x = x * scale;
        rest = add(x, x);
    }
    let root = rest.sqrt();
    let correction = add(-root, root);
    (root + correction / (2.0 * root)) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_is_cpythons() {
        // What CPython 3.14 prints for these.
        for (x, y) in
            [(0.5, 1.7724538509055159), (5.0, 24.0), (1.5, 0.886226925452758), (-1.5, 2.3632718012073544)]
        {
            assert_eq!(gamma(x), Ok(y), "gamma({x})");
        }
        assert_eq!(gamma(171.5), Ok(9.483367566824801e307));
        assert_eq!((gamma(-1.0), gamma(172.0)), (Err(Failure::Domain), Err(Failure::Range)));
        assert_eq!((lgamma(0.5), lgamma(100.0)), (Ok(0.5723649429247004), Ok(359.1342053695754)));
    }

    #[test]
    fn sums_are_exact() {
        let sum = |numbers: &[f64]| {
            let mut exact = ExactSum::default();
            for &n in numbers {
                exact.add(n)?;
            }
            exact.total()
        };
        assert_eq!(sum(&[0.1; 10]), Ok(1.0));
        assert_eq!(sum(&[1e100, 1.0, -1e100]), Ok(1.0));
        assert_eq!(sum(&[f64::INFINITY, f64::NEG_INFINITY]), Err(Failure::Domain));
        assert_eq!(sum(&[1e308, 1e308]), Err(Failure::Range));
    }

    #[test]
    fn norms_neither_overflow_nor_vanish() {
        assert_eq!(norm(&mut [3.0, 4.0]), 5.0);
        assert_eq!(norm(&mut [3e200, 4e200]), 4.9999999999999995e200);
        assert_eq!(norm(&mut [3e-320, 4e-320]), 5e-320);
        assert_eq!(norm(&mut [1.0, f64::NAN, f64::INFINITY]), f64::INFINITY);
    }
}
