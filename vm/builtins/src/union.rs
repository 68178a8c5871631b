//! `int | None`: `typing.Union` (CPython's `unionobject.c`).

use object::{
    CompareOp, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Payload, Ref, Res,
    Tuple, Type, TypeFlags, Visitor, Vm,
};

use crate::alias::{GenericAlias, parameters, substitute, type_repr};
use crate::typing::{call_typing, is_alias};

/// The payload of `typing.Union`.
pub struct Union {
    args: Ref<Tuple>,
    parameters: ObjCell,
    /// The arguments that had no hash when the union was made.
    unhashable: Vec<Obj>,
}

impl Payload for Union {
    const NAME: &'static str = "Union";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.args.as_obj());
        self.unhashable.iter().for_each(&mut *visit);
        self.parameters.trace(visit);
    }
}

/// `typing.Union`, also `types.UnionType`
pub static UNION: NativeType = NativeType::new("Union", Union::VTABLE)
    .module("typing")
    .flags(TypeFlags::OF_CORE)
    .doc("Represent a union type\n\nE.g. for int | str")
    .slots(|s| {
        s.repr.set(Some(|vm, obj| {
            let parts: Vec<String> =
                union_args(vm, obj)?.iter().map(|item| type_repr(vm, item)).collect::<Res<_>>()?;
            Ok(vm.str(&parts.join(" | ")))
        }));
        s.hash.set(Some(union_hash));
        s.richcompare.set(Some(union_compare));
        s.getattro.set(Some(|vm, obj, name| match union_getattr(vm, obj, name)? {
            Some(value) => Ok(value),
            None => Err(vm.no_attribute(obj, &vm.attribute_name(name)?)),
        }));
        s.getattro_optional.set(Some(union_getattr));
        s.nb_or.set(Some(union));
        s.mp_subscript.set(Some(|vm, obj, items| {
            let Some(own) = obj.get::<Union>() else { return Ok(vm.none.clone()) };
            let parameters = parameters(vm, &own.args, &own.parameters)?;
            let args = substitute(vm, obj, &own.args, &parameters, items)?;
            union_of(vm, &args)
        }));
    })
    .methods(&[
        NativeDef::one(
            "__mro_entries__",
            |vm, obj, _| Err(vm.type_error(format!("Cannot subclass {}", vm.repr_text(obj)?))),
            "",
        ),
        NativeDef::one(
            "__class_getitem__",
            |vm, _, args| {
                let items = match args.values[0].get::<Tuple>() {
                    Some(items) => items.to_vec(),
                    None => vec![args.values[0].clone()],
                };
                if items.is_empty() {
                    return Err(vm.type_error("Cannot take a Union of no types."));
                }
                union_of(vm, &items)
            },
            "",
        )
        .class_method(),
        NativeDef::no_args(
            "__reduce__",
            |vm, obj, _| {
                let args = union_args(vm, obj)?;
                let operator = match vm.hooks.import.get() {
                    Some(import) => import(vm, "operator")?,
                    None => return Err(vm.runtime_error("no import system is installed")),
                };
                let getitem = vm.getattr_text(&operator, "getitem")?;
                Ok(vm.tuple([getitem, vm.tuple([obj.ty().as_obj().clone(), args.clone().into_obj()])]))
            },
            "",
        ),
    ])
    .members(&[MemberDef::read_only("__args__", |vm, obj| Ok(union_args(vm, obj)?.clone().into_obj()), "")])
    .getset(&[
        GetSetDef::read_only("__name__", |vm, _| Ok(vm.str("Union")), ""),
        GetSetDef::read_only("__qualname__", |vm, _| Ok(vm.str("Union")), ""),
        GetSetDef::read_only("__origin__", |_, obj| Ok(obj.ty().as_obj().clone()), ""),
        GetSetDef::read_only(
            "__parameters__",
            |vm, obj| match obj.get::<Union>() {
                Some(own) => parameters(vm, &own.args, &own.parameters),
                None => Ok(vm.none.clone()),
            },
            "Type variables in the types.UnionType.",
        ),
    ])
    .size(56, 0)
    .offsets(0, 48);

fn union_args<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<Tuple>> {
    match obj.get::<Union>() {
        Some(union) => Ok(&union.args),
        None => Err(vm.type_error("a union is needed")),
    }
}

/// `__module__` is that of the class, which instances of native types do not show.
fn union_getattr(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Option<Obj>> {
    let name = vm.attribute_name(name)?;
    match name.is_text("__module__") {
        true => vm.getattr(obj.ty().as_obj(), &name).map(Some),
        false => vm.generic_getattr_optional(obj, name.as_obj()),
    }
}

/// Order says nothing: the hash is that of the set of arguments.
fn union_hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let Some(own) = obj.get::<Union>() else { return Err(vm.type_error("a union is needed")) };
    for item in &own.unhashable {
        vm.hash(item)?;
    }
    if !own.unhashable.is_empty() {
        let count = own.unhashable.len();
        return Err(vm.type_error(format!("union contains {count} unhashable elements")));
    }
    let set = vm.call1(vm.types.frozenset.as_obj(), own.args.as_obj())?;
    vm.hash(&set)
}

fn union_compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Union>(), b.get::<Union>()) else {
        return Ok(vm.not_implemented.clone());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.not_implemented.clone());
    }
    let mut same = x.args.len() == y.args.len() && x.unhashable.len() == y.unhashable.len();
    let known = y.args.iter().map(|item| Member::of(vm, item)).collect::<Vec<_>>();
    for item in x.args.iter() {
        same = same && Member::of(vm, item).is_in(vm, &known)?;
    }
    Ok(vm.bool(same == (op == CompareOp::Eq)))
}

/// An argument as a set sees it; those without hash are compared with each other.
struct Member {
    item: Obj,
    hash: Option<i64>,
}

impl Member {
    fn of(vm: &Vm, item: &Obj) -> Member {
        Member { item: item.clone(), hash: vm.hash(item).ok() }
    }

    fn is_in(&self, vm: &Vm, others: &[Member]) -> Res<bool> {
        for other in others.iter().filter(|other| other.hash == self.hash) {
            if vm.eq(&other.item, &self.item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether `|` makes a union of it.
fn is_unionable(vm: &Vm, obj: &Obj) -> bool {
    obj.is(&vm.none)
        || obj.get::<Type>().is_some()
        || obj.get::<GenericAlias>().is_some()
        || obj.get::<Union>().is_some()
        || is_alias(obj)
}

/// `a | b` of types. What is a union already takes whatever can stand in one.
pub fn union(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let one_is_union = a.get::<Union>().is_some() || b.get::<Union>().is_some();
    if !one_is_union && (!is_unionable(vm, a) || !is_unionable(vm, b)) {
        return Ok(vm.not_implemented.clone());
    }
    union_of(vm, &[a.clone(), b.clone()])
}

/// The union of these, flat and each once; a single one stands for itself. What is not a type `typing.py` judges: it
/// makes forward references of strings.
pub(crate) fn union_of(vm: &Vm, items: &[Obj]) -> Res<Obj> {
    let mut flat: Vec<Member> = Vec::new();
    for item in items {
        let parts: Vec<Obj> = match item.get::<Union>() {
            Some(inner) => inner.args.to_vec(),
            None if item.is(&vm.none) => vec![vm.types.none.as_obj().clone()],
            None if is_unionable(vm, item) => vec![item.clone()],
            None => {
                let message = vm.str("Union[arg, ...]: each arg must be a type.");
                vec![call_typing(vm, "_type_check", &[item.clone(), message])?]
            }
        };
        for part in parts {
            let member = Member::of(vm, &part);
            if !member.is_in(vm, &flat)? {
                flat.push(member);
            }
        }
    }
    if let [one] = &flat[..] {
        return Ok(one.item.clone());
    }
    let unhashable = flat.iter().filter(|m| m.hash.is_none()).map(|m| m.item.clone()).collect();
    let args = Tuple::new(&vm.types.tuple, flat.into_iter().map(|member| member.item).collect::<Vec<_>>());
    let payload = Union { args, parameters: ObjCell::default(), unhashable };
    Ok(Ref::new(vm.native_type(&UNION), payload).into_obj())
}

/// Installs unions where the object model asks for them.
pub(crate) fn install(vm: &Vm) {
    vm.hooks.union.set(Some(union));
    vm.hooks.union_members.set(Some(|obj| obj.get::<Union>().map(|union| union.args.clone())));
}
