//! The type `float` (CPython's `floatobject.c`).

use num_bigint::BigInt;
use object::{
    Args, CompareOp, Float, GetSetDef, Int, Layout as _, NativeDef, NativeType, Obj, Ref, Res, Str, Type, Vm,
};

use super::int_methods::{as_float, compare_with_float};
use super::{decimal, format, int, parse, rounding};

pub(super) static FLOAT: NativeType = NativeType::new("float", Float::VTABLE)
    .subclassable()
    .flags(object::TypeFlags::MATCH_SELF)
    .doc("(x=0, /)\n--\n\nConvert a string or number to a floating-point number, if possible.")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
        s.nb_add.set(Some(|vm, a, b| arithmetic(vm, a, b, |_, x, y| Ok(x + y))));
        s.nb_subtract.set(Some(|vm, a, b| arithmetic(vm, a, b, |_, x, y| Ok(x - y))));
        s.nb_multiply.set(Some(|vm, a, b| arithmetic(vm, a, b, |_, x, y| Ok(x * y))));
        s.nb_true_divide.set(Some(|vm, a, b| arithmetic(vm, a, b, divide)));
        s.nb_floor_divide.set(Some(|vm, a, b| {
            arithmetic(vm, a, b, |vm, x, y| Ok(div_mod(vm, x, y)?.0))
        }));
        s.nb_remainder.set(Some(|vm, a, b| arithmetic(vm, a, b, modulo)));
        s.nb_divmod.set(Some(divmod));
        s.nb_power.set(Some(power));
        s.nb_negative.set(Some(|vm, a| Ok(vm.float(-value(a)))));
        s.nb_positive.set(Some(exact));
        s.nb_absolute.set(Some(|vm, a| Ok(vm.float(value(a).abs()))));
        s.nb_bool.set(Some(|_, a| Ok(value(a) != 0.0)));
        s.nb_int.set(Some(|vm, a| int::from_f64(vm, value(a))));
        s.nb_float.set(Some(exact));
    })
    .methods(&[
        NativeDef::one("from_number", from_number, "($type, number, /)\n--\n\nConvert real number to a floating-point number.").class_method(),
        NativeDef::no_args("conjugate", |vm, x, _| exact(vm, x), "($self, /)\n--\n\nReturn self, the complex conjugate of any float."),
        NativeDef::no_args("__trunc__", |vm, x, _| int::from_f64(vm, value(x)), "($self, /)\n--\n\nReturn the Integral closest to x between 0 and x."),
        NativeDef::no_args("__floor__", |vm, x, _| int::from_f64(vm, value(x).floor()), "($self, /)\n--\n\nReturn the floor as an Integral."),
        NativeDef::no_args("__ceil__", |vm, x, _| int::from_f64(vm, value(x).ceil()), "($self, /)\n--\n\nReturn the ceiling as an Integral."),
        NativeDef::positional("__round__", round, "($self, ndigits=None, /)\n--\n\nReturn the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits)."),
        NativeDef::no_args("as_integer_ratio", as_integer_ratio, "($self, /)\n--\n\nReturn a pair of integers, whose ratio is exactly equal to the original float.\n\nThe ratio is in lowest terms and has a positive denominator.  Raise\nOverflowError on infinities and a ValueError on NaNs.\n\n>>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)"),
        NativeDef::one("fromhex", from_hex, "($type, string, /)\n--\n\nCreate a floating-point number from a hexadecimal string.\n\n>>> float.fromhex(\'0x1.ffffp10\')\n2047.984375\n>>> float.fromhex(\'-0x1p-1074\')\n-5e-324").class_method(),
        NativeDef::no_args("hex", hex, "($self, /)\n--\n\nReturn a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n\'-0x1.999999999999ap-4\'\n>>> 3.14159.hex()\n\'0x1.921f9f01b866ep+1\'"),
        NativeDef::no_args("is_integer", |vm, x, _| Ok(vm.bool(value(x).is_finite() && value(x).fract() == 0.0)), "($self, /)\n--\n\nReturn True if the float is an integer."),
        NativeDef::no_args("__getnewargs__", |vm, x, _| Ok(vm.tuple([vm.float(value(x))])), "($self, /)\n--\n\n"),
        NativeDef::one("__getformat__", get_format, "($type, typestr, /)\n--\n\nYou probably don\'t want to use this function.\n\n  typestr\n    Must be \'double\' or \'float\'.\n\nIt exists mainly to be used in Python\'s test suite.\n\nThis function returns whichever of \'unknown\', \'IEEE, big-endian\' or \'IEEE,\nlittle-endian\' best describes the format of floating-point numbers used by the\nC type named by typestr.").class_method(),
        NativeDef::one("__format__", |vm, x, args| {
            let spec = vm.str_arg("__format__", "argument", &args.values[0])?;
            if spec.is_empty() { return vm.str_of(x); }
            format::format_float(vm, x, spec)
        }, "($self, format_spec, /)\n--\n\nFormats the float according to format_spec."),
    ])
    .getset(&[
        GetSetDef::read_only("real", exact, "the real part of a complex number"),
        GetSetDef::read_only("imag", |vm, _| Ok(vm.float(0.0)), "the imaginary part of a complex number"),
    ])
    .size(24, 0);

#[inline]
fn value(obj: &Obj) -> f64 {
    obj.get::<Float>().map_or(0.0, |f| f.0)
}

fn exact(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(if obj.is_exactly(&vm.types.float) { obj.clone() } else { vm.float(value(obj)) })
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.str(&decimal::signed_repr(value(obj))))
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    match bytecode::hash::float(value(obj)) {
        Some(hash) => Ok(hash),
        None => object::types::hash_identity(vm, obj),
    }
}

/// Both operands as floats, if they are floats or ints.
#[inline]
fn arithmetic(vm: &Vm, a: &Obj, b: &Obj, op: fn(&Vm, f64, f64) -> Res<f64>) -> Res<Obj> {
    let (Some(x), Some(y)) = (as_float(vm, a)?, as_float(vm, b)?) else {
        return Ok(vm.not_implemented.clone());
    };
    Ok(vm.float(op(vm, x, y)?))
}

fn divide(vm: &Vm, x: f64, y: f64) -> Res<f64> {
    if y == 0.0 {
        return Err(vm.zero_division_error("division by zero"));
    }
    Ok(x / y)
}

fn modulo(vm: &Vm, x: f64, y: f64) -> Res<f64> {
    if y == 0.0 {
        return Err(vm.zero_division_error("division by zero"));
    }
    let rest = x % y;
    Ok(if rest == 0.0 {
        0f64.copysign(y)
    } else if (rest < 0.0) != (y < 0.0) {
        rest + y
    } else {
        rest
    })
}

/// `x // y` and `x % y`.
fn div_mod(vm: &Vm, x: f64, y: f64) -> Res<(f64, f64)> {
    if y == 0.0 {
        return Err(vm.zero_division_error("division by zero"));
    }
    let mut rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest == 0.0 {
        rest = 0f64.copysign(y);
    } else if (rest < 0.0) != (y < 0.0) {
        rest += y;
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0f64.copysign(x / y)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Ok((floor, rest))
}

fn divmod(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let (Some(x), Some(y)) = (as_float(vm, a)?, as_float(vm, b)?) else {
        return Ok(vm.not_implemented.clone());
    };
    let (quotient, rest) = div_mod(vm, x, y)?;
    Ok(vm.tuple([vm.float(quotient), vm.float(rest)]))
}

fn power(vm: &Vm, a: &Obj, b: &Obj, modulus: &Obj) -> Res<Obj> {
    if !modulus.is(&vm.none) {
        return Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let (Some(x), Some(y)) = (as_float(vm, a)?, as_float(vm, b)?) else {
        return Ok(vm.not_implemented.clone());
    };
    pow(vm, x, y)
}

/// `x ** y`; a negative base with a broken exponent gives a `complex`.
pub(super) fn pow(vm: &Vm, x: f64, y: f64) -> Res<Obj> {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(vm.zero_division_error("zero to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return super::complex::pow_obj(vm, (x, 0.0), (y, 0.0));
    }
    let result = x.powf(y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(
            vm.raise_args(&vm.exc.overflow_error, &[vm.int(34), vm.str("Numerical result out of range")])
        );
    }
    Ok(vm.float(result))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let Some(Float(x)) = a.get::<Float>() else { return Ok(vm.not_implemented.clone()) };
    let ordering = match (b.get::<Float>(), b.get::<Int>()) {
        (Some(Float(y)), _) => x.partial_cmp(y),
        (None, Some(y)) => compare_with_float(y, *x).map(std::cmp::Ordering::reverse),
        _ => return Ok(vm.not_implemented.clone()),
    };
    Ok(vm.bool(match ordering {
        Some(ordering) => op.holds(ordering),
        None => op == CompareOp::Ne,
    }))
}

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    args.no_keywords_without_init(vm, ty, &vm.types.float, "float")?;
    let args = Args::positional(args.pos());
    let [x] = args.unpack::<1>(vm, "float", 0)?;
    let number = match x {
        None => 0.0,
        Some(x) => from_object(vm, x)?,
    };
    if ty.is(&vm.types.float)
        && let Some(x) = x.filter(|x| x.is_exactly(&vm.types.float))
    {
        return Ok(x.clone());
    }
    Ok(Ref::new(ty, Float(number)).into_obj())
}

fn from_object(vm: &Vm, x: &Obj) -> Res<f64> {
    let bad = |vm: &Vm| -> Res<f64> {
        Err(vm.value_error(format!("could not convert string to float: {}", vm.repr_text(x)?)))
    };
    if x.is_exactly(&vm.types.float) {
        return vm.as_f64(x);
    }
    if x.ty().slots.nb_float.get().is_some() || x.ty().slots.nb_index.get().is_some() {
        return vm.number_as_f64(x);
    }
    if let Some(text) = x.get::<Str>() {
        return parse_float(&parse::ascii_form(text)).map_or_else(|| bad(vm), Ok);
    }
    if let Some(bytes) = crate::bytes::buffer::with_bytes(x, <[u8]>::to_vec) {
        let text = String::from_utf8_lossy(&bytes);
        return parse_float(&text).map_or_else(|| bad(vm), Ok);
    }
    Err(vm.type_error(format!("float() argument must be a string or a real number, not '{}'", x.ty().name())))
}

/// The float that a text says, spaces around it and single underscores between digits allowed.
pub fn parse_float(text: &str) -> Option<f64> {
    let text = text
        .trim_matches(|c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1f'));
    if !underscores_fit(text) {
        return None;
    }
    let plain = text.replace('_', "");
    let text = plain.as_str();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned.bytes().next()? {
        b'0'..=b'9' | b'.' => text.parse().ok(),
        _ => {
            let value = match unsigned.to_ascii_lowercase().as_str() {
                "inf" | "infinity" => f64::INFINITY,
                "nan" => f64::NAN,
                _ => return None,
            };
            Some(if text.starts_with('-') { -value } else { value })
        }
    }
}

/// Whether each underscore stands between two digits.
pub(super) fn underscores_fit(text: &str) -> bool {
    let bytes = text.as_bytes();
    let between_digits =
        |i: usize| i > 0 && bytes[i - 1].is_ascii_digit() && bytes.get(i + 1).is_some_and(u8::is_ascii_digit);
    bytes.iter().enumerate().all(|(i, b)| *b != b'_' || between_digits(i))
}

fn from_number(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let x = &args.values[0];
    if x.is_exactly(&vm.types.float) && class.is(vm.types.float.as_obj()) {
        return Ok(x.clone());
    }
    let number = vm.float(vm.as_f64(x)?);
    if class.is(vm.types.float.as_obj()) { Ok(number) } else { vm.call1(class, &number) }
}

fn get_format(vm: &Vm, _class: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_arg("__getformat__", "argument", &args.values[0])?;
    if name.is_text("double") || name.is_text("float") {
        let order = if cfg!(target_endian = "big") { "big" } else { "little" };
        return Ok(vm.str(&format!("IEEE, {order}-endian")));
    }
    Err(vm.value_error("__getformat__() argument 1 must be \'double\' or \'float\'"))
}

/// `round(x)` and `round(x, n)`: by the exact decimal value, half to even.
fn round(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [digits] = args.unpack::<1>(vm, "__round__", 0)?;
    let x = value(obj);
    let Some(digits) = digits.filter(|d| !d.is(&vm.none)) else {
        return int::from_f64(vm, x.round_ties_even());
    };
    let digits = vm.index_as_isize(digits, None)?;
    if !x.is_finite() {
        return Ok(vm.float(x));
    }
    // Beyond these, the value stays as it is, or is nothing next to the unit.
    if digits > 323 {
        return Ok(vm.float(x));
    }
    if digits < -308 {
        return Ok(vm.float(0f64.copysign(x)));
    }
    let rounded = if digits >= 0 {
        format!("{x:.*}", digits as usize).parse::<f64>().unwrap_or(x)
    } else {
        let (ratio, denominator) = integer_ratio(x);
        let unit = BigInt::from(rounding::power_of_ten(digits.unsigned_abs() as u32));
        let denominator = denominator * &unit;
        let (quotient, rest) = num_integer::Integer::div_mod_floor(&ratio, &denominator);
        let doubled: BigInt = rest * 2;
        let up = match doubled.cmp(&denominator) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => num_integer::Integer::is_odd(&quotient),
            std::cmp::Ordering::Less => false,
        };
        let whole = (quotient + i32::from(up)) * unit;
        object::big_to_f64(&whole).map_or(f64::INFINITY, |r| if r == 0.0 { 0f64.copysign(x) } else { r })
    };
    if rounded.is_infinite() {
        return Err(vm.overflow_error("rounded value too large to represent"));
    }
    Ok(vm.float(rounded))
}

/// The exact fraction of a finite float, in lowest terms.
fn integer_ratio(x: f64) -> (BigInt, BigInt) {
    let (mantissa, exponent) = libm::frexp(x);
    let mut numerator = (mantissa * 2f64.powi(53)) as i64;
    let mut exponent = exponent - 53;
    if numerator == 0 {
        return (BigInt::ZERO, BigInt::from(1));
    }
    let zeros = numerator.trailing_zeros() as i32;
    numerator >>= zeros;
    exponent += zeros;
    if exponent >= 0 {
        (BigInt::from(numerator) << exponent as u64, BigInt::from(1))
    } else {
        (BigInt::from(numerator), BigInt::from(1) << exponent.unsigned_abs() as u64)
    }
}

fn as_integer_ratio(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let x = value(obj);
    if x.is_infinite() {
        return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if x.is_nan() {
        return Err(vm.value_error("cannot convert NaN to integer ratio"));
    }
    let (numerator, denominator) = integer_ratio(x);
    Ok(vm.tuple([vm.int_big(numerator), vm.int_big(denominator)]))
}

fn hex(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let x = value(obj);
    if !x.is_finite() {
        return repr(vm, obj);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return Ok(vm.str(&format!("{sign}0x0.0p+0")));
    }
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7FF) as i32;
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    Ok(vm.str(&format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")))
}

fn from_hex(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(text) = args.values[0].get::<Str>() else {
        return Err(vm.type_error(format!(
            "bad argument type for built-in operation: \'{}\'",
            args.values[0].ty().name()
        )));
    };
    let number = match text.to_text().map_or(Hex::Bad, |text| parse_hex(&text)) {
        Hex::Value(number) => vm.float(number),
        Hex::Bad => return Err(vm.value_error("invalid hexadecimal floating-point string")),
        Hex::TooLarge => {
            return Err(vm.overflow_error("hexadecimal value too large to represent as a float"));
        }
    };
    if class.is(vm.types.float.as_obj()) { Ok(number) } else { vm.call1(class, &number) }
}

enum Hex {
    Value(f64),
    Bad,
    TooLarge,
}

fn parse_hex(text: &str) -> Hex {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = |x: f64| Hex::Value(if negative { -x } else { x });
    match rest.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return signed(f64::INFINITY),
        "nan" => return signed(f64::NAN),
        _ => {}
    }
    let rest = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")).unwrap_or(rest);
    let (mantissa, exponent) = match rest.find(['p', 'P']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let exponent = match exponent {
        None => 0,
        Some(text) => {
            let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Hex::Bad;
            }
            // Far beyond any float, all exponents are the same.
            let size = digits
                .trim_start_matches('0')
                .parse::<i64>()
                .unwrap_or(if digits.trim_start_matches('0').is_empty() { 0 } else { 1 << 40 });
            let size = size.min(1 << 40);
            if text.starts_with('-') { -size } else { size }
        }
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Hex::Bad;
    }
    let mut bits: u128 = 0;
    let mut exponent = exponent - 4 * fraction.len() as i64;
    let mut skipped: i64 = 0;
    for c in whole.chars().chain(fraction.chars()) {
        let Some(digit) = c.to_digit(16) else { return Hex::Bad };
        if bits >> 120 == 0 {
            bits = bits << 4 | u128::from(digit);
        } else {
            // What no longer fits only decides about rounding.
            bits |= u128::from(digit != 0);
            skipped += 4;
        }
    }
    exponent += skipped;
    match rounding::scaled(bits, exponent) {
        Some(value) => signed(value),
        None => Hex::TooLarge,
    }
}
