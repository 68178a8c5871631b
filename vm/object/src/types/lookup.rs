//! Finding an attribute along a type's MRO, through the machine's method cache (CPython's `_PyType_Lookup`).
//!
//! The cache holds places, not values: in which type of the MRO and at which entry of its dict an attribute stands. It
//! therefore keeps nothing alive, and reference counts stay CPython's.

use std::cell::Cell;

use super::Type;
use crate::raw::{Obj, Ref, Str, Tuple};
use crate::vm::Vm;

/// Where an attribute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The index of the owner in the MRO.
    pub owner: u32,
    /// The entry's number in the owner's dict.
    pub entry: u32,
}

const MISSING: u32 = u32::MAX;
const PLACES: usize = 1 << 12;

#[derive(Clone, Copy, Default)]
struct Entry {
    /// The type's version; 0 in an empty place.
    version: u32,
    owner: u32,
    entry: u32,
    /// The address of the interned name, which never goes away.
    name: usize,
}

/// The machine's method cache.
pub struct MethodCache {
    entries: Box<[Cell<Entry>]>,
    next_version: Cell<u32>,
}

impl Default for MethodCache {
    fn default() -> MethodCache {
        MethodCache { entries: vec![Cell::default(); PLACES].into(), next_version: Cell::new(1) }
    }
}

impl Ref<Type> {
    /// Whether `self` is `other` or derives from it, by the MRO.
    #[inline]
    pub fn is_subtype_of(&self, other: &Ref<Type>) -> bool {
        if self.is(other) {
            return true;
        }
        match self.mro_tuple() {
            Some(mro) => mro.iter().any(|t| t.is(other.as_obj())),
            None => {
                let mut base = self.base();
                while let Some(ty) = base {
                    if ty.is(other) {
                        return true;
                    }
                    base = ty.base();
                }
                false
            }
        }
    }
}

impl Type {
    /// The types of the MRO.
    #[inline]
    pub fn mro_tuple(&self) -> Option<Ref<Tuple>> {
        self.mro.get().and_then(|mro| mro.into_ref().ok())
    }

    fn search(&self, name: &Ref<Str>) -> Option<Found> {
        let mro = self.mro_tuple()?;
        mro.iter().enumerate().find_map(|(owner, ty)| {
            let entry = ty.get::<Type>()?.dict().index_of_str(name)?;
            Some(Found { owner: owner as u32, entry: entry as u32 })
        })
    }

    /// The value at a place found under the present version.
    #[inline]
    pub fn value_at(&self, found: Found) -> Option<Obj> {
        self.mro_tuple()?.get(found.owner as usize)?.get::<Type>()?.dict().value_at(found.entry as usize)
    }
}

impl Vm {
    /// The type's version, drawn now if it has none; 0 if numbers have run out.
    #[inline]
    pub fn type_version(&self, ty: &Type) -> u32 {
        match ty.version.get() {
            0 => self.draw_version(ty),
            version => version,
        }
    }

    #[cold]
    fn draw_version(&self, ty: &Type) -> u32 {
        // A version must be lost whenever a base changes, so the bases need one, too.
        if let Some(mro) = ty.mro_tuple() {
            for base in mro.iter().skip(1) {
                if let Some(base) = base.get::<Type>()
                    && base.version.get() == 0
                {
                    let fresh = self.next_version();
                    base.version.set(fresh);
                }
            }
        }
        let fresh = self.next_version();
        ty.version.set(fresh);
        fresh
    }

    fn next_version(&self) -> u32 {
        let next = &self.method_cache.next_version;
        let fresh = next.get();
        if fresh == u32::MAX {
            return 0;
        }
        next.set(fresh + 1);
        fresh
    }

    /// Where an attribute of the type stands along its MRO; nothing about metatypes and descriptors.
    #[inline]
    pub fn type_find(&self, ty: &Type, name: &Ref<Str>) -> Option<Found> {
        if !name.is_interned() {
            return ty.search(name);
        }
        let version = self.type_version(ty);
        if version == 0 {
            return ty.search(name);
        }
        let address = name.as_obj().id();
        let place = &self.method_cache.entries[(version as usize ^ (address >> 4)) % PLACES];
        let entry = place.get();
        if entry.version == version && entry.name == address {
            return (entry.owner != MISSING).then_some(Found { owner: entry.owner, entry: entry.entry });
        }
        let found = ty.search(name);
        let (owner, number) = found.map_or((MISSING, 0), |f| (f.owner, f.entry));
        place.set(Entry { version, owner, entry: number, name: address });
        found
    }

    /// An attribute of the type along its MRO, unbound.
    #[inline]
    pub fn type_lookup(&self, ty: &Type, name: &Ref<Str>) -> Option<Obj> {
        ty.value_at(self.type_find(ty, name)?)
    }

    /// Notes that an attribute of the type changed: its version and those of all its subclasses are lost
    /// (`PyType_Modified`).
    pub fn type_modified(&self, ty: &Type) {
        let mut work: Vec<Ref<Type>> = Vec::new();
        let forget = |ty: &Type, work: &mut Vec<Ref<Type>>| {
            if ty.version.replace(0) != 0 {
                work.extend(ty.live_subclasses());
            }
        };
        forget(ty, &mut work);
        while let Some(ty) = work.pop() {
            forget(&ty, &mut work);
        }
    }
}
