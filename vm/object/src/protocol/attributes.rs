//! Attribute access: `getattr`, `setattr`, special methods, and the generic algorithms of `object`.

use smallvec::SmallVec;

use crate::exceptions::field;
use crate::payload::{Exception, Function, Module, NativeFunction, WrapperDescriptor};
use crate::raw::dict::Dict;
use crate::raw::{Kind, Obj, Ref, Str};
use crate::types::{Type, TypeFlags};
use crate::vm::{Args, Raised, Res, Vm};

impl Vm {
    /// `getattr(obj, name)`. The name is interned.
    #[inline]
    pub fn getattr(&self, obj: &Obj, name: &Ref<Str>) -> Res<Obj> {
        match obj.ty().slots.getattro.get() {
            Some(getattro) => getattro(self, obj, name.as_obj()).map_err(|e| self.in_lookup(e, obj, name)),
            None => Err(self.no_attribute(obj, name)),
        }
    }

    /// Says of an `AttributeError` that does not know it where what was looked for
    /// (`_PyObject_SetAttributeErrorContext`).
    #[cold]
    fn in_lookup(&self, raised: Raised, obj: &Obj, name: &Ref<Str>) -> Raised {
        if raised.is_instance(&self.exc.attribute_error)
            && let Some(error) = raised.0.get::<Exception>()
        {
            let field = |index: usize| error.fields.get(index);
            if let (Some(own_name), Some(own_obj)) =
                (field(field::ATTRIBUTE_NAME), field(field::ATTRIBUTE_OBJ))
                && own_name.get().is_none()
                && own_obj.get().is_none()
            {
                own_name.set(Some(name.as_obj().clone()));
                own_obj.set(Some(obj.clone()));
            }
        }
        raised
    }

    /// `getattr(obj, name, None)`, without making an exception where that is possible.
    #[inline]
    pub fn getattr_optional(&self, obj: &Obj, name: &Ref<Str>) -> Res<Option<Obj>> {
        let slots = &obj.ty().slots;
        let found = match slots.getattro_optional.get() {
            Some(optional) => optional(self, obj, name.as_obj()),
            None => self.getattr(obj, name).map(Some),
        };
        match found {
            Ok(value) => Ok(value),
            Err(raised) if raised.is_instance(&self.exc.attribute_error) => Ok(None),
            Err(raised) => Err(raised),
        }
    }

    /// `getattr(obj, text)`.
    pub fn getattr_text(&self, obj: &Obj, text: &str) -> Res<Obj> {
        self.getattr(obj, &self.intern(text))
    }

    /// The name of an attribute as an object that a program gave.
    pub fn attribute_name(&self, name: &Obj) -> Res<Ref<Str>> {
        match name.downcast::<Str>() {
            Some(name) => Ok(self.intern_str(name.clone())),
            None => {
                Err(self.type_error(format!("attribute name must be string, not '{}'", name.ty().name())))
            }
        }
    }

    /// `setattr(obj, name, value)`. The name is interned.
    #[inline]
    pub fn setattr(&self, obj: &Obj, name: &Ref<Str>, value: &Obj) -> Res<()> {
        self.assign_attr(obj, name, Some(value))
    }

    /// `delattr(obj, name)`. The name is interned.
    pub fn delattr(&self, obj: &Obj, name: &Ref<Str>) -> Res<()> {
        self.assign_attr(obj, name, None)
    }

    fn assign_attr(&self, obj: &Obj, name: &Ref<Str>, value: Option<&Obj>) -> Res<()> {
        if let Some(setattro) = obj.ty().slots.setattro.get() {
            return setattro(self, obj, name.as_obj(), value);
        }
        let readable = obj.ty().slots.getattro.get().is_some();
        Err(self.type_error(format!(
            "'{}' object has {} attributes ({} .{})",
            obj.ty().name(),
            if readable { "only read-only" } else { "no" },
            if value.is_some() { "assign to" } else { "del" },
            name.to_text_lossy()
        )))
    }

    /// The instance's own dict, wherever the payload keeps it; made if it can be.
    pub fn instance_dict(&self, obj: &Obj) -> Option<Ref<Dict>> {
        match obj.kind() {
            Kind::Function => {
                let function = obj.get::<Function>()?;
                if let Some(dict) = function.dict.get() {
                    return dict.into_ref().ok();
                }
                let dict = self.dict();
                function.dict.set(Some(dict.clone().into_obj()));
                Some(dict)
            }
            Kind::Module => obj.get::<Module>().map(|m| m.dict.clone()),
            Kind::Type => obj.get::<Type>().map(|t| t.dict().clone()),
            _ => obj.instance_dict(),
        }
    }

    #[inline]
    fn own_attribute(&self, obj: &Obj, name: &Ref<Str>) -> Option<Obj> {
        match obj.kind() {
            Kind::Function => {
                let dict = obj.get::<Function>()?.dict.get()?;
                dict.get::<Dict>()?.get_str(name)
            }
            Kind::Module => obj.get::<Module>()?.dict.get_str(name),
            _ => obj.instance_attr(name),
        }
    }

    /// `object.__getattribute__`, a missing attribute being nothing.
    pub fn generic_getattr_optional(&self, obj: &Obj, name: &Obj) -> Res<Option<Obj>> {
        let name = match name.downcast::<Str>() {
            Some(name) if name.is_interned() => name,
            _ => &self.attribute_name(name)?,
        };
        let ty = obj.ty();
        let found = self.type_lookup(ty, name);
        let get = match &found {
            Some(descriptor) => {
                let slots = &descriptor.ty().slots;
                let get = slots.descr_get.get();
                if let Some(get) = get
                    && slots.descr_set.get().is_some()
                {
                    let ty = ty.clone();
                    return get(self, descriptor, Some(obj), Some(ty.as_obj())).map(Some);
                }
                get
            }
            None => None,
        };
        if let Some(value) = self.own_attribute(obj, name) {
            return Ok(Some(value));
        }
        match (found, get) {
            (Some(descriptor), Some(get)) => {
                let ty = ty.clone();
                get(self, &descriptor, Some(obj), Some(ty.as_obj())).map(Some)
            }
            (found, _) => Ok(found),
        }
    }

    /// `object.__getattribute__`.
    pub fn generic_getattr(&self, obj: &Obj, name: &Obj) -> Res<Obj> {
        match self.generic_getattr_optional(obj, name)? {
            Some(value) => Ok(value),
            None => Err(self.no_attribute(obj, &self.attribute_name(name)?)),
        }
    }

    /// `object.__setattr__` and `object.__delattr__`.
    pub fn generic_setattr(&self, obj: &Obj, name: &Obj, value: Option<&Obj>) -> Res<()> {
        let name = &self.attribute_name(name)?;
        let ty = obj.ty().clone();
        let found = self.type_lookup(&ty, name);
        if let Some(descriptor) = &found
            && let Some(set) = descriptor.ty().slots.descr_set.get()
        {
            return set(self, descriptor, obj, value);
        }
        let stored = match (obj.kind(), value) {
            (Kind::Function | Kind::Module, Some(value)) => match self.instance_dict(obj) {
                Some(dict) => {
                    dict.set_str(name, value.clone());
                    true
                }
                None => false,
            },
            (Kind::Function | Kind::Module, None) => {
                self.instance_dict(obj).is_some_and(|dict| dict.remove_str(name).is_some())
            }
            (_, Some(value)) => obj.set_instance_attr(name, value.clone()),
            (_, None) => obj.delete_instance_attr(name).is_some(),
        };
        if stored {
            return Ok(());
        }
        let text = name.to_text_lossy();
        let has_dict = matches!(obj.kind(), Kind::Function | Kind::Module) || ty.instances_have_dict();
        if has_dict {
            return Err(self.no_attribute(obj, name));
        }
        let message = match found {
            None if is_plain_setattr(self, &ty) => format!(
                "'{}' object has no attribute '{text}' and no __dict__ for setting new attributes",
                ty.name()
            ),
            None => format!("'{}' object has no attribute '{text}'", ty.name()),
            Some(_) => format!("'{}' object attribute '{text}' is read-only", ty.name()),
        };
        Err(self.attribute_error_named(obj, name, &message))
    }

    /// The error of a missing attribute, `'C' object has no attribute 'x'`.
    pub fn no_attribute(&self, obj: &Obj, name: &Ref<Str>) -> crate::vm::Raised {
        let text = name.to_text_lossy();
        let message = match obj.get::<Type>() {
            Some(ty) => format!("type object '{}' has no attribute '{text}'", ty.name()),
            None => format!("'{}' object has no attribute '{text}'", obj.ty().name()),
        };
        self.attribute_error_named(obj, name, &message)
    }

    /// A special method, looked up on the type and bound to the object.
    pub fn lookup_special(&self, obj: &Obj, name: &Ref<Str>) -> Res<Option<Obj>> {
        let Some(found) = self.type_lookup(obj.ty(), name) else { return Ok(None) };
        match found.ty().slots.descr_get.get() {
            Some(get) => {
                let ty = obj.ty().clone();
                get(self, &found, Some(obj), Some(ty.as_obj())).map(Some)
            }
            None => Ok(Some(found)),
        }
    }

    /// Calls a special method if the type has it.
    #[inline]
    pub fn call_special(&self, obj: &Obj, name: &Ref<Str>, args: &[Obj]) -> Res<Option<Obj>> {
        match self.type_lookup(obj.ty(), name) {
            Some(found) => self.call_found_special(obj, &found, args).map(Some),
            None => Ok(None),
        }
    }

    /// As [`call_special`](Self::call_special), with keywords.
    pub fn call_special_args(&self, obj: &Obj, name: &Ref<Str>, args: Args<'_>) -> Res<Option<Obj>> {
        match self.type_lookup(obj.ty(), name) {
            Some(found) => self.call_unbound(&found, obj, args).map(Some),
            None => Ok(None),
        }
    }

    /// Calls a method found on the type of `obj`.
    #[inline]
    pub fn call_found_special(&self, obj: &Obj, found: &Obj, args: &[Obj]) -> Res<Obj> {
        self.call_unbound(found, obj, Args::positional(args))
    }

    /// Calls what was found on the type with `obj` in front: directly for functions and methods, bound for other
    /// descriptors.
    pub fn call_unbound(&self, found: &Obj, obj: &Obj, args: Args<'_>) -> Res<Obj> {
        if found.ty().has_flag(TypeFlags::METHOD_DESCRIPTOR) {
            return self.call_with_first(found, obj, args);
        }
        match found.ty().slots.descr_get.get() {
            Some(get) => {
                let ty = obj.ty().clone();
                let bound = get(self, found, Some(obj), Some(ty.as_obj()))?;
                self.call_args(&bound, args)
            }
            None => self.call_args(found, args),
        }
    }

    /// Calls with one more positional argument in front.
    pub fn call_with_first(&self, callable: &Obj, first: &Obj, args: Args<'_>) -> Res<Obj> {
        let mut values: SmallVec<[Obj; 6]> = SmallVec::with_capacity(args.values.len() + 1);
        values.push(first.clone());
        values.extend(args.values.iter().cloned());
        self.call_args(callable, Args { values: &values, kwnames: args.kwnames })
    }

    /// Whether this is `object.__getattribute__` itself.
    pub(crate) fn is_object_getattribute(&self, found: &Obj) -> bool {
        found
            .get::<WrapperDescriptor>()
            .is_some_and(|w| w.wrapped.same(crate::types::SlotValue::Binary(crate::types::object_getattro)))
    }

    /// Whether a function is the native one of this name (for tests of identity such as `__reduce__` overriding).
    pub fn is_native_function(&self, function: &Obj, call: crate::payload::NativeFn) -> bool {
        function.get::<NativeFunction>().is_some_and(|f| std::ptr::fn_addr_eq(f.def.call, call))
    }
}

fn is_plain_setattr(vm: &Vm, ty: &Type) -> bool {
    let own = ty.slots.setattro.get();
    let plain = vm.types.object.slots.setattro.get();
    matches!((own, plain), (Some(a), Some(b)) if std::ptr::fn_addr_eq(a, b))
}
