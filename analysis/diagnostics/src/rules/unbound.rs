//! `unbound-name`: reads of a variable that nothing can have given a value yet.
//!
//! A read counts when it stands before every place that binds the variable, and no loop holds both: then there is no
//! way through the code that passes a binding first.

use rustc_hash::{FxHashMap, FxHashSet};
use symtable::{LocalBlock, Occurrence, Role, Scope, is_builtin, is_module_attribute};
use syntax::ast::{ChildId, ExprKind, StmtKind, Unit};
use text::{TextRange, TextSize};

use super::{UNBOUND_NAME, finding};
use crate::diagnostic::Severity;
use crate::facts::{Finding, ModuleFacts, UnitView};
use crate::guard::Guards;

pub fn check(view: &UnitView<'_>, module: &ModuleFacts, findings: &mut Vec<Finding>) {
    let in_function = view.scopes.block(LocalBlock::BODY).is_function_like();
    if !in_function && (!view.is_module() || module.open) {
        return;
    }
    let flow = Flow::of(view.unit);
    let mut variables: FxHashMap<symtable::Name, Vec<&Occurrence>> = FxHashMap::default();
    for place in &view.occurrences {
        // A walrus in a comprehension binds outside of it.
        let binds_here = place.role.binds() && view.owner(place.block, view.text(place.name)).is_some();
        if place.block == LocalBlock::BODY || binds_here {
            variables.entry(place.name).or_default().push(place);
        }
    }
    let guards = Guards::of(view.unit);
    for (name, places) in variables {
        let name = view.text(name);
        let ours = match view.scope(LocalBlock::BODY, name) {
            // Nested functions may bind a cell.
            Some(Scope::Local) if in_function => true,
            Some(Scope::Local | Scope::GlobalImplicit) => {
                !in_function
                    && !module.bound_elsewhere.contains(name)
                    && !is_builtin(name)
                    && !is_module_attribute(name)
            }
            _ => false,
        };
        let bindings: Vec<TextSize> =
            places.iter().filter(|place| place.role.binds()).map(|place| flow.takes_effect(place)).collect();
        let Some(first) = bindings.iter().min().filter(|_| ours) else { continue };
        let read = places.iter().find(|place| {
            let at = flow.position(place);
            let reads = place.role == Role::Load || flow.is_augmented(place);
            place.block == LocalBlock::BODY
                && reads
                && at < *first
                && !flow.loops_back(at, &bindings)
                && !guards.catch_name_error(place.place.range)
        });
        if let Some(read) = read {
            let message = if in_function {
                format!("cannot access local variable '{name}' where it is not associated with a value")
            } else {
                format!("name '{name}' is not defined at this point")
            };
            findings.push(finding(UNBOUND_NAME, Severity::Error, read.place, message));
        }
    }
}

/// What a unit's statements say about the order in which its parts run.
#[derive(Default)]
struct Flow {
    /// Where the nested `def`s and `class`es stand.
    holes: FxHashMap<ChildId, TextSize>,
    /// Targets of `:=`, which take effect at once.
    walruses: FxHashSet<TextRange>,
    /// Bodies of loops.
    loops: Vec<TextRange>,
    /// The tests of conditional expressions, which run before what stands before them: each with the expression.
    tests: Vec<(TextRange, TextRange)>,
    /// Assignments, whose target gets its value only when the whole statement has run.
    assignments: Vec<TextRange>,
    /// Where the targets of augmented assignments are: these read, too.
    augmented: FxHashSet<TextRange>,
}

impl Flow {
    fn of(unit: &Unit) -> Flow {
        let mut flow = Flow::default();
        for (_, stmt) in unit.all_stmts() {
            match stmt.kind {
                StmtKind::FunctionDef(child)
                | StmtKind::AsyncFunctionDef(child)
                | StmtKind::ClassDef(child) => {
                    flow.holes.insert(child, stmt.range.start);
                }
                StmtKind::For { .. } | StmtKind::AsyncFor { .. } | StmtKind::While { .. } => {
                    flow.loops.push(stmt.range);
                }
                StmtKind::Assign { .. } | StmtKind::AnnAssign { .. } => flow.assignments.push(stmt.range),
                StmtKind::AugAssign { target, .. } => {
                    flow.assignments.push(stmt.range);
                    flow.augmented.insert(unit.expr(target).range);
                }
                _ => {}
            }
        }
        for (_, expr) in unit.all_exprs() {
            match expr.kind {
                ExprKind::NamedExpr { target, .. } => {
                    flow.walruses.insert(unit.expr(target).range);
                }
                ExprKind::IfExp { test, .. } => flow.tests.push((unit.expr(test).range, expr.range)),
                _ => {}
            }
        }
        flow.assignments.sort_by_key(|range| range.start);
        flow
    }

    /// Where a name is written. What stands in the header of a nested `def` or `class` stands where that does.
    fn position(&self, place: &Occurrence) -> TextSize {
        let hole = place.place.child.and_then(|child| self.holes.get(&child).copied());
        hole.unwrap_or(place.place.range.start)
    }

    /// Where a binding has given the name its value.
    fn takes_effect(&self, place: &Occurrence) -> TextSize {
        let at = self.position(place);
        if self.walruses.contains(&place.place.range) {
            let around = self.tests.iter().filter(|(test, _)| test.start <= at && at < test.end);
            return around.map(|(_, expr)| expr.start).fold(at, TextSize::min);
        }
        let next = self.assignments.partition_point(|range| range.start <= at);
        let around = next.checked_sub(1).map(|index| self.assignments[index]);
        match around.filter(|range| at < range.end) {
            Some(range) if place.role == Role::Store => range.end,
            _ => at,
        }
    }

    fn is_augmented(&self, place: &Occurrence) -> bool {
        place.place.child.is_none() && self.augmented.contains(&place.place.range)
    }

    /// Whether a loop leads from one of the bindings back to `at`.
    fn loops_back(&self, at: TextSize, bindings: &[TextSize]) -> bool {
        self.loops.iter().any(|body| {
            body.start <= at
                && at < body.end
                && bindings.iter().any(|it| body.start <= *it && *it <= body.end)
        })
    }
}
