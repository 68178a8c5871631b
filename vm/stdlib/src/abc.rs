//! `_abc` (`_abc.c`): which classes count as subclasses of an abstract base class.

use std::cell::Cell;

use builtins::weakref;
use object::{
    Args, Layout as _, List, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res, Set, Tuple, Type,
    TypeFlags, Visitor, Vm, WeakRef,
};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("_abc", "Module contains faster C implementation of abc.ABCMeta").functions(&[
        NativeDef::no_args(
            "get_cache_token",
            |vm, _, _| Ok(vm.int_unsigned(vm.state::<Registrations>().0.get())),
            "($module, /)\n--\n\nReturns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) identifying\nthe current version of the ABC cache for virtual subclasses.  The token\nchanges with every call to register() on any ABC.",
        ),
        NativeDef::one(
            "_abc_init",
            |vm, _, args| init(vm, &args.values[0]),
            "($module, self, /)\n--\n\nInternal ABC helper for class set-up. Should be never used outside abc module.",
        ),
        NativeDef::one(
            "_reset_registry",
            |vm, _, args| with_data(vm, &args.values[0], |data| data.registry.reset()),
            "($module, self, /)\n--\n\nInternal ABC helper to reset registry of a given class.\n\nShould be only used by refleak.py",
        ),
        NativeDef::one(
            "_reset_caches",
            |vm, _, args| with_data(vm, &args.values[0], |data| {
                data.cache.reset();
                data.negative_cache.reset();
            }),
            "($module, self, /)\n--\n\nInternal ABC helper to reset both caches of a given class.\n\nShould be only used by refleak.py",
        ),
        NativeDef::one(
            "_get_dump",
            get_dump,
            "($module, self, /)\n--\n\nInternal ABC helper for cache and registry debugging.\n\nReturn shallow copies of registry, of both caches, and\nnegative cache version. Don't call this function directly,\ninstead use ABC._dump_registry() for a nice repr.",
        ),
        NativeDef::positional(
            "_abc_register",
            |vm, _, args| {
                let [class, subclass] = args.exact(vm, "_abc_register")?;
                register(vm, class, subclass)
            },
            "($module, self, subclass, /)\n--\n\nInternal ABC helper for subclasss registration. Should be never used outside abc module.",
        ),
        NativeDef::positional(
            "_abc_instancecheck",
            |vm, _, args| {
                let [class, instance] = args.exact(vm, "_abc_instancecheck")?;
                instance_check(vm, class, instance)
            },
            "($module, self, instance, /)\n--\n\nInternal ABC helper for instance checks. Should be never used outside abc module.",
        ),
        NativeDef::positional(
            "_abc_subclasscheck",
            |vm, _, args| {
                let [class, subclass] = args.exact(vm, "_abc_subclasscheck")?;
                Ok(vm.bool(subclass_check(vm, class, subclass)?))
            },
            "($module, self, subclass, /)\n--\n\nInternal ABC helper for subclasss checks. Should be never used outside abc module.",
        ),
    ]);

/// The flags that tell patterns whether a class is a sequence or a mapping.
const COLLECTION_FLAGS: TypeFlags = TypeFlags::SEQUENCE.with(TypeFlags::MAPPING);

/// How many registrations there were: negative answers are good for as long as there is no new one.
#[derive(Default)]
struct Registrations(Cell<u64>);

/// A set of weak references to classes, made when it gets its first member.
#[derive(Default)]
struct WeakSet(ObjCell);

impl WeakSet {
    fn set(&self) -> Option<Ref<Set>> {
        self.0.get()?.into_ref().ok()
    }

    fn reset(&self) {
        if let Some(set) = self.set() {
            set.clear();
        }
    }

    fn contains(&self, vm: &Vm, class: &Obj) -> Res<bool> {
        let Some(set) = self.set().filter(|set| !set.is_empty()) else { return Ok(false) };
        match weakref::reference(vm, &vm.types.weakref, class, None) {
            Ok(reference) => vm.set_contains(&set, &reference),
            // What cannot be weakly referenced was never put in.
            Err(raised) if raised.is_instance(&vm.exc.type_error) => Ok(false),
            Err(raised) => Err(raised),
        }
    }

    /// Adds a class; its entry goes when the class goes.
    fn add(&self, vm: &Vm, class: &Obj) -> Res<()> {
        let set = match self.set() {
            Some(set) => set,
            None => {
                let set = vm.set();
                self.0.set(Some(set.as_obj().clone()));
                set
            }
        };
        let set_reference = weakref::reference(vm, &vm.types.weakref, set.as_obj(), None)?;
        let remove = vm.native_function_bound(&REMOVE, Some(set_reference));
        let reference = weakref::reference(vm, &vm.types.weakref, class, Some(&remove))?;
        vm.set_add(&set, reference)
    }

    fn copy(&self, vm: &Vm) -> Res<Obj> {
        let copy = vm.set();
        if let Some(set) = self.set() {
            vm.set_update(&copy, set.as_obj())?;
        }
        Ok(copy.into_obj())
    }
}

/// Takes a dead reference (the argument) out of a set (the receiver is a weak reference to it).
static REMOVE: NativeDef = NativeDef::one(
    "_destroy",
    |vm, receiver, args| {
        if let Some(set) = receiver.get::<WeakRef>().and_then(WeakRef::target)
            && let Some(set) = set.get::<Set>()
        {
            let key = &args.values[0];
            let hash = vm.hash(key)?;
            drop(set.remove(hash, key, |own, key| vm.eq(own, key))?);
        }
        Ok(vm.none.clone())
    },
    "",
);

/// The payload of `_abc_data`, the attribute `_abc_impl` of each abstract base class.
#[derive(Default)]
struct Data {
    registry: WeakSet,
    /// Classes known as subclasses.
    cache: WeakSet,
    /// Classes known as none, as long as `negative_version` is the number of registrations.
    negative_cache: WeakSet,
    negative_version: Cell<u64>,
}

impl Payload for Data {
    const NAME: &'static str = "_abc_data";
    fn trace(&self, visit: &mut Visitor<'_>) {
        for set in self.sets() {
            set.0.trace(visit);
        }
    }
    fn clear(&self) {
        for set in self.sets() {
            set.0.set(None);
        }
    }
}

impl Data {
    fn sets(&self) -> [&WeakSet; 3] {
        [&self.registry, &self.cache, &self.negative_cache]
    }
}

static DATA: NativeType = NativeType::new("_abc_data", Data::VTABLE)
    .module("_abc")
    .doc("Internal state held by ABC machinery.")
    .slots(|s| s.new.set(Some(|vm, class, _| Ok(new_data(vm, class)))))
    .size(48, 0);

fn new_data(vm: &Vm, class: &Ref<Type>) -> Obj {
    let data = Data::default();
    data.negative_version.set(vm.state::<Registrations>().0.get());
    Ref::new(class, data).into_obj()
}

fn data_of(vm: &Vm, class: &Obj) -> Res<Ref<Data>> {
    let found = vm.getattr_text(class, "_abc_impl")?;
    found.into_ref().map_err(|_| vm.type_error("_abc_impl is set to a wrong type"))
}

fn with_data(vm: &Vm, class: &Obj, work: impl FnOnce(&Data)) -> Res<Obj> {
    let data = data_of(vm, class)?;
    work(&data);
    Ok(vm.none.clone())
}

fn get_dump(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let data = data_of(vm, &args.values[0])?;
    let version = vm.int_unsigned(data.negative_version.get());
    let [registry, cache, negative] = data.sets();
    Ok(vm.tuple([registry.copy(vm)?, cache.copy(vm)?, negative.copy(vm)?, version]))
}

fn init(vm: &Vm, class: &Obj) -> Res<Obj> {
    set_abstract_methods(vm, class)?;
    let data = new_data(vm, vm.native_type(&DATA));
    vm.setattr(class, &vm.intern("_abc_impl"), &data)?;
    if let Some(ty) = class.get::<Type>()
        && let Some(flags) = ty.dict().remove_str(&vm.intern("__abc_tpflags__"))
        && flags.is_exactly(&vm.types.int)
    {
        let flags = TypeFlags(vm.as_i64(&flags)? as u64 & COLLECTION_FLAGS.0);
        if flags == COLLECTION_FLAGS {
            return Err(
                vm.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING")
            );
        }
        ty.add_flags(flags);
    }
    Ok(vm.none.clone())
}

/// Sets `__abstractmethods__`: the class's own ones and those of its bases that it has not overridden.
fn set_abstract_methods(vm: &Vm, class: &Obj) -> Res<()> {
    let marker = vm.intern("__isabstractmethod__");
    let is_abstract = |value: &Obj| match vm.getattr_optional(value, &marker)? {
        Some(mark) => vm.is_true(&mark),
        None => Ok(false),
    };
    let abstracts = vm.frozenset();
    let namespace = vm.getattr(class, &vm.names.__dict__)?;
    let items = vm.call_method(&namespace, &vm.names.items, &[])?;
    for item in vm.iter_to_vec(&items)? {
        let pair = vm.iter_to_vec_or(&item, "items() returned non-iterable")?;
        let [name, value] = pair.as_slice() else {
            return Err(vm.type_error("items() returned item which size is not 2"));
        };
        if is_abstract(value)? {
            vm.set_add(&abstracts, name.clone())?;
        }
    }
    let bases = vm.getattr(class, &vm.names.__bases__)?;
    let Some(bases) = bases.get::<Tuple>() else { return Err(vm.type_error("__bases__ is not tuple")) };
    for base in bases.iter() {
        let Some(inherited) = vm.getattr_optional(base, &vm.names.__abstractmethods__)? else { continue };
        for name in vm.iter_to_vec(&inherited)? {
            if let Some(value) = vm.getattr_optional(class, &vm.attribute_name(&name)?)?
                && is_abstract(&value)?
            {
                vm.set_add(&abstracts, name)?;
            }
        }
    }
    vm.setattr(class, &vm.names.__abstractmethods__, abstracts.as_obj())
}

fn register(vm: &Vm, class: &Obj, subclass: &Obj) -> Res<Obj> {
    let Some(subtype) = subclass.downcast::<Type>() else {
        return Err(vm.type_error("Can only register classes"));
    };
    if vm.is_subclass(subclass, class)? {
        return Ok(subclass.clone());
    }
    // Asked second, so that registering a class with itself does nothing.
    if vm.is_subclass(class, subclass)? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    data_of(vm, class)?.registry.add(vm, subclass)?;
    let registrations = &vm.state::<Registrations>().0;
    registrations.set(registrations.get() + 1);
    if let Some(ty) = class.get::<Type>() {
        let flags = TypeFlags(ty.flags().0 & COLLECTION_FLAGS.0);
        if flags.0 != 0 {
            set_collection_flags(subtype.clone(), flags);
        }
    }
    Ok(subclass.clone())
}

/// Makes a class and its subclasses sequences or mappings (`_PyType_SetFlagsRecursive`).
fn set_collection_flags(ty: Ref<Type>, flags: TypeFlags) {
    let mut work = vec![ty];
    while let Some(ty) = work.pop() {
        if ty.has_flag(TypeFlags::IMMUTABLETYPE) || ty.flags().0 & COLLECTION_FLAGS.0 == flags.0 {
            continue;
        }
        ty.remove_flags(COLLECTION_FLAGS);
        ty.add_flags(flags);
        work.extend(ty.live_subclasses());
    }
}

fn instance_check(vm: &Vm, class: &Obj, instance: &Obj) -> Res<Obj> {
    let data = data_of(vm, class)?;
    let claimed = vm.getattr(instance, &vm.names.__class__)?;
    if data.cache.contains(vm, &claimed)? {
        return Ok(vm.true_.clone());
    }
    let check =
        |class_of: &Obj| vm.call_method(class, &vm.names.__subclasscheck__, std::slice::from_ref(class_of));
    let own = instance.ty().as_obj().clone();
    if own.is(&claimed) {
        if data.negative_version.get() == vm.state::<Registrations>().0.get()
            && data.negative_cache.contains(vm, &claimed)?
        {
            return Ok(vm.false_.clone());
        }
        return check(&claimed);
    }
    let result = check(&claimed)?;
    if vm.is_true(&result)? { Ok(result) } else { check(&own) }
}

fn subclass_check(vm: &Vm, class: &Obj, subclass: &Obj) -> Res<bool> {
    let Some(subtype) = subclass.downcast::<Type>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let data = data_of(vm, class)?;
    if data.cache.contains(vm, subclass)? {
        return Ok(true);
    }
    let registrations = vm.state::<Registrations>().0.get();
    if data.negative_version.get() < registrations {
        data.negative_cache.reset();
        data.negative_version.set(registrations);
    } else if data.negative_cache.contains(vm, subclass)? {
        return Ok(false);
    }
    let found = match vm.call_method(class, &vm.names.__subclasshook__, std::slice::from_ref(subclass))? {
        answer if answer.is(&vm.true_) => true,
        answer if answer.is(&vm.false_) => false,
        answer if answer.is(&vm.not_implemented) => {
            let derives = class.downcast::<Type>().is_some_and(|class| subtype.is_subtype_of(class));
            // A registered class needs no place in the cache.
            if !derives && data.registry.contains(vm, subclass)? {
                return Ok(true);
            }
            derives || is_virtual_subclass(vm, class, &data, subclass)?
        }
        _ => {
            return Err(
                vm.assertion_error("__subclasshook__ must return either False, True, or NotImplemented")
            );
        }
    };
    let cache = if found { &data.cache } else { &data.negative_cache };
    cache.add(vm, subclass)?;
    Ok(found)
}

/// Whether the class derives from a registered class, or counts as a subclass of a subclass.
fn is_virtual_subclass(vm: &Vm, class: &Obj, data: &Data, subclass: &Obj) -> Res<bool> {
    let registered = data.registry.set().map(|set| set.to_vec()).unwrap_or_default();
    for (_, weak) in registered {
        if let Some(registered) = weak.get::<WeakRef>().and_then(WeakRef::target)
            && vm.is_subclass(subclass, &registered)?
        {
            return Ok(true);
        }
    }
    let derived = vm.call_method(class, &vm.intern("__subclasses__"), &[])?;
    let Some(derived) = derived.get::<List>() else {
        return Err(vm.type_error("__subclasses__() must return a list"));
    };
    let mut at = 0;
    while let Some(class) = derived.0.get(at) {
        if vm.is_subclass(subclass, &class)? {
            return Ok(true);
        }
        at += 1;
    }
    Ok(false)
}
