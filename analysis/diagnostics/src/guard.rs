//! Ranges whose `NameError`s are expected: bodies of `try` statements with a handler for it, and of `with` statements
//! that are about it, like `with assertRaises(NameError):`.

use syntax::ast::{ExprId, ExprKind, List, StmtKind, StmtList, Unit};
use text::TextRange;

/// The guarded ranges of a unit, in its own coordinates.
pub struct Guards {
    ranges: Vec<TextRange>,
}

impl Guards {
    pub fn of(unit: &Unit) -> Guards {
        let mut ranges = Vec::new();
        for (_, stmt) in unit.all_stmts() {
            if let StmtKind::Try { body, handlers, .. } = stmt.kind
                && let Some(range) = range_of(unit, body)
            {
                let catches = unit.list(handlers).iter().any(|handler| match handler.typ {
                    None => true,
                    Some(typ) => catches_name_error(unit, typ),
                });
                if catches {
                    ranges.push(range);
                }
            }
        }
        for (_, stmt) in unit.all_stmts() {
            if let StmtKind::With { items, body, .. } = stmt.kind
                && let Some(range) = range_of(unit, body)
            {
                let expects = unit.list(items).iter().any(|item| match unit.expr(item.context_expr).kind {
                    ExprKind::Call { args, .. } => any(unit, args, |id| catches_name_error(unit, id)),
                    _ => false,
                });
                if expects {
                    ranges.push(range);
                }
            }
        }
        Guards { ranges }
    }

    /// Whether a `NameError` at `range` would be caught in this unit.
    pub fn catch_name_error(&self, range: TextRange) -> bool {
        self.ranges.iter().any(|guarded| guarded.start <= range.start && range.end <= guarded.end)
    }
}

/// The range of a run of statements.
fn range_of(unit: &Unit, body: StmtList) -> Option<TextRange> {
    let body = unit.list(body);
    let (first, last) = (body.first()?, body.last()?);
    Some(TextRange { start: unit.stmt(*first).range.start, end: unit.stmt(*last).range.end })
}

/// Whether an exception type, or one in a tuple of them, includes `NameError`.
pub fn catches_name_error(unit: &Unit, typ: ExprId) -> bool {
    let named = |id: ExprId| {
        let name = match unit.expr(id).kind {
            ExprKind::Name { id, .. } => unit.name(id),
            _ => return false,
        };
        matches!(name, "NameError" | "UnboundLocalError" | "Exception" | "BaseException")
    };
    match unit.expr(typ).kind {
        ExprKind::Tuple { elts, .. } => any(unit, elts, named),
        _ => named(typ),
    }
}

fn any(unit: &Unit, list: List<ExprId>, test: impl Fn(ExprId) -> bool) -> bool {
    unit.list(list).iter().any(|id| test(*id))
}
