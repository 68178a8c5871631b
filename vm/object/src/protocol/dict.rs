//! Dicts with any keys; dicts filled from mappings.

use crate::raw::Obj;
use crate::raw::dict::Dict;
use crate::vm::{Res, Vm};

impl Vm {
    /// The value of a key.
    #[inline]
    pub fn dict_get(&self, dict: &Dict, key: &Obj) -> Res<Option<Obj>> {
        let hash = self.hash_key(key)?;
        Ok(dict.lookup(hash, key, |own, key| self.eq(own, key))?.map(|(_, value)| value))
    }

    /// Sets the value of a key.
    #[inline]
    pub fn dict_set(&self, dict: &Dict, key: &Obj, value: Obj) -> Res<()> {
        let hash = self.hash_key(key)?;
        let old = dict.insert(hash, key.clone(), value, |own, key| self.eq(own, key))?;
        drop(old);
        Ok(())
    }

    /// Removes a key; its value comes back if it was there.
    pub fn dict_remove(&self, dict: &Dict, key: &Obj) -> Res<Option<Obj>> {
        let hash = self.hash_key(key)?;
        let Some((number, _)) = dict.lookup(hash, key, |own, key| self.eq(own, key))? else {
            return Ok(None);
        };
        Ok(dict.remove_at(number).map(|(_, value)| value))
    }

    /// Whether the key is there.
    pub fn dict_contains(&self, dict: &Dict, key: &Obj) -> Res<bool> {
        Ok(self.dict_get(dict, key)?.is_some())
    }

    /// Copies all items of a mapping into a dict (`PyDict_Update`).
    pub fn dict_update(&self, dict: &Dict, mapping: &Obj) -> Res<()> {
        if let Some(other) = mapping.get::<Dict>()
            && self.has_plain_iteration(mapping)
        {
            if std::ptr::eq(dict, other) || other.is_empty() {
                return Ok(());
            }
            if dict.may_become_copy(other) {
                dict.copy_from(other);
                return Ok(());
            }
            dict.reserve(other.len());
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
