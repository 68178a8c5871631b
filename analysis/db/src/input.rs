//! The inputs, and how a new tree becomes new inputs.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use salsa::Setter as _;
use syntax::Parsed;
use syntax::ast::{Cursor, Unit, UnitId};

use crate::database::Database;

/// An open file.
#[salsa::input(debug)]
pub struct File {
    pub path: Arc<str>,
    /// The text and its tree as they are now. They change with every edit: queries on units do not look at them.
    pub text: Arc<str>,
    pub parsed: Arc<Parsed>,
    /// The module, once the file is complete.
    #[returns(copy)]
    pub root: Option<UnitKey>,
}

/// A unit, by what of it counts for whom.
#[salsa::input(debug)]
pub struct UnitKey {
    #[returns(copy)]
    pub file: File,
    /// `None` for the module.
    #[returns(copy)]
    pub parent: Option<UnitKey>,
    /// Which of the parent's children it is.
    #[returns(copy)]
    pub index: usize,
    /// The unit itself and the headers of the units in it. The rest of these may be out of date.
    pub own: Arc<Unit>,
    /// The same, and on which lines the units in it begin and end.
    pub laid: Arc<Unit>,
    /// The units in it, in the order of the text.
    pub children: Arc<[UnitKey]>,
}

impl Database {
    /// A new file.
    pub fn add(&mut self, path: &str, text: Arc<str>, parsed: Arc<Parsed>) -> File {
        let module = parsed.module.clone();
        let file = File::new(self, path.into(), text, parsed, None);
        let root = new_unit(self, file, None, 0, &module);
        file.set_root(self).to(Some(root));
        file
    }

    /// Gives a file another path.
    pub fn rename(&mut self, file: File, path: &str) {
        file.set_path(self).to(path.into());
    }

    /// Gives a file a new text with its tree. Waits until all clones of the database are dropped; reads on them are
    /// cancelled.
    pub fn set(&mut self, file: File, text: Arc<str>, parsed: Arc<Parsed>) {
        let old_text = file.set_text(self).to(text.clone());
        let old = file.set_parsed(self).to(parsed.clone());
        let Some(root) = file.root(self) else { return };
        let texts = (&*old_text, &*text);
        update(self, root, texts, Cursor::new(&old.module), Cursor::new(&parsed.module), &parsed.module);
    }
}

/// The key of a unit that was not there before, with keys for all units in it.
fn new_unit(
    db: &mut Database,
    file: File,
    parent: Option<UnitKey>,
    index: usize,
    unit: &Arc<Unit>,
) -> UnitKey {
    let key = UnitKey::new(db, file, parent, index, unit.clone(), unit.clone(), Arc::from([]));
    let children: Vec<_> = unit
        .children()
        .map(|(id, child)| guarded(|| new_unit(db, file, Some(key), id.index(), &child.unit)))
        .collect();
    if !children.is_empty() {
        key.set_children(db).to(children.into());
    }
    key
}

/// Brings a unit's key up to date: sets what has changed, and nothing else. `tree` is what `new` points at.
fn update(
    db: &mut Database,
    key: UnitKey,
    texts: (&str, &str),
    old: Cursor<'_>,
    new: Cursor<'_>,
    tree: &Arc<Unit>,
) {
    let same_headers = || {
        old.unit.children().zip(new.unit.children()).all(|((a, one), (b, other))| {
            Arc::ptr_eq(&one.unit, &other.unit) || same_header(texts, old.child(a), new.child(b))
        })
    };
    if !old.unit.same_own(new.unit) || !same_headers() {
        key.set_own(db).to(tree.clone());
        key.set_laid(db).to(tree.clone());
    } else if !same_lines(old.unit, new.unit) {
        key.set_laid(db).to(tree.clone());
    }
    let keys = key.children(db).clone();
    let heirs = heirs(old.unit, new.unit);
    let old_children: Vec<_> = old.unit.children().collect();
    let mut children = Vec::with_capacity(heirs.len());
    for ((id, child), heir) in new.unit.children().zip(heirs) {
        let before = heir.and_then(|index| Some((index, *keys.get(index)?, *old_children.get(index)?)));
        let child_key = match before {
            None => guarded(|| new_unit(db, key.file(db), Some(key), id.index(), &child.unit)),
            Some((index, before, (old_id, old_child))) => {
                if index != id.index() {
                    before.set_index(db).to(id.index());
                }
                if !Arc::ptr_eq(&old_child.unit, &child.unit) {
                    let (old, new) = (old.child(old_id), new.child(id));
                    guarded(|| update(db, before, texts, old, new, &child.unit));
                }
                before
            }
        };
        children.push(child_key);
    }
    if children != *keys {
        key.set_children(db).to(children.into());
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

/// Whether what stands before the bodies of two units is the same. The parser reads it before it has seen the body, so
/// equal text with equal numbers of nodes is an equal tree.
fn same_header((old_text, new_text): (&str, &str), old: Cursor<'_>, new: Cursor<'_>) -> bool {
    fn head<'t>(text: &'t str, cursor: Cursor<'_>) -> Option<&'t str> {
        text.get(cursor.base as usize..cursor.body_start().to_usize())
    }
    old.unit.header() == new.unit.header() && head(old_text, old) == head(new_text, new)
}

/// Whether the units in two units that are the same otherwise begin and end on the same lines and columns.
fn same_lines(old: &Unit, new: &Unit) -> bool {
    let ends = |unit: &Unit| (unit.line_breaks(), unit.span(unit.node_range()));
    old.children().zip(new.children()).all(|((_, old), (_, new))| {
        old.lines == new.lines && (Arc::ptr_eq(&old.unit, &new.unit) || ends(&old.unit) == ends(&new.unit))
    })
}

/// Units nest as deep as what people type.
fn guarded<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, f)
}
