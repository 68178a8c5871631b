//! Constants as text: what `repr` prints, with words where `repr` is not the whole truth.

use num_bigint::BigInt;

use super::cursor::{Cursor, Res};
use crate::constant::guarded;
use crate::string::push_code_point;
use crate::{Const, PyString, repr};

/// Appends a constant; `None` if a code object is in it, which has no text of this kind.
pub(super) fn write(out: &mut String, value: &Const) -> Option<()> {
    match value {
        Const::Code(_) => return None,
        Const::Float(x) if x.is_nan() && x.to_bits() != f64::NAN.to_bits() => {
            out.push_str(&format!("float({:#x})", x.to_bits()));
        }
        Const::Complex(re, im) => {
            out.push_str("complex(");
            write(out, &Const::Float(*re))?;
            out.push_str(", ");
            write(out, &Const::Float(*im))?;
            out.push(')');
        }
        Const::Tuple(items) => list(out, "(", items, if items.len() == 1 { ",)" } else { ")" })?,
        Const::FrozenSet(items) => list(out, "frozenset({", items, "})")?,
        Const::Slice(parts) => list(out, "slice(", &parts[..], ")")?,
        _ => repr::write_const(out, value),
    }
    Some(())
}

fn list(out: &mut String, open: &str, items: &[Const], close: &str) -> Option<()> {
    out.push_str(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        guarded(|| write(out, item))?;
    }
    out.push_str(close);
    Some(())
}

/// Reads a constant.
pub(super) fn read(text: &mut Cursor<'_>) -> Res<Const> {
    text.blanks();
    match text.peek() {
        Some('\'' | '"') => string(text).map(Const::Str),
        Some('b') if matches!(text.rest().as_bytes().get(1), Some(b'\'' | b'"')) => {
            text.take("b");
            bytes(text)
        }
        Some('(') => {
            text.take("(");
            items(text, ")").map(|items| Const::Tuple(items.into()))
        }
        Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+') => number(text),
        _ => word(text),
    }
}

fn word(text: &mut Cursor<'_>) -> Res<Const> {
    Ok(match text.word() {
        "None" => Const::None,
        "True" => Const::Bool(true),
        "False" => Const::Bool(false),
        "Ellipsis" => Const::Ellipsis,
        "inf" => Const::Float(f64::INFINITY),
        "nan" => Const::Float(f64::NAN),
        "float" => {
            text.expect("(0x")?;
            let bits = u64::from_str_radix(text.word(), 16)
                .map_err(|_| text.error("the bits of a float are missing"))?;
            text.expect(")")?;
            Const::Float(f64::from_bits(bits))
        }
        "complex" => {
            text.expect("(")?;
            let parts = items(text, ")")?;
            match parts[..] {
                [Const::Float(re), Const::Float(im)] => Const::Complex(re, im),
                _ => return Err(text.error("complex() has two floats")),
            }
        }
        "slice" => {
            text.expect("(")?;
            let parts: [Const; 3] =
                items(text, ")")?.try_into().map_err(|_| text.error("slice() has three parts"))?;
            Const::Slice(parts.into())
        }
        "frozenset" => {
            text.expect("({")?;
            let items = items(text, "}")?;
            text.expect(")")?;
            Const::FrozenSet(items.into())
        }
        other => return Err(text.error(format!(
                "{:?} is no constant; they are written as in Python: None, True, 1, 2.5, 'text', b'bytes', (1, 2)",
                if other.is_empty() { text.rest() } else { other }
            ))),
    })
}

fn items(text: &mut Cursor<'_>, close: &str) -> Res<Vec<Const>> {
    let mut items = Vec::new();
    loop {
        text.blanks();
        if text.take(close) {
            return Ok(items);
        }
        items.push(guarded(|| read(text))?);
        text.blanks();
        if !text.take(",") && !text.rest().starts_with(close) {
            return Err(text.error(format!("expected ',' or '{close}'")));
        }
    }
}

fn number(text: &mut Cursor<'_>) -> Res<Const> {
    let digits = text.while_(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
    let wrong = || text.error(format!("{digits:?} is no number"));
    if digits.ends_with("inf") || digits.ends_with("nan") || digits.contains(['.', 'e']) {
        return digits.parse().map(Const::Float).map_err(|_| wrong());
    }
    digits.parse::<BigInt>().map(Const::int).map_err(|_| wrong())
}

/// Reads a string in quotes.
pub(super) fn string(text: &mut Cursor<'_>) -> Res<PyString> {
    let points = quoted(text)?;
    let mut bytes = Vec::new();
    for point in points {
        push_code_point(&mut bytes, point).ok_or_else(|| text.error("no such code point"))?;
    }
    PyString::from_bytes(&bytes).ok_or_else(|| text.error("no such code point"))
}

fn bytes(text: &mut Cursor<'_>) -> Res<Const> {
    let written = text.rest();
    let points = quoted(text)?.into_iter().map(u8::try_from);
    let bytes: Result<Vec<u8>, _> = points.collect();
    let is_ascii = written[..written.len() - text.rest().len()].is_ascii();
    match bytes {
        Ok(bytes) if is_ascii => Ok(Const::Bytes(bytes.into())),
        _ => Err(text.error("bytes are ASCII characters and escapes as \\xff")),
    }
}

/// The code points between two quotes.
fn quoted(text: &mut Cursor<'_>) -> Res<Vec<u32>> {
    let quote = text.next();
    let mut points = Vec::new();
    loop {
        match text.next() {
            None => return Err(text.error("the string does not end")),
            c if c == quote => return Ok(points),
            Some('\\') => points.push(escape(text)?),
            Some(c) => points.push(c.into()),
        }
    }
}

fn escape(text: &mut Cursor<'_>) -> Res<u32> {
    let digits = match text.next() {
        Some('n') => return Ok(10),
        Some('r') => return Ok(13),
        Some('t') => return Ok(9),
        Some(c @ ('\\' | '\'' | '"')) => return Ok(c.into()),
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) => return Err(text.error(format!("no escape \\{c}: a backslash is \\\\"))),
        None => return Err(text.error("the string does not end")),
    };
    let rest = text.rest();
    let code = rest.get(..digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    text.skip(digits);
    code.ok_or_else(|| text.error(format!("{digits} hexadecimal digits of the escape are missing")))
}
