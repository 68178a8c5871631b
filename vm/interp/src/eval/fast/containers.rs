//! Items of lists, tuples and strings; unpacking; string comparison.

use object::raw::frame::Cursor;
use object::raw::stack::StackRef;
use object::{List, Str, Tuple, Vm};

use super::numbers::CACHES;
use super::{bool_ref, exact_index, replace_two, two_strings};

#[inline(always)]
pub fn list_item(vm: &Vm, cur: &mut Cursor) -> bool {
    let item = {
        let (list, index) = (cur.peek(2), exact_index(vm, &cur.peek(1)));
        match (list.is_exactly(&vm.types.list), index) {
            (true, Some(index)) => list.get::<List>().and_then(|items| items.0.get(index)),
            _ => None,
        }
    };
    item.is_some_and(|item| replace_two(cur, StackRef::new(item), CACHES))
}

#[inline(always)]
pub fn tuple_item(vm: &Vm, cur: &mut Cursor) -> bool {
    let item = {
        let (tuple, index) = (cur.peek(2), exact_index(vm, &cur.peek(1)));
        match (tuple.is_exactly(&vm.types.tuple), index) {
            (true, Some(index)) => tuple.get::<Tuple>().and_then(|items| items.get(index).cloned()),
            _ => None,
        }
    };
    item.is_some_and(|item| replace_two(cur, StackRef::new(item), CACHES))
}

#[inline(always)]
pub fn str_item(vm: &Vm, cur: &mut Cursor) -> bool {
    let point = {
        let (text, index) = (cur.peek(2), exact_index(vm, &cur.peek(1)));
        match (text.is_exactly(&vm.types.str), index) {
            (true, Some(index)) => text.get::<Str>().and_then(|points| points.code_point(index)),
            _ => None,
        }
    };
    point.is_some_and(|point| replace_two(cur, StackRef::new(vm.str_of_code_point(point)), CACHES))
}

#[inline(always)]
pub fn set_list_item(vm: &Vm, cur: &mut Cursor) -> bool {
    let index = {
        let (list, index) = (cur.peek(2), exact_index(vm, &cur.peek(1)));
        let length =
            list.get::<List>().filter(|_| list.is_exactly(&vm.types.list)).map(|items| items.0.len());
        match (index, length) {
            (Some(index), Some(length)) if index < length => index,
            _ => return false,
        }
    };
    drop(cur.pop());
    let (list, value) = (cur.pop(), cur.pop().into_obj());
    if let Some(items) = list.get().get::<List>() {
        drop(items.0.set(index, value));
    }
    cur.skip(1);
    true
}

/// `x += y` on strings: the next instruction stores into the local that the left operand came from, which is emptied
/// here, so that the string can grow in place.
#[inline(always)]
pub fn release_left_string(vm: &Vm, cur: &mut Cursor) -> bool {
    let local = cur.next_store_target();
    if !two_strings(vm, cur) || !cur.has_local(local) || !cur.local(local).is(&cur.peek(2)) {
        return false;
    }
    cur.own(2);
    drop(cur.store_fast(local, StackRef::NULL));
    true
}

/// `==` and `!=` of two strings.
#[inline(always)]
pub fn compare_strings(vm: &Vm, cur: &mut Cursor, oparg: usize) -> bool {
    let operator = oparg >> 5;
    if !two_strings(vm, cur) || !matches!(operator, 2 | 3) {
        return false;
    }
    let same = {
        let (a, b) = (cur.peek(2), cur.peek(1));
        match (a.get::<Str>(), b.get::<Str>()) {
            (Some(x), Some(y)) => a.is(&b) || x.same(y),
            _ => return false,
        }
    };
    replace_two(cur, bool_ref(vm, same == (operator == 2)), 1)
}

#[inline(always)]
pub fn unpack_pair(vm: &Vm, cur: &mut Cursor) -> bool {
    let (a, b) = {
        let tuple = cur.peek(1);
        match tuple.get::<Tuple>().filter(|_| tuple.is_exactly(&vm.types.tuple)).map(|items| &**items) {
            Some([a, b]) => (a.clone(), b.clone()),
            _ => return false,
        }
    };
    drop(cur.replace(1, StackRef::new(b)));
    cur.push(a);
    cur.skip(1);
    true
}

#[inline(always)]
pub fn unpack_tuple(vm: &Vm, cur: &mut Cursor, oparg: usize) -> bool {
    let fits = {
        let tuple = cur.peek(1);
        tuple.is_exactly(&vm.types.tuple) && tuple.get::<Tuple>().is_some_and(|items| items.len() == oparg)
    };
    if fits {
        let tuple = cur.pop();
        if let Some(items) = tuple.get().get::<Tuple>() {
            items.iter().rev().for_each(|item| cur.push(item.clone()));
        }
        cur.skip(1);
    }
    fits
}
