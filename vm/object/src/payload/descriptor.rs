//! What stands in a type's dict: method, wrapper, getset and member descriptors, `property`, `staticmethod`,
//! `classmethod`; and the read-only view of a type's dict (CPython's `descrobject.c`, `funcobject.c`).

use std::cell::Cell;

use crate::raw::{Obj, ObjCell, Payload, Ref, Str, Visitor};
use crate::types::{GetSetDef, MemberDef, NativeDef, SlotDef, SlotValue, Type};

/// The payload of `method_descriptor` and `classmethod_descriptor`: a native method in its type.
pub struct MethodDescriptor {
    /// The method.
    pub def: &'static NativeDef,
    /// `__objclass__`.
    pub owner: Ref<Type>,
}

impl Payload for MethodDescriptor {
    const NAME: &'static str = "method_descriptor";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.owner.as_obj());
    }
}

/// The payload of `wrapper_descriptor`: a slot as a method, such as `int.__add__`.
pub struct WrapperDescriptor {
    /// Which dunder method, of which slot.
    pub def: &'static SlotDef,
    /// What the slot held in the type that the descriptor was made for.
    pub wrapped: SlotValue,
    /// `__objclass__`.
    pub owner: Ref<Type>,
}

impl Payload for WrapperDescriptor {
    const NAME: &'static str = "wrapper_descriptor";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.owner.as_obj());
    }
}

/// The payload of `method-wrapper`: a wrapper descriptor with its instance.
pub struct MethodWrapper {
    /// The descriptor.
    pub descriptor: Ref<WrapperDescriptor>,
    /// `__self__`.
    pub receiver: Obj,
}

impl Payload for MethodWrapper {
    const NAME: &'static str = "method-wrapper";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.descriptor.as_obj());
        visit(&self.receiver);
    }
}

/// The payload of `getset_descriptor`.
pub struct GetSetDescriptor {
    /// The functions.
    pub def: &'static GetSetDef,
    /// `__objclass__`.
    pub owner: Ref<Type>,
}

impl Payload for GetSetDescriptor {
    const NAME: &'static str = "getset_descriptor";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.owner.as_obj());
    }
}

/// Where a `member_descriptor` finds its value.
pub enum MemberPlace {
    /// An entry of `__slots__`, by number.
    Slot(usize),
    /// A field of a native payload.
    Native(&'static MemberDef),
}

/// The payload of `member_descriptor`.
pub struct MemberDescriptor {
    /// `__name__`.
    pub name: Ref<Str>,
    /// Where the value is.
    pub place: MemberPlace,
    /// `__objclass__`.
    pub owner: Ref<Type>,
}

impl Payload for MemberDescriptor {
    const NAME: &'static str = "member_descriptor";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.owner.as_obj());
    }
}

/// The payload of `property`.
#[derive(Default)]
pub struct Property {
    /// `fget`, or nothing.
    pub get: ObjCell,
    /// `fset`, or nothing.
    pub set: ObjCell,
    /// `fdel`, or nothing.
    pub delete: ObjCell,
    /// `__doc__`, or nothing.
    pub doc: ObjCell,
    /// `__name__`, as `__set_name__` told it.
    pub name: ObjCell,
    /// Whether the doc is the getter's.
    pub getter_doc: Cell<bool>,
}

impl Payload for Property {
    const NAME: &'static str = "property";
    fn trace(&self, visit: &mut Visitor<'_>) {
        for cell in [&self.get, &self.set, &self.delete, &self.doc, &self.name] {
            cell.trace(visit);
        }
    }
    fn clear(&self) {
        for cell in [&self.get, &self.set, &self.delete, &self.doc, &self.name] {
            cell.set(None);
        }
    }
}

/// The payload of `staticmethod`.
#[derive(Default)]
pub struct StaticMethod {
    /// `__func__`.
    pub callable: ObjCell,
}

impl Payload for StaticMethod {
    const NAME: &'static str = "staticmethod";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.callable.trace(visit);
    }
    fn clear(&self) {
        self.callable.set(None);
    }
}

/// The payload of `classmethod`.
#[derive(Default)]
pub struct ClassMethod {
    /// `__func__`.
    pub callable: ObjCell,
}

impl Payload for ClassMethod {
    const NAME: &'static str = "classmethod";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.callable.trace(visit);
    }
    fn clear(&self) {
        self.callable.set(None);
    }
}

/// The payload of `mappingproxy`.
pub struct MappingProxy {
    /// What is shown.
    pub mapping: Obj,
}

impl Payload for MappingProxy {
    const NAME: &'static str = "mappingproxy";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.mapping);
    }
}
