//! All findings about a file, at their places in it.

use symtable::SymbolTable;
use syntax::Parsed;
use syntax::ast::Cursor;
use text::TextRange;

use crate::diagnostic::{Diagnostic, Related, Severity};
use crate::facts::{Finding, ModuleFacts, UnitView};
use crate::rules::{self, SYNTAX_ERROR, SYNTAX_WARNING};

/// What is wrong or doubtful in a file, in its order: what CPython refuses or warns of, then, as far as the text can be
/// understood, what the rules find. `path` only says whether the file is a package's `__init__.py`.
pub fn check_file(
    path: &str,
    parsed: &Parsed,
    table: &SymbolTable,
    symbol_errors: &[symtable::SymbolError],
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for error in &parsed.errors {
        found.push(plain(SYNTAX_ERROR, Severity::Error, error.message.clone(), error.range));
    }
    for warning in &parsed.warnings {
        found.push(plain(SYNTAX_WARNING, Severity::Warning, warning.message.clone(), warning.range));
    }
    // Of a broken text the tables are guesses.
    if parsed.errors.is_empty() {
        for error in symbol_errors {
            found.push(plain(SYNTAX_ERROR, Severity::Error, error.message.clone(), error.range));
        }
    }
    found.extend(findings(path, parsed, table));
    found.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
    found
}

/// What the rules find.
fn findings(path: &str, parsed: &Parsed, table: &SymbolTable) -> Vec<Diagnostic> {
    let cursors = table.cursors(&parsed.module);
    let views: Vec<UnitView<'_>> = table
        .unit_indices()
        .zip(&cursors)
        .map(|(index, cursor)| UnitView::new(cursor.unit, table.context(index), table.scopes(index)))
        .collect();
    let facts: Vec<_> = views.iter().map(UnitView::facts).collect();
    let mut module = ModuleFacts::of(&facts);
    // Where the text is broken, a definition may be in what could not be read.
    module.open |= !parsed.errors.is_empty();
    module.is_package = is_package(path);
    let mut found = Vec::new();
    for (view, cursor) in views.iter().zip(&cursors) {
        found.extend(rules::check_unit(view, &module).iter().map(|finding| finding.located(*cursor)));
    }
    found
}

/// Whether a path is a package's own file: what it imports is for those who import the package.
pub fn is_package(path: &str) -> bool {
    path.rsplit(['/', '\\']).next() == Some("__init__.py")
}

impl Finding {
    /// The finding at its place in the file; `cursor` is at its unit.
    pub fn located(&self, cursor: Cursor<'_>) -> Diagnostic {
        let related = self.related.iter();
        Diagnostic {
            code: self.code,
            severity: self.severity,
            message: self.message.clone(),
            range: self.place.file_range(cursor),
            related: related
                .map(|(place, message)| Related { range: place.file_range(cursor), message: message.clone() })
                .collect(),
            tags: self.tags.clone(),
            fix: None,
        }
    }
}

fn plain(code: crate::Code, severity: Severity, message: String, range: TextRange) -> Diagnostic {
    Diagnostic { code, severity, message, range, related: Vec::new(), tags: Vec::new(), fix: None }
}
