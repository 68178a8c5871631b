//! Reading integers from text (CPython's `PyLong_FromString`).

use num_bigint::BigInt;
use object::{Obj, Res, Str, Vm};

use super::NumberState;

/// Why a text is no integer.
enum Bad {
    Text,
    TooLong(usize),
}

/// The value of a text in a base of 2 to 36, or 0 for the base that its prefix says.
pub fn parse_int(vm: &Vm, text: &str, base: u32, shown: &Obj) -> Res<Obj> {
    match parse(vm, text, base) {
        Ok(value) => Ok(value),
        Err(Bad::Text) => {
            Err(vm
                .value_error(format!("invalid literal for int() with base {base}: {}", vm.repr_text(shown)?)))
        }
        Err(Bad::TooLong(digits)) => {
            let limit = vm.state::<NumberState>().max_str_digits.get();
            Err(vm.value_error(format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use sys.set_int_max_str_digits() to increase the limit"
            )))
        }
    }
}

/// As [`parse_int`] for a `str`: other scripts' digits and spaces count as ASCII ones.
pub fn parse_int_str(vm: &Vm, text: &Str, base: u32, shown: &Obj) -> Res<Obj> {
    parse_int(vm, &ascii_form(text), base, shown)
}

/// The text with decimal digits of any script as ASCII digits and any space as a blank; other characters past ASCII
/// become `?`, which no number has.
pub fn ascii_form(text: &Str) -> String {
    if let Some(text) = text.as_ascii() {
        return text.to_owned();
    }
    text.code_points()
        .map(|c| match char::from_u32(c) {
            Some(c) if c.is_ascii() => c,
            Some(x) if crate::unicode::is_space(x.into()) => ' ',
            _ => match crate::unicode::decimal_value(c) {
                Some(digit) => char::from(b'0' + digit),
                None => '?',
            },
        })
        .collect()
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1f')
}

fn parse(vm: &Vm, text: &str, base: u32) -> Result<Obj, Bad> {
    let text = text.trim_matches(is_space);
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let prefix = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let (base, digits) = match (base, prefix) {
        (0, 0) => {
            // Old octal literals are refused; zeros alone are a number.
            if text.starts_with('0') && text.bytes().any(|b| !matches!(b, b'0' | b'_')) {
                return Err(Bad::Text);
            }
            (10, text)
        }
        (0, prefix) => (prefix, text[2..].strip_prefix('_').unwrap_or(&text[2..])),
        (base, prefix) if base == prefix => (base, text[2..].strip_prefix('_').unwrap_or(&text[2..])),
        (base, _) => (base, text),
    };
    let bytes = digits.as_bytes();
    if bytes.is_empty() || bytes[0] == b'_' || bytes[bytes.len() - 1] == b'_' || digits.contains("__") {
        return Err(Bad::Text);
    }
    let mut small: Option<i64> = Some(0);
    let mut count = 0;
    for c in digits.chars().filter(|c| *c != '_') {
        let Some(digit) = c.to_digit(base) else { return Err(Bad::Text) };
        small = small.and_then(|n| n.checked_mul(base.into())?.checked_add(digit.into()));
        count += 1;
    }
    if let Some(n) = small {
        return Ok(vm.int(if negative { -n } else { n }));
    }
    let limit = vm.state::<NumberState>().max_str_digits.get();
    if limit > 0 && count > limit && !base.is_power_of_two() {
        return Err(Bad::TooLong(count));
    }
    let plain: Vec<u8> = bytes.iter().copied().filter(|b| *b != b'_').collect();
    let Some(value) = BigInt::parse_bytes(&plain, base) else { return Err(Bad::Text) };
    Ok(vm.int_big(if negative { -value } else { value }))
}
