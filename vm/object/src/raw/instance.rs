//! What an instance of a Python class has behind its payload: `__slots__`, the instance dict, inline attribute values.
//!
//! Layout behind the payload (and its trailing data): one word for each slot of the type, then, if instances have a
//! dict, the [`Inline`] block. Attribute values are kept inline, each at the place that its name has among the type's
//! [`SharedKeys`], until somebody asks for the dict or there is no place; then they move into a real dict, for good.

use std::cell::{Cell, RefCell};
use std::mem::size_of;
use std::ptr::NonNull;

use super::cells::ObjCell;
use super::dict::Dict;
use super::header::{Header, Kind, Obj, flag};
use super::payload::{PyBox, Ref, Visitor};
use super::string::Str;
use super::tuple::Tuple;
use crate::types::Type;

/// How many attribute values an instance may keep inline.
const MAX_INLINE: usize = 30;
/// Bits of an index in a cached place.
const INDEX_BITS: u32 = 5;
const _: () = assert!(MAX_INLINE < 1 << INDEX_BITS);
/// Spare places for attributes that appear after the first instances were made.
const SPARE: usize = 4;

/// The names of the attributes that instances of a class keep inline, in order of first appearance.
#[derive(Default)]
pub struct SharedKeys {
    names: RefCell<Vec<Ref<Str>>>,
    len: Cell<usize>,
    expected: Cell<usize>,
}

impl SharedKeys {
    /// Where the name stands. Names are interned; identity decides.
    #[inline]
    pub fn index(&self, name: &Ref<Str>) -> Option<usize> {
        self.names.borrow().iter().position(|n| n.is(name))
    }

    fn add(&self, name: &Ref<Str>) -> Option<usize> {
        if self.len.get() >= MAX_INLINE || !name.as_obj().header().has(flag::INTERNED) {
            return None;
        }
        self.names.borrow_mut().push(name.clone());
        self.len.set(self.len.get() + 1);
        Some(self.len.get() - 1)
    }

    /// Says how many names are likely: those that the methods of the class assign to (`__static_attributes__`).
    pub fn expect(&self, count: usize) {
        self.expected.set(count);
    }

    /// How many names are likely.
    pub fn expected(&self) -> usize {
        self.expected.get()
    }

    /// The number of names.
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len.get() == 0
    }

    fn name(&self, index: usize) -> Option<Ref<Str>> {
        self.names.borrow().get(index).cloned()
    }
}

/// Behind it stand as many values as its capacity says, and then, in a byte each, the places of those that are set in the
/// order in which they were set: that of the dict.
#[repr(C)]
struct Inline {
    dict: ObjCell,
    /// How many values are set.
    count: Cell<u32>,
    capacity: u32,
}

/// Bytes of slots and inline block for a new instance of `ty`.
pub(super) fn extras_size(ty: &Type) -> usize {
    let slots = ty.slot_count() * size_of::<ObjCell>();
    if ty.instances_have_dict() {
        let capacity = inline_capacity(ty);
        slots + size_of::<Inline>() + capacity * size_of::<ObjCell>() + capacity.next_multiple_of(8)
    } else {
        slots
    }
}

fn inline_capacity(ty: &Type) -> usize {
    // Variable-sized payloads and those of metaclasses keep to a dict, as in CPython.
    match ty.shared_keys() {
        Some(keys) => (keys.len().max(keys.expected()) + SPARE).min(MAX_INLINE),
        None => 0,
    }
}

/// Whether instances of the two types have the same slots and dict.
pub(super) fn same_shape(a: &Type, b: &Type) -> bool {
    a.slot_count() == b.slot_count() && a.instances_have_dict() == b.instances_have_dict()
}

/// # Safety
/// `raw` is a new object of type `ty` whose payload and trailing length are written, with room for the extras.
pub(super) unsafe fn init_extras(raw: NonNull<Header>, ty: &Type) {
    // SAFETY: the caller's promise: the places are inside the block.
    unsafe {
        let slots = extras_at(raw, ty);
        for i in 0..ty.slot_count() {
            slots.add(i).write(ObjCell::new(None));
        }
        if ty.instances_have_dict() {
            let inline = slots.add(ty.slot_count()).cast::<Inline>();
            let capacity = inline_capacity(ty);
            inline.write(Inline { dict: ObjCell::new(None), count: Cell::new(0), capacity: capacity as u32 });
            let values = inline.add(1).cast::<ObjCell>();
            for i in 0..capacity {
                values.add(i).write(ObjCell::new(None));
            }
            values.add(capacity).cast::<u8>().write_bytes(0, capacity);
        }
    }
}

/// # Safety
/// `raw` is an object of type `ty` with its payload written.
#[inline]
unsafe fn extras_at(raw: NonNull<Header>, ty: &Type) -> *mut ObjCell {
    let layout = ty.layout();
    // SAFETY: the payloads of these kinds are what the kind says.
    let trailing = unsafe {
        match layout.kind {
            Kind::Str => raw.cast::<PyBox<Str>>().as_ref().payload.trailing(),
            Kind::Tuple => raw.cast::<PyBox<Tuple>>().as_ref().payload.len() * size_of::<Obj>(),
            _ => 0,
        }
    };
    // SAFETY: extras stand behind payload and trailing data in the same block.
    unsafe { raw.as_ptr().byte_add(layout.size + trailing.next_multiple_of(8)).cast() }
}

fn slots(object: &Obj) -> &[ObjCell] {
    let ty = object.ty();
    if !ty.has_extras() {
        return &[];
    }
    // SAFETY: `init_extras` wrote as many slots as the type has, and the count of a type never changes.
    unsafe { std::slice::from_raw_parts(extras_at(object.0, ty), ty.slot_count()) }
}

#[inline]
fn inline(object: &Obj) -> Option<&Inline> {
    let ty = object.ty();
    if !ty.instances_have_dict() {
        return None;
    }
    // SAFETY: `init_extras` wrote the block behind the slots.
    Some(unsafe { &*extras_at(object.0, ty).add(ty.slot_count()).cast::<Inline>() })
}

impl Inline {
    #[inline]
    fn values(&self) -> &[ObjCell] {
        // SAFETY: `init_extras` wrote `capacity` places behind the block.
        unsafe { std::slice::from_raw_parts((self as *const Inline).add(1).cast(), self.capacity as usize) }
    }

    /// The places of the values in the order in which they were set; `count` of them are in use.
    #[inline]
    fn order(&self) -> &[Cell<u8>] {
        // SAFETY: `init_extras` wrote `capacity` bytes behind the values.
        unsafe { std::slice::from_raw_parts(self.values().as_ptr_range().end.cast(), self.capacity as usize) }
    }

    /// Sets the value at a place inside the capacity; the old one comes back.
    #[inline]
    fn set(&self, index: usize, value: Obj) -> Option<Obj> {
        let old = self.values()[index].replace(Some(value));
        if old.is_none() {
            let count = self.count.get();
            self.order()[count as usize].set(index as u8);
            self.count.set(count + 1);
        }
        old
    }

    /// Removes the value at a place.
    fn take(&self, index: usize) -> Option<Obj> {
        let old = self.values().get(index)?.take()?;
        let count = self.count.get() as usize;
        let order = &self.order()[..count];
        if let Some(at) = order.iter().position(|place| usize::from(place.get()) == index) {
            for i in at + 1..count {
                order[i - 1].set(order[i].get());
            }
            self.count.set(count as u32 - 1);
        }
        Some(old)
    }
}

/// Where the attributes of an instance are.
pub enum AttrStore {
    /// Instances of the type have no dict.
    Absent,
    /// All values are inline.
    Inline,
    /// A dict object holds them.
    Dict(Ref<Dict>),
}

impl Obj {
    /// The value of `__slots__` entry `index`.
    #[inline]
    pub fn slot(&self, index: usize) -> Option<Obj> {
        slots(self).get(index).and_then(ObjCell::get)
    }

    /// Sets or empties `__slots__` entry `index` and hands out what was there.
    #[inline]
    pub fn set_slot(&self, index: usize, value: Option<Obj>) -> Option<Obj> {
        slots(self).get(index).and_then(|slot| slot.replace(value))
    }

    /// Where the instance attributes are now.
    #[inline]
    pub fn attr_store(&self) -> AttrStore {
        match inline(self) {
            None => AttrStore::Absent,
            Some(block) => match block.dict.get().and_then(|d| d.into_ref().ok()) {
                Some(dict) => AttrStore::Dict(dict),
                None => AttrStore::Inline,
            },
        }
    }

    /// Whether the values are inline still: the guard of specialised attribute access.
    #[inline]
    pub fn has_inline_values(&self) -> bool {
        !self.header().has(flag::DICT_MATERIALISED)
    }

    /// The inline value at `index` of the type's shared keys.
    #[inline]
    pub fn inline_value(&self, index: usize) -> Option<Obj> {
        if self.header().has(flag::DICT_MATERIALISED) {
            return None;
        }
        inline(self)?.values().get(index)?.get()
    }

    /// Where the inline value at `index` of the shared keys is in instances of this object's type, in one word for an
    /// inline cache: the place of the inline block in words, and the index. `None` if it does not fit.
    pub fn inline_place(&self, index: usize) -> Option<u16> {
        if matches!(self.kind(), Kind::Str | Kind::Tuple) || index >= 1 << INDEX_BITS {
            return None;
        }
        let block: *const Inline = inline(self)?;
        let words = (block as usize - self.0.as_ptr() as usize) / size_of::<ObjCell>();
        u16::try_from(words << INDEX_BITS | index).ok()
    }

    /// The block and index of a cached place, if the instance still keeps its values inline and has room for this one.
    #[inline(always)]
    fn at_place(&self, place: u16) -> Option<(&Inline, usize)> {
        if self.header().has(flag::DICT_MATERIALISED) {
            return None;
        }
        let index = usize::from(place) & ((1 << INDEX_BITS) - 1);
        // SAFETY: the caller's guard says that the type is the one that `inline_place` was asked for, and instances of
        // one type have their block in one place.
        let block = unsafe {
            &*self
                .0
                .as_ptr()
                .byte_add((usize::from(place) >> INDEX_BITS) * size_of::<ObjCell>())
                .cast::<Inline>()
        };
        (index < block.capacity as usize).then_some((block, index))
    }

    /// The inline value at a place that [`inline_place`](Self::inline_place) gave for this object's very type: the caller
    /// has checked the type's version.
    #[inline(always)]
    pub fn inline_value_at(&self, place: u16) -> Option<Obj> {
        let (block, index) = self.at_place(place)?;
        block.values()[index].get()
    }

    /// Sets the inline value at a place, under the same guard; gives the value back if there is no room.
    #[inline(always)]
    pub fn set_inline_value_at(&self, place: u16, value: Obj) -> Result<Option<Obj>, Obj> {
        let Some((block, index)) = self.at_place(place) else { return Err(value) };
        Ok(block.set(index, value))
    }

    /// Sets the inline value at `index` of the type's shared keys; gives the value back if there is no room.
    #[inline]
    pub fn set_inline_value(&self, index: usize, value: Obj) -> Result<Option<Obj>, Obj> {
        if self.header().has(flag::DICT_MATERIALISED) {
            return Err(value);
        }
        match inline(self).filter(|block| index < block.capacity as usize) {
            Some(block) => Ok(block.set(index, value)),
            None => Err(value),
        }
    }

    /// The instance attribute `name` (interned), wherever it is.
    pub fn instance_attr(&self, name: &Ref<Str>) -> Option<Obj> {
        match self.attr_store() {
            AttrStore::Absent => None,
            AttrStore::Dict(dict) => dict.get_str(name),
            AttrStore::Inline => {
                let index = self.ty().shared_keys()?.index(name)?;
                self.inline_value(index)
            }
        }
    }

    /// Sets the instance attribute `name` (interned). False if instances of the type have no dict.
    pub fn set_instance_attr(&self, name: &Ref<Str>, value: Obj) -> bool {
        let mut value = value;
        if let AttrStore::Inline = self.attr_store()
            && let Some(keys) = self.ty().shared_keys()
            && let Some(index) = keys.index(name).or_else(|| keys.add(name))
        {
            match self.set_inline_value(index, value) {
                Ok(old) => {
                    drop(old);
                    return true;
                }
                Err(back) => value = back,
            }
        }
        match materialise(self) {
            Some(dict) => {
                dict.set_str(name, value);
                true
            }
            None => false,
        }
    }

    /// Removes the instance attribute `name`, which comes back if it was there.
    pub fn delete_instance_attr(&self, name: &Ref<Str>) -> Option<Obj> {
        match self.attr_store() {
            AttrStore::Absent => None,
            AttrStore::Dict(dict) => dict.remove_str(name),
            AttrStore::Inline => inline(self)?.take(self.ty().shared_keys()?.index(name)?),
        }
    }

    /// The dict of the instance, made now if the values were inline; `None` if instances of the type have none.
    pub fn instance_dict(&self) -> Option<Ref<Dict>> {
        materialise(self)
    }

    /// Replaces the instance dict. False if instances of the type have none.
    pub fn set_instance_dict(&self, dict: Ref<Dict>) -> bool {
        // Values that were inline die with the old dict.
        let _old = materialise(self);
        match inline(self) {
            Some(block) => {
                block.dict.set(Some(dict.into_obj()));
                true
            }
            None => false,
        }
    }
}

/// Moves inline values into a dict object.
pub(super) fn materialise(object: &Obj) -> Option<Ref<Dict>> {
    let block = inline(object)?;
    if let Some(dict) = block.dict.get() {
        return dict.into_ref().ok();
    }
    let dict = Dict::new_default();
    if let Some(keys) = object.ty().shared_keys() {
        let values = block.values();
        for place in &block.order()[..block.count.get() as usize] {
            let place = usize::from(place.get());
            if let (Some(value), Some(name)) = (values[place].take(), keys.name(place)) {
                dict.set_str(&name, value);
            }
        }
    }
    object.header().set(flag::DICT_MATERIALISED);
    block.count.set(0);
    block.dict.set(Some(dict.clone().into_obj()));
    Some(dict)
}

/// Shows what the extras of an object refer to.
pub(super) fn trace_extras(object: &Obj, visit: &mut Visitor<'_>) {
    for slot in slots(object) {
        slot.trace(visit);
    }
    if let Some(block) = inline(object) {
        block.dict.trace(visit);
        for value in block.values() {
            value.trace(visit);
        }
    }
}

/// Lets go of what the extras refer to.
pub(super) fn clear_extras(object: &Obj) {
    for slot in slots(object) {
        slot.set(None);
    }
    if let Some(block) = inline(object) {
        block.count.set(0);
        for value in block.values() {
            value.set(None);
        }
        block.dict.set(None);
    }
}

/// # Safety
/// The object is being freed; its extras are not used afterwards.
pub(super) unsafe fn drop_extras(object: &Obj) {
    if object.ty().has_extras() {
        clear_extras(object);
    }
}
