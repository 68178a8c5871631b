//! The typed tree: CPython's abstract syntax, kept in units of flat arenas.
//!
//! A *unit* is a module, a `class` or a `def`. Its nodes live in vectors and refer to each other by small numbers, so
//! that a tree of any depth is dropped, cloned and compared without recursion. Nested units are holes: the statement
//! says [`StmtKind::FunctionDef`] and the rest (name, parameters, decorators, body) is in the child's own arenas.
//!
//! Reading a tree: `unit.expr(id)`, `unit.list(list)`, `unit.name(id)`, `unit.constant(id)`, `unit.child(id)`; a
//! walker carries a [`Cursor`], which knows where in the file its unit starts.

mod children;
mod constant;
mod cursor;
mod ids;
mod nested;
mod nodes;
mod pools;
mod unit;

pub use constant::{Constant, Int};
pub(crate) use constant::{ConstantRepr, TextSlice};
pub use cursor::{Cursor, Span};
pub use ids::{ArgumentsId, ChildId, ConstantId, ExprId, List, NameId, PatternId, StmtId, UnitId};
pub(crate) use nested::{Extent, Nested, NestedUnits};
pub use nodes::*;
pub(crate) use pools::Arenas;
pub use pools::Pooled;
pub use unit::{Child, ClassHeader, FunctionHeader, Unit, UnitHeader};
pub(crate) use unit::{HOLE_LEN, Hole, Own, Placed};
