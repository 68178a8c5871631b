//! The iterators that the evaluation loop knows: over lists, tuples and ranges of word-sized numbers.

use std::cell::Cell;

use crate::raw::{CoreKind, Kind, Obj, ObjCell, Payload, Ref, Tuple, Visitor};

use super::List;

/// The payload of `list_iterator` and `list_reverseiterator`.
pub struct ListIter {
    /// The list, until the end was met.
    pub list: ObjCell,
    /// The index of the next item; of a reversed one, the index + 1.
    pub index: Cell<usize>,
    /// Whether it goes backwards.
    pub reversed: bool,
}

impl Payload for ListIter {
    const NAME: &'static str = "list_iterator";
    const KIND: CoreKind = CoreKind::of(Kind::ListIter);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.list.trace(visit);
    }
    fn clear(&self) {
        self.list.set(None);
    }
}

impl ListIter {
    /// The next item, forwards.
    #[inline]
    pub fn next(&self) -> Option<Obj> {
        let index = self.index.get();
        let item = self.list.with(|list| list.get::<List>().and_then(|list| list.0.get(index)));
        match item {
            Some(Some(item)) => {
                self.index.set(index + 1);
                Some(item)
            }
            _ => {
                self.list.set(None);
                None
            }
        }
    }

    /// The next item, backwards.
    pub fn next_back(&self) -> Option<Obj> {
        let list = self.list.get()?;
        let index = self.index.get().checked_sub(1);
        match index.and_then(|index| list.get::<List>()?.0.get(index).map(|item| (index, item))) {
            Some((index, item)) => {
                self.index.set(index);
                Some(item)
            }
            None => {
                self.list.set(None);
                None
            }
        }
    }
}

/// The payload of `tuple_iterator`.
pub struct TupleIter {
    /// The tuple, until the end was met.
    pub tuple: ObjCell,
    /// The index of the next item.
    pub index: Cell<usize>,
}

impl Payload for TupleIter {
    const NAME: &'static str = "tuple_iterator";
    const KIND: CoreKind = CoreKind::of(Kind::TupleIter);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.tuple.trace(visit);
    }
    fn clear(&self) {
        self.tuple.set(None);
    }
}

impl TupleIter {
    /// The next item.
    #[inline]
    pub fn next(&self) -> Option<Obj> {
        let index = self.index.get();
        let item = self.tuple.with(|tuple| tuple.get::<Tuple>().and_then(|tuple| tuple.get(index).cloned()));
        match item {
            Some(Some(item)) => {
                self.index.set(index + 1);
                Some(item)
            }
            _ => {
                self.tuple.set(None);
                None
            }
        }
    }

    /// The typed tuple.
    pub fn rest(&self) -> Option<Ref<Tuple>> {
        self.tuple.get().and_then(|t| t.into_ref().ok())
    }
}

/// The payload of `range_iterator`. Ranges beyond words have `longrange_iterator`, which is the built-in types'.
pub struct RangeIter {
    /// The next value.
    pub start: Cell<i64>,
    /// The step.
    pub step: i64,
    /// How many values are left.
    pub left: Cell<u64>,
}

impl Payload for RangeIter {
    const NAME: &'static str = "range_iterator";
    const KIND: CoreKind = CoreKind::of(Kind::RangeIter);
    const TRACKED: bool = false;
}

impl RangeIter {
    /// The next value.
    #[inline]
    pub fn next(&self) -> Option<i64> {
        let left = self.left.get().checked_sub(1)?;
        let value = self.start.get();
        self.left.set(left);
        // The value behind the last one may not fit, and is never used.
        self.start.set(value.wrapping_add(self.step));
        Some(value)
    }
}
