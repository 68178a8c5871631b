//! The 16-byte header and [`Obj`], the counted reference to what stands behind it.

use std::cell::Cell;
use std::mem::{ManuallyDrop, offset_of};
use std::ptr::NonNull;

use super::payload::{Layout as _, Payload, PyBox, Ref, VTable};
use super::{alloc, gc, weak};
use crate::types::Type;

/// What a payload is, for checks of one byte; `Other` is told apart by its [`VTable`].
///
/// An object of a subclass has the kind of its base: `Kind::Int` says that there is an `Int` payload, not that the
/// type is exactly `int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Other,
    Object,
    Type,
    None,
    Int,
    Float,
    Complex,
    Str,
    Bytes,
    ByteArray,
    Tuple,
    List,
    Dict,
    Set,
    Slice,
    Range,
    Cell,
    Code,
    Function,
    Method,
    NativeFunction,
    Module,
    Exception,
    Generator,
    Frame,
    Traceback,
    ListIter,
    TupleIter,
    RangeIter,
    WeakRef,
}

/// Refcounts from here up are immortal: they are neither raised nor lowered.
pub(super) const IMMORTAL: u32 = 3 << 30;

pub(super) mod flag {
    /// A collector head stands in front of the header.
    pub const GC_HEAD: u16 = 1;
    /// `__del__` or its like has run.
    pub const FINALIZED: u16 = 2;
    /// Weak references to the object exist.
    pub const WEAKLY_REFERENCED: u16 = 4;
    /// The object is in a list of the collector.
    pub const TRACKED: u16 = 8;
    /// The inline attribute values have moved into the instance dict.
    pub const DICT_MATERIALISED: u16 = 16;
    /// The string is interned.
    pub const INTERNED: u16 = 32;
    /// The object waits to be freed: nobody may get a reference to it any more.
    pub const DEFERRED: u16 = 64;
}

#[repr(C)]
pub(super) struct Header {
    pub refcount: Cell<u32>,
    pub kind: Kind,
    pub size_class: u8,
    pub flags: Cell<u16>,
    pub ty: Cell<NonNull<PyBox<Type>>>,
}

const _: () = assert!(size_of::<Header>() == 16);

impl Header {
    #[inline]
    pub fn has(&self, flag: u16) -> bool {
        self.flags.get() & flag != 0
    }
    #[inline]
    pub fn set(&self, flag: u16) {
        self.flags.set(self.flags.get() | flag);
    }
    #[inline]
    pub fn unset(&self, flag: u16) {
        self.flags.set(self.flags.get() & !flag);
    }
}

/// A counted reference to an object of any type. Cloning counts up, dropping counts down, and the last drop frees
/// the object at once.
#[repr(transparent)]
pub struct Obj(pub(super) NonNull<Header>);

impl Clone for Obj {
    #[inline]
    fn clone(&self) -> Obj {
        let count = &self.header().refcount;
        let n = count.get();
        if n < IMMORTAL {
            count.set(n + 1);
        }
        Obj(self.0)
    }
}

impl Drop for Obj {
    #[inline]
    fn drop(&mut self) {
        let count = &self.header().refcount;
        let n = count.get();
        if n < IMMORTAL {
            if n == 1 {
                // SAFETY: this was the last reference, and it is not used again.
                unsafe { free(self.0) }
            } else {
                count.set(n - 1);
            }
        }
    }
}

impl Obj {
    #[inline]
    pub(super) fn header(&self) -> &Header {
        // SAFETY: an `Obj` owns one count of a live object, so the header is alive as long as `self`.
        unsafe { self.0.as_ref() }
    }

    /// The object's type, `type(x)`.
    #[inline]
    pub fn ty(&self) -> &Ref<Type> {
        // SAFETY: `ty` points to a type object that this object keeps alive; `Ref` is a transparent pointer to it.
        // A later change of the type keeps the old one alive until the reference's borrow of `self` could be reused:
        // see `set_type`.
        unsafe { &*(self.header().ty.as_ptr() as *const Ref<Type>) }
    }

    /// Whether the type is exactly `ty`.
    #[inline]
    pub fn is_exactly(&self, ty: &Ref<Type>) -> bool {
        std::ptr::eq(self.header().ty.get().as_ptr() as *const u8, ty.as_obj().0.as_ptr() as *const u8)
    }

    /// Which payload stands behind the header.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.header().kind
    }

    /// Identity, `is`.
    #[inline]
    pub fn is(&self, other: &Obj) -> bool {
        self.0 == other.0
    }

    /// The address, `id(x)`.
    #[inline]
    pub fn id(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The number of references; what `sys.getrefcount` reports has the caller's own on top.
    #[inline]
    pub fn refcount(&self) -> usize {
        self.header().refcount.get() as usize
    }

    /// Whether the object lives until the process ends.
    #[inline]
    pub fn is_immortal(&self) -> bool {
        self.header().refcount.get() >= IMMORTAL
    }

    /// Makes the object live until the process ends, as CPython does with `None`, small integers and static types.
    pub fn make_immortal(&self) {
        self.header().refcount.set(IMMORTAL);
        gc::untrack(self);
    }

    /// The payload, if it is a `T` (also for instances of subclasses).
    #[inline]
    pub fn get<T: Payload>(&self) -> Option<&T> {
        // SAFETY: `is_payload` says that a `PyBox<T>` stands at the pointer; it lives as long as `self`.
        if self.is_payload::<T>() { Some(unsafe { self.payload_unchecked::<T>() }) } else { None }
    }

    /// A typed reference to the same object, if its payload is a `T`.
    #[inline]
    pub fn downcast<T: Payload>(&self) -> Option<&Ref<T>> {
        if self.is_payload::<T>() {
            // SAFETY: `Ref<T>` is a transparent `Obj` whose payload is known to be a `T`.
            Some(unsafe { &*(self as *const Obj as *const Ref<T>) })
        } else {
            None
        }
    }

    /// As [`downcast`](Self::downcast), by value.
    #[inline]
    pub fn into_ref<T: Payload>(self) -> Result<Ref<T>, Obj> {
        if self.is_payload::<T>() { Ok(Ref::from_obj_checked(self)) } else { Err(self) }
    }

    /// Whether the payload is a `T`.
    #[inline]
    pub fn is_payload<T: Payload>(&self) -> bool {
        if matches!(T::KIND.0, Kind::Other) {
            let found = self.ty().layout();
            std::ptr::eq(found, T::VTABLE) || found.type_id == std::any::TypeId::of::<T>()
        } else {
            self.header().kind as u8 == T::KIND.0 as u8
        }
    }

    /// # Safety
    /// The payload is a `T`.
    #[inline]
    pub(super) unsafe fn payload_unchecked<T: Payload>(&self) -> &T {
        // SAFETY: the caller's promise; the layout of `PyBox` is fixed by `repr(C)`.
        unsafe { &*(self.0.as_ptr().byte_add(offset_of!(PyBox<T>, payload)) as *const T) }
    }

    /// The payload's layout.
    #[inline]
    pub(super) fn vtable(&self) -> &'static VTable {
        self.ty().layout()
    }

    /// Changes the type, `x.__class__ = ty`. The layouts must agree: the caller has checked the rules of CPython's
    /// `object_set_class`; a change of payload is refused here.
    pub fn set_type(&self, ty: Ref<Type>) -> bool {
        if !std::ptr::eq(self.ty().layout(), ty.layout()) || !super::instance::same_shape(self.ty(), &ty) {
            return false;
        }
        super::instance::materialise(self);
        let header = self.header();
        let new = ManuallyDrop::new(ty);
        let old = header.ty.replace(new.as_obj().0.cast());
        // A borrow of the old type may still be in use up the Rust stack: it is let go at a safe point.
        gc::drop_later(Obj(old.cast()));
        true
    }

    /// Whether the finalizer (`__del__`) has already run.
    pub fn is_finalized(&self) -> bool {
        self.header().has(flag::FINALIZED)
    }

    /// Notes that the finalizer has run, so that it never runs again.
    pub fn set_finalized(&self) {
        self.header().set(flag::FINALIZED);
    }

    pub(super) fn into_raw(self) -> NonNull<Header> {
        ManuallyDrop::new(self).0
    }

    /// # Safety
    /// `raw` carries one count that nothing else will give back.
    #[inline]
    pub(super) unsafe fn from_raw(raw: NonNull<Header>) -> Obj {
        Obj(raw)
    }
}

/// How deep `free` may nest before it queues what is to be freed (CPython's trashcan).
const MAX_FREE_DEPTH: u32 = 100;

thread_local! {
    static FREE_DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs finalizers, clears weak references, drops the payload and gives the block back.
///
/// # Safety
/// The object's count is one, and the caller gives that one up.
#[cold]
#[inline(never)]
unsafe fn free(raw: NonNull<Header>) {
    // SAFETY: alive with one count: ours.
    let object = ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
    let header = object.header();
    // Numbers and texts refer to nothing: nobody is told, and nothing nests.
    if matches!(header.kind, Kind::Float | Kind::Int | Kind::Str | Kind::Bytes)
        && !header.has(flag::GC_HEAD | flag::WEAKLY_REFERENCED)
        && !object.ty().has_finalizer()
    {
        let ty = header.ty.get();
        // SAFETY: no reference is left; there are no extras, for these would have a collector head; the payload is
        // dropped once, and the type's count given back after the last use of the type.
        unsafe {
            if header.kind != Kind::Float {
                (object.vtable().drop)(raw);
            }
            alloc::release(raw.cast(), header.size_class);
            drop(Obj::from_raw(ty.cast()));
        }
        return;
    }
    let depth = FREE_DEPTH.get();
    if depth >= MAX_FREE_DEPTH {
        gc::defer(raw);
        return;
    }
    FREE_DEPTH.set(depth + 1);
    // SAFETY: passed on.
    unsafe { free_now(raw) };
    FREE_DEPTH.set(depth);
    if depth == 0 {
        while let Some(next) = gc::next_deferred() {
            FREE_DEPTH.set(1);
            // SAFETY: a deferred object has its one count left, given up by whoever deferred it.
            unsafe { free_now(next) };
            FREE_DEPTH.set(0);
        }
    }
}

/// # Safety
/// As [`free`].
#[inline]
unsafe fn free_now(raw: NonNull<Header>) {
    // SAFETY: alive with one count: ours.
    let object = ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
    let header = object.header();
    header.unset(flag::DEFERRED);
    let vtable = object.vtable();
    if object.ty().has_finalizer() && !header.has(flag::FINALIZED) {
        header.set(flag::FINALIZED);
        crate::vm::run_finalizer(&object);
        if header.refcount.get() != 1 {
            // Resurrected: only the count that was being given up goes.
            header.refcount.set(header.refcount.get() - 1);
            return;
        }
    }
    if header.has(flag::WEAKLY_REFERENCED) {
        weak::clear(&object);
        if header.refcount.get() != 1 {
            header.refcount.set(header.refcount.get() - 1);
            return;
        }
    }
    let tracked_head = header.has(flag::GC_HEAD);
    if tracked_head {
        gc::untrack(&object);
    }
    let ty = header.ty.get();
    let class = header.size_class;
    // SAFETY: no reference is left; extras and payload are dropped once; the type's count that the object held is
    // given back after the last use of the type.
    unsafe {
        super::instance::drop_extras(&object);
        (vtable.drop)(raw);
        let block = if tracked_head { raw.cast::<u8>().sub(gc::HEAD) } else { raw.cast() };
        alloc::release(block, class);
        drop(Obj::from_raw(ty.cast()));
    }
}
