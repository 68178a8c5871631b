//! Complex arithmetic (`Objects/complexobject.c`): real operands keep their missing imaginary part.

use bytecode::Const;
use bytecode::opcode::nb;

type Complex = (f64, f64);

/// The other operand
#[derive(Clone, Copy)]
pub(super) enum Operand {
    Real(f64),
    Complex(Complex),
}

fn constant((re, im): Complex) -> Option<Const> {
    Some(Const::Complex(re, im))
}

pub(super) fn with_left(a: Complex, op: u32, b: Operand) -> Option<Const> {
    match (op, b) {
        (nb::ADD, Operand::Real(b)) => constant((a.0 + b, a.1)),
        (nb::ADD, Operand::Complex(b)) => constant((a.0 + b.0, a.1 + b.1)),
        (nb::SUBTRACT, Operand::Real(b)) => constant((a.0 - b, a.1)),
        (nb::SUBTRACT, Operand::Complex(b)) => constant((a.0 - b.0, a.1 - b.1)),
        (nb::MULTIPLY, Operand::Real(b)) => constant((a.0 * b, a.1 * b)),
        (nb::MULTIPLY, Operand::Complex(b)) => constant(product(a, b)),
        (nb::TRUE_DIVIDE, Operand::Real(b)) => (b != 0.0).then_some(Const::Complex(a.0 / b, a.1 / b)),
        (nb::TRUE_DIVIDE, Operand::Complex(b)) => constant(quotient(a, b)?),
        (nb::POWER, Operand::Real(b)) => constant(power(a, (b, 0.0))?),
        (nb::POWER, Operand::Complex(b)) => constant(power(a, b)?),
        _ => None,
    }
}

pub(super) fn with_right(a: Operand, op: u32, b: Complex) -> Option<Const> {
    let real = match a {
        Operand::Real(real) => real,
        Operand::Complex(a) => return with_left(a, op, Operand::Complex(b)),
    };
    match op {
        nb::ADD | nb::MULTIPLY => with_left(b, op, a),
        nb::SUBTRACT => constant((real - b.0, -b.1)),
        nb::TRUE_DIVIDE => constant(quotient_of_real(real, b)?),
        nb::POWER => constant(power((real, 0.0), b)?),
        _ => None,
    }
}

/// ±1 for an infinity, ±0 for anything else
fn unit(x: f64) -> f64 {
    (if x.is_infinite() { 1f64 } else { 0.0 }).copysign(x)
}

fn nan_to_zero(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

/// The product; where it comes out as NaN, infinities are recovered (C99, annex G).
fn product((mut a, mut b): Complex, (mut c, mut d): Complex) -> Complex {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let plain = (ac - bd, ad + bc);
    if !(plain.0.is_nan() && plain.1.is_nan()) {
        return plain;
    }
    let mut again = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d) = (unit(a), unit(b), nan_to_zero(c), nan_to_zero(d));
        again = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (a, b, c, d) = (nan_to_zero(a), nan_to_zero(b), unit(c), unit(d));
        again = true;
    }
    if !again && [ac, bd, ad, bc].iter().any(|x| x.is_infinite()) {
        (a, b, c, d) = (nan_to_zero(a), nan_to_zero(b), nan_to_zero(c), nan_to_zero(d));
        again = true;
    }
    if again { (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { plain }
}

/// The quotient by Smith's algorithm; `None` for a zero divisor
fn quotient(a: Complex, b: Complex) -> Option<Complex> {
    let plain = if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        ((a.0 + a.1 * ratio) / denominator, (a.1 - a.0 * ratio) / denominator)
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        ((a.0 * ratio + a.1) / denominator, (a.1 * ratio - a.0) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    Some(recover_quotient(plain, a, b))
}

fn recover_quotient(plain: Complex, a: Complex, b: Complex) -> Complex {
    if !(plain.0.is_nan() && plain.1.is_nan()) {
        return plain;
    }
    let infinite = |x: Complex| x.0.is_infinite() || x.1.is_infinite();
    let finite = |x: Complex| x.0.is_finite() && x.1.is_finite();
    if infinite(a) && finite(b) {
        let (x, y) = (unit(a.0), unit(a.1));
        (f64::INFINITY * (x * b.0 + y * b.1), f64::INFINITY * (y * b.0 - x * b.1))
    } else if infinite(b) && finite(a) {
        let (x, y) = (unit(b.0), unit(b.1));
        (0.0 * (a.0 * x + a.1 * y), 0.0 * (a.1 * x - a.0 * y))
    } else {
        plain
    }
}

/// The quotient of a real number, which has no imaginary part to take part
fn quotient_of_real(a: f64, b: Complex) -> Option<Complex> {
    let plain = if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        (a / denominator, (-a * ratio) / denominator)
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        ((a * ratio) / denominator, (-a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if plain.0.is_nan() && plain.1.is_nan() && a.is_finite() && (b.0.is_infinite() || b.1.is_infinite()) {
        let (x, y) = (unit(b.0), unit(b.1));
        return Some((0.0 * (a * x), 0.0 * (-a * y)));
    }
    Some(plain)
}

/// Small whole exponents are done by multiplication, which is exact more often.
fn power(a: Complex, b: Complex) -> Option<Complex> {
    let result = if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        whole_power(a, b.0 as i32)?
    } else {
        polar_power(a, b)?
    };
    (!result.0.is_infinite() && !result.1.is_infinite()).then_some(result)
}

fn whole_power(a: Complex, n: i32) -> Option<Complex> {
    let mut result = (1.0, 0.0);
    let mut square = a;
    let mut rest = n.unsigned_abs();
    while rest > 0 {
        if rest & 1 == 1 {
            result = product(result, square);
        }
        rest >>= 1;
        square = product(square, square);
    }
    if n > 0 { Some(result) } else { quotient((1.0, 0.0), result) }
}

fn polar_power(a: Complex, b: Complex) -> Option<Complex> {
    if b == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        return (b.1 == 0.0 && b.0 >= 0.0).then_some((0.0, 0.0));
    }
    let size = a.0.hypot(a.1);
    let angle = a.1.atan2(a.0);
    let mut length = size.powf(b.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        length *= (-angle * b.1).exp();
        phase += b.1 * size.ln();
    }
    // The cosine of an infinity is a domain error.
    (!phase.is_infinite()).then(|| (length * phase.cos(), length * phase.sin()))
}
