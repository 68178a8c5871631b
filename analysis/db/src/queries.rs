//! The inputs and the queries.

use std::sync::Arc;

use diagnostics::{Diagnostic, Finding, ModuleFacts, UnitFacts, UnitView};
use rustc_hash::FxHashMap;
use symtable::{Collected, Context, Enclosing, Free, LocalBlock, Scopes};
use syntax::Parsed;
use syntax::ast::{ChildId, Unit, UnitHeader};

use crate::database::Db;

/// An open file: the input of everything.
#[salsa::input]
pub struct File {
    pub path: Arc<str>,
    pub text: Arc<str>,
    pub parsed: Arc<Parsed>,
}

/// A unit by its place in its file, which outlives edits of its text and of its neighbours'.
#[salsa::interned]
pub struct UnitKey<'db> {
    #[returns(copy)]
    pub file: File,
    /// `None` for the module.
    #[returns(copy)]
    pub parent: Option<UnitKey<'db>>,
    /// Empty for the module.
    pub name: Box<str>,
    /// How many units of that name stand before it in the parent.
    #[returns(copy)]
    pub nth: u32,
}

/// The key of a file's module.
pub fn module<'db>(db: &'db dyn Db, file: File) -> UnitKey<'db> {
    UnitKey::new(db, file, None, Box::from(""), 0)
}

/// A unit's tree. Equal as long as its own text is.
#[salsa::tracked(returns(clone))]
pub fn unit<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Arc<Unit> {
    db.note("unit");
    let Some(parent) = key.parent(db) else { return key.file(db).parsed(db).module.clone() };
    let outer = unit(db, parent);
    match child_id(db, parent, key) {
        Some(id) => outer.child(id).unit.clone(),
        // The unit is gone; whoever still holds its key gets something to look at.
        None => outer,
    }
}

/// The units in a unit, by child number.
#[salsa::tracked]
pub fn children<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Vec<UnitKey<'db>> {
    db.note("children");
    let outer = unit(db, key);
    let mut seen: FxHashMap<&str, u32> = FxHashMap::default();
    let mut children = Vec::new();
    for (_, child) in outer.children() {
        let name = match child.unit.header() {
            UnitHeader::Function(header) => child.unit.name(header.name.name),
            UnitHeader::Class(header) => child.unit.name(header.name.name),
            _ => "",
        };
        let nth = seen.entry(name).or_default();
        children.push(UnitKey::new(db, key.file(db), Some(key), Box::from(name), *nth));
        *nth += 1;
    }
    children
}

/// All units of a file, outer before inner, in the order of the text.
#[salsa::tracked]
pub fn units<'db>(db: &'db dyn Db, file: File) -> Vec<UnitKey<'db>> {
    db.note("units");
    let mut found = Vec::new();
    let mut open = vec![module(db, file)];
    while let Some(key) = open.pop() {
        found.push(key);
        open.extend(children(db, key).iter().rev());
    }
    found
}

/// The child number of a unit in its parent.
fn child_id<'db>(db: &'db dyn Db, parent: UnitKey<'db>, key: UnitKey<'db>) -> Option<ChildId> {
    let at = children(db, parent).iter().position(|child| *child == key)?;
    unit(db, parent).children().nth(at).map(|(id, _)| id)
}

/// Where a unit stands in the parent's blocks, and what its symbols depend on besides its text.
#[salsa::tracked]
pub fn situation<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> (Option<LocalBlock>, Context) {
    db.note("situation");
    let Some(parent) = key.parent(db) else { return (None, Context::default()) };
    let id = child_id(db, parent, key);
    let found = collected(db, parent).units().find(|(child, _, _)| Some(*child) == id);
    found.map_or((None, Context::default()), |(_, block, context)| (Some(block), context.clone()))
}

/// The first pass over a unit.
#[salsa::tracked]
pub fn collected<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Arc<Collected> {
    db.note("collected");
    Arc::new(symtable::collect(&unit(db, key), &situation(db, key).1))
}

/// What the blocks around a unit bind.
#[salsa::tracked]
pub fn enclosing<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Arc<Enclosing> {
    db.note("enclosing");
    match (key.parent(db), situation(db, key).0) {
        (Some(parent), Some(block)) => {
            Arc::new(symtable::enclosing(collected(db, parent), enclosing(db, parent), block))
        }
        _ => Arc::default(),
    }
}

/// The names a unit and those in it declare `global`.
#[salsa::tracked(returns(clone))]
pub fn declared_globals<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Arc<[Box<str>]> {
    db.note("declared_globals");
    symtable::declared_globals(collected(db, key), |child| {
        child_key(db, key, child).map_or_else(|| Arc::from([]), |child| declared_globals(db, child))
    })
}

/// The names a unit leaves free.
#[salsa::tracked(returns(clone))]
pub fn free<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Free {
    db.note("free");
    scopes(db, key).free().clone()
}

/// Where each name of a unit lives.
#[salsa::tracked]
pub fn scopes<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Arc<Scopes> {
    db.note("scopes");
    let mut collected = Collected::clone(collected(db, key));
    if key.parent(db).is_none() {
        symtable::add_globals(&mut collected, |child| {
            child_key(db, key, child).map_or_else(|| Arc::from([]), |child| declared_globals(db, child))
        });
    }
    Arc::new(symtable::resolve(collected, enclosing(db, key), |child| {
        child_key(db, key, child).map_or_else(|| Arc::from([]), |child| free(db, child))
    }))
}

fn child_key<'db>(db: &'db dyn Db, key: UnitKey<'db>, id: ChildId) -> Option<UnitKey<'db>> {
    children(db, key).get(id.index()).copied()
}

/// What a unit says of the module's names.
#[salsa::tracked]
pub fn unit_facts<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Arc<UnitFacts> {
    db.note("unit_facts");
    let unit = unit(db, key);
    Arc::new(UnitView::new(&unit, &situation(db, key).1, scopes(db, key)).facts())
}

/// What a file says of its global names.
#[salsa::tracked]
pub fn module_facts(db: &dyn Db, file: File) -> Arc<ModuleFacts> {
    db.note("module_facts");
    let mut facts = ModuleFacts::of(units(db, file).iter().map(|key| &**unit_facts(db, *key)));
    facts.open |= !file.parsed(db).errors.is_empty();
    facts.is_package = diagnostics::is_package(file.path(db));
    Arc::new(facts)
}

/// What the rules find in a unit, in its own coordinates.
#[salsa::tracked]
pub fn findings<'db>(db: &'db dyn Db, key: UnitKey<'db>) -> Arc<Vec<Finding>> {
    db.note("findings");
    let unit = unit(db, key);
    let view = UnitView::new(&unit, &situation(db, key).1, scopes(db, key));
    Arc::new(diagnostics::check_unit(&view, module_facts(db, key.file(db))))
}

/// What the rules find in a file, at its places, comments that silence heeded.
#[salsa::tracked]
pub fn file_findings(db: &dyn Db, file: File) -> Arc<Vec<Diagnostic>> {
    db.note("file_findings");
    let mut found = Vec::new();
    let parsed = file.parsed(db);
    let mut open = vec![(module(db, file), syntax::ast::Cursor::new(&parsed.module))];
    while let Some((key, cursor)) = open.pop() {
        found.extend(findings(db, key).iter().map(|finding| finding.located(cursor)));
        open.extend(
            children(db, key)
                .iter()
                .zip(cursor.unit.children())
                .map(|(key, (id, _))| (*key, cursor.child(id))),
        );
    }
    found.sort_by_key(|it| (it.range.start, it.range.end, it.code));
    diagnostics::suppress(file.text(db), &mut found);
    Arc::new(found)
}
