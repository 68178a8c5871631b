//! Statements: the dispatch, and the small ones.

use bytecode::{Const, Op};
use syntax::ast::*;

use super::loops::ForParts;
use super::node::{Cx, Expr, Stmt};
use super::{Generator, RED_ZONE, STACK_STEP, common_constant, intrinsic1};
use crate::errors::Res;
use crate::instr::Location;

impl<'a> Generator<'a> {
    pub(super) fn statements(&mut self, cx: Cx<'a>, list: StmtList) -> Res {
        self.statement_ids(cx, cx.unit().list(list))
    }

    pub(super) fn statement_ids(&mut self, cx: Cx<'a>, ids: &[StmtId]) -> Res {
        ids.iter().try_for_each(|&id| self.statement(cx.stmt(id)))
    }

    fn statement(&mut self, stmt: Stmt<'a>) -> Res {
        stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.statement_here(stmt))
    }

    fn statement_here(&mut self, stmt: Stmt<'a>) -> Res {
        let cx = stmt.cx;
        match stmt.kind() {
            StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) => self.function(stmt, child),
            StmtKind::ClassDef(child) => self.class(stmt, child),
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_alias(stmt, name, type_params, value)
            }
            StmtKind::Return { value } => self.return_statement(stmt, value),
            StmtKind::Delete { targets } => cx.exprs(targets).try_for_each(|target| self.expr(target)),
            StmtKind::Assign { targets, value, .. } => {
                let loc = stmt.loc();
                self.expr(cx.expr(value))?;
                let last = targets.len() - 1;
                for (i, target) in cx.exprs(targets).enumerate() {
                    if i < last {
                        self.emit_arg(Op::COPY, 1, loc);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.augmented_assignment(stmt, target, op, value),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.annotated_assignment(stmt, target, annotation, value, simple)
            }
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                if let Some(exc) = exc {
                    for part in [Some(exc), cause].into_iter().flatten() {
                        self.expr(cx.expr(part))?;
                        count += 1;
                    }
                }
                self.emit_arg(Op::RAISE_VARARGS, count, stmt.loc());
                Ok(())
            }
            StmtKind::Assert { test, msg } => self.assert(stmt, test, msg),
            StmtKind::Import { names } => self.import(stmt, names),
            StmtKind::ImportFrom { module, names, level } => self.import_from(stmt, module, names, level),
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Expr { value } => self.expression_statement(cx.expr(value), stmt.loc()),
            StmtKind::Pass => {
                self.emit(Op::NOP, stmt.loc());
                Ok(())
            }
            StmtKind::Break => self.break_statement(stmt.loc()),
            StmtKind::Continue => self.continue_statement(stmt.loc()),
            StmtKind::For { .. }
            | StmtKind::AsyncFor { .. }
            | StmtKind::While { .. }
            | StmtKind::If { .. }
            | StmtKind::With { .. }
            | StmtKind::AsyncWith { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. }
            | StmtKind::TryStar { .. } => {
                self.scope_mut().in_conditional += 1;
                // An error may come out of a scope further in, which is the current one then.
                self.compound(stmt)?;
                self.scope_mut().in_conditional -= 1;
                Ok(())
            }
        }
    }

    fn compound(&mut self, stmt: Stmt<'a>) -> Res {
        let cx = stmt.cx;
        match stmt.kind() {
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.for_loop(stmt, ForParts { target, iter, body, orelse })
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.async_for_loop(stmt, ForParts { target, iter, body, orelse })
            }
            StmtKind::While { test, body, orelse } => self.while_loop(stmt, test, body, orelse),
            StmtKind::If { .. } => self.if_statement(stmt),
            StmtKind::With { items, body, .. } => self.with_items(stmt, cx.unit().list(items), body, false),
            StmtKind::AsyncWith { items, body, .. } => {
                self.with_items(stmt, cx.unit().list(items), body, true)
            }
            StmtKind::Match { subject, cases } => self.match_statement(cx, subject, cases),
            StmtKind::Try { .. } | StmtKind::TryStar { .. } => self.try_statement(stmt),
            _ => Ok(()),
        }
    }

    /// `if` with all its `elif`s, which are nested in the tree but not in the code.
    fn if_statement(&mut self, stmt: Stmt<'a>) -> Res {
        let cx = stmt.cx;
        let mut ends = Vec::new();
        let mut at = stmt;
        while let StmtKind::If { test, body, orelse } = at.kind() {
            let end = self.new_label();
            ends.push(end);
            let next = if orelse.is_empty() { end } else { self.new_label() };
            self.jump_if(cx.expr(test), next, false, at.loc())?;
            self.statements(cx, body)?;
            if orelse.is_empty() {
                break;
            }
            self.jump(Op::JUMP_NO_INTERRUPT, end, Location::NONE);
            self.use_label(next);
            match cx.unit().list(orelse) {
                &[only] if matches!(cx.stmt(only).kind(), StmtKind::If { .. }) => {
                    // The statement inside is conditional once more, as everything in it is anyway.
                    at = cx.stmt(only);
                }
                _ => {
                    self.statements(cx, orelse)?;
                    break;
                }
            }
        }
        for end in ends.into_iter().rev() {
            self.use_label(end);
        }
        Ok(())
    }

    fn return_statement(&mut self, stmt: Stmt<'a>, value: Option<ExprId>) -> Res {
        let mut loc = stmt.loc();
        let block = self.block();
        if !block.is_function_like() {
            return self.error("'return' outside function", loc);
        }
        if value.is_some() && block.coroutine && block.generator {
            return self.error("'return' with value in async generator", loc);
        }
        let value = value.map(|id| stmt.cx.expr(id));
        let constant = value.and_then(|value| self.constant_of(value));
        let preserve_tos = value.is_some() && constant.is_none();
        if let Some(value) = value {
            if preserve_tos {
                self.expr(value)?;
            } else {
                loc = value.loc();
                self.emit(Op::NOP, loc);
            }
        }
        if value.is_none_or(|value| value.loc().line != stmt.loc().line) {
            loc = stmt.loc();
            self.emit(Op::NOP, loc);
        }
        self.unwind_blocks(&mut loc, preserve_tos, false)?;
        if value.is_none() {
            self.load_none(loc);
        } else if let Some(constant) = constant {
            self.load_const(constant, loc);
        }
        self.emit(Op::RETURN_VALUE, loc);
        Ok(())
    }

    fn break_statement(&mut self, origin: Location) -> Res {
        let mut loc = origin;
        self.emit(Op::NOP, loc);
        match self.unwind_blocks(&mut loc, false, true)? {
            Some(found) => {
                self.unwind_block(found, &mut loc, false)?;
                if let Some(exit) = found.exit {
                    self.jump(Op::JUMP, exit, loc);
                }
                Ok(())
            }
            None => self.error("'break' outside loop", origin),
        }
    }

    fn continue_statement(&mut self, origin: Location) -> Res {
        let mut loc = origin;
        self.emit(Op::NOP, loc);
        match self.unwind_blocks(&mut loc, false, true)? {
            Some(found) => {
                if let Some(start) = found.block {
                    self.jump(Op::JUMP, start, loc);
                }
                Ok(())
            }
            None => self.error("'continue' not properly in loop", origin),
        }
    }

    fn assert(&mut self, stmt: Stmt<'a>, test: ExprId, msg: Option<ExprId>) -> Res {
        let test = stmt.cx.expr(test);
        if let ExprKind::Tuple { elts, .. } = test.kind()
            && !elts.is_empty()
        {
            self.warn("assertion is always true, perhaps remove parentheses?", stmt.loc());
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(test, end, true, stmt.loc())?;
        self.emit_arg(Op::LOAD_COMMON_CONSTANT, common_constant::ASSERTION_ERROR, stmt.loc());
        if let Some(msg) = msg {
            self.expr(stmt.cx.expr(msg))?;
            self.emit_arg(Op::CALL, 0, stmt.loc());
        }
        self.emit_arg(Op::RAISE_VARARGS, 1, test.loc());
        self.use_label(end);
        Ok(())
    }

    fn expression_statement(&mut self, value: Expr<'a>, loc: Location) -> Res {
        if self.options.interactive && self.scopes.len() == 1 {
            self.expr(value)?;
            self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::PRINT, loc);
            self.emit(Op::POP_TOP, Location::NONE);
            return Ok(());
        }
        if self.constant_of(value).is_some() {
            self.emit(Op::NOP, loc);
            return Ok(());
        }
        self.expr(value)?;
        self.emit(Op::POP_TOP, Location::NONE);
        Ok(())
    }

    /// The value of `__debug__`
    pub(super) fn debug(&self) -> Const {
        Const::Bool(self.options.optimize == 0)
    }

    /// The value of a constant expression: a literal, or `__debug__`.
    pub(super) fn constant_of(&self, expr: Expr<'a>) -> Option<Const> {
        match expr.kind() {
            ExprKind::Constant { value, .. } => Some(expr.cx.constant(value)),
            ExprKind::Name { ctx: ExprContext::Load, .. } if expr.is_name("__debug__") => Some(self.debug()),
            _ => None,
        }
    }
}
