//! The Rust data behind the core types, one file per family.
//!
//! Only what the evaluation loop and the built-in types both need stands here. Payloads of other types (iterators,
//! native modules' classes) are declared where their methods are.

mod callable;
mod code;
mod containers;
mod descriptor;
mod exception;
mod frame;
mod generator;
mod iterators;
mod numbers;
mod plain;

pub use callable::{Function, Method, Module, NativeFn, NativeFunction};
pub use code::{Attributes, Code, CodeParts, Shared, next_function_version};
pub use containers::{ByteArray, Bytes, CellObject, List, Range, Slice};
pub use descriptor::{
    ClassMethod, GetSetDescriptor, MappingProxy, MemberDescriptor, MemberPlace, MethodDescriptor,
    MethodWrapper, Property, StaticMethod, WrapperDescriptor,
};
pub use exception::Exception;
pub use frame::{FrameObject, Traceback};
pub use generator::{CoroutineWrapper, Generator, GeneratorKind, GeneratorState};
pub use iterators::{ListIter, RangeIter, TupleIter};
pub use numbers::{Complex, Float, Int, IntValue, big_to_f64};
pub use plain::{NoneValue, Plain, Singleton};
