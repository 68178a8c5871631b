//! Dicts with any keys.

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
}
