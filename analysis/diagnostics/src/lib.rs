//! What bytelens has to say about a file: plain diagnostics, the rules that find them, and the forms they are printed in.

mod check;
mod diagnostic;
mod facts;
mod guard;
pub mod render;
mod rules;
mod suppression;

pub use check::{check_file, is_package};
pub use diagnostic::{Code, Diagnostic, Fix, Related, Severity, Tag, TextEdit};
pub use facts::{Finding, ModuleFacts, UnitFacts, UnitView};
pub use rules::{ALL as RULES, check_unit};
pub use suppression::suppress;
