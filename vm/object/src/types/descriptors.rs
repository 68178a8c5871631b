//! The descriptors of native types: methods, slot wrappers, getsets, members (CPython's `descrobject.c`).

use super::native::{Binding, CallKind, GetSetDef, MemberDef, NativeDef, NativeType, split_doc};
use super::slotdefs::Wrap;
use super::slots::SlotValue;
use super::{CompareOp, Type, TypeFlags};
use crate::payload::{
    GetSetDescriptor, Int, MemberDescriptor, MemberPlace, MethodDescriptor, MethodWrapper, NativeFunction,
    WrapperDescriptor,
};
use crate::raw::{Layout as _, Obj, ObjCell, Ref, Str};
use crate::vm::{Args, Res, Vm};

/// What all descriptors have: a name and the type they stand in.
trait Descriptor {
    fn name(&self) -> &str;
    fn owner(&self) -> &Ref<Type>;
}

macro_rules! descriptor {
    ($payload:ident, $d:ident, $name:expr) => {
        impl Descriptor for $payload {
            fn name(&self) -> &str {
                let $d = self;
                $name
            }
            fn owner(&self) -> &Ref<Type> {
                &self.owner
            }
        }
    };
}

descriptor!(MethodDescriptor, d, d.def.name);
descriptor!(WrapperDescriptor, d, d.def.name);
descriptor!(GetSetDescriptor, d, d.def.name);

impl Descriptor for MemberDescriptor {
    fn name(&self) -> &str {
        // Names of slots may hold anything; only native ones and ASCII ones are asked for by text.
        self.name.as_ascii().unwrap_or("?")
    }
    fn owner(&self) -> &Ref<Type> {
        &self.owner
    }
}

fn with<T>(vm: &Vm, obj: &Obj, f: impl Fn(&dyn Descriptor) -> T) -> Res<T> {
    if let Some(d) = obj.get::<MethodDescriptor>() {
        Ok(f(d))
    } else if let Some(d) = obj.get::<WrapperDescriptor>() {
        Ok(f(d))
    } else if let Some(d) = obj.get::<GetSetDescriptor>() {
        Ok(f(d))
    } else if let Some(d) = obj.get::<MemberDescriptor>() {
        Ok(f(d))
    } else {
        Err(vm.type_error("a descriptor is needed"))
    }
}

fn get_name(vm: &Vm, obj: &Obj) -> Res<Obj> {
    if let Some(member) = obj.get::<MemberDescriptor>() {
        return Ok(member.name.as_obj().clone());
    }
    with(vm, obj, |d| vm.intern(d.name()).into_obj())
}

fn get_objclass(vm: &Vm, obj: &Obj) -> Res<Obj> {
    with(vm, obj, |d| d.owner().as_obj().clone())
}

fn get_qualname(vm: &Vm, obj: &Obj) -> Res<Obj> {
    with(vm, obj, |d| vm.str(&format!("{}.{}", vm.type_qualname(d.owner()), d.name())))
}

const MEMBERS: &[MemberDef] =
    &[MemberDef::read_only("__objclass__", get_objclass, ""), MemberDef::read_only("__name__", get_name, "")];

fn doc_of(obj: &Obj) -> &'static str {
    if let Some(d) = obj.get::<MethodDescriptor>() {
        d.def.doc
    } else if let Some(d) = obj.get::<WrapperDescriptor>() {
        d.def.doc
    } else if let Some(d) = obj.get::<MethodWrapper>() {
        d.descriptor.def.doc
    } else if let Some(d) = obj.get::<GetSetDescriptor>() {
        d.def.doc
    } else if let Some(d) = obj.get::<NativeFunction>() {
        d.def.doc
    } else if let Some(MemberPlace::Native(def)) = obj.get::<MemberDescriptor>().map(|d| &d.place) {
        def.0.doc
    } else {
        ""
    }
}

fn get_doc(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(split_doc(doc_of(obj)).1.map_or_else(|| vm.none.clone(), |doc| vm.str(doc)))
}

fn get_signature(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(split_doc(doc_of(obj)).0.map_or_else(|| vm.none.clone(), |doc| vm.str(doc)))
}

/// For pickling: `getattr(owner, name)`.
fn reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let getattr = vm.builtin("getattr")?;
    let (owner, name) = (get_objclass(vm, obj)?, get_name(vm, obj)?);
    Ok(vm.tuple([getattr, vm.tuple([owner, name])]))
}

const REDUCE: &[NativeDef] = &[NativeDef::no_args("__reduce__", reduce, "")];

const METHOD_GETSET: &[GetSetDef] = &[
    GetSetDef::read_only("__doc__", get_doc, ""),
    GetSetDef::read_only("__qualname__", get_qualname, ""),
    GetSetDef::read_only("__text_signature__", get_signature, ""),
];

pub(super) static METHOD_DESCRIPTOR: NativeType =
    NativeType::new("method_descriptor", MethodDescriptor::VTABLE)
        .flags(TypeFlags::METHOD_DESCRIPTOR.with(TypeFlags::HAVE_VECTORCALL))
        .slots(|s| {
            s.repr.set(Some(method_repr));
            s.call.set(Some(method_call));
            s.descr_get.set(Some(method_get));
        })
        .methods(REDUCE)
        .members(MEMBERS)
        .getset(METHOD_GETSET)
        .size(56, 0);

pub(super) static CLASSMETHOD_DESCRIPTOR: NativeType =
    NativeType::new("classmethod_descriptor", MethodDescriptor::VTABLE)
        .slots(|s| {
            s.repr.set(Some(method_repr));
            s.call.set(Some(class_method_call));
            s.descr_get.set(Some(class_method_get));
        })
        .methods(REDUCE)
        .members(MEMBERS)
        .getset(METHOD_GETSET)
        .size(56, 0);

pub(super) static WRAPPER_DESCRIPTOR: NativeType =
    NativeType::new("wrapper_descriptor", WrapperDescriptor::VTABLE)
        .flags(TypeFlags::METHOD_DESCRIPTOR)
        .slots(|s| {
            s.repr.set(Some(wrapper_repr));
            s.call.set(Some(wrapper_call));
            s.descr_get.set(Some(wrapper_get));
        })
        .methods(REDUCE)
        .members(MEMBERS)
        .getset(METHOD_GETSET)
        .size(56, 0);

pub(super) static GETSET_DESCRIPTOR: NativeType =
    NativeType::new("getset_descriptor", GetSetDescriptor::VTABLE)
        .slots(|s| {
            s.repr.set(Some(attribute_repr));
            s.descr_get.set(Some(getset_get));
            s.descr_set.set(Some(getset_set));
        })
        .members(MEMBERS)
        .getset(&[
            GetSetDef::read_only("__doc__", get_doc, ""),
            GetSetDef::read_only("__qualname__", get_qualname, ""),
        ])
        .size(48, 0);

pub(super) static MEMBER_DESCRIPTOR: NativeType =
    NativeType::new("member_descriptor", MemberDescriptor::VTABLE)
        .slots(|s| {
            s.repr.set(Some(attribute_repr));
            s.descr_get.set(Some(member_get));
            s.descr_set.set(Some(member_set));
        })
        .methods(REDUCE)
        .members(MEMBERS)
        .getset(&[
            GetSetDef::read_only("__doc__", get_doc, ""),
            GetSetDef::read_only("__qualname__", get_qualname, ""),
        ])
        .size(64, 0);

pub(super) static METHOD_WRAPPER: NativeType = NativeType::new("method-wrapper", MethodWrapper::VTABLE)
    .slots(|s| {
        s.repr.set(Some(method_wrapper_repr));
        s.call.set(Some(method_wrapper_call));
        s.hash.set(Some(|_, obj| {
            let Some(w) = obj.get::<MethodWrapper>() else { return Ok(0) };
            Ok((w.receiver.id() as i64 >> 4) ^ (w.descriptor.as_obj().id() as i64 >> 4))
        }));
        s.richcompare.set(Some(|vm, a, b, op| {
            let (Some(x), Some(y)) = (a.get::<MethodWrapper>(), b.get::<MethodWrapper>()) else {
                return Ok(vm.not_implemented.clone());
            };
            let same = x.descriptor.is(&y.descriptor) && x.receiver.is(&y.receiver);
            match op {
                CompareOp::Eq => Ok(vm.bool(same)),
                CompareOp::Ne => Ok(vm.bool(!same)),
                _ => Ok(vm.not_implemented.clone()),
            }
        }));
    })
    .methods(&[NativeDef::no_args(
        "__reduce__",
        |vm, obj, _| {
            let Some(w) = obj.get::<MethodWrapper>() else { return Ok(vm.none.clone()) };
            let getattr = vm.builtin("getattr")?;
            Ok(vm.tuple([getattr, vm.tuple([w.receiver.clone(), vm.str(w.descriptor.def.name)])]))
        },
        "",
    )])
    .members(&[MemberDef::read_only(
        "__self__",
        |vm, obj| Ok(obj.get::<MethodWrapper>().map_or_else(|| vm.none.clone(), |w| w.receiver.clone())),
        "",
    )])
    .getset(&[
        GetSetDef::read_only(
            "__objclass__",
            |vm, obj| {
                let w = obj.get::<MethodWrapper>();
                Ok(w.map_or_else(|| vm.none.clone(), |w| w.descriptor.owner.as_obj().clone()))
            },
            "",
        ),
        GetSetDef::read_only(
            "__name__",
            |vm, obj| {
                let w = obj.get::<MethodWrapper>();
                Ok(w.map_or_else(|| vm.none.clone(), |w| vm.str(w.descriptor.def.name)))
            },
            "",
        ),
        GetSetDef::read_only(
            "__qualname__",
            |vm, obj| match obj.get::<MethodWrapper>() {
                Some(w) => get_qualname(vm, w.descriptor.as_obj()),
                None => Ok(vm.none.clone()),
            },
            "",
        ),
        GetSetDef::read_only("__doc__", get_doc, ""),
        GetSetDef::read_only("__text_signature__", get_signature, ""),
    ])
    .size(32, 0);

fn method_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    with(vm, obj, |d| vm.str(&format!("<method '{}' of '{}' objects>", d.name(), d.owner().name())))
}

fn wrapper_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    with(vm, obj, |d| vm.str(&format!("<slot wrapper '{}' of '{}' objects>", d.name(), d.owner().name())))
}

fn attribute_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let what = if obj.get::<GetSetDescriptor>().is_some() { "attribute" } else { "member" };
    with(vm, obj, |d| vm.str(&format!("<{what} '{}' of '{}' objects>", d.name(), d.owner().name())))
}

fn method_wrapper_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(w) = obj.get::<MethodWrapper>() else { return Ok(vm.none.clone()) };
    Ok(vm.str(&format!(
        "<method-wrapper '{}' of {} object at {:#x}>",
        w.descriptor.def.name,
        w.receiver.ty().name(),
        w.receiver.id()
    )))
}

/// Checks the arguments of a native function by its kind. `name` makes the name for the error.
pub fn check_call_kind(vm: &Vm, def: &NativeDef, args: Args<'_>, name: impl Fn() -> String) -> Res<()> {
    if def.kind == CallKind::Keywords {
        return Ok(());
    }
    if !args.kwnames.is_empty() {
        return Err(vm.type_error(format!("{} takes no keyword arguments", name())));
    }
    match (def.kind, args.values.len()) {
        (CallKind::NoArgs, n) if n != 0 => {
            Err(vm.type_error(format!("{} takes no arguments ({n} given)", name())))
        }
        (CallKind::One, n) if n != 1 => {
            Err(vm.type_error(format!("{} takes exactly one argument ({n} given)", name())))
        }
        _ => Ok(()),
    }
}

/// `owner.method(instance, …)`
fn method_call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(d) = obj.get::<MethodDescriptor>() else { return Err(vm.system_error("method descriptor")) };
    let Some(receiver) = args.pos().first() else {
        return Err(vm.type_error(format!(
            "unbound method {}.{}() needs an argument",
            d.owner.short_name(),
            d.def.name
        )));
    };
    if !receiver.ty().is_subtype_of(&d.owner) {
        return Err(vm.type_error(format!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            d.def.name,
            d.owner.name(),
            receiver.ty().name()
        )));
    }
    let rest = Args { values: &args.values[1..], kwnames: args.kwnames };
    check_call_kind(vm, d.def, rest, || format!("{}.{}()", d.owner.short_name(), d.def.name))?;
    (d.def.call)(vm, receiver, rest)
}

fn method_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _owner: Option<&Obj>) -> Res<Obj> {
    let (Some(d), Some(instance)) = (obj.get::<MethodDescriptor>(), instance) else { return Ok(obj.clone()) };
    check_instance(vm, instance, d)?;
    Ok(vm.native_function_bound(d.def, Some(instance.clone())))
}

fn check_instance(vm: &Vm, instance: &Obj, d: &dyn Descriptor) -> Res<()> {
    if instance.ty().is_subtype_of(d.owner()) {
        return Ok(());
    }
    Err(vm.type_error(format!(
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        d.name(),
        d.owner().name(),
        instance.ty().name()
    )))
}

fn class_method_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, owner: Option<&Obj>) -> Res<Obj> {
    let Some(d) = obj.get::<MethodDescriptor>() else { return Ok(obj.clone()) };
    let class = match (owner, instance) {
        (Some(owner), _) => owner.clone(),
        (None, Some(instance)) => instance.ty().as_obj().clone(),
        (None, None) => {
            return Err(vm.type_error(format!(
                "descriptor '{}' for type '{}' needs either an object or a type",
                d.def.name,
                d.owner.name()
            )));
        }
    };
    let Some(ty) = class.downcast::<Type>() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
            d.def.name,
            d.owner.name(),
            class.ty().name()
        )));
    };
    if !ty.is_subtype_of(&d.owner) {
        return Err(vm.type_error(format!(
            "descriptor '{}' requires a subtype of '{}' but received '{}'",
            d.def.name,
            d.owner.name(),
            ty.name()
        )));
    }
    Ok(vm.native_function_bound(d.def, Some(class)))
}

fn class_method_call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(d) = obj.get::<MethodDescriptor>() else { return Err(vm.system_error("method descriptor")) };
    let Some(class) = args.pos().first() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' of '{}' object needs an argument",
            d.def.name,
            d.owner.name()
        )));
    };
    let bound = class_method_get(vm, obj, None, Some(class))?;
    vm.call_args(&bound, Args { values: &args.values[1..], kwnames: args.kwnames })
}

fn wrapper_call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(d) = obj.get::<WrapperDescriptor>() else { return Err(vm.system_error("slot wrapper")) };
    let Some(receiver) = args.pos().first() else {
        return Err(vm.type_error(format!(
            "descriptor '{}' of '{}' object needs an argument",
            d.def.name,
            d.owner.name()
        )));
    };
    if !receiver.ty().is_subtype_of(&d.owner) {
        return Err(vm.type_error(format!(
            "descriptor '{}' requires a '{}' object but received a '{}'",
            d.def.name,
            d.owner.name(),
            receiver.ty().name()
        )));
    }
    call_wrapped(vm, d, receiver, Args { values: &args.values[1..], kwnames: args.kwnames })
}

fn wrapper_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _owner: Option<&Obj>) -> Res<Obj> {
    let (Some(d), Some(instance)) = (obj.downcast::<WrapperDescriptor>(), instance) else {
        return Ok(obj.clone());
    };
    check_instance(vm, instance, &**d)?;
    let wrapper = MethodWrapper { descriptor: d.clone(), receiver: instance.clone() };
    Ok(Ref::new(&vm.types.method_wrapper, wrapper).into_obj())
}

fn method_wrapper_call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(w) = obj.get::<MethodWrapper>() else { return Err(vm.system_error("method-wrapper")) };
    call_wrapped(vm, &w.descriptor, &w.receiver, args)
}

/// An index argument, negative ones turned if the length is known (`getindex`).
fn index_argument(vm: &Vm, obj: &Obj, value: &Obj) -> Res<isize> {
    let index = vm.index_as_isize(value, Some(&vm.exc.overflow_error))?;
    match obj.ty().slots.sq_length.get() {
        Some(len) if index < 0 => Ok(index + len(vm, obj)? as isize),
        _ => Ok(index),
    }
}

/// Calls a slot as a method, with the arguments of its dunder method (`wrap_*`). A class may have `object.__str__` for its
/// `__repr__`: each then calls the other.
fn call_wrapped(vm: &Vm, d: &WrapperDescriptor, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    vm.recurse(" while calling a Python object", || call_slot(vm, d, obj, args))
}

fn call_slot(vm: &Vm, d: &WrapperDescriptor, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = d.def.name;
    let wrap = d.def.wrap;
    if let (Wrap::Call, SlotValue::Call(call)) = (wrap, d.wrapped) {
        return call(vm, obj, args);
    }
    if let (Wrap::Init, SlotValue::Init(init)) = (wrap, d.wrapped) {
        init(vm, obj, args)?;
        return Ok(vm.none.clone());
    }
    if !args.kwnames.is_empty() {
        return Err(vm.type_error(format!("wrapper {name}() takes no keyword arguments")));
    }
    let values = args.values;
    let count = |min: usize, max: usize| -> Res<()> {
        let n = values.len();
        if (min..=max).contains(&n) {
            return Ok(());
        }
        if min == max {
            let s = if min == 1 { "" } else { "s" };
            return Err(vm.type_error(format!("expected {min} argument{s}, got {n}")));
        }
        let (word, bound) = if n < min { ("at least", min) } else { ("at most", max) };
        let s = if bound == 1 { "" } else { "s" };
        Err(vm.type_error(format!("{name} expected {word} {bound} argument{s}, got {n}")))
    };
    let none = || vm.none.clone();
    match (wrap, d.wrapped) {
        (Wrap::Unary, SlotValue::Unary(f)) => {
            count(0, 0)?;
            f(vm, obj)
        }
        (Wrap::Inquiry, SlotValue::Inquiry(f)) => {
            count(0, 0)?;
            Ok(vm.bool(f(vm, obj)?))
        }
        (Wrap::Binary | Wrap::BinaryLeft, SlotValue::Binary(f)) => {
            count(1, 1)?;
            f(vm, obj, &values[0])
        }
        (Wrap::BinaryRight, SlotValue::Binary(f)) => {
            count(1, 1)?;
            f(vm, &values[0], obj)
        }
        (Wrap::Ternary | Wrap::TernaryRight, _) if !(1..=2).contains(&values.len()) => {
            Err(vm.type_error(format!("expected 1 or 2 arguments, got {}", values.len())))
        }
        (Wrap::Ternary, SlotValue::Ternary(f)) => f(vm, obj, &values[0], values.get(1).unwrap_or(&vm.none)),
        (Wrap::TernaryRight, SlotValue::Ternary(f)) => {
            f(vm, &values[0], obj, values.get(1).unwrap_or(&vm.none))
        }
        (Wrap::Len, SlotValue::Len(f)) => {
            count(0, 0)?;
            Ok(vm.int(f(vm, obj)? as i64))
        }
        (Wrap::Index, SlotValue::Index(f)) => {
            count(1, 1)?;
            let index = vm.index_as_isize(&values[0], Some(&vm.exc.overflow_error))?;
            f(vm, obj, index)
        }
        (Wrap::Item, SlotValue::Index(f)) => {
            count(1, 1)?;
            f(vm, obj, index_argument(vm, obj, &values[0])?)
        }
        (Wrap::SetIndex, SlotValue::IndexAssign(f)) => {
            count(2, 2)?;
            f(vm, obj, index_argument(vm, obj, &values[0])?, Some(&values[1]))?;
            Ok(none())
        }
        (Wrap::DelIndex, SlotValue::IndexAssign(f)) => {
            count(1, 1)?;
            f(vm, obj, index_argument(vm, obj, &values[0])?, None)?;
            Ok(none())
        }
        (Wrap::SetItem | Wrap::DescrSet, SlotValue::Assign(f)) => {
            count(2, 2)?;
            f(vm, obj, &values[0], Some(&values[1]))?;
            Ok(none())
        }
        (Wrap::DelItem | Wrap::DescrDelete, SlotValue::Assign(f)) => {
            count(1, 1)?;
            f(vm, obj, &values[0], None)?;
            Ok(none())
        }
        (Wrap::SetAttr, SlotValue::Assign(f)) => {
            count(2, 2)?;
            check_setattr(vm, obj, d, "__setattr__")?;
            f(vm, obj, &values[0], Some(&values[1]))?;
            Ok(none())
        }
        (Wrap::DelAttr, SlotValue::Assign(f)) => {
            count(1, 1)?;
            check_setattr(vm, obj, d, "__delattr__")?;
            f(vm, obj, &values[0], None)?;
            Ok(none())
        }
        (Wrap::Contains, SlotValue::Contains(f)) => {
            count(1, 1)?;
            Ok(vm.bool(f(vm, obj, &values[0])?))
        }
        (Wrap::Hash, SlotValue::Hash(f)) => {
            count(0, 0)?;
            Ok(vm.int(f(vm, obj)?))
        }
        (Wrap::Compare(op), SlotValue::Compare(f)) => {
            count(1, 1)?;
            f(vm, obj, &values[0], op)
        }
        (Wrap::Next, SlotValue::Next(next)) => {
            count(0, 0)?;
            vm.next_or_stop(obj, next)
        }
        (Wrap::DescrGet, SlotValue::DescrGet(f)) => {
            count(1, 2)?;
            let given = |value: Option<&'_ Obj>| value.filter(|v| !v.is(&vm.none)).cloned();
            let (instance, owner) = (given(values.first()), given(values.get(1)));
            if instance.is_none() && owner.is_none() {
                return Err(vm.type_error("__get__(None, None) is invalid"));
            }
            f(vm, obj, instance.as_ref(), owner.as_ref())
        }
        (Wrap::Finalize, SlotValue::Finalize(f)) => {
            count(0, 0)?;
            f(vm, obj);
            Ok(none())
        }
        _ => Err(vm.system_error(format!("slot wrapper '{name}' of another kind"))),
    }
}

/// `object.__setattr__` must not be used to get around a native type's own (Carlo Verre's hack).
fn check_setattr(vm: &Vm, obj: &Obj, d: &WrapperDescriptor, what: &str) -> Res<()> {
    let SlotValue::Assign(own) = d.wrapped else { return Ok(()) };
    // The nearest native base decides.
    let mut ty = obj.ty().clone();
    while ty.is_heap_type() {
        match ty.base() {
            Some(base) => ty = base,
            None => break,
        }
    }
    let fits = ty.slots.setattro.get().is_none_or(|f| std::ptr::fn_addr_eq(f, own));
    if fits {
        return Ok(());
    }
    Err(vm.type_error(format!("can't apply this {what} to {} object", obj.ty().name())))
}

fn getset_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _owner: Option<&Obj>) -> Res<Obj> {
    let (Some(d), Some(instance)) = (obj.get::<GetSetDescriptor>(), instance) else { return Ok(obj.clone()) };
    check_instance(vm, instance, d)?;
    (d.def.get)(vm, instance)
}

fn getset_set(vm: &Vm, obj: &Obj, instance: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(d) = obj.get::<GetSetDescriptor>() else { return Ok(()) };
    check_instance(vm, instance, d)?;
    match d.def.set {
        Some(set) => set(vm, instance, value),
        None => Err(vm.attribute_error(format!(
            "attribute '{}' of '{}' objects is not writable",
            d.def.name,
            d.owner.name()
        ))),
    }
}

fn member_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _owner: Option<&Obj>) -> Res<Obj> {
    let (Some(d), Some(instance)) = (obj.get::<MemberDescriptor>(), instance) else { return Ok(obj.clone()) };
    check_instance(vm, instance, d)?;
    match &d.place {
        MemberPlace::Native(def) => (def.0.get)(vm, instance),
        MemberPlace::Slot(index) => match instance.slot(*index) {
            Some(value) => Ok(value),
            None => {
                let class = vm.type_full_name(instance.ty());
                let message = format!("'{class}' object has no attribute '{}'", d.name.to_text_lossy());
                Err(vm.attribute_error_named(instance, &d.name, &message))
            }
        },
    }
}

fn member_set(vm: &Vm, obj: &Obj, instance: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(d) = obj.get::<MemberDescriptor>() else { return Ok(()) };
    check_instance(vm, instance, d)?;
    match &d.place {
        MemberPlace::Native(def) => match def.0.set {
            Some(set) => set(vm, instance, value),
            None => Err(vm.attribute_error("readonly attribute")),
        },
        MemberPlace::Slot(index) => {
            let old = instance.set_slot(*index, value.cloned());
            if value.is_none() && old.is_none() {
                // The name is all that CPython says here.
                return Err(vm.attribute_error(d.name.to_text_lossy()));
            }
            Ok(())
        }
    }
}

pub(super) static BUILTIN_FUNCTION: NativeType =
    NativeType::new("builtin_function_or_method", NativeFunction::VTABLE)
        .flags(TypeFlags::HAVE_VECTORCALL)
        .slots(|s| {
            s.repr.set(Some(function_repr));
            s.call.set(Some(function_call));
            s.hash.set(Some(|_, obj| {
                let Some(f) = obj.get::<NativeFunction>() else { return Ok(0) };
                let receiver = f.receiver.get().map_or(0, |r| r.id() as i64 >> 4);
                let hash = receiver ^ (f.def as *const NativeDef as i64 >> 4);
                Ok(if hash == -1 { -2 } else { hash })
            }));
            s.richcompare.set(Some(function_compare));
        })
        .methods(&[NativeDef::no_args("__reduce__", function_reduce, "")])
        .members(&[MemberDef::new(
            "__module__",
            |vm, obj| {
                let module = obj.get::<NativeFunction>().and_then(|f| f.module.get());
                Ok(module.unwrap_or_else(|| vm.none.clone()))
            },
            |_, obj, value| {
                if let Some(f) = obj.get::<NativeFunction>() {
                    f.module.set(value.cloned());
                }
                Ok(())
            },
            "",
        )])
        .getset(&[
            GetSetDef::read_only("__doc__", get_doc, ""),
            GetSetDef::read_only(
                "__name__",
                |vm, obj| {
                    Ok(obj.get::<NativeFunction>().map_or_else(|| vm.none.clone(), |f| vm.str(f.def.name)))
                },
                "",
            ),
            GetSetDef::read_only("__qualname__", function_qualname, ""),
            GetSetDef::read_only(
                "__self__",
                |vm, obj| {
                    // A static method knows the type that it stands in, but is not bound to it.
                    let function = obj.get::<NativeFunction>().filter(|f| f.def.binding != Binding::Static);
                    let receiver = function.and_then(|f| f.receiver.get());
                    Ok(receiver.unwrap_or_else(|| vm.none.clone()))
                },
                "",
            ),
            GetSetDef::read_only("__text_signature__", get_signature, ""),
        ])
        .size(56, 0)
        .offsets(0, 40);

/// Whether the receiver is something that methods are bound to, rather than a module.
fn is_bound_method(receiver: &Option<Obj>) -> bool {
    receiver.as_ref().is_some_and(|r| r.kind() != crate::raw::Kind::Module)
}

fn function_qualname(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(f) = obj.get::<NativeFunction>() else { return Ok(vm.none.clone()) };
    Ok(vm.str(&native_function_name(vm, f)))
}

/// The qualified name of a native function: with its type, if it is bound to an instance or class.
fn native_function_name(vm: &Vm, f: &NativeFunction) -> String {
    match f.receiver.get() {
        Some(receiver) if receiver.kind() != crate::raw::Kind::Module => {
            let class = match receiver.downcast::<Type>() {
                Some(ty) => vm.type_qualname(ty),
                None => vm.type_qualname(receiver.ty()),
            };
            format!("{class}.{}", f.def.name)
        }
        _ => f.def.name.to_owned(),
    }
}

fn function_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(f) = obj.get::<NativeFunction>() else { return Ok(vm.none.clone()) };
    match f.receiver.get() {
        Some(receiver) if is_bound_method(&Some(receiver.clone())) => Ok(vm.str(&format!(
            "<built-in method {} of {} object at {:#x}>",
            f.def.name,
            receiver.ty().name(),
            receiver.id()
        ))),
        _ => Ok(vm.str(&format!("<built-in function {}>", f.def.name))),
    }
}

fn function_compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<NativeFunction>(), b.get::<NativeFunction>()) else {
        return Ok(vm.not_implemented.clone());
    };
    let same_receiver = match (x.receiver.get(), y.receiver.get()) {
        (Some(x), Some(y)) => x.is(&y),
        (None, None) => true,
        _ => false,
    };
    let same = same_receiver && std::ptr::eq(x.def, y.def);
    match op {
        CompareOp::Eq => Ok(vm.bool(same)),
        CompareOp::Ne => Ok(vm.bool(!same)),
        _ => Ok(vm.not_implemented.clone()),
    }
}

fn function_reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let Some(f) = obj.get::<NativeFunction>() else { return Ok(vm.none.clone()) };
    let receiver = f.receiver.get();
    if !is_bound_method(&receiver) {
        return Ok(vm.str(f.def.name));
    }
    let getattr = vm.builtin("getattr")?;
    Ok(vm.tuple([getattr, vm.tuple([receiver.unwrap_or_else(|| vm.none.clone()), vm.str(f.def.name)])]))
}

fn function_call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(f) = obj.get::<NativeFunction>() else { return Err(vm.system_error("native function")) };
    check_call_kind(vm, f.def, args, || {
        let name = native_function_name(vm, f);
        match f.module.get().as_ref().and_then(|m| m.get::<Str>()) {
            Some(module) if !module.is_text("builtins") => format!("{}.{name}()", module.to_text_lossy()),
            _ => format!("{name}()"),
        }
    })?;
    match f.receiver.get() {
        Some(receiver) => (f.def.call)(vm, &receiver, args),
        None => (f.def.call)(vm, &vm.none, args),
    }
}

impl Vm {
    /// The value of an `int` object that fits a word.
    pub fn int_value(&self, obj: &Obj) -> Option<i64> {
        obj.get::<Int>().and_then(Int::small)
    }

    /// A place for an optional object as an attribute value.
    pub fn or_none(&self, cell: &ObjCell) -> Obj {
        cell.get().unwrap_or_else(|| self.none.clone())
    }
}
