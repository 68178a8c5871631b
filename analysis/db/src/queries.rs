//! Names: what the units of a file bind and use, and what the rules find in them.
//!
//! The large results (what was collected, scopes, code) are kept for so many units as were used last: in a file of tens of
//! thousands of lines those of all would take many times its text. One that was dropped is made again when it is asked
//! for; what was computed of it stays.

use std::sync::Arc;

use compiler::unit::{ModuleNames, Surroundings};
use diagnostics::{Finding, ModuleFacts, UnitFacts, UnitView};
use symtable::{Collected, Context, Enclosing, Free, FutureFeatures, LocalBlock, Scopes};
use syntax::ast::ChildId;

use crate::database::Db;
use crate::input::{File, UnitKey};

/// The key of a unit in a unit.
pub(crate) fn child(db: &dyn Db, key: UnitKey, id: ChildId) -> Option<UnitKey> {
    key.children(db).get(id.index()).copied()
}

/// Where a unit stands in the parent's blocks, and what its symbols depend on besides its text.
#[salsa::tracked]
pub fn situation(db: &dyn Db, key: UnitKey) -> (Option<LocalBlock>, Context) {
    db.note("situation");
    let Some(parent) = key.parent(db) else { return (None, Context::default()) };
    match situations(db, parent).get(key.index(db)) {
        Some(Some((block, context))) => (Some(*block), context.clone()),
        _ => (None, Context::default()),
    }
}

/// The situations of the units directly in a unit, by `ChildId`.
#[salsa::tracked]
pub fn situations(db: &dyn Db, key: UnitKey) -> Arc<[Option<(LocalBlock, Context)>]> {
    db.note("situations");
    let mut situations = vec![None; key.own(db).children().len()];
    for (child, block, context) in collected(db, key).units() {
        situations[child.index()] = Some((block, context.clone()));
    }
    situations.into()
}

/// The first pass over a unit.
#[salsa::tracked(lru = 1024)]
pub fn collected(db: &dyn Db, key: UnitKey) -> Arc<Collected> {
    db.note("collected");
    Arc::new(symtable::collect(key.own(db), &situation(db, key).1))
}

/// What the blocks around a unit bind.
#[salsa::tracked]
pub fn enclosing(db: &dyn Db, key: UnitKey) -> Arc<Enclosing> {
    db.note("enclosing");
    match (key.parent(db), situation(db, key).0) {
        (Some(parent), Some(block)) => surrounding_bindings(db, parent, block).clone(),
        _ => Arc::default(),
    }
}

/// What the units in a block have around them. Those of one block share it.
#[salsa::tracked]
fn surrounding_bindings(db: &dyn Db, key: UnitKey, block: LocalBlock) -> Arc<Enclosing> {
    db.note("surrounding_bindings");
    Arc::new(symtable::enclosing(collected(db, key), enclosing(db, key), block))
}

/// The names a unit and those in it declare `global`.
#[salsa::tracked(returns(clone))]
pub fn declared_globals(db: &dyn Db, key: UnitKey) -> Arc<[Box<str>]> {
    db.note("declared_globals");
    symtable::declared_globals(collected(db, key), |id| {
        child(db, key, id).map_or_else(|| Arc::from([]), |child| declared_globals(db, child))
    })
}

/// The names a unit leaves free.
#[salsa::tracked(returns(clone))]
pub fn free(db: &dyn Db, key: UnitKey) -> Free {
    db.note("free");
    scopes(db, key).free().clone()
}

/// Where each name of a unit lives.
#[salsa::tracked(lru = 1024)]
pub fn scopes(db: &dyn Db, key: UnitKey) -> Arc<Scopes> {
    db.note("scopes");
    let mut collected = Collected::clone(collected(db, key));
    if key.parent(db).is_none() {
        symtable::add_globals(&mut collected, |id| {
            child(db, key, id).map_or_else(|| Arc::from([]), |child| declared_globals(db, child))
        });
    }
    Arc::new(symtable::resolve(collected, enclosing(db, key), |id| {
        child(db, key, id).map_or_else(|| Arc::from([]), |child| free(db, child))
    }))
}

/// The names of a module that count for all code in it: what it imports.
#[salsa::tracked]
pub fn module_imports(db: &dyn Db, file: File) -> Arc<ModuleNames> {
    db.note("module_imports");
    Arc::new(file.root(db).map(|root| ModuleNames::of(scopes(db, root))).unwrap_or_default())
}

/// The future features in force in a file.
#[salsa::tracked(returns(copy))]
pub fn future(db: &dyn Db, file: File) -> FutureFeatures {
    db.note("future");
    file.root(db).map(|root| collected(db, root).future()).unwrap_or_default()
}

/// What the code of the units directly in a unit depends on besides their text and scopes.
#[salsa::tracked]
fn nested_surroundings(db: &dyn Db, key: UnitKey) -> Arc<[Surroundings]> {
    db.note("nested_surroundings");
    surroundings(db, key).nested(key.own(db), &situation(db, key).1, scopes(db, key)).into()
}

/// What a unit's code depends on besides its text and scopes.
#[salsa::tracked]
pub fn surroundings(db: &dyn Db, key: UnitKey) -> Surroundings {
    db.note("surroundings");
    let nested = key.parent(db).and_then(|parent| nested_surroundings(db, parent).get(key.index(db)));
    nested.cloned().unwrap_or_else(Surroundings::module)
}

/// All units of a file, outer before inner, in the order of the text.
pub fn units(db: &dyn Db, file: File) -> Vec<UnitKey> {
    let mut found = Vec::new();
    let mut open = Vec::from_iter(file.root(db));
    while let Some(key) = open.pop() {
        found.push(key);
        open.extend(key.children(db).iter().rev());
    }
    found
}

fn view(db: &dyn Db, key: UnitKey) -> UnitView<'_> {
    UnitView::new(key.own(db), &situation(db, key).1, scopes(db, key))
}

/// What a unit says of the module's names.
#[salsa::tracked]
pub fn unit_facts(db: &dyn Db, key: UnitKey) -> Arc<UnitFacts> {
    db.note("unit_facts");
    Arc::new(view(db, key).facts(&module_imports(db, key.file(db)).imports))
}

/// What a file says of its global names.
#[salsa::tracked]
pub fn module_facts(db: &dyn Db, file: File) -> Arc<ModuleFacts> {
    db.note("module_facts");
    let mut facts = ModuleFacts::of(units(db, file).iter().map(|key| &**unit_facts(db, *key)));
    facts.is_package = diagnostics::is_package(file.path(db));
    Arc::new(facts)
}

/// What is wrong with the names of a unit, and what the rules find in it, in its own coordinates.
#[salsa::tracked]
pub fn findings(db: &dyn Db, key: UnitKey) -> Arc<Vec<Finding>> {
    db.note("findings");
    let errors = collected(db, key).errors().chain(scopes(db, key).errors());
    let mut found: Vec<Finding> = errors.map(Finding::of_error).collect();
    found.extend(diagnostics::check_unit(&view(db, key), module_facts(db, key.file(db))));
    Arc::new(found)
}
