//! `useless-declaration`: `global` and `nonlocal` statements that change nothing.

use rustc_hash::FxHashSet;
use symtable::{Flags, LocalBlock, Name, Role, Scope};

use super::{USELESS_DECLARATION, unnecessary};
use crate::facts::{Finding, UnitView};

pub fn check(view: &UnitView<'_>, findings: &mut Vec<Finding>) {
    let deletions = view.occurrences.iter().filter(|place| place.role == Role::Delete);
    let deleted: FxHashSet<Name> = deletions.map(|place| place.name).collect();
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
        if !symbol.flags.intersects(Flags::DEF_BOUND) && !deleted.contains(&place.name) {
            let message = format!("'{word} {name}' is not needed: the name is never assigned here");
            findings.push(unnecessary(USELESS_DECLARATION, place.place, message));
        }
    }
}
