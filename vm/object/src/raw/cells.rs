//! Mutable places for references that stay sound when Python code runs in between: no method hands out a borrow of
//! what it guards, and whatever is dropped is dropped after the place has its new value.

use std::cell::{Cell, UnsafeCell};

use super::header::Obj;
use super::payload::Visitor;

/// A place for one reference or none.
#[derive(Default)]
pub struct ObjCell(UnsafeCell<Option<Obj>>);

impl ObjCell {
    /// A place that holds `object`.
    pub const fn new(object: Option<Obj>) -> ObjCell {
        ObjCell(UnsafeCell::new(object))
    }

    /// A copy of the reference.
    #[inline]
    pub fn get(&self) -> Option<Obj> {
        // SAFETY: the shared borrow ends with the clone, which runs no foreign code.
        unsafe { (*self.0.get()).clone() }
    }

    /// Puts a reference in and drops the old one.
    #[inline]
    pub fn set(&self, object: Option<Obj>) {
        drop(self.replace(object));
    }

    /// Puts a reference in and hands the old one out.
    #[inline]
    pub fn replace(&self, object: Option<Obj>) -> Option<Obj> {
        // SAFETY: no borrow of the content is alive: none leaves this type, and nothing here calls out.
        unsafe { std::mem::replace(&mut *self.0.get(), object) }
    }

    /// Takes the reference out.
    #[inline]
    pub fn take(&self) -> Option<Obj> {
        self.replace(None)
    }

    /// Looks at the object without counting. `work` must not run foreign code; it gets no way to change the place, and
    /// nothing it can reach without calling out does.
    #[inline]
    pub(crate) fn with<R>(&self, work: impl FnOnce(&Obj) -> R) -> Option<R> {
        // SAFETY: the shared borrow lives as long as `work`, which calls nobody: private to this crate, see above.
        unsafe { (*self.0.get()).as_ref().map(work) }
    }

    /// Whether nothing is in it.
    #[inline]
    pub fn is_none(&self) -> bool {
        // SAFETY: as in `get`.
        unsafe { (*self.0.get()).is_none() }
    }

    /// Whether exactly this object is in it.
    #[inline]
    pub fn holds(&self, object: &Obj) -> bool {
        // SAFETY: as in `get`.
        unsafe { (*self.0.get()).as_ref().is_some_and(|o| o.is(object)) }
    }

    /// Shows the reference to the collector.
    #[inline]
    pub fn trace(&self, visit: &mut Visitor<'_>) {
        // SAFETY: the collector's visitors run no Python code.
        if let Some(object) = unsafe { &*self.0.get() } {
            visit(object);
        }
    }
}

/// A growable array of references, the storage of `list` and its like.
#[derive(Default)]
pub struct ObjVec(UnsafeCell<Vec<Obj>>);

impl ObjVec {
    /// An array of these.
    pub const fn new(items: Vec<Obj>) -> ObjVec {
        ObjVec(UnsafeCell::new(items))
    }

    #[inline]
    #[allow(clippy::mut_from_ref)]
    fn vec(&self) -> &mut Vec<Obj> {
        // SAFETY: private, and each method below uses the borrow without calling foreign code: cloning a reference
        // and moving words run none, and dropped objects leave the array before they are dropped.
        unsafe { &mut *self.0.get() }
    }

    /// An array of these that was made with room for `room` items, and grew if there are more.
    pub fn with_room(mut items: Vec<Obj>, mut room: usize) -> ObjVec {
        while room < items.len() {
            room = (room + 1 + ((room + 1) >> 3) + 6) & !3;
        }
        items.shrink_to(room);
        items.reserve_exact(room - items.len());
        ObjVec::new(items)
    }

    /// The number of items.
    #[inline]
    pub fn len(&self) -> usize {
        self.vec().len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.vec().is_empty()
    }

    /// How many items fit without growing.
    pub fn capacity(&self) -> usize {
        self.vec().capacity()
    }

    /// A copy of the item at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Obj> {
        self.vec().get(index).cloned()
    }

    /// Replaces the item at `index`; gives `object` back if there is none.
    #[inline]
    pub fn set(&self, index: usize, object: Obj) -> Result<Obj, Obj> {
        match self.vec().get_mut(index) {
            Some(place) => Ok(std::mem::replace(place, object)),
            None => Err(object),
        }
    }

    /// Appends.
    #[inline]
    pub fn push(&self, object: Obj) {
        let vec = self.vec();
        if vec.len() == vec.capacity() {
            resize(vec, vec.len() + 1);
        }
        vec.push(object);
    }

    /// Takes the last item.
    #[inline]
    pub fn pop(&self) -> Option<Obj> {
        let vec = self.vec();
        let item = vec.pop();
        shrink(vec);
        item
    }

    /// Inserts at `index`, or at the end if that is nearer.
    pub fn insert(&self, index: usize, object: Obj) {
        let vec = self.vec();
        resize(vec, vec.len() + 1);
        vec.insert(index.min(vec.len()), object);
    }

    /// Takes the item at `index` out and closes the gap.
    pub fn remove(&self, index: usize) -> Option<Obj> {
        let vec = self.vec();
        let item = if index < vec.len() { Some(vec.remove(index)) } else { None };
        shrink(vec);
        item
    }

    /// Takes the items out whose indices are `doomed`.
    pub fn remove_all(&self, doomed: &[bool]) -> Vec<Obj> {
        let vec = self.vec();
        let (mut gone, mut index) = (Vec::new(), 0);
        vec.retain(|item| {
            let goes = doomed.get(index).copied().unwrap_or(false);
            if goes {
                gone.push(item.clone());
            }
            index += 1;
            !goes
        });
        resize(vec, vec.len());
        gone
    }

    /// Takes the items from `start` on out; the room stays.
    pub fn split_off(&self, start: usize) -> Vec<Obj> {
        let vec = self.vec();
        vec.split_off(start.min(vec.len()))
    }

    /// Appends all of these.
    pub fn extend(&self, items: Vec<Obj>) {
        let vec = self.vec();
        resize(vec, vec.len() + items.len());
        vec.extend(items);
    }

    /// Makes room for as many more items as a length hint promises: exactly (but evenly) in an array that never had
    /// any (`list_preallocate_exact`), with some to spare in others.
    pub fn prepare(&self, more: usize) {
        let vec = self.vec();
        if vec.capacity() == 0 {
            vec.reserve_exact(more.next_multiple_of(2));
        } else {
            resize(vec, vec.len() + more);
        }
    }

    /// Makes room for just as many more items as will come.
    pub fn reserve(&self, more: usize) {
        let vec = self.vec();
        resize(vec, vec.len() + more);
    }

    /// Gives room back of which there is far too much.
    pub fn settle(&self) {
        let vec = self.vec();
        if vec.len() < vec.capacity() {
            resize(vec, vec.len());
        }
    }

    /// Replaces the items of `start..end` (clipped to the array) by `items`; what was there comes back.
    pub fn splice(&self, start: usize, end: usize, items: Vec<Obj>) -> Vec<Obj> {
        let vec = self.vec();
        let end = end.min(vec.len());
        let start = start.min(end);
        let wanted = vec.len() - (end - start) + items.len();
        if wanted > vec.len() {
            resize(vec, wanted);
        }
        let old = vec.splice(start..end, items).collect();
        shrink(vec);
        old
    }

    /// A copy of all items.
    pub fn to_vec(&self) -> Vec<Obj> {
        self.vec().clone()
    }

    /// A copy of the items of `start..end`, clipped to the array.
    pub fn slice(&self, start: usize, end: usize) -> Vec<Obj> {
        let vec = self.vec();
        let end = end.min(vec.len());
        vec[start.min(end)..end].to_vec()
    }

    /// Takes all items out.
    pub fn take(&self) -> Vec<Obj> {
        std::mem::take(self.vec())
    }

    /// Puts these in and hands the old ones out.
    pub fn replace(&self, items: Vec<Obj>) -> Vec<Obj> {
        std::mem::replace(self.vec(), items)
    }

    /// Reverses in place.
    pub fn reverse(&self) {
        self.vec().reverse();
    }

    /// Swaps two items; nothing happens if one is missing.
    pub fn swap(&self, a: usize, b: usize) {
        let vec = self.vec();
        if a < vec.len() && b < vec.len() {
            vec.swap(a, b);
        }
    }

    /// Where this very object is (identity), from `start` on.
    pub fn position_of(&self, object: &Obj, start: usize) -> Option<usize> {
        let vec = self.vec();
        vec.get(start..)?.iter().position(|o| o.is(object)).map(|i| i + start)
    }

    /// Shows all references to the collector, the last first, as CPython's lists do.
    pub fn trace(&self, visit: &mut Visitor<'_>) {
        for object in self.vec().iter().rev() {
            visit(object);
        }
    }
}

/// Gives the array the room that CPython's `list_resize` gives one that is to have `wanted` items, so that
/// `sys.getsizeof` agrees: some to spare when it grows, less when it has shrunk to under half of its room.
#[inline]
fn resize(vec: &mut Vec<Obj>, wanted: usize) {
    let room = vec.capacity();
    if wanted > room || (wanted < room >> 1 && room > KEPT_ROOM) {
        reallocate(vec, wanted);
    }
}

/// Room for so few items is not given back.
const KEPT_ROOM: usize = 32;

/// Gives room back after items have left: all of it if none is left.
#[inline]
fn shrink(vec: &mut Vec<Obj>) {
    if vec.is_empty() {
        *vec = Vec::new();
    } else {
        resize(vec, vec.len());
    }
}

#[cold]
fn reallocate(vec: &mut Vec<Obj>, wanted: usize) {
    let mut size = (wanted + (wanted >> 3) + 6) & !3;
    if wanted.saturating_sub(vec.len()) > size - wanted {
        size = wanted.next_multiple_of(4);
    }
    if size > vec.capacity() {
        vec.reserve_exact(size - vec.len());
    } else {
        vec.shrink_to(size);
    }
}

/// A place for plain Rust data that may hold references: the value is taken out, worked on and put back, so that
/// re-entrant code sees an empty place, never a borrow in use.
#[derive(Default)]
pub struct Swap<T: Default>(Cell<Option<T>>);

impl<T: Default> Swap<T> {
    /// A place that holds `value`.
    pub fn new(value: T) -> Swap<T> {
        Swap(Cell::new(Some(value)))
    }

    /// Runs `work` on the value; re-entrant uses meet a default value, and their changes are lost.
    pub fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let mut value = self.0.take().unwrap_or_default();
        let result = work(&mut value);
        let stale = self.0.replace(Some(value));
        drop(stale);
        result
    }
}
