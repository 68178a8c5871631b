//! Expressions, patterns, and what stands in statements and expressions without being either.

use text::TextRange;

use super::{MadeError, Maker, Res, Source};
use crate::ast::*;
use crate::fields;

/// Adds items to a pool as a list.
macro_rules! list {
    ($maker:expr, $pool:ident, $items:expr) => {{
        let items = $items;
        let pool = &mut $maker.unit.arenas.$pool;
        let start = pool.len();
        pool.extend(items);
        List::new(start, pool.len())
    }};
}
pub(super) use list;

impl<S: Source> Maker<'_, S> {
    pub(super) fn expr(&mut self, node: &S::Value) -> Res<ExprId, S> {
        self.nested(|maker| maker.shallow_expr(node))
    }

    fn shallow_expr(&mut self, node: &S::Value) -> Res<ExprId, S> {
        let range = self.place(node, "expr")?;
        let class = self.source.class(node, "expr")?;
        let kind = self.expr_kind(node, class, range)?;
        self.unit.arenas.exprs.push(Expr { kind, range });
        Ok(ExprId::new(self.unit.arenas.exprs.len() - 1))
    }

    fn expr_kind(&mut self, node: &S::Value, class: &'static str, range: TextRange) -> Res<ExprKind, S> {
        Ok(match class {
            "BoolOp" => {
                let op = self.tag(node, class, "op", "boolop", boolean)?;
                ExprKind::BoolOp { op, values: self.exprs(node, class, "values")? }
            }
            "NamedExpr" => ExprKind::NamedExpr {
                target: self.sub(node, class, "target")?,
                value: self.sub(node, class, "value")?,
            },
            "BinOp" => ExprKind::BinOp {
                left: self.sub(node, class, "left")?,
                op: self.operator(node, class)?,
                right: self.sub(node, class, "right")?,
            },
            "UnaryOp" => ExprKind::UnaryOp {
                op: self.tag(node, class, "op", "unaryop", unary)?,
                operand: self.sub(node, class, "operand")?,
            },
            "Lambda" => {
                let args = self.required(node, class, "args")?;
                ExprKind::Lambda { args: self.arguments(&args)?, body: self.sub(node, class, "body")? }
            }
            "IfExp" => ExprKind::IfExp {
                test: self.sub(node, class, "test")?,
                body: self.sub(node, class, "body")?,
                orelse: self.sub(node, class, "orelse")?,
            },
            "Dict" => ExprKind::Dict {
                keys: self.opt_exprs(node, class, "keys")?,
                values: self.exprs(node, class, "values")?,
            },
            "Set" => ExprKind::Set { elts: self.exprs(node, class, "elts")? },
            "ListComp" | "SetComp" | "GeneratorExp" => {
                let elt = self.sub(node, class, "elt")?;
                let generators = self.generators(node, class)?;
                match class {
                    "ListComp" => ExprKind::ListComp { elt, generators },
                    "SetComp" => ExprKind::SetComp { elt, generators },
                    _ => ExprKind::GeneratorExp { elt, generators },
                }
            }
            "DictComp" => ExprKind::DictComp {
                key: self.sub(node, class, "key")?,
                value: self.sub(node, class, "value")?,
                generators: self.generators(node, class)?,
            },
            "Await" => ExprKind::Await { value: self.sub(node, class, "value")? },
            "Yield" => ExprKind::Yield { value: self.opt_sub(node, "value")? },
            "YieldFrom" => ExprKind::YieldFrom { value: self.sub(node, class, "value")? },
            "Compare" => {
                let left = self.sub(node, class, "left")?;
                let ops = self.items(node, class, "ops")?;
                let ops: Vec<CmpOp> = ops
                    .iter()
                    .map(|op| Ok(comparison(self.source.class(op, "cmpop")?)))
                    .collect::<Res<_, S>>()?;
                let ops = list!(self, cmp_ops, ops);
                ExprKind::Compare { left, ops, comparators: self.exprs(node, class, "comparators")? }
            }
            "Call" => ExprKind::Call {
                func: self.sub(node, class, "func")?,
                args: self.exprs(node, class, "args")?,
                keywords: self.keywords(node, class)?,
            },
            "FormattedValue" => ExprKind::FormattedValue {
                value: self.sub(node, class, "value")?,
                conversion: self.conversion(node, class)?,
                format_spec: self.opt_sub(node, "format_spec")?,
            },
            "Interpolation" => {
                let value = self.sub(node, class, "value")?;
                let str = self.required(node, class, "str")?;
                ExprKind::Interpolation {
                    value,
                    str: self.constant(&str)?,
                    conversion: self.conversion(node, class)?,
                    format_spec: self.opt_sub(node, "format_spec")?,
                }
            }
            "JoinedStr" => ExprKind::JoinedStr { values: self.exprs(node, class, "values")? },
            "TemplateStr" => ExprKind::TemplateStr { values: self.exprs(node, class, "values")? },
            "Constant" => {
                let Some(value) = self.source.attribute(node, "value")? else {
                    return Err(self.missing(class, "value"));
                };
                let value = self.constant(&value)?;
                let kind = self.optional(node, "kind")?.and_then(|kind| self.source.string(&kind));
                ExprKind::Constant { value, u: kind.is_some_and(|kind| kind == b"u") }
            }
            "Attribute" => ExprKind::Attribute {
                value: self.sub(node, class, "value")?,
                attr: self.name(node, class, "attr", range)?,
                ctx: self.context(node)?,
            },
            "Subscript" => ExprKind::Subscript {
                value: self.sub(node, class, "value")?,
                slice: self.sub(node, class, "slice")?,
                ctx: self.context(node)?,
            },
            "Starred" => {
                ExprKind::Starred { value: self.sub(node, class, "value")?, ctx: self.context(node)? }
            }
            "Name" => {
                ExprKind::Name { id: self.name(node, class, "id", range)?.name, ctx: self.context(node)? }
            }
            "List" => ExprKind::List { elts: self.exprs(node, class, "elts")?, ctx: self.context(node)? },
            "Tuple" => ExprKind::Tuple { elts: self.exprs(node, class, "elts")?, ctx: self.context(node)? },
            _ => ExprKind::Slice {
                lower: self.opt_sub(node, "lower")?,
                upper: self.opt_sub(node, "upper")?,
                step: self.opt_sub(node, "step")?,
            },
        })
    }

    /// The expression in a field.
    pub(super) fn sub(&mut self, node: &S::Value, owner: &'static str, name: &'static str) -> Res<ExprId, S> {
        let value = self.required(node, owner, name)?;
        self.expr(&value)
    }

    pub(super) fn opt_sub(&mut self, node: &S::Value, name: &'static str) -> Res<Option<ExprId>, S> {
        match self.optional(node, name)? {
            Some(value) => self.expr(&value).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn exprs(
        &mut self,
        node: &S::Value,
        owner: &'static str,
        name: &'static str,
    ) -> Res<ExprList, S> {
        let mut made = Vec::new();
        for item in self.items(node, owner, name)? {
            if self.source.is_none(&item) {
                return Err(self.value_error("None disallowed in expression list".to_owned()));
            }
            made.push(self.expr(&item)?);
        }
        Ok(list!(self, expr_lists, made))
    }

    fn opt_exprs(&mut self, node: &S::Value, owner: &'static str, name: &'static str) -> Res<OptExprList, S> {
        let mut made = Vec::new();
        for item in self.items(node, owner, name)? {
            made.push(if self.source.is_none(&item) { None } else { Some(self.expr(&item)?) });
        }
        Ok(list!(self, opt_expr_lists, made))
    }

    /// A field that holds a node without fields.
    pub(super) fn tag<T>(
        &self,
        node: &S::Value,
        owner: &'static str,
        name: &'static str,
        of: &'static str,
        read: fn(&'static str) -> T,
    ) -> Res<T, S> {
        let value = self.required(node, owner, name)?;
        Ok(read(self.source.class(&value, of)?))
    }

    pub(super) fn operator(&self, node: &S::Value, owner: &'static str) -> Res<Operator, S> {
        self.tag(node, owner, "op", "operator", operator)
    }

    /// Nodes without a context are read.
    fn context(&self, node: &S::Value) -> Res<ExprContext, S> {
        let Some(value) = self.optional(node, "ctx")? else { return Ok(ExprContext::Load) };
        Ok(match self.source.class(&value, "expr_context")? {
            "Store" => ExprContext::Store,
            "Del" => ExprContext::Del,
            _ => ExprContext::Load,
        })
    }

    fn conversion(&self, node: &S::Value, owner: &'static str) -> Res<Conversion, S> {
        let value = self.required(node, owner, "conversion")?;
        let code = self.source.number(&value)?;
        let known = [Conversion::None, Conversion::Str, Conversion::Repr, Conversion::Ascii];
        known.into_iter().find(|conversion| conversion.code() == code).ok_or_else(|| {
            let message = format!("Unrecognized conversion character {code}");
            self.source.error(MadeError::SystemError, message)
        })
    }

    fn generators(&mut self, node: &S::Value, owner: &'static str) -> Res<List<Comprehension>, S> {
        const CLASS: &str = "comprehension";
        let mut made = Vec::new();
        for item in self.items(node, owner, "generators")? {
            let (target, iter) = (self.sub(&item, CLASS, "target")?, self.sub(&item, CLASS, "iter")?);
            let ifs = self.exprs(&item, CLASS, "ifs")?;
            let is_async = self.required(&item, CLASS, "is_async")?;
            let is_async = self.source.number(&is_async)? != 0;
            made.push(Comprehension { target, iter, ifs, is_async });
        }
        Ok(list!(self, comprehensions, made))
    }

    pub(super) fn keywords(&mut self, node: &S::Value, owner: &'static str) -> Res<List<Keyword>, S> {
        let mut made = Vec::new();
        for item in self.items(node, owner, "keywords")? {
            let range = self.place(&item, "keyword")?;
            let arg = self.opt_name(&item, "arg", range)?;
            made.push(Keyword { arg, value: self.sub(&item, "keyword", "value")?, range });
        }
        Ok(list!(self, keywords, made))
    }

    pub(super) fn arguments(&mut self, node: &S::Value) -> Res<ArgumentsId, S> {
        const CLASS: &str = "arguments";
        let mut args = |name| -> Res<List<Arg>, S> {
            let mut made = Vec::new();
            for item in self.items(node, CLASS, name)? {
                made.push(self.arg(&item)?);
            }
            Ok(list!(self, args, made))
        };
        let (posonlyargs, positional) = (args("posonlyargs")?, args("args")?);
        let kwonlyargs = args("kwonlyargs")?;
        let mut star = |name| match self.optional(node, name)? {
            Some(arg) => self.arg(&arg).map(Some),
            None => Ok(None),
        };
        let (vararg, kwarg) = (star("vararg")?, star("kwarg")?);
        let kw_defaults = self.opt_exprs(node, CLASS, "kw_defaults")?;
        let defaults = self.exprs(node, CLASS, "defaults")?;
        let made =
            Arguments { posonlyargs, args: positional, vararg, kwonlyargs, kw_defaults, kwarg, defaults };
        self.unit.arenas.arguments.push(made);
        Ok(ArgumentsId::new(self.unit.arenas.arguments.len() - 1))
    }

    fn arg(&mut self, node: &S::Value) -> Res<Arg, S> {
        let range = self.place(node, "arg")?;
        Ok(Arg {
            arg: self.name(node, "arg", "arg", range)?,
            annotation: self.opt_sub(node, "annotation")?,
            type_comment: self.type_comment(node)?,
            range,
        })
    }

    pub(super) fn type_params(&mut self, node: &S::Value, owner: &'static str) -> Res<List<TypeParam>, S> {
        let mut made = Vec::new();
        for item in self.items(node, owner, "type_params")? {
            let range = self.place(&item, "type_param")?;
            let class = self.source.class(&item, "type_param")?;
            let name = self.name(&item, class, "name", range)?;
            let bound = if class == "TypeVar" { self.opt_sub(&item, "bound")? } else { None };
            let default_value = self.opt_sub(&item, "default_value")?;
            let kind = match class {
                "TypeVar" => TypeParamKind::TypeVar { name, bound, default_value },
                "ParamSpec" => TypeParamKind::ParamSpec { name, default_value },
                _ => TypeParamKind::TypeVarTuple { name, default_value },
            };
            made.push(TypeParam { kind, range });
        }
        Ok(list!(self, type_params, made))
    }

    pub(super) fn pattern(&mut self, node: &S::Value) -> Res<PatternId, S> {
        self.nested(|maker| {
            let range = maker.place(node, "pattern")?;
            let class = maker.source.class(node, "pattern")?;
            let kind = maker.pattern_kind(node, class, range)?;
            maker.unit.arenas.patterns.push(Pattern { kind, range });
            Ok(PatternId::new(maker.unit.arenas.patterns.len() - 1))
        })
    }

    fn pattern_kind(
        &mut self,
        node: &S::Value,
        class: &'static str,
        range: TextRange,
    ) -> Res<PatternKind, S> {
        Ok(match class {
            "MatchValue" => PatternKind::MatchValue { value: self.sub(node, class, "value")? },
            "MatchSingleton" => {
                let Some(value) = self.source.attribute(node, "value")? else {
                    return Err(self.missing(class, "value"));
                };
                PatternKind::MatchSingleton { value: self.constant(&value)? }
            }
            "MatchSequence" => {
                PatternKind::MatchSequence { patterns: self.patterns(node, class, "patterns")? }
            }
            "MatchMapping" => PatternKind::MatchMapping {
                keys: self.exprs(node, class, "keys")?,
                patterns: self.patterns(node, class, "patterns")?,
                rest: self.opt_name(node, "rest", range)?,
            },
            "MatchClass" => PatternKind::MatchClass {
                cls: self.sub(node, class, "cls")?,
                patterns: self.patterns(node, class, "patterns")?,
                kwd_attrs: self.names(node, class, "kwd_attrs", range)?,
                kwd_patterns: self.patterns(node, class, "kwd_patterns")?,
            },
            "MatchStar" => PatternKind::MatchStar { name: self.opt_name(node, "name", range)? },
            "MatchAs" => {
                let pattern = match self.optional(node, "pattern")? {
                    Some(pattern) => Some(self.pattern(&pattern)?),
                    None => None,
                };
                PatternKind::MatchAs { pattern, name: self.opt_name(node, "name", range)? }
            }
            _ => PatternKind::MatchOr { patterns: self.patterns(node, class, "patterns")? },
        })
    }

    fn patterns(&mut self, node: &S::Value, owner: &'static str, name: &'static str) -> Res<PatternList, S> {
        let mut made = Vec::new();
        for item in self.items(node, owner, name)? {
            made.push(self.pattern(&item)?);
        }
        Ok(list!(self, pattern_lists, made))
    }

    pub(super) fn names(
        &mut self,
        node: &S::Value,
        owner: &'static str,
        name: &'static str,
        range: TextRange,
    ) -> Res<List<Ident>, S> {
        let mut made = Vec::new();
        for item in self.items(node, owner, name)? {
            made.push(self.identifier(&item, range)?);
        }
        Ok(list!(self, idents, made))
    }
}

fn boolean(class: &'static str) -> BoolOp {
    if class == "And" { BoolOp::And } else { BoolOp::Or }
}

fn unary(class: &'static str) -> UnaryOp {
    match class {
        "Invert" => UnaryOp::Invert,
        "Not" => UnaryOp::Not,
        "UAdd" => UnaryOp::UAdd,
        _ => UnaryOp::USub,
    }
}

fn operator(class: &'static str) -> Operator {
    let all = [
        Operator::Add,
        Operator::Sub,
        Operator::Mult,
        Operator::MatMult,
        Operator::Div,
        Operator::Mod,
        Operator::Pow,
        Operator::LShift,
        Operator::RShift,
        Operator::BitOr,
        Operator::BitXor,
        Operator::BitAnd,
        Operator::FloorDiv,
    ];
    all.into_iter().find(|op| fields::operator(*op) == class).unwrap_or(Operator::FloorDiv)
}

fn comparison(class: &'static str) -> CmpOp {
    let all = [
        CmpOp::Eq,
        CmpOp::NotEq,
        CmpOp::Lt,
        CmpOp::LtE,
        CmpOp::Gt,
        CmpOp::GtE,
        CmpOp::Is,
        CmpOp::IsNot,
        CmpOp::In,
        CmpOp::NotIn,
    ];
    all.into_iter().find(|op| fields::comparison(*op) == class).unwrap_or(CmpOp::NotIn)
}
