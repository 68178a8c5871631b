//! `CALL` of what needs no frame.

use object::raw::frame::Cursor;
use object::raw::stack::StackRef;
use object::{Function, List, Method, Vm};

use crate::eval::calls;

/// `type(x)`.
#[inline(always)]
pub fn type_of(vm: &Vm, cur: &mut Cursor) -> bool {
    if !cur.is_null(2) || !cur.peek(3).is(vm.types.r#type.as_obj()) {
        return false;
    }
    let ty = cur.peek(1).ty().as_obj().clone();
    cur.drop_many(2);
    drop(cur.replace(1, StackRef::new(ty)));
    cur.skip(3);
    true
}

/// `list.append(x)`, where the receiver stands in the place of self and the result is popped next.
#[inline(always)]
pub fn list_append(vm: &Vm, cur: &mut Cursor) -> bool {
    if cur.is_null(2) || !cur.peek(2).is_exactly(&vm.types.list) || !calls::is_list_append(vm, &cur.peek(3)) {
        return false;
    }
    let item = cur.pop().into_obj();
    if let Some(list) = cur.peek(1).get::<List>() {
        list.0.push(item);
    }
    cur.drop_many(2);
    // The POP_TOP behind the call has nothing to drop.
    cur.skip(4);
    true
}

/// Puts function and receiver in the place of a bound method of the cached function.
#[inline(always)]
pub fn unpack_method(cur: &mut Cursor, oparg: usize) -> bool {
    let (function, receiver) = {
        let callable = cur.peek(oparg + 2);
        let Some(method) = callable.get::<Method>() else { return false };
        let version = method.function.get::<Function>().map_or(0, |function| function.version.get());
        if version == 0 || version != cur.cache_u32(1) || !cur.is_null(oparg + 1) {
            return false;
        }
        (method.function.clone(), method.receiver.clone())
    };
    drop(cur.replace(oparg + 1, StackRef::new(receiver)));
    drop(cur.replace(oparg + 2, StackRef::new(function)));
    true
}
