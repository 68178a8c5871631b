//! The built-in functions (CPython's `bltinmodule.c`).

mod attributes;
mod code;
mod numbers;
mod output;
mod sequences;

pub use code::{file_name, source_bytes};
use object::NativeDef;

/// All of them, by family.
pub(crate) fn tables() -> [&'static [NativeDef]; 5] {
    [attributes::FUNCTIONS, code::FUNCTIONS, numbers::FUNCTIONS, output::FUNCTIONS, sequences::FUNCTIONS]
}
