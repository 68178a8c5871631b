//! Weak references: a table beside the heap, so that objects without any pay nothing.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ptr::NonNull;

use rustc_hash::FxBuildHasher;

use super::cells::ObjCell;
use super::header::{Header, Kind, Obj, flag};
use super::payload::{CoreKind, Payload, Ref, Visitor};
use crate::types::Type;

thread_local! {
    /// For each weakly referenced object its weak references, in CPython's order: the shared reference and the shared
    /// proxy, which have no callback, then the others from the newest to the oldest.
    static TABLE: RefCell<HashMap<NonNull<Header>, Vec<NonNull<Header>>, FxBuildHasher>> =
        const { RefCell::new(HashMap::with_hasher(FxBuildHasher)) };
}

/// The payload of `weakref.ref` and of proxies.
pub struct WeakRef {
    target: Cell<Option<NonNull<Header>>>,
    /// Called with the weak reference when the target is gone.
    pub callback: ObjCell,
    /// The target's hash once it was asked for.
    pub hash: Cell<Option<i64>>,
    own: Cell<Option<NonNull<Header>>>,
    is_proxy: bool,
}

impl Payload for WeakRef {
    const NAME: &'static str = "weakref";
    const KIND: CoreKind = CoreKind::of(Kind::WeakRef);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.callback.trace(visit);
    }
    fn clear(&self) {
        self.unregister();
        self.callback.set(None);
    }
}

impl WeakRef {
    /// A weak reference of type `ty` to `target`. Without a callback there is one `weakref.ref` for each target, which
    /// is handed out again.
    pub fn reference(ty: &Ref<Type>, target: &Obj, callback: Option<Obj>) -> Ref<WeakRef> {
        WeakRef::get_or_create(ty, target, callback, false)
    }

    /// A proxy of type `ty` for `target`, shared likewise.
    pub fn proxy(ty: &Ref<Type>, target: &Obj, callback: Option<Obj>) -> Ref<WeakRef> {
        WeakRef::get_or_create(ty, target, callback, true)
    }

    fn get_or_create(ty: &Ref<Type>, target: &Obj, callback: Option<Obj>, is_proxy: bool) -> Ref<WeakRef> {
        let shared = callback.is_none() && (is_proxy || ty.is(&crate::vm::types().weakref));
        let known = references(target).into_iter().take(2);
        let (mut shared_reference, mut shared_proxy) = (None, None);
        for weak in known.filter_map(|weak| weak.into_ref::<WeakRef>().ok()).filter(|w| w.is_shared()) {
            let place = if weak.is_proxy { &mut shared_proxy } else { &mut shared_reference };
            *place = Some(weak);
        }
        let same = if is_proxy { &shared_proxy } else { &shared_reference };
        if let (true, Some(same)) = (shared, same) {
            return same.clone();
        }
        let weak = Ref::new(
            ty,
            WeakRef {
                target: Cell::new(Some(target.0)),
                callback: ObjCell::new(callback),
                hash: Cell::new(None),
                own: Cell::new(None),
                is_proxy,
            },
        );
        weak.own.set(Some(weak.as_obj().0));
        target.header().set(flag::WEAKLY_REFERENCED);
        TABLE.with_borrow_mut(|table| {
            let list = table.entry(target.0).or_default();
            // Those that are being freed still stand in the list, so places are found by identity.
            let behind = |other: &Option<Ref<WeakRef>>| {
                let other = other.as_ref()?.as_obj().0;
                list.iter().position(|raw| *raw == other).map(|at| at + 1)
            };
            let place = match (shared, is_proxy) {
                (true, false) => None,
                (true, true) => behind(&shared_reference),
                (false, _) => behind(&shared_proxy).or_else(|| behind(&shared_reference)),
            };
            list.insert(place.unwrap_or(0), weak.as_obj().0);
        });
        weak
    }

    /// Whether this is a proxy.
    #[inline]
    pub fn is_proxy(&self) -> bool {
        self.is_proxy
    }

    /// Whether this is the one that everybody gets who asks for one without a callback.
    fn is_shared(&self) -> bool {
        let plain = || {
            self.own.get().is_some_and(|own| {
                // SAFETY: `own` is the object that `self` is the payload of, so it is alive.
                let header = unsafe { own.as_ref() };
                let weakref = crate::vm::types().weakref.as_obj().0;
                header.ty.get().cast::<Header>() == weakref
            })
        };
        self.callback.is_none() && (self.is_proxy || plain())
    }

    /// The target, if it is alive.
    pub fn target(&self) -> Option<Obj> {
        let raw = self.target.get()?;
        // SAFETY: `detach` empties `target` before the object is freed, so the pointer is alive; the reference it
        // stands for is not ours, hence never dropped: cloning counts up.
        let object = std::mem::ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
        if object.header().has(flag::DEFERRED) { None } else { Some((*object).clone()) }
    }

    fn unregister(&self) {
        let (Some(target), Some(own)) = (self.target.take(), self.own.get()) else { return };
        TABLE.with_borrow_mut(|table| {
            if let Some(list) = table.get_mut(&target) {
                list.retain(|weak| *weak != own);
                if list.is_empty() {
                    table.remove(&target);
                    // SAFETY: as in `target`: a registered target is alive.
                    unsafe { target.as_ref() }.unset(flag::WEAKLY_REFERENCED);
                }
            }
        });
    }
}

impl Drop for WeakRef {
    fn drop(&mut self) {
        self.unregister();
    }
}

/// The weak references to an object, in CPython's order.
pub fn references(object: &Obj) -> Vec<Obj> {
    if !object.header().has(flag::WEAKLY_REFERENCED) {
        return Vec::new();
    }
    let raws = TABLE.with_borrow(|table| table.get(&object.0).cloned().unwrap_or_default());
    raws.into_iter()
        .filter_map(|raw| {
            // SAFETY: a weak reference leaves the table when it is dropped, so those in it are alive.
            let weak = std::mem::ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
            (!weak.header().has(flag::DEFERRED)).then(|| (*weak).clone())
        })
        .collect()
}

/// Takes all weak references off an object; they are dead then.
fn detach(object: &Obj) -> Vec<Ref<WeakRef>> {
    let dead = references(object);
    object.header().unset(flag::WEAKLY_REFERENCED);
    let raws = TABLE.with_borrow_mut(|table| table.remove(&object.0)).unwrap_or_default();
    for raw in raws {
        // SAFETY: as in `references`.
        let weak = std::mem::ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
        if let Some(weak) = weak.get::<WeakRef>() {
            weak.target.set(None);
        }
    }
    dead.into_iter().filter_map(|weak| weak.into_ref().ok()).collect()
}

/// Empties the weak references to the members of an unreachable group, then runs the callbacks of those outside of it
/// (`handle_weakrefs`).
pub(super) fn clear_for_collection(group: &[Obj]) {
    let referenced: Vec<&Obj> =
        group.iter().filter(|member| member.header().has(flag::WEAKLY_REFERENCED)).collect();
    if referenced.is_empty() {
        return;
    }
    let members: HashSet<usize, FxBuildHasher> = group.iter().map(Obj::id).collect();
    let mut calls = Vec::new();
    for object in referenced {
        let dead = detach(object).into_iter();
        calls.extend(dead.filter(|w| !w.callback.is_none() && !members.contains(&w.as_obj().id())));
    }
    for weak in calls {
        if let Some(callback) = weak.callback.get() {
            crate::vm::run_weakref_callback(&callback, weak.as_obj());
        }
    }
}

/// Empties all weak references to a dying object, then runs their callbacks, newest first.
pub(super) fn clear(object: &Obj) {
    let dead = detach(object);
    let calls: Vec<_> = dead.iter().map(|weak| (weak.callback.take(), weak)).collect();
    for (callback, weak) in calls {
        if let Some(callback) = callback {
            crate::vm::run_weakref_callback(&callback, weak.as_obj());
        }
    }
}
