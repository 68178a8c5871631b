//! `SyntaxWarning`s about expressions that are probably slips.

use bytecode::Const;
use syntax::ast::*;

use super::Generator;
use super::node::Expr;
use super::percent_format::is_percent_format;

impl<'a> Generator<'a> {
    /// `is` with a literal.
    pub(super) fn check_compare(&mut self, expr: Expr<'a>) {
        let ExprKind::Compare { left, ops, comparators } = expr.kind() else { return };
        let mut left = expr.at(left);
        for (op, right) in expr.cx.unit().list(ops).iter().zip(expr.cx.exprs(comparators)) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let literal = if !self.may_be_identity_operand(left) {
                    Some(left)
                } else if !self.may_be_identity_operand(right) {
                    Some(right)
                } else {
                    None
                };
                if let Some(name) = literal.and_then(|literal| self.literal_type(literal)) {
                    let (word, better) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                    let message = format!("\"{word}\" with '{name}' literal. Did you mean \"{better}\"?");
                    self.warn(message, expr.loc());
                    return;
                }
            }
            left = right;
        }
    }

    /// False for constants other than the named singletons.
    fn may_be_identity_operand(&self, expr: Expr<'a>) -> bool {
        match expr.kind() {
            ExprKind::Tuple { elts, .. } => expr.cx.exprs(elts).any(|elt| self.constant_of(elt).is_none()),
            _ => self
                .constant_of(expr)
                .is_none_or(|value| matches!(value, Const::None | Const::Bool(_) | Const::Ellipsis)),
        }
    }

    /// The type of what a literal or display makes.
    fn literal_type(&self, expr: Expr<'a>) -> Option<&'static str> {
        Some(match expr.kind() {
            ExprKind::Tuple { .. } => "tuple",
            ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
            ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
            ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
            ExprKind::GeneratorExp { .. } => "generator",
            ExprKind::Lambda { .. } => "function",
            ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => "string.templatelib.Template",
            ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
            _ if is_percent_format(expr) => "str",
            _ => match self.constant_of(expr)? {
                Const::None => "NoneType",
                Const::Bool(_) => "bool",
                Const::Ellipsis => "ellipsis",
                Const::Int(_) | Const::BigInt(_) => "int",
                Const::Float(_) => "float",
                Const::Complex(..) => "complex",
                Const::Str(_) => "str",
                Const::Bytes(_) => "bytes",
                _ => return None,
            },
        })
    }

    /// A call of what cannot be called.
    pub(super) fn check_caller(&mut self, func: Expr<'a>) {
        if matches!(func.kind(), ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = self.literal_type(func) {
            let message = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(message, func.loc());
        }
    }

    /// A subscript of what has no items.
    pub(super) fn check_subscripter(&mut self, value: Expr<'a>) {
        let suspicious = match value.kind() {
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::Lambda { .. } => true,
            _ => self
                .constant_of(value)
                .is_some_and(|constant| !matches!(constant, Const::Str(_) | Const::Bytes(_))),
        };
        if suspicious && let Some(name) = self.literal_type(value) {
            let message = format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(message, value.loc());
        }
    }

    /// An index that is no integer.
    pub(super) fn check_index(&mut self, value: Expr<'a>, index: Expr<'a>) {
        let Some(index_type) = self.literal_type(index) else { return };
        if matches!(index_type, "int" | "bool") {
            return;
        }
        let indexed = match value.kind() {
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ if is_percent_format(value) => true,
            _ => self
                .constant_of(value)
                .is_some_and(|constant| matches!(constant, Const::Str(_) | Const::Bytes(_))),
        };
        if indexed && let Some(name) = self.literal_type(value) {
            let message = format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
            );
            self.warn(message, value.loc());
        }
    }
}
