//! `partial` and `Placeholder`.

use object::types::{object_dict, qualified_type_name, set_object_dict};
use object::{
    Args, Dict, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Payload, Plain, Ref,
    Res, Str, Tuple, Type, TypeFlags, Visitor, Vm,
};

pub(super) static PLACEHOLDER: NativeType = NativeType::new("_PlaceholderType", Plain::VTABLE)
    .module("functools")
    .doc("The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.")
    .size(16, 0)
    .slots(|s| {
        s.new.set(Some(|vm, _, args| {
            if !args.values.is_empty() {
                return Err(vm.type_error("PlaceholderType takes no arguments"));
            }
            Ok(placeholder(vm))
        }));
        s.repr.set(Some(|vm, _| Ok(vm.str("Placeholder"))));
    })
    .methods(&[NativeDef::no_args("__reduce__", |vm, _, _| Ok(vm.str("Placeholder")), "")]);

/// The one `Placeholder` of a machine.
#[derive(Default)]
struct Only(ObjCell);

/// `Placeholder`
pub(super) fn placeholder(vm: &Vm) -> Obj {
    let only = &vm.state::<Only>().0;
    if let Some(placeholder) = only.get() {
        return placeholder;
    }
    let placeholder = Ref::new(vm.native_type(&PLACEHOLDER), Plain).into_obj();
    placeholder.make_immortal();
    only.set(Some(placeholder.clone()));
    placeholder
}

fn is_placeholder(vm: &Vm, obj: &Obj) -> bool {
    obj.ty().is(vm.native_type(&PLACEHOLDER))
}

/// The payload of `partial`.
struct Partial {
    function: ObjCell,
    /// A tuple.
    args: ObjCell,
    /// A dict.
    keywords: ObjCell,
}

impl Payload for Partial {
    const NAME: &'static str = "partial";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.function.trace(visit);
        self.args.trace(visit);
        self.keywords.trace(visit);
    }
    fn clear(&self) {
        self.function.set(None);
        self.args.set(None);
        self.keywords.set(None);
    }
}

impl Partial {
    fn args(&self) -> Vec<Obj> {
        self.args.get().and_then(|args| args.get::<Tuple>().map(|args| args.to_vec())).unwrap_or_default()
    }
    fn keywords(&self) -> Option<Ref<Dict>> {
        self.keywords.get()?.into_ref().ok()
    }
}

pub(super) static PARTIAL: NativeType = NativeType::new("partial", Partial::VTABLE)
    .module("functools")
    .subclassable()
    .flags(TypeFlags::METHOD_DESCRIPTOR)
    .with_dict()
    .offsets(40, 48)
    .doc("(func, /, *args, **keywords)\n--\n\nCreate a new function with partial application of the given arguments\nand keywords.")
    .size(80, 0)
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.call.set(Some(call));
        s.descr_get.set(Some(|vm, obj, instance, _| Ok(match instance {
            Some(instance) if !instance.is(&vm.none) => vm.bound_method(obj.clone(), instance.clone()),
            _ => obj.clone(),
        })));
    })
    .methods(&[
        NativeDef::no_args("__reduce__", reduce, ""),
        NativeDef::one("__setstate__", setstate, ""),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "($type, object, /)\n--\n\npartial is generic over the wrapped function's return type").class_method(),
    ])
    .members(&[
        MemberDef::read_only("func", |vm, obj| Ok(vm.or_none(&own(vm, obj)?.function)), "function object to use in future partial calls"),
        MemberDef::read_only("args", |vm, obj| Ok(vm.or_none(&own(vm, obj)?.args)), "tuple of arguments to future partial calls"),
        MemberDef::read_only("keywords", |vm, obj| Ok(vm.or_none(&own(vm, obj)?.keywords)), "dictionary of keyword arguments to future partial calls"),
    ])
    .getset(&[GetSetDef::new("__dict__", object_dict, set_object_dict, "")]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Partial> {
    obj.get::<Partial>().ok_or_else(|| vm.type_error("a partial is needed"))
}

/// `bound` with its placeholders filled from `given`, and the rest of `given` behind.
fn fill(vm: &Vm, bound: Vec<Obj>, given: &[Obj]) -> Vec<Obj> {
    let mut given = given.iter();
    let mut all = bound;
    for place in &mut all {
        if is_placeholder(vm, place)
            && let Some(value) = given.next()
        {
            *place = value.clone();
        }
    }
    all.extend(given.cloned());
    all
}

fn new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let Some((function, given)) = args.pos().split_first() else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    check_trailing(vm, given)?;
    if args.keywords().any(|(_, value)| is_placeholder(vm, value)) {
        return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
    }
    // A partial of a partial is one partial, unless the inner one has attributes of its own.
    let inner =
        function.get::<Partial>().filter(|_| function.instance_dict().is_none_or(|dict| dict.is_empty()));
    let keywords = vm.dict();
    if let Some(inner) = inner.and_then(Partial::keywords) {
        keywords.copy_from(&inner);
    }
    for (name, value) in args.keywords() {
        vm.dict_set(&keywords, name, value.clone())?;
    }
    let all = fill(vm, inner.map(Partial::args).unwrap_or_default(), given);
    let payload = Partial {
        function: ObjCell::new(inner.map_or_else(|| Some(function.clone()), |inner| inner.function.get())),
        args: ObjCell::new(Some(vm.tuple(all))),
        keywords: ObjCell::new(Some(keywords.into_obj())),
    };
    Ok(Ref::new(class, payload).into_obj())
}

fn check_trailing(vm: &Vm, args: &[Obj]) -> Res<()> {
    match args.last() {
        Some(last) if is_placeholder(vm, last) => Err(vm.type_error("trailing Placeholders are not allowed")),
        _ => Ok(()),
    }
}

fn call(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = own(vm, obj)?;
    let function = vm.or_none(&own.function);
    let bound = own.args();
    let places = bound.iter().filter(|arg| is_placeholder(vm, arg)).count();
    let given = args.pos();
    if given.len() < places {
        return Err(vm.type_error(format!(
            "missing positional arguments in 'partial' call; expected at least {places}, got {}",
            given.len()
        )));
    }
    let all = fill(vm, bound, given);
    let keywords = match own.keywords().filter(|keywords| !keywords.is_empty()) {
        Some(bound) if args.kwnames.is_empty() => Some(bound),
        None if args.kwnames.is_empty() => None,
        bound => {
            let keywords = vm.dict();
            if let Some(bound) = bound {
                keywords.copy_from(&bound);
            }
            for (name, value) in args.keywords() {
                vm.dict_set(&keywords, name, value.clone())?;
            }
            Some(keywords)
        }
    };
    vm.recurse(" while calling a Python object", || vm.call_dict(&function, &all, keywords.as_ref()))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = own(vm, obj)?;
    if !vm.repr_enter(obj) {
        return Ok(vm.str("..."));
    }
    let text = (|| {
        let show = |value: &Obj| vm.recurse(" while getting the repr of an object", || vm.repr_ref(value));
        // What stands in it now is shown, whatever the `repr`s of the parts make of it.
        let (args, keywords) = (own.args(), own.keywords());
        let mut parts = vec![vm.str_ref(&qualified_type_name(vm, obj.ty())?), vm.str_ref("(")];
        parts.push(show(&vm.or_none(&own.function))?);
        for arg in args {
            parts.extend([vm.str_ref(", "), show(&arg)?]);
        }
        for (name, value) in keywords.map(|keywords| keywords.to_vec()).unwrap_or_default() {
            parts.extend([vm.str_ref(", "), vm.str_of_ref(&name)?, vm.str_ref("="), show(&value)?]);
        }
        parts.push(vm.str_ref(")"));
        let views: Vec<&Str> = parts.iter().map(|part| &**part).collect();
        Ok(Str::join(&vm.types.str, &views).into_obj())
    })();
    vm.repr_leave(obj);
    text
}

fn reduce(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let own = own(vm, obj)?;
    let function = vm.or_none(&own.function);
    let attributes = obj.instance_dict().filter(|dict| !dict.is_empty());
    let attributes = attributes.map_or_else(|| vm.none.clone(), Ref::into_obj);
    let state = [function.clone(), vm.or_none(&own.args), vm.or_none(&own.keywords), attributes];
    Ok(vm.tuple([obj.ty().as_obj().clone(), vm.tuple([function]), vm.tuple(state)]))
}

fn setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = own(vm, obj)?;
    let invalid = || vm.type_error("invalid partial state");
    let state = args.values[0].get::<Tuple>().ok_or_else(invalid)?;
    let [function, bound, keywords, attributes] = state.items() else { return Err(invalid()) };
    let items = bound.get::<Tuple>().ok_or_else(invalid)?;
    let no_keywords = keywords.is(&vm.none);
    let bound = if bound.is_exactly(&vm.types.tuple) { bound.clone() } else { vm.tuple(items.to_vec()) };
    if !vm.is_callable(function) || !(no_keywords || keywords.is_payload::<Dict>()) {
        return Err(invalid());
    }
    check_trailing(vm, items.items())?;
    let keywords = match keywords.get::<Dict>() {
        Some(_) if keywords.is_exactly(&vm.types.dict) => keywords.clone(),
        Some(given) => {
            let own = vm.dict();
            own.copy_from(given);
            own.into_obj()
        }
        None => vm.dict().into_obj(),
    };
    own.function.set(Some(function.clone()));
    own.args.set(Some(bound));
    own.keywords.set(Some(keywords));
    let attributes = if attributes.is(&vm.none) { vm.dict().into_obj() } else { attributes.clone() };
    set_object_dict(vm, obj, Some(&attributes))?;
    Ok(vm.none.clone())
}
