//! The type `complex` (CPython's `complexobject.c`). A real operand stays real, so that signed zeros and infinities come
//! out as in C's Annex G.

use object::{
    Args, CompareOp, Complex, Float, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, Params, Ref,
    Res, Str, Type, Vm,
};

use super::{decimal, float, format, int_methods, parse};

pub(super) static COMPLEX: NativeType = NativeType::new("complex", Complex::VTABLE)
    .subclassable()
    .doc("(real=0, imag=0)\n--\n\nCreate a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the \'real\' or \'imag\' arguments are given, create a complex number\nwith the specified real and imaginary components.")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
        s.nb_add.set(Some(|vm, a, b| arithmetic(vm, a, b, add)));
        s.nb_subtract.set(Some(|vm, a, b| arithmetic(vm, a, b, subtract)));
        s.nb_multiply.set(Some(|vm, a, b| arithmetic(vm, a, b, multiply)));
        s.nb_true_divide.set(Some(|vm, a, b| arithmetic(vm, a, b, divide)));
        s.nb_power.set(Some(power));
        s.nb_negative.set(Some(|vm, a| {
            let (re, im) = value(a);
            Ok(vm.complex(-re, -im))
        }));
        s.nb_positive.set(Some(exact));
        s.nb_absolute.set(Some(|vm, a| {
            let (re, im) = value(a);
            let size = re.hypot(im);
            if size.is_infinite() && re.is_finite() && im.is_finite() {
                return Err(vm.overflow_error("absolute value too large"));
            }
            Ok(vm.float(size))
        }));
        s.nb_bool.set(Some(|_, a| Ok(value(a) != (0.0, 0.0))));
    })
    .methods(&[
        NativeDef::one("from_number", from_number, "($type, number, /)\n--\n\nConvert number to a complex floating-point number.").class_method(),
        NativeDef::no_args("conjugate", |vm, a, _| {
            let (re, im) = value(a);
            Ok(vm.complex(re, -im))
        }, "($self, /)\n--\n\nReturn the complex conjugate of its argument. (3-4j).conjugate() == 3+4j."),
        NativeDef::no_args("__complex__", |vm, a, _| exact(vm, a), "($self, /)\n--\n\nConvert this value to exact type complex."),
        NativeDef::no_args("__getnewargs__", |vm, a, _| {
            let (re, im) = value(a);
            Ok(vm.tuple([vm.float(re), vm.float(im)]))
        }, "($self, /)\n--\n\n"),
        NativeDef::one("__format__", |vm, x, args| {
            let spec = vm.str_arg("__format__", "argument", &args.values[0])?;
            if spec.is_empty() { return vm.str_of(x); }
            format::format_complex(vm, x, spec)
        }, "($self, format_spec, /)\n--\n\nConvert to a string according to format_spec."),
    ])
    .members(&[
        MemberDef::read_only("real", |vm, a| Ok(vm.float(value(a).0)), "the real part of a complex number"),
        MemberDef::read_only("imag", |vm, a| Ok(vm.float(value(a).1)), "the imaginary part of a complex number"),
    ])
    .size(32, 0);

fn value(obj: &Obj) -> (f64, f64) {
    obj.get::<Complex>().map_or((0.0, 0.0), |c| (c.re, c.im))
}

fn exact(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let (re, im) = value(obj);
    Ok(if obj.is_exactly(&vm.types.complex) { obj.clone() } else { vm.complex(re, im) })
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let (re, im) = value(obj);
    let part = |x: f64| {
        let text = decimal::signed_repr(x);
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    };
    if re == 0.0 && re.is_sign_positive() {
        return Ok(vm.str(&format!("{}j", part(im))));
    }
    let sign = if im.is_sign_negative() && !im.is_nan() { "" } else { "+" };
    Ok(vm.str(&format!("({}{sign}{}j)", part(re), part(im))))
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let (re, im) = value(obj);
    let part = |x: f64| bytecode::hash::float(x).map_or_else(|| object::types::hash_identity(vm, obj), Ok);
    Ok(bytecode::hash::complex(part(re)?, part(im)?))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.not_implemented.clone());
    }
    let (re, im) = value(a);
    let equal = if let Some(b) = b.get::<Complex>() {
        re == b.re && im == b.im
    } else if let Some(Float(b)) = b.get::<Float>() {
        im == 0.0 && re == *b
    } else if let Some(b) = b.get::<Int>() {
        im == 0.0 && int_methods::compare_with_float(b, re) == Some(std::cmp::Ordering::Equal)
    } else {
        return Ok(vm.not_implemented.clone());
    };
    Ok(vm.bool(equal == (op == CompareOp::Eq)))
}

/// An operand: real ones have no imaginary part at all.
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(f64, f64),
}

impl Operand {
    fn parts(self) -> (f64, f64) {
        match self {
            Operand::Real(x) => (x, 0.0),
            Operand::Complex(re, im) => (re, im),
        }
    }
}

fn operand(vm: &Vm, obj: &Obj) -> Res<Option<Operand>> {
    if let Some(c) = obj.get::<Complex>() {
        return Ok(Some(Operand::Complex(c.re, c.im)));
    }
    Ok(int_methods::as_float(vm, obj)?.map(Operand::Real))
}

fn arithmetic(vm: &Vm, a: &Obj, b: &Obj, op: fn(&Vm, Operand, Operand) -> Res<(f64, f64)>) -> Res<Obj> {
    let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else {
        return Ok(vm.not_implemented.clone());
    };
    let (re, im) = op(vm, x, y)?;
    Ok(vm.complex(re, im))
}

fn add(_vm: &Vm, a: Operand, b: Operand) -> Res<(f64, f64)> {
    Ok(match (a, b) {
        (Operand::Real(x), Operand::Complex(re, im)) | (Operand::Complex(re, im), Operand::Real(x)) => {
            (re + x, im)
        }
        _ => (a.parts().0 + b.parts().0, a.parts().1 + b.parts().1),
    })
}

fn subtract(_vm: &Vm, a: Operand, b: Operand) -> Res<(f64, f64)> {
    Ok(match (a, b) {
        (Operand::Real(x), Operand::Complex(re, im)) => (x - re, -im),
        (Operand::Complex(re, im), Operand::Real(x)) => (re - x, im),
        _ => (a.parts().0 - b.parts().0, a.parts().1 - b.parts().1),
    })
}

fn multiply(_vm: &Vm, a: Operand, b: Operand) -> Res<(f64, f64)> {
    Ok(match (a, b) {
        (Operand::Real(x), Operand::Complex(re, im)) | (Operand::Complex(re, im), Operand::Real(x)) => {
            (re * x, im * x)
        }
        _ => product(a.parts(), b.parts()),
    })
}

/// A product that keeps infinities (C99, Annex G.5.1).
fn product((mut a, mut b): (f64, f64), (mut c, mut d): (f64, f64)) -> (f64, f64) {
    let (re, im) = (a * c - b * d, a * d + b * c);
    if !(re.is_nan() && im.is_nan()) {
        return (re, im);
    }
    let unit = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
    let zero = |x: f64| if x.is_nan() { 0f64.copysign(x) } else { x };
    let mut recompute = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d) = (unit(a), unit(b), zero(c), zero(d));
        recompute = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (a, b, c, d) = (zero(a), zero(b), unit(c), unit(d));
        recompute = true;
    }
    if !recompute && [a * c, b * d, a * d, b * c].iter().any(|x| x.is_infinite()) {
        (a, b, c, d) = (zero(a), zero(b), zero(c), zero(d));
        recompute = true;
    }
    if recompute { (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { (re, im) }
}

fn divide(vm: &Vm, a: Operand, b: Operand) -> Res<(f64, f64)> {
    if b.parts() == (0.0, 0.0) {
        return Err(vm.zero_division_error("division by zero"));
    }
    Ok(match (a, b) {
        (Operand::Complex(re, im), Operand::Real(x)) => (re / x, im / x),
        (Operand::Real(x), Operand::Complex(re, im)) => real_quotient(x, (re, im)),
        _ => quotient(a.parts(), b.parts()),
    })
}

/// Division by the larger part of the divisor first (Smith), keeping infinities and zeros (C99, Annex G.5.1).
pub fn quotient((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    let (re, im) = if c.abs() >= d.abs() {
        let ratio = d / c;
        let denominator = c + d * ratio;
        ((a + b * ratio) / denominator, (b - a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio + b) / denominator, (b * ratio - a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if !(re.is_nan() && im.is_nan()) {
        return (re, im);
    }
    let unit = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
    if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
        let (x, y) = (unit(a), unit(b));
        (f64::INFINITY * (x * c + y * d), f64::INFINITY * (y * c - x * d))
    } else if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
        let (x, y) = (unit(c), unit(d));
        (0.0 * (a * x + b * y), 0.0 * (b * x - a * y))
    } else {
        (re, im)
    }
}

/// [`quotient`] of a number that has no imaginary part at all, not even a zero.
fn real_quotient(a: f64, (c, d): (f64, f64)) -> (f64, f64) {
    let (re, im) = if c.abs() >= d.abs() {
        let ratio = d / c;
        let denominator = c + d * ratio;
        (a / denominator, -a * ratio / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        (a * ratio / denominator, -a / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if re.is_nan() && im.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        let unit = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
        return (0.0 * (a * unit(c)), 0.0 * (-a * unit(d)));
    }
    (re, im)
}

fn power(vm: &Vm, a: &Obj, b: &Obj, modulus: &Obj) -> Res<Obj> {
    let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else {
        return Ok(vm.not_implemented.clone());
    };
    if !modulus.is(&vm.none) {
        return Err(vm.value_error("complex modulo"));
    }
    pow_obj(vm, x.parts(), y.parts())
}

/// `x ** y`
pub(super) fn pow_obj(vm: &Vm, x: (f64, f64), y: (f64, f64)) -> Res<Obj> {
    let whole = y.1 == 0.0 && y.0 == y.0.floor() && y.0.abs() <= 100.0;
    let (re, im) = if whole {
        let n = y.0 as i32;
        if n >= 0 {
            whole_power(x, n as u32)
        } else {
            let below = whole_power(x, n.unsigned_abs());
            if below == (0.0, 0.0) {
                return Err(vm.zero_division_error("zero to a negative or complex power"));
            }
            quotient((1.0, 0.0), below)
        }
    } else if y == (0.0, 0.0) {
        (1.0, 0.0)
    } else if x == (0.0, 0.0) {
        if y.1 != 0.0 || y.0 < 0.0 {
            return Err(vm.zero_division_error("zero to a negative or complex power"));
        }
        (0.0, 0.0)
    } else {
        let size = x.0.hypot(x.1);
        let angle = x.1.atan2(x.0);
        let mut length = size.powf(y.0);
        let mut phase = angle * y.0;
        if y.1 != 0.0 {
            length *= (-angle * y.1).exp();
            phase += y.1 * size.ln();
        }
        (length * phase.cos(), length * phase.sin())
    };
    if re.is_infinite() || im.is_infinite() {
        return Err(vm.overflow_error("complex exponentiation"));
    }
    Ok(vm.complex(re, im))
}

fn whole_power(x: (f64, f64), n: u32) -> (f64, f64) {
    let (mut result, mut factor, mut mask) = ((1.0, 0.0), x, 1);
    while mask > 0 && n >= mask {
        if n & mask != 0 {
            result = product(result, factor);
        }
        mask <<= 1;
        factor = product(factor, factor);
    }
    result
}

static NEW_PARAMS: Params<2> = Params::new("complex", ["real", "imag"]);

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [real, imag] = NEW_PARAMS.bind(vm, args)?;
    if let (Some(only), None) = (real, imag) {
        if only.is_exactly(&vm.types.complex) && ty.is(&vm.types.complex) {
            return Ok(only.clone());
        }
        if let Some(text) = only.get::<Str>() {
            let ascii = parse::ascii_form(text);
            if !float::underscores_fit(&ascii) {
                return Err(
                    vm.value_error(format!("could not convert string to complex: {}", vm.repr_text(only)?))
                );
            }
            let Some((re, im)) = parse_complex(&ascii) else {
                return Err(vm.value_error("complex() arg is a malformed string"));
            };
            return make(ty, re, im);
        }
    }
    let part = |given: Option<&Obj>, name: &str| -> Res<Operand> {
        let Some(given) = given else { return Ok(Operand::Real(0.0)) };
        if let Some(number) = to_complex(vm, given)? {
            return Ok(number);
        }
        if imag.is_none() {
            return Err(vm.type_error(format!(
                "complex() argument must be a string or a number, not {}",
                given.ty().name()
            )));
        }
        Err(vm.type_error(format!(
            "complex() argument \'{name}\' must be a real number, not {}",
            given.ty().name()
        )))
    };
    let (x, y) = (part(real, "real")?, part(imag, "imag")?);
    for (part, given, name) in [(x, real, "real"), (y, imag, "imag")] {
        if let (Operand::Complex(..), Some(given), Some(_)) = (part, given, imag) {
            let class = vm.type_full_name(given.ty());
            let message = format!("complex() argument '{name}' must be a real number, not {class}");
            vm.warn(&vm.exc.deprecation_warning, &message, 1)?;
        }
    }
    // x + y·j, where y may be complex itself.
    let (mut re, mut im) = x.parts();
    match y {
        Operand::Complex(c, d) => {
            re -= d;
            im = if matches!(x, Operand::Complex(..)) { im + c } else { c };
        }
        Operand::Real(_) if imag.is_none() => {}
        Operand::Real(c) => {
            im = if matches!(x, Operand::Complex(..)) { im + c } else { c };
        }
    }
    make(ty, re, im)
}

fn make(ty: &Ref<Type>, re: f64, im: f64) -> Res<Obj> {
    Ok(Ref::new(ty, Complex { re, im }).into_obj())
}

/// A number as a complex one: by `__complex__`, or as a real number. Nothing if it is none.
fn to_complex(vm: &Vm, obj: &Obj) -> Res<Option<Operand>> {
    if let Some(c) = obj.get::<Complex>() {
        return Ok(Some(Operand::Complex(c.re, c.im)));
    }
    if let Some(result) = vm.call_special(obj, &vm.names.__complex__, &[])? {
        return match result.get::<Complex>() {
            Some(c) => Ok(Some(Operand::Complex(c.re, c.im))),
            None => {
                Err(vm.type_error(format!("__complex__ returned non-complex (type {})", result.ty().name())))
            }
        };
    }
    if obj.ty().slots.nb_float.get().is_some() || obj.ty().slots.nb_index.get().is_some() {
        return Ok(Some(Operand::Real(vm.as_f64(obj)?)));
    }
    Ok(None)
}

/// An argument as a complex number: real and imaginary part (`PyComplex_AsCComplex`).
pub fn as_complex(vm: &Vm, obj: &Obj) -> Res<(f64, f64)> {
    match to_complex(vm, obj)? {
        Some(number) => Ok(number.parts()),
        None => Err(vm.type_error(format!("must be real number, not {}", obj.ty().name()))),
    }
}

fn from_number(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let x = &args.values[0];
    let exact_class = class.is(vm.types.complex.as_obj());
    if x.is_exactly(&vm.types.complex) && exact_class {
        return Ok(x.clone());
    }
    let (re, im) = as_complex(vm, x)?;
    let number = vm.complex(re, im);
    if exact_class { Ok(number) } else { vm.call1(class, &number) }
}

/// A complex number as text: `1`, `2j`, `1+2j`, `(1+2j)`, with spaces around.
fn parse_complex(text: &str) -> Option<(f64, f64)> {
    let text = text.trim();
    let text = match text.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')')?.trim(),
        None => text,
    };
    if text.contains(char::is_whitespace) {
        return None;
    }
    let imaginary = |part: &str| -> Option<f64> {
        match part {
            "" | "+" => Some(1.0),
            "-" => Some(-1.0),
            _ => float::parse_float(part),
        }
    };
    let Some(body) = text.strip_suffix(['j', 'J']) else {
        return float::parse_float(text).map(|re| (re, 0.0));
    };
    // The sign that parts the two numbers is the last one that no exponent has.
    let split = body
        .char_indices()
        .rev()
        .find(|(i, c)| matches!(c, '+' | '-') && *i > 0 && !matches!(body.as_bytes()[i - 1], b'e' | b'E'));
    match split {
        Some((at, _)) => Some((float::parse_float(&body[..at])?, imaginary(&body[at..])?)),
        None => Some((0.0, imaginary(body)?)),
    }
}
