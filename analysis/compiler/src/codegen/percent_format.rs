//! `"%s is %r" % (a, b)` as an f-string (`optimize_format` of `ast_preprocess.c`).

use bytecode::{Const, Op};
use syntax::ast::*;
use syntax::optimize::{FormatPiece, format_pieces};

use super::node::{Expr, text};
use super::strings::conversion_number;
use super::{AttributeOp, Generator, STACK_USE_GUIDELINE};
use crate::errors::Res;
use crate::instr::Location;

/// Whether the expression is such an operation: it counts as an f-string then.
pub(super) fn is_percent_format(expr: Expr<'_>) -> bool {
    let ExprKind::BinOp { left, op: Operator::Mod, right } = expr.kind() else { return false };
    format_and_values(expr.at(left), expr.at(right)).is_some()
}

/// The pieces of a format of the simple kind, and the values for them.
fn format_and_values<'a>(left: Expr<'a>, right: Expr<'a>) -> Option<(Vec<FormatPiece>, Vec<Expr<'a>>)> {
    let ExprKind::Constant { value, .. } = left.kind() else { return None };
    let Constant::Str(format) = left.cx.unit().constant(value) else { return None };
    let ExprKind::Tuple { elts, ctx: ExprContext::Load } = right.kind() else { return None };
    let values: Vec<Expr<'a>> = right.cx.exprs(elts).collect();
    if values.iter().any(|value| value.is_starred()) {
        return None;
    }
    Some((format_pieces(format, values.len())?, values))
}

impl<'a> Generator<'a> {
    /// Emits the operation as an f-string; false if it is not of the simple kind.
    pub(super) fn percent_format(&mut self, expr: Expr<'a>, left: Expr<'a>, right: Expr<'a>) -> Res<bool> {
        let Some((pieces, values)) = format_and_values(left, right) else { return Ok(false) };
        self.emit_pieces(expr, &pieces, &values)?;
        Ok(true)
    }

    fn emit_pieces(&mut self, expr: Expr<'a>, pieces: &[FormatPiece], values: &[Expr<'a>]) -> Res {
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
                FormatPiece::Text(bytes) => self.load_const(Const::Str(text(bytes)), Location::NONE),
                FormatPiece::Value(conversion, spec) => {
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
