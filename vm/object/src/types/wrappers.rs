//! `property`, `staticmethod`, `classmethod`, `method`, `mappingproxy` (CPython's `descrobject.c`, `funcobject.c`,
//! `classobject.c`).

use super::native::{GetSetDef, MemberDef, NativeDef, NativeType};
use super::{CompareOp, Type, TypeFlags};
use crate::args::Params;
use crate::payload::{ClassMethod, MappingProxy, Method, Property, StaticMethod};
use crate::raw::{Layout as _, Obj, ObjCell, Ref, Str};
use crate::vm::{Args, Res, Vm};

pub(super) static PROPERTY: NativeType = NativeType::new("property", Property::VTABLE)
    .subclassable()
    .doc("(fget=None, fset=None, fdel=None, doc=None)\n--\n\nProperty attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del\'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, delx, \"I\'m the \'x\' property.\")\n\nDecorators make defining new properties or modifying existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am the \'x\' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n        del self._x")
    .slots(|s| {
        s.new.set(Some(|_, ty, _| Ok(Ref::new(ty, Property::default()).into_obj())));
        s.init.set(Some(property_init));
        s.descr_get.set(Some(property_get));
        s.descr_set.set(Some(property_set));
    })
    .methods(&[
        NativeDef::one("getter", |vm, p, a| property_copy(vm, p, Some(&a.values[0]), None, None), "Descriptor to obtain a copy of the property with a different getter."),
        NativeDef::one("setter", |vm, p, a| property_copy(vm, p, None, Some(&a.values[0]), None), "Descriptor to obtain a copy of the property with a different setter."),
        NativeDef::one("deleter", |vm, p, a| property_copy(vm, p, None, None, Some(&a.values[0])), "Descriptor to obtain a copy of the property with a different deleter."),
        NativeDef::positional("__set_name__", property_set_name, "($self, owner, name, /)\n--\n\nMethod to set name of a property."),
    ])
    .members(&[
        MemberDef::read_only("fget", |vm, p| Ok(vm.or_none(&property(vm, p)?.get)), ""),
        MemberDef::read_only("fset", |vm, p| Ok(vm.or_none(&property(vm, p)?.set)), ""),
        MemberDef::read_only("fdel", |vm, p| Ok(vm.or_none(&property(vm, p)?.delete)), ""),
        MemberDef::new(
            "__doc__",
            |vm, p| Ok(vm.or_none(&property(vm, p)?.doc)),
            |vm, p, value| {
                property(vm, p)?.doc.set(value.cloned());
                Ok(())
            },
            "",
        ),
    ])
    .getset(&[
        GetSetDef::new(
            "__name__",
            |vm, p| {
                property_name(vm, p)?
                    .ok_or_else(|| vm.attribute_error(format!("'{}' object has no attribute '__name__'", p.ty().name())))
            },
            |vm, p, value| {
                property(vm, p)?.name.set(value.cloned());
                Ok(())
            },
            "name of the property",
        ),
        GetSetDef::read_only("__isabstractmethod__", property_is_abstract, ""),
    ])
    .size(64, 0);

fn property<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Property> {
    obj.get::<Property>().ok_or_else(|| vm.type_error("a property is needed"))
}

static PROPERTY_PARAMS: Params<4> = Params::new("property", ["fget", "fset", "fdel", "doc"]);

fn property_init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [get, set, delete, doc] = PROPERTY_PARAMS.bind(vm, args)?;
    let given = |value: Option<&Obj>| value.filter(|v| !v.is(&vm.none)).cloned();
    let own = property(vm, obj)?;
    own.get.set(given(get));
    own.set.set(given(set));
    own.delete.set(given(delete));
    own.getter_doc.set(false);
    own.name.set(None);
    let mut doc = given(doc);
    if doc.is_none()
        && let Some(get) = given(get)
    {
        doc = vm.getattr_optional(&get, &vm.names.__doc__)?.filter(|d| !d.is(&vm.none));
        own.getter_doc.set(doc.is_some());
    }
    if obj.is_exactly(&vm.types.property) {
        own.doc.set(doc);
        return Ok(());
    }
    // A subclass keeps its doc in the instance dict, where its own `__doc__` does not hide it. Where it cannot, the doc is
    // lost without a word, but for that of a getter.
    let doc = doc.unwrap_or_else(|| vm.none.clone());
    match vm.setattr(obj, &vm.names.__doc__, &doc) {
        Err(raised) if raised.is_instance(&vm.exc.attribute_error) && !own.getter_doc.get() => Ok(()),
        other => other,
    }
}

/// The name, as `__set_name__` gave it or as the getter has it.
fn property_name(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let own = property(vm, obj)?;
    if let Some(name) = own.name.get() {
        return Ok(Some(name));
    }
    match own.get.get() {
        Some(get) => vm.getattr_optional(&get, &vm.names.__name__),
        None => Ok(None),
    }
}

fn property_error(vm: &Vm, obj: &Obj, instance: &Obj, what: &str) -> Res<crate::vm::Raised> {
    let qualname = vm.type_qualname(instance.ty());
    Ok(vm.attribute_error(match property_name(vm, obj)? {
        Some(name) => format!("property {} of '{qualname}' object has no {what}", vm.repr_text(&name)?),
        None => format!("property of '{qualname}' object has no {what}"),
    }))
}

fn property_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _owner: Option<&Obj>) -> Res<Obj> {
    let Some(instance) = instance else { return Ok(obj.clone()) };
    match property(vm, obj)?.get.get() {
        Some(get) => vm.call1(&get, instance),
        None => Err(property_error(vm, obj, instance, "getter")?),
    }
}

fn property_set(vm: &Vm, obj: &Obj, instance: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = property(vm, obj)?;
    let function = if value.is_some() { own.set.get() } else { own.delete.get() };
    let Some(function) = function else {
        let what = if value.is_some() { "setter" } else { "deleter" };
        return Err(property_error(vm, obj, instance, what)?);
    };
    match value {
        Some(value) => vm.call(&function, &[instance.clone(), value.clone()])?,
        None => vm.call1(&function, instance)?,
    };
    Ok(())
}

fn property_copy(vm: &Vm, obj: &Obj, get: Option<&Obj>, set: Option<&Obj>, delete: Option<&Obj>) -> Res<Obj> {
    let own = property(vm, obj)?;
    let pick = |new: Option<&Obj>, old: &ObjCell| -> Obj {
        new.filter(|n| !n.is(&vm.none)).cloned().unwrap_or_else(|| vm.or_none(old))
    };
    let new_get = pick(get, &own.get);
    let doc =
        if own.getter_doc.get() && !new_get.is(&vm.none) { vm.none.clone() } else { vm.or_none(&own.doc) };
    let args = [new_get, pick(set, &own.set), pick(delete, &own.delete), doc];
    let copy = vm.call(obj.ty().as_obj(), &args)?;
    if let Some(copy) = copy.get::<Property>() {
        copy.name.set(own.name.get());
    }
    Ok(copy)
}

fn property_set_name(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    if args.values.len() != 2 {
        return Err(vm.type_error(format!(
            "__set_name__() takes 2 positional arguments but {} were given",
            args.values.len()
        )));
    }
    property(vm, obj)?.name.set(Some(args.values[1].clone()));
    Ok(vm.none.clone())
}

/// Whether a function says `__isabstractmethod__`.
fn is_abstract(vm: &Vm, function: Option<Obj>) -> Res<bool> {
    let Some(function) = function else { return Ok(false) };
    match vm.getattr_optional(&function, &vm.names.__isabstractmethod__)? {
        Some(value) => vm.is_true(&value),
        None => Ok(false),
    }
}

fn property_is_abstract(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = property(vm, obj)?;
    for cell in [&own.get, &own.set, &own.delete] {
        if is_abstract(vm, cell.get())? {
            return Ok(vm.true_.clone());
        }
    }
    Ok(vm.false_.clone())
}

/// The callable of a `staticmethod` or `classmethod`.
fn wrapped(obj: &Obj) -> Option<Obj> {
    match obj.get::<StaticMethod>() {
        Some(s) => s.callable.get(),
        None => obj.get::<ClassMethod>().and_then(|c| c.callable.get()),
    }
}

fn get_wrapped(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(wrapped(obj).unwrap_or_else(|| vm.none.clone()))
}

const WRAPPER_MEMBERS: &[MemberDef] = &[
    MemberDef::read_only("__func__", get_wrapped, ""),
    MemberDef::read_only("__wrapped__", get_wrapped, ""),
];

const WRAPPER_METHODS: &[NativeDef] = &[NativeDef::one(
    "__class_getitem__",
    |vm, class, args| match vm.hooks.generic_alias.get() {
        Some(make) => make(vm, class, &args.values[0]),
        None => Err(vm.type_error("generic aliases are not available")),
    },
    "($type, object, /)\n--\n\nSee PEP 585",
)
.class_method()];

const WRAPPER_GETSET: &[GetSetDef] = &[
    GetSetDef::read_only("__isabstractmethod__", |vm, obj| Ok(vm.bool(is_abstract(vm, wrapped(obj))?)), ""),
    GetSetDef::new("__dict__", super::object_dict, super::set_object_dict, ""),
    GetSetDef::new(
        "__annotations__",
        |vm, obj| forwarded(vm, obj, &vm.names.__annotations__),
        |vm, obj, value| set_forwarded(vm, obj, &vm.names.__annotations__, value),
        "",
    ),
    GetSetDef::new(
        "__annotate__",
        |vm, obj| forwarded(vm, obj, &vm.names.__annotate__),
        |vm, obj, value| set_forwarded(vm, obj, &vm.names.__annotate__, value),
        "",
    ),
];

/// An attribute of the callable, cached in the wrapper's dict.
fn forwarded(vm: &Vm, obj: &Obj, name: &Ref<Str>) -> Res<Obj> {
    if let Some(own) = obj.instance_attr(name) {
        return Ok(own);
    }
    let value = vm.getattr(&get_wrapped(vm, obj)?, name)?;
    obj.set_instance_attr(name, value.clone());
    Ok(value)
}

fn set_forwarded(vm: &Vm, obj: &Obj, name: &Ref<Str>, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) => drop(obj.set_instance_attr(name, value.clone())),
        None if obj.delete_instance_attr(name).is_none() => return Err(vm.no_attribute(obj, name)),
        None => {}
    }
    Ok(())
}

/// Takes the one callable, and its name, doc and so on.
fn wrapper_init(vm: &Vm, obj: &Obj, args: Args<'_>, place: &ObjCell, function: &str) -> Res<()> {
    let [callable] = args.exact(vm, function)?;
    place.set(Some(callable.clone()));
    let names = vm.names;
    for name in [&names.__module__, &names.__name__, &names.__qualname__, &names.__doc__] {
        if let Some(value) = vm.getattr_optional(callable, name)? {
            vm.setattr(obj, name, &value)?;
        }
    }
    Ok(())
}

fn wrapper_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let inner = vm.repr_ref(&get_wrapped(vm, obj)?)?;
    let lead = if obj.get::<StaticMethod>().is_some() { "<staticmethod(" } else { "<classmethod(" };
    let out = Str::concat(&vm.types.str, &vm.str_ref(lead), &inner);
    Ok(Str::concat(&vm.types.str, &out, &vm.str_ref(")>")).into_obj())
}

pub(super) static STATIC_METHOD: NativeType = NativeType::new("staticmethod", StaticMethod::VTABLE)
    .subclassable()
    .with_dict()
    .doc("(function, /)\n--\n\nConvert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more advanced concept, see the classmethod builtin.")
    .slots(|s| {
        s.new.set(Some(|_, ty, _| Ok(Ref::new(ty, StaticMethod::default()).into_obj())));
        s.init.set(Some(|vm, obj, args| match obj.get::<StaticMethod>() {
            Some(own) => wrapper_init(vm, obj, args, &own.callable, "staticmethod"),
            None => Ok(()),
        }));
        s.repr.set(Some(wrapper_repr));
        s.descr_get.set(Some(|vm, obj, _, _| match wrapped(obj) {
            Some(callable) => Ok(callable),
            None => Err(vm.runtime_error("uninitialized staticmethod object")),
        }));
        s.call.set(Some(|vm, obj, args| match wrapped(obj) {
            Some(callable) => vm.call_args(&callable, args),
            None => Err(vm.runtime_error("uninitialized staticmethod object")),
        }));
    })
    .methods(WRAPPER_METHODS)
    .members(WRAPPER_MEMBERS)
    .getset(WRAPPER_GETSET)
    .size(32, 0)
    .offsets(24, 0);

pub(super) static CLASS_METHOD: NativeType = NativeType::new("classmethod", ClassMethod::VTABLE)
    .subclassable()
    .with_dict()
    .doc("(function, /)\n--\n\nConvert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the staticmethod builtin.")
    .slots(|s| {
        s.new.set(Some(|_, ty, _| Ok(Ref::new(ty, ClassMethod::default()).into_obj())));
        s.init.set(Some(|vm, obj, args| match obj.get::<ClassMethod>() {
            Some(own) => wrapper_init(vm, obj, args, &own.callable, "classmethod"),
            None => Ok(()),
        }));
        s.repr.set(Some(wrapper_repr));
        s.descr_get.set(Some(|vm, obj, instance, owner| {
            let Some(callable) = wrapped(obj) else {
                return Err(vm.runtime_error("uninitialized classmethod object"));
            };
            let class = match (owner, instance) {
                (Some(owner), _) => owner.clone(),
                (None, Some(instance)) => instance.ty().as_obj().clone(),
                (None, None) => vm.none.clone(),
            };
            Ok(vm.bound_method(callable, class))
        }));
    })
    .methods(WRAPPER_METHODS)
    .members(WRAPPER_MEMBERS)
    .getset(WRAPPER_GETSET)
    .size(32, 0)
    .offsets(24, 0);

impl Vm {
    /// `types.MethodType(function, receiver)`
    pub fn bound_method(&self, function: Obj, receiver: Obj) -> Obj {
        Ref::new(&self.types.method, Method { function, receiver }).into_obj()
    }
}

pub(super) static METHOD: NativeType = NativeType::new("method", Method::VTABLE)
    .flags(TypeFlags::HAVE_VECTORCALL)
    .doc("(function, instance, /)\n--\n\nCreate a bound instance method object.")
    .slots(|s| {
        s.new.set(Some(method_new));
        s.repr.set(Some(method_repr));
        s.hash.set(Some(|vm, obj| {
            let Some(m) = obj.get::<Method>() else { return Ok(0) };
            let hash = super::hash_identity(vm, &m.receiver)? ^ vm.hash(&m.function)?;
            Ok(if hash == -1 { -2 } else { hash })
        }));
        s.richcompare.set(Some(method_compare));
        s.call.set(Some(|vm, obj, args| match obj.get::<Method>() {
            Some(m) => vm.call_with_first(&m.function, &m.receiver, args),
            None => Err(vm.system_error("method")),
        }));
        s.getattro.set(Some(method_getattro));
        s.getattro_optional.set(Some(method_getattro_optional));
        s.setattro.set(Some(Vm::generic_setattr));
        s.descr_get.set(Some(|_, obj, _, _| Ok(obj.clone())));
    })
    .methods(&[NativeDef::no_args(
        "__reduce__",
        |vm, obj, _| {
            let Some(m) = obj.get::<Method>() else { return Ok(vm.none.clone()) };
            let getattr = vm.builtin("getattr")?;
            let name = vm.getattr(&m.function, &vm.names.__name__)?;
            Ok(vm.tuple([getattr, vm.tuple([m.receiver.clone(), name])]))
        },
        "",
    )])
    .members(&[
        MemberDef::read_only(
            "__func__",
            |vm, obj| Ok(obj.get::<Method>().map_or_else(|| vm.none.clone(), |m| m.function.clone())),
            "the function (or other callable) implementing a method",
        ),
        MemberDef::read_only(
            "__self__",
            |vm, obj| Ok(obj.get::<Method>().map_or_else(|| vm.none.clone(), |m| m.receiver.clone())),
            "the instance to which a method is bound",
        ),
    ])
    .getset(&[GetSetDef::read_only(
        "__doc__",
        |vm, obj| match obj.get::<Method>() {
            Some(m) => {
                Ok(vm.getattr_optional(&m.function, &vm.names.__doc__)?.unwrap_or_else(|| vm.none.clone()))
            }
            None => Ok(vm.none.clone()),
        },
        "",
    )])
    .size(48, 0)
    .offsets(0, 32);

fn method_new(vm: &Vm, _ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [function, receiver] = args.exact(vm, "method")?;
    if !vm.is_callable(function) {
        return Err(vm.type_error("first argument must be callable"));
    }
    if receiver.is(&vm.none) {
        return Err(vm.type_error("instance must not be None"));
    }
    Ok(vm.bound_method(function.clone(), receiver.clone()))
}

fn method_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(m) = obj.get::<Method>() else { return Ok(vm.none.clone()) };
    let mut name = vm.getattr_optional(&m.function, &vm.names.__qualname__)?;
    if name.is_none() {
        name = vm.getattr_optional(&m.function, &vm.names.__name__)?;
    }
    let name = name.as_ref().and_then(|n| n.get::<Str>()).map(|n| n.to_text_lossy());
    let name = name.as_deref().unwrap_or("?");
    Ok(vm.str(&format!("<bound method {name} of {}>", vm.repr_text(&m.receiver)?)))
}

fn method_compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Method>(), b.get::<Method>()) else {
        return Ok(vm.not_implemented.clone());
    };
    let same = match op {
        CompareOp::Eq | CompareOp::Ne => x.receiver.is(&y.receiver) && vm.eq(&x.function, &y.function)?,
        _ => return Ok(vm.not_implemented.clone()),
    };
    Ok(vm.bool(same == (op == CompareOp::Eq)))
}

/// Attributes of the method type, then those of the function.
fn method_getattro_optional(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Option<Obj>> {
    let name = vm.attribute_name(name)?;
    if let Some(found) = vm.type_lookup(obj.ty(), &name) {
        return match found.ty().slots.descr_get.get() {
            Some(get) => get(vm, &found, Some(obj), Some(obj.ty().as_obj())).map(Some),
            None => Ok(Some(found)),
        };
    }
    match obj.get::<Method>() {
        Some(m) => vm.getattr_optional(&m.function, &name),
        None => Ok(None),
    }
}

fn method_getattro(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Obj> {
    match method_getattro_optional(vm, obj, name)? {
        Some(value) => Ok(value),
        None => {
            let name = vm.attribute_name(name)?;
            match obj.get::<Method>() {
                Some(m) => vm.getattr(&m.function, &name),
                None => Err(vm.no_attribute(obj, &name)),
            }
        }
    }
}

pub(super) static MAPPING_PROXY: NativeType = NativeType::new("mappingproxy", MappingProxy::VTABLE)
    .flags(TypeFlags::MAPPING)
    .doc("(mapping)\n--\n\nRead-only proxy of a mapping.")
    .slots(|s| {
        s.new.set(Some(proxy_new));
        s.repr.set(Some(|vm, obj| {
            let inner = vm.repr_ref(proxied(vm, obj)?)?;
            let out = Str::concat(&vm.types.str, &vm.str_ref("mappingproxy("), &inner);
            Ok(Str::concat(&vm.types.str, &out, &vm.str_ref(")")).into_obj())
        }));
        s.str.set(Some(|vm, obj| vm.str_of(proxied(vm, obj)?)));
        s.hash.set(Some(|vm, obj| vm.hash(proxied(vm, obj)?)));
        s.iter.set(Some(|vm, obj| vm.iter(proxied(vm, obj)?)));
        s.richcompare.set(Some(|vm, obj, other, op| vm.compare(proxied(vm, obj)?, other, op)));
        s.mp_length.set(Some(|vm, obj| vm.len(proxied(vm, obj)?)));
        s.mp_subscript.set(Some(|vm, obj, key| vm.getitem(proxied(vm, obj)?, key)));
        s.sq_contains.set(Some(|vm, obj, key| vm.contains(proxied(vm, obj)?, key)));
        s.nb_or.set(Some(|vm, a, b| {
            let open = |obj: &Obj| obj.get::<MappingProxy>().map_or_else(|| obj.clone(), |p| p.mapping.clone());
            vm.binary_op(crate::protocol::NumberOp::Or, &open(a), &open(b))
        }));
        s.nb_inplace_or.set(Some(|vm, a, _| {
            Err(vm.type_error(format!(
                "'|=' is not supported by {}; use '|' instead",
                a.ty().name()
            )))
        }));
    })
    .methods(&[
        NativeDef::positional("get", |vm, p, a| forward(vm, p, &vm.names.get, a), "($self, key, default=None, /)\n--\n\nReturn the value for key if key is in the mapping, else default."),
        NativeDef::no_args("keys", |vm, p, a| forward(vm, p, &vm.names.keys, a), "($self, /)\n--\n\nReturn a set-like object providing a view on the keys."),
        NativeDef::no_args("values", |vm, p, a| forward(vm, p, &vm.names.values, a), "($self, /)\n--\n\nReturn an object providing a view on the values."),
        NativeDef::no_args("items", |vm, p, a| forward(vm, p, &vm.names.items, a), "($self, /)\n--\n\nReturn a set-like object providing a view on the items."),
        NativeDef::no_args("copy", |vm, p, a| forward(vm, p, &vm.names.copy, a), "($self, /)\n--\n\nReturn a shallow copy of the mapping."),
        NativeDef::one("__class_getitem__", |vm, class, a| match vm.hooks.generic_alias.get() {
            Some(make) => make(vm, class, &a.values[0]),
            None => Err(vm.type_error("generic aliases are not available")),
        }, "($type, object, /)\n--\n\nSee PEP 585").class_method(),
        NativeDef::no_args("__reversed__", |vm, p, a| forward(vm, p, &vm.names.__reversed__, a), "($self, /)\n--\n\nReturn a reverse iterator over the mapping."),
    ])
    .size(24, 0);

fn proxied<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Obj> {
    match obj.get::<MappingProxy>() {
        Some(proxy) => Ok(&proxy.mapping),
        None => Err(vm.type_error("a mappingproxy is needed")),
    }
}

fn forward(vm: &Vm, obj: &Obj, name: &Ref<Str>, args: Args<'_>) -> Res<Obj> {
    vm.call_method(proxied(vm, obj)?, name, args.values)
}

static PROXY_PARAMS: Params<1> = Params::new("mappingproxy", ["mapping"]).required(1);

fn proxy_new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [mapping] = PROXY_PARAMS.bind(vm, args)?;
    let mapping = mapping.unwrap_or(&vm.none);
    let is_plain_sequence =
        mapping.get::<crate::payload::List>().is_some() || mapping.get::<crate::raw::Tuple>().is_some();
    if !vm.is_mapping(mapping) || is_plain_sequence {
        return Err(
            vm.type_error(format!("mappingproxy() argument must be a mapping, not {}", mapping.ty().name()))
        );
    }
    Ok(Ref::new(ty, MappingProxy { mapping: mapping.clone() }).into_obj())
}
