//! Weak references: a table beside the heap, so that objects without any pay nothing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr::NonNull;

use rustc_hash::FxBuildHasher;

use super::cells::ObjCell;
use super::header::{Header, Kind, Obj, flag};
use super::payload::{CoreKind, Payload, Ref, Visitor};
use crate::types::Type;

thread_local! {
    /// For each weakly referenced object its weak references, oldest first.
    static TABLE: RefCell<HashMap<NonNull<Header>, Vec<NonNull<Header>>, FxBuildHasher>> =
        const { RefCell::new(HashMap::with_hasher(FxBuildHasher)) };
}

/// The payload of `weakref.ref` and of proxies.
pub struct WeakRef {
    target: std::cell::Cell<Option<NonNull<Header>>>,
    /// Called with the weak reference when the target is gone.
    pub callback: ObjCell,
    /// The target's hash once it was asked for.
    pub hash: std::cell::Cell<Option<i64>>,
    own: std::cell::Cell<Option<NonNull<Header>>>,
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
    /// A weak reference of type `ty` to `target`.
    pub fn new(ty: &Ref<Type>, target: &Obj, callback: Option<Obj>) -> Ref<WeakRef> {
        let weak = Ref::new(
            ty,
            WeakRef {
                target: Some(target.0).into(),
                callback: ObjCell::new(callback),
                hash: None.into(),
                own: None.into(),
            },
        );
        weak.own.set(Some(weak.as_obj().0));
        target.header().set(flag::WEAKLY_REFERENCED);
        TABLE.with_borrow_mut(|table| table.entry(target.0).or_default().push(weak.as_obj().0));
        weak
    }

    /// The target, if it is alive.
    pub fn target(&self) -> Option<Obj> {
        self.target.get().map(|raw| {
            // SAFETY: `clear` empties `target` before the object is freed, so the pointer is alive; the reference it
            // stands for is not ours, hence never dropped: cloning counts up.
            let object = std::mem::ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
            (*object).clone()
        })
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

/// The weak references to an object, oldest first.
pub fn references(object: &Obj) -> Vec<Obj> {
    if !object.header().has(flag::WEAKLY_REFERENCED) {
        return Vec::new();
    }
    let raws = TABLE.with_borrow(|table| table.get(&object.0).cloned().unwrap_or_default());
    raws.into_iter()
        .map(|raw| {
            // SAFETY: a weak reference leaves the table when it is dropped, so those in it are alive.
            let weak = std::mem::ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
            (*weak).clone()
        })
        .collect()
}

/// Empties the weak references to a member of an unreachable group; callbacks of weak references outside of it run.
pub(super) fn clear_for_collection(object: &Obj, group: &[Obj]) {
    for weak in references(object) {
        if group.iter().any(|member| member.is(&weak))
            && let Some(inner) = weak.get::<WeakRef>()
        {
            inner.callback.set(None);
        }
    }
    clear(object);
}

/// Empties all weak references to a dying object, then runs their callbacks, newest first.
pub(super) fn clear(object: &Obj) {
    let dead = references(object);
    object.header().unset(flag::WEAKLY_REFERENCED);
    TABLE.with_borrow_mut(|table| table.remove(&object.0));
    for weak in &dead {
        if let Some(weak) = weak.get::<WeakRef>() {
            weak.target.set(None);
        }
    }
    for weak in dead.iter().rev() {
        if let Some(callback) = weak.get::<WeakRef>().and_then(|w| w.callback.take()) {
            crate::vm::run_weakref_callback(&callback, weak);
        }
    }
}
