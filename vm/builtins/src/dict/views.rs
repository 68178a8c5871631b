//! `dict_keys`, `dict_values`, `dict_items`.

use object::{
    Args, CompareOp, Dict, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Payload, Ref, Res, Set, Slots,
    Str, Tuple, Type, TypeFlags, Visitor, Vm,
};

use super::iterators::{self, Part};

/// The payload of the views.
pub struct View {
    dict: Obj,
    part: Part,
}

impl Payload for View {
    const NAME: &'static str = "dict_view";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.dict);
    }
}

impl View {
    /// A view of a type whose base is one of the view types.
    pub fn over(ty: &Ref<Type>, dict: &Obj, part: Part) -> Obj {
        Ref::new(ty, View { dict: dict.clone(), part }).into_obj()
    }
    /// The dict.
    pub fn dict(&self) -> &Obj {
        &self.dict
    }
    /// What of it is shown.
    pub fn part(&self) -> Part {
        self.part
    }
}

fn common(s: &Slots) {
    s.repr.set(Some(repr));
    s.iter.set(Some(|vm, o| {
        let view = own(vm, o)?;
        iterators::make(vm, &view.dict, view.part, false)
    }));
    s.sq_length.set(Some(|vm, o| Ok(dict(vm, o)?.len())));
}

fn set_like(s: &Slots) {
    common(s);
    s.hash.set(Some(object::types::hash_not_implemented));
    s.richcompare.set(Some(compare));
    s.sq_contains.set(Some(contains));
    s.nb_and.set(Some(|vm, a, b| as_sets(vm, a, b, "intersection_update")));
    s.nb_or.set(Some(|vm, a, b| as_sets(vm, a, b, "update")));
    s.nb_subtract.set(Some(|vm, a, b| as_sets(vm, a, b, "difference_update")));
    s.nb_xor.set(Some(|vm, a, b| as_sets(vm, a, b, "symmetric_difference_update")));
}

const REVERSED: NativeDef = NativeDef::no_args(
    "__reversed__",
    |vm, o, _| {
        let view = own(vm, o)?;
        iterators::make(vm, &view.dict, view.part, true)
    },
    "Return a reverse iterator over the dict keys.",
);

const MAPPING: GetSetDef = GetSetDef::read_only(
    "mapping",
    |vm, o| {
        let proxy = object::MappingProxy { mapping: own(vm, o)?.dict.clone() };
        Ok(Ref::new(&vm.types.mappingproxy, proxy).into_obj())
    },
    "dictionary that this view refers to",
);

static KEYS: NativeType = NativeType::new("dict_keys", View::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION.with(TypeFlags::COUNTED_VIEW))
    .slots(set_like)
    .methods(&[
        NativeDef::one(
            "isdisjoint",
            isdisjoint,
            "Return True if the view and the given iterable have a null intersection.",
        ),
        REVERSED,
    ])
    .getset(&[MAPPING])
    .size(24, 0);

static ITEMS: NativeType = NativeType::new("dict_items", View::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION.with(TypeFlags::COUNTED_VIEW))
    .slots(set_like)
    .methods(&[
        NativeDef::one(
            "isdisjoint",
            isdisjoint,
            "Return True if the view and the given iterable have a null intersection.",
        ),
        REVERSED,
    ])
    .getset(&[MAPPING])
    .size(24, 0);

static VALUES: NativeType = NativeType::new("dict_values", View::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION.with(TypeFlags::COUNTED_VIEW))
    .slots(common)
    .methods(&[REVERSED])
    .getset(&[MAPPING])
    .size(24, 0);

/// The type of the views on a part of a dict.
pub fn view_type(vm: &Vm, part: Part) -> &'static Ref<Type> {
    vm.native_type(match part {
        Part::Keys => &KEYS,
        Part::Values => &VALUES,
        Part::Items => &ITEMS,
    })
}

/// A view on a dict.
pub(super) fn make(vm: &Vm, obj: &Obj, part: Part) -> Res<Obj> {
    Ok(View::over(view_type(vm, part), obj, part))
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a View> {
    obj.get::<View>().ok_or_else(|| vm.type_error("a dict view is needed"))
}

fn dict<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Dict> {
    super::own(vm, &own(vm, obj)?.dict)
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    if !vm.repr_enter(obj) {
        return Ok(vm.str("..."));
    }
    let result = (|| {
        let items = vm.list(vm.iter_to_vec(obj)?);
        let inner = vm.repr_ref(&items)?;
        let parts = [vm.str_ref(&obj.ty().name()), vm.str_ref("("), inner, vm.str_ref(")")];
        let views: Vec<&Str> = parts.iter().map(|part| &**part).collect();
        Ok(Str::join(&vm.types.str, &views).into_obj())
    })();
    vm.repr_leave(obj);
    result
}

fn contains(vm: &Vm, obj: &Obj, item: &Obj) -> Res<bool> {
    let dict = dict(vm, obj)?;
    if own(vm, obj)?.part == Part::Keys {
        return vm.dict_contains(dict, item);
    }
    let Some([key, value]) = item.get::<Tuple>().map(Tuple::items) else { return Ok(false) };
    match vm.dict_get(dict, key)? {
        Some(found) => vm.eq(&found, value),
        None => Ok(false),
    }
}

/// A set or a view that behaves like one.
fn is_set_like(obj: &Obj) -> bool {
    obj.get::<Set>().is_some() || obj.get::<View>().is_some_and(|view| view.part != Part::Values)
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    if !is_set_like(b) {
        return Ok(vm.not_implemented.clone());
    }
    let (x, y) = (vm.len(a)?, vm.len(b)?);
    let all_in = |inner: &Obj, outer: &Obj| -> Res<bool> {
        let mut all = true;
        vm.for_each(inner, |item| {
            all = vm.contains(outer, &item)?;
            Ok(all)
        })?;
        Ok(all)
    };
    let holds = match op {
        CompareOp::Eq => x == y && all_in(a, b)?,
        CompareOp::Ne => !(x == y && all_in(a, b)?),
        CompareOp::Lt => x < y && all_in(a, b)?,
        CompareOp::Le => x <= y && all_in(a, b)?,
        CompareOp::Gt => x > y && all_in(b, a)?,
        CompareOp::Ge => x >= y && all_in(b, a)?,
    };
    Ok(vm.bool(holds))
}

fn as_sets(vm: &Vm, a: &Obj, b: &Obj, method: &str) -> Res<Obj> {
    if a.get::<View>().is_none() && b.get::<View>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    let set = vm.set();
    vm.set_update(&set, a)?;
    vm.call_method(set.as_obj(), &vm.intern(method), std::slice::from_ref(b))?;
    Ok(set.into_obj())
}

fn isdisjoint(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut disjoint = true;
    vm.for_each(&args.values[0], |item| {
        disjoint = !vm.contains(obj, &item)?;
        Ok(disjoint)
    })?;
    Ok(vm.bool(disjoint))
}
