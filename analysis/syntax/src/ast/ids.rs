//! Handles into a unit's arenas: four bytes each, also inside an `Option`.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            pub(crate) fn new(index: usize) -> $name {
                let number = u32::try_from(index).ok().and_then(|index| index.checked_add(1));
                $name(number.and_then(NonZeroU32::new).expect("a unit has fewer nodes than bytes, and those fit u32"))
            }

            /// Position in the unit's arena.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.index())
            }
        }
    };
}

id!(
    /// An expression of this unit. Children have smaller numbers than their parents.
    ExprId
);
id!(
    /// A statement of this unit. Children have smaller numbers than their parents.
    StmtId
);
id!(
    /// A pattern of this unit. Children have smaller numbers than their parents.
    PatternId
);
id!(
    /// An identifier of this unit, interned: equal numbers mean equal (NFKC-normalised) text.
    NameId
);
id!(
    /// A constant of this unit. Not interned.
    ConstantId
);
id!(
    /// A nested unit: a `def` or `class` that stands in this unit.
    ChildId
);
id!(
    /// The parameter list of a function or lambda.
    ArgumentsId
);

/// The name that a unit keeps while its file is edited. Unique in one tree and those made from it by
/// [`reparse`](crate::reparse()).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct UnitId(pub(crate) u32);

impl UnitId {
    /// The module's.
    pub const MODULE: UnitId = UnitId(0);
}

/// A list of `T` in one of the unit's pools; read it with [`Unit::list`](super::Unit::list).
pub struct List<T> {
    pub(crate) start: u32,
    pub(crate) len: u32,
    item: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    /// The list with nothing in it.
    pub const EMPTY: List<T> = List { start: 0, len: 0, item: PhantomData };

    pub(crate) fn new(start: usize, end: usize) -> List<T> {
        if start == end {
            return List::EMPTY;
        }
        List { start: start as u32, len: (end - start) as u32, item: PhantomData }
    }

    /// How many items it has.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it has no items.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> List<T> {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> PartialEq for List<T> {
    fn eq(&self, other: &List<T>) -> bool {
        (self.start, self.len) == (other.start, other.len)
    }
}

impl<T> Eq for List<T> {}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List::EMPTY
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.start + self.len)
    }
}
