//! `__buffer__` and `__release_buffer__` (PEP 688): the buffers of native types as methods, and those that classes of
//! programs lend.

use std::cell::Cell;

use object::{Layout as _, NativeType, Obj, Payload, Ref, Res, Visitor, Vm};

use super::buffer::{Exporter, with_bytes, with_bytes_mut};
use super::memoryview::{MemoryView, native_view};

/// Bytes to read, in one piece (`PyBUF_SIMPLE`).
pub(super) const SIMPLE: i64 = 0;
/// Whatever there is, if only to read (`PyBUF_FULL_RO`).
pub(super) const FULL_RO: i64 = 0x11c;
const WRITABLE: i64 = 1;

/// `__buffer__` of a native type.
pub fn get_buffer(vm: &Vm, obj: &Obj, flags: &Obj) -> Res<Obj> {
    let flags = vm.index_as_isize(flags, Some(&vm.exc.overflow_error))? as i64;
    let view = native_view(vm, obj)?;
    if flags & WRITABLE != 0 && view.get::<MemoryView>().is_some_and(MemoryView::is_readonly) {
        let message = match obj.get::<MemoryView>() {
            Some(_) => "memoryview: underlying buffer is not writable",
            None => "Object is not writable.",
        };
        return Err(vm.raise_text(&vm.exc.buffer_error, message));
    }
    Ok(view)
}

/// `__release_buffer__` of a native type.
pub fn release_buffer(vm: &Vm, obj: &Obj, view: &Obj) -> Res<Obj> {
    let Some(own) = view.get::<MemoryView>() else {
        return Err(vm.type_error("expected a memoryview object"));
    };
    let shown = own.check(vm)?;
    let is_own = shown.is(obj)
        || obj.get::<MemoryView>().is_some_and(|obj| obj.check(vm).is_ok_and(|base| base.is(&shown)));
    if !is_own {
        return Err(vm.value_error("memoryview's buffer is not this object"));
    }
    own.release();
    Ok(vm.none.clone())
}

/// What an object's class of a program lends when it is asked; nothing for all other objects.
fn ask(vm: &Vm, obj: &Obj, flags: i64) -> Res<Option<Obj>> {
    match vm.lent_buffer(obj, flags)? {
        Some(view) if view.get::<MemoryView>().is_none() => {
            Err(vm.type_error("__buffer__ returned non-memoryview object"))
        }
        view => Ok(view),
    }
}

/// Gives a buffer back to who lent it.
fn give_back(vm: &Vm, obj: &Obj, view: &Obj) {
    vm.give_buffer_back(obj, view);
    if let Some(view) = view.get::<MemoryView>() {
        view.release();
    }
}

/// A copy of the bytes that a class of a program lends.
pub(super) fn copied(vm: &Vm, obj: &Obj, flags: i64) -> Res<Option<Vec<u8>>> {
    let Some(view) = ask(vm, obj, flags)? else { return Ok(None) };
    let bytes = with_bytes(&view, <[u8]>::to_vec).unwrap_or_default();
    give_back(vm, obj, &view);
    Ok(Some(bytes))
}

/// The payload of what stands behind a `memoryview` of a lent buffer, until the last view of it goes.
struct Lent {
    view: Obj,
    owner: Obj,
    views: Cell<isize>,
}

impl Payload for Lent {
    const NAME: &'static str = "_buffer_wrapper";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.view);
        visit(&self.owner);
    }
}

static LENT: NativeType = NativeType::new("_buffer_wrapper", Lent::VTABLE).size(32, 0);

/// How [`Lent`] shows its bytes. Whether they may be written its views know.
pub(super) static EXPORTER: Exporter = Exporter {
    accepts: |obj| obj.is_payload::<Lent>(),
    read: |obj, work| {
        if let Some(lent) = obj.get::<Lent>() {
            with_bytes(&lent.view, |bytes| work(bytes));
        }
    },
    write: |obj, work| {
        obj.get::<Lent>().and_then(|lent| with_bytes_mut(&lent.view, |bytes| work(bytes))).is_some()
    },
    writable: true,
    format: |_| ("B".to_owned(), 1),
    count: |obj, change| {
        let Some(lent) = obj.get::<Lent>() else { return };
        lent.views.set(lent.views.get() + change);
        if lent.views.get() == 0
            && let Some(vm) = object::vm::current()
        {
            give_back(vm, &lent.owner, &lent.view);
        }
    },
};

/// `memoryview(obj)` of an object whose class lends its buffer; nothing for all other objects.
pub(super) fn view_of(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(view) = ask(vm, obj, FULL_RO)? else { return Ok(None) };
    let lent = Lent { view: view.clone(), owner: obj.clone(), views: Cell::new(0) };
    let lent = Ref::new(vm.native_type(&LENT), lent).into_obj();
    Ok(view.get::<MemoryView>().map(|view| view.over(vm, &lent)))
}
