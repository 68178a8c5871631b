//! Augmented and annotated assignments.

use bytecode::{Const, Op};
use syntax::ast::*;

use super::node::{Expr, Stmt};
use super::scope::ScopeKind;
use super::{AttributeOp, Generator, NB_SUBSCR, unparse};
use crate::errors::Res;

impl<'a> Generator<'a> {
    pub(super) fn augmented_assignment(
        &mut self,
        stmt: Stmt<'a>,
        target: ExprId,
        op: Operator,
        value: ExprId,
    ) -> Res {
        let target = stmt.cx.expr(target);
        let value = stmt.cx.expr(value);
        let loc = target.loc();
        match target.kind() {
            ExprKind::Attribute { value: object, attr, .. } => {
                self.expr(target.at(object))?;
                self.emit_arg(Op::COPY, 1, loc);
                let at = self.attribute_loc(loc, target);
                self.attribute_op(AttributeOp::Load, target.cx.name(attr), at);
                self.expr(value)?;
                self.binary_op(op, true, stmt.loc());
                self.emit_arg(Op::SWAP, 2, at);
                self.attribute_op(AttributeOp::Store, target.cx.name(attr), at);
                Ok(())
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                self.expr(target.at(object))?;
                let slice = target.at(slice);
                if let Some((lower, upper)) = self.two_part_slice(slice) {
                    self.slice_parts(slice, lower, upper)?;
                    for _ in 0..3 {
                        self.emit_arg(Op::COPY, 3, loc);
                    }
                    self.emit(Op::BINARY_SLICE, loc);
                    self.expr(value)?;
                    self.binary_op(op, true, stmt.loc());
                    for depth in [4, 3, 2] {
                        self.emit_arg(Op::SWAP, depth, loc);
                    }
                    self.emit(Op::STORE_SLICE, loc);
                } else {
                    self.expr(slice)?;
                    self.emit_arg(Op::COPY, 2, loc);
                    self.emit_arg(Op::COPY, 2, loc);
                    self.emit_arg(Op::BINARY_OP, NB_SUBSCR, loc);
                    self.expr(value)?;
                    self.binary_op(op, true, stmt.loc());
                    self.emit_arg(Op::SWAP, 3, loc);
                    self.emit_arg(Op::SWAP, 2, loc);
                    self.emit(Op::STORE_SUBSCR, loc);
                }
                Ok(())
            }
            ExprKind::Name { .. } => {
                let name = target.as_name().unwrap_or_default();
                self.name_op(name, ExprContext::Load, loc)?;
                self.expr(value)?;
                self.binary_op(op, true, stmt.loc());
                self.name_op(name, ExprContext::Store, loc)
            }
            _ => self.error("illegal expression for augmented assignment", loc),
        }
    }

    pub(super) fn annotated_assignment(
        &mut self,
        stmt: Stmt<'a>,
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        simple: bool,
    ) -> Res {
        let loc = stmt.loc();
        let target = stmt.cx.expr(target);
        let annotation = stmt.cx.expr(annotation);
        if let Some(value) = value {
            self.expr(stmt.cx.expr(value))?;
            self.expr(target)?;
        }
        let has_namespace = matches!(self.scope().kind, ScopeKind::Module | ScopeKind::Class);
        match target.kind() {
            ExprKind::Name { .. } if simple && has_namespace => {
                if self.future_annotations() {
                    self.load_const(Const::Str(unparse::expression(annotation)), annotation.loc());
                    self.name_arg(Op::LOAD_NAME, "__annotations__", loc);
                    let name = self.mangled(target.as_name().unwrap_or_default());
                    self.load_const(Const::Str(self.names.text(name).clone()), loc);
                    self.emit(Op::STORE_SUBSCR, loc);
                } else {
                    self.defer_annotation(stmt);
                }
            }
            ExprKind::Attribute { value: object, .. } if value.is_none() => {
                self.evaluate_and_drop(target.at(object))?;
            }
            ExprKind::Subscript { value: object, slice, .. } if value.is_none() => {
                self.evaluate_and_drop(target.at(object))?;
                self.evaluate_subscript(target.at(slice))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes the annotation for `__annotate__`, and at run time that it was reached, where that is not certain.
    fn defer_annotation(&mut self, stmt: Stmt<'a>) {
        let loc = stmt.loc();
        let scope = self.scope_mut();
        let is_class = scope.kind == ScopeKind::Class;
        let conditional = scope.kind == ScopeKind::Module || scope.in_conditional > 0;
        let index = conditional.then(|| {
            scope.next_conditional_annotation += 1;
            scope.next_conditional_annotation - 1
        });
        scope.deferred_annotations.push((stmt, index));
        let Some(index) = index else { return };
        if is_class {
            let cell = self.scope().meta.cellvars.get("__conditional_annotations__".as_bytes());
            let cell = self.expect(cell, "conditional annotations have a cell");
            self.emit_arg(Op::LOAD_DEREF, cell, loc);
        } else {
            let name = self.add_name("__conditional_annotations__");
            self.emit_arg(Op::LOAD_NAME, name, loc);
        }
        self.load_const(Const::Int(index.into()), loc);
        self.emit_arg(Op::SET_ADD, 1, loc);
        self.emit(Op::POP_TOP, loc);
    }

    fn evaluate_and_drop(&mut self, expr: Expr<'a>) -> Res {
        self.expr(expr)?;
        self.emit(Op::POP_TOP, expr.loc());
        Ok(())
    }

    /// Evaluates the parts of a subscript for their errors.
    fn evaluate_subscript(&mut self, expr: Expr<'a>) -> Res {
        match expr.kind() {
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.evaluate_and_drop(expr.at(part))?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => expr.cx.exprs(elts).try_for_each(|e| self.evaluate_subscript(e)),
            _ => self.evaluate_and_drop(expr),
        }
    }
}
