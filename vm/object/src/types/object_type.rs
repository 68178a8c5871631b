//! `object`: creation, attributes, comparison, representation.

use std::rc::Rc;

use super::native::{GetSetDef, NativeDef, NativeType};
use super::{CompareOp, Type, TypeFlags};
use crate::payload::Plain;
use crate::raw::dict::Dict;
use crate::raw::{Layout as _, Obj, Ref, Str};
use crate::vm::{Args, Res, Vm};

pub(super) static OBJECT: NativeType = NativeType::new("object", Plain::VTABLE)
    .subclassable()
    .doc(
        "()\n--\n\nThe base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    )
    .slots(|s| {
        s.new.set(Some(new));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.str.set(Some(str));
        s.hash.set(Some(hash_identity));
        s.richcompare.set(Some(richcompare));
        s.getattro.set(Some(object_getattro));
        s.getattro_optional.set(Some(Vm::generic_getattr_optional));
        s.setattro.set(Some(Vm::generic_setattr));
    })
    .methods(&[
        NativeDef::one("__reduce_ex__", super::reduce::reduce_ex, "($self, protocol, /)\n--\n\nHelper for pickle."),
        NativeDef::no_args("__reduce__", super::reduce::reduce, "($self, /)\n--\n\nHelper for pickle."),
        NativeDef::no_args("__getstate__", super::reduce::getstate, "($self, /)\n--\n\nHelper for pickle."),
        NativeDef::one(
            "__subclasshook__",
            |vm, _, _| Ok(vm.not_implemented.clone()),
            "($type, object, /)\n--\n\nAbstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached).",
        )
        .class_method(),
        NativeDef::keywords(
            "__init_subclass__",
            |vm, class, args| {
                if args.values.is_empty() {
                    return Ok(vm.none.clone());
                }
                let name = class.get::<Type>().map(|t| t.name()).unwrap_or_default();
                if args.pos().is_empty() {
                    return Err(vm.type_error(format!("{name}.__init_subclass__() takes no keyword arguments")));
                }
                Err(vm.type_error(format!(
                    "{name}.__init_subclass__() takes no arguments ({} given)",
                    args.pos().len()
                )))
            },
            "($type, /)\n--\n\nThis method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.",
        )
        .class_method(),
        NativeDef::one("__format__", format, "($self, format_spec, /)\n--\n\nDefault object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise."),
        NativeDef::no_args("__sizeof__", sizeof, "($self, /)\n--\n\nSize of object in memory, in bytes."),
        NativeDef::no_args("__dir__", dir, "($self, /)\n--\n\nDefault dir() implementation."),
    ])
    .getset(&[GetSetDef::new(
        "__class__",
        |_, obj| Ok(obj.ty().as_obj().clone()),
        set_class,
        "the object's class",
    )])
    .size(16, 0);

/// `object.__getattribute__`
pub fn object_getattro(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Obj> {
    vm.generic_getattr(obj, name)
}

/// The hash of what has none.
pub fn hash_not_implemented(vm: &Vm, obj: &Obj) -> Res<i64> {
    Err(vm.unhashable(obj))
}

/// The hash of an object that is equal to itself only.
pub fn hash_identity(_vm: &Vm, obj: &Obj) -> Res<i64> {
    Ok((obj.id() as u64).rotate_right(4) as i64)
}

/// `tp_new_wrapper`: `T.__new__(S, …)`.
pub(super) fn native_new(vm: &Vm, receiver: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(ty) = receiver.downcast::<Type>() else {
        return Err(vm.system_error("__new__() called with non-type 'self'"));
    };
    let Some(first) = args.pos().first() else {
        return Err(vm.type_error(format!("{}.__new__(): not enough arguments", ty.name())));
    };
    let Some(subtype) = first.downcast::<Type>() else {
        return Err(vm.type_error(format!(
            "{}.__new__(X): X is not a type object ({})",
            ty.name(),
            first.ty().name()
        )));
    };
    if !subtype.is_subtype_of(ty) {
        return Err(vm.type_error(format!(
            "{0}.__new__({1}): {1} is not a subtype of {0}",
            ty.name(),
            subtype.name()
        )));
    }
    // The nearest native base must make the object: another payload would be left out.
    let mut native = subtype.clone();
    while native.is_heap_type() || native.slots.new.get().is_none() {
        match native.base() {
            Some(base) => native = base,
            None => break,
        }
    }
    let same = match (native.slots.new.get(), ty.slots.new.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    };
    if !same {
        return Err(vm.type_error(format!(
            "{}.__new__({}) is not safe, use {}.__new__()",
            ty.name(),
            subtype.name(),
            native.name()
        )));
    }
    match ty.slots.new.get() {
        Some(new) => new(vm, subtype, Args { values: &args.values[1..], kwnames: args.kwnames }),
        None => Err(vm.type_error(format!("cannot create '{}' instances", ty.name()))),
    }
}

fn excess(args: Args<'_>) -> bool {
    !args.values.is_empty()
}

fn is_own_new(ty: &Type) -> bool {
    ty.slots.new.get().is_some_and(|f| std::ptr::fn_addr_eq(f, new as super::NewFn))
}

fn is_own_init(ty: &Type) -> bool {
    ty.slots.init.get().is_some_and(|f| std::ptr::fn_addr_eq(f, init as super::InitFn))
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    if excess(args) {
        let ty = obj.ty();
        if !is_own_init(ty) {
            return Err(
                vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        if is_own_new(ty) {
            return Err(vm.type_error(format!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                ty.name()
            )));
        }
    }
    Ok(())
}

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    if excess(args) {
        if !is_own_new(ty) {
            return Err(
                vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
            );
        }
        if is_own_init(ty) {
            return Err(vm.type_error(format!("{}() takes no arguments", ty.name())));
        }
    }
    if ty.has_flag(TypeFlags::IS_ABSTRACT) {
        return Err(abstract_error(vm, ty)?);
    }
    if !ty.layout().same(Plain::VTABLE) {
        return Err(vm.type_error(format!("cannot create '{}' instances", ty.name())));
    }
    Ok(Ref::new(ty, Plain).into_obj())
}

fn abstract_error(vm: &Vm, ty: &Ref<Type>) -> Res<crate::vm::Raised> {
    let names = ty.dict().get_str(&vm.names.__abstractmethods__);
    let mut names = match names {
        Some(names) => vm.iter_to_vec(&names)?,
        None => Vec::new(),
    };
    vm.sort(&mut names)?;
    let quoted: Vec<String> =
        names.iter().map(|n| vm.str_text(n).map(|n| format!("'{n}'"))).collect::<Res<_>>()?;
    Ok(vm.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{} {}",
        ty.name(),
        if names.len() > 1 { "s" } else { "" },
        quoted.join(", ")
    )))
}

/// How `repr` names a type: with its module, but for builtins.
pub fn qualified_type_name(vm: &Vm, ty: &Ref<Type>) -> Res<Rc<str>> {
    let qualname = vm.type_qualname(ty);
    let module = vm.type_module(ty);
    let module = module.as_ref().and_then(|m| m.get::<Str>()).map(|m| m.to_text_lossy());
    match module {
        Some(module) if module != "builtins" => Ok(format!("{module}.{qualname}").into()),
        _ => Ok(qualname),
    }
}

impl Vm {
    /// `%T` of CPython's messages: the qualified name, with the module but for `builtins` and `__main__`
    /// (`PyType_GetFullyQualifiedName`).
    pub fn type_full_name(&self, ty: &Type) -> Rc<str> {
        if !ty.is_heap_type() {
            return ty.name();
        }
        let qualname = self.type_qualname(ty);
        let module = self.type_module(ty);
        let module = module.as_ref().and_then(|m| m.get::<Str>()).map(|m| m.to_text_lossy());
        match module {
            Some(module) if module != "builtins" && module != "__main__" => {
                format!("{module}.{qualname}").into()
            }
            _ => qualname,
        }
    }
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let name = qualified_type_name(vm, obj.ty())?;
    Ok(vm.str(&format!("<{name} object at {:#x}>", obj.id())))
}

fn str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    match obj.ty().slots.repr.get() {
        Some(own) => own(vm, obj),
        None => repr(vm, obj),
    }
}

fn richcompare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    match op {
        CompareOp::Eq if a.is(b) => Ok(vm.true_.clone()),
        CompareOp::Ne => {
            // By default the inverse of `==`.
            let Some(compare) = a.ty().slots.richcompare.get() else { return Ok(vm.not_implemented.clone()) };
            let equal = compare(vm, a, b, CompareOp::Eq)?;
            if equal.is(&vm.not_implemented) {
                return Ok(equal);
            }
            Ok(vm.bool(!vm.is_true(&equal)?))
        }
        _ => Ok(vm.not_implemented.clone()),
    }
}

fn format(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let spec = vm.str_arg("__format__", "argument", &args.values[0])?;
    if !spec.is_empty() {
        return Err(
            vm.type_error(format!("unsupported format string passed to {}.__format__", obj.ty().name()))
        );
    }
    vm.str_of(obj)
}

fn sizeof(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let (basic, item) = vm.type_sizes(obj.ty());
    let items = if item > 0 { vm.len(obj).unwrap_or(0) } else { 0 };
    Ok(vm.int((basic + item * items) as i64))
}

fn dir(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let names = vm.dict();
    if let Some(dict) = vm.getattr_optional(obj, &vm.names.__dict__)?
        && let Some(dict) = dict.get::<Dict>()
    {
        names.copy_from(dict);
    }
    if let Some(class) = vm.getattr_optional(obj, &vm.names.__class__)? {
        merge_class_dict(vm, &names, &class)?;
    }
    Ok(vm.list(names.to_vec().into_iter().map(|(k, _)| k).collect()))
}

/// Adds the attributes of a class and its bases.
pub(super) fn merge_class_dict(vm: &Vm, names: &Ref<Dict>, class: &Obj) -> Res<()> {
    if let Some(dict) = vm.getattr_optional(class, &vm.names.__dict__)? {
        let keys = vm.iter_to_vec(&dict)?;
        for key in keys {
            vm.dict_set(names, &key, vm.none.clone())?;
        }
    }
    if let Some(bases) = vm.getattr_optional(class, &vm.names.__bases__)? {
        for base in vm.iter_to_vec(&bases).unwrap_or_default() {
            vm.recurse(" in dir()", || merge_class_dict(vm, names, &base))?;
        }
    }
    Ok(())
}

fn set_class(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("can't delete __class__ attribute")) };
    let Some(new) = value.downcast::<Type>() else {
        return Err(
            vm.type_error(format!("__class__ must be set to a class, not '{}' object", value.ty().name()))
        );
    };
    let old = obj.ty().clone();
    let both_modules = new.is_subtype_of(&vm.types.module) && old.is_subtype_of(&vm.types.module);
    if !both_modules && (new.has_flag(TypeFlags::IMMUTABLETYPE) || old.has_flag(TypeFlags::IMMUTABLETYPE)) {
        return Err(
            vm.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses")
        );
    }
    check_compatible(vm, &old, new, "__class__")?;
    match obj.set_type(new.clone()) {
        true => Ok(()),
        false => Err(differs(vm, &old, new, "__class__", "object layout")),
    }
}

fn differs(vm: &Vm, old: &Type, new: &Type, attribute: &str, what: &str) -> crate::vm::Raised {
    vm.type_error(format!("{attribute} assignment: '{}' {what} differs from '{}'", new.name(), old.name()))
}

/// Checks that one type can stand for the other in instances that there are (`compatible_for_assignment`): they look the
/// same in memory, and by descent or by equal `__slots__`, not by chance.
pub(super) fn check_compatible(vm: &Vm, old: &Ref<Type>, new: &Ref<Type>, attribute: &str) -> Res<()> {
    if old.has_flag(TypeFlags::HAVE_GC) != new.has_flag(TypeFlags::HAVE_GC) {
        return Err(differs(vm, old, new, attribute, "deallocator"));
    }
    let (old_layout, new_layout) = (layout_of(old), layout_of(new));
    let same = old_layout.is(&new_layout)
        || match (old_layout.base(), new_layout.base()) {
            (Some(a), Some(b)) => a.is(&b) && adds_the_same(vm, &old_layout, &new_layout, &a),
            _ => false,
        };
    if same { Ok(()) } else { Err(differs(vm, old, new, attribute, "object layout")) }
}

fn looks_like(a: &Type, b: &Type) -> bool {
    let weak = TypeFlags::WEAKLY_REFERENCEABLE;
    a.layout().same(b.layout())
        && a.slot_count() == b.slot_count()
        && a.exception_fields.get() == b.exception_fields.get()
        && a.instances_have_dict() == b.instances_have_dict()
        && a.has_flag(weak) == b.has_flag(weak)
}

/// The highest base whose instances look like those of the type.
fn layout_of(ty: &Ref<Type>) -> Ref<Type> {
    let mut ty = ty.clone();
    while let Some(base) = ty.base().filter(|base| looks_like(&ty, base)) {
        ty = base;
    }
    ty
}

/// Whether two types add the same to a base that they have in common (`same_slots_added`).
fn adds_the_same(vm: &Vm, a: &Type, b: &Type, base: &Type) -> bool {
    let known = base.slot_names.borrow().len();
    let added = |ty: &Type| -> Vec<Obj> { ty.slot_names.borrow().iter().skip(known).cloned().collect() };
    let (of_a, of_b) = (added(a), added(b));
    looks_like(a, b)
        && of_a.len() == of_b.len()
        && of_a.iter().zip(&of_b).all(|(a, b)| vm.eq(a, b).unwrap_or(false))
}

/// `x.__dict__` of instances with a dict behind their payload.
pub fn object_dict(vm: &Vm, obj: &Obj) -> Res<Obj> {
    match vm.instance_dict(obj) {
        Some(dict) => Ok(dict.into_obj()),
        None => Err(vm.no_attribute(obj, &vm.names.__dict__)),
    }
}

/// `x.__dict__ = …` of types that do not let go of it.
pub fn set_object_dict(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let value = match value {
        Some(value) => match value.downcast::<Dict>() {
            Some(dict) => dict.clone(),
            None => {
                return Err(vm.type_error(format!(
                    "__dict__ must be set to a dictionary, not a '{}'",
                    value.ty().name()
                )));
            }
        },
        None => return Err(vm.type_error("cannot delete __dict__")),
    };
    if obj.set_instance_dict(value) {
        return Ok(());
    }
    Err(vm.no_attribute(obj, &vm.names.__dict__))
}
