//! Targets of assignments, `for`, `with` and `del`: read as expressions, then checked and given their context.

use super::{Fail, Parse, Parser};
use crate::ast::*;
use crate::token::TokenKind as T;

impl Parser<'_> {
    /// `star_targets`: what stands between `for` and `in`.
    pub(super) fn star_targets(&mut self) -> Parse {
        let start = self.start();
        let first = self.operand_or_starred()?;
        let targets = self.rest_of_tuple(start, first, Self::operand_or_starred)?;
        self.make_target(targets, ExprContext::Store)?;
        Ok(targets)
    }

    /// `star_target`: one target, such as after `as`.
    pub(super) fn star_target(&mut self) -> Parse {
        let target = self.operand_or_starred()?;
        self.make_target(target, ExprContext::Store)?;
        Ok(target)
    }

    /// `*` and an operand, or an operand of `|`: nothing that would swallow the `in` after a target.
    fn operand_or_starred(&mut self) -> Parse {
        if self.at(T::Star) { self.star_expression() } else { self.bitwise_or() }
    }

    /// Turns an expression into a target: checks that it can be one and sets its context and that of its parts.
    pub(super) fn make_target(&mut self, target: ExprId, context: ExprContext) -> Parse<()> {
        // Nearly all are names.
        let mut rest = Vec::new();
        let mut next = Some(target);
        while let Some(id) = next.take().or_else(|| rest.pop()) {
            match &mut self.builder.expr_at_mut(id).kind {
                ExprKind::Name { ctx, .. }
                | ExprKind::Attribute { ctx, .. }
                | ExprKind::Subscript { ctx, .. } => {
                    *ctx = context;
                }
                ExprKind::Tuple { elts, ctx } | ExprKind::List { elts, ctx } => {
                    *ctx = context;
                    let elts = *elts;
                    for index in 0..elts.len() {
                        rest.push(self.builder.item(elts, index));
                    }
                }
                ExprKind::Starred { value, ctx } if context == ExprContext::Store => {
                    *ctx = context;
                    let value = *value;
                    if matches!(self.builder.expr_kind(value), ExprKind::Starred { .. }) {
                        return Err(Fail);
                    }
                    rest.push(value);
                }
                _ => return Err(Fail),
            }
        }
        Ok(())
    }
}
