//! `tuple`.

use object::{
    Args, CompareOp, Layout as _, NativeDef, NativeType, Obj, Ref, Res, Slice, Tuple, Type, TypeFlags, Vm,
};

use crate::sequence;

static TUPLE: NativeType = NativeType::new("tuple", Tuple::VTABLE)
    .subclassable()
    .flags(TypeFlags::SEQUENCE.with(TypeFlags::MATCH_SELF))
    .doc("(iterable=(), /)\n--\n\nBuilt-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(|vm, o| Ok(vm.tuple_iterator(own_ref(vm, o)?))));
        s.sq_length.set(Some(|vm, o| Ok(own(vm, o)?.len())));
        s.sq_concat.set(Some(concat));
        s.sq_repeat.set(Some(repeat));
        s.sq_item.set(Some(item));
        s.sq_contains.set(Some(|vm, o, x| {
            let tuple = own(vm, o)?;
            sequence::contains(vm, |i| tuple.get(i).cloned(), x)
        }));
        s.mp_length.set(Some(|vm, o| Ok(own(vm, o)?.len())));
        s.mp_subscript.set(Some(subscript));
    })
    .methods(&[
        NativeDef::no_args("__getnewargs__", |vm, o, _| Ok(vm.tuple([vm.tuple(own(vm, o)?.to_vec())])), "($self, /)\n--\n\n"),
        NativeDef::positional("index", index, "($self, value, start=0, stop=sys.maxsize, /)\n--\n\nReturn first index of value.\n\nRaises ValueError if the value is not present."),
        NativeDef::one("count", |vm, o, a| {
            let tuple = own(vm, o)?;
            sequence::count(vm, |i| tuple.get(i).cloned(), &a.values[0])
        }, "($self, value, /)\n--\n\nReturn number of occurrences of value."),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method(),
    ])
    .size(32, 8);

pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.tuple, &TUPLE);
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Tuple> {
    obj.get::<Tuple>().ok_or_else(|| vm.type_error("a tuple is needed"))
}

fn own_ref<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<Tuple>> {
    obj.downcast::<Tuple>().ok_or_else(|| vm.type_error("a tuple is needed"))
}

fn new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let is_exact = class.is(&vm.types.tuple);
    args.no_keywords_without_init(vm, class, &vm.types.tuple, "tuple")?;
    args.check_positional(vm, "tuple", 0, 1)?;
    let Some(iterable) = args.pos().first() else {
        return Ok(if is_exact { vm.empty_tuple.as_obj().clone() } else { Tuple::new(class, []).into_obj() });
    };
    if is_exact && iterable.is_exactly(&vm.types.tuple) {
        return Ok(iterable.clone());
    }
    let items = vm.iter_to_vec(iterable)?;
    Ok(if is_exact { vm.tuple(items) } else { Tuple::new(class, items).into_obj() })
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let tuple = own(vm, obj)?;
    if tuple.is_empty() {
        return Ok(vm.str("()"));
    }
    sequence::repr(vm, obj, |i| tuple.get(i).cloned(), ("(", ")"), true)
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let tuple = own(vm, obj)?;
    if tuple.hash.get() != -1 {
        return Ok(tuple.hash.get());
    }
    let items = tuple.iter().map(|item| vm.recurse(" while hashing a tuple", || vm.hash(item)));
    let hash = bytecode::hash::tuple(items)?;
    tuple.hash.set(hash);
    Ok(hash)
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Tuple>(), b.get::<Tuple>()) else {
        return Ok(vm.not_implemented.clone());
    };
    sequence::compare(vm, |i| x.get(i).cloned(), |i| y.get(i).cloned(), || (x.len(), y.len()), op)
}

fn concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let left = own(vm, a)?;
    let Some(right) = b.get::<Tuple>() else {
        let message = format!("can only concatenate tuple (not \"{}\") to tuple", b.ty().name());
        return Err(vm.type_error(message));
    };
    if left.is_empty() && b.is_exactly(&vm.types.tuple) {
        return Ok(b.clone());
    }
    if right.is_empty() && a.is_exactly(&vm.types.tuple) {
        return Ok(a.clone());
    }
    Ok(vm.tuple(left.iter().chain(right.iter()).cloned().collect::<Vec<Obj>>()))
}

fn repeat(vm: &Vm, obj: &Obj, count: isize) -> Res<Obj> {
    let tuple = own(vm, obj)?;
    if count == 1 && obj.is_exactly(&vm.types.tuple) {
        return Ok(obj.clone());
    }
    Ok(vm.tuple(sequence::repeat(vm, tuple, count)?))
}

fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    let item = usize::try_from(index).ok().and_then(|i| own(vm, obj).ok()?.get(i).cloned());
    item.ok_or_else(|| vm.index_error("tuple index out of range"))
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    let tuple = own(vm, obj)?;
    if vm.has_index(key) {
        let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
        return item(vm, obj, if index < 0 { index + tuple.len() as isize } else { index });
    }
    let Some(slice) = key.get::<Slice>() else {
        let message = format!("tuple indices must be integers or slices, not {}", key.ty().name());
        return Err(vm.type_error(message));
    };
    let indices = vm.slice_indices(slice, tuple.len())?;
    if indices.count == tuple.len() && indices.step == 1 && obj.is_exactly(&vm.types.tuple) {
        return Ok(obj.clone());
    }
    Ok(vm.tuple(sequence::take(|i| tuple.get(i).cloned(), indices)))
}

fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [value, start, stop] = args.unpack::<3>(vm, "index", 1)?;
    let tuple = own(vm, obj)?;
    let Some(value) = value else { return Err(vm.system_error("argument count")) };
    let (start, stop) = sequence::bounds(vm, start, stop, tuple.len())?;
    match sequence::position(vm, |i| tuple.get(i).cloned(), value, start, stop)? {
        Some(index) => Ok(vm.int(index as i64)),
        None => Err(vm.value_error("tuple.index(x): x not in tuple")),
    }
}
