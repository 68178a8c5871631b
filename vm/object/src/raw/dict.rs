//! `dict`: entries in insertion order, found through a table of indices (PEP 468, CPython's `dictobject.c`).
//!
//! Comparing keys may run Python code, which may change the dict. A lookup therefore copies the candidate out, compares
//! with no borrow alive, and starts again if the entries moved meanwhile. Lookups of strings among strings call nobody.

use std::cell::{Cell, UnsafeCell};

use super::header::{Kind, Obj};
use super::payload::{CoreKind, Payload, Ref, Visitor};
use super::string::Str;
use crate::types::Type;

const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;
/// Dicts of up to this many entries are scanned and have no table.
const SCANNED: usize = 8;

struct Entry {
    hash: i64,
    key: Obj,
    /// `None` once deleted: the place stays until the entries are compacted.
    value: Option<Obj>,
}

#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    /// Open addressing over entry numbers; a power of two long, or empty for scanned dicts.
    indices: Vec<u32>,
    live: usize,
    /// Table places that are not [`EMPTY`].
    used: usize,
}

/// The payload of `dict`.
#[derive(Default)]
pub struct Dict {
    table: UnsafeCell<Table>,
    only_str_keys_broken: Cell<bool>,
    /// Raised whenever an entry appears, disappears or moves.
    changes: Cell<u32>,
    keys_version: Cell<u32>,
}

impl Payload for Dict {
    const NAME: &'static str = "dict";
    const KIND: CoreKind = CoreKind::of(Kind::Dict);

    fn trace(&self, visit: &mut Visitor<'_>) {
        for entry in &self.table().entries {
            if let Some(value) = &entry.value {
                visit(&entry.key);
                visit(value);
            } else {
                visit(&entry.key);
            }
        }
    }

    fn clear(&self) {
        Dict::clear(self);
    }
}

thread_local! {
    static NEXT_KEYS_VERSION: Cell<u32> = const { Cell::new(1) };
}

impl Table {
    #[inline]
    fn mask(&self) -> usize {
        self.indices.len() - 1
    }

    /// The entry with this very string, by hash and content.
    #[inline]
    fn find_str(&self, name: &Ref<Str>, hash: i64) -> Option<usize> {
        let matches = |entry: &Entry| {
            entry.key.is(name.as_obj())
                || (entry.hash == hash && entry.key.get::<Str>().is_some_and(|key| key.same(name)))
        };
        if self.indices.is_empty() {
            // Interned names are found by identity alone, most of the time.
            if let Some(i) = self.entries.iter().position(|e| e.key.is(name.as_obj()) && e.value.is_some()) {
                return Some(i);
            }
            return self.entries.iter().position(|e| e.value.is_some() && matches(e));
        }
        let mut probe = Probe::new(hash, self.mask());
        loop {
            match self.indices[probe.place] {
                EMPTY => return None,
                DELETED => {}
                i => {
                    let entry = &self.entries[i as usize];
                    if matches(entry) {
                        return Some(i as usize);
                    }
                }
            }
            probe.next();
        }
    }

    /// The place in the table that points to entry `number`.
    fn place_of(&self, number: usize) -> Option<usize> {
        if self.indices.is_empty() {
            return None;
        }
        let mut probe = Probe::new(self.entries[number].hash, self.mask());
        loop {
            match self.indices[probe.place] {
                EMPTY => return None,
                i if i as usize == number => return Some(probe.place),
                _ => probe.next(),
            }
        }
    }

    fn push(&mut self, entry: Entry) {
        if !self.indices.is_empty() || self.entries.len() >= SCANNED {
            // Dead entries count: deleting from the front and adding at the end must not pile them up.
            let used = self.used.max(self.entries.len());
            if self.indices.is_empty() || (used + 1) * 3 > self.indices.len() * 2 {
                self.rebuild((self.live + 1) * 3);
            }
            if !self.indices.is_empty() {
                let mut probe = Probe::new(entry.hash, self.mask());
                while self.indices[probe.place] < DELETED {
                    probe.next();
                }
                if self.indices[probe.place] == EMPTY {
                    self.used += 1;
                }
                self.indices[probe.place] = self.entries.len() as u32;
            }
        }
        self.live += 1;
        self.entries.push(entry);
    }

    /// Drops dead entries and makes a table of at least `size` places, or none if a scan will do.
    ///
    /// Dead entries' keys are let go at a safe point: dropping one may run Python code, which must not meet a table
    /// half built.
    fn rebuild(&mut self, size: usize) {
        if self.live != self.entries.len() {
            for dead in self.entries.extract_if(.., |e| e.value.is_none()) {
                super::gc::drop_later(dead.key);
            }
        }
        self.used = self.entries.len();
        if self.entries.len() < SCANNED {
            self.indices = Vec::new();
            return;
        }
        let size = size.next_power_of_two().max(16);
        self.indices.clear();
        self.indices.resize(size, EMPTY);
        for (i, entry) in self.entries.iter().enumerate() {
            let mut probe = Probe::new(entry.hash, size - 1);
            while self.indices[probe.place] != EMPTY {
                probe.next();
            }
            self.indices[probe.place] = i as u32;
        }
    }

    /// Takes the value of entry `number` out; the key stays as a tombstone unless it is the last entry.
    fn remove(&mut self, number: usize) -> Option<(Option<Obj>, Obj)> {
        let place = self.place_of(number);
        let value = self.entries[number].value.take()?;
        if let Some(place) = place {
            self.indices[place] = DELETED;
        }
        self.live -= 1;
        if number + 1 == self.entries.len() {
            let entry = self.entries.pop()?;
            return Some((Some(entry.key), value));
        }
        Some((None, value))
    }
}

/// CPython's probe sequence.
struct Probe {
    place: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe { place: hash as usize & mask, perturb: hash as u64, mask }
    }

    #[inline]
    fn next(&mut self) {
        self.perturb >>= 5;
        self.place =
            self.place.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1) & self.mask;
    }
}

impl Dict {
    /// An empty dict of type `ty`.
    pub fn new(ty: &Ref<Type>) -> Ref<Dict> {
        Ref::new(ty, Dict::default())
    }

    /// An empty dict of exactly the type `dict`.
    pub fn new_default() -> Ref<Dict> {
        Dict::new(&crate::vm::types().dict)
    }

    #[inline]
    #[allow(clippy::mut_from_ref)]
    fn table(&self) -> &mut Table {
        // SAFETY: private; each use below ends before foreign code can run: hashing and comparing strings, cloning
        // references and moving words call nobody, and what is dropped is dropped after the last use.
        unsafe { &mut *self.table.get() }
    }

    fn changed(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
        self.keys_version.set(0);
    }

    /// The number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.table().live
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all keys were exact strings ever since the dict was empty.
    #[inline]
    pub fn has_only_str_keys(&self) -> bool {
        !self.only_str_keys_broken.get()
    }

    /// Changes whenever an entry appears, disappears or moves; not when a value changes.
    #[inline]
    pub fn change_count(&self) -> u32 {
        self.changes.get()
    }

    /// A number that stands for the present set of keys and their places, never used again after they change
    /// (`dk_version`). 0 if the numbers have run out.
    pub fn keys_version(&self) -> u32 {
        if self.keys_version.get() == 0 {
            let next = NEXT_KEYS_VERSION.get();
            if next == u32::MAX {
                return 0;
            }
            NEXT_KEYS_VERSION.set(next + 1);
            self.keys_version.set(next);
        }
        self.keys_version.get()
    }

    /// The version given out last, 0 if the keys changed since: the guard of specialised access.
    #[inline]
    pub fn current_keys_version(&self) -> u32 {
        self.keys_version.get()
    }

    /// The value of entry `number`, as found by [`index_of_str`](Self::index_of_str) under the same keys version.
    #[inline]
    pub fn value_at(&self, number: usize) -> Option<Obj> {
        self.table().entries.get(number).and_then(|e| e.value.clone())
    }

    /// Replaces the value of a live entry; gives it back if there is none.
    #[inline]
    pub fn set_value_at(&self, number: usize, value: Obj) -> Result<Obj, Obj> {
        match self.table().entries.get_mut(number).and_then(|e| e.value.as_mut()) {
            Some(place) => Ok(std::mem::replace(place, value)),
            None => Err(value),
        }
    }

    /// The entry number of a string key.
    #[inline]
    pub fn index_of_str(&self, name: &Ref<Str>) -> Option<usize> {
        self.table().find_str(name, name.hash_value())
    }

    /// The value of a string key.
    #[inline]
    pub fn get_str(&self, name: &Ref<Str>) -> Option<Obj> {
        let table = self.table();
        let number = table.find_str(name, name.hash_value())?;
        table.entries[number].value.clone()
    }

    /// Sets the value of a string key; the old value is dropped.
    pub fn set_str(&self, name: &Ref<Str>, value: Obj) {
        let hash = name.hash_value();
        if !name.as_obj().is_exactly(&crate::vm::types().str) {
            self.only_str_keys_broken.set(true);
        }
        let table = self.table();
        match table.find_str(name, hash) {
            Some(number) => drop(table.entries[number].value.replace(value)),
            None => {
                table.push(Entry { hash, key: name.clone().into_obj(), value: Some(value) });
                self.changed();
            }
        }
    }

    /// Removes a string key.
    pub fn remove_str(&self, name: &Ref<Str>) -> Option<Obj> {
        let number = self.index_of_str(name)?;
        self.remove_at(number).map(|(_, value)| value)
    }

    /// The live entry that holds this key: `(entry number, value)`. `same` compares a key of the dict (first) with
    /// `key`; it is not called for identical keys.
    pub fn lookup<E>(
        &self,
        hash: i64,
        key: &Obj,
        mut same: impl FnMut(&Obj, &Obj) -> Result<bool, E>,
    ) -> Result<Option<(usize, Obj)>, E> {
        if self.has_only_str_keys()
            && key.is_exactly(&crate::vm::types().str)
            && let Some(name) = key.downcast::<Str>()
        {
            let table = self.table();
            let Some(number) = table.find_str(name, hash) else { return Ok(None) };
            return Ok(table.entries[number].value.clone().map(|value| (number, value)));
        }
        'restart: loop {
            let changes = self.changes.get();
            let mut scan = 0;
            let mut probe = None;
            loop {
                let table = self.table();
                let number = if table.indices.is_empty() {
                    if scan >= table.entries.len() {
                        return Ok(None);
                    }
                    scan += 1;
                    scan - 1
                } else {
                    let probe = match &mut probe {
                        Some(probe) => {
                            Probe::next(probe);
                            probe
                        }
                        fresh => fresh.insert(Probe::new(hash, table.mask())),
                    };
                    match table.indices[probe.place] {
                        EMPTY => return Ok(None),
                        DELETED => continue,
                        number => number as usize,
                    }
                };
                let entry = &table.entries[number];
                let Some(value) = &entry.value else { continue };
                if entry.key.is(key) {
                    return Ok(Some((number, value.clone())));
                }
                if entry.hash != hash {
                    continue;
                }
                let candidate = entry.key.clone();
                let equal = same(&candidate, key)?;
                if self.changes.get() != changes {
                    continue 'restart;
                }
                if equal {
                    return Ok(self.value_at(number).map(|value| (number, value)));
                }
            }
        }
    }

    /// Sets the value of `key`; the old value comes back if there was one.
    pub fn insert<E>(
        &self,
        hash: i64,
        key: Obj,
        value: Obj,
        same: impl FnMut(&Obj, &Obj) -> Result<bool, E>,
    ) -> Result<Option<Obj>, E> {
        if let Some((number, _)) = self.lookup(hash, &key, same)? {
            if let Ok(old) = self.set_value_at(number, value) {
                return Ok(Some(old));
            }
            return Ok(None);
        }
        self.insert_new(hash, key, value);
        Ok(None)
    }

    /// Adds a key that is known to be absent.
    pub fn insert_new(&self, hash: i64, key: Obj, value: Obj) {
        if !key.is_exactly(&crate::vm::types().str) {
            self.only_str_keys_broken.set(true);
        }
        self.table().push(Entry { hash, key, value: Some(value) });
        self.changed();
    }

    /// Removes a live entry by number; its key and value come back.
    pub fn remove_at(&self, number: usize) -> Option<(Obj, Obj)> {
        let table = self.table();
        let key = table.entries.get(number)?.key.clone();
        let (dead_key, value) = table.remove(number)?;
        self.changed();
        drop(dead_key);
        Some((key, value))
    }

    /// The first live entry at or behind `from`: `(entry number, key, value)`. Iteration goes on at the number + 1.
    #[inline]
    pub fn next_entry(&self, from: usize) -> Option<(usize, Obj, Obj)> {
        let entries = &self.table().entries;
        let mut number = from;
        loop {
            let entry = entries.get(number)?;
            if let Some(value) = &entry.value {
                return Some((number, entry.key.clone(), value.clone()));
            }
            number += 1;
        }
    }

    /// The last live entry before `before`: for `reversed` and `popitem`.
    pub fn previous_entry(&self, before: usize) -> Option<(usize, Obj, Obj)> {
        let entries = &self.table().entries;
        (0..before.min(entries.len())).rev().find_map(|number| {
            let entry = &entries[number];
            entry.value.as_ref().map(|value| (number, entry.key.clone(), value.clone()))
        })
    }

    /// The stored hash of entry `number`.
    pub fn hash_at(&self, number: usize) -> Option<i64> {
        self.table().entries.get(number).map(|e| e.hash)
    }

    /// The number of entry places, dead ones included: where iteration ends.
    #[inline]
    pub fn entry_count(&self) -> usize {
        self.table().entries.len()
    }

    /// All keys and values.
    pub fn to_vec(&self) -> Vec<(Obj, Obj)> {
        self.table().entries.iter().filter_map(|e| e.value.clone().map(|v| (e.key.clone(), v))).collect()
    }

    /// Removes all entries.
    pub fn clear(&self) {
        let old = std::mem::take(self.table());
        self.only_str_keys_broken.set(false);
        self.changed();
        drop(old);
    }

    /// Replaces the content by a copy of `other`'s.
    pub fn copy_from(&self, other: &Dict) {
        let entries: Vec<Entry> = other
            .table()
            .entries
            .iter()
            .filter_map(|e| {
                e.value.clone().map(|v| Entry { hash: e.hash, key: e.key.clone(), value: Some(v) })
            })
            .collect();
        let live = entries.len();
        let mut table = Table { entries, indices: Vec::new(), live, used: live };
        if live >= SCANNED {
            table.rebuild(live * 2);
        }
        let old = std::mem::replace(self.table(), table);
        self.only_str_keys_broken.set(other.only_str_keys_broken.get());
        self.changed();
        drop(old);
    }
}
