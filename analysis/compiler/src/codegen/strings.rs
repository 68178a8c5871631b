//! f-strings and t-strings.

use bytecode::{Const, Op, PyString};
use syntax::ast::*;

use super::node::Expr;
use super::{AttributeOp, Generator, STACK_USE_GUIDELINE};
use crate::errors::Res;

/// Operands of `CONVERT_VALUE`.
pub(super) fn conversion_number(conversion: Conversion) -> Option<u32> {
    match conversion {
        Conversion::None => None,
        Conversion::Str => Some(1),
        Conversion::Repr => Some(2),
        Conversion::Ascii => Some(3),
    }
}

impl<'a> Generator<'a> {
    pub(super) fn joined_str(&mut self, expr: Expr<'a>, values: ExprList) -> Res {
        let loc = expr.loc();
        let count = values.len();
        if count > STACK_USE_GUIDELINE {
            self.load_const(Const::Str(PyString::default()), loc);
            self.attribute_op(AttributeOp::Method, "join", loc);
            self.emit_arg(Op::BUILD_LIST, 0, loc);
            for value in expr.cx.exprs(values) {
                self.expr(value)?;
                self.emit_arg(Op::LIST_APPEND, 1, loc);
            }
            self.emit_arg(Op::CALL, 1, loc);
            return Ok(());
        }
        for value in expr.cx.exprs(values) {
            self.expr(value)?;
        }
        match count {
            0 => self.load_const(Const::Str(PyString::default()), loc),
            1 => {}
            _ => self.emit_arg(Op::BUILD_STRING, count as u32, loc),
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        expr: Expr<'a>,
        value: ExprId,
        conversion: Conversion,
        format_spec: Option<ExprId>,
    ) -> Res {
        let loc = expr.loc();
        self.expr(expr.at(value))?;
        if let Some(number) = conversion_number(conversion) {
            self.emit_arg(Op::CONVERT_VALUE, number, loc);
        }
        match format_spec {
            Some(spec) => {
                self.expr(expr.at(spec))?;
                self.emit(Op::FORMAT_WITH_SPEC, loc);
            }
            None => self.emit(Op::FORMAT_SIMPLE, loc),
        }
        Ok(())
    }

    pub(super) fn template_str(&mut self, expr: Expr<'a>, values: ExprList) -> Res {
        let loc = expr.loc();
        let values: Vec<Expr<'a>> = expr.cx.exprs(values).collect();
        let is_interpolation = |value: &Expr<'a>| matches!(value.kind(), ExprKind::Interpolation { .. });
        // Strings and interpolations alternate, a string first and last.
        let mut strings = 0;
        let mut expects_string = true;
        let mut i = 0;
        while i < values.len() {
            if is_interpolation(&values[i]) {
                if expects_string {
                    self.load_const(Const::Str(PyString::default()), loc);
                    strings += 1;
                }
                expects_string = true;
                i += 1;
                continue;
            }
            self.expr(values[i])?;
            i += 1;
            while i < values.len() && !is_interpolation(&values[i]) {
                self.expr(values[i])?;
                self.binary_op(Operator::Add, true, loc);
                i += 1;
            }
            strings += 1;
            expects_string = false;
        }
        if expects_string {
            self.load_const(Const::Str(PyString::default()), loc);
            strings += 1;
        }
        self.emit_arg(Op::BUILD_TUPLE, strings, loc);
        let mut interpolations = 0;
        for value in values.iter().filter(|value| is_interpolation(value)) {
            self.expr(*value)?;
            interpolations += 1;
        }
        self.emit_arg(Op::BUILD_TUPLE, interpolations, loc);
        self.emit(Op::BUILD_TEMPLATE, loc);
        Ok(())
    }

    pub(super) fn interpolation(
        &mut self,
        expr: Expr<'a>,
        value: ExprId,
        text: ConstantId,
        conversion: Conversion,
        format_spec: Option<ExprId>,
    ) -> Res {
        let loc = expr.loc();
        self.expr(expr.at(value))?;
        self.load_const(expr.cx.constant(text), loc);
        let mut operand = 2;
        if let Some(spec) = format_spec {
            operand += 1;
            self.expr(expr.at(spec))?;
        }
        operand |= conversion_number(conversion).unwrap_or(0) << 2;
        self.emit_arg(Op::BUILD_INTERPOLATION, operand, loc);
        Ok(())
    }
}
