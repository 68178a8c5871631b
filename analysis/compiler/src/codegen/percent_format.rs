//! `"%s is %r" % (a, b)` as an f-string (`optimize_format` of `ast_preprocess.c`).

use bytecode::{Const, Op};
use syntax::ast::*;

use super::node::{Expr, text};
use super::strings::conversion_number;
use super::{AttributeOp, Generator, STACK_USE_GUIDELINE};
use crate::errors::Res;
use crate::instr::Location;

/// A piece of the format.
enum Piece {
    Text(Vec<u8>),
    /// One of `%s`, `%r`, `%a`, with the format specification it stands for.
    Value(Conversion, Option<String>),
}

/// Widths and precisions of more digits are left to run time.
const MAX_DIGITS: usize = 3;

/// Whether the expression is such an operation: it counts as an f-string then.
pub(super) fn is_percent_format(expr: Expr<'_>) -> bool {
    let ExprKind::BinOp { left, op: Operator::Mod, right } = expr.kind() else { return false };
    format_and_values(expr.at(left), expr.at(right)).is_some()
}

/// The pieces of a format of the simple kind, and the values for them.
fn format_and_values<'a>(left: Expr<'a>, right: Expr<'a>) -> Option<(Vec<Piece>, Vec<Expr<'a>>)> {
    let ExprKind::Constant { value, .. } = left.kind() else { return None };
    let Constant::Str(format) = left.cx.unit().constant(value) else { return None };
    let ExprKind::Tuple { elts, ctx: ExprContext::Load } = right.kind() else { return None };
    let values: Vec<Expr<'a>> = right.cx.exprs(elts).collect();
    if values.iter().any(|value| value.is_starred()) {
        return None;
    }
    let pieces = parse(format)?;
    let expected = pieces.iter().filter(|piece| matches!(piece, Piece::Value(..))).count();
    (expected == values.len()).then_some((pieces, values))
}

impl<'a> Generator<'a> {
    /// Emits the operation as an f-string; false if it is not of the simple kind.
    pub(super) fn percent_format(&mut self, expr: Expr<'a>, left: Expr<'a>, right: Expr<'a>) -> Res<bool> {
        let Some((pieces, values)) = format_and_values(left, right) else { return Ok(false) };
        self.emit_pieces(expr, &pieces, &values)?;
        Ok(true)
    }

    fn emit_pieces(&mut self, expr: Expr<'a>, pieces: &[Piece], values: &[Expr<'a>]) -> Res {
        let loc = expr.loc();
        let joins = pieces.len() > STACK_USE_GUIDELINE;
        if joins {
            self.load_str("", loc);
            self.attribute_op(AttributeOp::Method, "join", loc);
            self.emit_arg(Op::BUILD_LIST, 0, loc);
        }
        let mut values = values.iter();
        for piece in pieces {
            match piece {
                // The pieces of text have no place of their own.
                Piece::Text(bytes) => self.load_const(Const::Str(text(bytes)), Location::NONE),
                Piece::Value(conversion, spec) => {
                    let Some(value) = values.next() else { break };
                    self.expr(*value)?;
                    let at = value.loc();
                    if let Some(number) = conversion_number(*conversion) {
                        self.emit_arg(Op::CONVERT_VALUE, number, at);
                    }
                    match spec {
                        Some(spec) => {
                            self.load_str(spec, at);
                            self.emit(Op::FORMAT_WITH_SPEC, at);
                        }
                        None => self.emit(Op::FORMAT_SIMPLE, at),
                    }
                }
            }
            if joins {
                self.emit_arg(Op::LIST_APPEND, 1, loc);
            }
        }
        match pieces.len() {
            _ if joins => self.emit_arg(Op::CALL, 1, loc),
            0 => self.load_str("", loc),
            1 => {}
            count => self.emit_arg(Op::BUILD_STRING, count as u32, loc),
        }
        Ok(())
    }
}

fn parse(format: &[u8]) -> Option<Vec<Piece>> {
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
            pieces.push(Piece::Text(literal));
        }
        if at < format.len() {
            at += 1;
            pieces.push(directive(format, &mut at)?);
        }
    }
    Some(pieces)
}

/// One `%` directive; `at` is behind the `%`.
fn directive(format: &[u8], at: &mut usize) -> Option<Piece> {
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
    Some(Piece::Value(conversion, (!spec.is_empty()).then_some(spec)))
}
