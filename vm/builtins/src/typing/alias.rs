//! `TypeAliasType`: what a `type` statement makes.

use object::{
    Args, Function, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params, Payload,
    Ref, Res, Str, Tuple, Visitor, Vm,
};

use super::{caller_module, evaluator, unpack_iter, unpack_variadic};

/// The payload of `TypeAliasType`.
struct Alias {
    name: Obj,
    /// A tuple, unless the alias is not generic.
    params: Option<Obj>,
    /// Computes the value.
    compute: Option<Obj>,
    value: ObjCell,
    module: Option<Obj>,
}

impl Payload for Alias {
    const NAME: &'static str = "TypeAliasType";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.name);
        [&self.params, &self.compute, &self.module].into_iter().flatten().for_each(&mut *visit);
        self.value.trace(visit);
    }
    fn clear(&self) {
        self.value.set(None);
    }
}

/// The type.
pub static TYPE_ALIAS: NativeType = NativeType::new("TypeAliasType", Alias::VTABLE)
    .module("typing")
    .flags(object::TypeFlags::OF_CORE)
    .doc("Type alias.\n\nType aliases are created through the type statement::\n\n    type Alias = int\n\nIn this example, Alias and int will be treated equivalently by static\ntype checkers.\n\nAt runtime, Alias is an instance of TypeAliasType. The __name__\nattribute holds the name of the type alias. The value of the type alias\nis stored in the __value__ attribute. It is evaluated lazily, so the\nvalue is computed only if the attribute is accessed.\n\nType aliases can also be generic::\n\n    type ListOrSet[T] = list[T] | set[T]\n\nIn this case, the type parameters of the alias are stored in the\n__type_params__ attribute.\n\nSee PEP 695 for more information.\n")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(|vm, obj| Ok(own(vm, obj)?.name.clone())));
        s.iter.set(Some(unpack_iter));
        s.nb_or.set(Some(crate::union));
        s.mp_subscript.set(Some(|vm, obj, args| match own(vm, obj)?.params {
            Some(_) => Ok(crate::generic_alias(vm, obj, args)),
            None => Err(vm.type_error("Only generic type aliases are subscriptable")),
        }));
    })
    .methods(&[NativeDef::no_args(
        "__reduce__",
        |vm, obj, _| Ok(own(vm, obj)?.name.clone()),
        "($self, /)\n--\n\n",
    )])
    .members(&[MemberDef::read_only("__name__", |vm, obj| Ok(own(vm, obj)?.name.clone()), "")])
    .getset(&[
        GetSetDef::read_only("__parameters__", |vm, obj| unpack_variadic(vm, &params(vm, obj)?), ""),
        GetSetDef::read_only("__type_params__", params, ""),
        GetSetDef::read_only("__value__", value, ""),
        GetSetDef::read_only(
            "evaluate_value",
            |vm, obj| match &own(vm, obj)?.compute {
                Some(compute) => Ok(compute.clone()),
                None => Ok(evaluator::new(vm, value(vm, obj)?)),
            },
            "",
        ),
        GetSetDef::read_only("__module__", module, ""),
    ])
    .size(56, 0);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Alias> {
    obj.get::<Alias>().ok_or_else(|| vm.type_error("a type alias is needed"))
}

/// Whether the object is a type alias.
pub(crate) fn is_alias(obj: &Obj) -> bool {
    obj.get::<Alias>().is_some()
}

fn params(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(own(vm, obj)?.params.clone().unwrap_or_else(|| vm.empty_tuple.as_obj().clone()))
}

fn value(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let alias = own(vm, obj)?;
    if let Some(value) = alias.value.get() {
        return Ok(value);
    }
    let value = match &alias.compute {
        Some(compute) => vm.call0(compute)?,
        None => vm.none.clone(),
    };
    alias.value.set(Some(value.clone()));
    Ok(value)
}

fn module(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let alias = own(vm, obj)?;
    let computed = || alias.compute.as_ref()?.get::<Function>()?.module.get();
    Ok(alias.module.clone().or_else(computed).unwrap_or_else(|| vm.none.clone()))
}

static NEW: Params<3> =
    Params::new("typealias", ["name", "value", "type_params"]).keyword_only(2).required(2);

fn new(vm: &Vm, class: &Ref<object::Type>, args: Args<'_>) -> Res<Obj> {
    let [name, value, params] = NEW.bind(vm, args)?;
    let name = name.unwrap_or(&vm.none);
    if name.get::<Str>().is_none() {
        return Err(vm.bad_argument("typealias", "argument 'name'", "str", name));
    }
    if let Some(params) = params {
        let Some(params) = params.get::<Tuple>() else {
            return Err(vm.type_error("type_params must be a tuple"));
        };
        check_defaults(vm, params)?;
    }
    let alias = Alias {
        name: name.clone(),
        params: params.filter(|params| params.get::<Tuple>().is_some_and(|p| !p.is_empty())).cloned(),
        compute: None,
        value: ObjCell::new(value.cloned()),
        module: Some(caller_module(vm)),
    };
    Ok(Ref::new(class, alias).into_obj())
}

/// Parameters without a default stand before those with one.
fn check_defaults(vm: &Vm, params: &Tuple) -> Res<()> {
    let mut seen = false;
    for param in params.iter() {
        let default = super::parameter::default_of(vm, param)?;
        if !default.is(&super::no_default(vm)) {
            seen = true;
        } else if seen {
            let message = format!(
                "non-default type parameter '{}' follows default type parameter",
                vm.repr_text(param)?
            );
            return Err(vm.type_error(message));
        }
    }
    Ok(())
}

/// `type name[params] = …`: name, parameters (or `None`) and the function that computes the value.
pub(super) fn from_statement(vm: &Vm, parts: &Obj) -> Res<Obj> {
    let Some([name, params, compute]) = parts.get::<Tuple>().map(|parts| parts.items()) else {
        return Err(vm.system_error("three parts of a type alias were expected"));
    };
    let alias = Alias {
        name: name.clone(),
        params: Some(params).filter(|params| params.get::<Tuple>().is_some_and(|p| !p.is_empty())).cloned(),
        compute: Some(compute.clone()),
        value: ObjCell::default(),
        module: None,
    };
    Ok(Ref::new(vm.native_type(&TYPE_ALIAS), alias).into_obj())
}
