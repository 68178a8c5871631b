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
/// `hash(x)`; never −1.
pub type HashFn = fn(&Vm, &Obj) -> Res<i64>;
/// A call.
pub type CallFn = fn(&Vm, &Obj, Args<'_>) -> Res<Obj>;
/// An attribute, or nothing.
pub type OptionalFn = fn(&Vm, &Obj, &Obj) -> Res<Option<Obj>>;
/// A rich comparison.
pub type CompareFn = fn(&Vm, &Obj, &Obj, CompareOp) -> Res<Obj>;
/// The next item, or nothing at the end.
pub type NextFn = fn(&Vm, &Obj) -> Res<Option<Obj>>;
/// Binding: descriptor, instance (if any), owner (if known).
pub type DescrGetFn = fn(&Vm, &Obj, Option<&Obj>, Option<&Obj>) -> Res<Obj>;
/// `__init__`.
pub type InitFn = fn(&Vm, &Obj, Args<'_>) -> Res<()>;
/// `__new__`.
pub type NewFn = fn(&Vm, &Ref<Type>, Args<'_>) -> Res<Obj>;
/// `__del__`.
pub type FinalizeFn = fn(&Vm, &Obj);
/// `in`.
pub type ContainsFn = fn(&Vm, &Obj, &Obj) -> Res<bool>;
/// Sets (or with `None` deletes) an item by key, an attribute by name, or through a descriptor.
pub type AssignFn = fn(&Vm, &Obj, &Obj, Option<&Obj>) -> Res<()>;

/// What stands in a slot, of whatever kind.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub enum SlotValue {
    Unary(UnaryFn),
    Binary(BinaryFn),
    Ternary(TernaryFn),
    Inquiry(InquiryFn),
    Len(LenFn),
    Index(IndexFn),
    IndexAssign(IndexAssignFn),
    Assign(AssignFn),
    Hash(HashFn),
    Call(CallFn),
    Optional(OptionalFn),
    Compare(CompareFn),
    Next(NextFn),
    DescrGet(DescrGetFn),
    Init(InitFn),
    New(NewFn),
    Finalize(FinalizeFn),
    Contains(ContainsFn),
}

impl SlotValue {
    /// Whether both are the same function.
    pub fn same(self, other: SlotValue) -> bool {
        match (self, other) {
            (SlotValue::Unary(a), SlotValue::Unary(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Binary(a), SlotValue::Binary(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Ternary(a), SlotValue::Ternary(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Inquiry(a), SlotValue::Inquiry(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Len(a), SlotValue::Len(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Index(a), SlotValue::Index(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::IndexAssign(a), SlotValue::IndexAssign(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Assign(a), SlotValue::Assign(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Hash(a), SlotValue::Hash(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Call(a), SlotValue::Call(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Optional(a), SlotValue::Optional(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Compare(a), SlotValue::Compare(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Next(a), SlotValue::Next(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::DescrGet(a), SlotValue::DescrGet(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Init(a), SlotValue::Init(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::New(a), SlotValue::New(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Finalize(a), SlotValue::Finalize(b)) => std::ptr::fn_addr_eq(a, b),
            (SlotValue::Contains(a), SlotValue::Contains(b)) => std::ptr::fn_addr_eq(a, b),
            _ => false,
        }
    }
}

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $kind:ident,)*) => {
        /// One cell for each slot.
        #[derive(Default)]
        pub struct Slots {
            $($(#[$doc])* pub $name: Cell<Option<slots!(@fn $kind)>>,)*
        }

        /// The slots by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, non_camel_case_types)]
        pub enum SlotId {
            $($name,)*
        }

        impl SlotId {
            /// All of them.
            pub const ALL: &[SlotId] = &[$(SlotId::$name,)*];
        }

        impl Slots {
            /// Takes each slot that is empty here over from a base.
            pub fn fill_from(&self, base: &Slots) {
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
            }

            /// The content of a slot.
            pub fn by_id(&self, id: SlotId) -> Option<SlotValue> {
                match id {
                    $(SlotId::$name => self.$name.get().map(SlotValue::$kind),)*
                }
            }

            /// Sets or empties a slot. A function of another kind is refused.
            pub fn set_by_id(&self, id: SlotId, value: Option<SlotValue>) -> bool {
                match (id, value) {
                    $((SlotId::$name, None) => self.$name.set(None),
                    (SlotId::$name, Some(SlotValue::$kind(f))) => self.$name.set(Some(f)),)*
                    _ => return false,
                }
                true
            }
        }
    };
    (@fn Unary) => { UnaryFn };
    (@fn Binary) => { BinaryFn };
    (@fn Ternary) => { TernaryFn };
    (@fn Inquiry) => { InquiryFn };
    (@fn Len) => { LenFn };
    (@fn Index) => { IndexFn };
    (@fn IndexAssign) => { IndexAssignFn };
    (@fn Assign) => { AssignFn };
    (@fn Hash) => { HashFn };
    (@fn Call) => { CallFn };
    (@fn Optional) => { OptionalFn };
    (@fn Compare) => { CompareFn };
    (@fn Next) => { NextFn };
    (@fn DescrGet) => { DescrGetFn };
    (@fn Init) => { InitFn };
    (@fn New) => { NewFn };
    (@fn Finalize) => { FinalizeFn };
    (@fn Contains) => { ContainsFn };
}

slots! {
    /// `tp_repr`
    repr: Unary,
    /// `tp_str`
    str: Unary,
    /// `tp_hash`; a hash is never −1.
    hash: Hash,
    /// `tp_call`
    call: Call,
    /// `tp_getattro`
    getattro: Binary,
    /// Like `getattro`, but a missing attribute is `Ok(None)` and costs no exception. Where it is set, `getattro` is its
    /// raising form.
    getattro_optional: Optional,
    /// `tp_setattro`
    setattro: Assign,
    /// `tp_richcompare`
    richcompare: Compare,
    /// `tp_iter`
    iter: Unary,
    /// `tp_iternext`; the end is `Ok(None)`, without an exception.
    iternext: Next,
    /// `tp_descr_get`: descriptor, instance (if any), owner (if known).
    descr_get: DescrGet,
    /// `tp_descr_set`
    descr_set: Assign,
    /// `tp_init`
    init: Init,
    /// `tp_new`
    new: New,
    /// `tp_finalize`; what it raises is reported as unraisable by the slot itself.
    finalize: Finalize,
    /// `am_await`
    am_await: Unary,
    /// `am_aiter`
    am_aiter: Unary,
    /// `am_anext`
    am_anext: Unary,
    /// `bf_getbuffer`, as `__buffer__`: object, flags.
    bf_getbuffer: Binary,
    /// `bf_releasebuffer`, as `__release_buffer__`: object, view.
    bf_releasebuffer: Binary,
    /// `nb_add`
    nb_add: Binary,
    /// `nb_subtract`
    nb_subtract: Binary,
    /// `nb_multiply`
    nb_multiply: Binary,
    /// `nb_remainder`
    nb_remainder: Binary,
    /// `nb_divmod`
    nb_divmod: Binary,
    /// `nb_power`; the modulus is `None` the object for two operands.
    nb_power: Ternary,
    /// `nb_negative`
    nb_negative: Unary,
    /// `nb_positive`
    nb_positive: Unary,
    /// `nb_absolute`
    nb_absolute: Unary,
    /// `nb_bool`
    nb_bool: Inquiry,
    /// `nb_invert`
    nb_invert: Unary,
    /// `nb_lshift`
    nb_lshift: Binary,
    /// `nb_rshift`
    nb_rshift: Binary,
    /// `nb_and`
    nb_and: Binary,
    /// `nb_xor`
    nb_xor: Binary,
    /// `nb_or`
    nb_or: Binary,
    /// `nb_int`
    nb_int: Unary,
    /// `nb_float`
    nb_float: Unary,
    /// `nb_inplace_add`
    nb_inplace_add: Binary,
    /// `nb_inplace_subtract`
    nb_inplace_subtract: Binary,
    /// `nb_inplace_multiply`
    nb_inplace_multiply: Binary,
    /// `nb_inplace_remainder`
    nb_inplace_remainder: Binary,
    /// `nb_inplace_power`
    nb_inplace_power: Ternary,
    /// `nb_inplace_lshift`
    nb_inplace_lshift: Binary,
    /// `nb_inplace_rshift`
    nb_inplace_rshift: Binary,
    /// `nb_inplace_and`
    nb_inplace_and: Binary,
    /// `nb_inplace_xor`
    nb_inplace_xor: Binary,
    /// `nb_inplace_or`
    nb_inplace_or: Binary,
    /// `nb_floor_divide`
    nb_floor_divide: Binary,
    /// `nb_true_divide`
    nb_true_divide: Binary,
    /// `nb_inplace_floor_divide`
    nb_inplace_floor_divide: Binary,
    /// `nb_inplace_true_divide`
    nb_inplace_true_divide: Binary,
    /// `nb_index`
    nb_index: Unary,
    /// `nb_matrix_multiply`
    nb_matrix_multiply: Binary,
    /// `nb_inplace_matrix_multiply`
    nb_inplace_matrix_multiply: Binary,
    /// `sq_length`
    sq_length: Len,
    /// `sq_concat`
    sq_concat: Binary,
    /// `sq_repeat`
    sq_repeat: Index,
    /// `sq_item`
    sq_item: Index,
    /// `sq_ass_item`
    sq_ass_item: IndexAssign,
    /// `sq_contains`
    sq_contains: Contains,
    /// `sq_inplace_concat`
    sq_inplace_concat: Binary,
    /// `sq_inplace_repeat`
    sq_inplace_repeat: Index,
    /// `mp_length`
    mp_length: Len,
    /// `mp_subscript`
    mp_subscript: Binary,
    /// `mp_ass_subscript`
    mp_ass_subscript: Assign,
}
