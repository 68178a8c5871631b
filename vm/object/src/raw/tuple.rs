//! `tuple`: immutable references behind the header, without a second allocation.

use std::mem::{offset_of, size_of};
use std::ops::Deref;

use super::header::{Kind, Obj};
use super::payload::{CoreKind, Payload, PyBox, Ref, Visitor, allocate_var};
use crate::types::Type;

/// The payload of `tuple`: its length; the items stand behind it.
#[repr(C)]
pub struct Tuple {
    len: usize,
    /// The cached hash of CPython 3.14's `ob_hash`; −1 as long as it is not known.
    pub hash: std::cell::Cell<i64>,
}

impl Payload for Tuple {
    const NAME: &'static str = "tuple";
    const KIND: CoreKind = CoreKind::of(Kind::Tuple);

    fn trace(&self, visit: &mut Visitor<'_>) {
        for item in self.items().iter().rev() {
            visit(item);
        }
    }
}

impl Tuple {
    /// A tuple of these items.
    ///
    /// # Panics
    /// If `ty` is not a type of tuples.
    pub fn new(
        ty: &Ref<Type>,
        items: impl IntoIterator<Item = Obj, IntoIter: ExactSizeIterator>,
    ) -> Ref<Tuple> {
        assert!(ty.layout().kind == Kind::Tuple, "a tuple payload for another type");
        // The iterator may lie about its length or run foreign code: the tuple is made from what it gave.
        let items: smallvec::SmallVec<[Obj; 8]> = items.into_iter().collect();
        let len = items.len();
        // SAFETY: the type's layout is checked; all `len` places are written before the tuple can be reached
        // (collection runs at safe points of the interpreter only, never inside an allocation).
        unsafe {
            let tuple =
                allocate_var(ty, Tuple { len, hash: std::cell::Cell::new(-1) }, len * size_of::<Obj>());
            let first = tuple.first();
            for (i, item) in items.into_iter().enumerate() {
                first.add(i).write(item);
            }
            super::gc::untrack_plain_tuple(tuple.as_obj());
            tuple
        }
    }

    fn first(&self) -> *mut Obj {
        let own = self as *const Tuple;
        // Trailing data stands behind the whole box; the payload is its last field.
        const { assert!(offset_of!(PyBox<Tuple>, payload) + size_of::<Tuple>() == size_of::<PyBox<Tuple>>()) };
        own.wrapping_add(1) as *mut Obj
    }

    /// The items.
    #[inline]
    pub fn items(&self) -> &[Obj] {
        // SAFETY: `len` initialised references stand behind the payload, and tuples never change.
        unsafe { std::slice::from_raw_parts(self.first(), self.len) }
    }

    /// # Safety
    /// The tuple is being freed: its items are dropped and not used again.
    pub(super) unsafe fn drop_items(&self) {
        // SAFETY: the caller's promise.
        unsafe { std::ptr::drop_in_place(std::ptr::slice_from_raw_parts_mut(self.first(), self.len)) }
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        // SAFETY: a `Tuple` is only ever dropped as the payload of its box, when the object is freed; one that was
        // never boxed does not leave `new`.
        unsafe { self.drop_items() }
    }
}

impl Deref for Tuple {
    type Target = [Obj];
    #[inline]
    fn deref(&self) -> &[Obj] {
        self.items()
    }
}
