//! Items: `obj[key]`, sequences by index, slices' indices.

use crate::payload::{Int, Slice};
use crate::raw::{Kind, Obj};
use crate::types::Type;
use crate::vm::{Res, Vm};

impl Vm {
    /// `obj[key]`.
    pub fn getitem(&self, obj: &Obj, key: &Obj) -> Res<Obj> {
        let slots = &obj.ty().slots;
        if let Some(subscript) = slots.mp_subscript.get() {
            return subscript(self, obj, key);
        }
        if let Some(item) = slots.sq_item.get() {
            if !self.has_index(key) {
                return Err(
                    self.type_error(format!("sequence index must be integer, not '{}'", key.ty().name()))
                );
            }
            let index = self.index_as_isize(key, Some(&self.exc.index_error))?;
            let index = self.turned_index(obj, index)?;
            return item(self, obj, index);
        }
        if let Some(ty) = obj.downcast::<Type>() {
            if ty.is(&self.types.r#type) {
                return self.generic_alias(obj, key);
            }
            let method = self.getattr_optional(obj, &self.names.__class_getitem__)?;
            if let Some(method) = method.filter(|method| !method.is(&self.none)) {
                return self.call1(&method, key);
            }
            return Err(self.type_error(format!("type '{}' is not subscriptable", ty.name())));
        }
        Err(self.type_error(format!("'{}' object is not subscriptable", obj.ty().name())))
    }

    /// `ty[key]` for `type` itself; the type of generic aliases stands in a crate above.
    fn generic_alias(&self, obj: &Obj, key: &Obj) -> Res<Obj> {
        match self.hooks.generic_alias.get() {
            Some(make) => make(self, obj, key),
            None => Err(self.type_error("type 'type' is not subscriptable")),
        }
    }

    /// `obj[key] = value`.
    pub fn setitem(&self, obj: &Obj, key: &Obj, value: &Obj) -> Res<()> {
        self.assign_item(obj, key, Some(value))
    }

    /// `del obj[key]`.
    pub fn delitem(&self, obj: &Obj, key: &Obj) -> Res<()> {
        self.assign_item(obj, key, None)
    }

    fn assign_item(&self, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
        let slots = &obj.ty().slots;
        if let Some(assign) = slots.mp_ass_subscript.get() {
            return assign(self, obj, key, value);
        }
        if let Some(assign) = slots.sq_ass_item.get() {
            if !self.has_index(key) {
                return Err(
                    self.type_error(format!("sequence index must be integer, not '{}'", key.ty().name()))
                );
            }
            let index = self.index_as_isize(key, Some(&self.exc.index_error))?;
            let index = self.turned_index(obj, index)?;
            return assign(self, obj, index, value);
        }
        let refusal = if value.is_some() {
            "does not support item assignment"
        } else {
            "doesn't support item deletion"
        };
        Err(self.type_error(format!("'{}' object {refusal}", obj.ty().name())))
    }

    /// Negative indices count from the end, where the length is known.
    fn turned_index(&self, obj: &Obj, index: isize) -> Res<isize> {
        match obj.ty().slots.sq_length.get() {
            Some(len) if index < 0 => Ok(index + len(self, obj)? as isize),
            _ => Ok(index),
        }
    }

    /// Item `index` of a sequence (`PySequence_GetItem`).
    pub fn sequence_item(&self, obj: &Obj, index: isize) -> Res<Obj> {
        if let Some(item) = obj.ty().slots.sq_item.get() {
            let index = self.turned_index(obj, index)?;
            return item(self, obj, index);
        }
        if obj.ty().slots.mp_subscript.get().is_some() {
            return Err(self.type_error(format!("{} is not a sequence", obj.ty().name())));
        }
        Err(self.type_error(format!("'{}' object does not support indexing", obj.ty().name())))
    }

    /// `item in container`.
    pub fn contains(&self, container: &Obj, item: &Obj) -> Res<bool> {
        match container.ty().slots.sq_contains.get() {
            Some(contains) => contains(self, container, item),
            None => self.iter_contains(container, item),
        }
    }

    /// `item in iterable`, by going through it.
    pub fn iter_contains(&self, iterable: &Obj, item: &Obj) -> Res<bool> {
        if iterable.ty().slots.iter.get().is_none() && !self.is_sequence(iterable) {
            return Err(self.type_error(format!(
                "argument of type '{}' is not a container or iterable",
                iterable.ty().name()
            )));
        }
        let iterator = self.iter(iterable)?;
        while let Some(next) = self.next(&iterator)? {
            if self.eq(&next, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `PySequence_Check`: has items by index and is no dict.
    pub fn is_sequence(&self, obj: &Obj) -> bool {
        obj.kind() != Kind::Dict && obj.ty().slots.sq_item.get().is_some()
    }

    /// `PyMapping_Check`.
    pub fn is_mapping(&self, obj: &Obj) -> bool {
        obj.ty().slots.mp_subscript.get().is_some()
    }

    /// Start, stop and step of a slice, each as far as an index can reach (`PySlice_Unpack`).
    pub fn slice_unpack(&self, slice: &Slice) -> Res<(isize, isize, isize)> {
        let step = match self.slice_index(&slice.step)? {
            None => 1,
            Some(0) => return Err(self.value_error("slice step cannot be zero")),
            Some(step) => step.max(-isize::MAX),
        };
        let start = match self.slice_index(&slice.start)? {
            None if step < 0 => isize::MAX,
            None => 0,
            Some(start) => start,
        };
        let stop = match self.slice_index(&slice.stop)? {
            None if step < 0 => isize::MIN,
            None => isize::MAX,
            Some(stop) => stop,
        };
        Ok((start, stop, step))
    }

    /// An index of a slice, clipped to what fits; `None` is nothing (`_PyEval_SliceIndex`).
    pub fn slice_index(&self, value: &Obj) -> Res<Option<isize>> {
        if value.is(&self.none) {
            return Ok(None);
        }
        if !self.has_index(value) {
            return Err(self.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.index_as_isize(value, None).map(Some)
    }

    /// The indices of a slice over so many items: first, step, and how many (`PySlice_AdjustIndices`).
    pub fn slice_indices(&self, slice: &Slice, len: usize) -> Res<SliceIndices> {
        let (start, stop, step) = self.slice_unpack(slice)?;
        Ok(SliceIndices::adjust(start, stop, step, len))
    }

    /// Whether it has `__index__`.
    #[inline]
    pub fn has_index(&self, obj: &Obj) -> bool {
        obj.get::<Int>().is_some() || obj.ty().slots.nb_index.get().is_some()
    }
}

/// A slice's indices over a sequence of known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndices {
    /// The first index.
    pub start: isize,
    /// The end, exclusive, in the direction of the step.
    pub stop: isize,
    /// Never 0.
    pub step: isize,
    /// How many indices there are.
    pub count: usize,
}

impl SliceIndices {
    /// Clips start and stop to `len` items.
    pub fn adjust(start: isize, stop: isize, step: isize, len: usize) -> SliceIndices {
        let len = len as isize;
        let clip = |i: isize| {
            if i < 0 {
                let i = i.saturating_add(len);
                if i < 0 { if step < 0 { -1 } else { 0 } } else { i }
            } else if i >= len {
                if step < 0 { len - 1 } else { len }
            } else {
                i
            }
        };
        let (start, stop) = (clip(start), clip(stop));
        let count = if step < 0 {
            if stop < start { ((start - stop - 1) / -step + 1) as usize } else { 0 }
        } else if start < stop {
            ((stop - start - 1) / step + 1) as usize
        } else {
            0
        };
        SliceIndices { start, stop, step, count }
    }

    /// The indices in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |i| (self.start + i as isize * self.step) as usize)
    }
}
