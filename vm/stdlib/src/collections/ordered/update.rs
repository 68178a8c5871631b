//! Filling an `OrderedDict` through its own item assignment, as `MutableMapping.update` does.

use object::{Args, Dict, Obj, Res, Vm};

/// `OrderedDict.__init__`
pub(super) fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let given = args.pos().len();
    if given > 1 {
        return Err(vm.type_error(format!("expected at most 1 argument, got {given}")));
    }
    update(vm, obj, args).map(drop)
}

/// `OrderedDict.update`
pub(super) fn update(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let given = args.pos().len();
    if given > 1 {
        return Err(vm.type_error(format!("update() takes at most 1 positional argument ({given} given)")));
    }
    if let Some(source) = args.pos().first() {
        update_from(vm, obj, source)?;
    }
    for (name, value) in args.keywords() {
        vm.setitem(obj, name, value)?;
    }
    Ok(vm.none.clone())
}

/// Adds what a mapping or an iterable of pairs has.
pub(super) fn update_from(vm: &Vm, obj: &Obj, source: &Obj) -> Res<()> {
    if let Some(dict) = source.get::<Dict>().filter(|_| source.is_exactly(&vm.types.dict)) {
        return dict.to_vec().iter().try_for_each(|(key, value)| vm.setitem(obj, key, value));
    }
    if let Some(keys) = vm.call_method_optional(source, &vm.names.keys, &[])? {
        return vm.for_each(&keys, |key| {
            vm.setitem(obj, &key, &vm.getitem(source, &key)?)?;
            Ok(true)
        });
    }
    match vm.call_method_optional(source, &vm.names.items, &[])? {
        Some(pairs) => add_pairs(vm, obj, &pairs),
        None => add_pairs(vm, obj, source),
    }
}

fn add_pairs(vm: &Vm, obj: &Obj, pairs: &Obj) -> Res<()> {
    vm.for_each(pairs, |pair| {
        let pair = vm.iter(&pair)?;
        let part = |missing: &str| vm.next(&pair)?.ok_or_else(|| vm.value_error(missing));
        let key = part("need more than 0 values to unpack")?;
        let value = part("need more than 1 value to unpack")?;
        if vm.next(&pair)?.is_some() {
            return Err(vm.value_error("too many values to unpack (expected 2)"));
        }
        vm.setitem(obj, &key, &value)?;
        Ok(true)
    })
}
