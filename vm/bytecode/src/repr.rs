//! `repr()` of constants, exactly as CPython writes it.

use std::fmt::Write;
use std::hash::{Hash, Hasher};

use crate::constant::guarded;
use crate::unicode::is_printable;
use crate::{CodeObject, Const, PyString, hash};

/// `repr(constant)`
pub fn repr(constant: &Const) -> String {
    let mut out = String::new();
    write_const(&mut out, constant);
    out
}

/// Appends `repr(constant)`.
pub fn write_const(out: &mut String, constant: &Const) {
    match constant {
        Const::None => out.push_str("None"),
        Const::Bool(true) => out.push_str("True"),
        Const::Bool(false) => out.push_str("False"),
        Const::Ellipsis => out.push_str("Ellipsis"),
        Const::Int(i) => push(out, i),
        Const::BigInt(i) => push(out, i),
        Const::Float(x) => out.push_str(&float(*x)),
        Const::Complex(re, im) => out.push_str(&complex(*re, *im)),
        Const::Str(s) => write_str(out, s),
        Const::Bytes(b) => write_bytes(out, b),
        Const::Tuple(items) => {
            let close = if items.len() == 1 { ",)" } else { ")" };
            sequence(out, "(", &items[..], close);
        }
        Const::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
        Const::FrozenSet(items) => sequence(out, "frozenset({", hash::order_of(items), "})"),
        Const::Slice(parts) => sequence(out, "slice(", &parts[..], ")"),
        Const::Code(code) => out.push_str(&self::code(code)),
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    write!(out, "{value}").expect("a String takes everything");
}

fn sequence<'a>(out: &mut String, open: &str, items: impl IntoIterator<Item = &'a Const>, close: &str) {
    out.push_str(open);
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        guarded(|| write_const(out, item));
    }
    out.push_str(close);
}

/// `repr` of a code object. CPython shows its address; ours is a number made from what the code is, so that
/// the text of a program does not change from run to run.
pub fn code(code: &CodeObject) -> String {
    let mut hasher = rustc_hash::FxHasher::default();
    (&code.qualname, code.firstlineno, &code.code, &code.linetable).hash(&mut hasher);
    let address = 0x7f00_0000_0000 | (hasher.finish() & 0xff_ffff_fff0);
    format!(
        "<code object {} at {address:#x}, file \"{}\", line {}>",
        code.name, code.filename, code.firstlineno
    )
}

/// `repr` of a float: the shortest digits that read back as the same number (`float_repr_style == 'short'`).
pub fn float(x: f64) -> String {
    let mut text = shortest(x);
    if x.is_finite() && !text.contains(['.', 'e']) {
        text.push_str(".0");
    }
    text
}

/// The shortest digits, with an exponent below 1e-4 and from 1e16 on.
fn shortest(x: f64) -> String {
    if x.is_nan() {
        return "nan".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf".into() } else { "-inf".into() };
    }
    // Of two shortest candidates that are equally near, CPython takes the one with the even last digit.
    let any = format!("{x:e}");
    let digits = any.bytes().take_while(|&b| b != b'e').filter(u8::is_ascii_digit).count();
    let rounded = format!("{x:.*e}", digits - 1);
    let scientific = if rounded.parse() == Ok(x) { rounded } else { any };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |m| ("-", m));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    match usize::try_from(exponent) {
        Ok(whole) if digits.len() <= whole + 1 => format!("{sign}{digits:0<0$}", whole + 1),
        Ok(whole) => format!("{sign}{}.{}", &digits[..=whole], &digits[whole + 1..]),
        Err(_) => format!("{sign}0.{digits:0>0$}", digits.len() + exponent.unsigned_abs() as usize - 1),
    }
}

/// `repr` of a complex number
pub fn complex(re: f64, im: f64) -> String {
    if re == 0.0 && re.is_sign_positive() {
        return format!("{}j", shortest(im));
    }
    let im = shortest(im);
    let sign = if im.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{im}j)", shortest(re))
}

/// The quote CPython chooses: `"` only where that spares escapes.
fn quote(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

/// Appends `repr` of a string.
pub fn write_str(out: &mut String, s: &PyString) {
    let bytes = s.as_bytes();
    let quote = quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
    out.push(quote);
    for point in s.code_points() {
        match point {
            0x5c => out.push_str("\\\\"),
            0x09 => out.push_str("\\t"),
            0x0a => out.push_str("\\n"),
            0x0d => out.push_str("\\r"),
            _ => match char::from_u32(point) {
                Some(c) if c == quote => out.extend(['\\', c]),
                Some(c) if is_printable(point) => out.push(c),
                _ if point <= 0xff => push(out, format_args!("\\x{point:02x}")),
                _ if point <= 0xffff => push(out, format_args!("\\u{point:04x}")),
                _ => push(out, format_args!("\\U{point:08x}")),
            },
        }
    }
    out.push(quote);
}

/// Appends `repr` of bytes.
pub fn write_bytes(out: &mut String, bytes: &[u8]) {
    let quote = quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
    out.push('b');
    out.push(quote);
    for &b in bytes {
        match b {
            b'\\' => out.push_str("\\\\"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            _ if b == quote as u8 => out.extend(['\\', quote]),
            0x20..0x7f => out.push(b.into()),
            _ => push(out, format_args!("\\x{b:02x}")),
        }
    }
    out.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Consts;

    #[track_caller]
    fn check(constant: Const, expect: &str) {
        assert_eq!(repr(&constant), expect);
    }

    #[test]
    fn floats() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (9007199254740993.0, "9007199254740992.0"),
            (1e-4, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
            (0.1, "0.1"),
            (123456789.125, "123456789.125"),
            (-1234567890123456.0, "-1234567890123456.0"),
            (-120.0, "-120.0"),
            (0.00012, "0.00012"),
            (2f64.powi(-25), "2.9802322387695312e-08"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "nan"),
        ];
        for (x, expect) in cases {
            check(Const::Float(x), expect);
        }
        check(Const::Complex(0.0, 1.0), "1j");
        check(Const::Complex(-0.0, 1.0), "(-0+1j)");
        check(Const::Complex(1.5, -0.0), "(1.5-0j)");
        check(Const::Complex(1e20, f64::INFINITY), "(1e+20+infj)");
    }

    #[test]
    fn strings() {
        check(Const::Str("it's".into()), "\"it's\"");
        check(Const::Str("'\"".into()), "'\\'\"'");
        check(
            Const::Str("\u{7f}\u{a0}é\u{3000}\u{ffff}😀\u{e0001}".into()),
            "'\\x7f\\xa0é\\u3000\\uffff😀\\U000e0001'",
        );
        check(Const::Str(PyString::from_code_points([0xdc80]).unwrap()), "'\\udc80'");
        check(Const::Bytes(b"a'\x00\\\n\xff"[..].into()), "b\"a'\\x00\\\\\\n\\xff\"");
    }

    #[test]
    fn containers() {
        let one = Const::Tuple(Consts::from(vec![Const::Int(1)]));
        check(Const::Slice([Const::None, one, Const::Ellipsis].into()), "slice(None, (1,), Ellipsis)");
        check(Const::FrozenSet(Consts::default()), "frozenset()");
        check(Const::Tuple(Consts::default()), "()");
        let deep = (0..100_000).fold(Const::None, |c, _| Const::Tuple(vec![c].into()));
        assert_eq!(repr(&deep).len(), 300_004);
    }
}
