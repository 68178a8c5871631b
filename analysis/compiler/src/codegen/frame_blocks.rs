//! The frame blocks around a statement, and leaving them by `return`, `break` and `continue`.

use bytecode::Op;
use syntax::ast::{ExprContext, Ident};

use super::node::Cx;
use super::scope::{FBlock, FBlockKind};
use super::{Generator, MAX_BLOCKS, intrinsic1, resume};
use crate::errors::Res;
use crate::instr::{Label, Location};

impl<'a> Generator<'a> {
    pub(super) fn push_block(
        &mut self,
        kind: FBlockKind<'a>,
        block: Option<Label>,
        exit: Option<Label>,
        loc: Location,
    ) -> Res {
        if self.scope().fblocks.len() >= MAX_BLOCKS {
            return self.error("too many statically nested blocks", loc);
        }
        self.restore_block(FBlock { kind, block, exit, loc });
        Ok(())
    }

    fn restore_block(&mut self, block: FBlock<'a>) {
        // In it stand the statements of a `finally` once more: they have warned.
        if matches!(block.kind, FBlockKind::FinallyEnd) {
            self.muted += 1;
        }
        self.scope_mut().fblocks.push(block);
    }

    pub(super) fn pop_block(&mut self) {
        if let Some(FBlock { kind: FBlockKind::FinallyEnd, .. }) = self.scope_mut().fblocks.pop() {
            self.muted -= 1;
        }
    }

    /// `__exit__(None, None, None)`
    pub(super) fn call_exit_with_nones(&mut self, loc: Location) {
        for _ in 0..3 {
            self.load_none(loc);
        }
        self.emit_arg(Op::CALL, 3, loc);
    }

    /// Delegates to the iterator below the top of the stack until it is done.
    pub(super) fn yield_from(&mut self, loc: Location, is_await: bool) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.jump(Op::SEND, exit, loc);
        // `close` and `throw` raise at the yield.
        self.jump(Op::SETUP_FINALLY, fail, loc);
        self.emit_arg(Op::YIELD_VALUE, 1, loc);
        self.emit(Op::POP_BLOCK, Location::NONE);
        let after = if is_await { resume::AFTER_AWAIT } else { resume::AFTER_YIELD_FROM };
        self.emit_arg(Op::RESUME, after, loc);
        self.jump(Op::JUMP_NO_INTERRUPT, send, loc);
        self.use_label(fail);
        self.emit(Op::CLEANUP_THROW, loc);
        self.use_label(exit);
        self.emit(Op::END_SEND, loc);
    }

    /// `await` of what is on top of the stack; `context` says whose value it is (`GET_AWAITABLE`'s operand).
    pub(super) fn await_value(&mut self, context: u32, loc: Location) {
        self.emit_arg(Op::GET_AWAITABLE, context, loc);
        self.load_none(loc);
        self.yield_from(loc, true);
    }

    pub(super) fn emit_yield(&mut self, loc: Location) {
        if self.is_async_generator() {
            self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::ASYNC_GEN_WRAP, loc);
        }
        self.emit_arg(Op::YIELD_VALUE, 0, loc);
        self.emit_arg(Op::RESUME, resume::AFTER_YIELD, loc);
    }

    pub(super) fn pop_except_and_reraise(&mut self, loc: Location) {
        self.emit_arg(Op::COPY, 3, loc);
        self.emit(Op::POP_EXCEPT, loc);
        self.emit_arg(Op::RERAISE, 1, loc);
    }

    /// `name = None; del name`
    pub(super) fn forget_name(&mut self, cx: Cx<'a>, name: Ident, loc: Location) -> Res {
        self.load_none(loc);
        self.name_op(cx.name(name), ExprContext::Store, loc)?;
        self.name_op(cx.name(name), ExprContext::Del, loc)
    }

    /// Emits what leaving one block takes. `loc` becomes that of what follows.
    pub(super) fn unwind_block(&mut self, block: FBlock<'a>, loc: &mut Location, preserve_tos: bool) -> Res {
        match block.kind {
            FBlockKind::WhileLoop
            | FBlockKind::ExceptionHandler
            | FBlockKind::ExceptionGroupHandler
            | FBlockKind::AsyncComprehensionGenerator
            | FBlockKind::InlinedComprehension
            | FBlockKind::StopIteration => {}
            FBlockKind::ForLoop | FBlockKind::PopValue => {
                if preserve_tos {
                    self.emit_arg(Op::SWAP, 2, *loc);
                }
                self.emit(Op::POP_TOP, *loc);
            }
            FBlockKind::TryExcept => self.emit(Op::POP_BLOCK, *loc),
            FBlockKind::FinallyTry(cx, body) => {
                self.emit(Op::POP_BLOCK, *loc);
                if preserve_tos {
                    self.push_block(FBlockKind::PopValue, None, None, *loc)?;
                }
                self.statements(cx, body)?;
                if preserve_tos {
                    self.pop_block();
                }
                // The body seems to run after the statement that leaves, so what follows has no place.
                *loc = Location::NONE;
            }
            FBlockKind::FinallyEnd => {
                if preserve_tos {
                    self.emit_arg(Op::SWAP, 2, *loc);
                }
                self.emit(Op::POP_TOP, *loc);
                if preserve_tos {
                    self.emit_arg(Op::SWAP, 2, *loc);
                }
                self.emit(Op::POP_BLOCK, *loc);
                self.emit(Op::POP_EXCEPT, *loc);
            }
            FBlockKind::With | FBlockKind::AsyncWith => {
                *loc = block.loc;
                self.emit(Op::POP_BLOCK, *loc);
                if preserve_tos {
                    self.emit_arg(Op::SWAP, 3, *loc);
                    self.emit_arg(Op::SWAP, 2, *loc);
                }
                self.call_exit_with_nones(*loc);
                if matches!(block.kind, FBlockKind::AsyncWith) {
                    self.await_value(2, *loc);
                }
                self.emit(Op::POP_TOP, *loc);
                *loc = Location::NONE;
            }
            FBlockKind::HandlerCleanup(name) => {
                if name.is_some() {
                    self.emit(Op::POP_BLOCK, *loc);
                }
                if preserve_tos {
                    self.emit_arg(Op::SWAP, 2, *loc);
                }
                self.emit(Op::POP_BLOCK, *loc);
                self.emit(Op::POP_EXCEPT, *loc);
                if let Some((cx, name)) = name {
                    self.forget_name(cx, name, *loc)?;
                }
            }
        }
        Ok(())
    }

    /// Leaves all blocks, or with `to_loop` those inside the innermost loop, which comes back.
    pub(super) fn unwind_blocks(
        &mut self,
        loc: &mut Location,
        preserve_tos: bool,
        to_loop: bool,
    ) -> Res<Option<FBlock<'a>>> {
        // Each block is off the stack while what it takes is emitted: a `return` in a `finally` does not meet it again.
        let mut left = Vec::new();
        let found = loop {
            let Some(&top) = self.scope().fblocks.last() else { break None };
            if matches!(top.kind, FBlockKind::ExceptionGroupHandler) {
                let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                return self.error(message, *loc);
            }
            if to_loop && matches!(top.kind, FBlockKind::WhileLoop | FBlockKind::ForLoop) {
                break Some(top);
            }
            self.pop_block();
            left.push(top);
            self.unwind_block(top, loc, preserve_tos)?;
        };
        left.into_iter().rev().for_each(|block| self.restore_block(block));
        Ok(found)
    }
}
