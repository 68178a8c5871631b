//! The names of a file while code is generated: each is one string, shared by all code objects that have it, and a number.

use std::hash::BuildHasher as _;
use std::num::NonZeroU32;

use bytecode::PyString;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use syntax::ast::NameId;

use super::node::Cx;

/// A name of the file: equal numbers are equal names.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Name(NonZeroU32);

impl Name {
    /// Its place among the names of the file.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// What is known of a name.
struct Facts {
    text: PyString,
    hash: u64,
    /// It begins with two underscores.
    underscored: bool,
    /// It does not end with two.
    open_ended: bool,
}

/// The names that were met so far.
#[derive(Default)]
pub(crate) struct Names {
    facts: Vec<Facts>,
    /// By their hashes
    numbers: HashTable<Name>,
    /// The identifiers of the units that were met, unit after unit
    identifiers: Vec<Option<Name>>,
    /// By unit of the file: where its identifiers begin there
    units: Vec<Option<usize>>,
}

impl Names {
    /// The number of a name.
    pub fn intern(&mut self, text: &str) -> Name {
        self.number(text.as_bytes(), || text.into())
    }

    /// The number of what is spelled by some bytes; `make` makes the string of them if it is new.
    fn number(&mut self, text: &[u8], make: impl FnOnce() -> PyString) -> Name {
        let hash = FxBuildHasher.hash_one(text);
        let Names { facts, numbers, .. } = self;
        let same = |name: &Name| {
            let there = &facts[name.index()];
            there.hash == hash && there.text.as_bytes() == text
        };
        if let Some(name) = numbers.find(hash, same) {
            return *name;
        }
        let name = Name(NonZeroU32::MIN.saturating_add(facts.len() as u32));
        let (underscored, open_ended) = (text.starts_with(b"__"), !text.ends_with(b"__"));
        facts.push(Facts { text: make(), hash, underscored, open_ended });
        numbers.insert_unique(hash, name, |name| facts[name.index()].hash);
        name
    }

    /// The number of an identifier.
    pub fn of(&mut self, cx: Cx<'_>, id: NameId) -> Name {
        let unit = cx.index.index();
        if let Some(Some(first)) = self.units.get(unit)
            && let Some(name) = self.identifiers[first + id.index()]
        {
            return name;
        }
        let name = self.number(cx.unit().name_bytes(id), || cx.unit().name(id).into());
        if self.units.len() <= unit {
            self.units.resize(unit + 1, None);
        }
        let first = *self.units[unit].get_or_insert_with(|| {
            let first = self.identifiers.len();
            self.identifiers.resize(first + cx.unit().name_count(), None);
            first
        });
        self.identifiers[first + id.index()] = Some(name);
        name
    }

    /// The string, which is shared.
    pub fn text(&self, name: Name) -> &PyString {
        &self.facts[name.index()].text
    }

    /// The string as Rust's: identifiers hold no surrogates.
    pub fn as_str(&self, name: Name) -> &str {
        self.text(name).to_str().unwrap_or_default()
    }

    /// Whether it begins and ends as private names do.
    pub fn may_be_private(&self, name: Name) -> bool {
        let Facts { underscored, open_ended, .. } = self.facts[name.index()];
        underscored && open_ended
    }

    /// `__debug__`, which is no variable
    pub fn is_debug(&self, name: Name) -> bool {
        self.facts[name.index()].underscored && self.text(name).as_bytes() == b"__debug__"
    }
}

/// What says which name is meant.
pub(crate) trait Spelling {
    fn name(self, names: &mut Names) -> Name;
}

impl Spelling for Name {
    fn name(self, _: &mut Names) -> Name {
        self
    }
}

impl Spelling for &str {
    fn name(self, names: &mut Names) -> Name {
        names.intern(self)
    }
}
