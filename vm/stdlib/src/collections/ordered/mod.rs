//! `OrderedDict` (`odictobject.c`): a dict that keeps the order of its keys itself, so that they can be moved.

mod order;
mod update;
mod views;

use object::types::{object_dict, set_object_dict};
use object::{
    Args, CompareOp, Dict, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Params, Raised, Res, Str,
    TypeFlags, Vm,
};

use order::{End, Order};
use update::{update, update_from};
use views::{iterator, view};

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Dict> {
    obj.get::<Dict>().ok_or_else(|| vm.type_error("an OrderedDict is needed"))
}

fn is_ordered(vm: &Vm, obj: &Obj) -> bool {
    obj.ty().is_subtype_of(vm.native_type(&ORDERED_DICT))
}

fn is_exact(vm: &Vm, obj: &Obj) -> bool {
    obj.is_exactly(vm.native_type(&ORDERED_DICT))
}

fn mutated(vm: &Vm) -> Raised {
    vm.runtime_error("OrderedDict mutated during iteration")
}

/// The entry of a key: its number in the dict, and the key object that stands there.
fn find(vm: &Vm, dict: &Dict, key: &Obj, hash: i64) -> Res<Option<(usize, Obj)>> {
    let Some((number, _)) = dict.lookup(hash, key, |own, key| vm.eq(own, key))? else { return Ok(None) };
    Ok(dict.next_entry(number).filter(|found| found.0 == number).map(|(number, key, _)| (number, key)))
}

fn set_with_hash(vm: &Vm, obj: &Obj, key: &Obj, hash: i64, value: Obj) -> Res<()> {
    let dict = own(vm, obj)?;
    drop(dict.insert(hash, key.clone(), value, |own, key| vm.eq(own, key))?);
    let Some((_, key)) = find(vm, dict, key, hash)? else { return Err(vm.key_error(key)) };
    Order::of(vm, obj).add(&key, hash);
    Ok(())
}

fn assign(vm: &Vm, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    let hash = vm.hash_key(key)?;
    if let Some(value) = value {
        return set_with_hash(vm, obj, key, hash, value.clone());
    }
    let dict = own(vm, obj)?;
    let Some((number, found)) = find(vm, dict, key, hash)? else { return Err(vm.key_error(key)) };
    Order::of(vm, obj).remove(&found);
    drop(dict.remove_at(number));
    Ok(())
}

/// Takes a key out; without it, the default, or the error.
fn pop_key(vm: &Vm, obj: &Obj, key: &Obj, hash: i64, default: Option<&Obj>) -> Res<Obj> {
    let dict = own(vm, obj)?;
    let found = find(vm, dict, key, hash)?;
    if let Some((_, key)) = &found {
        Order::of(vm, obj).remove(key);
    }
    let value = found.and_then(|(number, _)| dict.remove_at(number)).map(|(_, value)| value);
    value.or_else(|| default.cloned()).ok_or_else(|| vm.key_error(key))
}

fn pop(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("pop", ["key", "default"]).required(1);
    let [key, default] = PARAMS.bind(vm, args)?;
    let key = key.unwrap_or(&vm.none);
    pop_key(vm, obj, key, vm.hash_key(key)?, default)
}

fn popitem(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<1> = Params::new("popitem", ["last"]);
    let [last] = PARAMS.bind(vm, args)?;
    let end = End::of(last.map_or(Ok(true), |last| vm.is_true(last))?);
    let Some((key, hash)) = Order::of(vm, obj).end(end) else {
        return Err(vm.key_error(&vm.str("dictionary is empty")));
    };
    let value = pop_key(vm, obj, &key, hash, None)?;
    Ok(vm.tuple([key, value]))
}

fn setdefault(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("setdefault", ["key", "default"]).required(1);
    let [key, default] = PARAMS.bind(vm, args)?;
    let (key, default) = (key.unwrap_or(&vm.none), default.unwrap_or(&vm.none));
    if is_exact(vm, obj) {
        if let Some(value) = vm.dict_get(own(vm, obj)?, key)? {
            return Ok(value);
        }
        assign(vm, obj, key, Some(default))?;
    } else if vm.contains(obj, key)? {
        return vm.getitem(obj, key);
    } else {
        vm.setitem(obj, key, default)?;
    }
    Ok(default.clone())
}

fn move_to_end(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("move_to_end", ["key", "last"]).required(1);
    let [key, last] = PARAMS.bind(vm, args)?;
    let key = key.unwrap_or(&vm.none);
    let end = End::of(last.map_or(Ok(true), |last| vm.is_true(last))?);
    let order = Order::of(vm, obj);
    if order.end(end).is_some_and(|(at_end, _)| at_end.is(key)) {
        return Ok(vm.none.clone());
    }
    let found = if order.is_empty() { None } else { find(vm, own(vm, obj)?, key, vm.hash_key(key)?)? };
    match found.filter(|(_, key)| order.has(key)) {
        Some((_, key)) => order.move_to(&key, end),
        None => return Err(vm.key_error(key)),
    }
    Ok(vm.none.clone())
}

/// Calls `each` with the keys and hashes in order; changing the order meanwhile is an error.
fn for_each_key(vm: &Vm, obj: &Obj, mut each: impl FnMut(&Obj, i64) -> Res<()>) -> Res<()> {
    let order = Order::of(vm, obj);
    let changes = order.changes();
    let mut at = order.end(End::First);
    while let Some((key, hash)) = at {
        each(&key, hash)?;
        if order.changes() != changes {
            return Err(mutated(vm));
        }
        at = order.beside(&key, End::Last);
    }
    Ok(())
}

/// The value that the dict itself has for a key of the order.
fn value_of(vm: &Vm, obj: &Obj, key: &Obj, hash: i64) -> Res<Obj> {
    let found = own(vm, obj)?.lookup(hash, key, |own, key| vm.eq(own, key))?;
    found.map(|(_, value)| value).ok_or_else(|| vm.key_error(key))
}

fn copy(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    if is_exact(vm, obj) {
        let copy = Dict::new(obj.ty()).into_obj();
        for_each_key(vm, obj, |key, hash| {
            set_with_hash(vm, &copy, key, hash, value_of(vm, obj, key, hash)?)
        })?;
        return Ok(copy);
    }
    let copy = vm.call0(obj.ty().as_obj())?;
    for_each_key(vm, obj, |key, _| vm.setitem(&copy, key, &vm.getitem(obj, key)?))?;
    Ok(copy)
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let name = obj.ty().short_name();
    if own(vm, obj)?.is_empty() {
        return Ok(vm.str(&format!("{name}()")));
    }
    if !vm.repr_enter(obj) {
        return Ok(vm.str("..."));
    }
    let result = (|| {
        let plain = vm.dict();
        vm.dict_update(&plain, obj)?;
        let shown = vm.repr_ref(plain.as_obj())?;
        let (name, open, close) = (vm.str_ref(&name), vm.str_ref("("), vm.str_ref(")"));
        Ok(Str::join(&vm.types.str, &[&name, &open, &shown, &close]).into_obj())
    })();
    vm.repr_leave(obj);
    result
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let plain = vm.types.dict.slots.richcompare.get();
    let (CompareOp::Eq | CompareOp::Ne, Some(plain), Some(_), true) =
        (op, plain, b.get::<Dict>(), is_ordered(vm, a))
    else {
        return Ok(vm.not_implemented.clone());
    };
    let result = plain(vm, a, b, op)?;
    let differs = vm.is_true(&result)? == (op == CompareOp::Ne);
    if differs || !is_ordered(vm, b) {
        return Ok(result);
    }
    Ok(vm.bool(same_order(vm, a, b)? == (op == CompareOp::Eq)))
}

fn same_order(vm: &Vm, a: &Obj, b: &Obj) -> Res<bool> {
    let other = Order::of(vm, b);
    let changes = other.changes();
    let mut beside = other.end(End::First);
    let mut same = true;
    for_each_key(vm, a, |key, _| {
        if !same {
            return Ok(());
        }
        let Some((partner, _)) = beside.take() else {
            same = false;
            return Ok(());
        };
        same = vm.eq(key, &partner)?;
        if other.changes() != changes {
            return Err(mutated(vm));
        }
        beside = other.beside(&partner, End::Last);
        Ok(())
    })?;
    Ok(same && beside.is_none())
}

fn union(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let (class, other) = if is_ordered(vm, a) { (a.ty(), b) } else { (b.ty(), a) };
    if other.get::<Dict>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    let new = vm.call1(class.as_obj(), a)?;
    update_from(vm, &new, b)?;
    Ok(new)
}

fn reduce(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let state = vm.call_method(obj, &vm.names.__getstate__, &[])?;
    let items = vm.call_method(obj, &vm.names.items, &[])?;
    let items = vm.iter(&items)?;
    Ok(vm.tuple([obj.ty().as_obj().clone(), vm.tuple([]), state, vm.none.clone(), items]))
}

fn fromkeys(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("fromkeys", ["iterable", "value"]).required(1);
    let [iterable, value] = PARAMS.bind(vm, args)?;
    let value = value.unwrap_or(&vm.none);
    let new = vm.call0(class)?;
    vm.for_each(iterable.unwrap_or(&vm.none), |key| {
        vm.setitem(&new, &key, value)?;
        Ok(true)
    })?;
    Ok(new)
}

/// The dict, a node of four words for each key, and a table of nodes beside the dict's.
fn size_of_ordered(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let dict = own(vm, obj)?;
    let nodes = if dict.is_empty() { 0 } else { dict.places() * 8 + dict.len() * 32 };
    Ok(vm.int(builtins::dict::size_of_dict(vm, obj)? + nodes as i64))
}

pub(super) static ORDERED_DICT: NativeType = NativeType::new("OrderedDict", Dict::VTABLE)
    .module("collections")
    .base(|vm| vm.types.dict.clone())
    .extra_slots(1)
    .with_dict()
    .subclassable()
    .flags(TypeFlags::MAPPING.with(TypeFlags::OF_CORE))
    .size(112, 0)
    .offsets(96, 104)
    .doc("Dictionary that remembers insertion order")
    .slots(|s| {
        s.init.set(Some(update::init));
        s.repr.set(Some(repr));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(|vm, obj| Ok(iterator(vm, obj, builtins::dict::Part::Keys, false))));
        s.nb_or.set(Some(union));
        s.nb_inplace_or.set(Some(|vm, a, b| {
            update_from(vm, a, b)?;
            Ok(a.clone())
        }));
        s.mp_ass_subscript.set(Some(assign));
    })
    .methods(&[
        NativeDef::keywords("fromkeys", fromkeys, "($type, /, iterable, value=None)\n--\n\nCreate a new ordered dictionary with keys from iterable and values set to value.").class_method(),
        NativeDef::no_args("__sizeof__", |vm, obj, _| size_of_ordered(vm, obj), "($self, /)\n--\n\n"),
        NativeDef::no_args("__reduce__", reduce, "($self, /)\n--\n\nReturn state information for pickling"),
        NativeDef::keywords("setdefault", setdefault, "($self, /, key, default=None)\n--\n\nInsert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default."),
        NativeDef::keywords("pop", pop, "($self, /, key, default=<unrepresentable>)\n--\n\nod.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError."),
        NativeDef::keywords("popitem", popitem, "($self, /, last=True)\n--\n\nRemove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if\nfalse."),
        NativeDef::no_args("keys", |vm, obj, _| view(vm, obj, builtins::dict::Part::Keys), "($self, /)\n--\n\n"),
        NativeDef::no_args("values", |vm, obj, _| view(vm, obj, builtins::dict::Part::Values), "($self, /)\n--\n\n"),
        NativeDef::no_args("items", |vm, obj, _| view(vm, obj, builtins::dict::Part::Items), "($self, /)\n--\n\n"),
        NativeDef::keywords("update", update, ""),
        NativeDef::no_args(
            "clear",
            |vm, obj, _| {
                own(vm, obj)?.clear();
                Order::of(vm, obj).empty();
                Ok(vm.none.clone())
            },
            "($self, /)\n--\n\nRemove all items from ordered dict.",
        ),
        NativeDef::no_args("copy", copy, "($self, /)\n--\n\nA shallow copy of ordered dict."),
        NativeDef::no_args(
            "__reversed__",
            |vm, obj, _| Ok(iterator(vm, obj, builtins::dict::Part::Keys, true)),
            "($self, /)\n--\n\nod.__reversed__() <==> reversed(od)",
        ),
        NativeDef::keywords("move_to_end", move_to_end, "($self, /, key, last=True)\n--\n\nMove an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist."),
    ])
    .getset(&[GetSetDef::new("__dict__", object_dict, set_object_dict, "")]);
