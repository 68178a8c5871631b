//! `bytes`, `bytearray`, `memoryview` (CPython's `bytesobject.c`, `bytearrayobject.c`, `memoryobject.c`).
//!
//! * [`buffer`] is how all of them, and others, show their bytes.
//! * `methods` has what `bytes` and `bytearray` share, `hex` their hexadecimal forms, `iter` the iterators, `lent` the buffers of
//!   classes that programs write.

pub mod buffer;
mod bytearray;
mod bytes_type;
mod construct;
pub mod hex;
mod iter;
mod lent;
pub mod memoryview;
mod methods;
mod search;

use object::{ByteArray, Bytes, Obj, Ref, Res, Vm};

pub use lent::{get_buffer, release_buffer};
pub use memoryview::MEMORYVIEW;

/// Gives `bytes` and `bytearray` their behaviour.
pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.bytes, &bytes_type::BYTES);
    vm.define(&vm.types.bytearray, &bytearray::BYTEARRAY);
    buffer::register(vm, &lent::EXPORTER);
}

/// Runs `work` on the receiver's bytes.
fn with_own<R>(obj: &Obj, work: impl FnOnce(&[u8]) -> R) -> R {
    if let Some(bytes) = obj.get::<Bytes>() {
        return work(&bytes.0);
    }
    match obj.get::<ByteArray>() {
        Some(bytes) => work(&bytes.0.borrow()),
        None => work(&[]),
    }
}

/// An object of the receiver's family: `bytearray` for a `bytearray`, otherwise `bytes`.
fn like(vm: &Vm, obj: &Obj, bytes: Vec<u8>) -> Obj {
    if obj.get::<ByteArray>().is_some() { new_bytearray(vm, bytes) } else { new_bytes(vm, bytes) }
}

/// A `bytes`.
pub fn new_bytes(vm: &Vm, bytes: Vec<u8>) -> Obj {
    vm.bytes_of(bytes.into())
}

/// A `bytearray`.
pub fn new_bytearray(vm: &Vm, bytes: Vec<u8>) -> Obj {
    Ref::new(&vm.types.bytearray, ByteArray::new(bytes)).into_obj()
}

/// The bytes `start..end` of the receiver; an exact `bytes` is its own whole slice.
fn slice(vm: &Vm, obj: &Obj, start: usize, end: usize) -> Obj {
    let whole = with_own(obj, |own| start == 0 && end >= own.len());
    if whole && obj.is_exactly(&vm.types.bytes) {
        return obj.clone();
    }
    like(vm, obj, with_own(obj, |own| own[start..end.max(start)].to_vec()))
}

/// A number as a byte (`_getbytevalue`).
fn byte_value(vm: &Vm, value: &Obj) -> Res<u8> {
    let n = vm.index_as_isize(value, None)?;
    u8::try_from(n).map_err(|_| vm.value_error("byte must be in range(0, 256)"))
}
