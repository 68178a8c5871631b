//! The types `list_iterator`, `list_reverseiterator`, `tuple_iterator`, `range_iterator`, and how they are made.

use crate::payload::{List, ListIter, RangeIter, TupleIter};
use crate::raw::{Layout as _, Obj, ObjCell, Ref, Tuple};
use crate::types::{NativeDef, NativeType};
use crate::vm::{Args, Res, Vm};

use super::self_iter;

/// The type `list_iterator`.
pub static LIST_ITERATOR: NativeType = NativeType::new("list_iterator", ListIter::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|_, o| Ok(o.get::<ListIter>().and_then(ListIter::next))));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, o, _| list_hint(vm, o, false),
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args(
            "__reduce__",
            |vm, o, _| list_reduce(vm, o, "iter"),
            "Return state information for pickling.",
        ),
        NativeDef::one(
            "__setstate__",
            |vm, o, a| list_setstate(vm, o, vm.as_isize(&a.values[0])?),
            "Set state information for unpickling.",
        ),
    ])
    .size(32, 0);

/// The type `list_reverseiterator`.
pub static LIST_REVERSE_ITERATOR: NativeType = NativeType::new("list_reverseiterator", ListIter::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|_, o| Ok(o.get::<ListIter>().and_then(ListIter::next_back))));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, o, _| list_hint(vm, o, true),
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args(
            "__reduce__",
            |vm, o, _| list_reduce(vm, o, "reversed"),
            "Return state information for pickling.",
        ),
        NativeDef::one(
            "__setstate__",
            // The state is the index of the next item, one less than ours.
            |vm, o, a| {
                let index = vm.as_isize(&a.values[0])?.max(-1);
                list_setstate(vm, o, index.saturating_add(1))
            },
            "Set state information for unpickling.",
        ),
    ])
    .size(32, 0);

/// The type `tuple_iterator`.
pub static TUPLE_ITERATOR: NativeType = NativeType::new("tuple_iterator", TupleIter::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|_, o| Ok(o.get::<TupleIter>().and_then(TupleIter::next))));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, o, _| tuple_hint(vm, o),
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args(
            "__reduce__",
            |vm, o, _| tuple_reduce(vm, o),
            "Return state information for pickling.",
        ),
        NativeDef::one(
            "__setstate__",
            |vm, o, args| {
                let index = vm.as_isize(&args.values[0])?.max(0) as usize;
                if let Some((own, tuple)) = o.get::<TupleIter>().and_then(|own| Some((own, own.rest()?))) {
                    own.index.set(index.min(tuple.len()));
                }
                Ok(vm.none.clone())
            },
            "Set state information for unpickling.",
        ),
    ])
    .size(32, 0);

/// The type `range_iterator`.
pub static RANGE_ITERATOR: NativeType = NativeType::new("range_iterator", RangeIter::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, o| Ok(o.get::<RangeIter>().and_then(RangeIter::next).map(|n| vm.int(n)))));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, o, _| Ok(vm.int_unsigned(o.get::<RangeIter>().map_or(0, |r| r.left.get()))),
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args("__reduce__", range_reduce, "Return state information for pickling."),
        NativeDef::one("__setstate__", range_setstate, "Set state information for unpickling."),
    ])
    .size(40, 0);

/// `iter(range(…))` of what is left.
fn range_reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let Some(own) = obj.get::<RangeIter>() else { return Ok(vm.none.clone()) };
    let (start, step) = (own.start.get(), own.step);
    let stop = i128::from(start) + i128::from(step) * i128::from(own.left.get());
    let parts = [vm.int(start), vm.int_big(stop.into()), vm.int(step)];
    let rest = vm.call(vm.types.range.as_obj(), &parts)?;
    Ok(vm.tuple([builtin(vm, "iter")?, vm.tuple([rest]), vm.none.clone()]))
}

fn range_setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let index = vm.as_isize(&args.values[0])?.max(0) as u64;
    if let Some(own) = obj.get::<RangeIter>() {
        let by = index.min(own.left.get());
        own.start.set(own.start.get().wrapping_add(own.step.wrapping_mul(by as i64)));
        own.left.set(own.left.get() - by);
    }
    Ok(vm.none.clone())
}

fn list_hint(vm: &Vm, obj: &Obj, reversed: bool) -> Res<Obj> {
    let Some(own) = obj.get::<ListIter>() else { return Ok(vm.int(0)) };
    let length = own.list.get().and_then(|l| l.get::<List>().map(|l| l.0.len()));
    let index = own.index.get();
    let left = match length {
        None => 0,
        Some(length) if reversed => {
            if index > length {
                0
            } else {
                index
            }
        }
        Some(length) => length.saturating_sub(index),
    };
    Ok(vm.int(left as i64))
}

fn builtin(vm: &Vm, name: &str) -> Res<Obj> {
    match vm.hooks.import.get() {
        Some(import) => vm.getattr_text(&import(vm, "builtins")?, name),
        None => Err(vm.runtime_error("lost builtins module")),
    }
}

fn list_reduce(vm: &Vm, obj: &Obj, function: &str) -> Res<Obj> {
    let own = obj.get::<ListIter>();
    let list = own.and_then(|own| own.list.get());
    match (own, list) {
        (Some(own), Some(list)) => {
            let index = own.index.get() as i64 - i64::from(function == "reversed");
            Ok(vm.tuple([builtin(vm, function)?, vm.tuple([list]), vm.int(index)]))
        }
        _ => Ok(vm.tuple([builtin(vm, "iter")?, vm.tuple([vm.list(Vec::new())])])),
    }
}

fn list_setstate(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    let index = index.max(0) as usize;
    if let Some(own) = obj.get::<ListIter>() {
        let length = own.list.get().and_then(|l| l.get::<List>().map(|l| l.0.len())).unwrap_or(0);
        own.index.set(index.min(length));
    }
    Ok(vm.none.clone())
}

fn tuple_hint(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let left = obj
        .get::<TupleIter>()
        .and_then(|own| own.rest().map(|tuple| tuple.len().saturating_sub(own.index.get())))
        .unwrap_or(0);
    Ok(vm.int(left as i64))
}

fn tuple_reduce(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = obj.get::<TupleIter>();
    match (own, own.and_then(TupleIter::rest)) {
        (Some(own), Some(tuple)) => {
            Ok(vm.tuple([builtin(vm, "iter")?, vm.tuple([tuple.into_obj()]), vm.int(own.index.get() as i64)]))
        }
        _ => Ok(vm.tuple([builtin(vm, "iter")?, vm.tuple([vm.empty_tuple.as_obj().clone()])])),
    }
}

impl Vm {
    /// `iter(list)`
    pub fn list_iterator(&self, list: &Ref<List>) -> Obj {
        let payload =
            ListIter { list: ObjCell::new(Some(list.as_obj().clone())), index: 0.into(), reversed: false };
        Ref::new(self.native_type(&LIST_ITERATOR), payload).into_obj()
    }

    /// `reversed(list)`
    pub fn list_reverse_iterator(&self, list: &Ref<List>) -> Obj {
        let list_cell = ObjCell::new(Some(list.as_obj().clone()));
        let payload = ListIter { list: list_cell, index: list.0.len().into(), reversed: true };
        Ref::new(self.native_type(&LIST_REVERSE_ITERATOR), payload).into_obj()
    }

    /// `iter(tuple)`
    pub fn tuple_iterator(&self, tuple: &Ref<Tuple>) -> Obj {
        let payload = TupleIter { tuple: ObjCell::new(Some(tuple.as_obj().clone())), index: 0.into() };
        Ref::new(self.native_type(&TUPLE_ITERATOR), payload).into_obj()
    }

    /// An iterator over `length` numbers from `start` in steps of `step`, all of which fit a word.
    pub fn range_iterator(&self, start: i64, step: i64, length: u64) -> Obj {
        let payload = RangeIter { start: start.into(), step, left: length.into() };
        Ref::new(self.native_type(&RANGE_ITERATOR), payload).into_obj()
    }
}
