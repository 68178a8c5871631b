//! The expressions directly inside an expression.

use super::ids::{ArgumentsId, ExprId, List};
use super::nodes::*;
use super::pools::Lists;
use super::unit::Unit;

impl Unit {
    /// Calls `visit` for each expression directly inside `expr`, in the order of the fields.
    pub fn for_each_child(&self, expr: ExprId, visit: &mut dyn FnMut(ExprId)) {
        self.own.pools.lists().for_each_child(&self.expr(expr).kind, visit);
    }
}

impl Lists<'_> {
    pub fn for_each_child(&self, kind: &ExprKind, visit: &mut dyn FnMut(ExprId)) {
        match *kind {
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values }
            | ExprKind::Set { elts: values }
            | ExprKind::List { elts: values, .. }
            | ExprKind::Tuple { elts: values, .. }
            | ExprKind::Invalid { parts: values } => self.each(values, visit),
            ExprKind::NamedExpr { target, value } => [target, value].into_iter().for_each(visit),
            ExprKind::BinOp { left, right, .. } => [left, right].into_iter().for_each(visit),
            ExprKind::UnaryOp { operand: value, .. }
            | ExprKind::Await { value }
            | ExprKind::YieldFrom { value }
            | ExprKind::Attribute { value, .. }
            | ExprKind::Starred { value, .. } => visit(value),
            ExprKind::Yield { value } => value.into_iter().for_each(visit),
            ExprKind::Lambda { args, body } => {
                self.each_of_arguments(args, visit);
                visit(body);
            }
            ExprKind::IfExp { test, body, orelse } => [test, body, orelse].into_iter().for_each(visit),
            ExprKind::Dict { keys, values } => {
                for (key, value) in keys.of(self.opt_exprs).iter().zip(values.of(self.exprs)) {
                    key.iter().chain([value]).copied().for_each(&mut *visit);
                }
            }
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                visit(elt);
                self.each_of_generators(generators, visit);
            }
            ExprKind::DictComp { key, value, generators } => {
                visit(key);
                visit(value);
                self.each_of_generators(generators, visit);
            }
            ExprKind::Compare { left, comparators, .. } => {
                visit(left);
                self.each(comparators, visit);
            }
            ExprKind::Call { func, args, keywords } => {
                visit(func);
                self.each(args, visit);
                keywords.of(self.keywords).iter().for_each(|keyword| visit(keyword.value));
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                visit(value);
                format_spec.into_iter().for_each(visit);
            }
            ExprKind::Subscript { value, slice, .. } => [value, slice].into_iter().for_each(visit),
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().for_each(visit)
            }
            ExprKind::Constant { .. } | ExprKind::Name { .. } => {}
        }
    }

    fn each(&self, list: ExprList, visit: &mut dyn FnMut(ExprId)) {
        list.of(self.exprs).iter().copied().for_each(visit);
    }

    fn each_of_generators(&self, list: List<Comprehension>, visit: &mut dyn FnMut(ExprId)) {
        for generator in list.of(self.comprehensions) {
            visit(generator.target);
            visit(generator.iter);
            self.each(generator.ifs, visit);
        }
    }

    fn each_of_arguments(&self, id: ArgumentsId, visit: &mut dyn FnMut(ExprId)) {
        let arguments = &self.arguments[id.index()];
        let lists = [arguments.posonlyargs, arguments.args, arguments.kwonlyargs];
        let listed = lists.iter().flat_map(|list| list.of(self.args));
        let all = listed.chain(&arguments.vararg).chain(&arguments.kwarg);
        all.filter_map(|arg| arg.annotation).for_each(&mut *visit);
        let kw_defaults = arguments.kw_defaults.of(self.opt_exprs);
        kw_defaults.iter().flatten().copied().for_each(&mut *visit);
        self.each(arguments.defaults, visit);
    }
}
