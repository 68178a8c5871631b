//! Syntax trees as the objects that programs see: what `ast.parse` returns and `compile` takes.

mod nodes;
mod objects;

pub use nodes::unit;
pub use objects::objects;
