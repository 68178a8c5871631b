//! The names a unit mentions, interned: a [`Name`] is a number, equal numbers are equal names.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// A name of one [`Names`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

/// The names of one unit: those in its text, mangled where Python mangles, and the compiler's own (`.0`, `__class__`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    set: IndexSet<Box<str>, FxBuildHasher>,
}

impl Names {
    /// The number of `name`, which is added if it is new.
    pub(crate) fn intern(&mut self, name: &str) -> Name {
        let index = match self.set.get_index_of(name) {
            Some(index) => index,
            None => self.set.insert_full(name.into()).0,
        };
        Name(u32::try_from(index).expect("a unit has fewer names than bytes, and those fit u32"))
    }

    /// The number of `name`, if the unit mentions it.
    pub fn get(&self, name: &str) -> Option<Name> {
        self.set.get_index_of(name).map(|index| Name(index as u32))
    }

    /// The text of `name`.
    pub fn text(&self, name: Name) -> &str {
        &self.set[name.0 as usize]
    }
}
