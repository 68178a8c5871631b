//! The scopes of the units that were looked at last.
//!
//! Most units have no unit in them. Their scopes depend on nothing but their text and what is around them, are made in
//! microseconds, and are asked for by a few queries on the same unit, one after the other. As results of a query they would
//! all be kept, and so would what each of them was made from: several times the text of the file.

use std::sync::{Arc, Mutex, PoisonError};

use salsa::plumbing::AsId as _;
use symtable::Scopes;
use syntax::ast::Unit;

use crate::input::UnitKey;
use crate::queries::Around;

/// How many units' scopes are kept.
const CAPACITY: usize = 128;

/// Scopes with all that they were made from: as long as that is the same, so are they.
#[derive(Clone)]
struct Entry {
    unit: Arc<Unit>,
    around: Arc<Around>,
    scopes: Arc<Scopes>,
}

/// The scopes that were made last, at most one for each remainder of the units' numbers.
pub struct Recent {
    entries: Mutex<Vec<Option<Entry>>>,
}

impl Default for Recent {
    fn default() -> Recent {
        Recent { entries: Mutex::new(vec![None; CAPACITY]) }
    }
}

impl Recent {
    /// The scopes of a unit: those that are there, or what `make` gives.
    pub fn scopes(
        &self,
        key: UnitKey,
        unit: &Arc<Unit>,
        around: Arc<Around>,
        make: impl FnOnce(&Around) -> Scopes,
    ) -> Arc<Scopes> {
        let slot = key.as_id().index() as usize % CAPACITY;
        let entries = || self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = &entries()[slot]
            && Arc::ptr_eq(&entry.unit, unit)
            && entry.around == around
        {
            return entry.scopes.clone();
        }
        let scopes = Arc::new(make(&around));
        entries()[slot] = Some(Entry { unit: unit.clone(), around, scopes: scopes.clone() });
        scopes
    }
}
