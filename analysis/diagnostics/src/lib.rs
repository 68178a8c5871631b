//! What bytelens has to say about a file: plain diagnostics, the rules that find them, and the forms they are printed in.

mod check;
mod diagnostic;
mod facts;
mod guard;
pub mod render;
mod rules;
mod suppression;

pub use check::{is_package, needs_whole_text, of_syntax};
pub use diagnostic::{Code, Diagnostic, Fix, Related, Severity, Tag, TextEdit};
pub use facts::{Finding, ModuleFacts, UnitFacts, UnitView};
pub use rules::{
    ALL as RULES, SYNTAX_ERROR, SYNTAX_WARNING, UNDEFINED_NAME, UNUSED_IMPORT, UNUSED_VARIABLE, check_unit,
};
pub use suppression::suppress;
