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
/// The binary logarithm of the smallest table (`PyDict_LOG_MINSIZE`).
const LOG_MIN_SIZE: u8 = 3;
/// Tables up to this logarithm of their size are scanned and have no indices.
const LOG_SCANNED: u8 = 4;
/// The binary logarithm of the largest table that is made before it is filled.
const LOG_MAX_PRESIZE: u8 = 17;

struct Entry {
    hash: i64,
    /// Key and value; `None` once deleted: the place stays until the entries are compacted.
    item: Option<(Obj, Obj)>,
}

impl Entry {
    #[inline]
    fn new(hash: i64, key: Obj, value: Obj) -> Entry {
        Entry { hash, item: Some((key, value)) }
    }

    fn copy(&self) -> Entry {
        Entry { hash: self.hash, item: self.item.clone() }
    }
}

#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    /// Open addressing over entry numbers, as long as the table; empty for scanned tables.
    indices: Vec<u32>,
    live: usize,
    /// The binary logarithm of the table's size (`dk_log2_size`); 0 before the first key. Scanned tables have one too,
    /// for it says when the entries are compacted, which programs can see.
    log_size: u8,
    /// How many more entries may be added before the table is rebuilt (`dk_usable`).
    usable: usize,
}

/// How many entries a table of this size holds (`USABLE_FRACTION`).
fn usable_fraction(log_size: u8) -> usize {
    (1usize << log_size) * 2 / 3
}

/// The smallest table with at least `places` places (`calculate_log2_keysize`).
fn log_size_of(places: usize) -> u8 {
    (places.next_power_of_two().trailing_zeros() as u8).max(LOG_MIN_SIZE)
}

/// The smallest table that holds `entries` entries (`estimate_log2_keysize`).
fn log_size_for(entries: usize) -> u8 {
    log_size_of((entries * 3).div_ceil(2))
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
        for (key, value) in self.table().entries.iter().filter_map(|entry| entry.item.as_ref()) {
            visit(key);
            visit(value);
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
        let identical = |entry: &Entry| entry.item.as_ref().is_some_and(|(key, _)| key.is(name.as_obj()));
        let equal = |entry: &Entry| {
            entry.hash == hash
                && entry
                    .item
                    .as_ref()
                    .is_some_and(|(key, _)| key.get::<Str>().is_some_and(|key| key.same(name)))
        };
        if self.indices.is_empty() {
            // Interned names are found by identity alone, most of the time.
            return self.entries.iter().position(identical).or_else(|| self.entries.iter().position(equal));
        }
        let mut probe = Probe::new(hash, self.mask());
        loop {
            match self.indices[probe.place] {
                EMPTY => return None,
                DELETED => {}
                i => {
                    let entry = &self.entries[i as usize];
                    if identical(entry) || equal(entry) {
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
        if self.usable == 0 {
            self.rebuild(log_size_of(self.live * 3));
        }
        if !self.indices.is_empty() {
            let mut probe = Probe::new(entry.hash, self.mask());
            while self.indices[probe.place] < DELETED {
                probe.next();
            }
            self.indices[probe.place] = self.entries.len() as u32;
        }
        self.live += 1;
        self.usable -= 1;
        self.entries.push(entry);
    }

    /// Drops dead entries and makes a table of the size (`dictresize`), which holds all live ones.
    fn rebuild(&mut self, log_size: u8) {
        if self.live != self.entries.len() {
            self.entries.retain(|entry| entry.item.is_some());
        }
        self.log_size = log_size;
        self.usable = usable_fraction(log_size) - self.live;
        self.indices.clear();
        if log_size <= LOG_SCANNED {
            return;
        }
        let size = 1 << log_size;
        self.indices.resize(size, EMPTY);
        for (i, entry) in self.entries.iter().enumerate() {
            let mut probe = Probe::new(entry.hash, size - 1);
            while self.indices[probe.place] != EMPTY {
                probe.next();
            }
            self.indices[probe.place] = i as u32;
        }
    }

    /// Takes entry `number` out; its place stays.
    fn remove(&mut self, number: usize) -> Option<(Obj, Obj)> {
        self.entries.get(number)?.item.as_ref()?;
        if let Some(place) = self.place_of(number) {
            self.indices[place] = DELETED;
        }
        self.live -= 1;
        self.entries[number].item.take()
    }

    /// The same entries in the same places.
    fn copy(&self) -> Table {
        Table {
            entries: self.entries.iter().map(Entry::copy).collect(),
            indices: self.indices.clone(),
            ..*self
        }
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
        self.table().entries.get(number)?.item.as_ref().map(|(_, value)| value.clone())
    }

    /// Replaces the value of a live entry; gives it back if there is none.
    #[inline]
    pub fn set_value_at(&self, number: usize, value: Obj) -> Result<Obj, Obj> {
        match self.table().entries.get_mut(number).and_then(|e| e.item.as_mut()) {
            Some((_, place)) => Ok(std::mem::replace(place, value)),
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
        self.value_at(self.index_of_str(name)?)
    }

    /// Sets the value of a string key; the old value is dropped.
    pub fn set_str(&self, name: &Ref<Str>, value: Obj) {
        let value = match self.index_of_str(name) {
            Some(number) => match self.set_value_at(number, value) {
                Ok(old) => return drop(old),
                Err(value) => value,
            },
            None => value,
        };
        self.insert_new(name.hash_value(), name.clone().into_obj(), value);
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
            let Some(number) = self.table().find_str(name, hash) else { return Ok(None) };
            return Ok(self.value_at(number).map(|value| (number, value)));
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
                let Some((stored, value)) = &entry.item else { continue };
                if stored.is(key) {
                    return Ok(Some((number, value.clone())));
                }
                if entry.hash != hash {
                    continue;
                }
                let candidate = stored.clone();
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
        let table = self.table();
        if self.has_only_str_keys() && !key.is_exactly(&crate::vm::types().str) {
            self.only_str_keys_broken.set(true);
            if table.log_size > 0 {
                // CPython changes the form of the entries, which rebuilds them.
                table.rebuild(log_size_of(table.live * 3));
            }
        }
        table.push(Entry::new(hash, key, value));
        self.changed();
    }

    /// Removes a live entry by number; its key and value come back.
    pub fn remove_at(&self, number: usize) -> Option<(Obj, Obj)> {
        let removed = self.table().remove(number)?;
        self.changed();
        Some(removed)
    }

    /// Removes the last live entry, and the dead ones behind it (`popitem`).
    pub fn remove_last(&self) -> Option<(Obj, Obj)> {
        let table = self.table();
        let number = table.entries.iter().rposition(|entry| entry.item.is_some())?;
        let removed = table.remove(number);
        table.entries.truncate(number);
        self.changed();
        removed
    }

    /// The first live entry at or behind `from`: `(entry number, key, value)`. Iteration goes on at the number + 1.
    #[inline]
    pub fn next_entry(&self, from: usize) -> Option<(usize, Obj, Obj)> {
        let entries = &self.table().entries;
        let mut number = from;
        loop {
            let entry = entries.get(number)?;
            if let Some((key, value)) = &entry.item {
                return Some((number, key.clone(), value.clone()));
            }
            number += 1;
        }
    }

    /// The last live entry before `before`: for `reversed`.
    pub fn previous_entry(&self, before: usize) -> Option<(usize, Obj, Obj)> {
        let entries = &self.table().entries;
        (0..before.min(entries.len())).rev().find_map(|number| {
            let entry = &entries[number];
            entry.item.as_ref().map(|(key, value)| (number, key.clone(), value.clone()))
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
        self.table().entries.iter().filter_map(|entry| entry.item.clone()).collect()
    }

    /// Removes all entries.
    pub fn clear(&self) {
        let old = std::mem::take(self.table());
        self.only_str_keys_broken.set(false);
        self.changed();
        drop(old);
    }

    /// Replaces the content by a copy of `other`'s (`PyDict_Copy`): dead entries are copied too unless they are many.
    pub fn copy_from(&self, other: &Dict) {
        let from = other.table();
        let table = if from.live == 0 {
            Table::default()
        } else if from.live >= from.entries.len() * 2 / 3 {
            from.copy()
        } else {
            let mut table = from.copy();
            table.rebuild(log_size_for(table.live));
            table
        };
        let old = std::mem::replace(self.table(), table);
        self.only_str_keys_broken.set(other.only_str_keys_broken.get());
        self.changed();
        drop(old);
    }

    /// Whether a copy of `other` in this dict's place is what `update(other)` makes: it is empty, and the other has
    /// neither dead entries nor a table too large for what it holds (`dict_merge`).
    pub fn may_become_copy(&self, other: &Dict) -> bool {
        let from = other.table();
        self.table().log_size == 0
            && from.live == from.entries.len()
            && (from.log_size == LOG_MIN_SIZE || usable_fraction(from.log_size.saturating_sub(1)) < from.live)
    }

    /// Makes room before the `more` keys of another dict are added (`dict_merge`).
    pub fn reserve(&self, more: usize) {
        let table = self.table();
        if usable_fraction(table.log_size) < more {
            table.rebuild(log_size_for(table.live + more));
        }
    }

    /// Makes room in an empty dict for a display of `entries` keys (`dict_new_presized`).
    pub fn presize(&self, entries: usize) {
        if entries > usable_fraction(LOG_MIN_SIZE) {
            self.table().rebuild(log_size_for(entries).min(LOG_MAX_PRESIZE));
        }
    }

    /// Gives an empty dict a table for `entries` keys; unless they are all strings, one of the wider form
    /// (`dict.fromkeys`).
    pub fn make_room(&self, entries: usize, only_str_keys: bool) {
        self.table().rebuild(log_size_for(entries));
        self.only_str_keys_broken.set(!only_str_keys);
    }

    /// The places in CPython's table of indices (`DK_SIZE`): 1 before the first key.
    pub fn places(&self) -> usize {
        1 << self.table().log_size
    }

    /// The size of the table in bytes: of its indices, and of the entries it has room for, in CPython's form
    /// (`_PyDict_KeysSize`). 0 before the first key.
    pub fn table_size(&self) -> usize {
        /// `sizeof(PyDictKeysObject)`
        const HEADER: usize = 32;
        let log_size = self.table().log_size;
        if log_size == 0 {
            return 0;
        }
        let index = match log_size {
            ..8 => 1,
            8..16 => 2,
            16..32 => 4,
            _ => 8,
        };
        let entry = if self.has_only_str_keys() { 16 } else { 24 };
        HEADER + (index << log_size) + entry * usable_fraction(log_size)
    }
}
