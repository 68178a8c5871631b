//! `LOAD_GLOBAL`: the value's place in a dict whose keys are those of the cached version.

use object::Obj;
use object::raw::frame::Cursor;
use object::raw::stack::StackRef;

/// Whether this version of a dict's keys is the one in cache entry `at`.
#[inline(always)]
fn is_cached(cur: &Cursor, version: u32, at: usize) -> bool {
    version != 0 && version as u16 == cur.cache(at)
}

#[inline(always)]
fn push(cur: &mut Cursor, value: Option<Obj>, oparg: usize) -> bool {
    let Some(value) = value else { return false };
    cur.push(value);
    if oparg & 1 != 0 {
        cur.push_ref(StackRef::NULL);
    }
    cur.skip(4);
    true
}

/// A name of the module.
#[inline(always)]
pub fn of_module(cur: &mut Cursor, oparg: usize) -> bool {
    let frame = cur.frame();
    let globals = frame.globals();
    is_cached(cur, globals.current_keys_version(), 2) && {
        let value = globals.value_at(usize::from(cur.cache(1)));
        push(cur, value, oparg)
    }
}

/// A name that the module does not have.
#[inline(always)]
pub fn of_builtins(cur: &mut Cursor, oparg: usize) -> bool {
    let frame = cur.frame();
    let builtins = frame.builtins();
    is_cached(cur, frame.globals().current_keys_version(), 2)
        && is_cached(cur, builtins.current_keys_version(), 3)
        && {
            let value = builtins.value_at(usize::from(cur.cache(1)));
            push(cur, value, oparg)
        }
}
