//! The specialised instructions that neither raise nor start a frame.
//!
//! Each looks at its operands on the stack and its caches, does its work and moves the cursor behind its caches; or it
//! finds that it does not fit, has changed nothing, and says `false`: the loop then runs the general instruction.
//! All are inlined into the loop, so that the cursor stays in registers.

pub(super) mod attributes;
pub(super) mod calls;
pub(super) mod containers;
pub(super) mod globals;
pub(super) mod numbers;
pub(super) mod truth;

use object::raw::frame::Cursor;
use object::raw::stack::StackRef;
use object::{Float, Int, Obj, Vm};

/// The word-sized value of an exact `int`.
#[inline(always)]
pub(super) fn exact_int(vm: &Vm, object: &Obj) -> Option<i64> {
    if object.is_exactly(&vm.types.int) { object.get::<Int>().and_then(Int::small) } else { None }
}

#[inline(always)]
pub(super) fn exact_float(vm: &Vm, object: &Obj) -> Option<f64> {
    if object.is_exactly(&vm.types.float) { object.get::<Float>().map(|f| f.0) } else { None }
}

/// A non-negative index from an exact `int`.
#[inline(always)]
fn exact_index(vm: &Vm, object: &Obj) -> Option<usize> {
    exact_int(vm, object).and_then(|n| usize::try_from(n).ok())
}

/// Whether the two topmost values are exact strings.
#[inline(always)]
pub(super) fn two_strings(vm: &Vm, cur: &Cursor) -> bool {
    cur.peek(2).is_exactly(&vm.types.str) && cur.peek(1).is_exactly(&vm.types.str)
}

/// `True` or `False` for the stack.
#[inline(always)]
pub(super) fn bool_ref(vm: &Vm, value: bool) -> StackRef {
    // The singletons are immortal: cloning them counts nothing.
    StackRef::new(if value { vm.true_.clone() } else { vm.false_.clone() })
}

/// Puts the result of a unary instruction in place of its operand.
#[inline(always)]
fn replace_one(cur: &mut Cursor, result: StackRef, caches: usize) -> bool {
    drop(cur.replace(1, result));
    cur.skip(caches);
    true
}

/// Puts the result of a binary instruction in place of its operands.
#[inline(always)]
fn replace_two(cur: &mut Cursor, result: StackRef, caches: usize) -> bool {
    drop(cur.pop());
    replace_one(cur, result, caches)
}
