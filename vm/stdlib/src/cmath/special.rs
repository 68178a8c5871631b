//! Complex functions where a part of the argument is infinite or no number (C99, Annex G).

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::{Complex, Failure};

/// Results by the kind of the real part (row) and of the imaginary part (column), both in the order −∞, negative, −0, +0,
/// positive, +∞, NaN. A result is two signed letters, one for each part: `I` infinity, `P` π, `H` π/2, `Q` π/4, `T` 3π/4,
/// `0`, `1`, and `?` for NaN without a sign; `!` is outside of the domain, `.` not special.
pub(super) struct Table([&'static str; 7]);

fn kind(x: f64) -> usize {
    match x {
        _ if x.is_nan() => 6,
        f64::NEG_INFINITY => 0,
        f64::INFINITY => 5,
        0.0 if x.is_sign_negative() => 2,
        0.0 => 3,
        _ if x < 0.0 => 1,
        _ => 4,
    }
}

fn magnitude(letter: u8) -> f64 {
    match letter {
        b'I' => f64::INFINITY,
        b'P' => PI,
        b'H' => FRAC_PI_2,
        b'Q' => FRAC_PI_4,
        b'T' => 0.75 * PI,
        b'1' => 1.0,
        b'0' => 0.0,
        _ => f64::NAN,
    }
}

impl Table {
    /// The result, if the argument is special.
    pub(super) fn get(&self, (re, im): Complex) -> Option<Result<Complex, Failure>> {
        let entry = self.0[kind(re)].split_whitespace().nth(kind(im))?;
        match entry {
            "." => return None,
            "!" => return Some(Err(Failure::Domain)),
            _ => {}
        }
        let mut sign = 1.0;
        let mut parts = entry.bytes().filter_map(|letter| match letter {
            b'+' | b'-' => {
                sign = if letter == b'-' { -1.0 } else { 1.0 };
                None
            }
            letter => Some(magnitude(letter) * sign),
        });
        Some(Ok((parts.next()?, parts.next()?)))
    }
}

pub(super) static ACOS: Table = Table([
    "+T+I +P+I +P+I +P-I +P-I +T-I ?+I",
    "+H+I .    .    .    .    +H-I ??",
    "+H+I .    .    .    .    +H-I +H?",
    "+H+I .    .    .    .    +H-I +H?",
    "+H+I .    .    .    .    +H-I ??",
    "+Q+I +0+I +0+I +0-I +0-I +Q-I ?+I",
    "?+I  ??   ??   ??   ??   ?-I  ??",
]);

pub(super) static ACOSH: Table = Table([
    "+I-T +I-P +I-P +I+P +I+P +I+T +I?",
    "+I-H .    .    .    .    +I+H ??",
    "+I-H .    .    .    .    +I+H ?+H",
    "+I-H .    .    .    .    +I+H ?+H",
    "+I-H .    .    .    .    +I+H ??",
    "+I-Q +I-0 +I-0 +I+0 +I+0 +I+Q +I?",
    "+I?  ??   ??   ??   ??   +I?  ??",
]);

pub(super) static ASINH: Table = Table([
    "-I-Q -I-0 -I-0 -I+0 -I+0 -I+Q -I?",
    "-I-H .    .    .    .    -I+H ??",
    "-I-H .    .    .    .    -I+H ??",
    "+I-H .    .    .    .    +I+H ??",
    "+I-H .    .    .    .    +I+H ??",
    "+I-Q +I-0 +I-0 +I+0 +I+0 +I+Q +I?",
    "+I?  ??   ?-0  ?+0  ??   +I?  ??",
]);

pub(super) static ATANH: Table = Table([
    "-0-H -0-H -0-H -0+H -0+H -0+H -0?",
    "-0-H .    .    .    .    -0+H ??",
    "-0-H .    .    .    .    -0+H -0?",
    "+0-H .    .    .    .    +0+H +0?",
    "+0-H .    .    .    .    +0+H ??",
    "+0-H +0-H +0-H +0+H +0+H +0+H +0?",
    "+0-H ??   ??   ??   ??   +0+H ??",
]);

pub(super) static COSH: Table = Table([
    "!    .    +I+0 +I-0 .    !    +I?",
    "!    .    .    .    .    !    ??",
    "!    .    .    .    .    !    ?+0",
    "!    .    .    .    .    !    ?+0",
    "!    .    .    .    .    !    ??",
    "!    .    +I-0 +I+0 .    !    +I?",
    "??   ??   ?+0  ?+0  ??   ??   ??",
]);

pub(super) static EXP: Table = Table([
    "+0+0 .    +0-0 +0+0 .    +0+0 +0+0",
    "!    .    .    .    .    !    ??",
    "!    .    .    .    .    !    ??",
    "!    .    .    .    .    !    ??",
    "!    .    .    .    .    !    ??",
    "!    .    +I-0 +I+0 .    !    +I?",
    "??   ??   ?-0  ?+0  ??   ??   ??",
]);

pub(super) static LOG: Table = Table([
    "+I-T +I-P +I-P +I+P +I+P +I+T +I?",
    "+I-H .    .    .    .    +I+H ??",
    "+I-H .    .    .    .    +I+H ??",
    "+I-H .    .    .    .    +I+H ??",
    "+I-H .    .    .    .    +I+H ??",
    "+I-Q +I-0 +I-0 +I+0 +I+0 +I+Q +I?",
    "+I?  ??   ??   ??   ??   +I?  ??",
]);

pub(super) static SINH: Table = Table([
    "!    .    -I-0 -I+0 .    !    +I?",
    "!    .    .    .    .    !    ??",
    "!    .    .    .    .    !    +0?",
    "!    .    .    .    .    !    +0?",
    "!    .    .    .    .    !    ??",
    "!    .    +I-0 +I+0 .    !    +I?",
    "??   ??   ?-0  ?+0  ??   ??   ??",
]);

pub(super) static SQRT: Table = Table([
    "+I-I +0-I +0-I +0+I +0+I +I+I ?+I",
    "+I-I .    .    .    .    +I+I ??",
    "+I-I .    .    .    .    +I+I ??",
    "+I-I .    .    .    .    +I+I ??",
    "+I-I .    .    .    .    +I+I ??",
    "+I-I +I-0 +I-0 +I+0 +I+0 +I+I +I?",
    "+I-I ??   ??   ??   ??   +I+I ??",
]);

pub(super) static TANH: Table = Table([
    "-1+0 .    -1-0 -1+0 .    -1+0 -1+0",
    "!    .    .    .    .    !    ??",
    "!    .    .    .    .    !    -0?",
    "!    .    .    .    .    !    +0?",
    "!    .    .    .    .    !    ??",
    "+1+0 .    +1-0 +1+0 .    +1+0 +1+0",
    "??   ??   ?-0  ?+0  ??   ??   ??",
]);

pub(super) static RECT: Table = Table([
    "!    .    -I+0 -I-0 .    !    +I?",
    "!    .    .    .    .    !    ??",
    "+0+0 .    .    .    .    +0+0 +0+0",
    "+0+0 .    .    .    .    +0+0 +0+0",
    "!    .    .    .    .    !    ??",
    "!    .    +I-0 +I+0 .    !    +I?",
    "??   ??   ?+0  ?+0  ??   ??   ??",
]);
