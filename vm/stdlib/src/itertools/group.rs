//! `groupby` and the groups it hands out.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{Layout as _, NativeType, Obj, ObjCell, Params, Payload, Ref, Res, Visitor, Vm};

/// The payload of `groupby`.
struct GroupBy {
    iterator: Obj,
    key_function: Option<Obj>,
    /// The key of the group handed out last.
    target_key: ObjCell,
    /// The key of the item taken last.
    current_key: ObjCell,
    /// The item taken last, if no group has handed it out yet.
    current_value: ObjCell,
    /// The number of the group that may go on; it changes with each group.
    group: Cell<u64>,
}

impl Payload for GroupBy {
    const NAME: &'static str = "groupby";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.iterator);
        self.key_function.iter().for_each(&mut *visit);
        self.target_key.trace(visit);
        self.current_key.trace(visit);
        self.current_value.trace(visit);
    }
    fn clear(&self) {
        self.target_key.set(None);
        self.current_key.set(None);
        self.current_value.set(None);
    }
}

impl GroupBy {
    /// Takes one item; `false` at the end.
    fn step(&self, vm: &Vm) -> Res<bool> {
        let Some(value) = vm.next(&self.iterator)? else { return Ok(false) };
        let key = match &self.key_function {
            Some(function) => vm.call1(function, &value)?,
            None => value.clone(),
        };
        self.current_value.set(Some(value));
        self.current_key.set(Some(key));
        Ok(true)
    }

    /// A group of items with this key, the only one that may go on from now on.
    fn start_group(&self, vm: &Vm, parent: &Obj, key: Obj) -> Obj {
        self.group.set(self.group.get() + 1);
        let grouper = Grouper { parent: parent.clone(), key, number: self.group.get() };
        Ref::new(vm.native_type(&GROUPER), grouper).into_obj()
    }
}

static GROUPBY_PARAMS: Params<2> = Params::new("groupby", ["iterable", "key"]).required(1);

pub(super) static GROUPBY: NativeType = NativeType::new("groupby", GroupBy::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, key=None)\n--\n\nmake an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.")
    .size(72, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [iterable, key] = GROUPBY_PARAMS.bind(vm, args)?;
            let payload = GroupBy {
                iterator: vm.iter(iterable.unwrap_or(&vm.none))?,
                key_function: key.filter(|key| !key.is(&vm.none)).cloned(),
                target_key: ObjCell::default(),
                current_key: ObjCell::default(),
                current_value: ObjCell::default(),
                group: Cell::new(0),
            };
            Ok(Ref::new(class, payload).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(groupby_next));
    });

fn groupby_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<GroupBy>() else { return Ok(None) };
    own.group.set(own.group.get() + 1);
    let key = loop {
        if let Some(current) = own.current_key.get() {
            match own.target_key.get() {
                Some(target) if vm.eq(&target, &current)? => {}
                _ => break current,
            }
        }
        if !own.step(vm)? {
            return Ok(None);
        }
    };
    own.target_key.set(Some(key.clone()));
    let group = own.start_group(vm, obj, key.clone());
    Ok(Some(vm.tuple([key, group])))
}

/// The payload of `_grouper`, the items of one group.
struct Grouper {
    parent: Obj,
    key: Obj,
    number: u64,
}

impl Payload for Grouper {
    const NAME: &'static str = "_grouper";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.parent);
        visit(&self.key);
    }
}

pub(super) static GROUPER: NativeType =
    NativeType::new("_grouper", Grouper::VTABLE).module("itertools").size(32, 0).slots(|s| {
        s.new.set(Some(|vm, _, args| {
            let [parent, key] = args.exact(vm, "_grouper")?;
            match parent.get::<GroupBy>() {
                Some(own) => Ok(own.start_group(vm, parent, key.clone())),
                None => Err(vm.bad_argument("_grouper", "argument 1", "itertools.groupby", parent)),
            }
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(grouper_next));
    });

fn grouper_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Grouper>() else { return Ok(None) };
    let Some(parent) = own.parent.get::<GroupBy>() else { return Ok(None) };
    if parent.group.get() != own.number || (parent.current_value.is_none() && !parent.step(vm)?) {
        return Ok(None);
    }
    let Some(current) = parent.current_key.get() else { return Ok(None) };
    if !vm.eq(&own.key, &current)? {
        return Ok(None);
    }
    parent.current_key.set(None);
    Ok(parent.current_value.take())
}
