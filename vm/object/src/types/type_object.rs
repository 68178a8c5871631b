//! `type`: calling a class, its attributes, `__bases__` and `__class__` machinery (CPython's `typeobject.c`).

use std::rc::Rc;

use super::native::{GetSetDef, MemberDef, NativeDef, NativeType};
use super::{Type, TypeFlags, construct, object_type};
use crate::payload::MappingProxy;
use crate::raw::dict::Dict;
use crate::raw::{Layout as _, Obj, Ref, Str, Tuple};
use crate::vm::{Args, Res, Vm};

pub(super) static TYPE: NativeType = NativeType::new("type", Type::VTABLE)
    .subclassable()
    .flags(TypeFlags::HAVE_VECTORCALL.with(TypeFlags::ITEMS_AT_END))
    .doc("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type")
    .slots(|s| {
        s.new.set(Some(construct::new));
        s.init.set(Some(init));
        s.call.set(Some(call));
        s.repr.set(Some(repr));
        s.getattro.set(Some(getattro));
        s.getattro_optional.set(Some(getattro_optional));
        s.setattro.set(Some(setattro));
        s.nb_or.set(Some(or));
    })
    .methods(&[
        NativeDef::no_args("mro", mro, "($self, /)\n--\n\nReturn a type's method resolution order."),
        NativeDef::no_args(
            "__subclasses__",
            |vm, ty, _| Ok(vm.list(this(vm, ty)?.live_subclasses().into_iter().map(Ref::into_obj).collect())),
            "($self, /)\n--\n\nReturn a list of immediate subclasses.",
        ),
        NativeDef::keywords(
            "__prepare__",
            |vm, _, _| Ok(vm.dict().into_obj()),
            "($cls, name, bases, /, **kwds)\n--\n\nCreate the namespace for the class statement",
        )
        .class_method(),
        NativeDef::one(
            "__instancecheck__",
            |vm, ty, args| Ok(vm.bool(vm.real_is_instance(&args.values[0], ty)?)),
            "($self, instance, /)\n--\n\nCheck if an object is an instance.",
        ),
        NativeDef::one(
            "__subclasscheck__",
            |vm, ty, args| Ok(vm.bool(vm.real_is_subclass(&args.values[0], ty)?)),
            "($self, subclass, /)\n--\n\nCheck if a class is a subclass.",
        ),
        NativeDef::no_args("__dir__", dir, "($self, /)\n--\n\nSpecialized __dir__ implementation for types."),
        NativeDef::no_args(
            "__sizeof__",
            sizeof,
            "($self, /)\n--\n\nReturn memory consumption of the type object.",
        ),
    ])
    .members(&[
        MemberDef::read_only("__basicsize__", |vm, ty| Ok(vm.int(vm.type_sizes(this(vm, ty)?).0 as i64)), ""),
        MemberDef::read_only("__itemsize__", |vm, ty| Ok(vm.int(vm.type_sizes(this(vm, ty)?).1 as i64)), ""),
        MemberDef::read_only(
            "__flags__",
            |vm, ty| Ok(vm.int(i64::from(shown_flags(this(vm, ty)?).0 as u32))),
            "",
        ),
        MemberDef::read_only("__weakrefoffset__", |vm, ty| Ok(vm.int(weakref_offset(this(vm, ty)?))), ""),
        MemberDef::read_only(
            "__base__",
            |vm, ty| Ok(this(vm, ty)?.base().map_or_else(|| vm.none.clone(), Ref::into_obj)),
            "",
        ),
        MemberDef::read_only("__dictoffset__", |vm, ty| Ok(vm.int(dict_offset(this(vm, ty)?))), ""),
    ])
    .getset(&[
        GetSetDef::new("__name__", get_name, set_name, ""),
        GetSetDef::new("__qualname__", get_qualname, set_qualname, ""),
        GetSetDef::new("__bases__", get_bases, set_bases, ""),
        GetSetDef::read_only(
            "__mro__",
            |vm, ty| Ok(this(vm, ty)?.mro.get().unwrap_or_else(|| vm.none.clone())),
            "",
        ),
        GetSetDef::new("__module__", get_module, set_module, ""),
        GetSetDef::new("__abstractmethods__", get_abstract, set_abstract, ""),
        GetSetDef::read_only("__dict__", get_dict, ""),
        GetSetDef::new("__doc__", get_doc, set_doc, ""),
        GetSetDef::read_only("__text_signature__", get_text_signature, ""),
        GetSetDef::new("__annotations__", get_annotations, set_annotations, ""),
        GetSetDef::new("__annotate__", get_annotate, set_annotate, ""),
        GetSetDef::new("__type_params__", get_type_params, set_type_params, ""),
    ])
    .size(936, 40)
    .offsets(264, 368);

/// The receiver as a type.
pub(super) fn this<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<Type>> {
    obj.downcast::<Type>().ok_or_else(|| vm.type_error("a type is needed"))
}

/// The declaration of the nearest native type.
fn native_of(ty: &Ref<Type>) -> Option<&'static NativeType> {
    let mut at = ty.clone();
    loop {
        if let Some(native) = at.native.get() {
            return Some(native);
        }
        at = at.base()?;
    }
}

/// The flags as CPython's type of this name has them.
fn shown_flags(ty: &Type) -> TypeFlags {
    match ty.native.get() {
        Some(native) if native.is_from_spec() => {
            TypeFlags(ty.flags().0 & !TypeFlags::STATIC_BUILTIN.0).with(TypeFlags::HEAPTYPE)
        }
        _ => ty.flags(),
    }
}

fn dict_offset(ty: &Ref<Type>) -> i64 {
    if ty.has_flag(TypeFlags::MANAGED_DICT) {
        return -1;
    }
    native_of(ty).map_or(0, |native| native.dict_offset)
}

fn weakref_offset(ty: &Ref<Type>) -> i64 {
    if ty.has_flag(TypeFlags::MANAGED_WEAKREF) {
        return -32;
    }
    native_of(ty).map_or(0, |native| native.weakref_offset)
}

impl Vm {
    /// `__qualname__`.
    pub fn type_qualname(&self, ty: &Type) -> Rc<str> {
        match ty.qualname.get() {
            Some(name) => match name.get::<Str>() {
                Some(name) => name.to_text_lossy().into(),
                None => ty.short_name(),
            },
            None => ty.short_name(),
        }
    }

    /// `__module__`, if there is one.
    pub fn type_module(&self, ty: &Type) -> Option<Obj> {
        match ty.native.get() {
            Some(native) if !ty.is_heap_type() => Some(self.intern(native.module).into_obj()),
            _ if !ty.is_heap_type() => Some(self.names.builtins.as_obj().clone()),
            _ => ty.dict().get_str(&self.names.__module__),
        }
    }

    /// `__basicsize__` and `__itemsize__`, as CPython lays instances out.
    pub fn type_sizes(&self, ty: &Type) -> (usize, usize) {
        let mut slots = 0;
        let mut at = None;
        loop {
            let here = at.as_ref().map_or(ty, |t: &Ref<Type>| t);
            if let Some(native) = here.native.get() {
                return (native.basic_size + slots * 8, native.item_size);
            }
            let Some(base) = here.base() else { return (16, 0) };
            slots += here.slot_count() - base.slot_count();
            at = Some(base);
        }
    }

    /// `builtins.name`
    pub fn builtin(&self, name: &str) -> Res<Obj> {
        let module = match self.hooks.import.get() {
            Some(import) => import(self, "builtins")?,
            None => return Err(self.runtime_error("no import system is installed")),
        };
        self.getattr_text(&module, name)
    }

    /// Whether an attribute of this name may be set on the type at all.
    fn check_mutable(&self, ty: &Type, name: &str) -> Res<()> {
        if ty.has_flag(TypeFlags::IMMUTABLETYPE) {
            return Err(
                self.type_error(format!("cannot set '{name}' attribute of immutable type '{}'", ty.name()))
            );
        }
        Ok(())
    }
}

/// `T(…)`: `__new__`, then `__init__` (`type_call`).
fn call(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let ty = this(vm, class)?;
    if ty.is(&vm.types.r#type) {
        if let ([one], true) = (args.values, args.kwnames.is_empty()) {
            return Ok(one.ty().as_obj().clone());
        }
        if args.pos().len() != 3 {
            return Err(vm.type_error("type() takes 1 or 3 arguments"));
        }
    }
    let Some(new) = ty.slots.new.get() else {
        return Err(vm.type_error(format!("cannot create '{}' instances", ty.name())));
    };
    let made = new(vm, ty, args)?;
    if !made.ty().is_subtype_of(ty) {
        return Ok(made);
    }
    if let Some(init) = made.ty().slots.init.get() {
        init(vm, &made, args)?;
    }
    Ok(made)
}

fn init(vm: &Vm, _class: &Obj, args: Args<'_>) -> Res<()> {
    match args.pos().len() {
        1 if !args.kwnames.is_empty() => Err(vm.type_error("type.__init__() takes no keyword arguments")),
        1 | 3 => Ok(()),
        _ => Err(vm.type_error("type.__init__() takes 1 or 3 arguments")),
    }
}

fn repr(vm: &Vm, class: &Obj) -> Res<Obj> {
    let name = object_type::qualified_type_name(vm, this(vm, class)?)?;
    Ok(vm.str(&format!("<class '{name}'>")))
}

/// `T | U`; unions are a type of a crate above.
fn or(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    match vm.hooks.union.get() {
        Some(union) => union(vm, a, b),
        None => Ok(vm.not_implemented.clone()),
    }
}

/// `type.__getattribute__`
fn getattro(vm: &Vm, class: &Obj, name: &Obj) -> Res<Obj> {
    match getattro_optional(vm, class, name)? {
        Some(value) => Ok(value),
        None => Err(vm.no_attribute(class, &vm.attribute_name(name)?)),
    }
}

fn getattro_optional(vm: &Vm, class: &Obj, name: &Obj) -> Res<Option<Obj>> {
    let ty = this(vm, class)?;
    let name = match name.downcast::<Str>() {
        Some(name) if name.is_interned() => name,
        _ => &vm.attribute_name(name)?,
    };
    let meta = ty.ty().clone();
    let meta_found = vm.type_lookup(&meta, name);
    let meta_get = meta_found.as_ref().and_then(|f| f.ty().slots.descr_get.get());
    if let (Some(found), Some(get)) = (&meta_found, meta_get)
        && found.ty().slots.descr_set.get().is_some()
    {
        return get(vm, found, Some(class), Some(meta.as_obj())).map(Some);
    }
    if let Some(found) = vm.type_lookup(ty, name) {
        return match found.ty().slots.descr_get.get() {
            Some(get) => get(vm, &found, None, Some(class)).map(Some),
            None => Ok(Some(found)),
        };
    }
    match (meta_found, meta_get) {
        (Some(found), Some(get)) => get(vm, &found, Some(class), Some(meta.as_obj())).map(Some),
        (found, _) => Ok(found),
    }
}

/// `type.__setattr__`
fn setattro(vm: &Vm, class: &Obj, name: &Obj, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    let Some(text) = name.downcast::<Str>() else {
        return Err(vm.type_error(format!("attribute name must be string, not '{}'", name.ty().name())));
    };
    vm.check_mutable(ty, &text.to_text_lossy())?;
    let name = vm.intern_str(text.clone());
    if let Some(found) = vm.type_lookup(ty.ty(), &name)
        && let Some(set) = found.ty().slots.descr_set.get()
    {
        return set(vm, &found, class, value);
    }
    let old = match value {
        Some(value) => {
            let old = ty.dict().get_str(&name);
            ty.dict().set_str(&name, value.clone());
            old
        }
        None => match ty.dict().remove_str(&name) {
            Some(old) => Some(old),
            None => return Err(vm.no_attribute(class, &name)),
        },
    };
    // The old value dies after the slots know the new one.
    vm.note_attribute_change(ty, &name)?;
    drop(old);
    Ok(())
}

fn mro(vm: &Vm, class: &Obj, _args: Args<'_>) -> Res<Obj> {
    let mro = vm.compute_mro(this(vm, class)?)?;
    Ok(vm.list(mro))
}

fn dir(vm: &Vm, class: &Obj, _args: Args<'_>) -> Res<Obj> {
    let names = vm.dict();
    object_type::merge_class_dict(vm, &names, class)?;
    Ok(vm.list(names.to_vec().into_iter().map(|(k, _)| k).collect()))
}

fn sizeof(vm: &Vm, class: &Obj, _args: Args<'_>) -> Res<Obj> {
    // Heap types carry the method tables behind the object.
    let class = this(vm, class)?;
    // A class keeps its methods' tables behind the object, and beside it the keys that its instances share.
    let (table, keys) = (936, if class.shared_keys().is_some() { 768 } else { 0 });
    Ok(vm.int(if class.is_heap_type() { table + keys } else { 416 }))
}

fn text_value(vm: &Vm, ty: &Type, value: Option<&Obj>, name: &str) -> Res<Ref<Str>> {
    vm.check_mutable(ty, name)?;
    let Some(value) = value else {
        return Err(
            vm.type_error(format!("cannot delete '{name}' attribute of immutable type '{}'", ty.name()))
        );
    };
    match value.downcast::<Str>() {
        Some(text) => Ok(text.clone()),
        None => Err(vm.type_error(format!(
            "can only assign string to {}.{name}, not '{}'",
            ty.name(),
            value.ty().name()
        ))),
    }
}

fn get_name(vm: &Vm, class: &Obj) -> Res<Obj> {
    let name = this(vm, class)?.short_name();
    Ok(vm.intern(&name).into_obj())
}

fn set_name(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    let text = text_value(vm, ty, value, "__name__")?;
    if text.code_points().any(|c| c == 0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    *ty.name.borrow_mut() = vm.utf8_text(&text)?.into();
    Ok(())
}

fn get_qualname(vm: &Vm, class: &Obj) -> Res<Obj> {
    let ty = this(vm, class)?;
    Ok(ty.qualname.get().unwrap_or_else(|| vm.intern(&ty.short_name()).into_obj()))
}

fn set_qualname(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    let text = text_value(vm, ty, value, "__qualname__")?;
    ty.qualname.set(Some(text.into_obj()));
    Ok(())
}

fn get_module(vm: &Vm, class: &Obj) -> Res<Obj> {
    let ty = this(vm, class)?;
    vm.type_module(ty).ok_or_else(|| vm.attribute_error("__module__"))
}

fn set_module(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    set_dict_entry(vm, class, &vm.names.__module__, value)?;
    // Where the class begins was said of the module that it had before.
    drop(this(vm, class)?.dict().remove_str(&vm.names.__firstlineno__));
    Ok(())
}

/// Sets an entry of the class's dict that is shown as an attribute.
fn set_dict_entry(vm: &Vm, class: &Obj, name: &Ref<Str>, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    let text = name.to_text_lossy();
    vm.check_mutable(ty, &text)?;
    let Some(value) = value else {
        return Err(
            vm.type_error(format!("cannot delete '{text}' attribute of immutable type '{}'", ty.name()))
        );
    };
    ty.dict().set_str(name, value.clone());
    vm.type_modified(ty);
    Ok(())
}

fn get_bases(vm: &Vm, class: &Obj) -> Res<Obj> {
    Ok(this(vm, class)?.bases.get().unwrap_or_else(|| vm.empty_tuple.clone().into_obj()))
}

/// `T.__bases__ = …`: the layout must stay, and all MROs below are computed anew.
fn set_bases(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    vm.check_mutable(ty, "__bases__")?;
    let Some(value) = value else {
        return Err(
            vm.type_error(format!("cannot delete '__bases__' attribute of immutable type '{}'", ty.name()))
        );
    };
    let Some(bases) = value.downcast::<Tuple>() else {
        return Err(vm.type_error(format!(
            "can only assign tuple to {}.__bases__, not {}",
            ty.name(),
            value.ty().name()
        )));
    };
    if bases.is_empty() {
        return Err(
            vm.type_error(format!("can only assign non-empty tuple to {}.__bases__, not ()", ty.name()))
        );
    }
    for base in bases.iter() {
        let Some(base) = base.downcast::<Type>() else {
            return Err(vm.type_error(format!(
                "{}.__bases__ must be tuple of classes, not '{}'",
                ty.name(),
                base.ty().name()
            )));
        };
        // While an `mro` of a program runs, the chain of bases is ahead of what the MROs say.
        let mut chain = std::iter::successors(Some(base.clone()), |base| base.base());
        if base.is_subtype_of(ty) || chain.any(|base| base.is(ty)) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = vm.best_base(bases)?;
    let old_base = ty.base();
    if let Some(old_base) = &old_base {
        object_type::check_compatible(vm, old_base, &new_base, "__bases__")?;
    }
    let old_bases = ty.bases_vec();
    let old_tuple = ty.bases.replace(Some(value.clone()));
    ty.set_base(Some(new_base));
    match remake_mros(vm, ty) {
        Ok(()) => {}
        Err(raised) => {
            // Unless an `mro` of a program has set other ones meanwhile.
            if ty.bases.get().is_some_and(|bases| bases.is(value)) {
                ty.bases.set(old_tuple);
                ty.set_base(old_base);
            }
            return Err(raised);
        }
    }
    if !ty.bases.get().is_some_and(|bases| bases.is(value)) {
        return Ok(());
    }
    for base in &old_bases {
        vm.remove_subclass(base, ty);
    }
    for base in ty.bases_vec() {
        vm.add_subclass(&base, ty);
    }
    let mut work = vec![ty.clone()];
    while let Some(ty) = work.pop() {
        vm.type_modified(&ty);
        vm.inherit_slots(&ty);
        vm.fix_slots(&ty);
        work.extend(ty.live_subclasses());
    }
    Ok(())
}

fn same_place(a: &Option<Obj>, b: &Option<Obj>) -> bool {
    a.as_ref().map(Obj::id) == b.as_ref().map(Obj::id)
}

/// Computes the MROs of a type and everything below; on an error all stay as they were.
fn remake_mros(vm: &Vm, ty: &Ref<Type>) -> Res<()> {
    let mut done: Vec<(Ref<Type>, Obj, Option<Obj>)> = Vec::new();
    let mut work = vec![ty.clone()];
    while let Some(ty) = work.pop() {
        let before = ty.mro.get();
        match vm.invoke_mro(&ty) {
            // An `mro` of a program may have set the bases, and the MROs with them.
            Ok(_) if !same_place(&before, &ty.mro.get()) => {}
            Ok(mro) => {
                let mro = vm.tuple(mro);
                let old = ty.mro.replace(Some(mro.clone()));
                ty.version.set(0);
                work.extend(ty.live_subclasses());
                done.push((ty, mro, old));
            }
            Err(raised) => {
                for (ty, new, old) in done.into_iter().rev() {
                    if ty.mro.get().is_some_and(|mro| mro.is(&new)) {
                        ty.mro.set(old);
                        ty.version.set(0);
                    }
                }
                return Err(raised);
            }
        }
    }
    Ok(())
}

fn get_abstract(vm: &Vm, class: &Obj) -> Res<Obj> {
    let ty = this(vm, class)?;
    if ty.is(&vm.types.r#type) {
        return Err(vm.attribute_error("__abstractmethods__"));
    }
    match ty.dict().get_str(&vm.names.__abstractmethods__) {
        Some(names) => Ok(names),
        None => Err(vm.attribute_error("__abstractmethods__")),
    }
}

fn set_abstract(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    let is_abstract = match value {
        Some(value) => {
            let truth = vm.is_true(value)?;
            ty.dict().set_str(&vm.names.__abstractmethods__, value.clone());
            truth
        }
        None => {
            if ty.dict().remove_str(&vm.names.__abstractmethods__).is_none() {
                return Err(vm.attribute_error("__abstractmethods__"));
            }
            false
        }
    };
    vm.type_modified(ty);
    if is_abstract {
        ty.add_flags(TypeFlags::IS_ABSTRACT);
    } else {
        ty.remove_flags(TypeFlags::IS_ABSTRACT);
    }
    Ok(())
}

fn get_dict(vm: &Vm, class: &Obj) -> Res<Obj> {
    Ok(vm.mapping_proxy(this(vm, class)?.dict().as_obj()))
}

fn get_doc(vm: &Vm, class: &Obj) -> Res<Obj> {
    let ty = this(vm, class)?;
    let Some(doc) = ty.dict().get_str(&vm.names.__doc__) else { return Ok(vm.none.clone()) };
    match doc.ty().slots.descr_get.get() {
        Some(get) => get(vm, &doc, None, Some(class)),
        None => Ok(doc),
    }
}

fn set_doc(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    set_dict_entry(vm, class, &vm.names.__doc__, value)
}

fn get_text_signature(vm: &Vm, class: &Obj) -> Res<Obj> {
    let native = this(vm, class)?.native.get();
    let signature = native.and_then(|n| super::split_doc(n.doc).0);
    Ok(signature.map_or_else(|| vm.none.clone(), |s| vm.str(s)))
}

/// The own dict's entry, bound if it is a descriptor.
fn own_entry(vm: &Vm, class: &Obj, ty: &Type, name: &Ref<Str>) -> Res<Option<Obj>> {
    let Some(value) = ty.dict().get_str(name) else { return Ok(None) };
    match value.ty().slots.descr_get.get() {
        Some(get) => get(vm, &value, None, Some(class)).map(Some),
        None => Ok(Some(value)),
    }
}

fn get_annotate(vm: &Vm, class: &Obj) -> Res<Obj> {
    let ty = this(vm, class)?;
    if !ty.is_heap_type() {
        return Err(
            vm.attribute_error(format!("type object '{}' has no attribute '__annotate__'", ty.name()))
        );
    }
    // What a program calls `__annotate__` itself comes first.
    for name in [&vm.names.__annotate__, &vm.names.__annotate_func__] {
        if let Some(found) = own_entry(vm, class, ty, name)? {
            return Ok(found);
        }
    }
    ty.dict().set_str(&vm.names.__annotate_func__, vm.none.clone());
    vm.type_modified(ty);
    Ok(vm.none.clone())
}

fn set_annotate(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    let Some(value) = value else { return Err(vm.type_error("cannot delete __annotate__ attribute")) };
    vm.check_mutable(ty, "__annotate__")?;
    if !value.is(&vm.none) && !vm.is_callable(value) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    ty.dict().set_str(&vm.names.__annotate_func__, value.clone());
    if !value.is(&vm.none) {
        drop(ty.dict().remove_str(&vm.names.__annotations_cache__));
    }
    vm.type_modified(ty);
    Ok(())
}

fn get_annotations(vm: &Vm, class: &Obj) -> Res<Obj> {
    let ty = this(vm, class)?;
    if !ty.is_heap_type() {
        return Err(
            vm.attribute_error(format!("type object '{}' has no attribute '__annotations__'", ty.name()))
        );
    }
    for name in [&vm.names.__annotations__, &vm.names.__annotations_cache__] {
        if let Some(found) = own_entry(vm, class, ty, name)? {
            return Ok(found);
        }
    }
    let annotate = get_annotate(vm, class)?;
    let annotations = if vm.is_callable(&annotate) {
        let result = vm.call1(&annotate, &vm.int(1))?;
        if result.get::<Dict>().is_none() {
            return Err(
                vm.type_error(format!("__annotate__ returned non-dict of type '{}'", result.ty().name()))
            );
        }
        result
    } else {
        vm.dict().into_obj()
    };
    ty.dict().set_str(&vm.names.__annotations_cache__, annotations.clone());
    vm.type_modified(ty);
    Ok(annotations)
}

fn set_annotations(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    let ty = this(vm, class)?;
    vm.check_mutable(ty, "__annotations__")?;
    let (plain, cache) = (&vm.names.__annotations__, &vm.names.__annotations_cache__);
    let key = if ty.dict().get_str(plain).is_some() { plain } else { cache };
    match value {
        Some(value) => ty.dict().set_str(key, value.clone()),
        None => {
            if ty.dict().remove_str(key).is_none() {
                return Err(vm.attribute_error("__annotations__"));
            }
        }
    }
    drop(ty.dict().remove_str(&vm.names.__annotate_func__));
    drop(ty.dict().remove_str(&vm.names.__annotate__));
    vm.type_modified(ty);
    Ok(())
}

fn get_type_params(vm: &Vm, class: &Obj) -> Res<Obj> {
    // In the dict of `type` itself stands what reads this.
    let own = this(vm, class)?;
    let params =
        own.dict().get_str(&vm.names.__type_params__).filter(|_| !class.is(vm.types.r#type.as_obj()));
    Ok(params.unwrap_or_else(|| vm.empty_tuple.clone().into_obj()))
}

fn set_type_params(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<()> {
    set_dict_entry(vm, class, &vm.names.__type_params__, value)
}

impl Vm {
    /// A read-only view of a mapping.
    pub fn mapping_proxy(&self, mapping: &Obj) -> Obj {
        Ref::new(&self.types.mappingproxy, MappingProxy { mapping: mapping.clone() }).into_obj()
    }
}
