//! `list[int]`: `types.GenericAlias` (CPython's `genericaliasobject.c`), and what it shares with unions.

use object::protocol::self_iter;
use object::{
    Args, CompareOp, GetSetDef, Layout as _, List, MemberDef, NativeDef, NativeType, Obj, ObjCell, Payload,
    Ref, Res, Tuple, Type, TypeFlags, Visitor, Vm,
};

/// The payload of `types.GenericAlias`.
pub struct GenericAlias {
    origin: Obj,
    args: Ref<Tuple>,
    /// `__parameters__`, once asked for.
    parameters: ObjCell,
    /// Whether it stands for `*origin[args]`.
    starred: bool,
}

impl Payload for GenericAlias {
    const NAME: &'static str = "GenericAlias";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.origin);
        visit(self.args.as_obj());
        self.parameters.trace(visit);
    }
}

/// `types.GenericAlias`
pub static GENERIC_ALIAS: NativeType = NativeType::new("GenericAlias", GenericAlias::VTABLE)
    .module("types")
    .subclassable()
    .doc("(origin, args, /)\n--\n\nRepresent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).")
    .slots(|s| {
        s.new.set(Some(|vm, ty, args| {
            args.no_keywords(vm, "GenericAlias")?;
            let [origin, items] = args.exact(vm, "GenericAlias")?;
            Ok(make(vm, ty, origin, items, false))
        }));
        s.repr.set(Some(alias_repr));
        s.hash.set(Some(|vm, obj| {
            let own = alias(vm, obj)?;
            let hash = vm.hash(&own.origin)? ^ vm.hash(own.args.as_obj())?;
            Ok(if hash == -1 { -2 } else { hash })
        }));
        s.richcompare.set(Some(alias_compare));
        s.call.set(Some(alias_call));
        s.getattro.set(Some(|vm, obj, name| match alias_getattr(vm, obj, name)? {
            Some(value) => Ok(value),
            None => Err(vm.no_attribute(obj, &vm.attribute_name(name)?)),
        }));
        s.getattro_optional.set(Some(alias_getattr));
        s.setattro.set(Some(Vm::generic_setattr));
        s.mp_subscript.set(Some(alias_subscript));
        s.iter.set(Some(|vm, obj| {
            let own = alias(vm, obj)?;
            let starred = make(vm, vm.native_type(&GENERIC_ALIAS), &own.origin, own.args.as_obj(), true);
            Ok(Ref::new(vm.native_type(&ALIAS_ITERATOR), AliasIterator(ObjCell::new(Some(starred)))).into_obj())
        }));
        s.nb_or.set(Some(crate::union::union));
    })
    .methods(&[
        NativeDef::one("__mro_entries__", |vm, obj, _| Ok(vm.tuple([alias(vm, obj)?.origin.clone()])), ""),
        NativeDef::one("__instancecheck__", |vm, _, _| {
            Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
        }, ""),
        NativeDef::one("__subclasscheck__", |vm, _, _| {
            Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
        }, ""),
        NativeDef::no_args("__reduce__", alias_reduce, ""),
        NativeDef::no_args("__dir__", alias_dir, ""),
    ])
    .members(&[
        MemberDef::read_only("__origin__", |vm, obj| Ok(alias(vm, obj)?.origin.clone()), ""),
        MemberDef::read_only("__args__", |vm, obj| Ok(alias(vm, obj)?.args.clone().into_obj()), ""),
        MemberDef::read_only("__unpacked__", |vm, obj| Ok(vm.bool(alias(vm, obj)?.starred)), ""),
    ])
    .getset(&[
        GetSetDef::read_only("__parameters__", |vm, obj| {
            let own = alias(vm, obj)?;
            parameters(vm, &own.args, &own.parameters)
        }, "Type variables in the GenericAlias."),
        GetSetDef::read_only("__typing_unpacked_tuple_args__", |vm, obj| {
            let own = alias(vm, obj)?;
            let is_tuple = own.starred && own.origin.is(vm.types.tuple.as_obj());
            Ok(if is_tuple { own.args.clone().into_obj() } else { vm.none.clone() })
        }, ""),
    ])
    .size(64, 0)
    .offsets(0, 40)
    .flags(TypeFlags::HAVE_VECTORCALL);

/// The payload of the iterator over an alias: it gives its starred form, once.
struct AliasIterator(ObjCell);

impl Payload for AliasIterator {
    const NAME: &'static str = "generic_alias_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.0.trace(visit);
    }
}

static ALIAS_ITERATOR: NativeType =
    NativeType::new("generic_alias_iterator", AliasIterator::VTABLE).slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|_, obj| Ok(obj.get::<AliasIterator>().and_then(|own| own.0.take()))));
    });

fn alias<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a GenericAlias> {
    obj.get::<GenericAlias>().ok_or_else(|| vm.type_error("a GenericAlias is needed"))
}

fn make(vm: &Vm, ty: &Ref<Type>, origin: &Obj, args: &Obj, starred: bool) -> Obj {
    let args = match args.downcast::<Tuple>() {
        Some(args) => args.clone(),
        None => Tuple::new(&vm.types.tuple, [args.clone()]),
    };
    let payload = GenericAlias { origin: origin.clone(), args, parameters: ObjCell::default(), starred };
    Ref::new(ty, payload).into_obj()
}

/// `origin[args]`
pub fn generic_alias(vm: &Vm, origin: &Obj, args: &Obj) -> Obj {
    make(vm, vm.native_type(&GENERIC_ALIAS), origin, args, false)
}

/// How a type is shown inside of an alias or union.
pub(crate) fn type_repr(vm: &Vm, obj: &Obj) -> Res<String> {
    if obj.is(&vm.ellipsis) {
        return Ok("...".into());
    }
    if obj.is(vm.types.none.as_obj()) || obj.is(&vm.none) {
        return Ok("None".into());
    }
    let names = vm.names;
    if vm.getattr_optional(obj, &names.__origin__)?.is_some()
        && vm.getattr_optional(obj, &names.__args__)?.is_some()
    {
        return vm.repr_text(obj);
    }
    let qualname = vm.getattr_optional(obj, &names.__qualname__)?;
    let module = vm.getattr_optional(obj, &names.__module__)?.filter(|m| !m.is(&vm.none));
    match (qualname, module) {
        (Some(qualname), Some(module)) => {
            let (qualname, module) = (vm.str_text(&qualname)?, vm.str_text(&module)?);
            Ok(if module == "builtins" { qualname } else { format!("{module}.{qualname}") })
        }
        _ => vm.repr_text(obj),
    }
}

/// How an argument of an alias is shown: a list of types, as `Callable` has one, with its types.
fn argument_repr(vm: &Vm, item: &Obj) -> Res<String> {
    let Some(list) = item.get::<List>() else { return type_repr(vm, item) };
    let parts: Vec<String> = list.0.to_vec().iter().map(|item| type_repr(vm, item)).collect::<Res<_>>()?;
    Ok(format!("[{}]", parts.join(", ")))
}

fn alias_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = alias(vm, obj)?;
    let mut parts = Vec::with_capacity(own.args.len());
    for item in own.args.iter() {
        parts.push(vm.recurse(" in generic alias repr", || argument_repr(vm, item))?);
    }
    let inside = if parts.is_empty() { "()".into() } else { parts.join(", ") };
    let star = if own.starred { "*" } else { "" };
    Ok(vm.str(&format!("{star}{}[{inside}]", type_repr(vm, &own.origin)?)))
}

fn alias_compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<GenericAlias>(), b.get::<GenericAlias>()) else {
        return Ok(vm.not_implemented.clone());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.not_implemented.clone());
    }
    let same =
        x.starred == y.starred && vm.eq(&x.origin, &y.origin)? && vm.eq(x.args.as_obj(), y.args.as_obj())?;
    Ok(vm.bool(same == (op == CompareOp::Eq)))
}

fn alias_call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = alias(vm, obj)?;
    let made = vm.call_args(&own.origin, args)?;
    match vm.setattr(&made, &vm.names.__orig_class__, obj) {
        Ok(()) => {}
        Err(raised)
            if raised.is_instance(&vm.exc.attribute_error) || raised.is_instance(&vm.exc.type_error) => {}
        Err(raised) => return Err(raised),
    }
    Ok(made)
}

/// The attributes that are the alias\'s own; all others are the origin\'s.
const OWN_ATTRIBUTES: [&str; 9] = [
    "__class__",
    "__unpacked__",
    "__typing_unpacked_tuple_args__",
    "__origin__",
    "__args__",
    "__parameters__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];

/// Attributes of the origin that the alias does not have.
const BLOCKED_ATTRIBUTES: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

fn alias_getattr(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Option<Obj>> {
    let name = vm.attribute_name(name)?;
    let own_name = OWN_ATTRIBUTES.iter().chain(&BLOCKED_ATTRIBUTES).any(|n| name.is_text(n));
    if !own_name && let Some(own) = obj.get::<GenericAlias>() {
        return vm.getattr(&own.origin, &name).map(Some);
    }
    vm.generic_getattr_optional(obj, name.as_obj())
}

fn alias_reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let own = alias(vm, obj)?;
    if own.starred {
        let plain = make(vm, vm.native_type(&GENERIC_ALIAS), &own.origin, own.args.as_obj(), false);
        let next = vm.builtin("next")?;
        return Ok(vm.tuple([next, vm.tuple([vm.iter(&plain)?])]));
    }
    Ok(vm.tuple([obj.ty().as_obj().clone(), vm.tuple([own.origin.clone(), own.args.clone().into_obj()])]))
}

fn alias_dir(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let own = alias(vm, obj)?;
    let mut names = vm.iter_to_vec(&vm.dir(&own.origin)?)?;
    for name in OWN_ATTRIBUTES {
        let name = vm.str(name);
        if !names.iter().any(|n| vm.eq(n, &name).unwrap_or(false)) {
            names.push(name);
        }
    }
    Ok(vm.list(names))
}

/// The type variables in arguments, each once, in order (`_Py_make_parameters`).
fn collect_parameters(vm: &Vm, args: &[Obj], found: &mut Vec<Obj>) -> Res<()> {
    let add = |item: &Obj, found: &mut Vec<Obj>| {
        if !found.iter().any(|f| f.is(item)) {
            found.push(item.clone());
        }
    };
    for item in args {
        if item.get::<Type>().is_some() {
            continue;
        }
        if let Some(list) = item.get::<Tuple>() {
            vm.recurse(" in __parameter__ calculation", || collect_parameters(vm, list, found))?;
            continue;
        }
        if let Some(list) = item.get::<List>() {
            let items = list.0.to_vec();
            vm.recurse(" in __parameter__ calculation", || collect_parameters(vm, &items, found))?;
            continue;
        }
        if vm.getattr_optional(item, &vm.names.__typing_subst__)?.is_some() {
            add(item, found);
        } else if let Some(inner) = vm.getattr_optional(item, &vm.names.__parameters__)?
            && let Some(inner) = inner.get::<Tuple>()
        {
            for parameter in inner.iter() {
                add(parameter, found);
            }
        }
    }
    Ok(())
}

/// `__parameters__`, computed once.
pub(crate) fn parameters(vm: &Vm, args: &Ref<Tuple>, cache: &ObjCell) -> Res<Obj> {
    if let Some(known) = cache.get() {
        return Ok(known);
    }
    let mut found = Vec::new();
    collect_parameters(vm, args, &mut found)?;
    let parameters = vm.tuple(found);
    cache.set(Some(parameters.clone()));
    Ok(parameters)
}

/// The arguments with `items` in the place of the parameters (`_Py_subs_parameters`).
pub(crate) fn substitute(
    vm: &Vm,
    shown: &Obj,
    args: &Ref<Tuple>,
    parameters: &Obj,
    items: &Obj,
) -> Res<Vec<Obj>> {
    let parameters: Vec<Obj> = vm.iter_to_vec(parameters)?;
    if parameters.is_empty() {
        return Err(vm.type_error(format!("{} is not a generic class", vm.repr_text(shown)?)));
    }
    let mut item = match items.get::<Tuple>() {
        Some(_) => items.clone(),
        None => vm.tuple([items.clone()]),
    };
    item = unpack_items(vm, &item)?;
    for parameter in &parameters {
        let prepare = vm.getattr_optional(parameter, &vm.names.__typing_prepare_subst__)?;
        if let Some(prepare) = prepare.filter(|prepare| !prepare.is(&vm.none)) {
            let prepared = vm.call(&prepare, &[shown.clone(), item.clone()])?;
            item = if prepared.get::<Tuple>().is_some() { prepared } else { vm.tuple([prepared]) };
        }
    }
    let values = vm.iter_to_vec(&item)?;
    if values.len() != parameters.len() {
        return Err(vm.type_error(format!(
            "Too {} arguments for {}; actual {}, expected {}",
            if values.len() > parameters.len() { "many" } else { "few" },
            vm.repr_text(shown)?,
            values.len(),
            parameters.len()
        )));
    }
    substitute_in(vm, args, &parameters, &values)
}

fn substitute_in(vm: &Vm, args: &[Obj], parameters: &[Obj], values: &[Obj]) -> Res<Vec<Obj>> {
    let mut out = Vec::with_capacity(args.len());
    for arg in args {
        if arg.get::<Type>().is_some() {
            out.push(arg.clone());
            continue;
        }
        if let Some(inner) = arg.get::<Tuple>() {
            let inner = vm.recurse(" in generic alias", || substitute_in(vm, inner, parameters, values))?;
            out.push(vm.tuple(inner));
            continue;
        }
        if let Some(inner) = arg.get::<List>() {
            let items = inner.0.to_vec();
            let inner = vm.recurse(" in generic alias", || substitute_in(vm, &items, parameters, values))?;
            out.push(vm.list(inner));
            continue;
        }
        let unpack = match vm.getattr_optional(arg, &vm.names.__typing_is_unpacked_typevartuple__)? {
            Some(flag) => vm.is_true(&flag)?,
            None => false,
        };
        let new = if let Some(subst) = vm.getattr_optional(arg, &vm.names.__typing_subst__)? {
            let index = parameters.iter().position(|p| p.is(arg));
            let Some(value) = index.and_then(|i| values.get(i)) else {
                // The parameters are those of the time when somebody first asked.
                return Err(vm.type_error(format!(
                    "argument {} with __typing_subst__ was not found in __parameters__",
                    vm.repr_text(arg)?
                )));
            };
            vm.call1(&subst, value)?
        } else if let Some(own) = vm.getattr_optional(arg, &vm.names.__parameters__)?
            && let Some(own) = own.get::<Tuple>()
            && !own.is_empty()
        {
            let mut inner: Vec<Obj> = Vec::new();
            for parameter in own.iter() {
                match parameters.iter().position(|p| p.is(parameter)).and_then(|i| values.get(i)) {
                    Some(value) => {
                        let several = vm.lookup_special(parameter, &vm.intern("__iter__"))?.is_some();
                        match value.get::<Tuple>().filter(|_| several) {
                            Some(many) => inner.extend(many.iter().cloned()),
                            None => inner.push(value.clone()),
                        }
                    }
                    None => inner.push(parameter.clone()),
                }
            }
            vm.getitem(arg, &vm.tuple(inner))?
        } else {
            arg.clone()
        };
        match new.get::<Tuple>() {
            _ if !unpack => out.push(new),
            Some(many) => out.extend(many.iter().cloned()),
            None => {
                return Err(vm.type_error(format!(
                    "expected __typing_subst__ of {} objects to return a tuple, not {}",
                    vm.type_full_name(arg.ty()),
                    vm.type_full_name(new.ty())
                )));
            }
        }
    }
    Ok(out)
}

/// Starred tuples among the items are spread.
fn unpack_items(vm: &Vm, items: &Obj) -> Res<Obj> {
    let mut out = Vec::new();
    for item in vm.iter_to_vec(items)? {
        if item.get::<Type>().is_none()
            && let Some(many) = vm.getattr_optional(&item, &vm.names.__typing_unpacked_tuple_args__)?
            && let Some(many) = many.get::<Tuple>()
            && !many.last().is_some_and(|last| last.is(&vm.ellipsis))
        {
            out.extend(many.iter().cloned());
            continue;
        }
        out.push(item);
    }
    Ok(vm.tuple(out))
}

fn alias_subscript(vm: &Vm, obj: &Obj, items: &Obj) -> Res<Obj> {
    let own = alias(vm, obj)?;
    let parameters = parameters(vm, &own.args, &own.parameters)?;
    let args = vm.tuple(substitute(vm, obj, &own.args, &parameters, items)?);
    Ok(make(vm, vm.native_type(&GENERIC_ALIAS), &own.origin, &args, own.starred))
}

/// Installs aliases where the object model asks for them.
pub(crate) fn install(vm: &Vm) {
    vm.hooks.generic_alias.set(Some(|vm, origin, args| Ok(generic_alias(vm, origin, args))));
}
