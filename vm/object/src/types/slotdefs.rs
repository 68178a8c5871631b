//! Which dunder method belongs to which slot, both ways (CPython's `slotdefs`).
//!
//! Some names belong to several slots (`__add__` to `nb_add` and `sq_concat`), some slots to several names (`nb_add` to
//! `__add__` and `__radd__`).

use super::generic as g;
use super::slots::*;

/// How a slot is called from Python: which arguments its dunder method takes (CPython's `wrap_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Wrap {
    /// Never: the slot has the name, but no descriptor.
    Hidden,
    Unary,
    Inquiry,
    Binary,
    BinaryLeft,
    BinaryRight,
    Ternary,
    TernaryRight,
    Len,
    Index,
    Item,
    SetIndex,
    DelIndex,
    SetItem,
    DelItem,
    Contains,
    Hash,
    Call,
    SetAttr,
    DelAttr,
    Compare(CompareOp),
    Next,
    DescrGet,
    DescrSet,
    DescrDelete,
    Init,
    Finalize,
}

/// One row: a dunder method of a slot.
pub struct SlotDef {
    /// The method's name.
    pub name: &'static str,
    /// The slot.
    pub slot: SlotId,
    /// What the slot holds in a class that defines the method in Python; nothing for slots that such classes leave to
    /// another slot of the same name.
    pub generic: Option<SlotValue>,
    /// How the slot is called as a method.
    pub wrap: Wrap,
    /// `__text_signature__` and `__doc__`, as in [`super::NativeDef::doc`].
    pub doc: &'static str,
}

const fn row(
    name: &'static str,
    slot: SlotId,
    generic: Option<SlotValue>,
    wrap: Wrap,
    doc: &'static str,
) -> SlotDef {
    SlotDef { name, slot, generic, wrap, doc }
}

/// All rows. Within a slot the order is CPython's, since the first rows win.
pub static SLOT_DEFS: &[SlotDef] = &[
    row("__getattribute__", SlotId::getattro, Some(SlotValue::Binary(g::getattr_hook)), Wrap::Binary, "($self, name, /)\n--\n\nReturn getattr(self, name)."),
    row("__getattr__", SlotId::getattro, Some(SlotValue::Binary(g::getattr_hook)), Wrap::Hidden, ""),
    row("__setattr__", SlotId::setattro, Some(SlotValue::Assign(g::setattro)), Wrap::SetAttr, "($self, name, value, /)\n--\n\nImplement setattr(self, name, value)."),
    row("__delattr__", SlotId::setattro, Some(SlotValue::Assign(g::setattro)), Wrap::DelAttr, "($self, name, /)\n--\n\nImplement delattr(self, name)."),
    row("__repr__", SlotId::repr, Some(SlotValue::Unary(g::repr)), Wrap::Unary, "($self, /)\n--\n\nReturn repr(self)."),
    row("__hash__", SlotId::hash, Some(SlotValue::Hash(g::hash)), Wrap::Hash, "($self, /)\n--\n\nReturn hash(self)."),
    row("__call__", SlotId::call, Some(SlotValue::Call(g::call)), Wrap::Call, "($self, /, *args, **kwargs)\n--\n\nCall self as a function."),
    row("__str__", SlotId::str, Some(SlotValue::Unary(g::str)), Wrap::Unary, "($self, /)\n--\n\nReturn str(self)."),
    row("__lt__", SlotId::richcompare, Some(SlotValue::Compare(g::richcompare)), Wrap::Compare(CompareOp::Lt), "($self, value, /)\n--\n\nReturn self<value."),
    row("__le__", SlotId::richcompare, Some(SlotValue::Compare(g::richcompare)), Wrap::Compare(CompareOp::Le), "($self, value, /)\n--\n\nReturn self<=value."),
    row("__eq__", SlotId::richcompare, Some(SlotValue::Compare(g::richcompare)), Wrap::Compare(CompareOp::Eq), "($self, value, /)\n--\n\nReturn self==value."),
    row("__ne__", SlotId::richcompare, Some(SlotValue::Compare(g::richcompare)), Wrap::Compare(CompareOp::Ne), "($self, value, /)\n--\n\nReturn self!=value."),
    row("__gt__", SlotId::richcompare, Some(SlotValue::Compare(g::richcompare)), Wrap::Compare(CompareOp::Gt), "($self, value, /)\n--\n\nReturn self>value."),
    row("__ge__", SlotId::richcompare, Some(SlotValue::Compare(g::richcompare)), Wrap::Compare(CompareOp::Ge), "($self, value, /)\n--\n\nReturn self>=value."),
    row("__iter__", SlotId::iter, Some(SlotValue::Unary(g::iter)), Wrap::Unary, "($self, /)\n--\n\nImplement iter(self)."),
    row("__next__", SlotId::iternext, Some(SlotValue::Next(g::iternext)), Wrap::Next, "($self, /)\n--\n\nImplement next(self)."),
    row("__get__", SlotId::descr_get, Some(SlotValue::DescrGet(g::descr_get)), Wrap::DescrGet, "($self, instance, owner=None, /)\n--\n\nReturn an attribute of instance, which is of type owner."),
    row("__set__", SlotId::descr_set, Some(SlotValue::Assign(g::descr_set)), Wrap::DescrSet, "($self, instance, value, /)\n--\n\nSet an attribute of instance to value."),
    row("__delete__", SlotId::descr_set, Some(SlotValue::Assign(g::descr_set)), Wrap::DescrDelete, "($self, instance, /)\n--\n\nDelete an attribute of instance."),
    row("__init__", SlotId::init, Some(SlotValue::Init(g::init)), Wrap::Init, "($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature."),
    row("__new__", SlotId::new, Some(SlotValue::New(g::new)), Wrap::Hidden, ""),
    row("__del__", SlotId::finalize, Some(SlotValue::Finalize(g::finalize)), Wrap::Finalize, "($self, /)\n--\n\nCalled when the instance is about to be destroyed."),
    row("__await__", SlotId::am_await, Some(SlotValue::Unary(g::am_await)), Wrap::Unary, "($self, /)\n--\n\nReturn an iterator to be used in await expression."),
    row("__aiter__", SlotId::am_aiter, Some(SlotValue::Unary(g::am_aiter)), Wrap::Unary, "($self, /)\n--\n\nReturn an awaitable, that resolves in asynchronous iterator."),
    row("__anext__", SlotId::am_anext, Some(SlotValue::Unary(g::am_anext)), Wrap::Unary, "($self, /)\n--\n\nReturn a value or raise StopAsyncIteration."),
    row("__add__", SlotId::nb_add, Some(SlotValue::Binary(g::nb_add)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self+value."),
    row("__radd__", SlotId::nb_add, Some(SlotValue::Binary(g::nb_add)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value+self."),
    row("__sub__", SlotId::nb_subtract, Some(SlotValue::Binary(g::nb_subtract)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self-value."),
    row("__rsub__", SlotId::nb_subtract, Some(SlotValue::Binary(g::nb_subtract)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value-self."),
    row("__mul__", SlotId::nb_multiply, Some(SlotValue::Binary(g::nb_multiply)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self*value."),
    row("__rmul__", SlotId::nb_multiply, Some(SlotValue::Binary(g::nb_multiply)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value*self."),
    row("__mod__", SlotId::nb_remainder, Some(SlotValue::Binary(g::nb_remainder)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self%value."),
    row("__rmod__", SlotId::nb_remainder, Some(SlotValue::Binary(g::nb_remainder)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value%self."),
    row("__divmod__", SlotId::nb_divmod, Some(SlotValue::Binary(g::nb_divmod)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn divmod(self, value)."),
    row("__rdivmod__", SlotId::nb_divmod, Some(SlotValue::Binary(g::nb_divmod)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn divmod(value, self)."),
    row("__pow__", SlotId::nb_power, Some(SlotValue::Ternary(g::nb_power)), Wrap::Ternary, "($self, value, mod=None, /)\n--\n\nReturn pow(self, value, mod)."),
    row("__rpow__", SlotId::nb_power, Some(SlotValue::Ternary(g::nb_power)), Wrap::TernaryRight, "($self, value, mod=None, /)\n--\n\nReturn pow(value, self, mod)."),
    row("__neg__", SlotId::nb_negative, Some(SlotValue::Unary(g::nb_negative)), Wrap::Unary, "($self, /)\n--\n\n-self"),
    row("__pos__", SlotId::nb_positive, Some(SlotValue::Unary(g::nb_positive)), Wrap::Unary, "($self, /)\n--\n\n+self"),
    row("__abs__", SlotId::nb_absolute, Some(SlotValue::Unary(g::nb_absolute)), Wrap::Unary, "($self, /)\n--\n\nabs(self)"),
    row("__bool__", SlotId::nb_bool, Some(SlotValue::Inquiry(g::nb_bool)), Wrap::Inquiry, "($self, /)\n--\n\nTrue if self else False"),
    row("__invert__", SlotId::nb_invert, Some(SlotValue::Unary(g::nb_invert)), Wrap::Unary, "($self, /)\n--\n\n~self"),
    row("__lshift__", SlotId::nb_lshift, Some(SlotValue::Binary(g::nb_lshift)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self<<value."),
    row("__rlshift__", SlotId::nb_lshift, Some(SlotValue::Binary(g::nb_lshift)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value<<self."),
    row("__rshift__", SlotId::nb_rshift, Some(SlotValue::Binary(g::nb_rshift)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self>>value."),
    row("__rrshift__", SlotId::nb_rshift, Some(SlotValue::Binary(g::nb_rshift)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value>>self."),
    row("__and__", SlotId::nb_and, Some(SlotValue::Binary(g::nb_and)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self&value."),
    row("__rand__", SlotId::nb_and, Some(SlotValue::Binary(g::nb_and)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value&self."),
    row("__xor__", SlotId::nb_xor, Some(SlotValue::Binary(g::nb_xor)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self^value."),
    row("__rxor__", SlotId::nb_xor, Some(SlotValue::Binary(g::nb_xor)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value^self."),
    row("__or__", SlotId::nb_or, Some(SlotValue::Binary(g::nb_or)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self|value."),
    row("__ror__", SlotId::nb_or, Some(SlotValue::Binary(g::nb_or)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value|self."),
    row("__int__", SlotId::nb_int, Some(SlotValue::Unary(g::nb_int)), Wrap::Unary, "($self, /)\n--\n\nint(self)"),
    row("__float__", SlotId::nb_float, Some(SlotValue::Unary(g::nb_float)), Wrap::Unary, "($self, /)\n--\n\nfloat(self)"),
    row("__iadd__", SlotId::nb_inplace_add, Some(SlotValue::Binary(g::nb_inplace_add)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self+=value."),
    row("__isub__", SlotId::nb_inplace_subtract, Some(SlotValue::Binary(g::nb_inplace_subtract)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self-=value."),
    row("__imul__", SlotId::nb_inplace_multiply, Some(SlotValue::Binary(g::nb_inplace_multiply)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self*=value."),
    row("__imod__", SlotId::nb_inplace_remainder, Some(SlotValue::Binary(g::nb_inplace_remainder)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self%=value."),
    row("__ipow__", SlotId::nb_inplace_power, Some(SlotValue::Ternary(g::nb_inplace_power)), Wrap::Ternary, "($self, value, /)\n--\n\nReturn self**=value."),
    row("__ilshift__", SlotId::nb_inplace_lshift, Some(SlotValue::Binary(g::nb_inplace_lshift)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self<<=value."),
    row("__irshift__", SlotId::nb_inplace_rshift, Some(SlotValue::Binary(g::nb_inplace_rshift)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self>>=value."),
    row("__iand__", SlotId::nb_inplace_and, Some(SlotValue::Binary(g::nb_inplace_and)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self&=value."),
    row("__ixor__", SlotId::nb_inplace_xor, Some(SlotValue::Binary(g::nb_inplace_xor)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self^=value."),
    row("__ior__", SlotId::nb_inplace_or, Some(SlotValue::Binary(g::nb_inplace_or)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self|=value."),
    row("__floordiv__", SlotId::nb_floor_divide, Some(SlotValue::Binary(g::nb_floor_divide)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self//value."),
    row("__rfloordiv__", SlotId::nb_floor_divide, Some(SlotValue::Binary(g::nb_floor_divide)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value//self."),
    row("__truediv__", SlotId::nb_true_divide, Some(SlotValue::Binary(g::nb_true_divide)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self/value."),
    row("__rtruediv__", SlotId::nb_true_divide, Some(SlotValue::Binary(g::nb_true_divide)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value/self."),
    row("__ifloordiv__", SlotId::nb_inplace_floor_divide, Some(SlotValue::Binary(g::nb_inplace_floor_divide)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self//=value."),
    row("__itruediv__", SlotId::nb_inplace_true_divide, Some(SlotValue::Binary(g::nb_inplace_true_divide)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self/=value."),
    row("__index__", SlotId::nb_index, Some(SlotValue::Unary(g::nb_index)), Wrap::Unary, "($self, /)\n--\n\nReturn self converted to an integer, if self is suitable for use as an index into a list."),
    row("__matmul__", SlotId::nb_matrix_multiply, Some(SlotValue::Binary(g::nb_matrix_multiply)), Wrap::BinaryLeft, "($self, value, /)\n--\n\nReturn self@value."),
    row("__rmatmul__", SlotId::nb_matrix_multiply, Some(SlotValue::Binary(g::nb_matrix_multiply)), Wrap::BinaryRight, "($self, value, /)\n--\n\nReturn value@self."),
    row("__imatmul__", SlotId::nb_inplace_matrix_multiply, Some(SlotValue::Binary(g::nb_inplace_matrix_multiply)), Wrap::Binary, "($self, value, /)\n--\n\nReturn self@=value."),
    row("__len__", SlotId::mp_length, Some(SlotValue::Len(g::mp_length)), Wrap::Len, "($self, /)\n--\n\nReturn len(self)."),
    row("__getitem__", SlotId::mp_subscript, Some(SlotValue::Binary(g::mp_subscript)), Wrap::Binary, "($self, key, /)\n--\n\nReturn self[key]."),
    row("__setitem__", SlotId::mp_ass_subscript, Some(SlotValue::Assign(g::mp_ass_subscript)), Wrap::SetItem, "($self, key, value, /)\n--\n\nSet self[key] to value."),
    row("__delitem__", SlotId::mp_ass_subscript, Some(SlotValue::Assign(g::mp_ass_subscript)), Wrap::DelItem, "($self, key, /)\n--\n\nDelete self[key]."),
    row("__len__", SlotId::sq_length, Some(SlotValue::Len(g::mp_length)), Wrap::Len, "($self, /)\n--\n\nReturn len(self)."),
    row("__add__", SlotId::sq_concat, None, Wrap::Binary, "($self, value, /)\n--\n\nReturn self+value."),
    row("__mul__", SlotId::sq_repeat, None, Wrap::Index, "($self, value, /)\n--\n\nReturn self*value."),
    row("__rmul__", SlotId::sq_repeat, None, Wrap::Index, "($self, value, /)\n--\n\nReturn value*self."),
    row("__getitem__", SlotId::sq_item, Some(SlotValue::Index(g::sq_item)), Wrap::Item, "($self, key, /)\n--\n\nReturn self[key]."),
    row("__setitem__", SlotId::sq_ass_item, Some(SlotValue::IndexAssign(g::sq_ass_item)), Wrap::SetIndex, "($self, key, value, /)\n--\n\nSet self[key] to value."),
    row("__delitem__", SlotId::sq_ass_item, Some(SlotValue::IndexAssign(g::sq_ass_item)), Wrap::DelIndex, "($self, key, /)\n--\n\nDelete self[key]."),
    row("__contains__", SlotId::sq_contains, Some(SlotValue::Contains(g::sq_contains)), Wrap::Contains, "($self, key, /)\n--\n\nReturn bool(key in self)."),
    row("__iadd__", SlotId::sq_inplace_concat, None, Wrap::Binary, "($self, value, /)\n--\n\nImplement self+=value."),
    row("__imul__", SlotId::sq_inplace_repeat, None, Wrap::Index, "($self, value, /)\n--\n\nImplement self*=value."),
];
