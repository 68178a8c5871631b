//! `TO_BOOL` and the jumps on its result.

use object::raw::frame::Cursor;
use object::{List, Obj, Payload, Ref, Str, Type, Vm};

use super::{bool_ref, exact_int, replace_one};

const CACHES: usize = 3;

#[inline(always)]
pub fn of_bool(vm: &Vm, cur: &mut Cursor) -> bool {
    let fits = {
        let value = cur.peek(1);
        value.is(&vm.true_) || value.is(&vm.false_)
    };
    if fits {
        cur.skip(CACHES);
    }
    fits
}

#[inline(always)]
pub fn of_int(vm: &Vm, cur: &mut Cursor) -> bool {
    let Some(n) = exact_int(vm, &cur.peek(1)) else { return false };
    replace_one(cur, bool_ref(vm, n != 0), CACHES)
}

#[inline(always)]
pub fn of_none(vm: &Vm, cur: &mut Cursor) -> bool {
    cur.peek(1).is(&vm.none) && replace_one(cur, bool_ref(vm, false), CACHES)
}

/// Of a container of exactly this type.
#[inline(always)]
fn of_container<T: Payload>(vm: &Vm, cur: &mut Cursor, ty: &Ref<Type>, is_empty: fn(&T) -> bool) -> bool {
    let truth = {
        let value = cur.peek(1);
        if !value.is_exactly(ty) {
            return false;
        }
        value.get::<T>().is_some_and(|items| !is_empty(items))
    };
    replace_one(cur, bool_ref(vm, truth), CACHES)
}

#[inline(always)]
pub fn of_list(vm: &Vm, cur: &mut Cursor) -> bool {
    of_container::<List>(vm, cur, &vm.types.list, |list| list.0.is_empty())
}

#[inline(always)]
pub fn of_str(vm: &Vm, cur: &mut Cursor) -> bool {
    of_container::<Str>(vm, cur, &vm.types.str, Str::is_empty)
}

/// Of an instance whose class, as of the cached version, defines neither `__bool__` nor `__len__`.
#[inline(always)]
pub fn always_true(vm: &Vm, cur: &mut Cursor) -> bool {
    cur.peek(1).ty().version.get() == cur.cache_u32(1) && replace_one(cur, bool_ref(vm, true), CACHES)
}

/// Pops a value and jumps if it passes the test.
#[inline(always)]
pub fn pop_jump_if(cur: &mut Cursor, oparg: usize, test: impl Fn(&Obj) -> bool) {
    let value = cur.pop();
    cur.skip(1);
    if test(&value.get()) {
        cur.jump(oparg as isize);
    }
}
