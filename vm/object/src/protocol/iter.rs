//! Iteration.

use std::cell::Cell;

use crate::payload::List;
use crate::raw::{Layout as _, Obj, ObjCell, ObjVec, Payload, Ref, Tuple, Visitor};
use crate::types::{NativeDef, NativeType, Type, TypeFlags};
use crate::vm::{Args, Res, Vm};

/// The payload of `iterator`: goes through a sequence by index until `IndexError`.
pub struct SeqIter {
    sequence: ObjCell,
    index: Cell<isize>,
}

impl Payload for SeqIter {
    const NAME: &'static str = "iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.sequence.trace(visit);
    }
    fn clear(&self) {
        self.sequence.set(None);
    }
}

pub(crate) static SEQ_ITER: NativeType = NativeType::new("iterator", SeqIter::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(seq_iter_next));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            seq_iter_hint,
            "($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args(
            "__reduce__",
            seq_iter_reduce,
            "($self, /)\n--\n\nReturn state information for pickling.",
        ),
        NativeDef::one(
            "__setstate__",
            seq_iter_setstate,
            "($self, object, /)\n--\n\nSet state information for unpickling.",
        ),
    ])
    .size(32, 0);

/// `iter(x)` of an iterator: itself.
pub fn self_iter(_vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(obj.clone())
}

fn seq_iter_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(iter) = obj.get::<SeqIter>() else { return Ok(None) };
    let Some(sequence) = iter.sequence.get() else { return Ok(None) };
    let index = iter.index.get();
    if index == isize::MAX {
        return Err(vm.overflow_error("iter index too large"));
    }
    match vm.sequence_item(&sequence, index) {
        Ok(item) => {
            iter.index.set(index + 1);
            Ok(Some(item))
        }
        Err(raised)
            if raised.is_instance(&vm.exc.index_error) || raised.is_instance(&vm.exc.stop_iteration) =>
        {
            iter.sequence.set(None);
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

fn seq_iter_hint(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let Some(iter) = obj.get::<SeqIter>() else { return Ok(vm.int(0)) };
    let Some(sequence) = iter.sequence.get() else { return Ok(vm.int(0)) };
    if sequence.ty().slots.sq_length.get().or(sequence.ty().slots.mp_length.get()).is_none() {
        return Ok(vm.not_implemented.clone());
    }
    let left = vm.len(&sequence)? as i64 - iter.index.get() as i64;
    Ok(vm.int(left.max(0)))
}

fn seq_iter_reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let iter_function = vm.builtin("iter")?;
    let Some(iter) = obj.get::<SeqIter>() else { return Ok(vm.none.clone()) };
    Ok(match iter.sequence.get() {
        Some(sequence) => vm.tuple([iter_function, vm.tuple([sequence]), vm.int(iter.index.get() as i64)]),
        None => vm.tuple([iter_function, vm.tuple([vm.empty_tuple.clone().into_obj()])]),
    })
}

fn seq_iter_setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let index = vm.index_as_isize(&args.values[0], Some(&vm.exc.overflow_error))?;
    if let Some(iter) = obj.get::<SeqIter>()
        && !iter.sequence.is_none()
    {
        iter.index.set(index.max(0));
    }
    Ok(vm.none.clone())
}

impl Vm {
    /// `iter(obj)`.
    #[inline]
    pub fn iter(&self, obj: &Obj) -> Res<Obj> {
        let Some(iter) = obj.ty().slots.iter.get() else {
            if self.is_sequence(obj) {
                return Ok(self.sequence_iterator(obj));
            }
            return Err(self.type_error(format!("'{}' object is not iterable", obj.ty().name())));
        };
        let iterator = iter(self, obj)?;
        if iterator.ty().slots.iternext.get().is_none() {
            return Err(
                self.type_error(format!("iter() returned non-iterator of type '{}'", iterator.ty().name()))
            );
        }
        Ok(iterator)
    }

    /// An iterator by index over anything with items.
    pub fn sequence_iterator(&self, sequence: &Obj) -> Obj {
        let iter = SeqIter { sequence: ObjCell::new(Some(sequence.clone())), index: Cell::new(0) };
        crate::raw::Ref::new(self.native_type(&SEQ_ITER), iter).into_obj()
    }

    /// The next item of an iterator; nothing at its end.
    #[inline]
    pub fn next(&self, iterator: &Obj) -> Res<Option<Obj>> {
        match iterator.ty().slots.iternext.get() {
            Some(next) => next(self, iterator),
            None => Err(self.type_error(format!("'{}' object is not an iterator", iterator.ty().name()))),
        }
    }

    /// The next item of an iterator; at its end the `StopIteration` that says what it returned. `next` is the
    /// slot, of the iterator's type or of a base.
    pub fn next_or_stop(&self, iterator: &Obj, next: fn(&Vm, &Obj) -> Res<Option<Obj>>) -> Res<Obj> {
        self.thread.stop_value.set(None);
        match next(self, iterator)? {
            Some(item) => Ok(item),
            None => {
                let value = self.thread.stop_value.take().filter(|value| !value.is(&self.none));
                Err(self.stop_iteration(value.as_ref()))
            }
        }
    }

    /// Calls `each` with every item; it says whether to go on.
    pub fn for_each(&self, iterable: &Obj, mut each: impl FnMut(Obj) -> Res<bool>) -> Res<()> {
        if iterable.is_exactly(&self.types.tuple)
            && let Some(tuple) = iterable.downcast::<Tuple>()
        {
            let tuple = tuple.clone();
            for item in tuple.iter() {
                if !each(item.clone())? {
                    return Ok(());
                }
            }
            return Ok(());
        }
        if iterable.is_exactly(&self.types.list)
            && let Some(list) = iterable.downcast::<List>()
        {
            let list = list.clone();
            let mut index = 0;
            while let Some(item) = list.0.get(index) {
                if !each(item)? {
                    return Ok(());
                }
                index += 1;
            }
            return Ok(());
        }
        self.for_each_next(&self.iter(iterable)?, each)
    }

    /// Calls `each` with what is left of an iterator; it says whether to go on.
    pub fn for_each_next(&self, iterator: &Obj, mut each: impl FnMut(Obj) -> Res<bool>) -> Res<()> {
        /// After so many items it is looked at whether they have filled the heap.
        const CHECKED: usize = 1 << 16;
        let mut count = 0usize;
        while let Some(item) = self.next(iterator)? {
            if !each(item)? {
                return Ok(());
            }
            count += 1;
            if count.is_multiple_of(CHECKED) {
                self.check_alloc(0)?;
            }
        }
        Ok(())
    }

    /// Appends the items of an iterable (`list_extend`). As there the iterable is asked for its length first, and one that
    /// is too large is refused before it starts.
    pub fn list_extend(&self, list: &ObjVec, iterable: &Obj) -> Res<()> {
        let types = &self.types;
        let exactly = |kinds: &[&Ref<Type>]| kinds.iter().any(|ty| iterable.is_exactly(ty));
        if exactly(&[&types.list, &types.tuple]) {
            let items = self.iter_to_vec(iterable)?;
            if !items.is_empty() && list.capacity() == 0 {
                list.prepare(items.len());
            }
            list.extend(items);
            return Ok(());
        }
        let iterator = self.iter(iterable)?;
        let hint = self.length_hint(iterable, 8)?;
        // A hint that cannot be true does not count.
        let hint = if hint > isize::MAX as usize - list.len() { 0 } else { hint };
        self.check_alloc(hint.saturating_mul(size_of::<Obj>()))?;
        if exactly(&[&types.set, &types.frozenset, &types.dict])
            || iterable.ty().flags().has(TypeFlags::COUNTED_VIEW)
        {
            list.reserve(hint);
        } else {
            list.prepare(hint);
        }
        self.for_each_next(&iterator, |item| {
            if list.len() == list.capacity() {
                self.check_alloc(list.capacity().saturating_mul(16))?;
            }
            list.push(item);
            Ok(true)
        })?;
        list.settle();
        Ok(())
    }

    /// All items of an iterable.
    pub fn iter_to_vec(&self, iterable: &Obj) -> Res<Vec<Obj>> {
        if iterable.is_exactly(&self.types.tuple)
            && let Some(tuple) = iterable.get::<Tuple>()
        {
            return Ok(tuple.to_vec());
        }
        if iterable.is_exactly(&self.types.list)
            && let Some(list) = iterable.get::<List>()
        {
            return Ok(list.0.to_vec());
        }
        self.rest_to_vec(&self.iter(iterable)?)
    }

    /// A new list of all items (`PySequence_List`).
    pub fn list_of(&self, iterable: &Obj) -> Res<Ref<List>> {
        let list = List::default();
        self.list_extend(&list.0, iterable)?;
        Ok(Ref::new(&self.types.list, list))
    }

    /// What is left of an iterator.
    fn rest_to_vec(&self, iterator: &Obj) -> Res<Vec<Obj>> {
        let mut items = Vec::new();
        self.for_each_next(iterator, |item| {
            if items.len() == items.capacity() {
                self.check_alloc(items.capacity().saturating_mul(16))?;
            }
            items.push(item);
            Ok(true)
        })?;
        Ok(items)
    }

    /// All items; what is not iterable is a `TypeError` of this text (`PySequence_Fast`).
    pub fn iter_to_vec_or(&self, iterable: &Obj, message: &str) -> Res<Vec<Obj>> {
        if iterable.ty().slots.iter.get().is_none() && !self.is_sequence(iterable) {
            return Err(self.type_error(message));
        }
        self.iter_to_vec(iterable)
    }
}
