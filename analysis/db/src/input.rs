//! The inputs, and how a new tree becomes new inputs.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use salsa::Setter as _;
use syntax::Parsed;
use syntax::ast::{Child, ChildId, Unit, UnitId};
use text::Rope;

use crate::database::Database;

/// An open file.
#[salsa::input(debug)]
pub struct File {
    pub path: Arc<str>,
    /// The text and its tree as they are now. They change with every edit: queries on units do not look at them.
    pub rope: Rope,
    pub parsed: Arc<Parsed>,
    /// The module, once the file is complete.
    #[returns(copy)]
    pub root: Option<UnitKey>,
}

/// A unit, by what of it counts for whom.
#[salsa::input(debug)]
pub struct UnitKey {
    /// The file, and the unit around this one: `None` for the module. Unlike the rest it stays as long as the unit does.
    #[returns(copy)]
    pub home: (File, Option<UnitKey>),
    /// Which of the parent's children it is; `None` for the module.
    #[returns(copy)]
    pub child: Option<ChildId>,
    /// The unit itself and the headers of the units in it. The rest of these may be out of date.
    pub own: Arc<Unit>,
    /// The same, and on which lines the units in it begin and end.
    pub laid: Arc<Unit>,
    /// The units in it, in the order of the text.
    pub children: Arc<[UnitKey]>,
}

impl Database {
    /// A new file.
    pub fn add(&mut self, path: &str, text: Rope, parsed: Arc<Parsed>) -> File {
        let module = parsed.module.clone();
        let file = File::new(self, path.into(), text, parsed, None);
        let root = new_unit(self, (file, None), None, &module);
        file.set_root(self).to(Some(root));
        file
    }

    /// Gives a file another path.
    pub fn rename(&mut self, file: File, path: &str) {
        file.set_path(self).to(path.into());
    }

    /// Gives a file a new text with its tree, which came out of the one before by [`syntax::reparse()`]. Waits until all
    /// clones of the database are dropped; reads on them are cancelled.
    pub fn set(&mut self, file: File, text: Rope, parsed: Arc<Parsed>) {
        file.set_rope(self).to(text);
        let old = file.set_parsed(self).to(parsed.clone());
        if let Some(root) = file.root(self) {
            update(self, root, &old.module, &parsed.module);
        }
    }
}

/// The key of a unit that was not there before, with keys for all units in it.
fn new_unit(
    db: &mut Database,
    home: (File, Option<UnitKey>),
    child: Option<ChildId>,
    unit: &Arc<Unit>,
) -> UnitKey {
    let key = match db.spare.pop() {
        Some(key) => {
            key.set_home(db).to(home);
            key.set_child(db).to(child);
            key.set_own(db).to(unit.clone());
            key.set_laid(db).to(unit.clone());
            key
        }
        None => UnitKey::new(db, home, child, unit.clone(), unit.clone(), Arc::default()),
    };
    let children: Vec<_> = unit
        .children()
        .map(|(id, child)| guarded(|| new_unit(db, (home.0, Some(key)), Some(id), child.unit)))
        .collect();
    if !children.is_empty() {
        key.set_children(db).to(children.into());
    }
    key
}

/// Keeps the keys of a unit that is gone, and of those in it, for units to come: an input cannot be deleted.
fn retire(db: &mut Database, key: UnitKey, nothing: &Arc<Unit>) {
    let children = key.set_children(db).to(Arc::default());
    for child in children.iter() {
        guarded(|| retire(db, *child, nothing));
    }
    key.set_own(db).to(nothing.clone());
    key.set_laid(db).to(nothing.clone());
    db.spare.push(key);
}

/// Sets what has changed of a unit whose own nodes are the same, given those of its children that may differ, old and new.
fn renew<'a>(
    db: &mut Database,
    key: UnitKey,
    new: &Arc<Unit>,
    children: impl Iterator<Item = (Child<'a>, Child<'a>)>,
) {
    let (mut same_heads, mut same_lines) = (true, true);
    for (old, new) in children {
        same_heads &= Arc::ptr_eq(old.unit, new.unit) || old.unit.same_head(new.unit);
        same_lines &= old.same_lines(&new);
    }
    if !same_heads {
        key.set_own(db).to(new.clone());
    }
    if !same_heads || !same_lines {
        key.set_laid(db).to(new.clone());
    }
}

/// Brings a unit's key up to date: sets what has changed, and nothing else.
fn update(db: &mut Database, key: UnitKey, old: &Arc<Unit>, new: &Arc<Unit>) {
    if Arc::ptr_eq(old, new) {
        return;
    }
    if let Some(changed) = new.changed_children(old) {
        // The others are not looked at: there may be thousands of them.
        renew(db, key, new, changed.iter().map(|id| (old.child(*id), new.child(*id))));
        let keys = key.children(db).clone();
        for id in changed {
            if let Some(child) = keys.get(id.index()) {
                guarded(|| update(db, *child, old.child(id).unit, new.child(id).unit));
            }
        }
        return;
    }
    if old.same_own(new) {
        renew(db, key, new, old.children().zip(new.children()).map(|((_, old), (_, new))| (old, new)));
    } else {
        key.set_own(db).to(new.clone());
        key.set_laid(db).to(new.clone());
    }
    let keys = key.children(db).clone();
    let old_children: Vec<_> = old.children().collect();
    let heirs = heirs(old, new);
    let mut children = Vec::with_capacity(heirs.len());
    for ((id, child), heir) in new.children().zip(heirs) {
        let Some((index, before)) = heir.and_then(|index| Some((index, *keys.get(index)?))) else {
            let home = (key.home(db).0, Some(key));
            children.push(guarded(|| new_unit(db, home, Some(id), child.unit)));
            continue;
        };
        if index != id.index() {
            before.set_child(db).to(Some(id));
        }
        if let Some((_, heritage)) = old_children.get(index)
            && !Arc::ptr_eq(heritage.unit, child.unit)
        {
            guarded(|| update(db, before, heritage.unit, child.unit));
        }
        children.push(before);
    }
    if children != *keys {
        let kept: FxHashSet<UnitKey> = children.iter().copied().collect();
        let gone: Vec<UnitKey> = keys.iter().copied().filter(|key| !kept.contains(key)).collect();
        key.set_children(db).to(children.into());
        if !gone.is_empty() {
            let nothing = syntax::parse_module("").module;
            gone.into_iter().for_each(|key| retire(db, key, &nothing));
        }
    }
}

/// For each unit in `new` the number of the one in `old` that it continues: the one of its name in the tree, or else, for
/// that may just be being typed, the next that nobody continues.
fn heirs(old: &Unit, new: &Unit) -> Vec<Option<usize>> {
    let ids = |unit: &Unit| unit.children().map(|(_, child)| child.id).collect::<Vec<_>>();
    let (old, new) = (ids(old), ids(new));
    // Most edits let all be.
    if old == new {
        return (0..new.len()).map(Some).collect();
    }
    let mut left: FxHashMap<UnitId, usize> = old.into_iter().zip(0..).collect();
    let mut heirs: Vec<Option<usize>> = new.iter().map(|id| left.remove(id)).collect();
    let mut unclaimed: Vec<usize> = left.into_values().collect();
    unclaimed.sort_unstable_by(|a, b| b.cmp(a));
    for heir in heirs.iter_mut().filter(|heir| heir.is_none()) {
        *heir = unclaimed.pop();
    }
    heirs
}

/// Units nest as deep as what people type.
fn guarded<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, f)
}
