//! `useless-declaration`: `global` and `nonlocal` statements that change nothing.

use symtable::{Flags, LocalBlock, Role, Scope};

use super::{USELESS_DECLARATION, unnecessary};
use crate::facts::{Finding, UnitView};

pub fn check(view: &UnitView<'_>, findings: &mut Vec<Finding>) {
    for place in &view.occurrences {
        let word = match place.role {
            Role::Global => "global",
            Role::Nonlocal => "nonlocal",
            _ => continue,
        };
        let name = view.text(place.name);
        if view.is_module() {
            if place.role == Role::Global {
                let message = format!("'global {name}' at module level has no effect");
                findings.push(unnecessary(USELESS_DECLARATION, place.place, message));
            }
            continue;
        }
        let Some(symbol) = view.scopes.symbol(LocalBlock::BODY, name) else { continue };
        if place.role == Role::Nonlocal && symbol.scope != Some(Scope::Free) {
            // There is nothing to declare; that is a syntax error.
            continue;
        }
        let deleted =
            || view.occurrences.iter().any(|other| other.role == Role::Delete && other.name == place.name);
        if !symbol.flags.intersects(Flags::DEF_BOUND) && !deleted() {
            let message = format!("'{word} {name}' is not needed: the name is never assigned here");
            findings.push(unnecessary(USELESS_DECLARATION, place.place, message));
        }
    }
}
