//! The Rust data behind the core types, one file per family.
//!
//! Only what the evaluation loop and the built-in types both need stands here. Payloads of other types (iterators,
//! native modules' classes) are declared where their methods are.

mod callable;
mod containers;
mod descriptor;
mod exception;
mod numbers;
mod plain;

pub use callable::{Function, Method, Module, NativeFn, NativeFunction};
pub use containers::{ByteArray, Bytes, CellObject, List, Range, Slice};
pub use descriptor::{
    ClassMethod, GetSetDescriptor, MappingProxy, MemberDescriptor, MemberPlace, MethodDescriptor, MethodWrapper,
    Property, StaticMethod, WrapperDescriptor,
};
pub use exception::Exception;
pub use numbers::{Complex, Float, Int, IntValue, big_to_f64, frexp};
pub use plain::{NoneValue, Plain, Singleton};
