//! What CPython makes of a tree before it compiles it, or when `ast.parse` is asked to optimise (`ast_preprocess.c`):
//! the values of patterns, and `%` formats that are f-strings in truth.
//!
//! The tree itself stays as it is. Code generation asks for these where it meets them;
//! [`fields`](crate::fields) shows the tree as if they were in it.

use bytecode::Const;
use num_bigint::BigInt;

use crate::ast::{Conversion, ExprId, ExprKind, Operator, UnaryOp, Unit};

/// How far a tree is optimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Optimize {
    /// As of `-O`: from 1 on `__debug__` is false, from 2 on there are no docstrings.
    pub level: u8,
    /// Annotations are text (PEP 563), and are left as they are.
    pub string_annotations: bool,
}

/// The constant that a pattern's value is, signs and sums of numbers included (`fold_const_match_patterns`).
pub fn pattern_value(unit: &Unit, id: ExprId) -> Option<Const> {
    match unit.expr(id).kind {
        ExprKind::Constant { value, .. } => Some(unit.constant(value).value()),
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => negated(pattern_value(unit, operand)?),
        ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
            let left = pattern_value(unit, left)?;
            let Const::Complex(re, im) = pattern_value(unit, right)? else { return None };
            let real = match left {
                Const::Int(n) => n as f64,
                Const::BigInt(n) => big_to_f64(&n)?,
                Const::Float(x) => x,
                _ => return None,
            };
            // A real number adds to the real part alone.
            Some(if op == Operator::Add {
                Const::Complex(real + re, im)
            } else {
                Const::Complex(real - re, -im)
            })
        }
        _ => None,
    }
}

fn negated(value: Const) -> Option<Const> {
    Some(match value {
        Const::Int(n) => Const::int(-BigInt::from(n)),
        Const::BigInt(n) => Const::int(-(*n).clone()),
        Const::Float(x) => Const::Float(-x),
        Const::Complex(re, im) => Const::Complex(-re, -im),
        _ => return None,
    })
}

fn big_to_f64(n: &BigInt) -> Option<f64> {
    n.to_string().parse().ok().filter(|x: &f64| x.is_finite())
}

/// A piece of a `%` format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatPiece {
    /// Text, WTF-8.
    Text(Vec<u8>),
    /// One of `%s`, `%r`, `%a`, with the format specification it stands for.
    Value(Conversion, Option<String>),
}

/// The pieces of the format in `format % (…)`, WTF-8, if it has nothing but simple conversions, and one for each of so
/// many values (`optimize_format`).
pub fn format_pieces(format: &[u8], values: usize) -> Option<Vec<FormatPiece>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < format.len() {
        let mut literal = Vec::new();
        while at < format.len() {
            if format[at] != b'%' {
                literal.push(format[at]);
                at += 1;
            } else if format.get(at + 1) == Some(&b'%') {
                literal.push(b'%');
                at += 2;
            } else {
                break;
            }
        }
        if !literal.is_empty() {
            pieces.push(FormatPiece::Text(literal));
        }
        if at < format.len() {
            at += 1;
            pieces.push(directive(format, &mut at)?);
        }
    }
    let conversions = pieces.iter().filter(|piece| matches!(piece, FormatPiece::Value(..))).count();
    (conversions == values).then_some(pieces)
}

/// Widths and precisions of more digits are left to run time.
const MAX_DIGITS: usize = 3;

/// One `%` directive; `at` is behind the `%`.
fn directive(format: &[u8], at: &mut usize) -> Option<FormatPiece> {
    let mut left_adjusted = false;
    while let Some(flag @ (b'-' | b'+' | b' ' | b'#' | b'0')) = format.get(*at) {
        left_adjusted |= *flag == b'-';
        *at += 1;
    }
    let digits = |at: &mut usize| -> Option<&[u8]> {
        let start = *at;
        while format.get(*at).is_some_and(u8::is_ascii_digit) {
            *at += 1;
        }
        (*at - start < MAX_DIGITS).then(|| &format[start..*at])
    };
    let width = digits(at)?;
    let mut precision = None;
    if format.get(*at) == Some(&b'.') {
        *at += 1;
        precision = Some(digits(at)?);
    }
    let conversion = match format.get(*at)? {
        b's' => Conversion::Str,
        b'r' => Conversion::Repr,
        b'a' => Conversion::Ascii,
        _ => return None,
    };
    *at += 1;
    let number = |digits: &[u8]| -> u32 { digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')) };
    let mut spec = String::new();
    if !width.is_empty() && number(width) > 0 && !left_adjusted {
        spec.push('>');
    }
    if !width.is_empty() && number(width) > 0 {
        spec += &number(width).to_string();
    }
    if let Some(precision) = precision {
        spec.push('.');
        spec += &number(precision).to_string();
    }
    Some(FormatPiece::Value(conversion, (!spec.is_empty()).then_some(spec)))
}
