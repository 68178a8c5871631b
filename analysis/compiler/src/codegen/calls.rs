//! Calls: of functions, of methods, through `super()`, and those that become loops.

use bytecode::{Const, Op, PyString};
use rustc_hash::FxHashSet;
use symtable::{Node, Scope as NameScope};
use syntax::ast::*;

use super::expressions::TUPLE;
use super::node::{Cx, Expr, Exprs};
use super::{AttributeOp, Generator, STACK_USE_GUIDELINE, common_constant, intrinsic1};
use crate::errors::Res;
use crate::instr::{Label, Location};

/// So many keywords are compared each with each; more are hashed.
const FEW: usize = 8;

impl<'a> Generator<'a> {
    pub(super) fn call(
        &mut self,
        expr: Expr<'a>,
        func: ExprId,
        args: ExprList,
        keywords: List<Keyword>,
    ) -> Res {
        let cx = expr.cx;
        // Asked for first, so that the places of its parts are at hand.
        let loc = expr.loc();
        let args = cx.list(args);
        let keywords = cx.unit().list(keywords);
        self.check_keywords(cx, keywords)?;
        let func = cx.expr(func);
        if self.method_call(expr, func, args, keywords)? {
            return Ok(());
        }
        let done = self.new_label();
        self.check_caller(func);
        self.expr(func)?;
        self.call_as_loop(func, args, keywords, done)?;
        self.emit(Op::PUSH_NULL, func.loc());
        self.call_with(cx, 0, args, None, keywords, loc)?;
        self.use_label(done);
        Ok(())
    }

    fn check_keywords(&self, cx: Cx<'a>, keywords: &[Keyword]) -> Res {
        let differ = |(i, keyword): (usize, &Keyword)| {
            let name = keyword.arg.map(|arg| arg.name);
            name.is_none() || keywords[..i].iter().all(|other| other.arg.map(|arg| arg.name) != name)
        };
        if keywords.len() <= FEW && keywords.iter().enumerate().all(differ) {
            return Ok(());
        }
        // The first of the names that come again, and there the first repetition.
        let mut seen: Vec<&str> = Vec::new();
        let mut known = FxHashSet::default();
        let mut repeated: Option<(usize, &Keyword)> = None;
        for keyword in keywords {
            let Some(arg) = keyword.arg else { continue };
            let name = cx.name(arg);
            if known.insert(name) {
                seen.push(name);
                continue;
            }
            let first = seen.iter().position(|s| *s == name).unwrap_or(usize::MAX);
            if repeated.is_none_or(|(earlier, _)| first < earlier) {
                repeated = Some((first, keyword));
            }
        }
        match repeated {
            Some((first, keyword)) => {
                self.error(format!("keyword argument repeated: {}", seen[first]), cx.loc(keyword.range))
            }
            None => Ok(()),
        }
    }

    /// `obj.method(…)` without making a bound method. False if the call is not of that form.
    fn method_call(
        &mut self,
        expr: Expr<'a>,
        func: Expr<'a>,
        args: Exprs<'a>,
        keywords: &[Keyword],
    ) -> Res<bool> {
        let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = func.kind() else {
            return Ok(false);
        };
        let value = func.at(value);
        let total = args.len() + keywords.len() + usize::from(!keywords.is_empty());
        if self.is_imported(value)
            || total >= STACK_USE_GUIDELINE
            || args.any_starred()
            || keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return Ok(false);
        }
        let plain_super = self.is_plain_super_call(value, attr);
        let attr = self.name_of(func.cx, attr.name);
        let mut loc = func.loc();
        if plain_super {
            let passed = self.super_arguments(value)?;
            let access = if passed > 0 { AttributeOp::SuperMethod } else { AttributeOp::ZeroSuperMethod };
            self.attribute_op(access, attr, loc);
            loc = self.attribute_loc(loc, func);
            self.emit(Op::NOP, loc);
        } else {
            self.expr(value)?;
            loc = self.attribute_loc(loc, func);
            self.attribute_op(AttributeOp::Method, attr, loc);
        }
        for arg in args.iter() {
            self.expr(arg)?;
        }
        let call_loc = self.attribute_loc(expr.loc(), func);
        if keywords.is_empty() {
            self.emit_arg(Op::CALL, args.len() as u32, call_loc);
        } else {
            self.keyword_values(expr.cx, keywords, loc)?;
            self.emit_arg(Op::CALL_KW, (args.len() + keywords.len()) as u32, call_loc);
        }
        Ok(true)
    }

    /// Pushes the values of keywords, and the tuple of their names.
    fn keyword_values(&mut self, cx: Cx<'a>, keywords: &[Keyword], loc: Location) -> Res {
        for keyword in keywords {
            self.expr(cx.expr(keyword.value))?;
        }
        let names = keywords.iter().filter_map(|keyword| keyword.arg);
        let names = names.map(|arg| {
            let name = self.names.of(cx, arg.name);
            Const::Str(self.names.text(name).clone())
        });
        let names = names.collect();
        self.load_const(Const::Tuple(names), loc);
        Ok(())
    }

    /// A call with `pushed` arguments on the stack already, the variable `injected` behind the positional ones.
    pub(super) fn call_with(
        &mut self,
        cx: Cx<'a>,
        pushed: u32,
        args: Exprs<'a>,
        injected: Option<&str>,
        keywords: &[Keyword],
        loc: Location,
    ) -> Res {
        self.check_keywords(cx, keywords)?;
        let simple = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.any_starred()
            && keywords.iter().all(|keyword| keyword.arg.is_some());
        if !simple {
            return self.call_unpacking(cx, pushed, args, injected, keywords, loc);
        }
        for arg in args.iter() {
            self.expr(arg)?;
        }
        let mut count = pushed + args.len() as u32;
        if let Some(name) = injected {
            self.name_op(name, ExprContext::Load, loc)?;
            count += 1;
        }
        if keywords.is_empty() {
            self.emit_arg(Op::CALL, count, loc);
        } else {
            self.keyword_values(cx, keywords, loc)?;
            self.emit_arg(Op::CALL_KW, count + keywords.len() as u32, loc);
        }
        Ok(())
    }

    /// A call through a tuple and a dict.
    fn call_unpacking(
        &mut self,
        cx: Cx<'a>,
        pushed: u32,
        args: Exprs<'a>,
        injected: Option<&str>,
        keywords: &[Keyword],
        loc: Location,
    ) -> Res {
        match args.only() {
            Some(only) if pushed == 0 && only.is_starred() && injected.is_none() => {
                self.expr(only.without_star())?
            }
            _ => self.display(args, injected, pushed, &TUPLE, loc)?,
        }
        if keywords.is_empty() {
            self.emit(Op::PUSH_NULL, loc);
            self.emit(Op::CALL_FUNCTION_EX, loc);
            return Ok(());
        }
        let mut have_dict = false;
        let mut pending = 0;
        for (i, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                pending += 1;
                continue;
            }
            if pending > 0 {
                self.keyword_dict(cx, &keywords[i - pending..i], have_dict, loc)?;
                have_dict = true;
                pending = 0;
            }
            if !have_dict {
                self.emit_arg(Op::BUILD_MAP, 0, loc);
                have_dict = true;
            }
            self.expr(cx.expr(keyword.value))?;
            self.emit_arg(Op::DICT_MERGE, 1, loc);
        }
        if pending > 0 {
            self.keyword_dict(cx, &keywords[keywords.len() - pending..], have_dict, loc)?;
        }
        self.emit(Op::CALL_FUNCTION_EX, loc);
        Ok(())
    }

    fn keyword_dict(&mut self, cx: Cx<'a>, keywords: &[Keyword], merge: bool, loc: Location) -> Res {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.emit_arg(Op::BUILD_MAP, 0, Location::NONE);
        }
        for keyword in keywords {
            if let Some(arg) = keyword.arg {
                self.load_str(cx.name(arg), loc);
            }
            self.expr(cx.expr(keyword.value))?;
            if big {
                self.emit_arg(Op::MAP_ADD, 1, Location::NONE);
            }
        }
        if !big {
            self.emit_arg(Op::BUILD_MAP, keywords.len() as u32, loc);
        }
        if merge {
            self.emit_arg(Op::DICT_MERGE, 1, loc);
        }
        Ok(())
    }

    /// Whether `value.name` is an attribute of a `super(…)` whose meaning is known.
    pub(super) fn is_plain_super_call(&mut self, value: Expr<'a>, attr: Ident) -> bool {
        let ExprKind::Call { func, args, keywords } = value.kind() else { return false };
        let is_super = value.at(func).is_name("super");
        if !is_super
            || value.cx.name(attr) == "__class__"
            || !keywords.is_empty()
            || self.module_mentions_super()
        {
            return false;
        }
        let scope = self.scope();
        if scope.name_scope(self.table, "super") != Some(NameScope::GlobalImplicit) {
            return false;
        }
        match args.len() {
            2 => !value.cx.exprs(args).any(|arg| arg.is_starred()),
            0 => {
                let has_self = scope.meta.argcount + scope.meta.posonlyargcount > 0;
                has_self && scope.name_scope(self.table, "__class__") == Some(NameScope::Free)
            }
            _ => false,
        }
    }

    /// Pushes `super`, the class and the instance; how many arguments the call has.
    pub(super) fn super_arguments(&mut self, call: Expr<'a>) -> Res<usize> {
        let ExprKind::Call { func, args, .. } = call.kind() else { return Ok(0) };
        self.name_op("super", ExprContext::Load, call.at(func).loc())?;
        if args.len() == 2 {
            for arg in call.cx.exprs(args) {
                self.expr(arg)?;
            }
            return Ok(2);
        }
        let loc = call.loc();
        self.name_op("__class__", ExprContext::Load, loc)?;
        let first = self.scope().meta.varnames.items().first().map(PyString::to_string_lossy);
        self.name_op(first.unwrap_or_default().as_str(), ExprContext::Load, loc)?;
        Ok(0)
    }

    /// A generator expression that awaits nothing.
    fn is_sync_generator(&self, expr: Expr<'a>) -> bool {
        matches!(expr.kind(), ExprKind::GeneratorExp { .. })
            && self
                .table
                .lookup(expr.cx.index, Node::Comprehension(expr.id))
                .is_some_and(|block| !self.table.block(block).coroutine)
    }

    /// `all`, `any` and `tuple` of a generator expression run its loop in place, if the name still means the built-in.
    fn call_as_loop(&mut self, func: Expr<'a>, args: Exprs<'a>, keywords: &[Keyword], end: Label) -> Res {
        let Some(generator) = args.only() else { return Ok(()) };
        if !keywords.is_empty() || !self.is_sync_generator(generator) {
            return Ok(());
        }
        // What is returned when the loop runs out, and the jump that goes on with it.
        let (constant, outcome) = match func.as_name() {
            Some("all") => (common_constant::BUILTIN_ALL, Some((true, Op::POP_JUMP_IF_TRUE))),
            Some("any") => (common_constant::BUILTIN_ANY, Some((false, Op::POP_JUMP_IF_FALSE))),
            Some("tuple") => (common_constant::BUILTIN_TUPLE, None),
            _ => return Ok(()),
        };
        let loc = func.loc();
        let skip = self.new_label();
        self.emit_arg(Op::COPY, 1, loc);
        self.emit_arg(Op::LOAD_COMMON_CONSTANT, constant, loc);
        self.compare_op(CmpOp::Is, loc);
        self.jump(Op::POP_JUMP_IF_FALSE, skip, loc);
        self.emit(Op::POP_TOP, loc);
        if outcome.is_none() {
            self.emit_arg(Op::BUILD_LIST, 0, loc);
        }
        self.expr(generator)?;
        let start = self.new_label();
        let cleanup = self.new_label();
        self.use_label(start);
        self.jump(Op::FOR_ITER, cleanup, loc);
        match outcome {
            None => {
                self.emit_arg(Op::LIST_APPEND, 2, loc);
                self.jump(Op::JUMP, start, loc);
            }
            Some((_, go_on)) => {
                self.emit(Op::TO_BOOL, loc);
                self.jump(go_on, start, loc);
            }
        }
        self.emit(Op::POP_ITER, Location::NONE);
        if let Some((result, _)) = outcome {
            self.load_const(Const::Bool(!result), loc);
        }
        self.jump(Op::JUMP, end, loc);
        self.end_for(cleanup);
        match outcome {
            None => self.emit_arg(Op::CALL_INTRINSIC_1, intrinsic1::LIST_TO_TUPLE, loc),
            Some((result, _)) => self.load_const(Const::Bool(result), loc),
        }
        self.jump(Op::JUMP, end, loc);
        self.use_label(skip);
        Ok(())
    }
}
