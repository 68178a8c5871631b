//! The names a unit mentions, interned: a [`Name`] is a number, equal numbers are equal names.

use std::hash::BuildHasher as _;
use std::num::NonZeroU32;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// A name of one [`Names`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(NonZeroU32);

impl Name {
    fn new(index: usize) -> Name {
        Name(NonZeroU32::MIN.saturating_add(number(index)))
    }

    /// Its place among the names of the table.
    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The names of one unit: those in its text, mangled where Python mangles, and the compiler's own (`.0`, `__class__`).
/// Most units have few.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// One after the other, and where each ends.
    text: String,
    ends: Vec<u32>,
    /// By their hashes, once there are too many to look through.
    numbers: HashTable<Name>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Names) -> bool {
        self.ends == other.ends && self.text == other.text
    }
}

impl Eq for Names {}

impl Names {
    /// Up to so many are looked through.
    const FEW: usize = 8;

    /// The number of `name`, which is added if it is new.
    pub(crate) fn intern(&mut self, name: &str) -> Name {
        if let Some(known) = self.get(name.as_bytes()) {
            return known;
        }
        let place = self.ends.len();
        self.text.push_str(name);
        self.ends.push(number(self.text.len()));
        if place >= Names::FEW {
            self.number(if place == Names::FEW { 0 } else { place });
        }
        Name::new(place)
    }

    /// The number of `name`, in UTF-8, if the unit mentions it.
    pub fn get(&self, name: &[u8]) -> Option<Name> {
        if self.ends.len() <= Names::FEW {
            let mut start = 0;
            let same = |&end: &u32| {
                let there = std::mem::replace(&mut start, end as usize)..end as usize;
                self.text.as_bytes()[there] == *name
            };
            return self.ends.iter().position(same).map(Name::new);
        }
        self.numbers.find(hash(name), |there| self.text(*there).as_bytes() == name).copied()
    }

    /// The text of `name`.
    pub fn text(&self, name: Name) -> &str {
        nth(&self.text, &self.ends, name)
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Makes the names from place `first` on known by their hashes.
    fn number(&mut self, first: usize) {
        let Names { text, ends, numbers } = self;
        let hash_of = |name: &Name| hash(nth(text, ends, *name).as_bytes());
        for name in (first..ends.len()).map(Name::new) {
            numbers.insert_unique(hash_of(&name), name, hash_of);
        }
    }

    /// Takes the names out, in memory of just their size; the memory that they grew in stays.
    pub(crate) fn take(&mut self) -> Names {
        let mut taken = Names {
            text: self.text.as_str().into(),
            ends: self.ends.as_slice().into(),
            numbers: HashTable::new(),
        };
        if taken.len() > Names::FEW {
            taken.numbers = HashTable::with_capacity(taken.len());
            taken.number(0);
        }
        self.text.clear();
        self.ends.clear();
        self.numbers.clear();
        taken
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

fn number(number: usize) -> u32 {
    u32::try_from(number).expect("a unit has fewer names than bytes")
}

fn nth<'t>(text: &'t str, ends: &[u32], name: Name) -> &'t str {
    let number = name.index();
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[number] as usize]
}

fn hash(name: &[u8]) -> u64 {
    FxBuildHasher.hash_one(name)
}
