//! `unused-variable`: local variables of functions whose value is never read.

use rustc_hash::FxHashSet;
use symtable::{Flags, LocalBlock, Role, Scope};
use syntax::ast::{ExprId, ExprKind, StmtKind, UnitHeader};
use text::TextRange;

use super::unused_import::is_read;
use super::{UNUSED_VARIABLE, unnecessary};
use crate::facts::{Finding, UnitView};

pub fn check(view: &UnitView<'_>, findings: &mut Vec<Finding>) {
    if !matches!(view.unit.header(), UnitHeader::Function(_)) || view.reads_dynamically() {
        return;
    }
    let deliberate = deliberate_targets(view);
    for place in &view.occurrences {
        if place.role != Role::Store || place.block != LocalBlock::BODY || place.place.child.is_some() {
            continue;
        }
        let name = view.text(place.name);
        if name.starts_with('_') || !deliberate.contains(&place.place.range) {
            continue;
        }
        let Some(symbol) = view.scopes.symbol(LocalBlock::BODY, name) else { continue };
        let plain = !symbol.flags.intersects(Flags::DEF_PARAM | Flags::DEF_IMPORT | Flags::DEF_NONLOCAL);
        if symbol.scope != Some(Scope::Local) || !plain || is_read(view, name) {
            continue;
        }
        let message = format!("local variable '{name}' is assigned to but never used");
        findings.push(unnecessary(UNUSED_VARIABLE, place.place, message));
    }
}

/// Targets that are there for the sake of the name: of plain assignments, and after `as`. Loop variables and parts of
/// an unpacked tuple have to be called something.
fn deliberate_targets(view: &UnitView<'_>) -> FxHashSet<TextRange> {
    let unit = view.unit;
    let mut ranges = FxHashSet::default();
    let mut name = |id: ExprId| {
        let expr = unit.expr(id);
        if matches!(expr.kind, ExprKind::Name { .. }) {
            ranges.insert(expr.range);
        }
    };
    for (_, stmt) in unit.all_stmts() {
        match stmt.kind {
            StmtKind::Assign { targets, .. } => unit.list(targets).iter().for_each(|id| name(*id)),
            StmtKind::AnnAssign { target, value: Some(_), .. } => name(target),
            StmtKind::With { items, .. } | StmtKind::AsyncWith { items, .. } => {
                unit.list(items).iter().filter_map(|item| item.optional_vars).for_each(&mut name);
            }
            _ => {}
        }
    }
    for (_, stmt) in unit.all_stmts() {
        if let StmtKind::Try { handlers, .. } | StmtKind::TryStar { handlers, .. } = stmt.kind {
            ranges
                .extend(unit.list(handlers).iter().filter_map(|handler| handler.name).map(|name| name.range));
        }
    }
    ranges
}
