//! Sets of any keys.

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
}
