//! Iterators over keys, values and items of a dict, both ways.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{Dict, Layout as _, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res, Visitor, Vm};

/// What of the entries is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The keys.
    Keys,
    /// The values.
    Values,
    /// Pairs of both.
    Items,
}

/// The payload of the dict iterators.
pub struct DictIter {
    dict: ObjCell,
    part: Part,
    reversed: bool,
    /// The number of the next entry; of a reversed one, that number + 1.
    at: Cell<usize>,
    /// How many entries the dict had at the start: a change ends the iteration with an error.
    size: Cell<Option<usize>>,
    left: Cell<usize>,
}

impl Payload for DictIter {
    const NAME: &'static str = "dict_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.dict.trace(visit);
    }
    fn clear(&self) {
        self.dict.set(None);
    }
}

macro_rules! iterator_types {
    ($($name:ident $text:literal)*) => {
        $(static $name: NativeType = NativeType::new($text, DictIter::VTABLE)
            .slots(|s| {
                s.iter.set(Some(self_iter));
                s.iternext.set(Some(next));
            })
            .methods(&[
                NativeDef::no_args("__length_hint__", |vm, o, _| Ok(vm.int(hint(o))), "Private method returning an estimate of len(list(it))."),
                NativeDef::no_args("__reduce__", reduce, "Return state information for pickling."),
            ])
            .size(56, 0);)*
    };
}

iterator_types! {
    KEYS "dict_keyiterator"
    VALUES "dict_valueiterator"
    ITEMS "dict_itemiterator"
    REVERSE_KEYS "dict_reversekeyiterator"
    REVERSE_VALUES "dict_reversevalueiterator"
    REVERSE_ITEMS "dict_reverseitemiterator"
}

/// An iterator over a dict.
pub(super) fn make(vm: &Vm, obj: &Obj, part: Part, reversed: bool) -> Res<Obj> {
    let dict = super::own(vm, obj)?;
    let decl = match (part, reversed) {
        (Part::Keys, false) => &KEYS,
        (Part::Values, false) => &VALUES,
        (Part::Items, false) => &ITEMS,
        (Part::Keys, true) => &REVERSE_KEYS,
        (Part::Values, true) => &REVERSE_VALUES,
        (Part::Items, true) => &REVERSE_ITEMS,
    };
    let at = if reversed { dict.entry_count() } else { 0 };
    let iter = DictIter {
        dict: ObjCell::new(Some(obj.clone())),
        part,
        reversed,
        at: at.into(),
        size: Some(dict.len()).into(),
        left: dict.len().into(),
    };
    Ok(Ref::new(vm.native_type(decl), iter).into_obj())
}

fn hint(obj: &Obj) -> i64 {
    let Some(iter) = obj.get::<DictIter>() else { return 0 };
    let same = iter.dict.get().and_then(|dict| dict.get::<Dict>().map(Dict::len)) == iter.size.get();
    if same && !iter.dict.is_none() { iter.left.get() as i64 } else { 0 }
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(iter) = obj.get::<DictIter>() else { return Ok(None) };
    let Some(holder) = iter.dict.get() else { return Ok(None) };
    let dict = super::own(vm, &holder)?;
    if iter.size.get() != Some(dict.len()) {
        // The error comes again each time it is asked.
        iter.size.set(None);
        return Err(vm.runtime_error("dictionary changed size during iteration"));
    }
    let at = iter.at.get();
    let entry = if iter.reversed && at > dict.entry_count() {
        // The table was made anew, with fewer entries than the iterator was at.
        None
    } else if iter.reversed {
        dict.previous_entry(at)
    } else {
        dict.next_entry(at)
    };
    let Some((number, key, value)) = entry else {
        iter.dict.set(None);
        return Ok(None);
    };
    if iter.left.get() == 0 {
        iter.dict.set(None);
        return Err(vm.runtime_error("dictionary keys changed during iteration"));
    }
    iter.at.set(if iter.reversed { number } else { number + 1 });
    iter.left.set(iter.left.get() - 1);
    Ok(Some(match iter.part {
        Part::Keys => key,
        Part::Values => value,
        Part::Items => vm.tuple([key, value]),
    }))
}

fn reduce(vm: &Vm, obj: &Obj, _: object::Args<'_>) -> Res<Obj> {
    let mut rest = Vec::new();
    if let Some(iter) = obj.get::<DictIter>()
        && let Some(holder) = iter.dict.get()
    {
        let dict = super::own(vm, &holder)?;
        let mut at = iter.at.get();
        while let Some((number, key, value)) =
            if iter.reversed { dict.previous_entry(at) } else { dict.next_entry(at) }
        {
            rest.push(match iter.part {
                Part::Keys => key,
                Part::Values => value,
                Part::Items => vm.tuple([key, value]),
            });
            at = if iter.reversed { number } else { number + 1 };
        }
    }
    Ok(vm.tuple([vm.builtin("iter")?, vm.tuple([vm.list(rest)])]))
}
