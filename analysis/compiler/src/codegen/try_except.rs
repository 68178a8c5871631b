//! `try` with `except`, `except*` and `finally`.

use bytecode::Op;
use syntax::ast::*;

use super::Generator;
use super::intrinsic2;
use super::node::{Cx, Stmt};
use super::scope::FBlockKind;
use crate::errors::Res;
use crate::instr::{Label, Location};

const NONE: Location = Location::NONE;

/// The parts of a `try` statement.
#[derive(Clone, Copy)]
struct Try<'a> {
    cx: Cx<'a>,
    loc: Location,
    body: StmtList,
    handlers: &'a [ExceptHandler],
    orelse: StmtList,
    finalbody: StmtList,
    star: bool,
}

impl<'a> Generator<'a> {
    pub(super) fn try_statement(&mut self, stmt: Stmt<'a>) -> Res {
        let (parts, star) = match stmt.kind() {
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                ((body, handlers, orelse, finalbody), false)
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                ((body, handlers, orelse, finalbody), true)
            }
            _ => return Ok(()),
        };
        let (body, handlers, orelse, finalbody) = parts;
        let handlers = stmt.cx.unit().list(handlers);
        let node = Try { cx: stmt.cx, loc: stmt.loc(), body, handlers, orelse, finalbody, star };
        if node.finalbody.is_empty() { self.try_except(node) } else { self.try_finally(node) }
    }

    fn try_except(&mut self, node: Try<'a>) -> Res {
        if node.star { self.try_except_star(node) } else { self.try_except_plain(node) }
    }

    fn try_finally(&mut self, node: Try<'a>) -> Res {
        let body = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.jump(Op::SETUP_FINALLY, end, node.loc);
        self.use_label(body);
        self.push_block(FBlockKind::FinallyTry(node.cx, node.finalbody), Some(body), Some(end), node.loc)?;
        if node.handlers.is_empty() {
            self.statements(node.cx, node.body)?;
        } else {
            self.try_except(node)?;
        }
        self.emit(Op::POP_BLOCK, NONE);
        self.pop_block();
        self.statements(node.cx, node.finalbody)?;
        self.jump(Op::JUMP_NO_INTERRUPT, exit, NONE);

        self.use_label(end);
        self.jump(Op::SETUP_CLEANUP, cleanup, NONE);
        self.emit(Op::PUSH_EXC_INFO, NONE);
        self.push_block(FBlockKind::FinallyEnd, Some(end), None, NONE)?;
        self.statements(node.cx, node.finalbody)?;
        self.pop_block();
        self.emit_arg(Op::RERAISE, 0, NONE);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NONE);
        self.use_label(exit);
        Ok(())
    }

    fn try_body(&mut self, node: Try<'a>, except: Label) -> Res {
        let body = self.new_label();
        self.jump(Op::SETUP_FINALLY, except, node.loc);
        self.use_label(body);
        self.push_block(FBlockKind::TryExcept, Some(body), None, node.loc)?;
        self.statements(node.cx, node.body)?;
        self.pop_block();
        self.emit(Op::POP_BLOCK, NONE);
        Ok(())
    }

    fn try_except_plain(&mut self, node: Try<'a>) -> Res {
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.try_body(node, except)?;
        self.statements(node.cx, node.orelse)?;
        self.jump(Op::JUMP_NO_INTERRUPT, end, NONE);

        self.use_label(except);
        self.jump(Op::SETUP_CLEANUP, cleanup, NONE);
        self.emit(Op::PUSH_EXC_INFO, NONE);
        self.push_block(FBlockKind::ExceptionHandler, None, None, node.loc)?;
        let last = node.handlers.len().saturating_sub(1);
        for (i, handler) in node.handlers.iter().enumerate() {
            let loc = node.cx.loc(handler.range);
            if handler.typ.is_none() && i < last {
                return self.error("default 'except:' must be last", loc);
            }
            let next = self.new_label();
            if let Some(typ) = handler.typ {
                self.expr(node.cx.expr(typ))?;
                self.emit(Op::CHECK_EXC_MATCH, loc);
                self.jump(Op::POP_JUMP_IF_FALSE, next, loc);
            }
            self.handler_body(node.cx, handler, loc, end)?;
            self.use_label(next);
        }
        self.pop_block();
        self.emit_arg(Op::RERAISE, 0, NONE);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NONE);
        self.use_label(end);
        Ok(())
    }

    /// The body of a handler, its name bound before and forgotten after.
    fn handler_body(&mut self, cx: Cx<'a>, handler: &ExceptHandler, loc: Location, end: Label) -> Res {
        let Some(name) = handler.name else {
            let body = self.new_label();
            self.emit(Op::POP_TOP, loc);
            self.use_label(body);
            self.push_block(FBlockKind::HandlerCleanup(None), Some(body), None, loc)?;
            self.statements(cx, handler.body)?;
            self.pop_block();
            self.emit(Op::POP_BLOCK, NONE);
            self.emit(Op::POP_EXCEPT, NONE);
            self.jump(Op::JUMP_NO_INTERRUPT, end, NONE);
            return Ok(());
        };
        let cleanup_end = self.new_label();
        let body = self.new_label();
        self.name_op(cx.name(name), ExprContext::Store, loc)?;
        self.jump(Op::SETUP_CLEANUP, cleanup_end, loc);
        self.use_label(body);
        self.push_block(FBlockKind::HandlerCleanup(Some((cx, name))), Some(body), None, loc)?;
        self.statements(cx, handler.body)?;
        self.pop_block();
        self.emit(Op::POP_BLOCK, NONE);
        self.emit(Op::POP_BLOCK, NONE);
        self.emit(Op::POP_EXCEPT, NONE);
        self.forget_name(cx, name, NONE)?;
        self.jump(Op::JUMP_NO_INTERRUPT, end, NONE);
        self.use_label(cleanup_end);
        self.forget_name(cx, name, NONE)?;
        self.emit_arg(Op::RERAISE, 1, NONE);
        Ok(())
    }

    fn try_except_star(&mut self, node: Try<'a>) -> Res {
        let except = self.new_label();
        let orelse = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.try_body(node, except)?;
        self.jump(Op::JUMP_NO_INTERRUPT, orelse, NONE);

        self.use_label(except);
        self.jump(Op::SETUP_CLEANUP, cleanup, NONE);
        self.emit(Op::PUSH_EXC_INFO, NONE);
        self.push_block(FBlockKind::ExceptionGroupHandler, None, None, node.loc)?;
        for (i, handler) in node.handlers.iter().enumerate() {
            let loc = node.cx.loc(handler.range);
            if i == 0 {
                // The list of what the handlers raise, and a copy of the group to take from.
                self.emit_arg(Op::BUILD_LIST, 0, loc);
                self.emit_arg(Op::COPY, 2, loc);
            }
            self.star_handler(node.cx, handler, loc)?;
            if i + 1 == node.handlers.len() {
                self.emit_arg(Op::LIST_APPEND, 1, NONE);
                self.jump(Op::JUMP_NO_INTERRUPT, reraise_star, NONE);
            }
        }
        self.pop_block();

        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.emit_arg(Op::CALL_INTRINSIC_2, intrinsic2::PREP_RERAISE_STAR, NONE);
        self.emit_arg(Op::COPY, 1, NONE);
        self.jump(Op::POP_JUMP_IF_NOT_NONE, reraise, NONE);
        self.emit(Op::POP_TOP, NONE);
        self.emit(Op::POP_BLOCK, NONE);
        self.emit(Op::POP_EXCEPT, NONE);
        self.jump(Op::JUMP_NO_INTERRUPT, end, NONE);
        self.use_label(reraise);
        self.emit(Op::POP_BLOCK, NONE);
        self.emit_arg(Op::SWAP, 2, NONE);
        self.emit(Op::POP_EXCEPT, NONE);
        self.emit_arg(Op::RERAISE, 0, NONE);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NONE);
        self.use_label(orelse);
        self.statements(node.cx, node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn star_handler(&mut self, cx: Cx<'a>, handler: &ExceptHandler, loc: Location) -> Res {
        let except = self.new_label();
        let with_error = self.new_label();
        let no_match = self.new_label();
        if let Some(typ) = handler.typ {
            self.expr(cx.expr(typ))?;
            self.emit(Op::CHECK_EG_MATCH, loc);
            self.emit_arg(Op::COPY, 1, loc);
            self.jump(Op::POP_JUMP_IF_NONE, no_match, loc);
        }
        let cleanup_end = self.new_label();
        let body = self.new_label();
        match handler.name {
            Some(name) => self.name_op(cx.name(name), ExprContext::Store, loc)?,
            None => self.emit(Op::POP_TOP, loc),
        }
        self.jump(Op::SETUP_CLEANUP, cleanup_end, loc);
        self.use_label(body);
        let named = handler.name.map(|name| (cx, name));
        self.push_block(FBlockKind::HandlerCleanup(named), Some(body), None, loc)?;
        self.statements(cx, handler.body)?;
        self.pop_block();
        self.emit(Op::POP_BLOCK, NONE);
        if let Some(name) = handler.name {
            self.forget_name(cx, name, NONE)?;
        }
        self.jump(Op::JUMP_NO_INTERRUPT, except, NONE);

        self.use_label(cleanup_end);
        if let Some(name) = handler.name {
            self.forget_name(cx, name, NONE)?;
        }
        self.emit_arg(Op::LIST_APPEND, 3, NONE);
        self.emit(Op::POP_TOP, NONE);
        self.jump(Op::JUMP_NO_INTERRUPT, with_error, NONE);
        self.use_label(except);
        // Holds the place of what came before.
        self.emit(Op::NOP, NONE);
        self.jump(Op::JUMP_NO_INTERRUPT, with_error, NONE);
        self.use_label(no_match);
        self.emit(Op::POP_TOP, loc);
        self.use_label(with_error);
        Ok(())
    }
}
