//! The rules about names. Each is a function from a [`UnitView`] to findings.

mod declaration;
mod unbound;
mod undefined_name;
mod unused_import;
mod unused_local;

use symtable::Place;

use crate::diagnostic::{Code, Severity, Tag};
use crate::facts::{Finding, ModuleFacts, UnitView};

/// A name that nothing defines.
pub const UNDEFINED_NAME: Code = "undefined-name";
/// A variable that has no value yet at that point, whatever way was taken.
pub const UNBOUND_NAME: Code = "unbound-name";
/// An import whose name is never read.
pub const UNUSED_IMPORT: Code = "unused-import";
/// A local variable that is never read.
pub const UNUSED_VARIABLE: Code = "unused-variable";
/// A `global` or `nonlocal` that changes nothing.
pub const USELESS_DECLARATION: Code = "useless-declaration";
/// What CPython refuses.
pub const SYNTAX_ERROR: Code = "syntax-error";
/// What CPython warns of at compile time.
pub const SYNTAX_WARNING: Code = "syntax-warning";

/// Every rule's code with a sentence about it, in alphabetical order.
pub const ALL: [(Code, &str); 7] = [
    (SYNTAX_ERROR, "CPython refuses the text."),
    (SYNTAX_WARNING, "CPython warns about the text when it compiles it."),
    (UNBOUND_NAME, "A variable is used before anything can have given it a value."),
    (UNDEFINED_NAME, "A name that the file does not define and that is no builtin."),
    (UNUSED_IMPORT, "An import whose name is never read."),
    (UNUSED_VARIABLE, "A local variable whose value is never read."),
    (USELESS_DECLARATION, "A global or nonlocal statement that changes nothing."),
];

/// All rules, over one unit.
pub fn check_unit(view: &UnitView<'_>, module: &ModuleFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    undefined_name::check(view, module, &mut findings);
    unbound::check(view, module, &mut findings);
    unused_import::check(view, module, &mut findings);
    unused_local::check(view, &mut findings);
    declaration::check(view, &mut findings);
    findings
}

/// A finding without extras.
fn finding(code: Code, severity: Severity, place: Place, message: String) -> Finding {
    Finding { code, severity, message, place, related: Vec::new(), tags: Vec::new() }
}

/// A finding about something that could be removed.
fn unnecessary(code: Code, place: Place, message: String) -> Finding {
    Finding { tags: vec![Tag::Unnecessary], ..finding(code, Severity::Warning, place, message) }
}
