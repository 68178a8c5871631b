//! `LOAD_ATTR` and `STORE_ATTR` under the guard of a type's version.

use object::raw::frame::Cursor;
use object::raw::stack::StackRef;
use object::{Module, Obj, Type};

use crate::eval::attributes;

/// Caches of `LOAD_ATTR`.
const CACHES: usize = 9;

/// Whether the owner's type is as it was when the caches were filled.
#[inline(always)]
pub fn is_type_cached(cur: &Cursor) -> bool {
    cur.peek(1).ty().version.get() == cur.cache_u32(1)
}

/// Whether, on top of that, no instance has got the attribute since.
#[inline(always)]
fn are_keys_cached(cur: &Cursor) -> bool {
    is_type_cached(cur) && attributes::keys_unchanged(&cur.peek(1), cur.cache_u32(3))
}

/// Whether the owner is a class, and as it was.
#[inline(always)]
fn is_class_cached(cur: &Cursor) -> bool {
    let version = cur.peek(1).get::<Type>().map_or(0, |class| class.version.get());
    version != 0 && version == cur.cache_u32(1)
}

/// Puts the attribute in place of its owner, with nothing on top if a call follows.
#[inline(always)]
fn replace(cur: &mut Cursor, value: Option<Obj>, oparg: usize) -> bool {
    let Some(value) = value else { return false };
    drop(cur.replace(1, StackRef::new(value)));
    if oparg & 1 != 0 {
        cur.push_ref(StackRef::NULL);
    }
    cur.skip(CACHES);
    true
}

#[inline(always)]
pub fn inline_value(cur: &mut Cursor, oparg: usize) -> bool {
    is_type_cached(cur) && {
        let value = cur.peek(1).inline_value_at(cur.cache(3));
        replace(cur, value, oparg)
    }
}

/// From the instance's dict.
#[inline(always)]
pub fn with_hint(cur: &mut Cursor, oparg: usize) -> bool {
    is_type_cached(cur) && {
        let value = attributes::hinted(&cur.peek(1), cur.cache(3).into(), cur.name(oparg >> 1));
        replace(cur, value, oparg)
    }
}

/// From `__slots__`.
#[inline(always)]
pub fn slot(cur: &mut Cursor, oparg: usize) -> bool {
    is_type_cached(cur) && {
        let value = cur.peek(1).slot(usize::from(cur.cache(3)));
        replace(cur, value, oparg)
    }
}

#[inline(always)]
pub fn of_module(cur: &mut Cursor, oparg: usize) -> bool {
    let value = cur.peek(1).get::<Module>().and_then(|module| {
        let version = module.dict.current_keys_version();
        if version == 0 || version != cur.cache_u32(1) {
            return None;
        }
        module.dict.value_at(usize::from(cur.cache(3)))
    });
    replace(cur, value, oparg)
}

#[inline(always)]
fn cached(cur: &mut Cursor, oparg: usize) -> bool {
    let value = cur.cache_object(5).clone();
    replace(cur, Some(value), oparg)
}

#[inline(always)]
pub fn of_class(cur: &mut Cursor, oparg: usize) -> bool {
    is_class_cached(cur) && cached(cur, oparg)
}

#[inline(always)]
pub fn of_class_with_metaclass(cur: &mut Cursor, oparg: usize) -> bool {
    is_class_cached(cur) && cur.peek(1).ty().version.get() == cur.cache_u32(3) && cached(cur, oparg)
}

/// An attribute of the class that needs no binding; instances have no dict.
#[inline(always)]
pub fn nondescriptor(cur: &mut Cursor) -> bool {
    is_type_cached(cur) && cached(cur, 0)
}

/// The same where instances have attributes of their own.
#[inline(always)]
pub fn nondescriptor_with_values(cur: &mut Cursor) -> bool {
    are_keys_cached(cur) && cached(cur, 0)
}

/// Puts the method under its receiver.
#[inline(always)]
fn push_method(cur: &mut Cursor) -> bool {
    let method = cur.cache_object(5).clone();
    let owner = cur.replace(1, StackRef::new(method));
    cur.push_ref(owner);
    cur.skip(CACHES);
    true
}

/// A method; instances have no dict.
#[inline(always)]
pub fn method(cur: &mut Cursor) -> bool {
    is_type_cached(cur) && push_method(cur)
}

/// The same where instances have attributes of their own.
#[inline(always)]
pub fn method_with_values(cur: &mut Cursor) -> bool {
    are_keys_cached(cur) && push_method(cur)
}

#[inline(always)]
pub fn set_inline_value(cur: &mut Cursor) -> bool {
    if !is_type_cached(cur) {
        return false;
    }
    let value = cur.peek(2).clone();
    let Ok(old) = cur.peek(1).set_inline_value_at(cur.cache(3), value) else { return false };
    let owner = cur.pop();
    drop(cur.pop());
    drop(old);
    drop(owner);
    cur.skip(4);
    true
}

/// Into `__slots__`.
#[inline(always)]
pub fn set_slot(cur: &mut Cursor) -> bool {
    if !is_type_cached(cur) {
        return false;
    }
    let owner = cur.pop();
    let value = cur.pop().into_obj();
    drop(owner.get().set_slot(usize::from(cur.cache(3)), Some(value)));
    cur.skip(4);
    true
}
