//! `for`, `async for`, `while`, and conditional jumps.

use bytecode::Op;
use syntax::ast::*;

use super::node::{Expr, Stmt};
use super::scope::FBlockKind;
use super::{Cx, Generator, RED_ZONE, STACK_STEP};
use crate::errors::Res;
use crate::instr::{Label, Location};

/// The parts of a `for` or `async for` statement.
#[derive(Clone, Copy)]
pub(super) struct ForParts {
    pub(super) target: ExprId,
    pub(super) iter: ExprId,
    pub(super) body: StmtList,
    pub(super) orelse: StmtList,
}

impl<'a> Generator<'a> {
    pub(super) fn for_loop(&mut self, stmt: Stmt<'a>, parts: ForParts) -> Res {
        let cx = stmt.cx;
        let start = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_block(FBlockKind::ForLoop, Some(start), Some(end), stmt.loc())?;
        let iter = cx.expr(parts.iter);
        self.expr(iter)?;
        let loc = iter.loc();
        self.emit(Op::GET_ITER, loc);
        self.use_label(start);
        self.jump(Op::FOR_ITER, cleanup, loc);
        // Tracing sees the line of the target; the NOP goes if the line is the same.
        let target = cx.expr(parts.target);
        self.emit(Op::NOP, target.loc());
        self.expr(target)?;
        self.loop_body(cx, parts.body, start)?;
        self.end_for(cleanup);
        self.loop_else(cx, parts.orelse, end)
    }

    pub(super) fn async_for_loop(&mut self, stmt: Stmt<'a>, parts: ForParts) -> Res {
        let cx = stmt.cx;
        let loc = stmt.loc();
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let iter = cx.expr(parts.iter);
        self.expr(iter)?;
        self.emit(Op::GET_AITER, iter.loc());
        self.use_label(start);
        self.push_block(FBlockKind::ForLoop, Some(start), Some(end), loc)?;
        self.await_next(send, except, loc);
        self.emit(Op::NOT_TAKEN, loc);
        self.expr(cx.expr(parts.target))?;
        self.loop_body(cx, parts.body, start)?;
        self.use_label(except);
        self.jump(Op::END_ASYNC_FOR, send, iter.loc());
        self.loop_else(cx, parts.orelse, end)
    }

    pub(super) fn while_loop(
        &mut self,
        stmt: Stmt<'a>,
        test: ExprId,
        body: StmtList,
        orelse: StmtList,
    ) -> Res {
        let cx = stmt.cx;
        let start = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(start);
        self.push_block(FBlockKind::WhileLoop, Some(start), Some(end), stmt.loc())?;
        self.jump_if(cx.expr(test), anchor, false, stmt.loc())?;
        self.loop_body(cx, body, start)?;
        self.use_label(anchor);
        self.loop_else(cx, orelse, end)
    }

    /// What a loop repeats, and the end of its block.
    fn loop_body(&mut self, cx: Cx<'a>, body: StmtList, start: Label) -> Res {
        self.statements(cx, body)?;
        self.jump(Op::JUMP, start, Location::NONE);
        self.pop_block();
        Ok(())
    }

    /// What follows a loop that ran out; `end` is where `break` goes.
    fn loop_else(&mut self, cx: Cx<'a>, orelse: StmtList, end: Label) -> Res {
        self.statements(cx, orelse)?;
        self.use_label(end);
        Ok(())
    }

    /// Where a `FOR_ITER` goes at the end of its iterator.
    pub(super) fn end_for(&mut self, cleanup: Label) {
        self.use_label(cleanup);
        self.emit(Op::END_FOR, Location::NONE);
        self.emit(Op::POP_ITER, Location::NONE);
    }

    /// Awaits the next value of the asynchronous iterator on top of the stack; the iterator's end is an exception,
    /// which goes to `except`. `send` is placed where `END_ASYNC_FOR` expects it.
    pub(super) fn await_next(&mut self, send: Label, except: Label, loc: Location) {
        self.jump(Op::SETUP_FINALLY, except, loc);
        self.emit(Op::GET_ANEXT, loc);
        self.load_none(loc);
        self.use_label(send);
        self.yield_from(loc, true);
        self.emit(Op::POP_BLOCK, loc);
    }

    /// Jumps to `target` if the truth of `test` is `condition`.
    pub(super) fn jump_if(&mut self, test: Expr<'a>, target: Label, condition: bool, loc: Location) -> Res {
        stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.jump_if_here(test, target, condition, loc))
    }

    fn jump_if_here(&mut self, test: Expr<'a>, target: Label, condition: bool, loc: Location) -> Res {
        match test.kind() {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => {
                return self.jump_if(test.at(operand), target, !condition, loc);
            }
            ExprKind::BoolOp { op, values } => {
                let is_or = op == BoolOp::Or;
                let inner = if is_or == condition { target } else { self.new_label() };
                let last = values.len() - 1;
                for (i, value) in test.cx.exprs(values).enumerate() {
                    if i < last {
                        self.jump_if(value, inner, is_or, loc)?;
                    } else {
                        self.jump_if(value, target, condition, loc)?;
                    }
                }
                if inner != target {
                    self.use_label(inner);
                }
                return Ok(());
            }
            ExprKind::IfExp { test: inner, body, orelse } => {
                let end = self.new_label();
                let next = self.new_label();
                self.jump_if(test.at(inner), next, false, loc)?;
                self.jump_if(test.at(body), target, condition, loc)?;
                self.jump(Op::JUMP_NO_INTERRUPT, end, Location::NONE);
                self.use_label(next);
                self.jump_if(test.at(orelse), target, condition, loc)?;
                self.use_label(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                return self.jump_if_chain(test, left, ops, comparators, target, condition);
            }
            _ => {}
        }
        self.expr(test)?;
        self.jump_on_truth(condition, target, test.loc());
        Ok(())
    }

    /// Jumps if the truth of the value on top of the stack is `condition`.
    fn jump_on_truth(&mut self, condition: bool, target: Label, loc: Location) {
        self.emit(Op::TO_BOOL, loc);
        self.jump(if condition { Op::POP_JUMP_IF_TRUE } else { Op::POP_JUMP_IF_FALSE }, target, loc);
    }

    /// `a < b < c` as a condition.
    fn jump_if_chain(
        &mut self,
        test: Expr<'a>,
        left: ExprId,
        ops: List<CmpOp>,
        comparators: ExprList,
        target: Label,
        condition: bool,
    ) -> Res {
        let loc = test.loc();
        self.check_compare(test);
        let cleanup = self.new_label();
        self.expr(test.at(left))?;
        let ops = test.cx.unit().list(ops);
        let last = ops.len() - 1;
        for (i, right) in test.cx.exprs(comparators).enumerate() {
            self.expr(right)?;
            if i < last {
                self.compare_and_keep(ops[i], loc);
                self.jump_on_truth(false, cleanup, loc);
            } else {
                self.compare_op(ops[i], loc);
                self.jump_on_truth(condition, target, loc);
            }
        }
        let end = self.new_label();
        self.jump(Op::JUMP_NO_INTERRUPT, end, Location::NONE);
        self.use_label(cleanup);
        self.emit(Op::POP_TOP, loc);
        if !condition {
            self.jump(Op::JUMP_NO_INTERRUPT, target, Location::NONE);
        }
        self.use_label(end);
        Ok(())
    }
}
