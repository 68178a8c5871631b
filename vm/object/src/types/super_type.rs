//! `super`: attributes of the classes behind a class in an object's MRO.

use std::cell::RefCell;

use super::native::{MemberDef, NativeType};
use super::{Type, TypeFlags};
use bytecode::local_kind;

use crate::payload::{CellObject, Plain};
use crate::raw::{Layout as _, Obj, ObjCell, Payload, Ref, Str, Visitor};
use crate::vm::{Args, Res, Vm};

/// The payload of `super`.
#[derive(Default)]
pub struct Super {
    /// `__thisclass__`
    class: RefCell<Option<Ref<Type>>>,
    /// `__self__`
    object: ObjCell,
    /// `__self_class__`
    object_class: RefCell<Option<Ref<Type>>>,
}

impl Payload for Super {
    const NAME: &'static str = "super";
    fn trace(&self, visit: &mut Visitor<'_>) {
        for ty in [&self.class, &self.object_class] {
            if let Some(ty) = &*ty.borrow() {
                visit(ty.as_obj());
            }
        }
        self.object.trace(visit);
    }
}

fn type_member(vm: &Vm, place: Option<&RefCell<Option<Ref<Type>>>>) -> Res<Obj> {
    let ty = place.and_then(|p| p.borrow().clone());
    Ok(ty.map_or_else(|| vm.none.clone(), Ref::into_obj))
}

pub(super) static SUPER: NativeType = NativeType::new("super", Super::VTABLE)
    .subclassable()
    .doc("super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n")
    .slots(|s| {
        s.new.set(Some(|_, ty, _| Ok(Ref::new(ty, Super::default()).into_obj())));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.getattro.set(Some(getattro));
        s.getattro_optional.set(Some(getattro_optional));
        s.descr_get.set(Some(descr_get));
    })
    .members(&[
        MemberDef::read_only(
            "__thisclass__",
            |vm, obj| type_member(vm, obj.get::<Super>().map(|s| &s.class)),
            "the class invoking super()",
        ),
        MemberDef::read_only(
            "__self__",
            |vm, obj| Ok(obj.get::<Super>().and_then(|s| s.object.get()).unwrap_or_else(|| vm.none.clone())),
            "the instance invoking super(); may be None",
        ),
        MemberDef::read_only(
            "__self_class__",
            |vm, obj| type_member(vm, obj.get::<Super>().map(|s| &s.object_class)),
            "the type of the instance invoking super(); may be None",
        ),
    ])
    .size(40, 0);

/// The class and first argument of the running method.
fn from_frame(vm: &Vm) -> Res<(Ref<Type>, Obj)> {
    let Some(frame) = vm.thread.frame.get() else {
        return Err(vm.runtime_error("super(): no current frame"));
    };
    let code = frame.code();
    if code.arg_count == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    let first = frame.local(0);
    // A first argument that an inner function uses stands in a cell.
    let first = match first {
        Some(cell) if code.place_kind(0) & local_kind::CELL != 0 => match cell.get::<CellObject>() {
            Some(inside) => inside.0.get(),
            None => Some(cell),
        },
        other => other,
    };
    let Some(first) = first else { return Err(vm.runtime_error("super(): arg[0] deleted")) };
    let free = code.free_count as usize;
    let from = code.place_names.len() - free.min(code.place_names.len());
    let index = code.place_names[from..].iter().position(|n| n.is(&vm.names.__class__));
    let Some(index) = index else { return Err(vm.runtime_error("super(): __class__ cell not found")) };
    let cell = frame.local(from + index);
    let Some(cell) = cell.as_ref().and_then(|c| c.get::<CellObject>()) else {
        return Err(vm.runtime_error("super(): bad __class__ cell"));
    };
    let Some(class) = cell.0.get() else { return Err(vm.runtime_error("super(): empty __class__ cell")) };
    match class.downcast::<Type>() {
        Some(class) => Ok((class.clone(), first)),
        None => Err(vm.runtime_error(format!("super(): __class__ is not a type ({})", class.ty().name()))),
    }
}

/// The class whose MRO is looked through: that of the object, or the object itself if it is a class.
fn check(vm: &Vm, class: &Ref<Type>, object: &Obj) -> Res<Ref<Type>> {
    if let Some(ty) = object.downcast::<Type>()
        && ty.is_subtype_of(class)
    {
        return Ok(ty.clone());
    }
    if object.ty().is_subtype_of(class) {
        return Ok(object.ty().clone());
    }
    if let Some(claimed) = vm.getattr_optional(object, &vm.names.__class__)?
        && let Some(claimed) = claimed.downcast::<Type>()
        && !claimed.is(object.ty())
        && claimed.is_subtype_of(class)
    {
        return Ok(claimed.clone());
    }
    let (what, shown) = match object.downcast::<Type>() {
        Some(ty) => ("type", ty.name()),
        None => ("instance of", object.ty().name()),
    };
    Err(vm.type_error(format!(
        "super(type, obj): obj ({what} {shown}) is not an instance or subtype of type ({}).",
        class.name()
    )))
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [class, object] = args.unpack::<2>(vm, "super", 0)?;
    let (class, object) = match class {
        Some(class) => match class.downcast::<Type>() {
            Some(class) => (class.clone(), object.cloned()),
            None => {
                return Err(
                    vm.type_error(format!("super() argument 1 must be a type, not {}", class.ty().name()))
                );
            }
        },
        None => {
            let (class, object) = from_frame(vm)?;
            (class, Some(object))
        }
    };
    let object = object.filter(|o| !o.is(&vm.none));
    let object_class = object.as_ref().map(|o| check(vm, &class, o)).transpose()?;
    let Some(own) = obj.get::<Super>() else { return Ok(()) };
    let old = (own.class.replace(Some(class)), own.object_class.replace(object_class));
    own.object.set(object);
    drop(old);
    Ok(())
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(own) = obj.get::<Super>() else { return Ok(vm.none.clone()) };
    let class = own.class.borrow().as_ref().map_or_else(|| "NULL".into(), |c| c.name());
    let object = own.object_class.borrow().as_ref().map(|c| c.name());
    Ok(vm.str(&match object {
        Some(object) => format!("<super: <class '{class}'>, <{object} object>>"),
        None => format!("<super: <class '{class}'>, NULL>"),
    }))
}

/// An attribute behind `class` in the MRO of `start`, not bound.
fn find(class: &Ref<Type>, start: &Ref<Type>, name: &Ref<Str>) -> Option<Obj> {
    let mro = start.mro_tuple()?;
    let at = mro.iter().position(|t| t.is(class.as_obj()))?;
    mro.iter().skip(at + 1).find_map(|t| t.get::<Type>()?.dict().get_str(name))
}

fn bind(vm: &Vm, found: Obj, object: &Obj, start: &Ref<Type>) -> Res<Obj> {
    match found.ty().slots.descr_get.get() {
        Some(get) => {
            // For a class as the object, methods come out as from the class itself.
            let instance = Some(object).filter(|o| !o.is(start.as_obj()));
            get(vm, &found, instance, Some(start.as_obj()))
        }
        None => Ok(found),
    }
}

fn getattro_optional(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Option<Obj>> {
    let interned = vm.attribute_name(name)?;
    if let Some(own) = obj.get::<Super>()
        && !interned.is(&vm.names.__class__)
    {
        let parts = (own.class.borrow().clone(), own.object_class.borrow().clone(), own.object.get());
        if let (Some(class), Some(start), Some(object)) = parts
            && let Some(found) = find(&class, &start, &interned)
        {
            return bind(vm, found, &object, &start).map(Some);
        }
    }
    vm.generic_getattr_optional(obj, name)
}

fn getattro(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Obj> {
    match getattro_optional(vm, obj, name)? {
        Some(value) => Ok(value),
        None => Err(vm.no_attribute(obj, &vm.attribute_name(name)?)),
    }
}

fn descr_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _owner: Option<&Obj>) -> Res<Obj> {
    let (Some(own), Some(instance)) = (obj.get::<Super>(), instance) else { return Ok(obj.clone()) };
    if instance.is(&vm.none) || !own.object.is_none() {
        return Ok(obj.clone());
    }
    let Some(class) = own.class.borrow().clone() else { return Ok(obj.clone()) };
    vm.call(obj.ty().as_obj(), &[class.into_obj(), instance.clone()])
}

impl Vm {
    /// `super`
    #[inline]
    pub fn super_type(&self) -> &'static Ref<Type> {
        self.native_type(&SUPER)
    }

    /// `super(class, object).name` without making the proxy. With `wants_method` a plain function comes back unbound,
    /// and false with it. Nothing if there is no such attribute.
    pub fn super_lookup(
        &self,
        class: &Ref<Type>,
        object: &Obj,
        name: &Ref<Str>,
        wants_method: bool,
    ) -> Res<Option<(Obj, bool)>> {
        if name.is(&self.names.__class__) {
            return Ok(None);
        }
        let start = check(self, class, object)?;
        let Some(found) = find(class, &start, name) else { return Ok(None) };
        if wants_method && found.ty().has_flag(TypeFlags::METHOD_DESCRIPTOR) && !object.is(start.as_obj()) {
            return Ok(Some((found, false)));
        }
        bind(self, found, object, &start).map(|value| Some((value, true)))
    }

    /// A new featureless object, equal to itself alone.
    pub fn new_sentinel(&self) -> Obj {
        Ref::new(&self.types.object, Plain).into_obj()
    }
}
