//! `itemgetter`, `attrgetter`, `methodcaller`.

use object::{
    Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Payload, Ref, Res, Str, Tuple, Type, Visitor,
    Vm,
};

/// The payload of all three: what the constructor got.
struct Getter {
    /// Keys, attribute names, or a method's name and arguments.
    args: Vec<Obj>,
    /// Keywords of a method, with their names.
    keywords: Vec<(Obj, Obj)>,
    /// Attribute names, cut at their dots.
    chains: Vec<Vec<Ref<Str>>>,
}

impl Payload for Getter {
    const NAME: &'static str = "getter";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.args.iter().for_each(&mut *visit);
        for (name, value) in &self.keywords {
            visit(name);
            visit(value);
        }
        self.chains.iter().flatten().for_each(|name| visit(name.as_obj()));
    }
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Getter> {
    obj.get::<Getter>().ok_or_else(|| vm.type_error("a getter is needed"))
}

fn new(class: &Ref<Type>, args: Args<'_>, chains: Vec<Vec<Ref<Str>>>) -> Obj {
    let keywords = args.keywords().map(|(name, value)| (name.clone(), value.clone())).collect();
    Ref::new(class, Getter { args: args.pos().to_vec(), keywords, chains }).into_obj()
}

/// The result of one question, or a tuple of the results of several.
fn one_or_all<T>(vm: &Vm, questions: &[T], ask: impl Fn(&T) -> Res<Obj>) -> Res<Obj> {
    match questions {
        [only] => ask(only),
        _ => Ok(vm.tuple(questions.iter().map(ask).collect::<Res<Vec<Obj>>>()?)),
    }
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let name = obj.ty().name();
    if !vm.repr_enter(obj) {
        return Ok(vm.str(&format!("{name}(...)")));
    }
    let result = (|| {
        let getter = own(vm, obj)?;
        let mut parts = vec![vm.str_ref(&name), vm.str_ref("(")];
        for (index, arg) in getter.args.iter().enumerate() {
            if index > 0 {
                parts.push(vm.str_ref(", "));
            }
            parts.push(vm.recurse(" while getting the repr of an object", || vm.repr_ref(arg))?);
        }
        for (name, value) in &getter.keywords {
            parts.extend([vm.str_ref(", "), vm.str_of_ref(name)?, vm.str_ref("=")]);
            parts.push(vm.recurse(" while getting the repr of an object", || vm.repr_ref(value))?);
        }
        parts.push(vm.str_ref(")"));
        let views: Vec<&Str> = parts.iter().map(|part| &**part).collect();
        Ok(Str::join(&vm.types.str, &views).into_obj())
    })();
    vm.repr_leave(obj);
    result
}

/// The class with its arguments; keywords need a `partial` of the class and the name.
fn reduce(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let getter = own(vm, obj)?;
    let class = obj.ty().as_obj().clone();
    let Some((name, rest)) = getter.args.split_first().filter(|_| !getter.keywords.is_empty()) else {
        return Ok(vm.tuple([class, vm.tuple(getter.args.clone())]));
    };
    let Some(import) = vm.hooks.import.get() else {
        return Err(vm.runtime_error("no import system is installed"));
    };
    let partial = vm.getattr_text(&import(vm, "functools")?, "partial")?;
    let (names, values): (Vec<Obj>, Vec<Obj>) = getter.keywords.iter().cloned().unzip();
    let values: Vec<Obj> = [class, name.clone()].into_iter().chain(values).collect();
    let constructor = vm.call_args(&partial, Args { values: &values, kwnames: &names })?;
    Ok(vm.tuple([constructor, vm.tuple(rest.to_vec())]))
}

fn only_argument<'a>(vm: &Vm, args: Args<'a>, function: &str) -> Res<&'a Obj> {
    let [obj] = args.exact::<1>(vm, function)?;
    Ok(obj)
}

fn get_item(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let container = only_argument(vm, args, "itemgetter")?;
    let getter = own(vm, obj)?;
    if let ([index], Some(tuple)) = (&getter.args[..], container.get::<Tuple>())
        && container.is_exactly(&vm.types.tuple)
        && index.is_exactly(&vm.types.int)
        && let Some(item) = index.get::<object::Int>().and_then(|index| {
            let index = usize::try_from(index.small()?).ok()?;
            tuple.items().get(index)
        })
    {
        return Ok(item.clone());
    }
    one_or_all(vm, &getter.args, |key| vm.getitem(container, key))
}

fn new_attr_getter(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "attrgetter")?;
    if args.values.is_empty() {
        args.check_positional(vm, "attrgetter", 1, 1)?;
    }
    let mut chains = Vec::with_capacity(args.values.len());
    for name in args.values {
        let Some(name) = name.downcast::<Str>() else {
            return Err(vm.type_error("attribute name must be a string"));
        };
        let dot = u32::from(b'.');
        let points: Vec<u32> = name.code_points().collect();
        let parts = points.split(|point| *point == dot);
        chains.push(parts.map(|part| vm.intern_str(Str::from_code_points(&vm.types.str, part))).collect());
    }
    Ok(new(class, args, chains))
}

fn get_attr(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let owner = only_argument(vm, args, "attrgetter")?;
    one_or_all(vm, &own(vm, obj)?.chains, |chain| {
        chain.iter().try_fold(owner.clone(), |owner, name| vm.getattr(&owner, name))
    })
}

fn new_method_caller(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let Some(name) = args.pos().first() else {
        return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
    };
    let Some(name) = name.downcast::<Str>() else {
        return Err(vm.type_error("method name must be a string"));
    };
    Ok(new(class, args, vec![vec![vm.intern_str(name.clone())]]))
}

fn call_method(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let receiver = only_argument(vm, args, "methodcaller")?;
    let caller = own(vm, obj)?;
    let Some(name) = caller.chains.first().and_then(|chain| chain.first()) else {
        return Err(vm.system_error("a methodcaller without a name"));
    };
    let method = vm.getattr(receiver, name)?;
    let (names, values): (Vec<Obj>, Vec<Obj>) = caller.keywords.iter().cloned().unzip();
    let values: Vec<Obj> = caller.args.iter().skip(1).cloned().chain(values).collect();
    vm.call_args(&method, Args { values: &values, kwnames: &names })
}

const REDUCE: NativeDef =
    NativeDef::no_args("__reduce__", reduce, "($self, /)\n--\n\nReturn state information for pickling");

/// A getter can be called as functions of one argument can, and says so.
const SIGNATURE: GetSetDef = GetSetDef::read_only("__text_signature__", |vm, _| Ok(vm.str("(obj, /)")), "");

pub(super) static ITEM_GETTER: NativeType = NativeType::new("itemgetter", Getter::VTABLE)
    .module("operator")
    .size(48, 0)
    .doc("(item, /, *items)\n--\n\nReturn a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])")
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            args.no_keywords(vm, "itemgetter")?;
            if args.values.is_empty() {
                args.check_positional(vm, "itemgetter", 1, 1)?;
            }
            Ok(new(class, args, Vec::new()))
        }));
        s.call.set(Some(get_item));
        s.repr.set(Some(repr));
    })
    .methods(&[REDUCE])
    .getset(&[SIGNATURE]);

pub(super) static ATTR_GETTER: NativeType = NativeType::new("attrgetter", Getter::VTABLE)
    .module("operator")
    .size(40, 0)
    .doc("(attr, /, *attrs)\n--\n\nReturn a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).")
    .slots(|s| {
        s.new.set(Some(new_attr_getter));
        s.call.set(Some(get_attr));
        s.repr.set(Some(repr));
    })
    .methods(&[REDUCE])
    .getset(&[SIGNATURE]);

pub(super) static METHOD_CALLER: NativeType = NativeType::new("methodcaller", Getter::VTABLE)
    .module("operator")
    .size(64, 0)
    .doc("(name, /, *args, **kwargs)\n--\n\nReturn a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).")
    .slots(|s| {
        s.new.set(Some(new_method_caller));
        s.call.set(Some(call_method));
        s.repr.set(Some(repr));
    })
    .methods(&[REDUCE])
    .getset(&[SIGNATURE]);
