//! Number literals.

use std::borrow::Cow;

/// The value of a number literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Number<'a> {
    Int(u64),
    /// Above `u64::MAX`: digits in the given radix, no leading zeros.
    BigInt {
        radix: u8,
        digits: Cow<'a, str>,
    },
    Float(f64),
    Imaginary(f64),
}

/// Why a number literal has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    /// More decimal digits than CPython converts.
    TooManyDigits(usize),
    /// No number at all: only text that the lexer has complained about.
    Malformed,
}

/// `sys.int_info.default_max_str_digits`
pub(crate) const MAX_STR_DIGITS: usize = 4300;

/// The value of a literal as written.
pub(crate) fn number(text: &str) -> Result<Number<'_>, NumberError> {
    let clean: Cow<'_, str> =
        if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    let bytes = clean.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        return integer(clean, 0, 10);
    }
    if bytes[0] == b'0' && bytes.len() > 1 {
        match bytes[1] {
            b'x' | b'X' => return integer(clean, 2, 16),
            b'o' | b'O' => return integer(clean, 2, 8),
            b'b' | b'B' => return integer(clean, 2, 2),
            _ => {}
        }
    }
    if let Some(imaginary) = clean.strip_suffix(['j', 'J']) {
        return imaginary.parse().map(Number::Imaginary).map_err(|_| NumberError::Malformed);
    }
    clean.parse().map(Number::Float).map_err(|_| NumberError::Malformed)
}

fn integer(text: Cow<'_, str>, skip: usize, radix: u8) -> Result<Number<'_>, NumberError> {
    let digits = text[skip..].trim_start_matches('0');
    if !digits.bytes().all(|digit| char::from(digit).is_digit(u32::from(radix))) || text.len() == skip {
        return Err(NumberError::Malformed);
    }
    if digits.is_empty() {
        return Ok(Number::Int(0));
    }
    if let Ok(value) = u64::from_str_radix(digits, u32::from(radix)) {
        return Ok(Number::Int(value));
    }
    if radix == 10 && text.len() > MAX_STR_DIGITS {
        return Err(NumberError::TooManyDigits(text.len()));
    }
    let digits = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text[skip..].trim_start_matches('0')),
        Cow::Owned(_) => Cow::Owned(digits.to_owned()),
    };
    Ok(Number::BigInt { radix, digits })
}
