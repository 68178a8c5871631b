//! `unused-import`: imports whose name is never read.

use symtable::{LocalBlock, Role, Scope};
use syntax::ast::{Alias, StmtKind, Unit};

use super::{UNUSED_IMPORT, unnecessary};
use crate::facts::{Finding, ModuleFacts, UnitView};

pub fn check(view: &UnitView<'_>, module: &ModuleFacts, findings: &mut Vec<Finding>) {
    // What a class imports becomes its attribute.
    if !view.is_module() && !view.scopes.block(LocalBlock::BODY).is_function_like() {
        return;
    }
    if view.is_module() && module.is_package {
        return;
    }
    let dynamic = view.reads_dynamically();
    for place in &view.occurrences {
        if place.role != Role::Import || place.block != LocalBlock::BODY {
            continue;
        }
        let name = view.text(place.name);
        if name.starts_with('_') {
            continue;
        }
        let used = match view.scope(LocalBlock::BODY, name) {
            // A global: who reads it may stand anywhere in the file, or import this file.
            _ if view.is_global(LocalBlock::BODY, name) => {
                module.used.contains(name) || !view.is_module() || is_fallible(view.unit, place.place.range)
            }
            Some(Scope::Local) => dynamic || is_read(view, name) || is_fallible(view.unit, place.place.range),
            _ => true,
        };
        if used || is_exported(view.unit, place.place.range) {
            continue;
        }
        findings.push(unnecessary(
            UNUSED_IMPORT,
            place.place,
            format!("'{name}' is imported but never used"),
        ));
    }
}

/// Whether a variable of the body is read in the unit.
pub fn is_read(view: &UnitView<'_>, name: &str) -> bool {
    view.occurrences.iter().any(|place| {
        matches!(place.role, Role::Load | Role::Delete | Role::Unevaluated)
            && view.text(place.name) == name
            && (place.role == Role::Unevaluated || view.owner(place.block, name) == Some(LocalBlock::BODY))
    })
}

/// The statement and alias that bind the name at `range`.
fn alias_at(unit: &Unit, range: text::TextRange) -> Option<(StmtKind, Alias)> {
    unit.all_stmts().find_map(|(_, stmt)| {
        let (StmtKind::Import { names } | StmtKind::ImportFrom { names, .. }) = stmt.kind else {
            return None;
        };
        if !(stmt.range.start <= range.start && range.end <= stmt.range.end) {
            return None;
        }
        let holds = |alias: &&Alias| alias.range.start <= range.start && range.end <= alias.range.end;
        unit.list(names).iter().find(holds).map(|alias| (stmt.kind, *alias))
    })
}

/// `import a as a`, `from m import a as a`, `from __future__ import a`: meant as they stand.
fn is_exported(unit: &Unit, range: text::TextRange) -> bool {
    let Some((stmt, alias)) = alias_at(unit, range) else { return true };
    if alias.asname.is_some_and(|asname| unit.name(asname.name) == unit.name(alias.name.name)) {
        return true;
    }
    match stmt {
        StmtKind::ImportFrom { module: Some(module), level: 0, .. } => unit.name(module.name) == "__future__",
        // `import a.b` is often for the sake of loading `a.b`.
        StmtKind::Import { .. } => unit.name(alias.name.name).contains('.') && alias.asname.is_none(),
        _ => false,
    }
}

/// Whether the import stands in a `try`: whether it works is what the program asks.
fn is_fallible(unit: &Unit, range: text::TextRange) -> bool {
    unit.all_stmts().any(|(_, stmt)| {
        matches!(stmt.kind, StmtKind::Try { .. })
            && stmt.range.start <= range.start
            && range.end <= stmt.range.end
    })
}
