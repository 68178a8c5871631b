//! The object model of the machine.
//!
//! * [`raw`] is the memory layer and the only place of the project with `unsafe`: headers, references, allocation,
//!   trailing storage, containers that survive re-entrancy, the cycle collector and the frame stack. Everything it
//!   exports is safe to use.
//! * [`payload`] has the Rust data behind the core types (`int`, `str`, `list`, `function`, …).
//! * [`types`] has the type object: its slots (CPython's `tp_*`, `nb_*`, `sq_*`, `mp_*`), flags and versions.
//! * [`vm`] has [`Vm`], the state of one machine, and the errors that travel through it.
//!
//! Behaviour (evaluation loop, methods of the built-in types) lives in the crates above.

pub mod payload;
pub mod raw;
pub mod thread;
pub mod types;
pub mod vm;

pub use payload::*;
pub use raw::dict::Dict;
pub use raw::set::Set;
pub use raw::weak::WeakRef;
pub use raw::{Kind, Layout, Obj, ObjCell, ObjVec, Payload, Ref, Str, Tuple, Visitor};
pub use types::{Slots, Type, TypeFlags};
pub use vm::{Args, Raised, Res, Vm};
