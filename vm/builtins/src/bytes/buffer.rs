//! The buffer protocol: objects whose bytes others may read.

use object::{ByteArray, Bytes, Obj};

/// Runs `work` on the bytes of an object, if it has any to show. `work` must not call into Python.
pub fn with_bytes<R>(obj: &Obj, work: impl FnOnce(&[u8]) -> R) -> Option<R> {
    if let Some(bytes) = obj.get::<Bytes>() {
        return Some(work(&bytes.0));
    }
    obj.get::<ByteArray>().map(|bytes| work(&bytes.0.borrow()))
}
