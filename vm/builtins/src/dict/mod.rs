//! `dict`.

mod iterators;
mod views;

use object::{
    Args, CompareOp, Dict, Layout as _, NativeDef, NativeType, Obj, Raised, Res, Set, Str, Type, TypeFlags,
    Vm,
};

pub use iterators::{DictIter, Part};
pub use views::{View, view_type};

static DICT: NativeType = NativeType::new("dict", Dict::VTABLE)
    .subclassable()
    .flags(TypeFlags::MAPPING.with(TypeFlags::MATCH_SELF))
    .doc("dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object\'s\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)")
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Dict::new(class).into_obj())));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(|vm, o| iterators::make(vm, o, Part::Keys, false)));
        s.nb_or.set(Some(union));
        s.nb_inplace_or.set(Some(inplace_union));
        s.sq_contains.set(Some(|vm, o, key| vm.dict_contains(own(vm, o)?, key)));
        s.mp_length.set(Some(|vm, o| Ok(own(vm, o)?.len())));
        s.mp_subscript.set(Some(subscript));
        s.mp_ass_subscript.set(Some(assign));
    })
    .methods(&[
        NativeDef::no_args("__reversed__", |vm, o, _| iterators::make(vm, o, Part::Keys, true), "($self, /)\n--\n\nReturn a reverse iterator over the dict keys."),
        NativeDef::no_args("__sizeof__", |vm, o, _| Ok(vm.int(size_of_dict(vm, o)?)), "($self, /)\n--\n\nReturn the size of the dict in memory."),
        NativeDef::positional("get", get, "($self, key, default=None, /)\n--\n\nReturn the value for key if key is in the dictionary, else default."),
        NativeDef::positional("setdefault", setdefault, "($self, key, default=None, /)\n--\n\nInsert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default."),
        NativeDef::positional("pop", pop, "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError."),
        NativeDef::no_args("popitem", popitem, "($self, /)\n--\n\nRemove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty."),
        NativeDef::no_args("keys", |vm, o, _| views::make(vm, o, Part::Keys), "($self, /)\n--\n\nReturn a set-like object providing a view on the dict\'s keys."),
        NativeDef::no_args("items", |vm, o, _| views::make(vm, o, Part::Items), "($self, /)\n--\n\nReturn a set-like object providing a view on the dict\'s items."),
        NativeDef::no_args("values", |vm, o, _| views::make(vm, o, Part::Values), "($self, /)\n--\n\nReturn an object providing a view on the dict\'s values."),
        NativeDef::keywords("update", |vm, o, a| { update(vm, o, a, "update")?; Ok(vm.none.clone()) }, "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]"),
        NativeDef::positional("fromkeys", fromkeys, "($type, iterable, value=None, /)\n--\n\nCreate a new dictionary with keys from iterable and values set to value.").class_method(),
        NativeDef::no_args("clear", |vm, o, _| { own(vm, o)?.clear(); Ok(vm.none.clone()) }, "($self, /)\n--\n\nRemove all items from the dict."),
        NativeDef::no_args("copy", |vm, o, _| { let new = vm.dict(); vm.dict_update(&new, o)?; Ok(new.into_obj()) }, "($self, /)\n--\n\nReturn a shallow copy of the dict."),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method(),
    ])
    .size(48, 0);

pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.dict, &DICT);
}

pub(crate) fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Dict> {
    obj.get::<Dict>().ok_or_else(|| vm.type_error("a dict is needed"))
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    update(vm, obj, args, "dict")
}

/// Fills from a mapping or pairs, then from keywords (`dict_update_common`).
pub(crate) fn update(vm: &Vm, obj: &Obj, args: Args<'_>, function: &str) -> Res<()> {
    args.check_positional(vm, function, 0, 1)?;
    let dict = own(vm, obj)?;
    if let Some(source) = args.pos().first() {
        update_from(vm, dict, source)?;
    }
    for (name, value) in args.keywords() {
        vm.dict_set(dict, name, value.clone())?;
    }
    Ok(())
}

fn update_from(vm: &Vm, dict: &Dict, source: &Obj) -> Res<()> {
    if source.get::<Dict>().is_some() || vm.getattr_optional(source, &vm.names.keys)?.is_some() {
        return vm.dict_update(dict, source);
    }
    let mut number = 0;
    vm.for_each(source, |pair| {
        let items = vm.iter_to_vec_or(&pair, "object is not iterable");
        let items = items.map_err(|raised| not_a_pair(vm, raised, number))?;
        let [key, value] = items.as_slice() else {
            return Err(vm.value_error(format!(
                "dictionary update sequence element #{number} has length {}; 2 is required",
                items.len()
            )));
        };
        vm.dict_set(dict, key, value.clone())?;
        number += 1;
        Ok(true)
    })
}

fn not_a_pair(vm: &Vm, raised: Raised, number: usize) -> Raised {
    if raised.is_instance(&vm.exc.type_error) {
        let note = format!("Cannot convert dictionary update sequence element #{number} to a sequence");
        if let Err(raised) = vm.add_note(&raised, &note) {
            return raised;
        }
    }
    raised
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let dict = own(vm, obj)?;
    if dict.is_empty() {
        return Ok(vm.str("{}"));
    }
    if !vm.repr_enter(obj) {
        return Ok(vm.str("{...}"));
    }
    let result = (|| {
        let mut parts = vec![vm.str_ref("{")];
        let mut at = 0;
        while let Some((number, key, value)) = dict.next_entry(at) {
            if at > 0 && parts.len() > 1 {
                parts.push(vm.str_ref(", "));
            }
            parts.push(vm.recurse(" while getting the repr of an object", || vm.repr_ref(&key))?);
            parts.push(vm.str_ref(": "));
            parts.push(vm.recurse(" while getting the repr of an object", || vm.repr_ref(&value))?);
            at = number + 1;
        }
        parts.push(vm.str_ref("}"));
        let views: Vec<&Str> = parts.iter().map(|part| &**part).collect();
        Ok(Str::join(&vm.types.str, &views).into_obj())
    })();
    vm.repr_leave(obj);
    result
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Dict>(), b.get::<Dict>()) else {
        return Ok(vm.not_implemented.clone());
    };
    let equal = match op {
        CompareOp::Eq | CompareOp::Ne => equal(vm, x, y)?,
        _ => return Ok(vm.not_implemented.clone()),
    };
    Ok(vm.bool(equal == (op == CompareOp::Eq)))
}

fn equal(vm: &Vm, x: &Dict, y: &Dict) -> Res<bool> {
    if x.len() != y.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((number, key, value)) = x.next_entry(at) {
        let hash = x.hash_at(number).unwrap_or_default();
        let Some((_, other)) = y.lookup(hash, &key, |own, key| vm.eq(own, key))? else { return Ok(false) };
        if !vm.eq(&value, &other)? {
            return Ok(false);
        }
        at = number + 1;
    }
    Ok(true)
}

fn union(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    if a.get::<Dict>().is_none() || b.get::<Dict>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    let new = vm.dict();
    vm.dict_update(&new, a)?;
    vm.dict_update(&new, b)?;
    Ok(new.into_obj())
}

fn inplace_union(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    update_from(vm, own(vm, a)?, b)?;
    Ok(a.clone())
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    if let Some(value) = vm.dict_get(own(vm, obj)?, key)? {
        return Ok(value);
    }
    if !obj.is_exactly(&vm.types.dict)
        && let Some(value) = vm.call_special(obj, &vm.names.__missing__, std::slice::from_ref(key))?
    {
        return Ok(value);
    }
    Err(vm.key_error(key))
}

fn assign(vm: &Vm, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    let dict = own(vm, obj)?;
    match value {
        Some(value) => vm.dict_set(dict, key, value.clone()),
        None => vm.dict_remove(dict, key)?.map(drop).ok_or_else(|| vm.key_error(key)),
    }
}

fn get(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [key, default] = args.unpack::<2>(vm, "get", 1)?;
    let Some(key) = key else { return Err(vm.system_error("argument count")) };
    let found = vm.dict_get(own(vm, obj)?, key)?;
    Ok(found.unwrap_or_else(|| default.unwrap_or(&vm.none).clone()))
}

fn setdefault(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [key, default] = args.unpack::<2>(vm, "setdefault", 1)?;
    let Some(key) = key else { return Err(vm.system_error("argument count")) };
    let dict = own(vm, obj)?;
    set_default(vm, dict, key, default.unwrap_or(&vm.none).clone())
}

/// The value of a key, which is set to `default` if there is none (`PyDict_SetDefaultRef`).
pub fn set_default(vm: &Vm, dict: &Dict, key: &Obj, default: Obj) -> Res<Obj> {
    let hash = vm.hash_key(key)?;
    if let Some((_, value)) = dict.lookup(hash, key, |own, key| vm.eq(own, key))? {
        return Ok(value);
    }
    dict.insert_new(hash, key.clone(), default.clone());
    Ok(default)
}

fn pop(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [key, default] = args.unpack::<2>(vm, "pop", 1)?;
    let Some(key) = key else { return Err(vm.system_error("argument count")) };
    let dict = own(vm, obj)?;
    let removed = if dict.is_empty() { None } else { vm.dict_remove(dict, key)? };
    removed.or_else(|| default.cloned()).ok_or_else(|| vm.key_error(key))
}

fn popitem(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let dict = own(vm, obj)?;
    match dict.remove_last() {
        Some((key, value)) => Ok(vm.tuple([key, value])),
        None => Err(vm.key_error(&vm.str("popitem(): dictionary is empty"))),
    }
}

fn fromkeys(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let [iterable, value] = args.unpack::<2>(vm, "fromkeys", 1)?;
    let Some(iterable) = iterable else { return Err(vm.system_error("argument count")) };
    let value = value.unwrap_or(&vm.none);
    let new = vm.call0(class)?;
    let plain = class.downcast::<Type>().is_some_and(|class| class.is(&vm.types.dict));
    if let Some(dict) = new.get::<Dict>().filter(|_| plain) {
        // Keys whose hashes are known are not hashed again.
        let keys: Option<Vec<(i64, Obj)>> = if iterable.is_exactly(&vm.types.dict)
            && let Some(keys) = iterable.get::<Dict>()
        {
            dict.make_room(keys.len(), keys.has_only_str_keys());
            let hash = |number| keys.hash_at(number).unwrap_or_default();
            let next = |at: usize| keys.next_entry(at).map(|(number, key, _)| (number, key));
            let entries = std::iter::successors(next(0), |(number, _)| next(number + 1));
            Some(entries.map(|(number, key)| (hash(number), key)).collect())
        } else if let Some(keys) = iterable.get::<Set>() {
            dict.make_room(keys.len(), false);
            Some(keys.to_vec())
        } else {
            None
        };
        if let Some(keys) = keys {
            for (hash, key) in keys {
                drop(dict.insert(hash, key, value.clone(), |own, key| vm.eq(own, key))?);
            }
            return Ok(new);
        }
    }
    vm.for_each(iterable, |key| {
        match new.get::<Dict>().filter(|_| plain) {
            Some(dict) => vm.dict_set(dict, &key, value.clone())?,
            None => vm.setitem(&new, &key, value)?,
        }
        Ok(true)
    })?;
    Ok(new)
}

/// CPython's `dict.__sizeof__`: the object and its table.
pub fn size_of_dict(vm: &Vm, obj: &Obj) -> Res<i64> {
    let size = vm.type_sizes(obj.ty()).0 + own(vm, obj)?.table_size();
    Ok(size as i64)
}
