//! Arithmetic and comparison of exact `int` and `float`.

use object::Vm;
use object::raw::frame::Cursor;
use object::raw::stack::StackRef;

use super::{bool_ref, exact_float, exact_int, replace_two};
use crate::eval::operators;

/// Caches of `BINARY_OP`.
pub(super) const CACHES: usize = 5;

/// `BINARY_OP` of two integers that fit a word, as does the result.
#[inline(always)]
pub fn of_ints(vm: &Vm, cur: &mut Cursor, operate: impl Fn(i64, i64) -> Option<i64>) -> bool {
    let (Some(a), Some(b)) = (exact_int(vm, &cur.peek(2)), exact_int(vm, &cur.peek(1))) else { return false };
    let Some(result) = operate(a, b) else { return false };
    replace_two(cur, StackRef::new(vm.int(result)), CACHES)
}

/// `BINARY_OP` of two floats.
#[inline(always)]
pub fn of_floats(vm: &Vm, cur: &mut Cursor, operate: impl Fn(f64, f64) -> f64) -> bool {
    let (Some(a), Some(b)) = (exact_float(vm, &cur.peek(2)), exact_float(vm, &cur.peek(1))) else {
        return false;
    };
    cur.replace_two_floats(vm, operate(a, b));
    cur.skip(CACHES);
    true
}

/// `BINARY_OP` of other pairs (`BINARY_OP_EXTEND`).
#[inline(always)]
pub fn of_others(vm: &Vm, cur: &mut Cursor, oparg: usize) -> bool {
    let Some(result) = operators::extended(vm, &cur.peek(2), &cur.peek(1), oparg) else { return false };
    replace_two(cur, StackRef::new(result), CACHES)
}

#[inline(always)]
fn compare<T: PartialOrd>(operator: usize, a: T, b: T) -> bool {
    match operator {
        0 => a < b,
        1 => a <= b,
        2 => a == b,
        3 => a != b,
        4 => a > b,
        _ => a >= b,
    }
}

/// `COMPARE_OP` of two integers.
#[inline(always)]
pub fn compare_ints(vm: &Vm, cur: &mut Cursor, oparg: usize) -> bool {
    let (Some(a), Some(b)) = (exact_int(vm, &cur.peek(2)), exact_int(vm, &cur.peek(1))) else { return false };
    replace_two(cur, bool_ref(vm, compare(oparg >> 5, a, b)), 1)
}

/// `COMPARE_OP` of two floats.
#[inline(always)]
pub fn compare_floats(vm: &Vm, cur: &mut Cursor, oparg: usize) -> bool {
    let (Some(a), Some(b)) = (exact_float(vm, &cur.peek(2)), exact_float(vm, &cur.peek(1))) else {
        return false;
    };
    replace_two(cur, bool_ref(vm, compare(oparg >> 5, a, b)), 1)
}
