//! `types.SimpleNamespace` (`namespaceobject.c`).

use object::types::object_dict;
use object::{
    Args, CompareOp, Dict, Layout as _, MemberDef, NativeDef, NativeType, Obj, Plain, Ref, Res, Str, Type, Vm,
};

static NAMESPACE: NativeType = NativeType::new("SimpleNamespace", Plain::VTABLE)
    .module("types")
    .with_dict()
    .subclassable()
    .size(24, 0)
    .offsets(16, 0)
    .doc("(mapping_or_iterable=(), /, **kwargs)\n--\n\nA simple attribute-based namespace.")
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, Plain).into_obj())));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.richcompare.set(Some(compare));
    })
    .methods(&[
        NativeDef::no_args(
            "__reduce__",
            |vm, obj, _| {
                let dict = own(vm, obj)?.into_obj();
                Ok(vm.tuple([obj.ty().as_obj().clone(), vm.empty_tuple.as_obj().clone(), dict]))
            },
            "($self, /)\n--\n\nReturn state information for pickling",
        ),
        NativeDef::keywords("__replace__", replace, "($self, /, **changes)\n--\n\nReturn a copy of the namespace object with new values for the specified attributes."),
    ])
    .members(&[MemberDef::read_only("__dict__", object_dict, "")]);

/// The type `types.SimpleNamespace`.
pub fn namespace_type(vm: &Vm) -> &'static Ref<Type> {
    vm.native_type(&NAMESPACE)
}

/// A namespace of these attributes.
pub fn new_namespace(vm: &Vm, attributes: &[(&str, Obj)]) -> Obj {
    let namespace = Ref::new(namespace_type(vm), Plain).into_obj();
    for (name, value) in attributes {
        namespace.set_instance_attr(&vm.intern(name), value.clone());
    }
    namespace
}

fn own(vm: &Vm, obj: &Obj) -> Res<Ref<Dict>> {
    obj.instance_dict().ok_or_else(|| vm.type_error("a SimpleNamespace is needed"))
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    args.check_positional(vm, &obj.ty().short_name(), 0, 1)?;
    let dict = own(vm, obj)?;
    if let Some(source) = args.pos().first() {
        let source = if source.is_exactly(&vm.types.dict) {
            source.clone()
        } else {
            vm.call1(vm.types.dict.as_obj(), source)?
        };
        if source
            .get::<Dict>()
            .is_some_and(|source| source.to_vec().iter().any(|(key, _)| key.get::<Str>().is_none()))
        {
            return Err(vm.type_error("keywords must be strings"));
        }
        vm.dict_update(&dict, &source)?;
    }
    args.keywords().try_for_each(|(name, value)| vm.dict_set(&dict, name, value.clone()))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let name = if obj.is_exactly(namespace_type(vm)) { "namespace".into() } else { obj.ty().name() };
    if !vm.repr_enter(obj) {
        return Ok(vm.str(&format!("{name}(...)")));
    }
    let result = (|| {
        let mut parts = vec![vm.str_ref(&name), vm.str_ref("(")];
        for (key, value) in own(vm, obj)?.to_vec() {
            let Some(key) = key.downcast::<Str>().filter(|key| !key.is_empty()) else { continue };
            if parts.len() > 2 {
                parts.push(vm.str_ref(", "));
            }
            parts.extend([key.clone(), vm.str_ref("=")]);
            parts.push(vm.recurse(" while getting the repr of an object", || vm.repr_ref(&value))?);
        }
        parts.push(vm.str_ref(")"));
        let views: Vec<&Str> = parts.iter().map(|part| &**part).collect();
        Ok(Str::join(&vm.types.str, &views).into_obj())
    })();
    vm.repr_leave(obj);
    result
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let ours = |obj: &Obj| obj.ty().is_subtype_of(namespace_type(vm));
    if !ours(a) || !ours(b) {
        return Ok(vm.not_implemented.clone());
    }
    vm.compare(own(vm, a)?.as_obj(), own(vm, b)?.as_obj(), op)
}

fn replace(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    if !args.pos().is_empty() {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    }
    let new = vm.call0(obj.ty().as_obj())?;
    let Some(dict) = new.instance_dict() else { return Ok(new) };
    vm.dict_update(&dict, own(vm, obj)?.as_obj())?;
    args.keywords().try_for_each(|(name, value)| vm.dict_set(&dict, name, value.clone()))?;
    Ok(new)
}
