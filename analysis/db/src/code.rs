//! Code objects, unit by unit.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytecode::{CodeObject, PyString};
use compiler::CompileOptions;
use compiler::instr::Location;
use compiler::unit::{Nested, UnitCode, UnitSource, Units, compile_unit, freevars, link};
use diagnostics::Severity;
use syntax::ast::{ChildId, Unit};

use crate::database::Db;
use crate::input::UnitKey;
use crate::queries::{child, collected, future, module_imports, scopes, situation, surroundings};

/// The code of a unit as if it stood at the start of the file, with holes for the units in it. Only for units in which
/// nothing is wrong.
#[salsa::tracked(no_eq, lru = 1024)]
pub fn code(db: &dyn Db, key: UnitKey) -> Arc<UnitCode> {
    db.note("code");
    compile(db, key, 0)
}

fn compile(db: &dyn Db, key: UnitKey, first_line: u32) -> Arc<UnitCode> {
    let file = key.file(db);
    let source = UnitSource {
        unit: key.laid(db),
        first_line,
        context: &situation(db, key).1,
        scopes: scopes(db, key),
        future: future(db, file),
        module: module_imports(db, file),
        surroundings: surroundings(db, key),
    };
    let inside = |id| child(db, key, id).map(|child| nested(db, child).clone()).unwrap_or_default();
    Arc::new(compile_unit(source, &inside, file.path(db), &CompileOptions::default()))
}

/// What the code around a unit depends on of it.
#[salsa::tracked]
fn nested(db: &dyn Db, key: UnitKey) -> Nested {
    db.note("nested");
    Nested { freevars: freevars(scopes(db, key)), static_attributes: static_attributes(db, key).clone() }
}

/// The attributes of `self` that a unit leaves to the class around it.
#[salsa::tracked]
fn static_attributes(db: &dyn Db, key: UnitKey) -> Arc<BTreeSet<PyString>> {
    db.note("static_attributes");
    if symbol_error(db, key).is_some() { Arc::default() } else { code(db, key).static_attributes.clone() }
}

/// The first thing that is wrong with the names of a unit itself.
fn symbol_error(db: &dyn Db, key: UnitKey) -> Option<&symtable::Error> {
    collected(db, key).errors().chain(scopes(db, key).errors()).next()
}

/// Something that the compiler says about a unit. Lines of the place count from the unit's first, which is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub severity: Severity,
    pub message: String,
    pub place: Location,
}

/// What the compiler says about a unit, each thing once.
#[salsa::tracked]
pub fn complaints(db: &dyn Db, key: UnitKey) -> Arc<Vec<Complaint>> {
    db.note("complaints");
    if symbol_error(db, key).is_some() {
        return Arc::default();
    }
    let code = code(db, key);
    let warnings = code.warnings().into_iter().map(|it| (Severity::Warning, &it.message, it.loc));
    let error = code.error().map(|it| (Severity::Error, &it.message, it.loc));
    let complaint =
        |(severity, message, place): (_, &String, _)| Complaint { severity, message: message.clone(), place };
    Arc::new(warnings.chain(error).map(complaint).collect())
}

/// The code of a unit that starts on a line (from 0) of its file, with that of all units in it; or what is wrong.
pub fn code_of(db: &dyn Db, key: UnitKey, first_line: u32) -> Result<Arc<CodeObject>, String> {
    let mut open = vec![key];
    while let Some(key) = open.pop() {
        if let Some(error) = symbol_error(db, key) {
            return Err(error.message.clone());
        }
        open.extend(key.children(db).iter().rev());
    }
    link(&FileUnits { db }, key, first_line).code.map_err(|error| error.message)
}

struct FileUnits<'db> {
    db: &'db dyn Db,
}

impl Units for FileUnits<'_> {
    type Key = UnitKey;

    fn tree(&self, key: UnitKey) -> &Unit {
        key.laid(self.db)
    }

    fn child(&self, key: UnitKey, id: ChildId) -> Option<UnitKey> {
        child(self.db, key, id)
    }

    fn code(&self, key: UnitKey, first_line: u32) -> Arc<UnitCode> {
        // Only a class asks for a line, and it moves with every line above it: keeping these would keep them all.
        if first_line == 0 { code(self.db, key).clone() } else { compile(self.db, key, first_line) }
    }
}
