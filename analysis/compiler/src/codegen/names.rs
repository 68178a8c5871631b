//! The names of a file while code is generated: each is one string, shared by all code objects that have it, and a number.

use std::num::NonZeroU32;

use bytecode::PyString;
use rustc_hash::FxHashMap;
use syntax::ast::NameId;

use super::node::Cx;

/// A name of the file: equal numbers are equal names.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Name(NonZeroU32);

impl Name {
    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The names that were met so far.
#[derive(Default)]
pub(crate) struct Names {
    texts: Vec<PyString>,
    numbers: FxHashMap<PyString, Name>,
    /// By unit of the file and identifier of the unit
    units: Vec<Vec<Option<Name>>>,
}

impl Names {
    /// The number of a name.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(name) = self.numbers.get(text.as_bytes()) {
            return *name;
        }
        let text = PyString::from(text);
        let name = Name(NonZeroU32::MIN.saturating_add(self.texts.len() as u32));
        self.texts.push(text.clone());
        self.numbers.insert(text, name);
        name
    }

    /// The number of an identifier.
    pub fn of(&mut self, cx: Cx<'_>, id: NameId) -> Name {
        let unit = cx.index.index();
        if let Some(Some(name)) = self.units.get(unit).and_then(|names| names.get(id.index())) {
            return *name;
        }
        let name = self.intern(cx.unit().name(id));
        if self.units.len() <= unit {
            self.units.resize_with(unit + 1, Vec::new);
        }
        let names = &mut self.units[unit];
        if names.is_empty() {
            names.resize(cx.unit().name_count(), None);
        }
        names[id.index()] = Some(name);
        name
    }

    /// The string, which is shared.
    pub fn text(&self, name: Name) -> &PyString {
        &self.texts[name.index()]
    }

    /// The string as Rust's: identifiers hold no surrogates.
    pub fn as_str(&self, name: Name) -> &str {
        self.text(name).to_str().unwrap_or_default()
    }

    /// Whether it begins and ends as private names do.
    pub fn may_be_private(&self, name: Name) -> bool {
        let text = self.text(name).as_bytes();
        text.starts_with(b"__") && !text.ends_with(b"__")
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
