//! The operations that every object has or may have, as methods of [`Vm`](crate::Vm) (CPython's `object.c`,
//! `abstract.c`). The slots are behind them; nobody else calls slots by hand without a reason.

mod attributes;
mod call;
mod compare;
mod dict;
mod isinstance;
mod iter;
mod iterators;
mod mapping;
mod number;
mod object;
mod recursion;
mod set;

pub use iter::{SeqIter, self_iter};
pub use iterators::{LIST_ITERATOR, LIST_REVERSE_ITERATOR, RANGE_ITERATOR, TUPLE_ITERATOR};
pub use mapping::SliceIndices;
pub use number::NumberOp;

/// `__class_getitem__` of types that are generic over something: a `types.GenericAlias`.
pub fn class_getitem(vm: &crate::Vm, class: &crate::Obj, args: crate::Args<'_>) -> crate::Res<crate::Obj> {
    match vm.hooks.generic_alias.get() {
        Some(make) => make(vm, class, &args.values[0]),
        None => Err(vm.type_error("generic aliases are not available")),
    }
}
