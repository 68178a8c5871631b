//! The constants a code object can hold.
//!
//! Equality and hash are those of CPython's `_PyCode_ConstantKey`: constants of different types are
//! different, so are `0.0` and `-0.0`, in containers too. NaNs compare by their bits here; the compiler's
//! constant tables see to it that two NaNs stay two constants.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rustc_hash::FxHasher;

use crate::{CodeObject, PyString};

/// A constant of `co_consts`.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An integer that fits
    Int(i64),
    /// An integer that does not fit in an `i64`; made by [`Const::int`]
    BigInt(Arc<BigInt>),
    /// A float
    Float(f64),
    /// A complex number: real part, imaginary part
    Complex(f64, f64),
    /// A string
    Str(PyString),
    /// Bytes
    Bytes(Arc<[u8]>),
    /// A tuple of constants
    Tuple(Consts),
    /// A frozen set; the order is that of the source
    FrozenSet(Consts),
    /// A slice: start, stop, step
    Slice(Arc<[Const; 3]>),
    /// The code of a nested scope
    Code(Arc<CodeObject>),
}

impl Const {
    /// An integer in its one form
    pub fn int(value: impl Into<BigInt>) -> Const {
        let value = value.into();
        match value.to_i64() {
            Some(small) => Const::Int(small),
            None => Const::BigInt(Arc::new(value)),
        }
    }

    /// The value of an integer constant (`True` and `False` are none here)
    pub fn as_int(&self) -> Option<BigInt> {
        match self {
            Const::Int(i) => Some((*i).into()),
            Const::BigInt(i) => Some((**i).clone()),
            _ => None,
        }
    }

    /// The code object, if this is one
    pub fn as_code(&self) -> Option<&Arc<CodeObject>> {
        match self {
            Const::Code(code) => Some(code),
            _ => None,
        }
    }

    /// Whether a NaN is in there: such constants are never merged
    pub fn has_nan(&self) -> bool {
        match self {
            Const::Float(x) => x.is_nan(),
            Const::Complex(re, im) => re.is_nan() || im.is_nan(),
            Const::Tuple(items) | Const::FrozenSet(items) => guarded(|| items.iter().any(Const::has_nan)),
            Const::Slice(parts) => guarded(|| parts.iter().any(Const::has_nan)),
            // Nor is code that differs in nothing else.
            Const::Code(code) => guarded(|| code.consts.iter().any(Const::has_nan)),
            _ => false,
        }
    }
}

/// A shared list of constants. Nested lists are dropped and compared without overflowing the stack.
#[derive(Clone, Debug, Default)]
pub struct Consts(Arc<[Const]>);

impl Deref for Consts {
    type Target = [Const];

    fn deref(&self) -> &[Const] {
        &self.0
    }
}

impl Drop for Consts {
    fn drop(&mut self) {
        let nested =
            |c: &Const| matches!(c, Const::Tuple(_) | Const::FrozenSet(_) | Const::Slice(_) | Const::Code(_));
        if self.0.iter().any(nested) {
            let items = std::mem::take(&mut self.0);
            guarded(|| drop(items));
        }
    }
}

impl FromIterator<Const> for Consts {
    fn from_iter<I: IntoIterator<Item = Const>>(items: I) -> Consts {
        Consts(items.into_iter().collect())
    }
}

impl From<Vec<Const>> for Consts {
    fn from(items: Vec<Const>) -> Consts {
        Consts(items.into())
    }
}

impl PartialEq for Consts {
    fn eq(&self, other: &Consts) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || guarded(|| self.0 == other.0)
    }
}

impl Eq for Consts {}

/// Runs `f` with room on the stack for one more level of nesting.
pub(crate) fn guarded<T>(f: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(32 * 1024, 1024 * 1024, f)
}

fn hash_one(c: &Const) -> u64 {
    let mut hasher = FxHasher::default();
    c.hash(&mut hasher);
    hasher.finish()
}

/// Equality of lists whose order does not count; both have no duplicates.
fn same_set(a: &[Const], b: &[Const]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let other: rustc_hash::FxHashSet<&Const> = b.iter().collect();
    a.iter().all(|c| other.contains(c))
}

impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        match (self, other) {
            (Const::None, Const::None) | (Const::Ellipsis, Const::Ellipsis) => true,
            (Const::Bool(a), Const::Bool(b)) => a == b,
            (Const::Int(a), Const::Int(b)) => a == b,
            (Const::BigInt(a), Const::BigInt(b)) => a == b,
            (Const::Float(a), Const::Float(b)) => a.to_bits() == b.to_bits(),
            (Const::Complex(a, b), Const::Complex(c, d)) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Const::Str(a), Const::Str(b)) => a == b,
            (Const::Bytes(a), Const::Bytes(b)) => a == b,
            (Const::Tuple(a), Const::Tuple(b)) => a == b,
            (Const::FrozenSet(a), Const::FrozenSet(b)) => guarded(|| same_set(a, b)),
            (Const::Slice(a), Const::Slice(b)) => guarded(|| a == b),
            (Const::Code(a), Const::Code(b)) => Arc::ptr_eq(a, b) || guarded(|| a == b),
            _ => false,
        }
    }
}

impl Eq for Const {}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::Ellipsis => {}
            Const::Bool(b) => b.hash(state),
            Const::Int(i) => i.hash(state),
            Const::BigInt(i) => i.hash(state),
            Const::Float(x) => x.to_bits().hash(state),
            Const::Complex(re, im) => (re.to_bits(), im.to_bits()).hash(state),
            Const::Str(s) => s.hash(state),
            Const::Bytes(b) => b.hash(state),
            Const::Tuple(items) => guarded(|| items[..].hash(state)),
            Const::FrozenSet(items) => guarded(|| {
                items.iter().fold(0u64, |sum, c| sum.wrapping_add(hash_one(c))).hash(state);
            }),
            Const::Slice(parts) => guarded(|| parts.hash(state)),
            Const::Code(code) => (code.firstlineno, &code.name).hash(state),
        }
    }
}
