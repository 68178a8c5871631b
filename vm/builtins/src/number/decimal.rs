//! Floats as decimal text, exactly rounded: shortest (`repr`), fixed, exponential, general (CPython's `pystrtod.c`).
//!
//! All take magnitudes: signs are the callers'.

/// The shortest digits that read back as the same float, and the place of the decimal point among them: 0.d₁d₂… · 10^point.
fn shortest(value: f64) -> (String, i32) {
    split(&format!("{value:e}"))
}

/// Exactly `count` significant digits, rounded half to even.
fn significant(value: f64, count: usize) -> (String, i32) {
    split(&format!("{value:.*e}", count.saturating_sub(1)))
}

/// `d.ddde±x` as digits and point.
fn split(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    (digits, exponent.parse::<i32>().unwrap_or(0) + 1)
}

fn special(value: f64) -> Option<String> {
    if value.is_nan() {
        Some("nan".into())
    } else if value.is_infinite() {
        Some("inf".into())
    } else {
        None
    }
}

fn with_exponent(digits: &str, point: i32, alternate: bool) -> String {
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let exponent = point - 1;
    let dot = if rest.is_empty() && !alternate { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{dot}{rest}e{sign}{:02}", exponent.abs())
}

fn positional(digits: &str, point: i32) -> (String, String) {
    if point <= 0 {
        ("0".into(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize)))
    } else if point as usize >= digits.len() {
        (format!("{digits}{}", "0".repeat(point as usize - digits.len())), String::new())
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        (whole.into(), fraction.into())
    }
}

/// `repr(value)`
pub fn repr(value: f64) -> String {
    let sign = if value.is_sign_negative() && !value.is_nan() { "-" } else { "" };
    format!("{sign}{}", repr_with(value.abs(), false))
}

/// `repr(value)` without the sign, with a decimal point in any case if `alternate`.
pub fn repr_with(value: f64, alternate: bool) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let (digits, point) = if value == 0.0 { ("0".into(), 1) } else { shortest(value) };
    if !(-3..=16).contains(&point) {
        return with_exponent(&digits, point, alternate);
    }
    let (whole, fraction) = positional(&digits, point);
    if fraction.is_empty() { format!("{whole}.0") } else { format!("{whole}.{fraction}") }
}

/// As [`repr`], with the sign.
pub fn signed_repr(value: f64) -> String {
    let text = repr(value.abs());
    if value.is_sign_negative() && !value.is_nan() { format!("-{text}") } else { text }
}

/// `%.{precision}f`
pub fn fixed(value: f64, precision: usize, alternate: bool) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let mut text = long_fixed(value, precision);
    if precision == 0 && alternate {
        text.push('.');
    }
    text
}

/// The most digits behind the point that a float can have: more are zeros.
const MAX_FRACTION: usize = 1100;

fn long_fixed(value: f64, precision: usize) -> String {
    let exact = precision.min(MAX_FRACTION);
    let mut text = format!("{value:.exact$}");
    text.extend(std::iter::repeat_n('0', precision - exact));
    text
}

/// `%.{precision}e`
pub fn exponential(value: f64, precision: usize, alternate: bool) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let exact = precision.min(MAX_FRACTION);
    let (mut digits, point) =
        if value == 0.0 { ("0".repeat(exact + 1), 1) } else { significant(value, exact + 1) };
    digits.extend(std::iter::repeat_n('0', precision - exact));
    with_exponent(&digits, point, alternate)
}

/// `%.{precision}g`; `keep_point` adds `.0` to whole numbers and turns to exponents one digit earlier, as the empty
/// presentation type with a precision does.
pub fn general(value: f64, precision: usize, alternate: bool, keep_point: bool) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let precision = precision.max(1);
    let exact = precision.min(MAX_FRACTION);
    let (mut digits, point) = if value == 0.0 { ("0".repeat(exact), 1) } else { significant(value, exact) };
    let limit = if keep_point { precision as i64 - 1 } else { precision as i64 };
    let exponential = i64::from(point) <= -4 || i64::from(point) > limit;
    if !alternate {
        let kept = digits.trim_end_matches('0').len().max(1);
        digits.truncate(kept);
    }
    if exponential {
        return with_exponent(&digits, point, alternate);
    }
    let (whole, fraction) = positional(&digits, point);
    match (fraction.is_empty(), keep_point, alternate) {
        (true, true, _) => format!("{whole}.0"),
        (true, false, true) => format!("{whole}."),
        (true, false, false) => whole,
        (false, ..) => format!("{whole}.{fraction}"),
    }
}
