//! The values of patterns: `-1` and `1 + 2j` are constants there (`fold_pattern_match_value` of `ast_preprocess.c`).

use bytecode::Const;
use num_bigint::BigInt;
use syntax::ast::*;

use super::Generator;
use super::node::Expr;

impl<'a> Generator<'a> {
    /// The constant that a pattern's value is, signs and sums of numbers included.
    pub(super) fn pattern_constant(&self, expr: Expr<'a>) -> Option<Const> {
        match expr.kind() {
            ExprKind::Constant { .. } => self.constant_of(expr),
            ExprKind::UnaryOp { op: UnaryOp::USub, operand } => {
                negated(self.pattern_constant(expr.at(operand))?)
            }
            ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
                let left = self.pattern_constant(expr.at(left))?;
                let Const::Complex(re, im) = self.pattern_constant(expr.at(right))? else { return None };
                let real = match left {
                    Const::Int(n) => n as f64,
                    Const::BigInt(n) => big_to_f64(&n)?,
                    Const::Float(x) => x,
                    _ => return None,
                };
                // A real number adds to the real part alone.
                Some(if op == Operator::Add {
                    Const::Complex(real + re, im)
                } else {
                    Const::Complex(real - re, -im)
                })
            }
            _ => None,
        }
    }
}

fn negated(value: Const) -> Option<Const> {
    Some(match value {
        Const::Int(n) => Const::int(-BigInt::from(n)),
        Const::BigInt(n) => Const::int(-(*n).clone()),
        Const::Float(x) => Const::Float(-x),
        Const::Complex(re, im) => Const::Complex(-re, -im),
        _ => return None,
    })
}

fn big_to_f64(n: &BigInt) -> Option<f64> {
    n.to_string().parse().ok().filter(|x: &f64| x.is_finite())
}
