//! What the grammar of trees does not say and a text cannot break (`PyAST_Validate` of `Python/ast.c`).

use super::MadeError;
use crate::ast::*;
use crate::fields::context;

type Broken = (MadeError, String);
type Check = Result<(), Broken>;

fn value_error<T>(message: impl Into<String>) -> Result<T, Broken> {
    Err((MadeError::ValueError, message.into()))
}

fn type_error<T>(message: impl Into<String>) -> Result<T, Broken> {
    Err((MadeError::TypeError, message.into()))
}

/// Looks through a unit and all units in it. What is nested in a statement is looked at with it.
pub(super) fn unit(module: &Unit) -> Check {
    let mut open = vec![module];
    while let Some(unit) = open.pop() {
        Validator { unit }.run()?;
        open.extend(unit.children().map(|(_, child)| &**child.unit));
    }
    Ok(())
}

struct Validator<'a> {
    unit: &'a Unit,
}

impl Validator<'_> {
    fn run(&self) -> Check {
        match self.unit.header() {
            UnitHeader::Module { .. } => {}
            UnitHeader::Interactive => {}
            UnitHeader::Expression { body } => self.expr(*body, ExprContext::Load)?,
            UnitHeader::FunctionType { argtypes, returns } => {
                self.exprs(*argtypes, ExprContext::Load)?;
                self.expr(*returns, ExprContext::Load)?;
            }
            UnitHeader::Function(header) => {
                self.type_params(header.type_params)?;
                self.arguments(header.args)?;
                self.exprs(header.decorators, ExprContext::Load)?;
                self.opt_expr(header.returns)?;
                let owner = if header.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
                self.not_empty(self.unit.body(), "body", owner)?;
            }
            UnitHeader::Class(header) => {
                self.type_params(header.type_params)?;
                self.exprs(header.bases, ExprContext::Load)?;
                self.keywords(header.keywords)?;
                self.exprs(header.decorators, ExprContext::Load)?;
                self.not_empty(self.unit.body(), "body", "ClassDef")?;
            }
        }
        self.stmts(self.unit.body())
    }

    fn not_empty<T>(&self, list: List<T>, what: &str, owner: &str) -> Check {
        if list.is_empty() { value_error(format!("empty {what} on {owner}")) } else { Ok(()) }
    }

    fn stmts(&self, list: StmtList) -> Check {
        self.unit.list(list).iter().try_for_each(|stmt| crate::made::guarded(|| self.stmt(*stmt)))
    }

    fn body(&self, list: StmtList, owner: &str) -> Check {
        self.not_empty(list, "body", owner)?;
        self.stmts(list)
    }

    fn stmt(&self, id: StmtId) -> Check {
        use ExprContext::{Del, Load, Store};
        match self.unit.stmt(id).kind {
            // Units are looked at on their own.
            StmtKind::FunctionDef(_) | StmtKind::AsyncFunctionDef(_) | StmtKind::ClassDef(_) => Ok(()),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
            StmtKind::Return { value } => self.opt_expr(value),
            StmtKind::Delete { targets } => {
                self.not_empty(targets, "targets", "Delete")?;
                self.exprs(targets, Del)
            }
            StmtKind::Assign { targets, value, .. } => {
                self.not_empty(targets, "targets", "Assign")?;
                self.exprs(targets, Store)?;
                self.expr(value, Load)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if !self.is_name(name) {
                    return type_error("TypeAlias with non-Name name");
                }
                self.expr(name, Store)?;
                self.type_params(type_params)?;
                self.expr(value, Load)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, Store)?;
                self.expr(value, Load)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if simple && !self.is_name(target) {
                    return type_error("AnnAssign with simple non-Name target");
                }
                self.expr(target, Store)?;
                self.opt_expr(value)?;
                self.expr(annotation, Load)
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.for_loop(target, iter, body, orelse, "For")
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.for_loop(target, iter, body, orelse, "AsyncFor")
            }
            StmtKind::While { test, body, orelse } => self.branch(test, body, orelse, "While"),
            StmtKind::If { test, body, orelse } => self.branch(test, body, orelse, "If"),
            StmtKind::With { items, body, .. } => self.with(items, body, "With"),
            StmtKind::AsyncWith { items, body, .. } => self.with(items, body, "AsyncWith"),
            StmtKind::Match { subject, cases } => {
                self.expr(subject, Load)?;
                self.not_empty(cases, "cases", "Match")?;
                for case in self.unit.list(cases) {
                    self.pattern(case.pattern, false)?;
                    self.opt_expr(case.guard)?;
                    self.body(case.body, "match_case")?;
                }
                Ok(())
            }
            StmtKind::Raise { exc: None, cause: Some(_) } => value_error("Raise with cause but no exception"),
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc)?;
                self.opt_expr(cause)
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.try_block(body, handlers, orelse, finalbody, "Try")
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.try_block(body, handlers, orelse, finalbody, "TryStar")
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test, Load)?;
                self.opt_expr(msg)
            }
            StmtKind::Import { names } => self.not_empty(names, "names", "Import"),
            StmtKind::ImportFrom { names, .. } => self.not_empty(names, "names", "ImportFrom"),
            StmtKind::Global { names } => self.not_empty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => self.not_empty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.expr(value, Load),
        }
    }

    fn for_loop(&self, target: ExprId, iter: ExprId, body: StmtList, orelse: StmtList, owner: &str) -> Check {
        self.expr(target, ExprContext::Store)?;
        self.expr(iter, ExprContext::Load)?;
        self.body(body, owner)?;
        self.stmts(orelse)
    }

    fn branch(&self, test: ExprId, body: StmtList, orelse: StmtList, owner: &str) -> Check {
        self.expr(test, ExprContext::Load)?;
        self.body(body, owner)?;
        self.stmts(orelse)
    }

    fn with(&self, items: List<WithItem>, body: StmtList, owner: &str) -> Check {
        self.not_empty(items, "items", owner)?;
        for item in self.unit.list(items) {
            self.expr(item.context_expr, ExprContext::Load)?;
            if let Some(target) = item.optional_vars {
                self.expr(target, ExprContext::Store)?;
            }
        }
        self.body(body, owner)
    }

    fn try_block(
        &self,
        body: StmtList,
        handlers: List<ExceptHandler>,
        orelse: StmtList,
        finalbody: StmtList,
        owner: &str,
    ) -> Check {
        self.body(body, owner)?;
        if handlers.is_empty() && finalbody.is_empty() {
            return value_error(format!("{owner} has neither handlers nor finalbody"));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return value_error(format!("{owner} has orelse but no except handlers"));
        }
        for handler in self.unit.list(handlers) {
            self.opt_expr(handler.typ)?;
            self.body(handler.body, "ExceptHandler")?;
        }
        self.stmts(finalbody)?;
        self.stmts(orelse)
    }

    fn is_name(&self, id: ExprId) -> bool {
        matches!(self.unit.expr(id).kind, ExprKind::Name { .. })
    }

    fn exprs(&self, list: ExprList, ctx: ExprContext) -> Check {
        self.unit.list(list).iter().try_for_each(|expr| self.expr(*expr, ctx))
    }

    fn opt_expr(&self, expr: Option<ExprId>) -> Check {
        expr.map_or(Ok(()), |expr| self.expr(expr, ExprContext::Load))
    }

    fn opt_exprs(&self, list: OptExprList) -> Check {
        self.unit.list(list).iter().try_for_each(|expr| self.opt_expr(*expr))
    }

    fn expr(&self, id: ExprId, ctx: ExprContext) -> Check {
        crate::made::guarded(|| self.guarded_expr(id, ctx))
    }

    fn guarded_expr(&self, id: ExprId, ctx: ExprContext) -> Check {
        use ExprContext::{Load, Store};
        let kind = self.unit.expr(id).kind;
        let own = match kind {
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::Name { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => Some(ctx),
            _ => None,
        };
        match own {
            Some(given) if given != ctx => {
                let (wanted, given) = (context(ctx), context(given));
                return value_error(format!("expression must have {wanted} context but has {given} instead"));
            }
            None if ctx != Load => {
                let ctx = context(ctx);
                return value_error(format!("expression which can't be assigned to in {ctx} context"));
            }
            _ => {}
        }
        match kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return value_error("BoolOp with less than 2 values");
                }
                self.exprs(values, Load)
            }
            ExprKind::NamedExpr { target, value } => {
                if !self.is_name(target) {
                    return type_error("NamedExpr target must be a Name");
                }
                self.expr(target, Store)?;
                self.expr(value, Load)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left, Load)?;
                self.expr(right, Load)
            }
            ExprKind::UnaryOp { operand: value, .. }
            | ExprKind::Await { value }
            | ExprKind::YieldFrom { value }
            | ExprKind::Attribute { value, .. } => self.expr(value, Load),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body, Load)
            }
            ExprKind::IfExp { test, body, orelse } => {
                [test, body, orelse].into_iter().try_for_each(|part| self.expr(part, Load))
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return value_error("Dict doesn't have the same number of keys as values");
                }
                self.opt_exprs(keys)?;
                self.exprs(values, Load)
            }
            ExprKind::Set { elts } => self.exprs(elts, Load),
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => self.exprs(elts, ctx),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.expr(elt, Load)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.generators(generators)?;
                self.expr(key, Load)?;
                self.expr(value, Load)
            }
            ExprKind::Yield { value } => self.opt_expr(value),
            ExprKind::Compare { left, ops, comparators } => {
                if comparators.is_empty() {
                    return value_error("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return value_error("Compare has a different number of comparators and operands");
                }
                self.exprs(comparators, Load)?;
                self.expr(left, Load)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func, Load)?;
                self.exprs(args, Load)?;
                self.keywords(keywords)
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value, Load)?;
                self.opt_expr(format_spec)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values, Load),
            ExprKind::Constant { .. } | ExprKind::Invalid { .. } => Ok(()),
            ExprKind::Name { id, .. } => self.name(id),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(slice, Load)?;
                self.expr(value, Load)
            }
            ExprKind::Starred { value, ctx } => self.expr(value, ctx),
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().try_for_each(|part| self.opt_expr(part))
            }
        }
    }

    fn name(&self, id: NameId) -> Check {
        match self.unit.name(id) {
            name @ ("None" | "True" | "False") => {
                value_error(format!("identifier field can't represent '{name}' constant"))
            }
            _ => Ok(()),
        }
    }

    fn generators(&self, list: List<Comprehension>) -> Check {
        if list.is_empty() {
            return value_error("comprehension with no generators");
        }
        for generator in self.unit.list(list) {
            self.expr(generator.target, ExprContext::Store)?;
            self.expr(generator.iter, ExprContext::Load)?;
            self.exprs(generator.ifs, ExprContext::Load)?;
        }
        Ok(())
    }

    fn keywords(&self, list: List<Keyword>) -> Check {
        self.unit.list(list).iter().try_for_each(|keyword| self.expr(keyword.value, ExprContext::Load))
    }

    fn arguments(&self, id: ArgumentsId) -> Check {
        let arguments = self.unit.arguments(id);
        let listed = [arguments.posonlyargs, arguments.args].map(|list| self.unit.list(list));
        let kwonly = self.unit.list(arguments.kwonlyargs);
        let stars = arguments.vararg.iter().chain(&arguments.kwarg);
        let mut all = listed.into_iter().flatten().chain(kwonly).chain(stars);
        all.try_for_each(|arg| self.opt_expr(arg.annotation))?;
        if arguments.defaults.len() > arguments.posonlyargs.len() + arguments.args.len() {
            return value_error("more positional defaults than args on arguments");
        }
        if arguments.kw_defaults.len() != arguments.kwonlyargs.len() {
            return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.exprs(arguments.defaults, ExprContext::Load)?;
        self.opt_exprs(arguments.kw_defaults)
    }

    fn type_params(&self, list: List<TypeParam>) -> Check {
        for param in self.unit.list(list) {
            let (name, bound, default) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => (name, bound, default_value),
                TypeParamKind::ParamSpec { name, default_value }
                | TypeParamKind::TypeVarTuple { name, default_value } => (name, None, default_value),
            };
            self.name(name.name)?;
            self.opt_expr(bound)?;
            self.opt_expr(default)?;
        }
        Ok(())
    }

    fn patterns(&self, list: PatternList, star_ok: bool) -> Check {
        self.unit.list(list).iter().try_for_each(|pattern| self.pattern(*pattern, star_ok))
    }

    fn pattern(&self, id: PatternId, star_ok: bool) -> Check {
        crate::made::guarded(|| self.guarded_pattern(id, star_ok))
    }

    fn guarded_pattern(&self, id: PatternId, star_ok: bool) -> Check {
        match self.unit.pattern(id).kind {
            PatternKind::MatchValue { value } => self.pattern_value(value),
            PatternKind::MatchSingleton { value } => match self.unit.constant(value) {
                Constant::None | Constant::True | Constant::False => Ok(()),
                _ => value_error("MatchSingleton can only contain True, False and None"),
            },
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                if keys.len() != patterns.len() {
                    return value_error("MatchMapping doesn't have the same number of keys as patterns");
                }
                self.capture(rest)?;
                for key in self.unit.list(keys) {
                    if !self.is_singleton(*key) {
                        self.pattern_value(*key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    return value_error(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    );
                }
                self.expr(cls, ExprContext::Load)?;
                self.class_name(cls)?;
                self.unit.list(kwd_attrs).iter().try_for_each(|attr| self.name(attr.name))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::MatchStar { .. } if !star_ok => value_error("can't use MatchStar here"),
            PatternKind::MatchStar { name } => self.capture(name),
            PatternKind::MatchAs { pattern: Some(_), name: None } => {
                value_error("MatchAs must specify a target name if a pattern is given")
            }
            PatternKind::MatchAs { pattern, name } => {
                self.capture(name)?;
                pattern.map_or(Ok(()), |pattern| self.pattern(pattern, false))
            }
            PatternKind::MatchOr { patterns } => {
                if patterns.len() < 2 {
                    return value_error("MatchOr requires at least 2 patterns");
                }
                self.patterns(patterns, false)
            }
        }
    }

    fn capture(&self, name: Option<Ident>) -> Check {
        let Some(name) = name else { return Ok(()) };
        if self.unit.name(name.name) == "_" {
            return value_error("can't capture name '_' in patterns");
        }
        self.name(name.name)
    }

    /// Names with dots.
    fn class_name(&self, mut id: ExprId) -> Check {
        loop {
            match self.unit.expr(id).kind {
                ExprKind::Name { .. } => return Ok(()),
                ExprKind::Attribute { value, .. } => id = value,
                _ => return value_error("MatchClass cls field can only contain Name or Attribute nodes."),
            }
        }
    }

    fn is_singleton(&self, id: ExprId) -> bool {
        match self.unit.expr(id).kind {
            ExprKind::Constant { value, .. } => {
                matches!(self.unit.constant(value), Constant::None | Constant::True | Constant::False)
            }
            _ => false,
        }
    }

    /// A number, string, bytes, an f-string, an attribute, `-1` or `1 + 2j`.
    fn pattern_value(&self, id: ExprId) -> Check {
        self.expr(id, ExprContext::Load)?;
        let is_number = |id: ExprId| match self.unit.expr(id).kind {
            ExprKind::Constant { value, .. } => Number::of(self.unit.constant(value)),
            ExprKind::UnaryOp { op: UnaryOp::USub, operand } => match self.unit.expr(operand).kind {
                ExprKind::Constant { value, .. } => Number::of(self.unit.constant(value)),
                _ => None,
            },
            _ => None,
        };
        let good = match self.unit.expr(id).kind {
            ExprKind::Constant { value, .. } => {
                let value = self.unit.constant(value);
                Number::of(value).is_some() || matches!(value, Constant::Str(_) | Constant::Bytes(_))
            }
            ExprKind::Attribute { .. } | ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. } => true,
            ExprKind::UnaryOp { .. } => is_number(id).is_some(),
            ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } => {
                let imaginary = match self.unit.expr(right).kind {
                    ExprKind::Constant { value, .. } => Number::of(self.unit.constant(value)),
                    _ => None,
                };
                is_number(left) == Some(Number::Real) && imaginary == Some(Number::Complex)
            }
            _ => false,
        };
        if good { Ok(()) } else { value_error("patterns may only match literals and attribute lookups") }
    }
}

#[derive(PartialEq, Eq)]
enum Number {
    Real,
    Complex,
}

impl Number {
    fn of(value: Constant<'_>) -> Option<Number> {
        use bytecode::Const;
        match value {
            Constant::Int(_) | Constant::Float(_) => Some(Number::Real),
            Constant::Made(Const::Int(_) | Const::BigInt(_)) => Some(Number::Real),
            Constant::Complex(_) | Constant::Made(Const::Complex(..)) => Some(Number::Complex),
            _ => None,
        }
    }
}
