//! Making words and floats quickly: half of what a program allocates.

use super::header::Obj;
use super::payload::Ref;
use super::stack::StackRef;
use crate::payload::{Float, Int, IntValue};
use crate::vm::Types;

/// A new `int` of exactly that type. Small ones exist already: see [`Vm::int`](crate::Vm::int).
#[inline(always)]
pub(crate) fn new_int(types: &Types, value: i64) -> Obj {
    // SAFETY: the type `int` is as it was made: immortal, of `Int` payloads, without slots or dict.
    unsafe { Ref::new_plain(&types.int, Int(IntValue::Small(value))) }.into_obj()
}

/// A new `float` of exactly that type.
#[inline(always)]
pub(crate) fn new_float(types: &Types, value: f64) -> Obj {
    // SAFETY: as in `new_int`, for `float`.
    unsafe { Ref::new_plain(&types.float, Float(value)) }.into_obj()
}

impl StackRef {
    /// Overwrites the `float` that this is the only reference to; false if it is something else or shared.
    #[inline(always)]
    pub(super) fn reuse_float(&mut self, types: &Types, value: f64) -> bool {
        let fits = self.is_counted() && {
            let object = self.get();
            object.refcount() == 1 && object.is_exactly(&types.float)
        };
        if fits {
            // SAFETY: the one reference is ours, so nobody looks at the payload, which is a `Float`.
            unsafe { self.payload_mut::<Float>().0 = value };
        }
        fits
    }
}
