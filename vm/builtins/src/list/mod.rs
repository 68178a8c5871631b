//! `list`.

pub mod sort;

use object::{
    Args, CompareOp, Float, Int, Layout as _, List, NativeDef, NativeType, Obj, ObjVec, Params, Ref, Res,
    Slice, Str, Tuple, Type, TypeFlags, Vm,
};

use crate::sequence;

static LIST: NativeType = NativeType::new("list", List::VTABLE)
    .subclassable()
    .flags(TypeFlags::SEQUENCE.with(TypeFlags::MATCH_SELF))
    .doc("(iterable=(), /)\n--\n\nBuilt-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.")
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, List::default()).into_obj())));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(|vm, o| Ok(vm.list_iterator(own_ref(vm, o)?))));
        s.sq_length.set(Some(|vm, o| Ok(own(vm, o)?.len())));
        s.sq_concat.set(Some(concat));
        s.sq_repeat.set(Some(|vm, o, n| Ok(vm.list(sequence::repeat(vm, &own(vm, o)?.to_vec(), n)?))));
        s.sq_item.set(Some(item));
        s.sq_ass_item.set(Some(assign_item));
        s.sq_contains.set(Some(|vm, o, x| {
            let list = own(vm, o)?;
            sequence::contains(vm, |i| list.get(i), x)
        }));
        s.sq_inplace_concat.set(Some(inplace_concat));
        s.sq_inplace_repeat.set(Some(inplace_repeat));
        s.mp_length.set(Some(|vm, o| Ok(own(vm, o)?.len())));
        s.mp_subscript.set(Some(subscript));
        s.mp_ass_subscript.set(Some(assign_subscript));
    })
    .methods(&[
        NativeDef::no_args("__reversed__", |vm, o, _| Ok(vm.list_reverse_iterator(own_ref(vm, o)?)), "($self, /)\n--\n\nReturn a reverse iterator over the list."),
        NativeDef::no_args("__sizeof__", |vm, o, _| Ok(vm.int(40 + 8 * own(vm, o)?.capacity() as i64)), "($self, /)\n--\n\nReturn the size of the list in memory, in bytes."),
        NativeDef::no_args("clear", |vm, o, _| { drop(own(vm, o)?.take()); Ok(vm.none.clone()) }, "($self, /)\n--\n\nRemove all items from list."),
        NativeDef::no_args("copy", |vm, o, _| Ok(vm.list(own(vm, o)?.to_vec())), "($self, /)\n--\n\nReturn a shallow copy of the list."),
        NativeDef::one("append", append, "($self, object, /)\n--\n\nAppend object to the end of the list."),
        NativeDef::positional("insert", insert, "($self, index, object, /)\n--\n\nInsert object before index."),
        NativeDef::one("extend", |vm, o, a| { vm.list_extend(own(vm, o)?, &a.values[0])?; Ok(vm.none.clone()) }, "($self, iterable, /)\n--\n\nExtend list by appending elements from the iterable."),
        NativeDef::positional("pop", pop, "($self, index=-1, /)\n--\n\nRemove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range."),
        NativeDef::one("remove", remove, "($self, value, /)\n--\n\nRemove first occurrence of value.\n\nRaises ValueError if the value is not present."),
        NativeDef::positional("index", index, "($self, value, start=0, stop=sys.maxsize, /)\n--\n\nReturn first index of value.\n\nRaises ValueError if the value is not present."),
        NativeDef::one("count", |vm, o, a| {
            let list = own(vm, o)?;
            sequence::count(vm, |i| list.get(i), &a.values[0])
        }, "($self, value, /)\n--\n\nReturn number of occurrences of value."),
        NativeDef::no_args("reverse", |vm, o, _| { own(vm, o)?.reverse(); Ok(vm.none.clone()) }, "($self, /)\n--\n\nReverse *IN PLACE*."),
        NativeDef::keywords("sort", sort_method, "($self, /, *, key=None, reverse=False)\n--\n\nSort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable (i.e. the\norder of two equal elements is maintained).\n\nIf a key function is given, apply it once to each list item and sort them,\nascending or descending, according to their function values.\n\nThe reverse flag can be set to sort in descending order."),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method(),
    ])
    .size(40, 0);

pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.list, &LIST);
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a ObjVec> {
    obj.get::<List>().map(|list| &list.0).ok_or_else(|| vm.type_error("a list is needed"))
}

fn own_ref<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<List>> {
    obj.downcast::<List>().ok_or_else(|| vm.type_error("a list is needed"))
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    args.no_keywords_without_new(vm, obj.ty(), &vm.types.list, "list")?;
    args.check_positional(vm, "list", 0, 1)?;
    let list = own(vm, obj)?;
    drop(list.take());
    match args.pos().first() {
        Some(iterable) => vm.list_extend(list, iterable),
        None => Ok(()),
    }
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let list = own(vm, obj)?;
    if list.is_empty() {
        return Ok(vm.str("[]"));
    }
    sequence::repr(vm, obj, |i| list.get(i), ("[", "]"), false)
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<List>(), b.get::<List>()) else {
        return Ok(vm.not_implemented.clone());
    };
    sequence::compare(vm, |i| x.0.get(i), |i| y.0.get(i), || (x.0.len(), y.0.len()), op)
}

fn concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let mut items = own(vm, a)?.to_vec();
    let Some(right) = b.get::<List>() else {
        let message = format!("can only concatenate list (not \"{}\") to list", b.ty().name());
        return Err(vm.type_error(message));
    };
    items.reserve_exact(right.0.len());
    items.extend(right.0.to_vec());
    Ok(vm.list(items))
}

fn inplace_concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    vm.list_extend(own(vm, a)?, b)?;
    Ok(a.clone())
}

fn inplace_repeat(vm: &Vm, obj: &Obj, count: isize) -> Res<Obj> {
    let list = own(vm, obj)?;
    if count < 1 {
        drop(list.take());
    } else {
        list.extend(sequence::repeat(vm, &list.to_vec(), count - 1)?);
    }
    Ok(obj.clone())
}

fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    let list = own(vm, obj)?;
    usize::try_from(index)
        .ok()
        .and_then(|i| list.get(i))
        .ok_or_else(|| vm.index_error("list index out of range"))
}

fn assign_item(vm: &Vm, obj: &Obj, index: isize, value: Option<&Obj>) -> Res<()> {
    let list = own(vm, obj)?;
    let out_of_range = || vm.index_error("list assignment index out of range");
    let index = usize::try_from(index).map_err(|_| out_of_range())?;
    let old = match value {
        Some(value) => list.set(index, value.clone()).ok(),
        None => list.remove(index),
    };
    old.map(drop).ok_or_else(out_of_range)
}

fn turned(list: &ObjVec, index: isize) -> isize {
    if index < 0 { index + list.len() as isize } else { index }
}

fn wrong_index(vm: &Vm, key: &Obj) -> object::Raised {
    vm.type_error(format!("list indices must be integers or slices, not {}", key.ty().name()))
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    let list = own(vm, obj)?;
    if vm.has_index(key) {
        let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
        return item(vm, obj, turned(list, index));
    }
    let Some(slice) = key.get::<Slice>() else { return Err(wrong_index(vm, key)) };
    let (start, stop, step) = vm.slice_unpack(slice)?;
    let indices = object::SliceIndices::adjust(start, stop, step, list.len());
    if step == 1 {
        return Ok(vm.list(list.slice(indices.start as usize, indices.start as usize + indices.count)));
    }
    Ok(vm.list(sequence::take(|i| list.get(i), indices)))
}

fn assign_subscript(vm: &Vm, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    let list = own(vm, obj)?;
    if vm.has_index(key) {
        let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
        return assign_item(vm, obj, turned(list, index), value);
    }
    let Some(slice) = key.get::<Slice>() else { return Err(wrong_index(vm, key)) };
    let (start, stop, step) = vm.slice_unpack(slice)?;
    let items = match value {
        None => None,
        Some(value) if step == 1 => Some(vm.iter_to_vec_or(value, "can only assign an iterable")?),
        Some(value) => Some(vm.iter_to_vec_or(value, "must assign iterable to extended slice")?),
    };
    let indices = object::SliceIndices::adjust(start, stop, step, list.len());
    if step == 1 {
        let first = indices.start as usize;
        drop(list.splice(first, first + indices.count, items.unwrap_or_default()));
        return Ok(());
    }
    match items {
        Some(items) => {
            if items.len() != indices.count {
                return Err(vm.value_error(format!(
                    "attempt to assign sequence of size {} to extended slice of size {}",
                    items.len(),
                    indices.count
                )));
            }
            let old: Vec<_> = indices.iter().zip(items).map(|(i, item)| list.set(i, item)).collect();
            drop(old);
        }
        None => {
            let mut doomed = vec![false; list.len()];
            indices.iter().for_each(|i| doomed[i] = true);
            drop(list.remove_all(&doomed));
        }
    }
    Ok(())
}

fn append(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    own(vm, obj)?.push(args.values[0].clone());
    Ok(vm.none.clone())
}

fn insert(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [index, item] = args.exact::<2>(vm, "insert")?;
    let index = vm.index_as_isize(index, Some(&vm.exc.overflow_error))?;
    let list = own(vm, obj)?;
    list.insert(turned(list, index).max(0) as usize, item.clone());
    Ok(vm.none.clone())
}

fn pop(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [index] = args.unpack::<1>(vm, "pop", 0)?;
    let list = own(vm, obj)?;
    let index = match index {
        Some(index) => vm.index_as_isize(index, Some(&vm.exc.index_error))?,
        None => -1,
    };
    if list.is_empty() {
        return Err(vm.index_error("pop from empty list"));
    }
    let removed = usize::try_from(turned(list, index)).ok().and_then(|i| list.remove(i));
    removed.ok_or_else(|| vm.index_error("pop index out of range"))
}

fn remove(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let list = own(vm, obj)?;
    match sequence::position(vm, |i| list.get(i), &args.values[0], 0, usize::MAX)? {
        Some(index) => {
            drop(list.remove(index));
            Ok(vm.none.clone())
        }
        None => Err(vm.value_error("list.remove(x): x not in list")),
    }
}

fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [value, start, stop] = args.unpack::<3>(vm, "index", 1)?;
    let list = own(vm, obj)?;
    let Some(value) = value else { return Err(vm.system_error("argument count")) };
    let (start, stop) = sequence::bounds(vm, start, stop, list.len())?;
    match sequence::position(vm, |i| list.get(i), value, start, stop)? {
        Some(index) => Ok(vm.int(index as i64)),
        None => Err(vm.value_error("list.index(x): x not in list")),
    }
}

static SORT_PARAMS: Params<2> = Params::new("sort", ["key", "reverse"]).keyword_only(0);

fn sort_method(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [key, reverse] = SORT_PARAMS.bind(vm, args)?;
    let reverse = match reverse {
        Some(reverse) => vm.is_true(reverse)?,
        None => false,
    };
    let list = own(vm, obj)?;
    // The list is empty while it is sorted: code that runs meanwhile sees no half-sorted state.
    // Its room of one changes with whatever is done to it, and tells of that.
    let mut items = list.replace(Vec::with_capacity(1));
    let result = sort_items(vm, &mut items, key.filter(|key| !key.is(&vm.none)), reverse);
    let meanwhile = list.replace(items);
    let modified = !meanwhile.is_empty() || meanwhile.capacity() != 1;
    drop(meanwhile);
    result?;
    if modified {
        return Err(vm.value_error("list modified during sort"));
    }
    Ok(vm.none.clone())
}

/// Sorts items by their keys, stably, also when reversed. After an error all items are there, in some order.
fn sort_items(vm: &Vm, items: &mut [Obj], key: Option<&Obj>, reverse: bool) -> Res<()> {
    let keys = match key {
        None => None,
        Some(key) => Some(items.iter().map(|item| vm.call1(key, item)).collect::<Res<Vec<Obj>>>()?),
    };
    if reverse {
        items.reverse();
    }
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    let by: Vec<Obj> = match keys {
        Some(mut keys) => {
            if reverse {
                keys.reverse();
            }
            keys
        }
        None => items.to_vec(),
    };
    let result = sort_order(vm, &by, &mut order);
    sort::arrange(items, &mut order);
    if reverse {
        items.reverse();
    }
    result
}

/// Sorts numbers of keys. Keys of one simple type are compared without asking anybody.
fn sort_order(vm: &Vm, keys: &[Obj], order: &mut [u32]) -> Res<()> {
    let all_are = |ty: &Ref<Type>| keys.iter().all(|key| key.is_exactly(ty));
    if all_are(&vm.types.int) {
        let numbers: Option<Vec<i64>> = keys.iter().map(|key| key.get::<Int>()?.small()).collect();
        if let Some(numbers) = numbers {
            return sort::sort(order, |a, b| Ok(numbers[a as usize] < numbers[b as usize]));
        }
    }
    if all_are(&vm.types.str) {
        let texts: Vec<&Str> = keys.iter().filter_map(|key| key.get::<Str>()).collect();
        return sort::sort(order, |a, b| Ok(texts[a as usize].compare(texts[b as usize]).is_lt()));
    }
    if all_are(&vm.types.float) {
        let numbers: Vec<f64> = keys.iter().filter_map(|key| Some(key.get::<Float>()?.0)).collect();
        return sort::sort(order, |a, b| Ok(numbers[a as usize] < numbers[b as usize]));
    }
    if all_are(&vm.types.tuple) {
        return sort::sort(order, |a, b| tuple_less(vm, &keys[a as usize], &keys[b as usize]));
    }
    if let Some(ty) = keys.first().map(Obj::ty)
        && all_are(ty)
        && let Some(slot) = ty.slots.richcompare.get()
    {
        return sort::sort(order, |a, b| same_type_less(vm, &keys[a as usize], &keys[b as usize], slot));
    }
    sort::sort(order, |a, b| vm.compare_bool(&keys[a as usize], &keys[b as usize], CompareOp::Lt))
}

/// Compares keys of one type by its slot (`unsafe_object_compare`). One that does not want to answer is asked once more,
/// by the rules.
fn same_type_less(vm: &Vm, a: &Obj, b: &Obj, slot: fn(&Vm, &Obj, &Obj, CompareOp) -> Res<Obj>) -> Res<bool> {
    if a.ty().slots.richcompare.get().is_some_and(|current| std::ptr::fn_addr_eq(slot, current)) {
        let result = vm.recurse(" in comparison", || slot(vm, a, b, CompareOp::Lt))?;
        if !result.is(&vm.not_implemented) {
            return vm.is_true(&result);
        }
    }
    vm.compare_bool(a, b, CompareOp::Lt)
}

fn tuple_less(vm: &Vm, a: &Obj, b: &Obj) -> Res<bool> {
    let (Some(x), Some(y)) = (a.get::<Tuple>(), b.get::<Tuple>()) else {
        return vm.compare_bool(a, b, CompareOp::Lt);
    };
    for (p, q) in x.iter().zip(y.iter()) {
        if let (Some(Some(m)), Some(Some(n))) =
            (p.get::<Int>().map(Int::small), q.get::<Int>().map(Int::small))
            && p.is_exactly(&vm.types.int)
            && q.is_exactly(&vm.types.int)
        {
            if m == n {
                continue;
            }
            return Ok(m < n);
        }
        if !vm.eq(p, q)? {
            return vm.compare_bool(p, q, CompareOp::Lt);
        }
    }
    Ok(x.len() < y.len())
}
