//! Making a machine: the first types, the singletons, interned names; and the constructors of the commonest objects.

use std::cell::RefCell;
use std::collections::HashMap;

use num_bigint::BigInt;

use crate::exceptions::ExceptionTypes;
use crate::names::Names;
use crate::payload::{Bytes, Complex, Int, IntValue, List, NoneValue, Plain, Singleton};
use crate::raw::dict::Dict;
use crate::raw::{Layout as _, Obj, Ref, Str, Tuple, number};
use crate::types::{Type, TypeFlags, TypeSpec};
use crate::vm::{self, CoreType, InternKey, Seed, Types, Vm};

/// The integers that exist once: −5 to 256, as in CPython.
const SMALL_FIRST: i64 = -5;
const SMALL_COUNT: usize = 262;

/// A core type without bases, MRO, dict and slots.
fn bare(core: CoreType, metatype: &Ref<Type>, base: &Ref<Type>) -> Ref<Type> {
    let ty = Ref::new(metatype, bare_payload(core, Some(base.clone())));
    ty.as_obj().make_immortal();
    ty
}

fn bare_payload(core: CoreType, base: Option<Ref<Type>>) -> Type {
    Type::new(TypeSpec {
        name: core.name.into(),
        layout: core.layout,
        base,
        slot_count: 0,
        has_dict: core.flags.has(TypeFlags::MANAGED_DICT),
        inline_values: false,
        flags: TypeFlags(core.flags.0 & !TypeFlags::MANAGED_DICT.0),
        dict: None,
    })
}

fn first_types() -> Types {
    let metatype = Ref::new_metatype(bare_payload(
        CoreType { name: "type", layout: Type::VTABLE, flags: TypeFlags::TYPE_SUBCLASS },
        None,
    ));
    metatype.as_obj().make_immortal();
    let object = Ref::new(
        &metatype,
        bare_payload(CoreType { name: "object", layout: Plain::VTABLE, flags: TypeFlags(0) }, None),
    );
    object.as_obj().make_immortal();
    metatype.set_base(Some(object.clone()));
    let of = metatype.clone();
    Types::new(object, metatype, |core, base| bare(core, &of, base))
}

fn immortal(object: Obj) -> Obj {
    object.make_immortal();
    object
}

impl Vm {
    /// Makes the machine of this thread: `object`, `type`, descriptors and exceptions are complete; the other types get
    /// their methods from the crates above.
    ///
    /// A machine lives until its process ends, like CPython's main interpreter.
    pub fn new() -> &'static Vm {
        let types: &'static Types = Box::leak(Box::new(first_types()));
        vm::set_types(types);
        let mut interned = HashMap::default();
        let names = Names::new(|text| {
            let name = Str::from_text(&types.str, text);
            name.as_obj().make_immortal();
            if let Some((InternKey(known), ())) = interned.get_key_value(&InternKey(name.clone())) {
                return Ref::clone(known);
            }
            name.set_interned();
            interned.insert(InternKey(name.clone()), ());
            name
        });
        let latin1 = (0..=255u8)
            .map(|c| {
                let name = Str::from_latin1(&types.str, &[c]);
                if let Some((InternKey(known), ())) = interned.get_key_value(&InternKey(name.clone())) {
                    return Ref::clone(known);
                }
                name.as_obj().make_immortal();
                name.set_interned();
                interned.insert(InternKey(name.clone()), ());
                name
            })
            .collect();
        let bytes = |bytes: &[u8]| immortal(Ref::new(&types.bytes, Bytes(bytes.into())).into_obj());
        let short_bytes = (0..=255u8).map(|byte| bytes(&[byte])).chain([bytes(&[])]).collect();
        let small = |n: i64, ty| immortal(Ref::new(ty, Int(IntValue::Small(n))).into_obj());
        let exc = Box::leak(Box::new(ExceptionTypes::new(types)));
        let vm: &'static Vm = Box::leak(Box::new(Vm::from_seed(Seed {
            types,
            exc,
            names: Box::leak(Box::new(names)),
            interned: RefCell::new(interned),
            none: immortal(Ref::new(&types.none, NoneValue).into_obj()),
            true_: small(1, &types.bool),
            false_: small(0, &types.bool),
            not_implemented: immortal(Ref::new(&types.not_implemented, Singleton).into_obj()),
            ellipsis: immortal(Ref::new(&types.ellipsis, Singleton).into_obj()),
            small_ints: (0..SMALL_COUNT).map(|i| small(i as i64 + SMALL_FIRST, &types.int)).collect(),
            latin1,
            short_bytes,
        })));
        vm.empty_tuple.as_obj().make_immortal();
        vm::set_current(vm);
        for ty in types.all().into_iter().chain(exc.all()) {
            vm.prepare_core_type(ty);
        }
        crate::types::define_all(vm);
        crate::exceptions::define_all(vm);
        vm
    }

    /// The one string of this content among the interned ones.
    pub fn intern(&self, text: &str) -> Ref<Str> {
        self.intern_str(Str::from_text(&self.types.str, text))
    }

    /// The interned string of the same content: this one, if there was none.
    pub fn intern_str(&self, name: Ref<Str>) -> Ref<Str> {
        if name.is_interned() {
            return name;
        }
        let mut table = self.interned.borrow_mut();
        if let Some((InternKey(known), ())) = table.get_key_value(&InternKey(name.clone())) {
            return known.clone();
        }
        // Only exact strings can stand for all of their content.
        let name = if name.as_obj().is_exactly(&self.types.str) {
            name
        } else {
            name.substring(&self.types.str, 0, usize::MAX)
        };
        name.set_interned();
        table.insert(InternKey(name.clone()), ());
        name
    }

    /// `True` or `False`.
    #[inline]
    pub fn bool(&self, value: bool) -> Obj {
        if value { self.true_.clone() } else { self.false_.clone() }
    }

    /// An `int`.
    #[inline]
    pub fn int(&self, value: i64) -> Obj {
        match self.small_ints.get(value.wrapping_sub(SMALL_FIRST) as usize) {
            Some(small) => small.clone(),
            None => number::new_int(self.types, value),
        }
    }

    /// An `int` of any size.
    pub fn int_big(&self, value: BigInt) -> Obj {
        match IntValue::from(value) {
            IntValue::Small(n) => self.int(n),
            big => Ref::new(&self.types.int, Int(big)).into_obj(),
        }
    }

    /// An `int` from an unsigned number.
    pub fn int_unsigned(&self, value: u64) -> Obj {
        match i64::try_from(value) {
            Ok(n) => self.int(n),
            Err(_) => self.int_big(value.into()),
        }
    }

    /// A `float`.
    #[inline]
    pub fn float(&self, value: f64) -> Obj {
        number::new_float(self.types, value)
    }

    /// A `complex`.
    pub fn complex(&self, re: f64, im: f64) -> Obj {
        Ref::new(&self.types.complex, Complex { re, im }).into_obj()
    }

    /// A `str`; empty strings and those of one Latin-1 character are shared, as in CPython.
    pub fn str(&self, text: &str) -> Obj {
        self.str_ref(text).into_obj()
    }

    /// As [`str`](Self::str), typed.
    pub fn str_ref(&self, text: &str) -> Ref<Str> {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (None, _) => self.names.empty.clone(),
            (Some(c), None) if (c as usize) < 256 => self.latin1[c as usize].clone(),
            _ => Str::from_text(&self.types.str, text),
        }
    }

    /// A `str` of one code point.
    #[inline]
    pub fn str_of_code_point(&self, c: u32) -> Obj {
        match self.latin1.get(c as usize) {
            Some(known) => known.clone().into_obj(),
            None => Str::from_code_points(&self.types.str, &[c]).into_obj(),
        }
    }

    /// A `tuple`; the empty one is shared.
    #[inline]
    pub fn tuple(&self, items: impl IntoIterator<Item = Obj, IntoIter: ExactSizeIterator>) -> Obj {
        let items = items.into_iter();
        if items.len() == 0 {
            return self.empty_tuple.clone().into_obj();
        }
        Tuple::new(&self.types.tuple, items).into_obj()
    }

    /// A `list`.
    #[inline]
    pub fn list(&self, mut items: Vec<Obj>) -> Obj {
        items.shrink_to_fit();
        Ref::new(&self.types.list, List(crate::raw::ObjVec::new(items))).into_obj()
    }

    /// A `list` that was made with room for `room` items.
    pub fn list_with_room(&self, items: Vec<Obj>, room: usize) -> Obj {
        Ref::new(&self.types.list, List(crate::raw::ObjVec::with_room(items, room))).into_obj()
    }

    /// An empty `dict`.
    #[inline]
    pub fn dict(&self) -> Ref<Dict> {
        Dict::new(&self.types.dict)
    }

    /// A `bytes`; those of at most one byte are shared.
    pub fn bytes(&self, bytes: &[u8]) -> Obj {
        self.short_bytes(bytes).unwrap_or_else(|| self.bytes_of(bytes.into()))
    }

    /// The same in memory that is there already.
    pub fn bytes_of(&self, bytes: Box<[u8]>) -> Obj {
        let short = self.short_bytes(&bytes);
        short.unwrap_or_else(|| Ref::new(&self.types.bytes, Bytes(bytes)).into_obj())
    }

    fn short_bytes(&self, bytes: &[u8]) -> Option<Obj> {
        let known = match bytes {
            [] => self.short_bytes.last(),
            [byte] => self.short_bytes.get(usize::from(*byte)),
            _ => None,
        };
        known.cloned()
    }
}
