//! The operations that every object has or may have, as methods of [`Vm`](crate::Vm) (CPython's `object.c`,
//! `abstract.c`). The slots are behind them; nobody else calls slots by hand without a reason.

mod attributes;
mod call;
mod compare;
mod dict;
mod isinstance;
mod iter;
mod mapping;
mod number;
mod object;
mod recursion;

pub use iter::SeqIter;
pub use mapping::SliceIndices;
pub use number::NumberOp;
