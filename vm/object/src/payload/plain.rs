//! Objects without data of their own: instances of `object` and of classes that only have attributes, and the
//! singletons.

use crate::raw::{CoreKind, Kind, Payload};

/// The payload of `object`.
pub struct Plain;

impl Payload for Plain {
    const NAME: &'static str = "object";
    const KIND: CoreKind = CoreKind::of(Kind::Object);
    // Attributes and slots are the memory layer's; an object that has any is tracked anyway.
    const TRACKED: bool = false;
}

/// The payload of `None`.
pub struct NoneValue;

impl Payload for NoneValue {
    const NAME: &'static str = "NoneType";
    const KIND: CoreKind = CoreKind::of(Kind::None);
    const TRACKED: bool = false;
}

/// The payload of `NotImplemented` and of `Ellipsis`.
pub struct Singleton;

impl Payload for Singleton {
    const NAME: &'static str = "singleton";
    const TRACKED: bool = false;
}
