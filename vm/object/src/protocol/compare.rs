//! Rich comparison.

use crate::raw::{Obj, Str};
use crate::types::CompareOp;
use crate::vm::{Res, Vm};

impl CompareOp {
    /// The operator with its operands swapped.
    pub fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }

    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }

    /// Whether an ordering satisfies it.
    #[inline]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }

    /// The operator of a number as CPython numbers them.
    pub fn from_number(n: u8) -> Option<CompareOp> {
        [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge]
            .get(n as usize)
            .copied()
    }
}

impl Vm {
    /// `a op b`, any object.
    pub fn compare(&self, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
        self.recurse(" in comparison", || self.compare_unguarded(a, b, op))
    }

    fn compare_unguarded(&self, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
        let (left, right) = (a.ty(), b.ty());
        let mut reflected_first = false;
        if !left.is(right)
            && right.is_subtype_of(left)
            && let Some(compare) = right.slots.richcompare.get()
        {
            reflected_first = true;
            let result = compare(self, b, a, op.swapped())?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        if let Some(compare) = a.ty().slots.richcompare.get() {
            let result = compare(self, a, b, op)?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        if !reflected_first && let Some(compare) = b.ty().slots.richcompare.get() {
            let result = compare(self, b, a, op.swapped())?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        match op {
            CompareOp::Eq => Ok(self.bool(a.is(b))),
            CompareOp::Ne => Ok(self.bool(!a.is(b))),
            _ => Err(self.type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                a.ty().name(),
                b.ty().name()
            ))),
        }
    }

    /// The truth of `a op b`; identical objects are equal (`PyObject_RichCompareBool`).
    #[inline]
    pub fn compare_bool(&self, a: &Obj, b: &Obj, op: CompareOp) -> Res<bool> {
        if a.is(b) {
            match op {
                CompareOp::Eq => return Ok(true),
                CompareOp::Ne => return Ok(false),
                _ => {}
            }
        }
        let result = self.compare(a, b, op)?;
        self.is_true(&result)
    }

    /// `a is b or a == b`: how containers compare items.
    #[inline]
    pub fn eq(&self, a: &Obj, b: &Obj) -> Res<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if let (Some(x), Some(y)) = (a.get::<Str>(), b.get::<Str>())
            && a.is_exactly(&self.types.str)
            && b.is_exactly(&self.types.str)
        {
            return Ok(x.same(y));
        }
        self.compare_bool(a, b, CompareOp::Eq)
    }
}
