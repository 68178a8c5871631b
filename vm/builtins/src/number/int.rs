//! The arithmetic of `int` (CPython's `longobject.c`): words where the result fits, big integers otherwise.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Pow, Signed};
use object::{CompareOp, Int, IntValue, Obj, Res, Vm};

use super::{NumberState, ratio_to_f64};

/// Both operands, if both are integers.
#[inline]
fn pair<'a>(a: &'a Obj, b: &'a Obj) -> Option<(&'a Int, &'a Int)> {
    Some((a.get::<Int>()?, b.get::<Int>()?))
}

/// A big operand: borrowed, or made from a word.
fn big(value: &Int) -> std::borrow::Cow<'_, BigInt> {
    match &value.0 {
        IntValue::Small(n) => std::borrow::Cow::Owned(BigInt::from(*n)),
        IntValue::Big(n) => std::borrow::Cow::Borrowed(n),
    }
}

macro_rules! simple {
    ($($name:ident $checked:ident $op:tt;)*) => {
        $(pub(super) fn $name(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
            let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
            if let (Some(x), Some(y)) = (x.small(), y.small())
                && let Some(result) = x.$checked(y)
            {
                return Ok(vm.int(result));
            }
            Ok(vm.int_big(&*big(x) $op &*big(y)))
        })*
    };
}

simple! {
    add checked_add +;
    subtract checked_sub -;
}

pub(super) fn multiply(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    if let (Some(x), Some(y)) = (x.small(), y.small())
        && let Some(result) = x.checked_mul(y)
    {
        return Ok(vm.int(result));
    }
    let (x, y) = (big(x), big(y));
    vm.check_alloc((x.bits() + y.bits()) as usize / 8)?;
    Ok(vm.int_big(&*x * &*y))
}

macro_rules! bitwise {
    ($($name:ident $op:tt;)*) => {
        $(pub(super) fn $name(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
            let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
            if let (Some(x), Some(y)) = (x.small(), y.small()) {
                return Ok(vm.int(x $op y));
            }
            Ok(vm.int_big(&*big(x) $op &*big(y)))
        })*
    };
}

bitwise! {
    and &;
    or |;
    xor ^;
}

/// `x // y` and `x % y`, rounded towards −∞; the divisor is not 0.
fn floor_div_mod(x: i64, y: i64) -> Option<(i64, i64)> {
    let quotient = x.checked_div(y)?;
    let rest = x.wrapping_rem(y);
    if rest != 0 && (rest < 0) != (y < 0) { Some((quotient - 1, rest + y)) } else { Some((quotient, rest)) }
}

pub(super) fn floor_divide(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    if y.is_zero() {
        return Err(vm.zero_division_error("division by zero"));
    }
    if let (Some(x), Some(y)) = (x.small(), y.small())
        && let Some((quotient, _)) = floor_div_mod(x, y)
    {
        return Ok(vm.int(quotient));
    }
    Ok(vm.int_big(big(x).div_floor(&big(y))))
}

pub(super) fn remainder(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    if y.is_zero() {
        return Err(vm.zero_division_error("division by zero"));
    }
    if let (Some(x), Some(y)) = (x.small(), y.small()) {
        return Ok(vm.int(floor_div_mod(x, y).map_or(0, |(_, rest)| rest)));
    }
    Ok(vm.int_big(big(x).mod_floor(&big(y))))
}

pub(super) fn divmod(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    if y.is_zero() {
        return Err(vm.zero_division_error("division by zero"));
    }
    if let (Some(x), Some(y)) = (x.small(), y.small())
        && let Some((quotient, rest)) = floor_div_mod(x, y)
    {
        return Ok(vm.tuple([vm.int(quotient), vm.int(rest)]));
    }
    let (quotient, rest) = big(x).div_mod_floor(&big(y));
    Ok(vm.tuple([vm.int_big(quotient), vm.int_big(rest)]))
}

pub(super) fn true_divide(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    if y.is_zero() {
        return Err(vm.zero_division_error("division by zero"));
    }
    const EXACT: i64 = 1 << 53;
    if let (Some(x), Some(y)) = (x.small(), y.small())
        && (-EXACT..=EXACT).contains(&x)
        && (-EXACT..=EXACT).contains(&y)
    {
        return Ok(vm.float(x as f64 / y as f64));
    }
    if x.is_zero() {
        return Ok(vm.float(if y.is_negative() { -0.0 } else { 0.0 }));
    }
    match ratio_to_f64(&big(x), &big(y)) {
        Some(value) => Ok(vm.float(value)),
        None => Err(vm.overflow_error("integer division result too large for a float")),
    }
}

/// A shift count: not negative, and nothing if it does not fit.
fn shift_count(vm: &Vm, count: &Int) -> Res<Option<u64>> {
    if count.is_negative() {
        return Err(vm.value_error("negative shift count"));
    }
    Ok(count.small().map(|n| n as u64))
}

pub(super) fn lshift(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    let count = shift_count(vm, y)?;
    if x.is_zero() {
        return Ok(vm.int(0));
    }
    let Some(count) = count else { return Err(vm.overflow_error("too many digits in integer")) };
    if let Some(n) = x.small()
        && count < 63
        && n.unsigned_abs().leading_zeros() as u64 > count + 1
    {
        return Ok(vm.int(n << count));
    }
    vm.check_alloc((count / 8) as usize + 8)?;
    Ok(vm.int_big(&*big(x) << count))
}

pub(super) fn rshift(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    let count = shift_count(vm, y)?;
    if let Some(n) = x.small() {
        return Ok(vm.int(n >> count.unwrap_or(63).min(63)));
    }
    match count {
        Some(count) => Ok(vm.int_big(&*big(x) >> count)),
        None => Ok(vm.int(if x.is_negative() { -1 } else { 0 })),
    }
}

pub(super) fn power(vm: &Vm, a: &Obj, b: &Obj, modulus: &Obj) -> Res<Obj> {
    let Some((base, exponent)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    if modulus.is(&vm.none) {
        if exponent.is_negative() {
            let (x, y) = (vm.int_to_f64(base)?, vm.int_to_f64(exponent)?);
            return super::float::pow(vm, x, y);
        }
        return positive_power(vm, base, exponent);
    }
    let Some(modulus) = modulus.get::<Int>() else { return Ok(vm.not_implemented.clone()) };
    if modulus.is_zero() {
        return Err(vm.value_error("pow() 3rd argument cannot be 0"));
    }
    let (mut base, mut exponent, modulus) =
        (big(base).into_owned(), big(exponent).into_owned(), big(modulus));
    if exponent.is_negative() {
        let magnitude = modulus.abs();
        base = base.mod_floor(&magnitude);
        let gcd = base.extended_gcd(&magnitude);
        if gcd.gcd != BigInt::from(1) {
            return Err(vm.value_error("base is not invertible for the given modulus"));
        }
        base = gcd.x.mod_floor(&magnitude);
        exponent = -exponent;
    }
    Ok(vm.int_big(base.modpow(&exponent, &modulus).mod_floor(&modulus)))
}

fn positive_power(vm: &Vm, base: &Int, exponent: &Int) -> Res<Obj> {
    if let Some(n) = exponent.small().and_then(|n| u32::try_from(n).ok()) {
        if let Some(result) = base.small().and_then(|b| b.checked_pow(n)) {
            return Ok(vm.int(result));
        }
        let base = big(base);
        vm.check_alloc((base.bits() as usize).saturating_mul(n as usize) / 8)?;
        return Ok(vm.int_big(Pow::pow(&*base, n)));
    }
    match base.small() {
        Some(n @ (0 | 1)) => Ok(vm.int(n)),
        Some(-1) => Ok(vm.int(if big(exponent).is_even() { 1 } else { -1 })),
        _ => Err(vm.memory_error()),
    }
}

pub(super) fn negative(vm: &Vm, a: &Obj) -> Res<Obj> {
    let Some(x) = a.get::<Int>() else { return Ok(vm.not_implemented.clone()) };
    match x.small().and_then(i64::checked_neg) {
        Some(n) => Ok(vm.int(n)),
        None => Ok(vm.int_big(-big(x).into_owned())),
    }
}

pub(super) fn absolute(vm: &Vm, a: &Obj) -> Res<Obj> {
    match a.get::<Int>() {
        Some(x) if x.is_negative() => negative(vm, a),
        _ => exact(vm, a),
    }
}

pub(super) fn invert(vm: &Vm, a: &Obj) -> Res<Obj> {
    let Some(x) = a.get::<Int>() else { return Ok(vm.not_implemented.clone()) };
    match x.small() {
        Some(n) => Ok(vm.int(!n)),
        None => Ok(vm.int_big(-big(x).into_owned() - 1)),
    }
}

pub(super) fn truth(_vm: &Vm, a: &Obj) -> Res<bool> {
    Ok(a.get::<Int>().is_some_and(|x| !x.is_zero()))
}

/// The value as an exact `int`, of an instance of a subclass too.
pub(super) fn exact(vm: &Vm, a: &Obj) -> Res<Obj> {
    if a.is_exactly(&vm.types.int) {
        return Ok(a.clone());
    }
    match a.get::<Int>().map(|x| &x.0) {
        Some(IntValue::Small(n)) => Ok(vm.int(*n)),
        Some(IntValue::Big(n)) => Ok(vm.int_big((**n).clone())),
        None => Err(vm.type_error("an int is needed")),
    }
}

/// `float(a)`
pub(super) fn to_float(vm: &Vm, a: &Obj) -> Res<Obj> {
    let Some(x) = a.get::<Int>() else { return Ok(vm.not_implemented.clone()) };
    Ok(vm.float(vm.int_to_f64(x)?))
}

pub(super) fn hash(_vm: &Vm, a: &Obj) -> Res<i64> {
    Ok(a.get::<Int>().map_or(0, Int::hash_value))
}

pub(super) fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let Some((x, y)) = pair(a, b) else { return Ok(vm.not_implemented.clone()) };
    let ordering = match (&x.0, &y.0) {
        (IntValue::Small(x), IntValue::Small(y)) => x.cmp(y),
        _ => big(x).cmp(&big(y)),
    };
    Ok(vm.bool(op.holds(ordering)))
}

/// Digits of a radix up to 36, with a sign, no prefix.
pub fn to_radix(value: &Int, radix: u32) -> String {
    match &value.0 {
        IntValue::Small(n) => BigInt::from(*n).to_str_radix(radix),
        IntValue::Big(n) => n.to_str_radix(radix),
    }
}

/// Decimal digits with a sign, within the limit that `sys.set_int_max_str_digits` sets.
pub fn to_decimal(vm: &Vm, value: &Int) -> Res<String> {
    match &value.0 {
        IntValue::Small(n) => Ok(n.to_string()),
        IntValue::Big(n) => {
            let limit = vm.state::<NumberState>().max_str_digits.get();
            let too_long = || {
                vm.value_error(format!(
                    "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
                ))
            };
            // log10(2) bounds the digits from below before the work is done.
            if limit > 0 && (n.bits() - 1) as f64 * std::f64::consts::LOG10_2 > limit as f64 + 1.0 {
                return Err(too_long());
            }
            let text = n.to_string();
            if limit > 0 && text.len() - usize::from(n.sign() == Sign::Minus) > limit {
                return Err(too_long());
            }
            Ok(text)
        }
    }
}

/// The whole number of a finite float, exactly.
pub fn from_f64(vm: &Vm, value: f64) -> Res<Obj> {
    if value.is_nan() {
        return Err(vm.value_error("cannot convert float NaN to integer"));
    }
    if value.is_infinite() {
        return Err(vm.overflow_error("cannot convert float infinity to integer"));
    }
    if value.abs() < 9.0e18 {
        return Ok(vm.int(value as i64));
    }
    let (mantissa, exponent) = libm::frexp(value);
    let whole = BigInt::from((mantissa * 2f64.powi(53)) as i64);
    Ok(vm.int_big(if exponent >= 53 {
        whole << (exponent - 53) as u64
    } else {
        whole >> (53 - exponent) as u64
    }))
}
