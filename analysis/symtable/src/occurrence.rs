//! Where names are written.

use crate::block::LocalBlock;
use crate::error::Place;
use crate::names::Name;

/// What writing the name there does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reads it.
    Load,
    /// Assigns it; also as a loop's or `with`'s target, in a pattern, after `as`.
    Store,
    /// `del`.
    Delete,
    /// A `def` or `class` of that name.
    Define,
    Import,
    Parameter,
    TypeParam,
    /// `global name`
    Global,
    /// `nonlocal name`
    Nonlocal,
    /// `name: annotation` without a value.
    Annotate,
    /// Stands in an annotation that is never evaluated: of a function's variable.
    Unevaluated,
}

impl Role {
    /// Whether the name gets a value there.
    pub fn binds(self) -> bool {
        matches!(self, Role::Store | Role::Define | Role::Import | Role::Parameter | Role::TypeParam)
    }
}

/// One place where a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The name as stored, that is mangled if need be.
    pub name: Name,
    /// The block that the name is looked up from.
    pub block: LocalBlock,
    pub place: Place,
    pub role: Role,
}
