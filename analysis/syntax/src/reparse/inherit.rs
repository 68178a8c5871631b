//! The names of units, and how a new tree gets those of an old one.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Reparsed;
use crate::ast::{Nested, Unit, UnitHeader, UnitId};
use crate::parser::{Parsed, with_stack};

/// The numbers that have been given to units. Trees are equal whatever they are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ids {
    last: u32,
}

impl PartialEq for Ids {
    fn eq(&self, _: &Ids) -> bool {
        true
    }
}

impl Eq for Ids {}

impl Ids {
    fn fresh(&mut self) -> UnitId {
        self.last += 1;
        UnitId(self.last)
    }

    /// Gives numbers to all units inside of a new one.
    pub fn number(&mut self, unit: &mut Unit) {
        unit.nested.update_all(|_, child| {
            child.id = self.fresh();
            if let Some(unit) = Arc::get_mut(&mut child.unit) {
                with_stack(|| self.number(unit));
            }
        });
    }
}

/// Gives ids on from an old tree to a new one, and keeps the books.
pub(super) struct Heir {
    pub ids: Ids,
    /// Inner before outer.
    pub changed: Vec<(UnitId, Arc<Unit>)>,
    pub removed: Vec<UnitId>,
}

impl Heir {
    pub fn new(ids: Ids) -> Heir {
        Heir { ids, changed: Vec::new(), removed: Vec::new() }
    }

    /// All that has come of the old tree.
    pub fn finish(mut self, mut parsed: Parsed) -> Reparsed {
        parsed.ids = self.ids;
        self.changed.reverse();
        Reparsed { parsed, changed: self.changed, removed: self.removed }
    }

    /// The new form of a unit: the old object if it says the same.
    pub fn succeed(&mut self, id: UnitId, mut unit: Unit, old: &Arc<Unit>) -> Arc<Unit> {
        if unit == **old {
            return old.clone();
        }
        self.inherit(&mut unit, Some(old));
        let unit = Arc::new(unit);
        self.changed.push((id, unit.clone()));
        unit
    }

    /// Gives the units in a new one, which nobody else holds, their ids. Those that have been taken over have theirs; of
    /// the others, each inherits from the one of the same kind and name; among several from the one that is as far down.
    fn inherit(&mut self, unit: &mut Unit, old: Option<&Unit>) {
        let is_new = |nested: &Nested| nested.id == UnitId::default();
        let units = || unit.nested.iter().map(|(_, nested)| nested);
        let new: Vec<usize> = units().enumerate().filter(|(_, it)| is_new(it)).map(|(at, _)| at).collect();
        let old_units = old.map(|old| old.nested.iter().map(|(_, nested)| nested)).into_iter().flatten();
        let mut kept = units().filter(|nested| !is_new(nested)).map(|nested| nested.id).peekable();
        let left: Vec<&Nested> = old_units.filter(|old| kept.next_if_eq(&old.id).is_none()).collect();
        drop(kept);
        let mut heritages: [FxHashMap<&str, Vec<usize>>; 2] = Default::default();
        for (index, old) in left.iter().enumerate().rev() {
            heritages[kind(&old.unit)].entry(old.unit.own_name()).or_default().push(index);
        }
        for at in new {
            unit.nested.update(at, |child| {
                let namesakes = heritages[kind(&child.unit)].get_mut(child.unit.own_name());
                let heritage = namesakes.and_then(Vec::pop).map(|index| left[index]);
                child.id = heritage.map_or_else(|| self.ids.fresh(), |old| old.id);
                if let Some(old) = heritage.filter(|old| old.unit == child.unit) {
                    child.unit = old.unit.clone();
                    return;
                }
                if let Some(unit) = Arc::get_mut(&mut child.unit) {
                    with_stack(|| self.inherit(unit, heritage.map(|old| &*old.unit)));
                }
                self.changed.push((child.id, child.unit.clone()));
            });
        }
        let mut gone: Vec<usize> = heritages.into_iter().flat_map(FxHashMap::into_values).flatten().collect();
        gone.sort_unstable();
        for index in gone {
            self.removed.push(left[index].id);
            self.remove_inside(&left[index].unit);
        }
    }

    fn remove_inside(&mut self, unit: &Unit) {
        for (_, child) in unit.nested.iter() {
            self.removed.push(child.id);
            with_stack(|| self.remove_inside(&child.unit));
        }
    }
}

/// 0 for a function, 1 for a class.
fn kind(unit: &Unit) -> usize {
    usize::from(matches!(unit.header(), UnitHeader::Class(_)))
}
