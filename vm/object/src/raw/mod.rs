//! The memory layer. Every `unsafe` block of the project is below this folder.
#![allow(unsafe_code)]

mod alloc;
mod cells;
pub mod dict;
pub mod frame;
pub mod gc;
mod header;
mod instance;
pub(crate) mod number;
mod payload;
pub mod set;
pub mod stack;
mod string;
mod tuple;
pub mod weak;

pub use alloc::{HeapStats, heap_stats, over_limit, set_heap_limit};
pub use cells::{ObjCell, ObjVec, Swap};
pub use header::{Kind, Obj};
pub use instance::{AttrStore, SharedKeys};
pub use payload::{CoreKind, Layout, Payload, Ref, VTable, Visitor};
pub use string::{Str, StrKind, StrView};
pub use tuple::Tuple;
