//! [`Payload`], the Rust data of an object, and [`Ref`], a reference that knows its payload.

use std::any::TypeId;
use std::mem::size_of;
use std::ops::Deref;
use std::ptr::NonNull;

use std::cell::Cell;

use super::header::{Header, Kind, Obj, flag};
use super::{alloc, gc, instance};
use crate::types::{Type, TypeFlags};

/// Receives each reference that an object owns.
pub type Visitor<'a> = dyn FnMut(&Obj) + 'a;

/// A [`Kind`] that only this crate can hand out, for a payload type of its own.
#[derive(Clone, Copy)]
pub struct CoreKind(pub(super) Kind);

impl CoreKind {
    /// What every payload outside of this crate has.
    pub const OTHER: CoreKind = CoreKind(Kind::Other);
    /// Each kind belongs to one payload type: downcasts rely on it.
    pub(crate) const fn of(kind: Kind) -> CoreKind {
        CoreKind(kind)
    }
}

/// The Rust data behind a Python object.
pub trait Payload: Sized + 'static {
    /// The name of the layout, for debugging.
    const NAME: &'static str;
    /// Whether objects take part in cycle collection. Payloads that own no references say no.
    const TRACKED: bool = true;
    /// The kind byte; only core payloads have one.
    const KIND: CoreKind = CoreKind::OTHER;

    /// Shows every reference that the payload owns, each as often as it owns it (`tp_traverse`). A reference left out
    /// makes cycles through it leak.
    fn trace(&self, _visit: &mut Visitor<'_>) {}

    /// Lets go of the references that could close a cycle (`tp_clear`).
    fn clear(&self) {}
}

/// What the memory layer must know of a payload type.
pub struct VTable {
    pub(super) type_id: TypeId,
    /// The layout's name.
    pub name: &'static str,
    pub(super) kind: Kind,
    pub(super) tracked: bool,
    /// Bytes of header and payload.
    pub(super) size: usize,
    /// # Safety: the payload is alive, and not used afterwards.
    pub(super) drop: unsafe fn(NonNull<Header>),
    /// # Safety: the payload is alive.
    pub(super) trace: unsafe fn(NonNull<Header>, &mut Visitor<'_>),
    /// # Safety: the payload is alive.
    pub(super) clear: unsafe fn(NonNull<Header>),
}

impl VTable {
    /// Whether two layouts are those of the same payload type.
    #[inline]
    pub fn same(&self, other: &VTable) -> bool {
        self.type_id == other.type_id
    }

    /// What payload it is, by one byte.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether objects take part in cycle collection.
    pub fn is_tracked(&self) -> bool {
        self.tracked
    }
}

/// The one [`VTable`] of each payload type.
pub trait Layout {
    /// The layout.
    const VTABLE: &'static VTable;
}

impl<T: Payload> Layout for T {
    const VTABLE: &'static VTable = &VTable {
        type_id: TypeId::of::<T>(),
        name: T::NAME,
        kind: T::KIND.0,
        tracked: T::TRACKED,
        size: size_of::<PyBox<T>>(),
        drop: drop_payload::<T>,
        trace: trace_payload::<T>,
        clear: clear_payload::<T>,
    };
}

unsafe fn drop_payload<T>(raw: NonNull<Header>) {
    // SAFETY: the caller's promise; `raw` points to a `PyBox<T>`.
    unsafe { std::ptr::drop_in_place(&raw mut (*raw.cast::<PyBox<T>>().as_ptr()).payload) }
}

unsafe fn trace_payload<T: Payload>(raw: NonNull<Header>, visit: &mut Visitor<'_>) {
    // SAFETY: the caller's promise.
    unsafe { raw.cast::<PyBox<T>>().as_ref() }.payload.trace(visit);
}

unsafe fn clear_payload<T: Payload>(raw: NonNull<Header>) {
    // SAFETY: the caller's promise.
    unsafe { raw.cast::<PyBox<T>>().as_ref() }.payload.clear();
}

#[repr(C)]
pub(super) struct PyBox<T> {
    pub header: Header,
    pub payload: T,
}

/// A counted reference to an object whose payload is a `T`.
#[repr(transparent)]
pub struct Ref<T: Payload> {
    object: Obj,
    payload: std::marker::PhantomData<T>,
}

impl<T: Payload> Clone for Ref<T> {
    #[inline]
    fn clone(&self) -> Self {
        Ref::from_obj_checked(self.object.clone())
    }
}

impl<T: Payload> Deref for Ref<T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: a `Ref<T>` is only made where the payload is known to be a `T`.
        unsafe { self.object.payload_unchecked::<T>() }
    }
}

impl<T: Payload> From<Ref<T>> for Obj {
    #[inline]
    fn from(reference: Ref<T>) -> Obj {
        reference.object
    }
}

impl<T: Payload> AsRef<Obj> for Ref<T> {
    #[inline]
    fn as_ref(&self) -> &Obj {
        &self.object
    }
}

impl<T: Payload> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} at {:#x}>", T::NAME, self.object.id())
    }
}

impl std::fmt::Debug for Obj {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} at {:#x}>", self.vtable().name, self.id())
    }
}

impl<T: Payload> Ref<T> {
    /// A new object of type `ty`.
    ///
    /// # Panics
    /// If `ty` was made for another payload: a slip in the machine, never in the program it runs.
    #[inline]
    pub fn new(ty: &Ref<Type>, payload: T) -> Ref<T> {
        assert!(
            std::ptr::eq(ty.layout(), T::VTABLE) || ty.layout().type_id == TypeId::of::<T>(),
            "a {} payload for a type of {} payloads",
            T::NAME,
            ty.layout().name
        );
        // SAFETY: the type's layout is that of `T`.
        unsafe { allocate(ty, payload) }
    }

    /// A new object of a built-in type, which lives for ever and whose instances are a payload alone: nothing has to be
    /// looked up in it.
    ///
    /// # Safety
    /// `ty` is immortal, its layout is that of `T`, and its instances have no extras.
    #[inline(always)]
    pub(super) unsafe fn new_plain(ty: &Ref<Type>, payload: T) -> Ref<T> {
        const { assert!(!T::TRACKED && align_of::<T>() <= 8) };
        debug_assert!(
            ty.as_obj().is_immortal() && !ty.has_extras() && ty.layout().type_id == TypeId::of::<T>()
        );
        let (block, size_class) = alloc::allocate(size_of::<PyBox<T>>());
        let raw = block.cast::<PyBox<T>>();
        // SAFETY: the block has room for the box; the type needs no count, for it is immortal.
        unsafe {
            raw.write(PyBox {
                header: Header {
                    refcount: Cell::new(1),
                    kind: T::KIND.0,
                    size_class,
                    flags: Cell::new(0),
                    ty: Cell::new(ty.as_obj().0.cast()),
                },
                payload,
            });
            Ref::from_obj_checked(Obj::from_raw(raw.cast()))
        }
    }

    /// The untyped reference.
    #[inline]
    pub fn as_obj(&self) -> &Obj {
        &self.object
    }

    /// The untyped reference, by value.
    #[inline]
    pub fn into_obj(self) -> Obj {
        self.object
    }

    /// Identity.
    #[inline]
    pub fn is(&self, other: &Ref<T>) -> bool {
        self.object.is(&other.object)
    }

    /// The type, `type(x)`.
    #[inline]
    pub fn ty(&self) -> &Ref<Type> {
        self.object.ty()
    }

    /// For this layer: the caller has checked the payload.
    #[inline]
    pub(super) fn from_obj_checked(object: Obj) -> Ref<T> {
        debug_assert!(object.is_payload::<T>());
        Ref { object, payload: std::marker::PhantomData }
    }
}

impl Ref<Type> {
    /// The type `type`, whose type is itself: the first object of a machine.
    pub fn new_metatype(payload: Type) -> Ref<Type> {
        let (block, size_class) = alloc::allocate(size_of::<PyBox<Type>>() + gc::HEAD);
        // SAFETY: the block is large enough for head and box; the head is initialised by `gc::init_head`. The type
        // pointer counts as one more reference to itself.
        unsafe {
            gc::init_head(block);
            let raw = block.add(gc::HEAD).cast::<PyBox<Type>>();
            raw.write(PyBox {
                header: Header {
                    refcount: Cell::new(2),
                    kind: Kind::Type,
                    size_class,
                    flags: Cell::new(flag::GC_HEAD),
                    ty: Cell::new(raw),
                },
                payload,
            });
            Ref::from_obj_checked(Obj::from_raw(raw.cast()))
        }
    }
}

/// # Safety
/// `ty.layout()` is that of `T`.
#[inline]
unsafe fn allocate<T: Payload>(ty: &Ref<Type>, payload: T) -> Ref<T> {
    // SAFETY: passed on; a payload of fixed size has no trailing bytes.
    unsafe { allocate_var(ty, payload, 0) }
}

/// An object with `trailing` uninitialised bytes behind its payload. Types with trailing bytes have no room for
/// `__slots__` or inline values behind them, so these types give their instances a dict alone.
///
/// # Safety
/// `ty.layout()` is that of `T`; the caller initialises the trailing bytes before anybody reads them.
#[inline]
pub(super) unsafe fn allocate_var<T: Payload>(ty: &Ref<Type>, payload: T, trailing: usize) -> Ref<T> {
    const { assert!(align_of::<T>() <= 8) };
    let extras = if ty.has_extras() { instance::extras_size(ty) } else { 0 };
    // Extras stand in front of trailing bytes would move them, so they stand behind, aligned to words.
    let body = size_of::<PyBox<T>>() + trailing.next_multiple_of(8) + extras;
    let tracked = T::TRACKED || extras != 0 || ty.has_flag(TypeFlags::HEAPTYPE);
    let head = if tracked { gc::HEAD } else { 0 };
    let (block, size_class) = alloc::allocate(body + head);
    // SAFETY: the block has room for head, box and extras; everything is initialised here but the trailing bytes.
    unsafe {
        let raw = block.add(head).cast::<PyBox<T>>();
        raw.write(PyBox {
            header: Header {
                refcount: Cell::new(1),
                kind: T::KIND.0,
                size_class,
                flags: Cell::new(if tracked { flag::GC_HEAD } else { 0 }),
                ty: Cell::new(ty.clone().into_obj().into_raw().cast()),
            },
            payload,
        });
        if extras != 0 {
            instance::init_extras(raw.cast(), ty);
        }
        if tracked {
            gc::init_head(block);
            gc::track_new(raw.cast());
        }
        Ref::from_obj_checked(Obj::from_raw(raw.cast()))
    }
}
