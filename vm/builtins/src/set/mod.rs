//! `set` and `frozenset`.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{
    Args, CompareOp, Dict, Layout as _, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res, Set, Slots,
    Str, Type, TypeFlags, Visitor, Vm,
};

const DOC_OPERATIONS: [&str; 4] = [
    "($self, /, *others)\n--\n\nReturn a new set with elements from the set and all others.",
    "($self, /, *others)\n--\n\nReturn a new set with elements common to the set and all others.",
    "($self, /, *others)\n--\n\nReturn a new set with elements in the set that are not in the others.",
    "($self, other, /)\n--\n\nReturn a new set with elements in either the set or other but not both.",
];

static SET: NativeType = NativeType::new("set", Set::VTABLE)
    .subclassable()
    .flags(TypeFlags::MATCH_SELF)
    .doc("(iterable=(), /)\n--\n\nBuild an unordered collection of unique elements.")
    .slots(|s| {
        common_slots(s);
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, Set::default()).into_obj())));
        s.init.set(Some(init));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.nb_inplace_or.set(Some(|vm, a, b| inplace(vm, a, b, update)));
        s.nb_inplace_and.set(Some(|vm, a, b| inplace(vm, a, b, intersection_update)));
        s.nb_inplace_subtract.set(Some(|vm, a, b| inplace(vm, a, b, difference_update)));
        s.nb_inplace_xor.set(Some(|vm, a, b| inplace(vm, a, b, symmetric_difference_update)));
    })
    .methods(&[
        NativeDef::one("add", |vm, o, a| { vm.set_add(own(vm, o)?, a.values[0].clone())?; Ok(vm.none.clone()) }, "($self, object, /)\n--\n\nAdd an element to a set.\n\nThis has no effect if the element is already present."),
        NativeDef::one("discard", |vm, o, a| { remove_key(vm, own(vm, o)?, &a.values[0])?; Ok(vm.none.clone()) }, "($self, object, /)\n--\n\nRemove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set."),
        NativeDef::one("remove", |vm, o, a| if remove_key(vm, own(vm, o)?, &a.values[0])? { Ok(vm.none.clone()) } else { Err(vm.key_error(&a.values[0])) }, "($self, object, /)\n--\n\nRemove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError."),
        NativeDef::no_args("pop", |vm, o, _| own(vm, o)?.pop().ok_or_else(|| vm.key_error(&vm.str("pop from an empty set"))), "($self, /)\n--\n\nRemove and return an arbitrary set element.\n\nRaises KeyError if the set is empty."),
        NativeDef::no_args("clear", |vm, o, _| { own(vm, o)?.clear(); Ok(vm.none.clone()) }, "($self, /)\n--\n\nRemove all elements from this set."),
        NativeDef::no_args("copy", |vm, o, _| copy(vm, o, &vm.types.set), "($self, /)\n--\n\nReturn a shallow copy of a set."),
        NativeDef::positional("update", |vm, o, a| each(vm, o, a, "update", update), "($self, /, *others)\n--\n\nUpdate the set, adding elements from all others."),
        NativeDef::positional("intersection_update", |vm, o, a| { intersect_all(vm, o, a)?; Ok(vm.none.clone()) }, "($self, /, *others)\n--\n\nUpdate the set, keeping only elements found in it and all others."),
        NativeDef::positional("difference_update", |vm, o, a| each(vm, o, a, "difference_update", difference_update), "($self, /, *others)\n--\n\nUpdate the set, removing elements found in others."),
        NativeDef::one("symmetric_difference_update", |vm, o, a| { symmetric_difference_update(vm, own(vm, o)?, &a.values[0])?; Ok(vm.none.clone()) }, "($self, other, /)\n--\n\nUpdate the set, keeping only elements found in either set, but not in both."),
        NativeDef::positional("union", union, DOC_OPERATIONS[0]),
        NativeDef::positional("intersection", intersection, DOC_OPERATIONS[1]),
        NativeDef::positional("difference", difference, DOC_OPERATIONS[2]),
        NativeDef::one("symmetric_difference", symmetric_difference, DOC_OPERATIONS[3]),
        ISSUBSET, ISSUPERSET, ISDISJOINT, SIZEOF, REDUCE, CONTAINS, CLASS_GETITEM,
    ])
    .size(200, 0)
    .offsets(0, 192);

static FROZENSET: NativeType = NativeType::new("frozenset", Set::VTABLE)
    .subclassable()
    .flags(TypeFlags::MATCH_SELF)
    .doc("(iterable=(), /)\n--\n\nBuild an immutable unordered collection of unique elements.")
    .slots(|s| {
        common_slots(s);
        s.new.set(Some(new_frozenset));
        s.hash.set(Some(hash));
    })
    .methods(&[
        NativeDef::no_args(
            "copy",
            |vm, o, _| {
                if o.is_exactly(&vm.types.frozenset) {
                    Ok(o.clone())
                } else {
                    copy(vm, o, &vm.types.frozenset)
                }
            },
            "($self, /)\n--\n\nReturn a shallow copy of a set.",
        ),
        NativeDef::positional("union", union, DOC_OPERATIONS[0]),
        NativeDef::positional("intersection", intersection, DOC_OPERATIONS[1]),
        NativeDef::positional("difference", difference, DOC_OPERATIONS[2]),
        NativeDef::one("symmetric_difference", symmetric_difference, DOC_OPERATIONS[3]),
        ISSUBSET,
        ISSUPERSET,
        ISDISJOINT,
        SIZEOF,
        REDUCE,
        CONTAINS,
        CLASS_GETITEM,
    ])
    .size(200, 0)
    .offsets(0, 192);

const ISSUBSET: NativeDef = NativeDef::one(
    "issubset",
    |vm, o, a| compare(vm, o, &to_set(vm, &a.values[0])?, CompareOp::Le),
    "($self, other, /)\n--\n\nReport whether another set contains this set.",
);
const ISSUPERSET: NativeDef = NativeDef::one(
    "issuperset",
    |vm, o, a| compare(vm, o, &to_set(vm, &a.values[0])?, CompareOp::Ge),
    "($self, other, /)\n--\n\nReport whether this set contains another set.",
);
const ISDISJOINT: NativeDef = NativeDef::one(
    "isdisjoint",
    isdisjoint,
    "($self, other, /)\n--\n\nReturn True if two sets have a null intersection.",
);
const SIZEOF: NativeDef = NativeDef::no_args(
    "__sizeof__",
    |vm, o, _| {
        // Eight places are inside the object.
        let places = own(vm, o)?.place_count() as i64;
        Ok(vm.int(200 + if places > 8 { places * 16 } else { 0 }))
    },
    "($self, /)\n--\n\nS.__sizeof__() -> size of S in memory, in bytes.",
);
const REDUCE: NativeDef = NativeDef::no_args(
    "__reduce__",
    |vm, o, _| {
        let items = vm.list(keys(own(vm, o)?));
        let state = vm.object_state(o)?;
        Ok(vm.tuple([o.ty().as_obj().clone(), vm.tuple([items]), state]))
    },
    "($self, /)\n--\n\nReturn state information for pickling.",
);
const CONTAINS: NativeDef = NativeDef::one(
    "__contains__",
    |vm, o, a| Ok(vm.bool(contains(vm, o, &a.values[0])?)),
    "($self, object, /)\n--\n\nx.__contains__(y) <==> y in x.",
);
const CLASS_GETITEM: NativeDef =
    NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method();

fn common_slots(s: &Slots) {
    s.repr.set(Some(repr));
    s.richcompare.set(Some(compare));
    s.iter.set(Some(iterator));
    s.sq_length.set(Some(|vm, o| Ok(own(vm, o)?.len())));
    s.sq_contains.set(Some(contains));
    s.nb_or.set(Some(|vm, a, b| operator(vm, a, b, update)));
    s.nb_and.set(Some(|vm, a, b| {
        if !both_sets(a, b) {
            return Ok(vm.not_implemented.clone());
        }
        common_keys(vm, a, b)
    }));
    s.nb_subtract.set(Some(
        |vm, a, b| {
            if both_sets(a, b) { without(vm, a, b) } else { Ok(vm.not_implemented.clone()) }
        },
    ));
    s.nb_xor.set(Some(
        |vm, a, b| {
            if both_sets(a, b) { either(vm, a, b) } else { Ok(vm.not_implemented.clone()) }
        },
    ));
}

pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.set, &SET);
    vm.define(&vm.types.frozenset, &FROZENSET);
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Set> {
    obj.get::<Set>().ok_or_else(|| vm.type_error("a set is needed"))
}

fn keys(set: &Set) -> Vec<Obj> {
    set.to_vec().into_iter().map(|(_, key)| key).collect()
}

fn both_sets(a: &Obj, b: &Obj) -> bool {
    a.get::<Set>().is_some() && b.get::<Set>().is_some()
}

/// A set of an iterable, or the set itself.
fn to_set(vm: &Vm, iterable: &Obj) -> Res<Obj> {
    if iterable.get::<Set>().is_some() {
        return Ok(iterable.clone());
    }
    let set = vm.set();
    vm.set_update(&set, iterable)?;
    Ok(set.into_obj())
}

/// The type of what an operation makes: `set` or `frozenset`, also of subclasses' instances.
fn plain_type<'a>(vm: &'a Vm, obj: &Obj) -> &'a Ref<Type> {
    if obj.ty().is_subtype_of(&vm.types.frozenset) { &vm.types.frozenset } else { &vm.types.set }
}

fn copy(vm: &Vm, obj: &Obj, ty: &Ref<Type>) -> Res<Obj> {
    let new = Ref::new(ty, Set::default());
    vm.set_update(&new, obj)?;
    Ok(new.into_obj())
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    args.no_keywords(vm, "set")?;
    args.check_positional(vm, "set", 0, 1)?;
    let set = own(vm, obj)?;
    set.clear();
    match args.pos().first() {
        Some(iterable) => vm.set_update(set, iterable),
        None => Ok(()),
    }
}

fn new_frozenset(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let is_exact = class.is(&vm.types.frozenset);
    args.no_keywords_without_init(vm, class, &vm.types.frozenset, "frozenset")?;
    args.check_positional(vm, "frozenset", 0, 1)?;
    let iterable = args.pos().first();
    if let Some(iterable) = iterable
        && is_exact
        && iterable.is_exactly(&vm.types.frozenset)
    {
        return Ok(iterable.clone());
    }
    let new = Ref::new(class, Set::default());
    if let Some(iterable) = iterable {
        vm.set_update(&new, iterable)?;
    }
    Ok(new.into_obj())
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let name = obj.ty().name();
    if own(vm, obj)?.is_empty() {
        return Ok(vm.str(&format!("{name}()")));
    }
    if !vm.repr_enter(obj) {
        return Ok(vm.str(&format!("{name}(...)")));
    }
    let result = (|| {
        let plain = obj.is_exactly(&vm.types.set);
        let mut parts = vec![if plain { vm.str_ref("{") } else { vm.str_ref(&format!("{name}({{")) }];
        for (i, key) in keys(own(vm, obj)?).iter().enumerate() {
            if i > 0 {
                parts.push(vm.str_ref(", "));
            }
            parts.push(vm.recurse(" while getting the repr of an object", || vm.repr_ref(key))?);
        }
        parts.push(vm.str_ref(if plain { "}" } else { "})" }));
        let views: Vec<&Str> = parts.iter().map(|part| &**part).collect();
        Ok(Str::join(&vm.types.str, &views).into_obj())
    })();
    vm.repr_leave(obj);
    result
}

/// CPython's hash of frozensets: independent of the order.
fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let set = own(vm, obj)?;
    if set.hash.get() != -1 {
        return Ok(set.hash.get());
    }
    let hash = bytecode::hash::frozenset(set.to_vec().iter().map(|(hash, _)| *hash));
    set.hash.set(hash);
    Ok(hash)
}

/// Whether the key is there; a set, which has no hash, is looked for as a frozenset.
fn contains(vm: &Vm, obj: &Obj, key: &Obj) -> Res<bool> {
    let set = own(vm, obj)?;
    match vm.set_contains(set, key) {
        Err(raised) if key.get::<Set>().is_some() && raised.is_instance(&vm.exc.type_error) => {
            vm.set_contains(set, &copy(vm, key, &vm.types.frozenset)?)
        }
        result => result,
    }
}

fn remove_key(vm: &Vm, set: &Set, key: &Obj) -> Res<bool> {
    let hash = match vm.hash_element(key) {
        Err(raised) if key.get::<Set>().is_some() && raised.is_instance(&vm.exc.type_error) => {
            return remove_key(vm, set, &copy(vm, key, &vm.types.frozenset)?);
        }
        result => result?,
    };
    Ok(set.remove(hash, key, |own, key| vm.eq(own, key))?.is_some())
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Set>(), b.get::<Set>()) else { return Ok(vm.not_implemented.clone()) };
    let all_in = |inner: &Set, outer: &Set| -> Res<bool> {
        for (hash, key) in inner.to_vec() {
            if outer.lookup(hash, &key, |own, key| vm.eq(own, key))?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    };
    let (m, n) = (x.len(), y.len());
    let holds = match op {
        CompareOp::Eq => m == n && all_in(x, y)?,
        CompareOp::Ne => !(m == n && all_in(x, y)?),
        CompareOp::Lt => m < n && all_in(x, y)?,
        CompareOp::Le => m <= n && all_in(x, y)?,
        CompareOp::Gt => m > n && all_in(y, x)?,
        CompareOp::Ge => m >= n && all_in(y, x)?,
    };
    Ok(vm.bool(holds))
}

type Change = fn(&Vm, &Set, &Obj) -> Res<()>;

fn operator(vm: &Vm, a: &Obj, b: &Obj, change: Change) -> Res<Obj> {
    if !both_sets(a, b) {
        return Ok(vm.not_implemented.clone());
    }
    let new = copy(vm, a, plain_type(vm, a))?;
    change(vm, own(vm, &new)?, b)?;
    Ok(new)
}

fn inplace(vm: &Vm, a: &Obj, b: &Obj, change: Change) -> Res<Obj> {
    if b.get::<Set>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    change(vm, own(vm, a)?, b)?;
    Ok(a.clone())
}

/// A method that takes any number of iterables and changes the set by each.
fn each(vm: &Vm, obj: &Obj, args: Args<'_>, name: &str, change: Change) -> Res<Obj> {
    args.no_keywords(vm, name)?;
    for other in args.pos() {
        change(vm, own(vm, obj)?, other)?;
    }
    Ok(vm.none.clone())
}

fn update(vm: &Vm, set: &Set, other: &Obj) -> Res<()> {
    vm.set_update(set, other)
}

fn difference_update(vm: &Vm, set: &Set, other: &Obj) -> Res<()> {
    if let Some(other) = other.get::<Set>() {
        if std::ptr::eq(set, other) {
            set.clear();
            return Ok(());
        }
        for (hash, key) in other.to_vec() {
            set.remove(hash, &key, |own, key| vm.eq(own, key))?;
        }
        return Ok(());
    }
    vm.for_each(other, |key| {
        remove_key(vm, set, &key)?;
        Ok(true)
    })
}

fn symmetric_difference_update(vm: &Vm, set: &Set, other: &Obj) -> Res<()> {
    if other.get::<Set>().is_some_and(|other| std::ptr::eq(set, other)) {
        set.clear();
        return Ok(());
    }
    // An item that comes twice counts once.
    let other = to_set(vm, other)?;
    for (hash, key) in own(vm, &other)?.to_vec() {
        if set.remove(hash, &key, |own, key| vm.eq(own, key))?.is_none() {
            set.add(hash, key, |own, key| vm.eq(own, key))?;
        }
    }
    Ok(())
}

fn intersection_update(vm: &Vm, set: &Set, other: &Obj) -> Res<()> {
    let kept = vm.set();
    keep_common(vm, set, other, &kept)?;
    set.swap(&kept);
    Ok(())
}

/// Puts what both have into `kept`, in the order in which CPython finds it.
fn keep_common(vm: &Vm, set: &Set, other: &Obj, kept: &Set) -> Res<()> {
    if let Some(other) = other.get::<Set>() {
        // The smaller one is gone through.
        let (small, large) = if other.len() > set.len() { (set, other) } else { (other, set) };
        for (hash, key) in small.to_vec() {
            if large.lookup(hash, &key, |own, key| vm.eq(own, key))?.is_some() {
                kept.add(hash, key, |own, key| vm.eq(own, key))?;
            }
        }
        return Ok(());
    }
    vm.for_each(other, |key| {
        let hash = vm.hash(&key)?;
        if set.lookup(hash, &key, |own, key| vm.eq(own, key))?.is_some() {
            kept.add(hash, key, |own, key| vm.eq(own, key))?;
        }
        Ok(true)
    })
}

fn common_keys(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let kept = Ref::new(plain_type(vm, a), Set::default());
    keep_common(vm, own(vm, a)?, b, &kept)?;
    Ok(kept.into_obj())
}

fn intersect_all(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let result = intersection(vm, obj, args)?;
    own(vm, obj)?.swap(own(vm, &result)?);
    Ok(())
}

fn union(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "union")?;
    let new = copy(vm, obj, plain_type(vm, obj))?;
    for other in args.pos() {
        vm.set_update(own(vm, &new)?, other)?;
    }
    Ok(new)
}

fn intersection(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "intersection")?;
    let mut result: Option<Obj> = None;
    for other in args.pos() {
        result = Some(common_keys(vm, result.as_ref().unwrap_or(obj), other)?);
    }
    match result {
        Some(result) => Ok(result),
        None => copy(vm, obj, plain_type(vm, obj)),
    }
}

fn difference(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "difference")?;
    let Some((first, rest)) = args.pos().split_first() else { return copy(vm, obj, plain_type(vm, obj)) };
    let new = without(vm, obj, first)?;
    for other in rest {
        difference_update(vm, own(vm, &new)?, other)?;
    }
    Ok(new)
}

/// What is not in `other`: a new set, or where that is much smaller a copy from which its items are taken out
/// (`set_difference`).
fn without(vm: &Vm, obj: &Obj, other: &Obj) -> Res<Obj> {
    let set = own(vm, obj)?;
    let dict = other.get::<Dict>().filter(|_| other.is_exactly(&vm.types.dict));
    let known = other.get::<Set>();
    let len = known.map(|set| set.len()).or(dict.map(Dict::len));
    if len.is_none_or(|len| set.len() >> 2 > len) {
        let new = copy(vm, obj, plain_type(vm, obj))?;
        difference_update(vm, own(vm, &new)?, other)?;
        return Ok(new);
    }
    let new = Ref::new(plain_type(vm, obj), Set::default());
    for (hash, key) in set.to_vec() {
        let found = match (known, dict) {
            (Some(known), _) => known.lookup(hash, &key, |own, key| vm.eq(own, key))?.is_some(),
            (None, Some(dict)) => dict.lookup(hash, &key, |own, key| vm.eq(own, key))?.is_some(),
            (None, None) => false,
        };
        if !found {
            new.add(hash, key, |own, key| vm.eq(own, key))?;
        }
    }
    Ok(new.into_obj())
}

fn symmetric_difference(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    either(vm, obj, &args.values[0])
}

/// What only one of both has: `other`'s items come first.
fn either(vm: &Vm, obj: &Obj, other: &Obj) -> Res<Obj> {
    let new = copy(vm, &to_set(vm, other)?, plain_type(vm, obj))?;
    symmetric_difference_update(vm, own(vm, &new)?, obj)?;
    Ok(new)
}

fn isdisjoint(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let set = own(vm, obj)?;
    let mut disjoint = true;
    vm.for_each(&args.values[0], |item| {
        disjoint = !vm.set_contains(set, &item)?;
        Ok(disjoint)
    })?;
    Ok(vm.bool(disjoint))
}

/// The payload of `set_iterator`.
struct SetIter {
    set: ObjCell,
    at: Cell<usize>,
    size: Cell<Option<usize>>,
    left: Cell<usize>,
}

impl Payload for SetIter {
    const NAME: &'static str = "set_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.set.trace(visit);
    }
    fn clear(&self) {
        self.set.set(None);
    }
}

static SET_ITERATOR: NativeType = NativeType::new("set_iterator", SetIter::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, o, _| Ok(vm.int(o.get::<SetIter>().map_or(0, |iter| iter.left.get() as i64))),
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args("__reduce__", reduce_iterator, "Return state information for pickling."),
    ])
    .size(48, 0);

fn iterator(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let len = own(vm, obj)?.len();
    let iter = SetIter {
        set: ObjCell::new(Some(obj.clone())),
        at: 0.into(),
        size: Some(len).into(),
        left: len.into(),
    };
    Ok(Ref::new(vm.native_type(&SET_ITERATOR), iter).into_obj())
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(iter) = obj.get::<SetIter>() else { return Ok(None) };
    let Some(holder) = iter.set.get() else { return Ok(None) };
    let set = own(vm, &holder)?;
    if iter.size.get() != Some(set.len()) {
        iter.size.set(None);
        return Err(vm.runtime_error("Set changed size during iteration"));
    }
    match set.next_key(iter.at.get()) {
        Some((place, key, _)) => {
            iter.at.set(place + 1);
            iter.left.set(iter.left.get().saturating_sub(1));
            Ok(Some(key))
        }
        None => {
            iter.set.set(None);
            iter.left.set(0);
            Ok(None)
        }
    }
}

fn reduce_iterator(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let mut rest = Vec::new();
    if let Some(iter) = obj.get::<SetIter>()
        && let Some(holder) = iter.set.get()
    {
        let mut at = iter.at.get();
        while let Some((place, key, _)) = own(vm, &holder)?.next_key(at) {
            rest.push(key);
            at = place + 1;
        }
    }
    Ok(vm.tuple([vm.builtin("iter")?, vm.tuple([vm.list(rest)])]))
}
