//! What bytelens has to say about a file: plain diagnostics, the rules that find them, and the forms they are printed in.

mod diagnostic;

pub use diagnostic::{Code, Diagnostic, Fix, Related, Severity, Tag, TextEdit};
