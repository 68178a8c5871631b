//! Names: what the units of a file bind and use, and what the rules find in them.
//!
//! A file has thousands of units, and each result that is kept for each of them counts: what it says, what it was made
//! from, and the time to see that it still holds. So a unit has as few queries as early cut-off allows: what others need of
//! its names ([`outgoing`]), what the compiler and the rules make of it ([`told`]), and what is wrong with it
//! ([`findings`]). What all units directly in a unit have around them is the outer unit's. Large results are kept for so
//! many units as were used last; one that was dropped is made again when it is asked for, and what was computed of it
//! stays.

use std::sync::Arc;

use bytecode::PyString;
use compiler::unit::{Inside, ModuleNames, Surroundings, freevars};
use diagnostics::{Finding, ModuleFacts, UnitView};
use symtable::{Collected, Context, Enclosing, Free, FutureFeatures, LocalBlock, Node, Scopes};
use syntax::ast::{ChildId, Unit};

use crate::code::told;
use crate::database::Db;
use crate::input::{File, UnitKey};

/// The key of a unit in a unit.
pub(crate) fn child(db: &dyn Db, key: UnitKey, id: ChildId) -> Option<UnitKey> {
    key.children(db).get(id.index()).copied()
}

/// What the symbols of a unit depend on besides its text. The units in a block share it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    pub context: Context,
    /// What the blocks around bind.
    pub enclosing: Enclosing,
}

/// What a unit has around it. `unit` is the unit itself, as the query at hand sees it.
pub(crate) fn around(db: &dyn Db, key: UnitKey, unit: &Unit) -> Arc<Around> {
    match key.home(db).1 {
        None => Arc::default(),
        Some(_) if unit.has_type_params() => around_generic(db, key).clone(),
        Some(parent) => around_units(db, parent).clone(),
    }
}

/// What the units in the body of a unit have around them.
#[salsa::tracked]
fn around_units(db: &dyn Db, key: UnitKey) -> Arc<Around> {
    db.note("around_units");
    Arc::new(around_block(db, key, |_| LocalBlock::BODY))
}

/// What a unit has around it that stands in the block of its own type parameters.
#[salsa::tracked]
fn around_generic(db: &dyn Db, key: UnitKey) -> Arc<Around> {
    db.note("around_generic");
    let Some(parent) = key.home(db).1 else { return Arc::default() };
    let node = (key.child(db), Node::TypeParams);
    Arc::new(around_block(db, parent, |collected| collected.lookup(node).unwrap_or(LocalBlock::BODY)))
}

fn around_block(db: &dyn Db, key: UnitKey, block: impl FnOnce(&Collected) -> LocalBlock) -> Around {
    let outer = around(db, key, key.own(db));
    let collected = collected(db, key, &outer);
    let block = block(&collected);
    Around {
        context: collected.context(block).cloned().unwrap_or_default(),
        enclosing: symtable::enclosing(&collected, &outer.enclosing, block),
    }
}

/// The first pass over a unit that has units in it.
fn collected(db: &dyn Db, key: UnitKey, around: &Arc<Around>) -> Arc<Collected> {
    let unit = key.own(db);
    db.recent().collected.get(key, unit, around.clone(), |around| collect(db, unit, around))
}

fn collect(db: &dyn Db, unit: &Unit, around: &Around) -> Collected {
    db.note("collected");
    symtable::collect(unit, &around.context)
}

/// Where each name of a unit lives.
pub fn scopes(db: &dyn Db, key: UnitKey) -> Arc<Scopes> {
    let unit = key.own(db);
    if unit.children().len() > 0 {
        return outer_scopes(db, key).clone();
    }
    db.recent().scopes.get(key, unit, around(db, key, unit), |around| {
        let collected = collect(db, unit, around);
        db.note("scopes");
        symtable::resolve(collected, &around.enclosing, |_| Free::default())
    })
}

/// Those of a unit that has units in it.
#[salsa::tracked(lru = 32)]
fn outer_scopes(db: &dyn Db, key: UnitKey) -> Arc<Scopes> {
    db.note("scopes");
    let around = around(db, key, key.own(db));
    let collected = collected(db, key, &around);
    // The units inside ask for what is around them, which the first pass knows; afterwards nobody does.
    let children = key.children(db).iter().map(|child| outgoing(db, *child).as_deref());
    let children: Vec<_> = children.collect();
    db.recent().collected.forget(key);
    let mut collected = Arc::unwrap_or_clone(collected);
    let inner = |id: ChildId| children.get(id.index()).copied().flatten();
    if key.home(db).1.is_none() {
        symtable::add_globals(&mut collected, |id| {
            inner(id).map(|it| it.globals.clone()).unwrap_or_default()
        });
    }
    let free = |id| inner(id).map(|it| it.free.clone()).unwrap_or_default();
    Arc::new(symtable::resolve(collected, &around.enclosing, free))
}

/// What the units around a unit need to know of its names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// The names it leaves free.
    free: Free,
    /// The free variables of its code.
    pub freevars: Vec<PyString>,
    /// The names it and those in it declare `global`.
    globals: Arc<[Box<str>]>,
}

/// What the units around a unit need to know of its names; most have nothing to say.
#[salsa::tracked]
pub(crate) fn outgoing(db: &dyn Db, key: UnitKey) -> Option<Box<Outgoing>> {
    db.note("outgoing");
    let scopes = scopes(db, key);
    let inner = |id| child(db, key, id).and_then(|child| outgoing(db, child).as_deref());
    let globals = scopes.declared_globals(|id| inner(id).map(|it| it.globals.clone()).unwrap_or_default());
    let outgoing = Outgoing { free: scopes.free().clone(), freevars: freevars(&scopes), globals };
    (outgoing != Outgoing::default()).then(|| Box::new(outgoing))
}

/// What a module says to all code in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModuleWide {
    /// What it imports.
    pub names: ModuleNames,
    /// The future features in force.
    pub future: FutureFeatures,
}

/// What the module of a file says to all code in it.
#[salsa::tracked]
pub(crate) fn module_wide(db: &dyn Db, file: File) -> Arc<ModuleWide> {
    db.note("module_wide");
    let Some(root) = file.root(db) else { return Arc::default() };
    let scopes = scopes(db, root);
    Arc::new(ModuleWide { names: ModuleNames::of(&scopes), future: scopes.future() })
}

/// What the code of the units directly in a unit depends on besides their text and scopes.
#[salsa::tracked]
fn inside(db: &dyn Db, key: UnitKey) -> Inside {
    db.note("inside");
    let unit = key.own(db);
    let scopes = key.home(db).1.map(|_| scopes(db, key));
    surroundings(db, key, unit).inside(unit, &around(db, key, unit).context, scopes.as_deref())
}

/// What a unit's code depends on besides its text and scopes. `unit` is the unit itself, as the query at hand sees it.
pub(crate) fn surroundings(db: &dyn Db, key: UnitKey, unit: &Unit) -> Surroundings {
    match key.home(db).1 {
        None => Surroundings::module(),
        Some(parent) => inside(db, parent).surroundings(|| key.child(db), unit.own_name()),
    }
}

/// All units of a file, outer before inner, in the order of the text.
#[salsa::tracked]
pub fn units(db: &dyn Db, file: File) -> Vec<UnitKey> {
    db.note("units");
    let mut found = Vec::new();
    let mut open = Vec::from_iter(file.root(db));
    while let Some(key) = open.pop() {
        found.push(key);
        open.extend(key.children(db).iter().rev());
    }
    found.shrink_to_fit();
    found
}

/// What a file says of its global names.
#[salsa::tracked]
pub(crate) fn module_facts(db: &dyn Db, file: File) -> Arc<ModuleFacts> {
    db.note("module_facts");
    let told = units(db, file).iter().filter_map(|key| told(db, *key).as_deref());
    let mut facts = ModuleFacts::of(told.map(|told| &told.facts));
    facts.is_package = diagnostics::is_package(file.path(db));
    Arc::new(facts)
}

/// What is wrong with the names of a unit, and what the rules find in it, in its own coordinates; mostly nothing.
#[salsa::tracked]
pub(crate) fn findings(db: &dyn Db, key: UnitKey) -> Option<Box<[Finding]>> {
    db.note("findings");
    let (unit, scopes) = (key.own(db), scopes(db, key));
    let mut found: Vec<Finding> = scopes.errors().map(Finding::of_error).collect();
    let view = UnitView::new(unit, &around(db, key, unit).context, &scopes);
    found.extend(diagnostics::check_unit(&view, module_facts(db, key.home(db).0)));
    (!found.is_empty()).then(|| found.into())
}
