//! From one tree to the next: what an edit changed is parsed again, and the rest is kept.
//!
//! The law is `reparse(old, text, edit).parsed == parse_module(text)`. Units outlive edits by their [`UnitId`].

use std::sync::Arc;

use rustc_hash::FxHashMap;
use text::{Source, TextRange, TextSize};

use crate::ast::{Unit, UnitHeader, UnitId};
use crate::parser::{Parsed, parse_module, with_stack};

/// A change of the text: `range` of the old text gave way to `len` bytes of the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    pub range: TextRange,
    pub len: TextSize,
}

/// A tree after an edit, and how it differs from the one before.
#[derive(Debug)]
pub struct Reparsed {
    pub parsed: Parsed,
    /// The units that are not what they were, outer before inner, new ones included. Those around a changed unit are
    /// among them, for they hold it; [`Unit::same_own`] tells whether more than that is new. All others are the same
    /// `Arc` as before.
    pub changed: Vec<(UnitId, Arc<Unit>)>,
    /// The units that are no more.
    pub removed: Vec<UnitId>,
}

/// The tree of `text`, which came out of the text of `old`, a module's, by `edit`.
///
/// Everything is parsed anew for now; units that come out equal are kept.
pub fn reparse<S: Source + ?Sized>(old: &Parsed, text: &S, _edit: Edit) -> Reparsed {
    let mut parsed = parse_module(&text.slice(TextRange { start: TextSize::ZERO, end: text.len() }));
    if parsed.module == old.module {
        parsed.module = old.module.clone();
        return Reparsed { parsed, changed: Vec::new(), removed: Vec::new() };
    }
    let mut heir = Heir { ids: old.ids, changed: Vec::new(), removed: Vec::new() };
    // Nobody else has the new tree yet.
    if let Some(module) = Arc::get_mut(&mut parsed.module) {
        heir.inherit(module, Some(&old.module));
    }
    heir.changed.push((UnitId::MODULE, parsed.module.clone()));
    heir.changed.reverse();
    parsed.ids = heir.ids;
    Reparsed { parsed, changed: heir.changed, removed: heir.removed }
}

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
        for child in &mut unit.children {
            child.id = self.fresh();
            if let Some(unit) = Arc::get_mut(&mut child.unit) {
                with_stack(|| self.number(unit));
            }
        }
    }
}

/// Gives ids on from an old tree to a new one.
struct Heir {
    ids: Ids,
    /// Inner before outer.
    changed: Vec<(UnitId, Arc<Unit>)>,
    removed: Vec<UnitId>,
}

impl Heir {
    /// A nested unit inherits from the one of the same kind and name; among several from the one that is as far down.
    fn inherit(&mut self, unit: &mut Unit, old: Option<&Unit>) {
        let mut left: [FxHashMap<&str, Vec<usize>>; 2] = Default::default();
        let old_children = old.map_or(&[][..], |old| &old.children);
        for (index, child) in old_children.iter().enumerate().rev() {
            left[kind(&child.unit)].entry(child.unit.own_name()).or_default().push(index);
        }
        for child in &mut unit.children {
            let namesakes = left[kind(&child.unit)].get_mut(child.unit.own_name());
            let heritage = namesakes.and_then(Vec::pop).map(|at| &old_children[at]);
            child.id = heritage.map_or_else(|| self.ids.fresh(), |old| old.id);
            if let Some(old) = heritage.filter(|old| old.unit == child.unit) {
                child.unit = old.unit.clone();
                continue;
            }
            if let Some(unit) = Arc::get_mut(&mut child.unit) {
                with_stack(|| self.inherit(unit, heritage.map(|old| &*old.unit)));
            }
            self.changed.push((child.id, child.unit.clone()));
        }
        let mut gone: Vec<usize> = left.into_iter().flat_map(FxHashMap::into_values).flatten().collect();
        gone.sort_unstable();
        for index in gone {
            self.removed.push(old_children[index].id);
            self.remove_inside(&old_children[index].unit);
        }
    }

    fn remove_inside(&mut self, unit: &Unit) {
        for child in &unit.children {
            self.removed.push(child.id);
            with_stack(|| self.remove_inside(&child.unit));
        }
    }
}

/// 0 for a function, 1 for a class.
fn kind(unit: &Unit) -> usize {
    usize::from(matches!(unit.header, UnitHeader::Class(_)))
}
