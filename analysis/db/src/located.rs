//! Results for whole files, at their places. These change with every edit, so they only collect what the queries on
//! units know.

use diagnostics::{Diagnostic, Severity};
use symtable::{NamePlace, SymbolTable};
use syntax::ast::Cursor;
use text::{LineIndex, TextRange};

use crate::code::{Complaint, told};
use crate::database::Db;
use crate::input::{File, UnitKey};
use crate::queries::{around, child, findings, module_wide, scopes, units};

/// The text of a file in one piece.
#[salsa::tracked(no_eq)]
pub fn source(db: &dyn Db, file: File) -> String {
    let rope = file.rope(db);
    rope.text(TextRange::new(0u32, rope.len()))
}

/// Where the lines of a file start.
#[salsa::tracked(no_eq)]
pub fn lines(db: &dyn Db, file: File) -> LineIndex {
    db.note("lines");
    LineIndex::new(source(db, file))
}

/// The symbol tables of a file.
#[salsa::tracked(no_eq)]
pub fn table(db: &dyn Db, file: File) -> SymbolTable {
    db.note("table");
    let Some(root) = file.root(db) else {
        return SymbolTable::build(&file.parsed(db).module, symtable::Options::default()).0;
    };
    let unit = |key: UnitKey| (around(db, key, key.own(db)).context.clone(), scopes(db, key));
    let nested = |key: UnitKey| {
        if key.children(db).is_empty() {
            return Vec::new();
        }
        let scopes = scopes(db, key);
        scopes.units().filter_map(|(id, block)| Some((id, block, child(db, key, id)?))).collect()
    };
    SymbolTable::link(root, module_wide(db, file).future, unit, nested)
}

/// All places of a file where a name is written, in its order.
#[salsa::tracked(no_eq)]
pub fn places(db: &dyn Db, file: File) -> Vec<NamePlace> {
    db.note("places");
    table(db, file).places(&file.parsed(db).module)
}

/// Everything wrong or doubtful in a file, in its order: what CPython refuses or warns of, then, as far as the text can
/// be understood, what the rules find. Comments that silence are heeded.
#[salsa::tracked(no_eq)]
pub fn file_findings(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    db.note("file_findings");
    let parsed = file.parsed(db);
    let mut found = diagnostics::of_syntax(parsed);
    // Of a broken text the tables are guesses, and the compiler has nothing to work on.
    let broken = !parsed.errors.is_empty();
    let mut keys = units(db, file).iter();
    let mut open = vec![(Cursor::new(&parsed.module), true)];
    while let Some((cursor, in_module)) = open.pop() {
        let Some(key) = keys.next() else { break };
        if let Some(findings) = findings(db, *key) {
            let located = findings.iter().map(|finding| finding.located(cursor));
            found.extend(located.filter(|it| !broken || !diagnostics::needs_whole_text(it.code, in_module)));
        }
        if !broken && let Some(told) = told(db, *key) {
            found.extend(told.complaints.iter().map(|it| complaint(it, cursor)));
        }
        let inside = open.len();
        open.extend(cursor.children().map(|cursor| (cursor, false)));
        open[inside..].reverse();
    }
    found.sort_by(|a, b| (a.range.start, a.range.end, a.code).cmp(&(b.range.start, b.range.end, b.code)));
    diagnostics::suppress(file.rope(db), &parsed.module, &mut found);
    found
}

fn complaint(complaint: &Complaint, unit: Cursor<'_>) -> Diagnostic {
    let Complaint { severity, message, start, end } = complaint;
    let code = match severity {
        Severity::Error => diagnostics::SYNTAX_ERROR,
        _ => diagnostics::SYNTAX_WARNING,
    };
    let (start, end) = (start.offset(unit), end.offset(unit));
    Diagnostic::plain(code, *severity, message.to_string(), TextRange { start, end: end.max(start) })
}
