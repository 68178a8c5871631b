//! Code objects, unit by unit, and what comes of making them.

use std::sync::Arc;

use bytecode::{CodeObject, PyString};
use compiler::CompileOptions;
use compiler::instr::Location;
use compiler::unit::{Nested, UnitCode, UnitSource, Units, compile_unit, link};
use diagnostics::{Severity, UnitFacts, UnitView};
use syntax::ast::{ChildId, Cursor, Unit};
use text::{TextRange, TextSize};

use crate::database::Db;
use crate::input::UnitKey;
use crate::queries::{Around, around, child, module_wide, outgoing, scopes, surroundings};

/// The code of a unit as if it stood at the start of the file, with holes for the units in it. Only for units in which
/// nothing is wrong.
#[salsa::tracked(no_eq, lru = 256)]
pub fn code(db: &dyn Db, key: UnitKey) -> Arc<UnitCode> {
    let unit = key.laid(db);
    let around = around(db, key, unit);
    Arc::new(compile(db, key, unit, 0, &around, &scopes(db, key), key.home(db).0.path(db)))
}

fn compile(
    db: &dyn Db,
    key: UnitKey,
    unit: &Unit,
    first_line: u32,
    around: &Around,
    scopes: &Arc<symtable::Scopes>,
    path: &str,
) -> UnitCode {
    db.note("code");
    let module = module_wide(db, key.home(db).0);
    let source = UnitSource {
        unit,
        first_line,
        context: &around.context,
        scopes,
        future: module.future,
        module: &module.names,
        surroundings: &surroundings(db, key, unit),
    };
    // Nothing in a module collects the attributes of `self`.
    let collects = key.home(db).1.is_some();
    let inside = |id| child(db, key, id).map(|child| nested(db, child, collects)).unwrap_or_default();
    compile_unit(source, &inside, path, &CompileOptions::default())
}

/// What the code around a unit depends on of it; the attributes that it sets on `self` if the code around collects them.
fn nested(db: &dyn Db, key: UnitKey, attributes: bool) -> Nested {
    let told = if attributes { told(db, key).as_deref() } else { None };
    Nested {
        freevars: outgoing(db, key).as_ref().map(|it| it.freevars.clone()).unwrap_or_default(),
        static_attributes: told
            .map(|it| Arc::new(it.attributes.iter().cloned().collect()))
            .unwrap_or_default(),
    }
}

/// Something that the compiler says about a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub severity: Severity,
    pub message: Box<str>,
    pub start: Spot,
    pub end: Spot,
}

/// A place in a unit, or in the head of a unit in it, in that unit's own coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    child: Option<ChildId>,
    at: TextSize,
}

impl Spot {
    /// The place that the compiler calls by line, from the unit's first, which is 1, and column.
    fn of(unit: &Unit, line: i32, column: i32) -> Spot {
        let line = u32::try_from(line).unwrap_or(1).saturating_sub(1);
        let (child, at) = unit.offset(line, u32::try_from(column).unwrap_or(0));
        Spot { child, at }
    }

    /// Where it is in the file; `unit` is the unit at hand.
    pub fn offset(self, unit: Cursor<'_>) -> TextSize {
        let cursor = self.child.map_or(unit, |child| unit.child(child));
        cursor.range(TextRange::empty(self.at.to_usize())).start
    }
}

/// What one unit tells its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// What it says of the module's names.
    pub facts: UnitFacts,
    /// What the compiler says about it, each thing once.
    pub complaints: Box<[Complaint]>,
    /// The attributes of `self` that it leaves to the class around it.
    attributes: Box<[PyString]>,
}

/// What a unit tells its file, if it has something to say.
#[salsa::tracked]
pub(crate) fn told(db: &dyn Db, key: UnitKey) -> Option<Box<Told>> {
    db.note("told");
    let (unit, scopes) = (key.own(db), scopes(db, key));
    let around = around(db, key, unit);
    let imports = &module_wide(db, key.home(db).0).names.imports;
    let facts = UnitView::new(unit, &around.context, &scopes).facts(imports);
    let mut told = Told { facts, ..Told::default() };
    if scopes.errors().next().is_none() {
        // No path is mentioned in what is looked for.
        let code = compile(db, key, unit, 0, &around, &scopes, "");
        let warnings = code.warnings().into_iter().map(|it| (Severity::Warning, &it.message, it.loc));
        let error = code.error().map(|it| (Severity::Error, &it.message, it.loc));
        let complaint = |(severity, message, loc): (_, &String, Location)| Complaint {
            severity,
            message: message.as_str().into(),
            start: Spot::of(unit, loc.line, loc.col),
            end: Spot::of(unit, loc.end_line, loc.end_col),
        };
        told.complaints = warnings.chain(error).map(complaint).collect();
        told.attributes = code.static_attributes.iter().cloned().collect();
    }
    (told != Told::default()).then(|| Box::new(told))
}

/// The code of a unit that starts on a line (from 0) of its file, with that of all units in it; or what is wrong.
pub fn code_of(db: &dyn Db, key: UnitKey, first_line: u32) -> Result<Arc<CodeObject>, String> {
    let mut open = vec![key];
    while let Some(key) = open.pop() {
        if let Some(error) = scopes(db, key).errors().next() {
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
        if first_line == 0 {
            return code(self.db, key).clone();
        }
        let unit = key.laid(self.db);
        let around = around(self.db, key, unit);
        let (scopes, path) = (scopes(self.db, key), key.home(self.db).0.path(self.db));
        Arc::new(compile(self.db, key, unit, first_line, &around, &scopes, path))
    }
}
