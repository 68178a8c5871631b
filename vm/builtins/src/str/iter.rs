//! `str_iterator` and `str_ascii_iterator`.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{
    Args, Layout as _, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res, Str, TypeFlags, Visitor, Vm,
};

/// The payload of both.
pub struct StrIterator {
    /// The string, until the end was met.
    string: ObjCell,
    index: Cell<usize>,
}

impl Payload for StrIterator {
    const NAME: &'static str = "str_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.string.trace(visit);
    }
    fn clear(&self) {
        self.string.set(None);
    }
}

const METHODS: &[NativeDef] = &[
    NativeDef::no_args("__length_hint__", hint, "Private method returning an estimate of len(list(it))."),
    NativeDef::no_args("__reduce__", reduce, "Return state information for pickling."),
    NativeDef::one("__setstate__", set_state, "Set state information for unpickling."),
];

static STR_ITERATOR: NativeType = NativeType::new("str_iterator", StrIterator::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(METHODS)
    .size(32, 0);

static STR_ASCII_ITERATOR: NativeType = NativeType::new("str_ascii_iterator", StrIterator::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(METHODS)
    .size(32, 0);

pub(super) fn iter(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let is_ascii = obj.get::<Str>().is_some_and(|s| s.as_ascii().is_some());
    let ty = vm.native_type(if is_ascii { &STR_ASCII_ITERATOR } else { &STR_ITERATOR });
    let payload = StrIterator { string: ObjCell::new(Some(obj.clone())), index: Cell::new(0) };
    Ok(Ref::new(ty, payload).into_obj())
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<StrIterator>() else { return Ok(None) };
    let index = own.index.get();
    let point = own.string.get().and_then(|s| s.get::<Str>()?.code_point(index));
    match point {
        Some(c) => {
            own.index.set(index + 1);
            Ok(Some(vm.str_of_code_point(c)))
        }
        None => {
            own.string.set(None);
            Ok(None)
        }
    }
}

/// The string, as long as the end was not met, and the index.
fn state(obj: &Obj) -> Option<(Obj, usize)> {
    let own = obj.get::<StrIterator>()?;
    Some((own.string.get()?, own.index.get()))
}

fn hint(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let left = state(obj).and_then(|(s, i)| Some(s.get::<Str>()?.len().saturating_sub(i)));
    Ok(vm.int(left.unwrap_or(0) as i64))
}

fn reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let iter = vm.builtin("iter")?;
    Ok(match state(obj) {
        Some((string, index)) => vm.tuple([iter, vm.tuple([string]), vm.int(index as i64)]),
        None => vm.tuple([iter, vm.tuple([vm.names.empty.clone().into_obj()])]),
    })
}

fn set_state(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = &args.values[0];
    if value.get::<object::Int>().is_none() {
        return Err(vm.type_error("an integer is required"));
    }
    let index = vm.as_isize(value)?.max(0) as usize;
    if let (Some(own), Some((string, _))) = (obj.get::<StrIterator>(), state(obj)) {
        own.index.set(index.min(string.get::<Str>().map_or(0, |s| s.len())));
    }
    Ok(vm.none.clone())
}
