//! Type parameters and `type` statements (PEP 695, PEP 696).

use bytecode::{Const, Op};
use symtable::Node;
use syntax::ast::*;

use super::node::{Cx, Expr, Stmt};
use super::scope::ScopeKind;
use super::{Generator, ParamCounts, intrinsic1, intrinsic2, make_function};
use crate::errors::Res;

impl<'a> Generator<'a> {
    /// Makes and stores the type parameters; a tuple of them stays on the stack.
    pub(super) fn type_params(&mut self, cx: Cx<'a>, params: List<TypeParam>) -> Res {
        let params = cx.unit().list(params);
        let mut seen_default = false;
        for param in params {
            let loc = cx.loc(param.range);
            let (name, bound, default, intrinsic) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    (name, bound, default_value, intrinsic1::TYPEVAR)
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    (name, None, default_value, intrinsic1::PARAMSPEC)
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    (name, None, default_value, intrinsic1::TYPEVARTUPLE)
                }
            };
            let name = cx.name(name);
            self.load_str(name, loc);
            match bound {
                Some(bound) => {
                    let bound = cx.expr(bound);
                    self.bound_or_default(bound, name, Node::Bound(param.range.start), false)?;
                    let kind = match bound.kind() {
                        ExprKind::Tuple { .. } => intrinsic2::TYPEVAR_WITH_CONSTRAINTS,
                        _ => intrinsic2::TYPEVAR_WITH_BOUND,
                    };
                    self.emit_arg(Op::CALL_INTRINSIC_2, kind, loc);
                }
                None => self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic, loc),
            }
            match default {
                Some(default) => {
                    seen_default = true;
                    let starred = intrinsic == intrinsic1::TYPEVARTUPLE;
                    self.bound_or_default(cx.expr(default), name, Node::Default(param.range.start), starred)?;
                    self.emit_arg(Op::CALL_INTRINSIC_2, intrinsic2::SET_TYPEPARAM_DEFAULT, loc);
                }
                None if seen_default => {
                    let message =
                        format!("non-default type parameter '{name}' follows default type parameter");
                    return self.error(message, loc);
                }
                None => {}
            }
            self.emit_arg(Op::COPY, 1, loc);
            self.name_op(name, ExprContext::Store, loc)?;
        }
        if let Some(first) = params.first() {
            self.emit_arg(Op::BUILD_TUPLE, params.len() as u32, cx.loc(first.range));
        }
        Ok(())
    }

    /// A function that evaluates a bound or default when asked for it.
    fn bound_or_default(&mut self, value: Expr<'a>, name: &str, node: Node, allow_star: bool) -> Res {
        let loc = value.loc();
        self.load_const(Const::Tuple([Const::Int(1)].into_iter().collect()), loc);
        let Some(block) = self.table.lookup(value.cx.index, node) else {
            self.expect(None, "a bound or default has a block");
            return Ok(());
        };
        self.enter_annotations(block, name, loc);
        match value.kind() {
            ExprKind::Starred { value: inner, .. } if allow_star => {
                self.expr(value.at(inner))?;
                self.emit_arg(Op::UNPACK_SEQUENCE, 1, loc);
            }
            _ => self.expr(value)?,
        }
        self.emit(Op::RETURN_VALUE, loc);
        let code = self.leave_scope(true)?;
        self.make_closure(code, make_function::DEFAULTS, loc)
    }

    pub(super) fn type_alias(
        &mut self,
        stmt: Stmt<'a>,
        name: ExprId,
        params: List<TypeParam>,
        value: ExprId,
    ) -> Res {
        let cx = stmt.cx;
        let loc = stmt.loc();
        let name = cx.expr(name).as_name().unwrap_or_default();
        let is_generic = !params.is_empty();
        if is_generic {
            let title = format!("<generic parameters of {name}>");
            let node = Node::TypeAliasParams(stmt.id);
            self.enter_block(
                ScopeKind::Annotations,
                cx,
                node,
                &title,
                loc.line,
                None,
                ParamCounts::default(),
            );
            self.load_str(name, loc);
            self.type_params(cx, params)?;
        } else {
            self.load_str(name, loc);
            self.load_none(loc);
        }
        self.type_alias_value(stmt, name, cx.expr(value))?;
        if is_generic {
            let code = self.leave_scope(false)?;
            self.make_closure(code, 0, loc)?;
            self.emit(Op::PUSH_NULL, loc);
            self.emit_arg(Op::CALL, 0, loc);
        }
        self.name_op(name, ExprContext::Store, loc)
    }

    fn type_alias_value(&mut self, stmt: Stmt<'a>, name: &str, value: Expr<'a>) -> Res {
        let loc = stmt.loc();
        self.load_const(Const::Tuple([Const::Int(1)].into_iter().collect()), loc);
        let Some(block) = self.table.lookup(stmt.cx.index, Node::TypeAlias(stmt.id)) else {
            self.expect(None, "a type alias has a block");
            return Ok(());
        };
        self.enter_annotations(block, name, loc);
        self.expr(value)?;
        self.emit(Op::RETURN_VALUE, loc);
        let code = self.leave_scope(false)?;
        self.make_closure(code, make_function::DEFAULTS, loc)?;
        self.emit_arg(Op::BUILD_TUPLE, 3, loc);
        self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::TYPEALIAS, loc);
        Ok(())
    }
}
