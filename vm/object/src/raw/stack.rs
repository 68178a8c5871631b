//! Stack references and the value stack.
//!
//! A [`StackRef`] is what stands in a frame: nothing, a reference that it counts, or a borrow of one that is sure to
//! outlive it (`LOAD_FAST_BORROW`). The lowest bit of the address tells the last two apart.
//!
//! The [`ValueStack`] is one contiguous reservation for all frames of a thread. Its addresses never move, and pages that
//! were never touched cost nothing.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use super::header::{Header, Obj};
use super::payload::{Payload, PyBox};

const BORROWED: usize = 1;

/// Nothing, an owned reference or a borrowed one.
#[repr(transparent)]
pub struct StackRef(*mut Header);

/// A look at the object of a [`StackRef`], which stays where it is.
#[repr(transparent)]
pub struct Borrowed<'a> {
    object: ManuallyDrop<Obj>,
    place: PhantomData<&'a StackRef>,
}

impl Deref for Borrowed<'_> {
    type Target = Obj;
    #[inline(always)]
    fn deref(&self) -> &Obj {
        &self.object
    }
}

impl Borrowed<'_> {
    /// # Safety
    /// The object is alive as long as the result.
    #[inline(always)]
    pub(super) unsafe fn of_raw<'a>(raw: NonNull<Header>) -> Borrowed<'a> {
        // SAFETY: the caller's promise; the count that the copy does not have is never given back.
        Borrowed { object: ManuallyDrop::new(unsafe { Obj::from_raw(raw) }), place: PhantomData }
    }
}

impl StackRef {
    /// Nothing.
    pub const NULL: StackRef = StackRef(std::ptr::null_mut());

    /// A reference that counts.
    #[inline(always)]
    pub fn new(object: Obj) -> StackRef {
        StackRef(object.into_raw().as_ptr())
    }

    /// A reference that counts, or nothing.
    #[inline(always)]
    pub fn from_option(object: Option<Obj>) -> StackRef {
        object.map_or(StackRef::NULL, StackRef::new)
    }

    /// A reference that does not count. The caller sees to it that `object` outlives it: the loop does, for locals
    /// (see [`super::frame`]) and constants.
    #[inline(always)]
    pub(super) fn borrow(object: &Obj) -> StackRef {
        StackRef(object.0.as_ptr().map_addr(|a| a | BORROWED))
    }

    /// A reference to the same object that does not count; see [`borrow`](Self::borrow).
    #[inline(always)]
    pub(super) fn borrow_again(&self) -> StackRef {
        debug_assert!(!self.is_null());
        StackRef(self.0.map_addr(|a| a | BORROWED))
    }

    /// Whether nothing is there.
    #[inline(always)]
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }

    #[inline(always)]
    fn is_borrowed(&self) -> bool {
        self.0.addr() & BORROWED != 0
    }

    /// Whether it is a reference that counts.
    #[inline(always)]
    pub(super) fn is_counted(&self) -> bool {
        !self.is_null() && !self.is_borrowed()
    }

    /// # Safety
    /// This is the only reference to an object, it counts, and the object's payload is a `T`.
    #[inline(always)]
    pub(super) unsafe fn payload_mut<T: Payload>(&mut self) -> &mut T {
        // SAFETY: the caller's promise; a counted reference is the plain address.
        unsafe { &mut (*self.0.cast::<PyBox<T>>()).payload }
    }

    /// The object. Not to be called on nothing: verified code does not.
    #[inline(always)]
    pub fn get(&self) -> Borrowed<'_> {
        debug_assert!(!self.is_null());
        // SAFETY: what is not null points to an object that is alive as long as this reference. Verified code never
        // reads a place that it has not filled.
        unsafe { Borrowed::of_raw(NonNull::new_unchecked(self.0.map_addr(|a| a & !BORROWED))) }
    }

    /// The object, if there is one.
    #[inline(always)]
    pub fn get_option(&self) -> Option<Borrowed<'_>> {
        if self.is_null() { None } else { Some(self.get()) }
    }

    /// Turns into a counted reference to the object; not to be called on nothing.
    #[inline(always)]
    pub fn into_obj(self) -> Obj {
        debug_assert!(!self.is_null());
        let this = ManuallyDrop::new(self);
        if this.is_borrowed() {
            (*this.get()).clone()
        } else {
            // SAFETY: not null (see `get`), and the count moves into the result.
            unsafe { Obj::from_raw(NonNull::new_unchecked(this.0)) }
        }
    }

    /// As [`into_obj`](Self::into_obj), with nothing as `None`.
    #[inline(always)]
    pub fn into_option(self) -> Option<Obj> {
        if self.is_null() { None } else { Some(self.into_obj()) }
    }

    /// The same reference, one that counts (`PyStackRef_MakeHeapSafe`).
    #[inline(always)]
    pub fn into_owned(self) -> StackRef {
        if self.is_borrowed() { StackRef::new(self.into_obj()) } else { self }
    }

    /// Another counted reference to the same object, or nothing.
    #[inline(always)]
    pub fn duplicate(&self) -> StackRef {
        if self.is_null() { StackRef::NULL } else { StackRef::new(self.get().clone()) }
    }

    /// The reference, if it counts: what the collector may follow.
    pub(super) fn counted(&self) -> Option<Borrowed<'_>> {
        self.is_counted().then(|| self.get())
    }
}

impl Drop for StackRef {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_counted() {
            // SAFETY: the count is ours, and given back once.
            drop(unsafe { Obj::from_raw(NonNull::new_unchecked(self.0)) });
        }
    }
}

impl From<Obj> for StackRef {
    #[inline(always)]
    fn from(object: Obj) -> StackRef {
        StackRef::new(object)
    }
}

/// Bytes reserved for the frames of a thread.
const BYTES: usize = 64 << 20;

/// The memory of a thread's frames.
pub struct ValueStack {
    base: NonNull<StackRef>,
    top: Cell<*mut StackRef>,
}

impl Default for ValueStack {
    fn default() -> ValueStack {
        let layout = Layout::new::<[u128; BYTES / 16]>();
        // SAFETY: the layout has a size above zero.
        let Some(base) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        ValueStack { base: base.cast(), top: Cell::new(base.as_ptr().cast()) }
    }
}

impl Drop for ValueStack {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout in `default`.
        unsafe { dealloc(self.base.as_ptr().cast(), Layout::new::<[u128; BYTES / 16]>()) }
    }
}

impl ValueStack {
    /// `words` fresh places, or `None` if the stack is full. Places are given back in reverse order.
    #[inline(always)]
    pub(super) fn push(&self, words: usize) -> Option<NonNull<StackRef>> {
        let at = self.top.get();
        let used = at as usize - self.base.as_ptr() as usize;
        if used + words * size_of::<StackRef>() > BYTES {
            return None;
        }
        // SAFETY: inside the reservation, as just checked.
        self.top.set(unsafe { at.add(words) });
        NonNull::new(at)
    }

    /// Gives back everything from `at` on.
    #[inline(always)]
    pub(super) fn pop(&self, at: NonNull<StackRef>) {
        self.top.set(at.as_ptr());
    }
}
