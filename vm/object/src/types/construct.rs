//! `type.__new__`: making a class (CPython's `type_new`).

use super::{Type, TypeFlags, TypeSpec};
use crate::payload::{
    CellObject, ClassMethod, GetSetDescriptor, MemberDescriptor, MemberPlace, StaticMethod,
};
use crate::raw::dict::Dict;
use crate::raw::{Kind, Obj, ObjCell, Ref, SharedKeys, Str, Tuple};
use crate::types::GetSetDef;
use crate::vm::{Args, Res, Vm};

static DICT_GETSET: GetSetDef = GetSetDef::new(
    "__dict__",
    |vm, obj| match native_dict(vm, obj) {
        Some((descriptor, get, _)) => get(vm, &descriptor, Some(obj), Some(obj.ty().as_obj())),
        None => super::object_dict(vm, obj),
    },
    |vm, obj, value| match native_dict(vm, obj) {
        Some((descriptor, _, Some(set))) => set(vm, &descriptor, obj, value),
        Some((_, _, None)) => Err(vm.type_error("this __dict__ descriptor does not support an instance")),
        None if value.is_none() => super::set_object_dict(vm, obj, Some(vm.dict().as_obj())),
        None => super::set_object_dict(vm, obj, value),
    },
    "dictionary for instance variables",
);

/// What reads and writes the `__dict__` that a native base brings along (`get_builtin_base_with_dict`).
fn native_dict(vm: &Vm, obj: &Obj) -> Option<(Obj, super::DescrGetFn, Option<super::AssignFn>)> {
    let native =
        std::iter::successors(Some(obj.ty().clone()), |ty| ty.base()).find(|ty| !ty.is_heap_type())?;
    let descriptor = vm.type_lookup(&native, &vm.names.__dict__)?;
    let slots = &descriptor.ty().slots;
    Some((descriptor.clone(), slots.descr_get.get()?, slots.descr_set.get()))
}

static WEAKREF_GETSET: GetSetDef = GetSetDef::read_only(
    "__weakref__",
    |vm, obj| {
        let first = crate::raw::weak::references(obj).into_iter().next();
        Ok(first.unwrap_or_else(|| vm.none.clone()))
    },
    "list of weak references to the object",
);

pub(super) fn new(vm: &Vm, meta: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [name, bases, namespace] = args.pos() else {
        return Err(
            vm.type_error(format!("type.__new__() takes exactly 3 arguments ({} given)", args.pos().len()))
        );
    };
    let expect = |ok: bool, index: usize, what: &str, got: &Obj| -> Res<()> {
        if ok {
            return Ok(());
        }
        Err(vm.type_error(format!("type.__new__() argument {index} must be {what}, not {}", got.ty().name())))
    };
    expect(name.get::<Str>().is_some(), 1, "str", name)?;
    expect(bases.get::<Tuple>().is_some(), 2, "tuple", bases)?;
    expect(namespace.get::<Dict>().is_some(), 3, "dict", namespace)?;
    let (Some(name), Some(bases), Some(namespace)) =
        (name.downcast::<Str>(), bases.downcast::<Tuple>(), namespace.downcast::<Dict>())
    else {
        return Err(vm.system_error("type.__new__() arguments"));
    };
    if !bases.is_empty() {
        for base in bases.iter() {
            if base.get::<Type>().is_none() && vm.getattr_optional(base, &vm.names.__mro_entries__)?.is_some()
            {
                return Err(
                    vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
                );
            }
        }
    }
    let winner = vm.calculate_metaclass(meta, bases)?;
    if !winner.is(meta)
        && let Some(other) = winner.slots.new.get()
        && !std::ptr::fn_addr_eq(other, new as super::NewFn)
    {
        return other(vm, &winner, args);
    }
    let ty = make(vm, &winner, name, bases, namespace)?;
    set_names(vm, &ty)?;
    init_subclass(vm, &ty, args)?;
    Ok(ty.into_obj())
}

impl Vm {
    /// The most derived metaclass of these bases (`_PyType_CalculateMetaclass`).
    pub fn calculate_metaclass(&self, meta: &Ref<Type>, bases: &[Obj]) -> Res<Ref<Type>> {
        let mut winner = meta.clone();
        for base in bases {
            let own = base.ty();
            if winner.is_subtype_of(own) {
                continue;
            }
            if own.is_subtype_of(&winner) {
                winner = own.clone();
                continue;
            }
            return Err(self.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        Ok(winner)
    }

    /// A heap type of these bases, for native code.
    pub fn new_class(&self, name: &str, bases: &[Obj], namespace: &Ref<Dict>) -> Res<Ref<Type>> {
        let args = [self.str(name), self.tuple(bases.iter().cloned()), namespace.as_obj().clone()];
        let made = self.call(self.types.r#type.as_obj(), &args)?;
        made.into_ref().map_err(|_| self.type_error("the metaclass made no type"))
    }
}

/// What `__slots__` says.
struct SlotsSpec {
    /// The mangled names, sorted as CPython sorts them.
    names: Vec<Ref<Str>>,
    add_dict: bool,
    add_weakref: bool,
}

fn make(
    vm: &Vm,
    meta: &Ref<Type>,
    name: &Ref<Str>,
    bases: &Ref<Tuple>,
    namespace: &Ref<Dict>,
) -> Res<Ref<Type>> {
    let base = vm.best_base(bases)?;
    let bases_obj = if bases.is_empty() { vm.tuple([base.as_obj().clone()]) } else { bases.as_obj().clone() };
    let text = vm.utf8_text(name)?;
    if text.contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let dict = vm.dict();
    vm.dict_update(&dict, namespace.as_obj())?;
    let spec = read_slots(vm, name, &base, &bases_obj, &dict)?;
    let behind = (base.instances_have_dict() || spec.add_dict) && !own_dict_kind(&base);
    // Values stand inline behind payloads of fixed size alone, as in CPython.
    let fixed_size = base.layout().kind() == Kind::Object;
    let mut flags =
        TypeFlags::HEAPTYPE.with(TypeFlags::BASETYPE).with(TypeFlags::READY).with(TypeFlags::HAVE_GC);
    if spec.add_dict || base.has_flag(TypeFlags::MANAGED_DICT) {
        flags = flags.with(TypeFlags::MANAGED_DICT);
    }
    if behind && fixed_size {
        flags = flags.with(TypeFlags::INLINE_VALUES);
    }
    if spec.add_weakref {
        flags = flags.with(TypeFlags::MANAGED_WEAKREF).with(TypeFlags::WEAKLY_REFERENCEABLE);
    }
    let first_slot = base.slot_count();
    let ty = Ref::new(
        meta,
        Type::new(TypeSpec {
            name: text.into(),
            layout: base.layout(),
            base: Some(base.clone()),
            slot_count: first_slot + spec.names.len(),
            has_dict: behind,
            inline_values: fixed_size,
            flags,
            dict: Some(dict.clone()),
        }),
    );
    ty.exception_fields.set(base.exception_fields.get());
    ty.bases.set(Some(bases_obj));
    {
        let mut all = base.slot_names.borrow().clone();
        all.extend(spec.names.iter().map(|n| n.as_obj().clone()));
        *ty.slot_names.borrow_mut() = all;
    }
    fill_dict(vm, &ty, name, &dict)?;
    if let Some(keys) = ty.shared_keys() {
        let assigned = dict.get_str(&vm.names.__static_attributes__);
        let own = assigned.and_then(|names| names.get::<Tuple>().map(|names| names.len())).unwrap_or(0);
        keys.expect(own + base.shared_keys().map_or(0, SharedKeys::expected));
    }
    vm.inherit_flags(&ty, &base);
    // The class cell is set early: `mro()` of a metaclass may call methods that use it.
    if let Some(cell) = dict.remove_str(&vm.names.__classcell__) {
        match cell.get::<CellObject>() {
            Some(cell) => cell.0.set(Some(ty.as_obj().clone())),
            None => {
                return Err(vm.type_error(format!(
                    "__classcell__ must be a nonlocal cell, not {}",
                    object_name(vm, cell.ty())?
                )));
            }
        }
    }
    if let Some(cell) = dict.remove_str(&vm.names.__classdictcell__) {
        match cell.get::<CellObject>() {
            Some(cell) => cell.0.set(Some(dict.as_obj().clone())),
            None => {
                return Err(vm.type_error(format!(
                    "__classdictcell__ must be a nonlocal cell, not {}",
                    object_name(vm, cell.ty())?
                )));
            }
        }
    }
    for (index, name) in spec.names.iter().enumerate() {
        let place = MemberPlace::Slot(first_slot + index);
        let member = MemberDescriptor { name: name.clone(), place, owner: ty.clone() };
        dict.set_str(name, Ref::new(&vm.types.member_descriptor, member).into_obj());
    }
    let add_getset = |def: &'static GetSetDef| {
        let key = vm.intern(def.name);
        if dict.get_str(&key).is_none() {
            let getset = GetSetDescriptor { def, owner: ty.clone() };
            dict.set_str(&key, Ref::new(&vm.types.getset_descriptor, getset).into_obj());
        }
    };
    if spec.add_dict {
        add_getset(&DICT_GETSET);
    }
    if spec.add_weakref {
        add_getset(&WEAKREF_GETSET);
    }
    let default = |name: &Ref<Str>| {
        if dict.get_str(name).is_none() {
            dict.set_str(name, vm.none.clone());
        }
    };
    default(&vm.names.__doc__);
    let mro = vm.invoke_mro(&ty)?;
    // An `mro` of a program may have set the bases, and the MRO with them.
    if ty.mro.is_none() {
        ty.mro.set(Some(vm.tuple(mro)));
    }
    // A class that says what equality is says what its hash is, too.
    if dict.get_str(&vm.names.__eq__).is_some() {
        default(&vm.names.__hash__);
    }
    vm.inherit_collection_flags(&ty);
    for base in ty.bases_vec() {
        vm.add_subclass(&base, &ty);
    }
    vm.inherit_slots(&ty);
    vm.fix_slots(&ty);
    if !dict.has_only_str_keys() && dict.to_vec().iter().any(|(key, _)| key.get::<Str>().is_none()) {
        let message = format!("non-string key in the __dict__ of class {}", ty.name());
        vm.warn(&vm.exc.runtime_warning, &message, 1)?;
    }
    Ok(ty)
}

fn object_name(vm: &Vm, ty: &Ref<Type>) -> Res<String> {
    vm.repr_text(ty.as_obj())
}

/// Types whose payload holds the instance dict itself.
fn own_dict_kind(ty: &Type) -> bool {
    matches!(ty.layout().kind(), Kind::Type | Kind::Module | Kind::Function)
}

/// Reads `__slots__` from the namespace (`type_new_slots`).
fn read_slots(vm: &Vm, class: &Ref<Str>, base: &Ref<Type>, bases: &Obj, dict: &Ref<Dict>) -> Res<SlotsSpec> {
    let dict_possible = !base.instances_have_dict() && !own_dict_kind(base);
    let weakref_possible = !base.has_flag(TypeFlags::WEAKLY_REFERENCEABLE) && !has_items(base);
    let Some(declared) = dict.get_str(&vm.names.__slots__) else {
        return Ok(SlotsSpec { names: Vec::new(), add_dict: dict_possible, add_weakref: weakref_possible });
    };
    let items = match declared.get::<Str>() {
        Some(_) => vec![declared.clone()],
        None => vm.iter_to_vec(&declared)?,
    };
    if !items.is_empty() && has_items(base) {
        return Err(
            vm.type_error(format!("nonempty __slots__ not supported for subtype of '{}'", base.name()))
        );
    }
    let mut spec = SlotsSpec { names: Vec::new(), add_dict: false, add_weakref: false };
    for item in &items {
        let Some(item) = item.downcast::<Str>() else {
            return Err(vm.type_error(format!("__slots__ items must be strings, not '{}'", item.ty().name())));
        };
        if !is_identifier(item) {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
        if item.is_text("__dict__") {
            if !dict_possible || spec.add_dict {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            spec.add_dict = true;
        } else if item.is_text("__weakref__") {
            if !weakref_possible || spec.add_weakref {
                return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
            }
            spec.add_weakref = true;
        } else {
            let name = mangle(vm, class, item);
            if dict.get_str(&name).is_some()
                && !item.is_text("__qualname__")
                && !item.is_text("__classcell__")
                && !item.is_text("__classdictcell__")
            {
                return Err(vm.value_error(format!(
                    "{} in __slots__ conflicts with class variable",
                    vm.repr_text(name.as_obj())?
                )));
            }
            spec.names.push(name);
        }
    }
    spec.names.sort_by(|a, b| a.compare(b));
    // Another base may bring a dict or weak references along.
    if let Some(bases) = bases.get::<Tuple>() {
        for other in bases.iter().filter_map(|b| b.downcast::<Type>()).filter(|b| !b.is(base)) {
            if dict_possible && !spec.add_dict && other.instances_have_dict() {
                spec.add_dict = true;
            }
            if weakref_possible && !spec.add_weakref && other.has_flag(TypeFlags::WEAKLY_REFERENCEABLE) {
                spec.add_weakref = true;
            }
        }
    }
    Ok(spec)
}

/// Whether instances have a varying size, in CPython's layout.
fn has_items(ty: &Ref<Type>) -> bool {
    matches!(ty.layout().kind(), Kind::Int | Kind::Tuple | Kind::Bytes | Kind::Type)
}

fn is_identifier(name: &Str) -> bool {
    let Some(text) = name.to_text() else { return false };
    let mut chars = text.chars();
    let starts = |c: char| c == '_' || c.is_alphabetic();
    chars.next().is_some_and(starts) && chars.all(|c| starts(c) || c.is_alphanumeric() || !c.is_ascii())
}

/// `__x` in class `C` is `_C__x`.
fn mangle(vm: &Vm, class: &Str, name: &Ref<Str>) -> Ref<Str> {
    let text = name.to_text_lossy();
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return vm.intern_str(name.clone());
    }
    let class = class.to_text_lossy();
    match class.trim_start_matches('_') {
        "" => vm.intern_str(name.clone()),
        stripped => vm.intern(&format!("_{stripped}{text}")),
    }
}

/// Module, qualname, doc, implicit static and class methods, hash (`type_new_set_attrs`).
fn fill_dict(vm: &Vm, ty: &Ref<Type>, name: &Ref<Str>, dict: &Ref<Dict>) -> Res<()> {
    let names = vm.names;
    if dict.get_str(&names.__module__).is_none()
        && let Some(globals) = vm.hooks.globals.get().and_then(|globals| globals(vm))
        && let Some(module) = globals.get_str(&names.__name__)
    {
        dict.set_str(&names.__module__, module);
    }
    match dict.remove_str(&names.__qualname__) {
        Some(qualname) => {
            if qualname.get::<Str>().is_none() {
                return Err(
                    vm.type_error(format!("type __qualname__ must be a str, not {}", qualname.ty().name()))
                );
            }
            ty.qualname.set(Some(qualname));
        }
        None => ty.qualname.set(Some(name.as_obj().clone())),
    }
    if let Some(found) = dict.get_str(&names.__new__)
        && found.is_exactly(&vm.types.function)
    {
        let wrapped = StaticMethod { callable: ObjCell::new(Some(found)) };
        dict.set_str(&names.__new__, Ref::new(&vm.types.staticmethod, wrapped).into_obj());
    }
    for special in [&names.__init_subclass__, &names.__class_getitem__] {
        if let Some(found) = dict.get_str(special)
            && found.is_exactly(&vm.types.function)
        {
            let wrapped = ClassMethod { callable: ObjCell::new(Some(found)) };
            dict.set_str(special, Ref::new(&vm.types.classmethod, wrapped).into_obj());
        }
    }
    if let Some(doc) = dict.get_str(&names.__doc__).as_ref().and_then(|doc| doc.downcast::<Str>()) {
        vm.utf8_text(doc)?;
    }
    Ok(())
}

/// Calls `__set_name__` of everything in the namespace that has it.
fn set_names(vm: &Vm, ty: &Ref<Type>) -> Res<()> {
    for (key, value) in ty.dict().to_vec() {
        let Some(method) = vm.lookup_special(&value, &vm.names.__set_name__)? else { continue };
        if let Err(raised) = vm.call(&method, &[ty.as_obj().clone(), key.clone()]) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.ty().name(),
                vm.repr_text(&key)?,
                ty.name()
            );
            vm.add_note(&raised, &note)?;
            return Err(raised);
        }
    }
    Ok(())
}

/// `super(T, T).__init_subclass__(**kwargs)`
fn init_subclass(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<()> {
    let Some(mro) = ty.mro_tuple() else { return Ok(()) };
    let Some(own) = mro.iter().position(|class| class.is(ty.as_obj())) else {
        let name = ty.name();
        return Err(vm.type_error(format!(
            "super(type, obj): obj (type {name}) is not an instance or subtype of type ({name})."
        )));
    };
    let name = &vm.names.__init_subclass__;
    for class in mro.iter().skip(own + 1).filter_map(|c| c.downcast::<Type>()) {
        let Some(found) = class.dict().get_str(name) else { continue };
        let bound = match found.ty().slots.descr_get.get() {
            Some(get) => get(vm, &found, None, Some(ty.as_obj()))?,
            None => found,
        };
        let keywords = &args.values[args.pos().len()..];
        vm.call_args(&bound, Args { values: keywords, kwnames: args.kwnames })?;
        return Ok(());
    }
    Ok(())
}
