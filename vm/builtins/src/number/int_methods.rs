//! The type `int`: construction and methods.

use num_bigint::{BigInt, Sign};
use num_traits::Signed;
use object::{
    Args, ByteArray, Bytes, Float, GetSetDef, Int, IntValue, Layout as _, NativeDef, NativeType, Obj, Params,
    Ref, Res, Str, Type, Vm,
};

use crate::bytes::buffer::with_bytes;

use super::{format, int, parse};

pub(super) static INT: NativeType = NativeType::new("int", Int::VTABLE)
    .subclassable()
    .flags(object::TypeFlags::MATCH_SELF)
    .doc("int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by \'+\' or \'-\' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int(\'0b100\', base=0)\n4")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.hash.set(Some(int::hash));
        s.richcompare.set(Some(int::compare));
        s.nb_add.set(Some(int::add));
        s.nb_subtract.set(Some(int::subtract));
        s.nb_multiply.set(Some(int::multiply));
        s.nb_remainder.set(Some(int::remainder));
        s.nb_divmod.set(Some(int::divmod));
        s.nb_power.set(Some(int::power));
        s.nb_negative.set(Some(int::negative));
        s.nb_positive.set(Some(int::exact));
        s.nb_absolute.set(Some(int::absolute));
        s.nb_bool.set(Some(int::truth));
        s.nb_invert.set(Some(int::invert));
        s.nb_lshift.set(Some(int::lshift));
        s.nb_rshift.set(Some(int::rshift));
        s.nb_and.set(Some(int::and));
        s.nb_xor.set(Some(int::xor));
        s.nb_or.set(Some(int::or));
        s.nb_int.set(Some(int::exact));
        s.nb_float.set(Some(int::to_float));
        s.nb_floor_divide.set(Some(int::floor_divide));
        s.nb_true_divide.set(Some(int::true_divide));
        s.nb_index.set(Some(int::exact));
    })
    .methods(&[
        NativeDef::no_args("conjugate", |vm, x, _| int::exact(vm, x), "($self, /)\n--\n\nReturns self, the complex conjugate of any int."),
        NativeDef::no_args("bit_length", bit_length, "($self, /)\n--\n\nNumber of bits necessary to represent self in binary.\n\n>>> bin(37)\n\'0b100101\'\n>>> (37).bit_length()\n6"),
        NativeDef::no_args("bit_count", bit_count, "($self, /)\n--\n\nNumber of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n\'0b1101\'\n>>> (13).bit_count()\n3"),
        NativeDef::keywords("to_bytes", to_bytes, "($self, /, length=1, byteorder=\'big\', *, signed=False)\n--\n\nReturn an array of bytes representing an integer."),
        NativeDef::keywords("from_bytes", from_bytes, "($type, /, bytes, byteorder=\'big\', *, signed=False)\n--\n\nReturn the integer represented by the given array of bytes.").class_method(),
        NativeDef::no_args("as_integer_ratio", |vm, x, _| Ok(vm.tuple([int::exact(vm, x)?, vm.int(1)])), "($self, /)\n--\n\nReturn a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.\n\n>>> (10).as_integer_ratio()\n(10, 1)\n>>> (-10).as_integer_ratio()\n(-10, 1)\n>>> (0).as_integer_ratio()\n(0, 1)"),
        NativeDef::no_args("is_integer", |vm, _, _| Ok(vm.true_.clone()), "($self, /)\n--\n\nReturns True. Exists for duck type compatibility with float.is_integer."),
        NativeDef::no_args("__trunc__", |vm, x, _| int::exact(vm, x), "($self, /)\n--\n\nTruncating an Integral returns itself."),
        NativeDef::no_args("__floor__", |vm, x, _| int::exact(vm, x), "($self, /)\n--\n\nFlooring an Integral returns itself."),
        NativeDef::no_args("__ceil__", |vm, x, _| int::exact(vm, x), "($self, /)\n--\n\nCeiling of an Integral returns itself."),
        NativeDef::positional("__round__", round, "($self, ndigits=None, /)\n--\n\nRounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer."),
        NativeDef::no_args("__getnewargs__", |vm, x, _| Ok(vm.tuple([int::exact(vm, x)?])), "($self, /)\n--\n\n"),
        NativeDef::one("__format__", |vm, x, args| {
            let spec = vm.str_arg("__format__", "argument", &args.values[0])?;
            if spec.is_empty() { return vm.str_of(x); }
            format::format_int(vm, x, spec)
        }, "($self, format_spec, /)\n--\n\nConvert to a string according to format_spec."),
        NativeDef::no_args("__sizeof__", sizeof, "($self, /)\n--\n\nReturns size in memory, in bytes."),
    ])
    .getset(&[
        GetSetDef::read_only("real", int::exact, "the real part of a complex number"),
        GetSetDef::read_only("imag", |vm, _| Ok(vm.int(0)), "the imaginary part of a complex number"),
        GetSetDef::read_only("numerator", int::exact, "the numerator of a rational number in lowest terms"),
        GetSetDef::read_only("denominator", |vm, _| Ok(vm.int(1)), "the denominator of a rational number in lowest terms"),
    ])
    .size(24, 4);

fn value<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Int> {
    obj.get::<Int>().ok_or_else(|| vm.type_error("an int is needed"))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.str(&int::to_decimal(vm, value(vm, obj)?)?))
}

static NEW_PARAMS: Params<2> = Params::new("int", ["x", "base"]).positional_only(1);

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    if args.kwnames.is_empty() {
        args.check_positional(vm, "int", 0, 2)?;
    }
    let [x, base] = NEW_PARAMS.bind(vm, args)?;
    let made = match (x, base) {
        (None, None) => vm.int(0),
        (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
        (Some(x), None) => number(vm, x)?,
        (Some(x), Some(base)) => in_base(vm, x, base)?,
    };
    if ty.is(&vm.types.int) {
        return int::exact(vm, &made);
    }
    let payload = match &value(vm, &made)?.0 {
        IntValue::Small(n) => IntValue::Small(*n),
        IntValue::Big(n) => IntValue::Big(n.clone()),
    };
    Ok(Ref::new(ty, Int(payload)).into_obj())
}

fn in_base(vm: &Vm, x: &Obj, base: &Obj) -> Res<Obj> {
    let n = vm.index_as_isize(base, None)?;
    if n != 0 && !(2..=36).contains(&n) {
        return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    let base = n as u32;
    match text_of(vm, x) {
        Some(Text::Str(text)) => parse::parse_int_str(vm, text, base, x),
        Some(Text::Bytes(bytes)) => parse_bytes(vm, &bytes, base),
        None => Err(vm.type_error("int() can't convert non-string with explicit base")),
    }
}

enum Text<'a> {
    Str(&'a Str),
    Bytes(Vec<u8>),
}

fn text_of<'a>(_vm: &Vm, x: &'a Obj) -> Option<Text<'a>> {
    if let Some(text) = x.get::<Str>() {
        return Some(Text::Str(text));
    }
    if let Some(Bytes(bytes)) = x.get::<Bytes>() {
        return Some(Text::Bytes(bytes.to_vec()));
    }
    x.get::<ByteArray>().map(|bytes| Text::Bytes(bytes.0.borrow().clone()))
}

fn parse_bytes(vm: &Vm, bytes: &[u8], base: u32) -> Res<Obj> {
    // Bytes past ASCII are in no number.
    let text: String = bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect();
    parse::parse_int(vm, &text, base, &vm.bytes(bytes))
}

/// `int(x)` (`PyNumber_Long`)
fn number(vm: &Vm, x: &Obj) -> Res<Obj> {
    if x.is_exactly(&vm.types.int) {
        return Ok(x.clone());
    }
    if let Some(to_int) = x.ty().slots.nb_int.get() {
        let result = to_int(vm, x)?;
        if result.get::<Int>().is_none() {
            return Err(vm.type_error(format!("__int__ returned non-int (type {})", result.ty().name())));
        }
        if !result.is_exactly(&vm.types.int) {
            vm.warn(
                &vm.exc.deprecation_warning,
                &format!(
                    "__int__ returned non-int (type {}).  The ability to return an instance of a strict subclass of int is deprecated, and may not be allowed in a future version of Python.",
                    result.ty().name()
                ),
                1,
            )?;
        }
        return int::exact(vm, &result);
    }
    if x.ty().slots.nb_index.get().is_some() {
        return vm.index(x);
    }
    if let Some(text) = x.get::<Str>() {
        return parse::parse_int_str(vm, text, 10, x);
    }
    match with_bytes(x, <[u8]>::to_vec) {
        Some(bytes) => parse_bytes(vm, &bytes, 10),
        None => Err(vm.type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            x.ty().name()
        ))),
    }
}

fn bit_length(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let bits = match &value(vm, obj)?.0 {
        IntValue::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
        IntValue::Big(n) => n.bits(),
    };
    Ok(vm.int(bits as i64))
}

fn bit_count(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let bits = match &value(vm, obj)?.0 {
        IntValue::Small(n) => u64::from(n.unsigned_abs().count_ones()),
        IntValue::Big(n) => n.magnitude().count_ones(),
    };
    Ok(vm.int(bits as i64))
}

/// Whether the order is `little`.
fn is_little(vm: &Vm, function: &str, place: &str, order: Option<&Obj>) -> Res<bool> {
    let Some(order) = order else { return Ok(false) };
    let order = vm.str_arg(function, place, order)?;
    if order.is_text("little") {
        Ok(true)
    } else if order.is_text("big") {
        Ok(false)
    } else {
        Err(vm.value_error("byteorder must be either \'little\' or \'big\'"))
    }
}

static TO_BYTES: Params<3> = Params::new("to_bytes", ["length", "byteorder", "signed"]).keyword_only(2);

fn to_bytes(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [length, order, signed] = TO_BYTES.bind(vm, args)?;
    let length = length.map_or(Ok(1), |l| vm.as_isize(l))?;
    let little = is_little(vm, "to_bytes", "argument \'byteorder\'", order)?;
    let signed = signed.map_or(Ok(false), |s| vm.is_true(s))?;
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    let number = value(vm, obj)?.to_big();
    if number.is_negative() && !signed {
        return Err(vm.overflow_error("can\'t convert negative int to unsigned"));
    }
    let mut bytes = if signed { number.to_signed_bytes_le() } else { number.to_bytes_le().1 };
    if number.sign() == Sign::NoSign {
        bytes.clear();
    }
    if bytes.len() > length {
        return Err(vm.overflow_error("int too big to convert"));
    }
    vm.check_alloc(length)?;
    bytes.resize(length, if number.is_negative() { 0xFF } else { 0 });
    if !little {
        bytes.reverse();
    }
    Ok(vm.bytes(&bytes))
}

static FROM_BYTES: Params<3> =
    Params::new("from_bytes", ["bytes", "byteorder", "signed"]).keyword_only(2).required(1);

fn from_bytes(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let [bytes, order, signed] = FROM_BYTES.bind(vm, args)?;
    let little = is_little(vm, "from_bytes", "argument \'byteorder\'", order)?;
    let signed = signed.map_or(Ok(false), |s| vm.is_true(s))?;
    let source = bytes.unwrap_or(&vm.none);
    let mut bytes = match text_of(vm, source) {
        Some(Text::Bytes(bytes)) => bytes,
        _ => {
            // Whatever `bytes()` takes, but a number is no content.
            let by_method = vm.lookup_special(source, &vm.names.__bytes__)?.is_some();
            if !by_method && (source.get::<Str>().is_some() || source.get::<Int>().is_some()) {
                return Err(vm.type_error(format!("cannot convert '{}' object to bytes", source.ty().name())));
            }
            let made = vm.call1(vm.types.bytes.as_obj(), source)?;
            match made.get::<Bytes>() {
                Some(Bytes(bytes)) => bytes.to_vec(),
                None => return Err(vm.type_error("cannot convert object to bytes")),
            }
        }
    };
    if !little {
        bytes.reverse();
    }
    let number =
        if signed { BigInt::from_signed_bytes_le(&bytes) } else { BigInt::from_bytes_le(Sign::Plus, &bytes) };
    let number = vm.int_big(number);
    if class.is(vm.types.int.as_obj()) { Ok(number) } else { vm.call1(class, &number) }
}

/// `round(x, ndigits)`: negative digits round to tens, half to even.
fn round(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [digits] = args.unpack::<1>(vm, "__round__", 0)?;
    let Some(digits) = digits.filter(|d| !d.is(&vm.none)) else { return int::exact(vm, obj) };
    let digits = vm.index(digits)?;
    if !vm.int_is_negative(&digits) {
        return int::exact(vm, obj);
    }
    let Some(places) = vm.int_value(&digits).and_then(|d| u32::try_from(-d).ok()) else {
        return Ok(vm.int(0));
    };
    let number = value(vm, obj)?.to_big();
    if f64::from(places) > number.bits() as f64 * std::f64::consts::LOG10_2 + 2.0 {
        return Ok(vm.int(0));
    }
    let unit = BigInt::from(super::rounding::power_of_ten(places));
    let (quotient, rest) = num_integer::Integer::div_mod_floor(&number, &unit);
    let doubled: BigInt = &rest * 2;
    let up = match doubled.cmp(&unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => num_integer::Integer::is_odd(&quotient),
        std::cmp::Ordering::Less => false,
    };
    Ok(vm.int_big((quotient + i32::from(up)) * unit))
}

fn sizeof(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let bits = match &value(vm, obj)?.0 {
        IntValue::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
        IntValue::Big(n) => n.bits(),
    };
    // Digits of 30 bits, at least one of them.
    Ok(vm.int((24 + 4 * bits.div_ceil(30).max(1)) as i64))
}

/// The `float` that an `int` equals, for exact comparison.
pub(super) fn compare_with_float(x: &Int, y: f64) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    if y.is_nan() {
        return None;
    }
    if y.is_infinite() {
        return Some(if y > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    if let Some(n) = x.small()
        && n.unsigned_abs() <= 1 << 53
    {
        return (n as f64).partial_cmp(&y);
    }
    // Beyond 2^53 floats are whole, so their integral part decides, then the fraction of small ones.
    let whole = y.trunc();
    let (mantissa, exponent) = libm::frexp(whole);
    let scaled = BigInt::from((mantissa * 2f64.powi(53)) as i64);
    let whole_big =
        if exponent >= 53 { scaled << (exponent - 53) as u64 } else { scaled >> (53 - exponent) as u64 };
    Some(x.to_big().cmp(&whole_big).then_with(|| whole.partial_cmp(&y).unwrap_or(Ordering::Equal)))
}

/// A number that arithmetic of floats takes: a float or an int.
pub(super) fn as_float(vm: &Vm, obj: &Obj) -> Res<Option<f64>> {
    if let Some(Float(x)) = obj.get::<Float>() {
        return Ok(Some(*x));
    }
    match obj.get::<Int>() {
        Some(int) => vm.int_to_f64(int).map(Some),
        None => Ok(None),
    }
}
