//! What is known of one name in one block: CPython's flag word, `Include/internal/pycore_symtable.h`.

use bitflags::bitflags;
use rustc_hash::FxHashMap;

use crate::names::Name;

bitflags! {
    /// How a block uses a name, with CPython's values (`DEF_*`, `USE`).
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Flags: u16 {
        /// Declared `global` here (in the module block: declared `global` anywhere in the file).
        const DEF_GLOBAL = 1;
        /// Bound by an assignment, a `def`, a `class`, a loop or anything else but parameters and imports.
        const DEF_LOCAL = 2;
        /// A formal parameter.
        const DEF_PARAM = 4;
        /// Declared `nonlocal` here.
        const DEF_NONLOCAL = 8;
        /// Read here.
        const USE = 16;
        /// Free in a method, and also a name of this class.
        const DEF_FREE_CLASS = 64;
        /// Bound by an import.
        const DEF_IMPORT = 128;
        /// Annotated here.
        const DEF_ANNOT = 256;
        /// An iteration variable of a comprehension.
        const DEF_COMP_ITER = 512;
        /// A type parameter.
        const DEF_TYPE_PARAM = 1024;
        /// A cell of a comprehension that was inlined here.
        const DEF_COMP_CELL = 2048;
        /// Bound here in any way.
        const DEF_BOUND = 2 | 4 | 128;
    }
}

impl Flags {
    /// The flags in the order and under the names in which `python -m symtable` lists them.
    pub(crate) const LISTED: [(&'static str, Flags); 12] = [
        ("use", Flags::USE),
        ("def_global", Flags::DEF_GLOBAL),
        ("def_nonlocal", Flags::DEF_NONLOCAL),
        ("def_local", Flags::DEF_LOCAL),
        ("def_param", Flags::DEF_PARAM),
        ("def_type_param", Flags::DEF_TYPE_PARAM),
        ("def_free_class", Flags::DEF_FREE_CLASS),
        ("def_import", Flags::DEF_IMPORT),
        ("def_bound", Flags::DEF_BOUND),
        ("def_annot", Flags::DEF_ANNOT),
        ("def_comp_iter", Flags::DEF_COMP_ITER),
        ("def_comp_cell", Flags::DEF_COMP_CELL),
    ];
}

/// Where a name of a block lives, as decided by the second pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A variable of this block (in a module or class: of its namespace).
    Local,
    /// Declared `global`.
    GlobalExplicit,
    /// Bound in no enclosing function: a global or a builtin.
    GlobalImplicit,
    /// A variable of an enclosing function.
    Free,
    /// A variable of this block that nested blocks capture.
    Cell,
}

impl Scope {
    /// CPython's name of it, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Local => "local",
            Scope::GlobalExplicit => "global_explicit",
            Scope::GlobalImplicit => "global_implicit",
            Scope::Free => "free",
            Scope::Cell => "cell",
        }
    }
}

/// A name's facts in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    pub flags: Flags,
    /// `None` in a block that analysis never visits: annotations under `from __future__ import annotations`.
    pub scope: Option<Scope>,
}

impl Symbol {
    /// The flags, and above them the number of the scope (`SCOPE_OFFSET`); 0 if it has none.
    pub fn bits(&self) -> u32 {
        let scope = match self.scope {
            None => 0,
            Some(Scope::Local) => 1,
            Some(Scope::GlobalExplicit) => 2,
            Some(Scope::GlobalImplicit) => 3,
            Some(Scope::Free) => 4,
            Some(Scope::Cell) => 5,
        };
        u32::from(self.flags.bits()) | scope << 12
    }
}

/// The symbols of a block in the order of first mention. Most blocks have few.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    entries: Vec<(Name, Symbol)>,
    /// Where each name is, once there are too many to look through.
    places: Option<Box<FxHashMap<Name, usize>>>,
}

impl PartialEq for Symbols {
    fn eq(&self, other: &Symbols) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Symbols {}

impl Symbols {
    /// Up to so many are looked through.
    const FEW: usize = 12;

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// In the order of first mention.
    pub fn iter(&self) -> std::slice::Iter<'_, (Name, Symbol)> {
        self.entries.iter()
    }

    /// The facts of a name.
    pub fn get(&self, name: Name) -> Option<&Symbol> {
        Some(&self.entries[self.place(name)?].1)
    }

    /// The facts of a name that is among the first `count`.
    pub(crate) fn get_among(&self, count: usize, name: Name) -> Option<&Symbol> {
        let place = self.place(name).filter(|place| *place < count)?;
        Some(&self.entries[place].1)
    }

    /// The name at a place, and its facts.
    pub(crate) fn nth(&self, place: usize) -> &(Name, Symbol) {
        &self.entries[place]
    }

    pub(crate) fn get_mut(&mut self, name: Name) -> Option<&mut Symbol> {
        let place = self.place(name)?;
        Some(&mut self.entries[place].1)
    }

    /// Where the facts of a name are, which are added at the end, and empty, if there are none.
    pub(crate) fn mention(&mut self, name: Name) -> usize {
        self.place(name).unwrap_or_else(|| self.push(name))
    }

    /// Adds a name that is not there yet, without facts; its place.
    pub(crate) fn push(&mut self, name: Name) -> usize {
        let place = self.entries.len();
        self.entries.push((name, Symbol { flags: Flags::empty(), scope: None }));
        match &mut self.places {
            Some(places) => {
                places.insert(name, place);
            }
            None if place >= Symbols::FEW => self.find_places(),
            None => {}
        }
        place
    }

    /// The facts at a place that [`mention`](Self::mention) gave.
    pub(crate) fn at(&mut self, place: usize) -> &mut Symbol {
        &mut self.entries[place].1
    }

    /// Sets the facts of a name.
    pub(crate) fn insert(&mut self, name: Name, symbol: Symbol) {
        let place = self.mention(name);
        *self.at(place) = symbol;
    }

    /// Takes the symbols out, in memory of just their size; the memory that they grew in stays.
    pub(crate) fn take(&mut self) -> Symbols {
        let taken = Symbols { entries: self.entries.as_slice().into(), places: self.places.take() };
        self.entries.clear();
        taken
    }

    pub(crate) fn remove(&mut self, name: Name) {
        if let Some(place) = self.place(name) {
            self.entries.remove(place);
            if self.places.is_some() {
                self.find_places();
            }
        }
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.entries.shrink_to_fit();
    }

    fn place(&self, name: Name) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(&name).copied(),
            None => self.entries.iter().position(|(there, _)| *there == name),
        }
    }

    fn find_places(&mut self) {
        let names = self.entries.iter().map(|(name, _)| *name);
        self.places = Some(Box::new(names.zip(0..).collect()));
    }
}

impl IntoIterator for Symbols {
    type Item = (Name, Symbol);
    type IntoIter = std::vec::IntoIter<(Name, Symbol)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
