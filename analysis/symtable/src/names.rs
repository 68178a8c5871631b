//! The names a unit mentions, interned: a [`Name`] is a number, equal numbers are equal names.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// A name of one [`Names`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

/// The names of one unit: those in its text, mangled where Python mangles, and the compiler's own (`.0`, `__class__`).
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// One after the other, and where each ends.
    text: String,
    ends: Vec<u32>,
    /// By their hashes.
    numbers: HashTable<Name>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Names) -> bool {
        self.ends == other.ends && self.text == other.text
    }
}

impl Eq for Names {}

impl Names {
    /// The number of `name`, which is added if it is new.
    pub(crate) fn intern(&mut self, name: &str) -> Name {
        if let Some(known) = self.get(name) {
            return known;
        }
        let number = |number: usize| u32::try_from(number).expect("a unit has fewer names than bytes");
        let new = Name(number(self.ends.len()));
        self.text.push_str(name);
        self.ends.push(number(self.text.len()));
        let Names { text, ends, numbers } = self;
        numbers.insert_unique(hash(name), new, |name| hash(nth(text, ends, *name)));
        new
    }

    /// The number of `name`, if the unit mentions it.
    pub fn get(&self, name: &str) -> Option<Name> {
        self.numbers.find(hash(name), |there| self.text(*there) == name).copied()
    }

    /// The text of `name`.
    pub fn text(&self, name: Name) -> &str {
        nth(&self.text, &self.ends, name)
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

fn nth<'t>(text: &'t str, ends: &[u32], Name(number): Name) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[number] as usize]
}

fn hash(name: &str) -> u64 {
    FxBuildHasher.hash_one(name)
}
