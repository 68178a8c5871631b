//! The buffer protocol: objects whose bytes others may read and write (`PyObject_GetBuffer`).
//!
//! `bytes`, `bytearray` and `memoryview` are known here; other types register an [`Exporter`]. A borrow of the bytes never
//! spans a call into Python.

use std::cell::RefCell;

use object::{ByteArray, Bytes, Obj, Res, Vm};

use super::lent;
use super::memoryview::MemoryView;

/// Shows an object's bytes to a function.
pub type ReadFn = fn(&Obj, &mut dyn FnMut(&[u8]));
/// Shows an object's bytes to a function that may write them; says whether it did.
pub type WriteFn = fn(&Obj, &mut dyn FnMut(&mut [u8])) -> bool;

/// How a type outside of this module shows its bytes.
pub struct Exporter {
    /// Whether the object is of the type.
    pub accepts: fn(&Obj) -> bool,
    /// Shows the bytes.
    pub read: ReadFn,
    /// Shows the bytes for writing; says no if they are read-only.
    pub write: WriteFn,
    /// Whether the bytes may be written.
    pub writable: bool,
    /// The `struct` format of an item, and its size.
    pub format: fn(&Obj) -> (String, usize),
    /// Counts views up or down: while there are any, the object must not change its size.
    pub count: fn(&Obj, isize),
}

#[derive(Default)]
struct Exporters(RefCell<Vec<&'static Exporter>>);

/// Makes a type's objects readable as bytes.
pub fn register(vm: &Vm, exporter: &'static Exporter) {
    vm.state::<Exporters>().0.borrow_mut().push(exporter);
}

pub(super) fn exporter_of(obj: &Obj) -> Option<&'static Exporter> {
    let vm = object::vm::current()?;
    let exporters = vm.state::<Exporters>().0.borrow();
    exporters.iter().find(|e| (e.accepts)(obj)).copied()
}

/// Runs `work` on the bytes of an object, if it has any to show. `work` must not call into Python.
pub fn with_bytes<R>(obj: &Obj, work: impl FnOnce(&[u8]) -> R) -> Option<R> {
    if let Some(bytes) = obj.get::<Bytes>() {
        return Some(work(&bytes.0));
    }
    if let Some(bytes) = obj.get::<ByteArray>() {
        return Some(work(&bytes.0.borrow()));
    }
    if let Some(view) = obj.get::<MemoryView>() {
        return view.gather().map(|bytes| work(&bytes));
    }
    let exporter = exporter_of(obj)?;
    let (mut work, mut result) = (Some(work), None);
    (exporter.read)(obj, &mut |bytes| result = work.take().map(|work| work(bytes)));
    result
}

/// Runs `work` on the bytes of an object for writing, if that is possible. `work` must not call into Python.
pub fn with_bytes_mut<R>(obj: &Obj, work: impl FnOnce(&mut [u8]) -> R) -> Option<R> {
    let (mut work, mut result) = (Some(work), None);
    let mut run = |bytes: &mut [u8]| result = work.take().map(|work| work(bytes));
    match obj.get::<MemoryView>() {
        Some(view) => view.with_contiguous_mut(&mut run),
        None => base_bytes_mut(obj, &mut run),
    };
    result
}

/// As [`with_bytes_mut`], for what owns its bytes; says whether `work` ran.
pub(super) fn base_bytes_mut(obj: &Obj, work: &mut dyn FnMut(&mut [u8])) -> bool {
    if let Some(bytes) = obj.get::<ByteArray>() {
        work(&mut bytes.0.borrow_mut());
        return true;
    }
    exporter_of(obj).is_some_and(|exporter| (exporter.write)(obj, work))
}

/// Whether the object has bytes to show.
pub fn has_bytes(obj: &Obj) -> bool {
    with_bytes(obj, |_| ()).is_some()
}

/// A copy of an object's bytes, if it has any to show. Asks classes of programs, too.
pub fn any_bytes(vm: &Vm, obj: &Obj) -> Res<Option<Vec<u8>>> {
    match lent::copied(vm, obj, lent::SIMPLE)? {
        Some(bytes) => Ok(Some(bytes)),
        None => Ok(with_bytes(obj, <[u8]>::to_vec)),
    }
}

/// A copy of an argument's bytes: `a bytes-like object is required, not 'int'`.
pub fn bytes_arg(vm: &Vm, obj: &Obj) -> Res<Vec<u8>> {
    if let Some(view) = obj.get::<MemoryView>() {
        view.check(vm)?;
        if !view.is_c_contiguous() {
            let message = "memoryview: underlying buffer is not C-contiguous";
            return Err(vm.raise_text(&vm.exc.buffer_error, message));
        }
    }
    match any_bytes(vm, obj)? {
        Some(bytes) => Ok(bytes),
        None => Err(vm.type_error(format!("a bytes-like object is required, not '{}'", obj.ty().name()))),
    }
}
