//! Sets of any keys; dicts filled from mappings.

use crate::raw::dict::Dict;
use crate::raw::set::Set;
use crate::raw::{Obj, Ref};
use crate::vm::{Res, Vm};

impl Vm {
    /// An empty `set`.
    pub fn set(&self) -> Ref<Set> {
        Ref::new(&self.types.set, Set::default())
    }

    /// An empty `frozenset`, to be filled before anybody sees it.
    pub fn frozenset(&self) -> Ref<Set> {
        Ref::new(&self.types.frozenset, Set::default())
    }

    /// Adds a key.
    #[inline]
    pub fn set_add(&self, set: &Set, key: Obj) -> Res<()> {
        let hash = self.hash_element(&key)?;
        set.add(hash, key, |own, key| self.eq(own, key))?;
        Ok(())
    }

    /// Whether the key is there.
    #[inline]
    pub fn set_contains(&self, set: &Set, key: &Obj) -> Res<bool> {
        let hash = self.hash_element(key)?;
        Ok(set.lookup(hash, key, |own, key| self.eq(own, key))?.is_some())
    }

    /// Adds all items of an iterable (`set_update_internal`).
    pub fn set_update(&self, set: &Set, iterable: &Obj) -> Res<()> {
        if let Some(other) = iterable.get::<Set>() {
            return set.merge(other, |own, key| self.eq(own, key));
        }
        if let Some(dict) = iterable.get::<Dict>().filter(|_| iterable.is_exactly(&self.types.dict)) {
            set.grow_for(dict.len());
            let mut at = 0;
            while let Some((number, key, _)) = dict.next_entry(at) {
                let hash = dict.hash_at(number).unwrap_or_default();
                set.add(hash, key, |own, key| self.eq(own, key))?;
                at = number + 1;
            }
            return Ok(());
        }
        self.for_each(iterable, |item| {
            self.set_add(set, item)?;
            Ok(true)
        })
    }

    /// Copies all items of a mapping into a dict (`PyDict_Update`).
    pub fn dict_update(&self, dict: &Dict, mapping: &Obj) -> Res<()> {
        if let Some(other) = mapping.get::<Dict>()
            && self.has_plain_iteration(mapping)
        {
            if std::ptr::eq(dict, other) {
                return Ok(());
            }
            let mut at = 0;
            while let Some((number, key, value)) = other.next_entry(at) {
                let hash = other.hash_at(number).unwrap_or_default();
                let size = other.change_count();
                drop(dict.insert(hash, key, value, |own, key| self.eq(own, key))?);
                if other.change_count() != size {
                    return Err(self.runtime_error("dict mutated during update"));
                }
                at = number + 1;
            }
            return Ok(());
        }
        let keys = self.call_method(mapping, &self.names.keys, &[])?;
        self.for_each(&keys, |key| {
            let value = self.getitem(mapping, &key)?;
            self.dict_set(dict, &key, value)?;
            Ok(true)
        })
    }

    /// Whether a dict is gone through as `dict` does it: a subclass with its own `__iter__` is asked for `keys()`.
    fn has_plain_iteration(&self, mapping: &Obj) -> bool {
        mapping.is_exactly(&self.types.dict)
            || match (mapping.ty().slots.iter.get(), self.types.dict.slots.iter.get()) {
                (Some(own), Some(plain)) => std::ptr::fn_addr_eq(own, plain),
                _ => false,
            }
    }
}
