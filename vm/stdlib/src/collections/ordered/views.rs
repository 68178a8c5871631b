//! `odict_keys`, `odict_values`, `odict_items`, and their iterator.

use std::cell::Cell;

use builtins::dict::{Part, View, view_type};
use object::protocol::self_iter;
use object::{Layout as _, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res, Visitor, Vm};

use super::order::{End, Order};
use super::{find, own};

/// The payload of the iterator. It keeps the next key, not a place: keys may be moved between.
struct OrderedIter {
    dict: ObjCell,
    next: ObjCell,
    part: Part,
    towards: End,
    changes: u64,
    /// The number of keys at the start; nothing once it has been seen to change.
    size: Cell<Option<usize>>,
}

impl Payload for OrderedIter {
    const NAME: &'static str = "odict_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.dict.trace(visit);
        self.next.trace(visit);
    }
}

/// An iterator over an `OrderedDict`.
pub(super) fn iterator(vm: &Vm, obj: &Obj, part: Part, reversed: bool) -> Obj {
    let order = Order::of(vm, obj);
    let payload = OrderedIter {
        dict: ObjCell::new(Some(obj.clone())),
        next: ObjCell::new(order.end(End::of(reversed)).map(|(key, _)| key)),
        part,
        towards: End::of(!reversed),
        changes: order.changes(),
        size: Cell::new(obj.get::<object::Dict>().map(object::Dict::len)),
    };
    Ref::new(vm.native_type(&ITER), payload).into_obj()
}

fn next_key(vm: &Vm, iter: &OrderedIter) -> Res<Option<(Obj, Obj)>> {
    let Some(holder) = iter.dict.get() else { return Ok(None) };
    let Some(key) = iter.next.get() else {
        iter.dict.set(None);
        return Ok(None);
    };
    let order = Order::of(vm, &holder);
    if order.changes() != iter.changes {
        iter.dict.set(None);
        return Err(super::mutated(vm));
    }
    let dict = own(vm, &holder)?;
    if iter.size.get() != Some(dict.len()) {
        iter.size.set(None);
        return Err(vm.runtime_error("OrderedDict changed size during iteration"));
    }
    match find(vm, dict, &key, vm.hash_key(&key)?)? {
        Some((_, found)) if order.has(&found) => {
            iter.next.set(order.beside(&found, iter.towards).map(|(key, _)| key));
            Ok(Some((key, holder)))
        }
        _ => {
            iter.next.set(None);
            Err(vm.key_error(&key))
        }
    }
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(iter) = obj.get::<OrderedIter>() else { return Ok(None) };
    let Some((key, holder)) = next_key(vm, iter)? else { return Ok(None) };
    if iter.part == Part::Keys {
        return Ok(Some(key));
    }
    let Some(value) = vm.dict_get(own(vm, &holder)?, &key)? else {
        iter.next.set(None);
        iter.dict.set(None);
        return Err(vm.key_error(&key));
    };
    Ok(Some(if iter.part == Part::Values { value } else { vm.tuple([key, value]) }))
}

fn reduce(vm: &Vm, obj: &Obj, _: object::Args<'_>) -> Res<Obj> {
    let mut rest = Vec::new();
    if let Some(iter) = obj.get::<OrderedIter>() {
        // The iteration is done on a copy.
        let copy = OrderedIter {
            dict: ObjCell::new(iter.dict.get()),
            next: ObjCell::new(iter.next.get()),
            size: iter.size.clone(),
            ..*iter
        };
        rest = vm.iter_to_vec(&Ref::new(vm.native_type(&ITER), copy).into_obj())?;
    }
    Ok(vm.tuple([vm.builtin("iter")?, vm.tuple([vm.list(rest)])]))
}

static ITER: NativeType = NativeType::new("odict_iterator", OrderedIter::VTABLE)
    .size(64, 0)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(&[NativeDef::no_args("__reduce__", reduce, "Return state information for pickling")]);

const REVERSED: NativeDef = NativeDef::no_args("__reversed__", |vm, obj, _| over_view(vm, obj, true), "");

fn over_view(vm: &Vm, obj: &Obj, reversed: bool) -> Res<Obj> {
    let Some(view) = obj.get::<View>() else { return Err(vm.type_error("a view is needed")) };
    Ok(iterator(vm, view.dict(), view.part(), reversed))
}

macro_rules! view_types {
    ($($name:ident $text:literal $part:ident)*) => {
        $(static $name: NativeType = NativeType::new($text, View::VTABLE)
            .base(|vm| view_type(vm, Part::$part).clone())
            .slots(|s| s.iter.set(Some(|vm, obj| over_view(vm, obj, false))))
            .methods(&[REVERSED])
            .size(24, 0);)*

        /// A view on an `OrderedDict`.
        pub(super) fn view(vm: &Vm, obj: &Obj, part: Part) -> Res<Obj> {
            let decl = match part {
                $(Part::$part => &$name,)*
            };
            Ok(View::new(vm.native_type(decl), obj, part))
        }
    };
}

view_types! {
    KEYS "odict_keys" Keys
    VALUES "odict_values" Values
    ITEMS "odict_items" Items
}
