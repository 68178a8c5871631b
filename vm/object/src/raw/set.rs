//! `set` and `frozenset`: CPython's table (`setobject.c`), place for place, since programs see the order of iteration.
//!
//! As with dicts, comparing keys may run Python code; a lookup compares with no borrow alive and starts again if the
//! table changed meanwhile.

use std::cell::{Cell, UnsafeCell};

use bytecode::hash::{MIN_PLACES, Probe, grown, is_full, places_for};

use super::header::{Kind, Obj};
use super::payload::{CoreKind, Payload, Visitor};
use super::string::Str;

#[derive(Clone)]
enum Place {
    Unused,
    /// Was in use once.
    Dummy,
    Active(i64, Obj),
}

struct Table {
    places: Vec<Place>,
    /// Active places and dummies.
    fill: usize,
    /// Active places.
    used: usize,
    /// Where `pop` goes on searching.
    finger: usize,
}

/// The payload of `set` and `frozenset`.
pub struct Set {
    table: UnsafeCell<Table>,
    changes: Cell<u32>,
    /// The cached hash of a frozenset; −1 when not known.
    pub hash: Cell<i64>,
}

impl Payload for Set {
    const NAME: &'static str = "set";
    const KIND: CoreKind = CoreKind::of(Kind::Set);
    fn trace(&self, visit: &mut Visitor<'_>) {
        for place in &self.table().places {
            if let Place::Active(_, key) = place {
                visit(key);
            }
        }
    }
    fn clear(&self) {
        Set::clear(self);
    }
}

impl Default for Set {
    fn default() -> Set {
        Set { table: UnsafeCell::new(Table::new()), changes: Cell::new(0), hash: Cell::new(-1) }
    }
}

impl Table {
    fn new() -> Table {
        Table { places: vec![Place::Unused; MIN_PLACES], fill: 0, used: 0, finger: 0 }
    }

    fn mask(&self) -> usize {
        self.places.len() - 1
    }

    /// Takes a new size, which has room for all keys, and drops the dummies.
    fn resize(&mut self, size: usize) {
        let old = std::mem::replace(&mut self.places, vec![Place::Unused; size]);
        self.fill = self.used;
        for place in old {
            if let Place::Active(hash, key) = place {
                self.insert_clean(hash, key);
            }
        }
    }

    /// Puts a key that is not there into a table without dummies; the counts are the caller's.
    fn insert_clean(&mut self, hash: i64, key: Obj) {
        let mut probe = Probe::new(hash, self.mask());
        while !matches!(self.places[probe.place()], Place::Unused) {
            probe.advance();
        }
        self.places[probe.place()] = Place::Active(hash, key);
    }

    fn grow_for(&mut self, more: usize) {
        if is_full(self.fill + more, self.places.len()) {
            self.resize(places_for((self.used + more) * 2));
        }
    }
}

impl Set {
    #[inline]
    #[allow(clippy::mut_from_ref)]
    fn table(&self) -> &mut Table {
        // SAFETY: private; as with `Dict::table`, each use ends before foreign code can run.
        unsafe { &mut *self.table.get() }
    }

    fn changed(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
    }

    /// The number of keys.
    #[inline]
    pub fn len(&self) -> usize {
        self.table().used
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of places of the table: what `sys.getsizeof` counts.
    pub fn place_count(&self) -> usize {
        self.table().places.len()
    }

    /// The place of a key, or where it could go (an unused place). `same` compares a key of the set (first) with `key`.
    fn find<E>(
        &self,
        hash: i64,
        key: &Obj,
        same: &mut impl FnMut(&Obj, &Obj) -> Result<bool, E>,
    ) -> Result<Result<usize, usize>, E> {
        'restart: loop {
            let changes = self.changes.get();
            let mut probe = Probe::new(hash, self.table().mask());
            loop {
                let at = probe.place();
                match &self.table().places[at] {
                    Place::Unused => return Ok(Err(at)),
                    Place::Active(found, candidate) if *found == hash => {
                        if candidate.is(key) {
                            return Ok(Ok(at));
                        }
                        let str_type = &crate::vm::types().str;
                        if candidate.is_exactly(str_type) && key.is_exactly(str_type) {
                            if let (Some(a), Some(b)) = (candidate.get::<Str>(), key.get::<Str>())
                                && a.same(b)
                            {
                                return Ok(Ok(at));
                            }
                        } else {
                            let candidate = candidate.clone();
                            let equal = same(&candidate, key)?;
                            if self.changes.get() != changes {
                                continue 'restart;
                            }
                            if equal {
                                return Ok(Ok(at));
                            }
                        }
                    }
                    _ => {}
                }
                probe.advance();
            }
        }
    }

    /// Whether the key is there; then the one in the set comes back.
    pub fn lookup<E>(
        &self,
        hash: i64,
        key: &Obj,
        mut same: impl FnMut(&Obj, &Obj) -> Result<bool, E>,
    ) -> Result<Option<Obj>, E> {
        Ok(match self.find(hash, key, &mut same)? {
            Ok(at) => match &self.table().places[at] {
                Place::Active(_, key) => Some(key.clone()),
                _ => None,
            },
            Err(_) => None,
        })
    }

    /// Adds a key; false if it was there.
    pub fn add<E>(
        &self,
        hash: i64,
        key: Obj,
        mut same: impl FnMut(&Obj, &Obj) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let Err(at) = self.find(hash, &key, &mut same)? else { return Ok(false) };
        let table = self.table();
        table.places[at] = Place::Active(hash, key);
        table.fill += 1;
        table.used += 1;
        if is_full(table.fill, table.places.len()) {
            table.resize(grown(table.used));
        }
        self.changed();
        Ok(true)
    }

    /// Removes a key, which comes back.
    pub fn remove<E>(
        &self,
        hash: i64,
        key: &Obj,
        mut same: impl FnMut(&Obj, &Obj) -> Result<bool, E>,
    ) -> Result<Option<Obj>, E> {
        let Ok(at) = self.find(hash, key, &mut same)? else { return Ok(None) };
        let table = self.table();
        let old = std::mem::replace(&mut table.places[at], Place::Dummy);
        table.used -= 1;
        self.changed();
        Ok(match old {
            Place::Active(_, key) => Some(key),
            _ => None,
        })
    }

    /// Removes and hands out some key, as `set.pop` chooses it.
    pub fn pop(&self) -> Option<Obj> {
        let table = self.table();
        if table.used == 0 {
            return None;
        }
        let mut at = table.finger & table.mask();
        while !matches!(table.places[at], Place::Active(..)) {
            at = (at + 1) & table.mask();
        }
        let old = std::mem::replace(&mut table.places[at], Place::Dummy);
        table.used -= 1;
        table.finger = at + 1;
        self.changed();
        match old {
            Place::Active(_, key) => Some(key),
            _ => None,
        }
    }

    /// The first key at or behind place `from`: `(place, key, hash)`. Iteration goes on at the place + 1.
    pub fn next_key(&self, from: usize) -> Option<(usize, Obj, i64)> {
        let places = &self.table().places;
        (from..places.len()).find_map(|at| match &places[at] {
            Place::Active(hash, key) => Some((at, key.clone(), *hash)),
            _ => None,
        })
    }

    /// All keys with their hashes, in the order of iteration.
    pub fn to_vec(&self) -> Vec<(i64, Obj)> {
        self.table()
            .places
            .iter()
            .filter_map(|place| match place {
                Place::Active(hash, key) => Some((*hash, key.clone())),
                _ => None,
            })
            .collect()
    }

    /// Removes all keys.
    pub fn clear(&self) {
        let old = std::mem::replace(self.table(), Table::new());
        self.changed();
        drop(old);
    }

    /// Makes room for `more` keys ahead of a bulk update from a dict or set, as CPython does.
    pub fn grow_for(&self, more: usize) {
        self.table().grow_for(more);
        self.changed();
    }

    /// Adds all keys of another set (`set_merge`).
    pub fn merge<E>(
        &self,
        other: &Set,
        mut same: impl FnMut(&Obj, &Obj) -> Result<bool, E>,
    ) -> Result<(), E> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        self.grow_for(other.len());
        let (own, its) = (self.table(), other.table());
        if own.fill == 0 {
            if own.places.len() == its.places.len() && its.fill == its.used {
                own.places = its.places.clone();
            } else {
                for (hash, key) in other.to_vec() {
                    own.insert_clean(hash, key);
                }
            }
            own.fill = its.used;
            own.used = its.used;
            self.changed();
            return Ok(());
        }
        for (hash, key) in other.to_vec() {
            self.add(hash, key, &mut same)?;
        }
        Ok(())
    }

    /// Exchanges the content with another set.
    pub fn swap(&self, other: &Set) {
        if !std::ptr::eq(self, other) {
            std::mem::swap(self.table(), other.table());
            self.changed();
            other.changed();
        }
    }
}
