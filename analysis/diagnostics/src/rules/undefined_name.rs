//! `undefined-name`: reads of a global that the file never binds and that is no builtin.

use symtable::{Role, is_builtin, is_module_attribute};

use super::{UNDEFINED_NAME, finding};
use crate::diagnostic::Severity;
use crate::facts::{Finding, ModuleFacts, UnitView};
use crate::guard::Guards;

/// Builtins that not every program has: gettext installs `_`, Windows has an exception more.
const ELSEWHERE: [&str; 2] = ["_", "WindowsError"];

pub fn check(view: &UnitView<'_>, module: &ModuleFacts, findings: &mut Vec<Finding>) {
    if module.open {
        return;
    }
    let mut guards = None;
    for place in &view.occurrences {
        let name = view.text(place.name);
        if !matches!(place.role, Role::Load | Role::Delete)
            || !view.is_global(place.block, name)
            || module.bound.contains(name)
            || is_builtin(name)
            || is_module_attribute(name)
            || ELSEWHERE.contains(&name)
        {
            continue;
        }
        // Code that expects the NameError knows what it does.
        let guards = guards.get_or_insert_with(|| Guards::of(view.unit));
        if place.place.child.is_none() && guards.catch_name_error(place.place.range) {
            continue;
        }
        let message = format!("name '{name}' is not defined");
        findings.push(finding(UNDEFINED_NAME, Severity::Error, place.place, message));
    }
}
