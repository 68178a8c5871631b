//! `bytes_iterator` and `bytearray_iterator`.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{
    Args, ByteArray, Layout as _, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res, TypeFlags, Visitor,
    Vm,
};

use super::{new_bytearray, new_bytes, with_own};

/// The payload of both.
pub struct BytesIterator {
    /// The bytes, until the end was met.
    source: ObjCell,
    index: Cell<usize>,
    is_array: bool,
}

impl Payload for BytesIterator {
    const NAME: &'static str = "bytes_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.source.trace(visit);
    }
    fn clear(&self) {
        self.source.set(None);
    }
}

const METHODS: &[NativeDef] = &[
    NativeDef::no_args("__length_hint__", hint, "Private method returning an estimate of len(list(it))."),
    NativeDef::no_args("__reduce__", reduce, "Return state information for pickling."),
    NativeDef::one("__setstate__", set_state, "Set state information for unpickling."),
];

static BYTES_ITERATOR: NativeType = NativeType::new("bytes_iterator", BytesIterator::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(METHODS)
    .size(32, 0);

static BYTEARRAY_ITERATOR: NativeType = NativeType::new("bytearray_iterator", BytesIterator::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(METHODS)
    .size(32, 0);

pub(super) fn iter(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let is_array = obj.get::<ByteArray>().is_some();
    let ty = vm.native_type(if is_array { &BYTEARRAY_ITERATOR } else { &BYTES_ITERATOR });
    let payload = BytesIterator { source: ObjCell::new(Some(obj.clone())), index: Cell::new(0), is_array };
    Ok(Ref::new(ty, payload).into_obj())
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<BytesIterator>() else { return Ok(None) };
    let index = own.index.get();
    match own.source.get().and_then(|source| with_own(&source, |b| b.get(index).copied())) {
        Some(byte) => {
            own.index.set(index + 1);
            Ok(Some(vm.int(byte.into())))
        }
        None => {
            own.source.set(None);
            Ok(None)
        }
    }
}

fn hint(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let left = obj.get::<BytesIterator>().and_then(|own| {
        let source = own.source.get()?;
        Some(with_own(&source, <[u8]>::len).saturating_sub(own.index.get()))
    });
    Ok(vm.int(left.unwrap_or(0) as i64))
}

fn reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let iter = vm.builtin("iter")?;
    let Some(own) = obj.get::<BytesIterator>() else { return Ok(vm.none.clone()) };
    Ok(match own.source.get() {
        Some(source) => vm.tuple([iter, vm.tuple([source]), vm.int(own.index.get() as i64)]),
        None if own.is_array => vm.tuple([iter, vm.tuple([new_bytearray(vm, Vec::new())])]),
        None => vm.tuple([iter, vm.tuple([new_bytes(vm, Vec::new())])]),
    })
}

fn set_state(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let index = vm.as_isize(&args.values[0])?.max(0) as usize;
    if let Some(own) = obj.get::<BytesIterator>()
        && let Some(source) = own.source.get()
    {
        own.index.set(index.min(with_own(&source, <[u8]>::len)));
    }
    Ok(vm.none.clone())
}
