//! `defaultdict`: a dict with a slot behind it for the factory.

use object::{Args, Dict, Layout as _, MemberDef, NativeDef, NativeType, Obj, Res, Str, TypeFlags, Vm};

/// The instance slot of `default_factory`.
const FACTORY: usize = 0;

fn factory(obj: &Obj) -> Option<Obj> {
    obj.slot(FACTORY)
}

/// The slot of `dict`, which the type extends.
fn dict_init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    vm.types.dict.slots.init.get().map_or(Ok(()), |init| init(vm, obj, args))
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let given = args.pos().first();
    if given.is_some_and(|given| !vm.is_callable(given) && !given.is(&vm.none)) {
        return Err(vm.type_error("first argument must be callable or None"));
    }
    drop(obj.set_slot(FACTORY, given.cloned()));
    let rest = &args.values[usize::from(given.is_some())..];
    dict_init(vm, obj, Args { values: rest, kwnames: args.kwnames })
}

fn missing(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let key = &args.values[0];
    let Some(factory) = factory(obj).filter(|factory| !factory.is(&vm.none)) else {
        return Err(vm.key_error(key));
    };
    let value = vm.call0(&factory)?;
    vm.setitem(obj, key, &value)?;
    Ok(value)
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(dict_repr) = vm.types.dict.slots.repr.get() else {
        return Err(vm.system_error("dict has no repr"));
    };
    let items = dict_repr(vm, obj)?;
    let shown = match factory(obj) {
        None => vm.str_ref("None"),
        Some(factory) if !vm.repr_enter(&factory) => vm.str_ref("..."),
        Some(factory) => {
            let shown = vm.repr_ref(&factory);
            vm.repr_leave(&factory);
            shown?
        }
    };
    let Some(items) = items.downcast::<Str>() else {
        return Err(vm.type_error("repr() of a dict is no str"));
    };
    let name = vm.str_ref(&obj.ty().short_name());
    let (open, comma, close) = (vm.str_ref("("), vm.str_ref(", "), vm.str_ref(")"));
    Ok(Str::join(&vm.types.str, &[&name, &open, &shown, &comma, items, &close]).into_obj())
}

/// A new object of the same class with this one's factory.
fn renewed(vm: &Vm, obj: &Obj, content: &Obj) -> Res<Obj> {
    let factory = factory(obj).unwrap_or_else(|| vm.none.clone());
    vm.call(obj.ty().as_obj(), &[factory, content.clone()])
}

fn union(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let ours = |obj: &Obj| obj.ty().is_subtype_of(vm.native_type(&DEFAULT_DICT));
    let (this, other) = if ours(a) { (a, b) } else { (b, a) };
    if other.get::<Dict>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    let new = renewed(vm, this, a)?;
    if let Some(dict) = new.get::<Dict>() {
        vm.dict_update(dict, b)?;
    }
    Ok(new)
}

fn reduce(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let args = vm.tuple(factory(obj).filter(|factory| !factory.is(&vm.none)).into_iter().collect::<Vec<_>>());
    let items = vm.call_method(obj, &vm.names.items, &[])?;
    let items = vm.iter(&items)?;
    Ok(vm.tuple([obj.ty().as_obj().clone(), args, vm.none.clone(), vm.none.clone(), items]))
}

pub(super) static DEFAULT_DICT: NativeType = NativeType::new("defaultdict", Dict::VTABLE)
    .module("collections")
    .base(|vm| vm.types.dict.clone())
    .extra_slots(1)
    .subclassable()
    .flags(TypeFlags::MAPPING)
    .size(56, 0)
    .doc("defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.\n")
    .slots(|s| {
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.nb_or.set(Some(union));
    })
    .methods(&[
        NativeDef::one("__missing__", missing, "($self, object, /)\n--\n\n__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n"),
        NativeDef::no_args("copy", |vm, obj, _| renewed(vm, obj, obj), "($self, /)\n--\n\nD.copy() -> a shallow copy of D."),
        NativeDef::no_args("__copy__", |vm, obj, _| renewed(vm, obj, obj), "($self, /)\n--\n\nD.copy() -> a shallow copy of D."),
        NativeDef::no_args("__reduce__", reduce, "($self, /)\n--\n\nReturn state information for pickling."),
        NativeDef::one(
            "__class_getitem__",
            object::protocol::class_getitem,
            "($type, object, /)\n--\n\ndefaultdicts are generic over two types, signifying (respectively) the types of the dictionary's keys and values",
        )
        .class_method(),
    ])
    .members(&[MemberDef::new(
        "default_factory",
        |vm, obj| Ok(factory(obj).unwrap_or_else(|| vm.none.clone())),
        |_, obj, value| {
            drop(obj.set_slot(FACTORY, value.cloned()));
            Ok(())
        },
        "Factory for default value called by __missing__().",
    )]);
