//! `with` and `async with`.

use bytecode::Op;
use syntax::ast::*;

use super::node::Stmt;
use super::scope::FBlockKind;
use super::{Generator, RED_ZONE, STACK_STEP, special};
use crate::errors::Res;
use crate::instr::{Label, Location};

impl<'a> Generator<'a> {
    /// The first of the items around the rest of them, and these around the body.
    pub(super) fn with_items(
        &mut self,
        stmt: Stmt<'a>,
        items: &'a [WithItem],
        body: StmtList,
        is_async: bool,
    ) -> Res {
        stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.with_item(stmt, items, body, is_async))
    }

    fn with_item(&mut self, stmt: Stmt<'a>, items: &'a [WithItem], body: StmtList, is_async: bool) -> Res {
        let cx = stmt.cx;
        let [item, rest @ ..] = items else { return self.statements(cx, body) };
        let block = self.new_label();
        let final_label = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        let context = cx.expr(item.context_expr);
        self.expr(context)?;
        let loc = context.loc();
        let (enter, leave) =
            if is_async { (special::AENTER, special::AEXIT) } else { (special::ENTER, special::EXIT) };
        self.emit_arg(Op::COPY, 1, loc);
        self.emit_arg(Op::LOAD_SPECIAL, leave, loc);
        self.emit_arg(Op::SWAP, 2, loc);
        self.emit_arg(Op::SWAP, 3, loc);
        self.emit_arg(Op::LOAD_SPECIAL, enter, loc);
        self.emit_arg(Op::CALL, 0, loc);
        if is_async {
            self.await_value(1, loc);
        }
        self.jump(Op::SETUP_WITH, final_label, loc);
        self.use_label(block);
        let kind = if is_async { FBlockKind::AsyncWith } else { FBlockKind::With };
        self.push_block(kind, Some(block), Some(final_label), loc)?;
        match item.optional_vars {
            Some(target) => self.expr(cx.expr(target))?,
            None => self.emit(Op::POP_TOP, loc),
        }
        self.with_items(stmt, rest, body, is_async)?;
        if is_async {
            self.pop_block();
            self.emit(Op::POP_BLOCK, loc);
        } else {
            self.emit(Op::POP_BLOCK, Location::NONE);
            self.pop_block();
        }
        self.call_exit_with_nones(loc);
        if is_async {
            self.await_value(2, loc);
        }
        self.emit(Op::POP_TOP, loc);
        self.jump(Op::JUMP, exit, loc);

        self.use_label(final_label);
        self.jump(Op::SETUP_CLEANUP, cleanup, loc);
        self.emit(Op::PUSH_EXC_INFO, loc);
        self.emit(Op::WITH_EXCEPT_START, loc);
        if is_async {
            self.await_value(2, loc);
        }
        self.finish_with_exception(cleanup);
        self.use_label(exit);
        Ok(())
    }

    /// Goes on or raises again, as `__exit__` says.
    fn finish_with_exception(&mut self, cleanup: Label) {
        let none = Location::NONE;
        let suppress = self.new_label();
        self.emit(Op::TO_BOOL, none);
        self.jump(Op::POP_JUMP_IF_TRUE, suppress, none);
        self.emit_arg(Op::RERAISE, 2, none);
        self.use_label(suppress);
        self.emit(Op::POP_TOP, none);
        self.emit(Op::POP_BLOCK, none);
        self.emit(Op::POP_EXCEPT, none);
        for _ in 0..3 {
            self.emit(Op::POP_TOP, none);
        }
        let exit = self.new_label();
        self.jump(Op::JUMP_NO_INTERRUPT, exit, none);
        self.use_label(cleanup);
        self.pop_except_and_reraise(none);
        self.use_label(exit);
    }
}
