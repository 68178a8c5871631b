//! Expressions: the dispatch, operators, displays, attributes, subscripts.

use std::ops::Range;

use bytecode::opcode::compare_operand;
use bytecode::{Const, Op};
use syntax::ast::*;

use super::node::{Expr, Exprs};
use super::scope::ScopeKind;
use super::{AttributeOp, Generator, NB_SUBSCR, RED_ZONE, STACK_STEP, STACK_USE_GUIDELINE, intrinsic1};
use crate::errors::Res;
use crate::instr::Location;

/// How a display or argument list is built.
pub(super) struct Display {
    pub build: Op,
    pub add: Op,
    pub extend: Op,
    pub is_tuple: bool,
}

pub(super) const LIST: Display =
    Display { build: Op::BUILD_LIST, add: Op::LIST_APPEND, extend: Op::LIST_EXTEND, is_tuple: false };
pub(super) const TUPLE: Display = Display { is_tuple: true, ..LIST };
const SET: Display =
    Display { build: Op::BUILD_SET, add: Op::SET_ADD, extend: Op::SET_UPDATE, is_tuple: false };

impl<'a> Generator<'a> {
    pub(super) fn expr(&mut self, expr: Expr<'a>) -> Res {
        match expr.kind() {
            // What has nothing inside needs no stack.
            ExprKind::Name { id, ctx } => self.name(expr, id, ctx),
            ExprKind::Constant { value, .. } => {
                self.load_const(expr.cx.constant(value), expr.loc());
                Ok(())
            }
            _ => stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.expr_here(expr)),
        }
    }

    fn name(&mut self, expr: Expr<'a>, id: NameId, ctx: ExprContext) -> Res {
        let name = self.name_of(expr.cx, id);
        if ctx == ExprContext::Load && self.names.is_debug(name) {
            self.load_const(self.debug(), expr.loc());
            return Ok(());
        }
        self.name_op(name, ctx, expr.loc())
    }

    fn expr_here(&mut self, expr: Expr<'a>) -> Res {
        let cx = expr.cx;
        match expr.kind() {
            ExprKind::NamedExpr { target, value } => {
                self.expr(cx.expr(value))?;
                self.emit_arg(Op::COPY, 1, expr.loc());
                self.expr(cx.expr(target))
            }
            ExprKind::BoolOp { op, values } => self.bool_op(expr, op, values),
            ExprKind::BinOp { .. } => self.binary_chain(expr),
            ExprKind::UnaryOp { op, operand } => {
                self.expr(cx.expr(operand))?;
                let loc = expr.loc();
                match op {
                    UnaryOp::UAdd => self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::UNARY_POSITIVE, loc),
                    UnaryOp::Not => {
                        self.emit(Op::TO_BOOL, loc);
                        self.emit(Op::UNARY_NOT, loc);
                    }
                    UnaryOp::Invert => self.emit(Op::UNARY_INVERT, loc),
                    UnaryOp::USub => self.emit(Op::UNARY_NEGATIVE, loc),
                }
                Ok(())
            }
            ExprKind::Lambda { args, body } => self.lambda(expr, args, body),
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next = self.new_label();
                self.jump_if(cx.expr(test), next, false, expr.loc())?;
                self.expr(cx.expr(body))?;
                self.jump(Op::JUMP_NO_INTERRUPT, end, Location::NONE);
                self.use_label(next);
                self.expr(cx.expr(orelse))?;
                self.use_label(end);
                Ok(())
            }
            ExprKind::Dict { keys, values } => self.dict(expr, keys, values),
            ExprKind::Set { elts } => self.display(cx.list(elts), None, 0, &SET, expr.loc()),
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => self.comprehension(expr),
            ExprKind::Yield { value } => self.yield_expr(expr, value),
            ExprKind::YieldFrom { value } => self.yield_from_expr(expr, value),
            ExprKind::Await { value } => {
                self.expr(cx.expr(value))?;
                self.await_value(0, expr.loc());
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(expr, left, ops, comparators),
            ExprKind::Call { func, args, keywords } => self.call(expr, func, args, keywords),
            // These were looked at before.
            ExprKind::Constant { .. } | ExprKind::Name { .. } => self.expr(expr),
            ExprKind::JoinedStr { values } => self.joined_str(expr, values),
            ExprKind::TemplateStr { values } => self.template_str(expr, values),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(expr, value, conversion, format_spec)
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.interpolation(expr, value, str, conversion, format_spec)
            }
            ExprKind::Attribute { value, attr, ctx } => self.attribute(expr, value, attr, ctx),
            ExprKind::Subscript { value, slice, ctx } => self.subscript(expr, value, slice, ctx),
            ExprKind::Starred { ctx: ExprContext::Store, .. } => {
                self.error("starred assignment target must be in a list or tuple", expr.loc())
            }
            ExprKind::Starred { .. } => self.error("can't use starred expression here", expr.loc()),
            ExprKind::Slice { lower, upper, step } => self.slice(expr, lower, upper, step),
            ExprKind::List { elts, ctx } => self.list_or_tuple(expr, elts, ctx, &LIST),
            ExprKind::Tuple { elts, ctx } => self.list_or_tuple(expr, elts, ctx, &TUPLE),
            ExprKind::Invalid { .. } => self.error("invalid syntax", expr.loc()),
        }
    }

    /// Binary operators. A sum of thousands of terms leans to the left: its spine is walked, not recursed into.
    fn binary_chain(&mut self, expr: Expr<'a>) -> Res {
        let mut spine = Vec::new();
        let mut at = expr;
        while let ExprKind::BinOp { left, op, right } = at.kind() {
            if op == Operator::Mod && self.percent_format(at, at.at(left), at.at(right))? {
                break;
            }
            spine.push((op, at.at(right), at));
            at = at.at(left);
            if !matches!(at.kind(), ExprKind::BinOp { .. }) {
                self.expr(at)?;
            }
        }
        for (op, right, node) in spine.into_iter().rev() {
            self.expr(right)?;
            self.binary_op(op, false, node.loc());
        }
        Ok(())
    }

    pub(super) fn binary_op(&mut self, op: Operator, inplace: bool, loc: Location) {
        let number = match op {
            Operator::Add => 0,
            Operator::BitAnd => 1,
            Operator::FloorDiv => 2,
            Operator::LShift => 3,
            Operator::MatMult => 4,
            Operator::Mult => 5,
            Operator::Mod => 6,
            Operator::BitOr => 7,
            Operator::Pow => 8,
            Operator::RShift => 9,
            Operator::Sub => 10,
            Operator::Div => 11,
            Operator::BitXor => 12,
        };
        self.emit_arg(Op::BINARY_OP, if inplace { number + 13 } else { number }, loc);
    }

    fn bool_op(&mut self, expr: Expr<'a>, op: BoolOp, values: ExprList) -> Res {
        let loc = expr.loc();
        let jump = if op == BoolOp::And { Op::JUMP_IF_FALSE } else { Op::JUMP_IF_TRUE };
        let end = self.new_label();
        let last = values.len() - 1;
        for (i, value) in expr.cx.exprs(values).enumerate() {
            self.expr(value)?;
            if i < last {
                self.jump(jump, end, loc);
                self.emit(Op::POP_TOP, loc);
            }
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, loc: Location) {
        let number = match op {
            CmpOp::Lt => 0,
            CmpOp::LtE => 1,
            CmpOp::Eq => 2,
            CmpOp::NotEq => 3,
            CmpOp::Gt => 4,
            CmpOp::GtE => 5,
            CmpOp::Is => return self.emit_arg(Op::IS_OP, 0, loc),
            CmpOp::IsNot => return self.emit_arg(Op::IS_OP, 1, loc),
            CmpOp::In => return self.emit_arg(Op::CONTAINS_OP, 0, loc),
            CmpOp::NotIn => return self.emit_arg(Op::CONTAINS_OP, 1, loc),
        };
        self.emit_arg(Op::COMPARE_OP, compare_operand(number), loc);
    }

    /// A comparison in a chain: the right operand stays below the outcome, for the next one.
    pub(super) fn compare_and_keep(&mut self, op: CmpOp, loc: Location) {
        self.emit_arg(Op::SWAP, 2, loc);
        self.emit_arg(Op::COPY, 2, loc);
        self.compare_op(op, loc);
    }

    fn compare(&mut self, expr: Expr<'a>, left: ExprId, ops: List<CmpOp>, comparators: ExprList) -> Res {
        let loc = expr.loc();
        self.check_compare(expr);
        self.expr(expr.at(left))?;
        let ops = expr.cx.unit().list(ops);
        let last = ops.len() - 1;
        if last == 0 {
            for right in expr.cx.exprs(comparators) {
                self.expr(right)?;
            }
            self.compare_op(ops[0], loc);
            return Ok(());
        }
        let cleanup = self.new_label();
        for (i, right) in expr.cx.exprs(comparators).enumerate() {
            self.expr(right)?;
            if i == last {
                break;
            }
            self.compare_and_keep(ops[i], loc);
            self.emit_arg(Op::COPY, 1, loc);
            self.emit(Op::TO_BOOL, loc);
            self.jump(Op::POP_JUMP_IF_FALSE, cleanup, loc);
            self.emit(Op::POP_TOP, loc);
        }
        self.compare_op(ops[last], loc);
        let end = self.new_label();
        self.jump(Op::JUMP_NO_INTERRUPT, end, Location::NONE);
        self.use_label(cleanup);
        self.emit_arg(Op::SWAP, 2, loc);
        self.emit(Op::POP_TOP, loc);
        self.use_label(end);
        Ok(())
    }

    fn yield_expr(&mut self, expr: Expr<'a>, value: Option<ExprId>) -> Res {
        let loc = expr.loc();
        if !self.block().is_function_like() {
            return self.error("'yield' outside function", loc);
        }
        match value {
            Some(value) => self.expr(expr.at(value))?,
            None => self.load_none(loc),
        }
        self.emit_yield(loc);
        Ok(())
    }

    fn yield_from_expr(&mut self, expr: Expr<'a>, value: ExprId) -> Res {
        let loc = expr.loc();
        if !self.block().is_function_like() {
            return self.error("'yield from' outside function", loc);
        }
        if self.scope().kind == ScopeKind::AsyncFunction {
            return self.error("'yield from' inside async function", loc);
        }
        self.expr(expr.at(value))?;
        self.emit(Op::GET_YIELD_FROM_ITER, loc);
        self.load_none(loc);
        self.yield_from(loc, false);
        Ok(())
    }

    fn list_or_tuple(&mut self, expr: Expr<'a>, elts: ExprList, ctx: ExprContext, how: &Display) -> Res {
        let elts = expr.cx.list(elts);
        match ctx {
            ExprContext::Load => self.display(elts, None, 0, how, expr.loc()),
            ExprContext::Del => elts.iter().try_for_each(|elt| self.expr(elt)),
            ExprContext::Store => {
                self.unpack(elts, expr.loc())?;
                elts.iter().try_for_each(|elt| self.expr(elt.without_star()))
            }
        }
    }

    fn unpack(&mut self, elts: Exprs<'a>, loc: Location) -> Res {
        let mut star = None;
        for (i, _) in elts.iter().enumerate().filter(|(_, elt)| elt.is_starred()) {
            if star.is_some() {
                return self.error("multiple starred expressions in assignment", loc);
            }
            if i >= 1 << 8 || elts.len() - i > i32::MAX as usize >> 8 {
                return self.error("too many expressions in star-unpacking assignment", loc);
            }
            star = Some(i);
            let after = elts.len() - i - 1;
            self.emit_arg(Op::UNPACK_EX, (i + (after << 8)) as u32, loc);
        }
        if star.is_none() {
            self.emit_arg(Op::UNPACK_SEQUENCE, elts.len() as u32, loc);
        }
        Ok(())
    }

    /// Builds a collection of `elts`, `pushed` items that are on the stack already in front, and the variable
    /// `injected` behind.
    pub(super) fn display(
        &mut self,
        elts: Exprs<'a>,
        injected: Option<&str>,
        pushed: u32,
        how: &Display,
        loc: Location,
    ) -> Res {
        let big = elts.len() + pushed as usize + usize::from(injected.is_some()) > STACK_USE_GUIDELINE;
        if !big && !elts.any_starred() {
            for elt in elts.iter() {
                self.expr(elt)?;
            }
            let mut count = elts.len() as u32 + pushed;
            if let Some(name) = injected {
                self.name_op(name, ExprContext::Load, loc)?;
                count += 1;
            }
            self.emit_arg(if how.is_tuple { Op::BUILD_TUPLE } else { how.build }, count, loc);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.emit_arg(how.build, pushed, loc);
        }
        for (i, elt) in elts.iter().enumerate() {
            if elt.is_starred() {
                if !built {
                    self.emit_arg(how.build, i as u32 + pushed, loc);
                    built = true;
                }
                self.expr(elt.without_star())?;
                self.emit_arg(how.extend, 1, loc);
            } else {
                self.expr(elt)?;
                if built {
                    self.emit_arg(how.add, 1, loc);
                }
            }
        }
        if let Some(name) = injected {
            self.name_op(name, ExprContext::Load, loc)?;
            self.emit_arg(how.add, 1, loc);
        }
        if how.is_tuple {
            self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::LIST_TO_TUPLE, loc);
        }
        Ok(())
    }

    fn dict(&mut self, expr: Expr<'a>, keys: OptExprList, values: ExprList) -> Res {
        let loc = expr.loc();
        let unit = expr.cx.unit();
        let (keys, values) = (unit.list(keys), unit.list(values));
        let items = |range: Range<usize>| keys[range.clone()].iter().zip(&values[range]);
        let mut have_dict = false;
        let mut pending = 0;
        for (i, (key, value)) in items(0..keys.len()).enumerate() {
            if key.is_some() {
                if pending * 2 > STACK_USE_GUIDELINE {
                    self.dict_items(expr, items(i - pending..i + 1), have_dict)?;
                    have_dict = true;
                    pending = 0;
                } else {
                    pending += 1;
                }
                continue;
            }
            if pending > 0 {
                self.dict_items(expr, items(i - pending..i), have_dict)?;
                have_dict = true;
                pending = 0;
            }
            if !have_dict {
                self.emit_arg(Op::BUILD_MAP, 0, loc);
                have_dict = true;
            }
            self.expr(expr.at(*value))?;
            self.emit_arg(Op::DICT_UPDATE, 1, loc);
        }
        if pending > 0 {
            self.dict_items(expr, items(keys.len() - pending..keys.len()), have_dict)?;
            have_dict = true;
        }
        if !have_dict {
            self.emit_arg(Op::BUILD_MAP, 0, loc);
        }
        Ok(())
    }

    /// Builds a dict of items of the display `dict`, and adds it to the one before if there is one.
    fn dict_items<'i>(
        &mut self,
        dict: Expr<'a>,
        items: impl ExactSizeIterator<Item = (&'i Option<ExprId>, &'i ExprId)>,
        merge: bool,
    ) -> Res {
        let loc = dict.loc();
        let count = items.len();
        let big = count * 2 > STACK_USE_GUIDELINE;
        if big {
            self.emit_arg(Op::BUILD_MAP, 0, loc);
        }
        for (key, value) in items {
            if let Some(key) = key {
                self.expr(dict.at(*key))?;
            }
            self.expr(dict.at(*value))?;
            if big {
                self.emit_arg(Op::MAP_ADD, 1, loc);
            }
        }
        if !big {
            self.emit_arg(Op::BUILD_MAP, count as u32, loc);
        }
        if merge {
            self.emit_arg(Op::DICT_UPDATE, 1, loc);
        }
        Ok(())
    }

    /// Where an attribute access that spans lines is said to be: at the attribute's name.
    pub(super) fn attribute_loc(&self, loc: Location, attribute: Expr<'a>) -> Location {
        let ExprKind::Attribute { attr, .. } = attribute.kind() else { return loc };
        let whole = attribute.loc();
        let mut loc = loc;
        if loc.line != whole.end_line {
            loc.line = whole.end_line;
            let len = attribute.cx.name(attr).chars().count() as i32;
            if len <= whole.end_col {
                loc.col = whole.end_col - len;
            } else {
                loc.col = -1;
                loc.end_col = -1;
            }
            loc.end_line = loc.line.max(loc.end_line);
            if loc.line == loc.end_line {
                loc.end_col = loc.col.max(loc.end_col);
            }
        }
        loc
    }

    fn attribute(&mut self, expr: Expr<'a>, value: ExprId, attr: Ident, ctx: ExprContext) -> Res {
        let name = self.name_of(expr.cx, attr.name);
        let value = expr.at(value);
        let loc = expr.loc();
        if ctx == ExprContext::Load && self.is_plain_super_call(value, attr) {
            let args = self.super_arguments(value)?;
            let access = if args > 0 { AttributeOp::SuperAttr } else { AttributeOp::ZeroSuperAttr };
            self.attribute_op(access, name, loc);
            let loc = self.attribute_loc(loc, expr);
            self.emit(Op::NOP, loc);
            return Ok(());
        }
        if ctx == ExprContext::Store && value.is_name("self") {
            // The class keeps it, for its `__static_attributes__`.
            let text = self.names.text(name).clone();
            self.keep_static_attribute(self.scopes.len() - 1, text);
        }
        // Chains of thousands of attributes are walked, not recursed into.
        self.attribute_chain(value)?;
        let access = match ctx {
            ExprContext::Load => AttributeOp::Load,
            ExprContext::Store => AttributeOp::Store,
            ExprContext::Del => AttributeOp::Delete,
        };
        self.attribute_op(access, name, self.attribute_loc(loc, expr));
        Ok(())
    }

    fn attribute_chain(&mut self, expr: Expr<'a>) -> Res {
        let mut spine = Vec::new();
        let mut at = expr;
        while let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = at.kind() {
            if self.is_plain_super_call(at.at(value), attr) {
                break;
            }
            spine.push((at, attr));
            at = at.at(value);
        }
        self.expr(at)?;
        for (node, attr) in spine.into_iter().rev() {
            let loc = self.attribute_loc(node.loc(), node);
            let name = self.name_of(node.cx, attr.name);
            self.attribute_op(AttributeOp::Load, name, loc);
        }
        Ok(())
    }

    fn subscript(&mut self, expr: Expr<'a>, value: ExprId, slice: ExprId, ctx: ExprContext) -> Res {
        let loc = expr.loc();
        let (value, slice) = (expr.at(value), expr.at(slice));
        if ctx == ExprContext::Load {
            self.check_subscripter(value);
            self.check_index(value, slice);
        }
        self.expr(value)?;
        if ctx != ExprContext::Del
            && let Some((lower, upper)) = self.two_part_slice(slice)
        {
            self.slice_parts(slice, lower, upper)?;
            self.emit(if ctx == ExprContext::Load { Op::BINARY_SLICE } else { Op::STORE_SLICE }, loc);
            return Ok(());
        }
        self.expr(slice)?;
        match ctx {
            ExprContext::Load => self.emit_arg(Op::BINARY_OP, NB_SUBSCR, loc),
            ExprContext::Store => self.emit(Op::STORE_SUBSCR, loc),
            ExprContext::Del => self.emit(Op::DELETE_SUBSCR, loc),
        }
        Ok(())
    }

    /// The bounds of a slice without step that is not constant.
    pub(super) fn two_part_slice(&self, slice: Expr<'a>) -> Option<(Option<ExprId>, Option<ExprId>)> {
        match slice.kind() {
            ExprKind::Slice { lower, upper, step: None } if self.constant_slice(slice).is_none() => {
                Some((lower, upper))
            }
            _ => None,
        }
    }

    /// The value of a slice whose parts are all constant.
    fn constant_slice(&self, slice: Expr<'a>) -> Option<Const> {
        let ExprKind::Slice { lower, upper, step } = slice.kind() else { return None };
        let part = |id: Option<ExprId>| match id {
            None => Some(Const::None),
            Some(id) => self.constant_of(slice.at(id)),
        };
        Some(Const::Slice([part(lower)?, part(upper)?, part(step)?].into()))
    }

    pub(super) fn slice_parts(
        &mut self,
        slice: Expr<'a>,
        lower: Option<ExprId>,
        upper: Option<ExprId>,
    ) -> Res {
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(slice.at(part))?,
                None => self.load_none(slice.loc()),
            }
        }
        Ok(())
    }

    fn slice(
        &mut self,
        expr: Expr<'a>,
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    ) -> Res {
        let loc = expr.loc();
        if let Some(value) = self.constant_slice(expr) {
            self.load_const(value, loc);
            return Ok(());
        }
        self.slice_parts(expr, lower, upper)?;
        if let Some(step) = step {
            self.expr(expr.at(step))?;
        }
        self.emit_arg(Op::BUILD_SLICE, 2 + u32::from(step.is_some()), loc);
        Ok(())
    }
}
