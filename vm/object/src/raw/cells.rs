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
        grow(vec, 1);
        vec.push(object);
    }

    /// Takes the last item.
    #[inline]
    pub fn pop(&self) -> Option<Obj> {
        self.vec().pop()
    }

    /// Inserts at `index`, or at the end if that is nearer.
    pub fn insert(&self, index: usize, object: Obj) {
        let vec = self.vec();
        grow(vec, 1);
        vec.insert(index.min(vec.len()), object);
    }

    /// Takes the item at `index` out and closes the gap.
    pub fn remove(&self, index: usize) -> Option<Obj> {
        let vec = self.vec();
        if index < vec.len() { Some(vec.remove(index)) } else { None }
    }

    /// Appends all of these.
    pub fn extend(&self, items: impl IntoIterator<Item = Obj, IntoIter: ExactSizeIterator>) {
        // The iterator is foreign code: it must not run while the array is borrowed.
        let items: Vec<Obj> = items.into_iter().collect();
        let vec = self.vec();
        grow(vec, items.len());
        vec.extend(items);
    }

    /// Replaces the items of `start..end` (clipped to the array) by `items`; what was there comes back.
    pub fn splice(&self, start: usize, end: usize, items: Vec<Obj>) -> Vec<Obj> {
        let vec = self.vec();
        let end = end.min(vec.len());
        let start = start.min(end);
        vec.splice(start..end, items).collect()
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

/// Makes room for `more` items with CPython's over-allocation (`list_resize`), so that `sys.getsizeof` agrees.
#[inline]
fn grow(vec: &mut Vec<Obj>, more: usize) {
    let wanted = vec.len() + more;
    if wanted > vec.capacity() {
        let mut size = (wanted + (wanted >> 3) + 6) & !3;
        if wanted - vec.len() > size - wanted {
            size = (wanted + 3) & !3;
        }
        vec.reserve_exact(size - vec.len());
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
