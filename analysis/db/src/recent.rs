//! The names of the units that were looked at last.
//!
//! What the first pass finds in a unit, and the scopes of a unit that has no unit in it (as most), depend on nothing but
//! the unit's text and what is around it, are made in microseconds, and are asked for by a few queries on the same unit,
//! one after the other. As results of queries they would all be kept, and so would what each of them was made from: several
//! times the text of the file.

use std::sync::{Arc, Mutex, PoisonError};

use salsa::plumbing::AsId as _;
use symtable::{Collected, Scopes};
use syntax::ast::Unit;

use crate::input::UnitKey;
use crate::queries::Around;

/// What was made last.
pub struct Recent {
    pub scopes: Cache<Scopes>,
    pub collected: Cache<Collected>,
}

impl Default for Recent {
    fn default() -> Recent {
        Recent { scopes: Cache::new(128), collected: Cache::new(16) }
    }
}

/// What was made of some units, at most one for each remainder of their numbers.
pub struct Cache<T> {
    entries: Mutex<Vec<Option<Entry<T>>>>,
}

/// A result with all that it was made from: as long as that is the same, so is the result.
struct Entry<T> {
    unit: Arc<Unit>,
    around: Arc<Around>,
    result: Arc<T>,
}

impl<T> Cache<T> {
    fn new(capacity: usize) -> Cache<T> {
        Cache { entries: Mutex::new((0..capacity).map(|_| None).collect()) }
    }

    /// The result for a unit: the one that is there, or what `make` gives.
    pub fn get(
        &self,
        key: UnitKey,
        unit: &Arc<Unit>,
        around: Arc<Around>,
        make: impl FnOnce(&Around) -> T,
    ) -> Arc<T> {
        let found = self.with(key, |entry| {
            let same = |it: &&Entry<T>| Arc::ptr_eq(&it.unit, unit) && it.around == around;
            entry.as_ref().filter(same).map(|it| it.result.clone())
        });
        found.unwrap_or_else(|| {
            let result = Arc::new(make(&around));
            let made = Entry { unit: unit.clone(), around, result: result.clone() };
            self.with(key, |entry| *entry = Some(made));
            result
        })
    }

    /// Forgets what was made of a unit.
    pub fn forget(&self, key: UnitKey) {
        self.with(key, |entry| *entry = None);
    }

    /// The place of a unit's result. What was there is dropped while others wait: it is small, or held elsewhere.
    fn with<R>(&self, key: UnitKey, f: impl FnOnce(&mut Option<Entry<T>>) -> R) -> R {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = key.as_id().index() as usize % entries.len();
        f(&mut entries[slot])
    }
}
