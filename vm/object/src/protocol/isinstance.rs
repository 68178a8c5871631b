//! `isinstance`, `issubclass` and their hooks.

use crate::raw::{Obj, Ref, Tuple};
use crate::types::Type;
use crate::vm::{Raised, Res, Vm};

impl Raised {
    /// Whether the exception is an instance of this class, by its MRO alone, as `except` decides.
    #[inline]
    pub fn is_instance(&self, ty: &Ref<Type>) -> bool {
        self.0.ty().is_subtype_of(ty)
    }
}

impl Vm {
    /// `isinstance(obj, class)`.
    pub fn is_instance(&self, obj: &Obj, class: &Obj) -> Res<bool> {
        if obj.ty().as_obj().is(class) {
            return Ok(true);
        }
        if class.is_exactly(&self.types.r#type) {
            return self.real_is_instance(obj, class);
        }
        if let Some(classes) = self.alternatives(class) {
            for class in classes.iter() {
                if self.recurse(" in __instancecheck__", || self.is_instance(obj, class))? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(result) =
            self.call_special(class, &self.names.__instancecheck__, std::slice::from_ref(obj))?
        {
            return self.is_true(&result);
        }
        self.real_is_instance(obj, class)
    }

    /// The classes of a tuple or union.
    fn alternatives(&self, class: &Obj) -> Option<Ref<Tuple>> {
        match class.downcast::<Tuple>() {
            Some(classes) => Some(classes.clone()),
            None => self.hooks.union_members.get().and_then(|members| members(class)),
        }
    }

    /// `type.__instancecheck__`: without hooks.
    pub fn real_is_instance(&self, obj: &Obj, class: &Obj) -> Res<bool> {
        if let Some(ty) = class.downcast::<Type>() {
            if obj.ty().is_subtype_of(ty) {
                return Ok(true);
            }
            // A proxy may say that it is of another class.
            let claimed = self.getattr_optional(obj, &self.names.__class__)?;
            return Ok(match claimed.as_ref().and_then(|c| c.downcast::<Type>()) {
                Some(claimed) if !claimed.is(obj.ty()) => claimed.is_subtype_of(ty),
                _ => false,
            });
        }
        if self.abstract_bases(class)?.is_none() {
            return Err(self.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"));
        }
        match self.getattr_optional(obj, &self.names.__class__)? {
            Some(claimed) => self.abstract_is_subclass(&claimed, class),
            None => Ok(false),
        }
    }

    /// `issubclass(derived, class)`.
    pub fn is_subclass(&self, derived: &Obj, class: &Obj) -> Res<bool> {
        if class.is_exactly(&self.types.r#type) {
            if derived.is(class) {
                return Ok(true);
            }
            return self.real_is_subclass(derived, class);
        }
        if let Some(classes) = self.alternatives(class) {
            for class in classes.iter() {
                if self.recurse(" in __subclasscheck__", || self.is_subclass(derived, class))? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(result) =
            self.call_special(class, &self.names.__subclasscheck__, std::slice::from_ref(derived))?
        {
            return self.is_true(&result);
        }
        self.real_is_subclass(derived, class)
    }

    /// `type.__subclasscheck__`: without hooks.
    pub fn real_is_subclass(&self, derived: &Obj, class: &Obj) -> Res<bool> {
        if let (Some(derived), Some(class)) = (derived.downcast::<Type>(), class.downcast::<Type>()) {
            return Ok(derived.is_subtype_of(class));
        }
        if self.abstract_bases(derived)?.is_none() {
            return Err(self.type_error("issubclass() arg 1 must be a class"));
        }
        if self.abstract_bases(class)?.is_none() {
            return Err(self.type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union"));
        }
        self.abstract_is_subclass(derived, class)
    }

    /// `__bases__`, if it is a tuple.
    fn abstract_bases(&self, class: &Obj) -> Res<Option<Ref<Tuple>>> {
        let bases = self.getattr_optional(class, &self.names.__bases__)?;
        Ok(bases.and_then(|b| b.into_ref().ok()))
    }

    fn abstract_is_subclass(&self, derived: &Obj, class: &Obj) -> Res<bool> {
        if derived.is(class) {
            return Ok(true);
        }
        let Some(bases) = self.abstract_bases(derived)? else { return Ok(false) };
        for base in bases.iter() {
            if self.recurse(" in __issubclass__", || self.abstract_is_subclass(base, class))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
