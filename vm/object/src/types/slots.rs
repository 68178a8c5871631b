//! The slots of a type: what the machine calls instead of looking methods up by name.
//!
//! Names and meanings are those of CPython's `PyTypeObject` and its method tables; `None` means that the operation is
//! not supported.

use std::cell::Cell;

use crate::raw::{Obj, Ref};
use crate::types::Type;
use crate::vm::{Args, Res, Vm};

/// The operators of rich comparison, with CPython's numbers (`Py_LT` …).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

/// One operand.
pub type UnaryFn = fn(&Vm, &Obj) -> Res<Obj>;
/// Two operands; the result may be `NotImplemented`.
pub type BinaryFn = fn(&Vm, &Obj, &Obj) -> Res<Obj>;
/// `pow(a, b, c)`.
pub type TernaryFn = fn(&Vm, &Obj, &Obj, &Obj) -> Res<Obj>;
/// A truth value.
pub type InquiryFn = fn(&Vm, &Obj) -> Res<bool>;
/// A length.
pub type LenFn = fn(&Vm, &Obj) -> Res<usize>;
/// An item by index, negative ones already turned.
pub type IndexFn = fn(&Vm, &Obj, isize) -> Res<Obj>;
/// Sets (or with `None` deletes) an item by index.
pub type IndexAssignFn = fn(&Vm, &Obj, isize, Option<&Obj>) -> Res<()>;
/// Sets (or with `None` deletes) an item by key, an attribute by name, or through a descriptor.
pub type AssignFn = fn(&Vm, &Obj, &Obj, Option<&Obj>) -> Res<()>;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $ty:ty,)*) => {
        /// One cell for each slot.
        #[derive(Default)]
        pub struct Slots {
            $($(#[$doc])* pub $name: Cell<Option<$ty>>,)*
        }

        impl Slots {
            /// Takes each slot that is empty here over from a base.
            pub fn fill_from(&self, base: &Slots) {
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
            }
        }
    };
}

slots! {
    /// `tp_repr`
    repr: UnaryFn,
    /// `tp_str`
    str: UnaryFn,
    /// `tp_hash`; a hash is never −1.
    hash: fn(&Vm, &Obj) -> Res<i64>,
    /// `tp_call`
    call: fn(&Vm, &Obj, Args<'_>) -> Res<Obj>,
    /// `tp_getattro`
    getattro: BinaryFn,
    /// Like `getattro`, but a missing attribute is `Ok(None)` and costs no exception. Where it is set, `getattro` is its
    /// raising form.
    getattro_optional: fn(&Vm, &Obj, &Obj) -> Res<Option<Obj>>,
    /// `tp_setattro`
    setattro: AssignFn,
    /// `tp_richcompare`
    richcompare: fn(&Vm, &Obj, &Obj, CompareOp) -> Res<Obj>,
    /// `tp_iter`
    iter: UnaryFn,
    /// `tp_iternext`; the end is `Ok(None)`, without an exception.
    iternext: fn(&Vm, &Obj) -> Res<Option<Obj>>,
    /// `tp_descr_get`: descriptor, instance (if any), owner (if known).
    descr_get: fn(&Vm, &Obj, Option<&Obj>, Option<&Obj>) -> Res<Obj>,
    /// `tp_descr_set`
    descr_set: AssignFn,
    /// `tp_init`
    init: fn(&Vm, &Obj, Args<'_>) -> Res<()>,
    /// `tp_new`
    new: fn(&Vm, &Ref<Type>, Args<'_>) -> Res<Obj>,
    /// `tp_finalize`; what it raises is reported as unraisable by the slot itself.
    finalize: fn(&Vm, &Obj),
    /// `am_await`
    am_await: UnaryFn,
    /// `am_aiter`
    am_aiter: UnaryFn,
    /// `am_anext`
    am_anext: UnaryFn,
    /// `nb_add`
    nb_add: BinaryFn,
    /// `nb_subtract`
    nb_subtract: BinaryFn,
    /// `nb_multiply`
    nb_multiply: BinaryFn,
    /// `nb_remainder`
    nb_remainder: BinaryFn,
    /// `nb_divmod`
    nb_divmod: BinaryFn,
    /// `nb_power`; the modulus is `None` the object for two operands.
    nb_power: TernaryFn,
    /// `nb_negative`
    nb_negative: UnaryFn,
    /// `nb_positive`
    nb_positive: UnaryFn,
    /// `nb_absolute`
    nb_absolute: UnaryFn,
    /// `nb_bool`
    nb_bool: InquiryFn,
    /// `nb_invert`
    nb_invert: UnaryFn,
    /// `nb_lshift`
    nb_lshift: BinaryFn,
    /// `nb_rshift`
    nb_rshift: BinaryFn,
    /// `nb_and`
    nb_and: BinaryFn,
    /// `nb_xor`
    nb_xor: BinaryFn,
    /// `nb_or`
    nb_or: BinaryFn,
    /// `nb_int`
    nb_int: UnaryFn,
    /// `nb_float`
    nb_float: UnaryFn,
    /// `nb_inplace_add`
    nb_inplace_add: BinaryFn,
    /// `nb_inplace_subtract`
    nb_inplace_subtract: BinaryFn,
    /// `nb_inplace_multiply`
    nb_inplace_multiply: BinaryFn,
    /// `nb_inplace_remainder`
    nb_inplace_remainder: BinaryFn,
    /// `nb_inplace_power`
    nb_inplace_power: TernaryFn,
    /// `nb_inplace_lshift`
    nb_inplace_lshift: BinaryFn,
    /// `nb_inplace_rshift`
    nb_inplace_rshift: BinaryFn,
    /// `nb_inplace_and`
    nb_inplace_and: BinaryFn,
    /// `nb_inplace_xor`
    nb_inplace_xor: BinaryFn,
    /// `nb_inplace_or`
    nb_inplace_or: BinaryFn,
    /// `nb_floor_divide`
    nb_floor_divide: BinaryFn,
    /// `nb_true_divide`
    nb_true_divide: BinaryFn,
    /// `nb_inplace_floor_divide`
    nb_inplace_floor_divide: BinaryFn,
    /// `nb_inplace_true_divide`
    nb_inplace_true_divide: BinaryFn,
    /// `nb_index`
    nb_index: UnaryFn,
    /// `nb_matrix_multiply`
    nb_matrix_multiply: BinaryFn,
    /// `nb_inplace_matrix_multiply`
    nb_inplace_matrix_multiply: BinaryFn,
    /// `sq_length`
    sq_length: LenFn,
    /// `sq_concat`
    sq_concat: BinaryFn,
    /// `sq_repeat`
    sq_repeat: IndexFn,
    /// `sq_item`
    sq_item: IndexFn,
    /// `sq_ass_item`
    sq_ass_item: IndexAssignFn,
    /// `sq_contains`
    sq_contains: fn(&Vm, &Obj, &Obj) -> Res<bool>,
    /// `sq_inplace_concat`
    sq_inplace_concat: BinaryFn,
    /// `sq_inplace_repeat`
    sq_inplace_repeat: IndexFn,
    /// `mp_length`
    mp_length: LenFn,
    /// `mp_subscript`
    mp_subscript: BinaryFn,
    /// `mp_ass_subscript`
    mp_ass_subscript: AssignFn,
}
