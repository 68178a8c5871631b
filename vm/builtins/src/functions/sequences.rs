//! `all`, `any`, `iter`, `next`, `len`, `max`, `min`, `sorted`, `aiter`, `anext`.

use object::{Args, CompareOp, NativeDef, Obj, Params, Res, Vm};

use crate::lazy;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::one(
        "aiter",
        |vm, _, a| lazy::aiter(vm, &a.values[0]),
        "($module, async_iterable, /)\n--\n\nReturn an AsyncIterator for an AsyncIterable object.",
    ),
    NativeDef::one(
        "all",
        |vm, _, a| every(vm, &a.values[0], true),
        "($module, iterable, /)\n--\n\nReturn True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True.",
    ),
    NativeDef::positional(
        "anext",
        anext,
        "($module, aiterator, default=<unrepresentable>, /)\n--\n\nReturn the next item from the async iterator.\n\nIf default is given and the async iterator is exhausted,\nit is returned instead of raising StopAsyncIteration.",
    ),
    NativeDef::one(
        "any",
        |vm, _, a| every(vm, &a.values[0], false),
        "($module, iterable, /)\n--\n\nReturn True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False.",
    ),
    NativeDef::positional(
        "iter",
        iter,
        "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object.\nIn the first form, the argument must supply its own iterator, or be a sequence.\nIn the second form, the callable is called until it returns the sentinel.",
    ),
    NativeDef::one(
        "len",
        |vm, _, a| Ok(vm.int(vm.len(&a.values[0])? as i64)),
        "($module, obj, /)\n--\n\nReturn the number of items in a container.",
    ),
    NativeDef::keywords(
        "max",
        |vm, _, a| extreme(vm, a, "max", &MAX, CompareOp::Gt),
        "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the largest argument.",
    ),
    NativeDef::keywords(
        "min",
        |vm, _, a| extreme(vm, a, "min", &MIN, CompareOp::Lt),
        "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the smallest argument.",
    ),
    NativeDef::positional(
        "next",
        next,
        "next(iterator[, default])\n\nReturn the next item from the iterator. If default is given and the iterator\nis exhausted, it is returned instead of raising StopIteration.",
    ),
    NativeDef::keywords(
        "sorted",
        sorted,
        "($module, iterable, /, *, key=None, reverse=False)\n--\n\nReturn a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order.",
    ),
];

/// `all` looks for a false item, `any` for a true one.
fn every(vm: &Vm, iterable: &Obj, all: bool) -> Res<Obj> {
    let mut answer = all;
    vm.for_each(iterable, |item| {
        if vm.is_true(&item)? != all {
            answer = !all;
        }
        Ok(answer == all)
    })?;
    Ok(vm.bool(answer))
}

fn iter(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [obj, sentinel] = args.unpack::<2>(vm, "iter", 1)?;
    let obj = obj.unwrap_or(&vm.none);
    match sentinel {
        None => vm.iter(obj),
        Some(sentinel) => {
            if !vm.is_callable(obj) {
                return Err(vm.type_error("iter(v, w): v must be callable"));
            }
            Ok(lazy::callable_iterator(vm, obj, sentinel))
        }
    }
}

fn next(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [iterator, default] = args.unpack::<2>(vm, "next", 1)?;
    let iterator = iterator.unwrap_or(&vm.none);
    let Some(step) = iterator.ty().slots.iternext.get() else {
        return Err(vm.type_error(format!("\'{}\' object is not an iterator", iterator.ty().name())));
    };
    let Some(default) = default else { return vm.next_or_stop(iterator, step) };
    match step(vm, iterator) {
        Ok(item) => Ok(item.unwrap_or_else(|| default.clone())),
        Err(raised) if raised.is_instance(&vm.exc.stop_iteration) => Ok(default.clone()),
        Err(raised) => Err(raised),
    }
}

fn anext(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [iterator, default] = args.unpack::<2>(vm, "anext", 1)?;
    lazy::anext(vm, iterator.unwrap_or(&vm.none), default)
}

static MAX: Params<2> = Params::new("max", ["key", "default"]).keyword_only(0);
static MIN: Params<2> = Params::new("min", ["key", "default"]).keyword_only(0);

fn extreme(vm: &Vm, args: Args<'_>, name: &str, params: &Params<2>, op: CompareOp) -> Res<Obj> {
    let pos = args.pos();
    if pos.is_empty() {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let [key, default] =
        params.bind(vm, Args { values: &args.values[pos.len()..], kwnames: args.kwnames })?;
    if pos.len() > 1 && default.is_some() {
        return Err(vm.type_error(format!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    let key = key.filter(|k| !k.is(&vm.none));
    let mut best: Option<(Obj, Obj)> = None;
    let mut consider = |item: Obj| -> Res<bool> {
        let rank = match key {
            Some(key) => vm.call1(key, &item)?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, best_rank)) => vm.compare_bool(&rank, best_rank, op)?,
        };
        if better {
            best = Some((item, rank));
        }
        Ok(true)
    };
    if let [iterable] = pos {
        vm.for_each(iterable, consider)?;
    } else {
        for item in pos {
            consider(item.clone())?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(vm.value_error(format!("{name}() iterable argument is empty"))),
    }
}

fn sorted(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "sorted", 1, 1)?;
    let list = vm.list_of(&args.values[0])?.into_obj();
    let sort = vm.getattr_text(&list, "sort")?;
    vm.call_args(&sort, Args { values: &args.values[1..], kwnames: args.kwnames })?;
    Ok(list)
}
