//! `_functools` (`_functoolsmodule.c`): [`partial`], [`lru_cache`], and here `reduce` and `cmp_to_key`.

mod lru_cache;
mod partial;

use object::{
    Args, CompareOp, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params, Payload,
    Ref, Res, Visitor, Vm,
};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_functools", "Tools that operate on functions.")
    .functions(&[
        NativeDef::keywords("reduce", reduce, "($module, function, iterable, /, initial=<unrepresentable>)\n--\n\nApply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is\npresent, it is placed before the items of the iterable in the\ncalculation, and serves as a default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5)."),
        NativeDef::keywords("cmp_to_key", cmp_to_key, "($module, /, mycmp)\n--\n\nConvert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects."),
    ])
    .types(&[
        ("_PlaceholderType", |vm| vm.native_type(&partial::PLACEHOLDER).clone()),
        ("partial", |vm| vm.native_type(&partial::PARTIAL).clone()),
        ("_lru_cache_wrapper", |vm| vm.native_type(&lru_cache::LRU_CACHE_WRAPPER).clone()),
    ])
    .init(|vm, module| {
        module.dict.set_str(&vm.intern("Placeholder"), partial::placeholder(vm));
        Ok(())
    });

static REDUCE_PARAMS: Params<3> = Params::new("reduce", ["", "", "initial"]).positional_only(2).required(2);

fn reduce(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [function, iterable, initial] = REDUCE_PARAMS.bind(vm, args)?;
    let (function, iterable) = (function.unwrap_or(&vm.none), iterable.unwrap_or(&vm.none));
    let iterator = vm.iter(iterable).map_err(|raised| {
        if raised.is_instance(&vm.exc.type_error) {
            return vm.type_error("reduce() arg 2 must support iteration");
        }
        raised
    })?;
    let mut result = initial.cloned();
    while let Some(item) = vm.next(&iterator)? {
        result = Some(match result {
            Some(result) => vm.call(function, &[result, item])?,
            None => item,
        });
    }
    result.ok_or_else(|| vm.type_error("reduce() of empty iterable with no initial value"))
}

/// The payload of what `cmp_to_key` returns: the comparison alone, or with the object to compare.
struct KeyWrapper {
    compare: Obj,
    object: ObjCell,
}

impl Payload for KeyWrapper {
    const NAME: &'static str = "KeyWrapper";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.compare);
        self.object.trace(visit);
    }
    fn clear(&self) {
        self.object.set(None);
    }
}

static KEY_WRAPPER: NativeType = NativeType::new("KeyWrapper", KeyWrapper::VTABLE)
    .module("functools")
    .size(32, 0)
    .slots(|s| {
        s.call.set(Some(|vm, obj, args| {
            let [object] = KEY_PARAMS.bind(vm, args)?;
            let Some(own) = obj.get::<KeyWrapper>() else { return Err(vm.type_error("a key is needed")) };
            Ok(key(vm, &own.compare, object))
        }));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.richcompare.set(Some(compare_keys));
    })
    .members(&[MemberDef::new(
        "obj",
        |vm, obj| Ok(obj.get::<KeyWrapper>().map_or_else(|| vm.none.clone(), |own| vm.or_none(&own.object))),
        |_, obj, value| {
            if let Some(own) = obj.get::<KeyWrapper>() {
                own.object.set(value.cloned());
            }
            Ok(())
        },
        "Value wrapped by a key function.",
    )])
    .getset(&[GetSetDef::read_only("__text_signature__", |vm, _| Ok(vm.str("(obj)")), "")]);

static KEY_PARAMS: Params<1> = Params::new("K", ["obj"]).required(1);
static CMP_TO_KEY_PARAMS: Params<1> = Params::new("cmp_to_key", ["mycmp"]).required(1);

fn key(vm: &Vm, compare: &Obj, object: Option<&Obj>) -> Obj {
    let payload = KeyWrapper { compare: compare.clone(), object: ObjCell::new(object.cloned()) };
    Ref::new(vm.native_type(&KEY_WRAPPER), payload).into_obj()
}

fn cmp_to_key(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [compare] = CMP_TO_KEY_PARAMS.bind(vm, args)?;
    Ok(key(vm, compare.unwrap_or(&vm.none), None))
}

fn compare_keys(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(left), Some(right)) = (a.get::<KeyWrapper>(), b.get::<KeyWrapper>()) else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    let (Some(x), Some(y)) = (left.object.get(), right.object.get()) else {
        return Err(vm.raise_text(&vm.exc.attribute_error, "object"));
    };
    let ordering = vm.call(&left.compare, &[x, y])?;
    vm.compare(&ordering, &vm.int(0), op)
}
