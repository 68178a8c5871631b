//! Expressions as text: annotations under `from __future__ import annotations` (`Python/ast_unparse.c`).

use bytecode::{Const, PyString, repr};
use syntax::ast::*;

use super::node::{Cx, Expr, text};
use super::{RED_ZONE, STACK_STEP};

/// How tightly an expression binds; each level parenthesises what binds less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    NamedExpr,
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    const EXPR: Level = Level::BitOr;

    fn next(self) -> Level {
        use Level::*;
        match self {
            NamedExpr => Tuple,
            Tuple => Test,
            Test => Or,
            Or => And,
            And => Not,
            Not => Compare,
            Compare => BitOr,
            BitOr => BitXor,
            BitXor => BitAnd,
            BitAnd => Shift,
            Shift => Arith,
            Arith => Term,
            Term => Factor,
            Factor => Power,
            Power => Await,
            Await | Atom => Atom,
        }
    }
}

/// The text of an annotation.
pub(super) fn expression(expr: Expr<'_>) -> PyString {
    let mut writer = Writer { out: Vec::new() };
    writer.expr(expr, Level::Test);
    text(&writer.out)
}

struct Writer {
    /// WTF-8.
    out: Vec<u8>,
}

impl<'a> Writer {
    fn put(&mut self, text: &str) {
        self.out.extend(text.as_bytes());
    }

    fn expr(&mut self, expr: Expr<'a>, level: Level) {
        stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.expr_here(expr, level));
    }

    /// Writes with parentheses if `own` binds less tightly than what is around.
    fn grouped(&mut self, level: Level, own: Level, write: impl FnOnce(&mut Self)) {
        let parens = level > own;
        if parens {
            self.put("(");
        }
        write(self);
        if parens {
            self.put(")");
        }
    }

    fn comma_separated(&mut self, items: impl Iterator<Item = Expr<'a>>, level: Level) {
        for (i, item) in items.enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(item, level);
        }
    }

    fn expr_here(&mut self, expr: Expr<'a>, level: Level) {
        let cx = expr.cx;
        let at = |id| cx.expr(id);
        match expr.kind() {
            ExprKind::BoolOp { op, values } => {
                let (own, word) = if op == BoolOp::And { (Level::And, " and ") } else { (Level::Or, " or ") };
                self.grouped(level, own, |w| {
                    for (i, value) in cx.exprs(values).enumerate() {
                        if i > 0 {
                            w.put(word);
                        }
                        w.expr(value, own.next());
                    }
                });
            }
            ExprKind::BinOp { left, op, right } => self.binary(at(left), op, at(right), level),
            ExprKind::UnaryOp { op, operand } => {
                let (own, word) = match op {
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.grouped(level, own, |w| {
                    w.put(word);
                    w.expr(at(operand), own);
                });
            }
            ExprKind::Lambda { args, body } => self.grouped(level, Level::Test, |w| {
                let arguments = *cx.unit().arguments(args);
                // A star follows at once.
                let positional = !arguments.posonlyargs.is_empty() || !arguments.args.is_empty();
                w.put(if positional { "lambda " } else { "lambda" });
                w.arguments(cx, arguments);
                w.put(": ");
                w.expr(at(body), Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.grouped(level, Level::Test, |w| {
                w.expr(at(body), Level::Test.next());
                w.put(" if ");
                w.expr(at(test), Level::Test.next());
                w.put(" else ");
                w.expr(at(orelse), Level::Test);
            }),
            ExprKind::Dict { keys, values } => {
                self.put("{");
                for (i, (key, value)) in cx.unit().list(keys).iter().zip(cx.exprs(values)).enumerate() {
                    if i > 0 {
                        self.put(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(at(*key), Level::Test);
                            self.put(": ");
                            self.expr(value, Level::Test);
                        }
                        None => {
                            self.put("**");
                            self.expr(value, Level::EXPR);
                        }
                    }
                }
                self.put("}");
            }
            ExprKind::Set { elts } => {
                self.put("{");
                self.comma_separated(cx.exprs(elts), Level::Test);
                self.put("}");
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension("(", at(elt), None, generators, ")")
            }
            ExprKind::ListComp { elt, generators } => self.comprehension("[", at(elt), None, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", at(elt), None, generators, "}"),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", at(key), Some(at(value)), generators, "}");
            }
            ExprKind::Yield { value } => {
                self.put(if value.is_some() { "(yield " } else { "(yield" });
                if let Some(value) = value {
                    self.expr(at(value), Level::Test);
                }
                self.put(")");
            }
            ExprKind::YieldFrom { value } => {
                self.put("(yield from ");
                self.expr(at(value), Level::Test);
                self.put(")");
            }
            ExprKind::Await { value } => self.grouped(level, Level::Await, |w| {
                w.put("await ");
                w.expr(at(value), Level::Atom);
            }),
            ExprKind::Compare { left, ops, comparators } => self.grouped(level, Level::Compare, |w| {
                w.expr(at(left), Level::Compare.next());
                for (op, right) in cx.unit().list(ops).iter().zip(cx.exprs(comparators)) {
                    w.put(match op {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    });
                    w.expr(right, Level::Compare.next());
                }
            }),
            ExprKind::Call { func, args, keywords } => self.call(at(func), args, keywords),
            ExprKind::Constant { value, u } => {
                if u {
                    self.put("u");
                }
                self.constant(&cx.constant(value));
            }
            ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => self.fstring(expr, 'f'),
            ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => self.fstring(expr, 't'),
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(at(value), Level::Atom);
                // A dot right behind an integer would make a float of it.
                let is_int = matches!(at(value).kind(), ExprKind::Constant { value, .. }
                    if matches!(cx.unit().constant(value), Constant::Int(_)));
                self.put(if is_int { " ." } else { "." });
                self.put(cx.name(attr));
            }
            ExprKind::Starred { value, .. } => {
                self.put("*");
                self.expr(at(value), Level::EXPR);
            }
            ExprKind::Name { id, .. } => self.put(cx.unit().name(id)),
            ExprKind::List { elts, .. } => {
                self.put("[");
                self.comma_separated(cx.exprs(elts), Level::Test);
                self.put("]");
            }
            ExprKind::Tuple { elts, .. } => {
                if elts.is_empty() {
                    self.put("()");
                    return;
                }
                self.grouped(level, Level::Tuple, |w| {
                    w.comma_separated(cx.exprs(elts), Level::Test);
                    if elts.len() == 1 {
                        w.put(",");
                    }
                });
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(at(lower), Level::Test);
                }
                self.put(":");
                if let Some(upper) = upper {
                    self.expr(at(upper), Level::Test);
                }
                if let Some(step) = step {
                    self.put(":");
                    self.expr(at(step), Level::Test);
                }
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(at(value), Level::Atom);
                self.put("[");
                self.expr(at(slice), Level::Tuple);
                self.put("]");
            }
            ExprKind::NamedExpr { target, value } => self.grouped(level, Level::NamedExpr, |w| {
                w.expr(at(target), Level::Atom);
                w.put(" := ");
                w.expr(at(value), Level::Atom);
            }),
            ExprKind::Invalid { .. } => {}
        }
    }

    fn binary(&mut self, left: Expr<'a>, op: Operator, right: Expr<'a>, level: Level) {
        let (own, word) = match op {
            Operator::Add => (Level::Arith, " + "),
            Operator::Sub => (Level::Arith, " - "),
            Operator::Mult => (Level::Term, " * "),
            Operator::MatMult => (Level::Term, " @ "),
            Operator::Div => (Level::Term, " / "),
            Operator::Mod => (Level::Term, " % "),
            Operator::FloorDiv => (Level::Term, " // "),
            Operator::LShift => (Level::Shift, " << "),
            Operator::RShift => (Level::Shift, " >> "),
            Operator::BitOr => (Level::BitOr, " | "),
            Operator::BitXor => (Level::BitXor, " ^ "),
            Operator::BitAnd => (Level::BitAnd, " & "),
            Operator::Pow => (Level::Power, " ** "),
        };
        let right_associative = op == Operator::Pow;
        self.grouped(level, own, |w| {
            w.expr(left, if right_associative { own.next() } else { own });
            w.put(word);
            w.expr(right, if right_associative { own } else { own.next() });
        });
    }

    fn arguments(&mut self, cx: Cx<'a>, arguments: Arguments) {
        let unit = cx.unit();
        let (posonly, args) = (unit.list(arguments.posonlyargs), unit.list(arguments.args));
        let total = posonly.len() + args.len();
        let defaults = unit.list(arguments.defaults);
        let mut first = true;
        for (i, arg) in posonly.iter().chain(args).enumerate() {
            self.separator(&mut first);
            self.put(cx.name(arg.arg));
            if let Some(default) = (i + defaults.len()).checked_sub(total) {
                self.put("=");
                self.expr(cx.expr(defaults[default]), Level::Test);
            }
            if !posonly.is_empty() && i + 1 == posonly.len() {
                self.put(", /");
            }
        }
        if arguments.vararg.is_some() || !arguments.kwonlyargs.is_empty() {
            self.separator(&mut first);
            self.put("*");
            if let Some(vararg) = arguments.vararg {
                self.put(cx.name(vararg.arg));
            }
        }
        for (arg, default) in unit.list(arguments.kwonlyargs).iter().zip(unit.list(arguments.kw_defaults)) {
            self.separator(&mut first);
            self.put(cx.name(arg.arg));
            if let Some(default) = default {
                self.put("=");
                self.expr(cx.expr(*default), Level::Test);
            }
        }
        if let Some(kwarg) = arguments.kwarg {
            self.separator(&mut first);
            self.put("**");
            self.put(cx.name(kwarg.arg));
        }
    }

    fn separator(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.put(", ");
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: Expr<'a>,
        value: Option<Expr<'a>>,
        generators: List<Comprehension>,
        close: &str,
    ) {
        self.put(open);
        self.expr(elt, Level::Test);
        if let Some(value) = value {
            self.put(": ");
            self.expr(value, Level::Test);
        }
        self.generators(elt.cx, generators);
        self.put(close);
    }

    fn generators(&mut self, cx: Cx<'a>, generators: List<Comprehension>) {
        for generator in cx.unit().list(generators) {
            self.put(if generator.is_async { " async for " } else { " for " });
            self.expr(cx.expr(generator.target), Level::Tuple);
            self.put(" in ");
            self.expr(cx.expr(generator.iter), Level::Test.next());
            for condition in cx.exprs(generator.ifs) {
                self.put(" if ");
                self.expr(condition, Level::Test.next());
            }
        }
    }

    fn call(&mut self, func: Expr<'a>, args: ExprList, keywords: List<Keyword>) {
        let cx = func.cx;
        self.expr(func, Level::Atom);
        let keywords = cx.unit().list(keywords);
        let arguments: Vec<Expr<'a>> = cx.exprs(args).collect();
        if let ([only], []) = (arguments.as_slice(), keywords)
            && matches!(only.kind(), ExprKind::GeneratorExp { .. })
        {
            // Its parentheses serve for both.
            self.expr(*only, Level::Test);
            return;
        }
        self.put("(");
        let mut first = true;
        for argument in arguments {
            self.separator(&mut first);
            self.expr(argument, Level::Test);
        }
        for keyword in keywords {
            self.separator(&mut first);
            match keyword.arg {
                Some(arg) => {
                    self.put(cx.name(arg));
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(cx.expr(keyword.value), Level::Test);
        }
        self.put(")");
    }

    fn constant(&mut self, value: &Const) {
        match value {
            Const::Ellipsis => self.put("..."),
            // Infinity has no literal; an overflowing one stands for it.
            Const::Float(_) | Const::Complex(..) => {
                let shown = repr::repr(value).replace("inf", "1e309");
                self.put(&shown);
            }
            _ => {
                let shown = repr::repr(value);
                self.put(&shown);
            }
        }
    }

    /// An f-string or t-string: its text is built first and then quoted as a whole.
    fn fstring(&mut self, expr: Expr<'a>, prefix: char) {
        let mut inner = Writer { out: Vec::new() };
        inner.fstring_part(expr);
        self.out.push(prefix as u8);
        self.constant(&Const::Str(text(&inner.out)));
    }

    fn fstring_part(&mut self, expr: Expr<'a>) {
        match expr.kind() {
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                for value in expr.cx.exprs(values) {
                    self.fstring_part(value);
                }
            }
            ExprKind::Constant { value, .. } => {
                if let Constant::Str(bytes) = expr.cx.unit().constant(value) {
                    for &b in bytes {
                        if matches!(b, b'{' | b'}') {
                            self.out.push(b);
                        }
                        self.out.push(b);
                    }
                }
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let mut inner = Writer { out: Vec::new() };
                inner.expr(expr.at(value), Level::Test.next());
                self.replacement(expr, &inner.out, conversion, format_spec);
            }
            ExprKind::Interpolation { str, conversion, format_spec, .. } => {
                if let Constant::Str(source) = expr.cx.unit().constant(str) {
                    self.replacement(expr, source, conversion, format_spec);
                }
            }
            _ => self.expr(expr, Level::Test),
        }
    }

    fn replacement(&mut self, expr: Expr<'a>, value: &[u8], conversion: Conversion, spec: Option<ExprId>) {
        // A brace right behind the opening one would be an escape.
        self.put(if value.first() == Some(&b'{') { "{ " } else { "{" });
        self.out.extend(value);
        if let Ok(letter) = u8::try_from(conversion.code()) {
            self.out.push(b'!');
            self.out.push(letter);
        }
        if let Some(spec) = spec {
            self.put(":");
            self.fstring_part(expr.at(spec));
        }
        self.put("}");
    }
}
