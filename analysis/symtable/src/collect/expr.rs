//! Expressions and patterns (`symtable_visit_expr`, `symtable_visit_pattern`).

use syntax::ast::{
    ExprContext, ExprId, ExprKind, ExprList, Keyword, List, OptExprList, PatternId, PatternKind,
};
use text::TextRange;

use super::Collector;
use crate::block::{BlockType, ComprehensionKind, Node};
use crate::occurrence::Role;
use crate::symbol::Flags;

impl Collector<'_> {
    pub(super) fn expr(&mut self, id: ExprId) {
        match self.unit.expr(id).kind {
            // What has nothing inside needs no stack.
            ExprKind::Name { .. } | ExprKind::Constant { .. } => self.expr_inner(id),
            _ => stacker::maybe_grow(super::RED_ZONE, super::STACK_PIECE, || self.expr_inner(id)),
        }
    }

    pub(super) fn opt_expr(&mut self, id: Option<ExprId>) {
        if let Some(id) = id {
            self.expr(id);
        }
    }

    pub(super) fn exprs(&mut self, list: ExprList) {
        for id in self.unit.list(list) {
            self.expr(*id);
        }
    }

    pub(super) fn opt_exprs(&mut self, list: OptExprList) {
        for id in self.unit.list(list).iter().flatten() {
            self.expr(*id);
        }
    }

    /// The arguments `name=value` of a call or class; none may be called `__debug__`.
    pub(super) fn keywords(&mut self, keywords: List<Keyword>) {
        let keywords = self.unit.list(keywords);
        for keyword in keywords {
            if let Some(arg) = keyword.arg {
                let name = self.unit.name_bytes(arg.name);
                self.check_assignable(name, keyword.range, ExprContext::Store);
            }
        }
        for keyword in keywords {
            self.expr(keyword.value);
        }
    }

    fn expr_inner(&mut self, id: ExprId) {
        let expr = self.unit.expr(id);
        let range = expr.range;
        match expr.kind {
            ExprKind::NamedExpr { target, value } => self.named_expr(range, target, value),
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.defaults(args);
                let block = self.enter_new("lambda", BlockType::Function, Node::Lambda(id), range);
                debug_assert_eq!(block, self.current());
                self.parameters(args);
                self.expr(body);
                self.leave();
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test);
                self.expr(body);
                self.expr(orelse);
            }
            ExprKind::Dict { keys, values } => {
                self.opt_exprs(keys);
                self.exprs(values);
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(id, ComprehensionKind::List, generators, elt, None);
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(id, ComprehensionKind::Set, generators, elt, None);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(id, ComprehensionKind::Dict, generators, key, Some(value));
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(id, ComprehensionKind::Generator, generators, elt, None);
            }
            ExprKind::Await { value } => self.await_expr(range, value),
            ExprKind::Yield { value } => self.yield_expr(range, value),
            ExprKind::YieldFrom { value } => self.yield_expr(range, Some(value)),
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left);
                self.exprs(comparators);
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func);
                self.exprs(args);
                self.keywords(keywords);
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value);
                self.opt_expr(format_spec);
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::Constant { .. } => {}
            ExprKind::Attribute { value, attr, ctx } => {
                self.check_assignable(self.unit.name_bytes(attr.name), range, ctx);
                self.expr(value);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value);
                self.expr(slice);
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Name { id, ctx } => {
                if self.state().in_unevaluated_annotation {
                    self.occurrence(id, range, Role::Unevaluated);
                    return;
                }
                self.name_node(id, range, ctx);
                let is_super = ctx == ExprContext::Load && self.unit.name_bytes(id) == b"super";
                if is_super && self.cur().is_function_like() {
                    // super() without arguments needs the class.
                    self.implicit("__class__", Flags::USE);
                }
            }
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower);
                self.opt_expr(upper);
                self.opt_expr(step);
            }
            ExprKind::Invalid { parts } => self.exprs(parts),
        }
    }

    fn await_expr(&mut self, range: TextRange, value: ExprId) {
        self.check_annotation_scope(range, "await expression");
        let block = self.cur();
        let in_async =
            block.comprehension.is_some() || (block.kind == BlockType::Function && block.coroutine);
        let annotation_scope = block.is_function_like() && block.kind != BlockType::Function;
        if !block.is_function_like() {
            if !self.allows_top_level_await() {
                self.error(range, "'await' outside function");
            }
        } else if !in_async && !annotation_scope {
            self.error(range, "'await' outside async function");
        }
        self.expr(value);
        self.cur().coroutine = true;
    }

    fn yield_expr(&mut self, range: TextRange, value: Option<ExprId>) {
        self.check_annotation_scope(range, "yield expression");
        self.opt_expr(value);
        let block = self.cur();
        block.generator = true;
        if let Some(kind) = block.comprehension {
            let kind = match kind {
                ComprehensionKind::List => "list comprehension",
                ComprehensionKind::Set => "set comprehension",
                ComprehensionKind::Dict => "dict comprehension",
                ComprehensionKind::Generator => "generator expression",
            };
            self.error(range, format!("'yield' inside {kind}"));
        }
    }

    pub(super) fn allows_top_level_await(&mut self) -> bool {
        self.top_level_await && self.cur().kind == BlockType::Module
    }

    /// Annotation scopes cannot yield, await or assign.
    pub(super) fn check_annotation_scope(&mut self, range: TextRange, what: &str) {
        let scope = match self.cur().kind {
            BlockType::Annotation => "an annotation",
            BlockType::TypeVariable => self.state().scope_info,
            BlockType::TypeAlias => "a type alias",
            BlockType::TypeParameters => "the definition of a generic",
            BlockType::Function | BlockType::Class | BlockType::Module => return,
        };
        self.error(range, format!("{what} cannot be used within {scope}"));
    }

    pub(super) fn pattern(&mut self, id: PatternId) {
        stacker::maybe_grow(super::RED_ZONE, super::STACK_PIECE, || self.pattern_inner(id));
    }

    fn pattern_inner(&mut self, id: PatternId) {
        let pattern = self.unit.pattern(id);
        let range = pattern.range;
        match pattern.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } => {}
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                self.patterns(patterns)
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys);
                self.patterns(patterns);
                if let Some(rest) = rest {
                    self.bind(rest, Flags::DEF_LOCAL, Role::Store, range);
                }
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.expr(cls);
                self.patterns(patterns);
                let unit = self.unit;
                for (attr, value) in unit.list(kwd_attrs).iter().zip(unit.list(kwd_patterns)) {
                    let range = unit.pattern(*value).range;
                    self.check_assignable(unit.name_bytes(attr.name), range, ExprContext::Store);
                }
                self.patterns(kwd_patterns);
            }
            PatternKind::MatchStar { name } => {
                if let Some(name) = name {
                    self.bind(name, Flags::DEF_LOCAL, Role::Store, range);
                }
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern);
                }
                if let Some(name) = name {
                    self.bind(name, Flags::DEF_LOCAL, Role::Store, range);
                }
            }
        }
    }

    fn patterns(&mut self, list: List<PatternId>) {
        for id in self.unit.list(list) {
            self.pattern(*id);
        }
    }
}
