//! The object model of the machine.
//!
//! * [`raw`] is the memory layer and the only place of the project with `unsafe`: headers, references, allocation,
//!   trailing storage, containers that survive re-entrancy, the cycle collector and the frame stack. Everything it
//!   exports is safe to use.
//! * [`payload`] has the Rust data behind the core types (`int`, `str`, `list`, `function`, …).
//! * [`types`] has the type object: its slots (CPython's `tp_*`, `nb_*`, `sq_*`, `mp_*`), flags and versions.
//! * [`exceptions`] has the exception types and their constructors (`vm.type_error(…)`).
//! * [`protocol`] has the operations on any object, as methods of [`Vm`] (CPython's `abstract.c`, `object.c`).
//! * [`args`] binds the arguments of native functions.
//! * [`vm`] has [`Vm`], the state of one machine; `bootstrap` makes it.
//!
//! Behaviour of `object`, `type`, descriptors and exceptions is here, since every other type builds on it. The evaluation
//! loop and the other built-in types live in the crates above.

pub mod args;
mod bootstrap;
pub mod exceptions;
pub mod names;
pub mod payload;
pub mod protocol;
pub mod raw;
pub mod suggest;
pub mod thread;
pub mod types;
pub mod vm;

pub use args::Params;
pub use payload::*;
pub use protocol::{NumberOp, SliceIndices};
pub use raw::dict::Dict;
pub use raw::set::Set;
pub use raw::weak::WeakRef;
pub use raw::{Kind, Layout, Obj, ObjCell, ObjVec, Payload, Ref, Str, Tuple, Visitor};
pub use types::{CompareOp, GetSetDef, MemberDef, NativeDef, NativeType, Slots, Type, TypeFlags};
pub use vm::{
    Args, CompileHook, CompileMode, CompileRequest, CompiledProgram, Raised, Res, SourceForm, TypingOp, Vm,
};
