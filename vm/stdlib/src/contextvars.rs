//! `_contextvars`: context variables (PEP 567, CPython's `context.c`).

use std::cell::{Cell, RefCell};

use object::protocol::class_getitem;
use object::types::CompareOp;
use object::{
    Args, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params, Payload, Ref, Res,
    Visitor, Vm,
};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_contextvars", "Context Variables")
    .functions(&[NativeDef::no_args(
        "copy_context",
        |vm, _, _| copy(vm, current(vm)?.as_obj()),
        "($module, /)\n--\n\nReturn a shallow copy of the current Context object.",
    )])
    .types(&[
        ("Context", |vm| vm.native_type(&CONTEXT).clone()),
        ("ContextVar", |vm| vm.native_type(&CONTEXT_VAR).clone()),
        ("Token", |vm| vm.native_type(&TOKEN).clone()),
    ]);

/// The context that the thread runs in, once something asked for it.
#[derive(Default)]
struct Current(ObjCell);

/// The payload of `Context`.
#[derive(Default)]
struct Context {
    /// Variables and their values.
    values: RefCell<Vec<(Obj, Obj)>>,
    /// The context that was left when this one was entered.
    previous: ObjCell,
    is_entered: Cell<bool>,
}

impl Payload for Context {
    const NAME: &'static str = "Context";
    fn trace(&self, visit: &mut Visitor<'_>) {
        for (var, value) in self.values.borrow().iter() {
            visit(var);
            visit(value);
        }
        self.previous.trace(visit);
    }
    fn clear(&self) {
        drop(self.values.take());
        self.previous.set(None);
    }
}

impl Context {
    fn get(&self, var: &Obj) -> Option<Obj> {
        self.values.borrow().iter().find(|(known, _)| known.is(var)).map(|(_, value)| value.clone())
    }

    /// Sets or removes the value of a variable; the old one comes back.
    fn set(&self, var: &Obj, value: Option<Obj>) -> Option<Obj> {
        let mut values = self.values.borrow_mut();
        let at = values.iter().position(|(known, _)| known.is(var));
        match (at, value) {
            (Some(at), Some(value)) => Some(std::mem::replace(&mut values[at].1, value)),
            (Some(at), None) => Some(values.remove(at).1),
            (None, Some(value)) => {
                values.push((var.clone(), value));
                None
            }
            (None, None) => None,
        }
    }

    fn parts(&self, part: impl Fn(&(Obj, Obj)) -> Obj) -> Vec<Obj> {
        self.values.borrow().iter().map(part).collect()
    }
}

/// The payload of `ContextVar`.
struct ContextVar {
    name: Obj,
    default: ObjCell,
}

impl Payload for ContextVar {
    const NAME: &'static str = "ContextVar";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.name);
        self.default.trace(visit);
    }
    fn clear(&self) {
        self.default.set(None);
    }
}

/// The payload of `Token`.
struct Token {
    context: Obj,
    var: Obj,
    old: ObjCell,
    is_used: Cell<bool>,
}

impl Payload for Token {
    const NAME: &'static str = "Token";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.context);
        visit(&self.var);
        self.old.trace(visit);
    }
    fn clear(&self) {
        self.old.set(None);
    }
}

fn current(vm: &Vm) -> Res<Ref<Context>> {
    let place = &vm.state::<Current>().0;
    if let Some(context) = place.get().and_then(|context| context.into_ref().ok()) {
        return Ok(context);
    }
    let context = Ref::new(vm.native_type(&CONTEXT), Context::default());
    context.is_entered.set(true);
    place.set(Some(context.clone().into_obj()));
    Ok(context)
}

static CONTEXT: NativeType = NativeType::new("Context", Context::VTABLE)
    .module("_contextvars")
    .size(48, 0)
    .offsets(0, 32)
    .slots(|s| {
        s.new.set(Some(|vm, _, args| {
            if !args.values.is_empty() {
                return Err(vm.type_error("Context() does not accept any arguments"));
            }
            Ok(Ref::new(vm.native_type(&CONTEXT), Context::default()).into_obj())
        }));
        s.iter.set(Some(|vm, obj| parts(vm, obj, |(var, _)| var.clone())));
        s.mp_length.set(Some(|vm, obj| Ok(context(vm, obj)?.values.borrow().len())));
        s.mp_subscript.set(Some(|vm, obj, var| match context(vm, obj)?.get(key(vm, var)?) {
            Some(value) => Ok(value),
            None => Err(vm.raise_class(vm.exc.key_error.as_obj(), std::slice::from_ref(var))),
        }));
        s.sq_contains.set(Some(|vm, obj, var| Ok(context(vm, obj)?.get(key(vm, var)?).is_some())));
        s.richcompare.set(Some(compare));
        s.hash.set(Some(object::types::hash_not_implemented));
    })
    .methods(&[
        NativeDef::keywords("run", run, ""),
        NativeDef::no_args("copy", |vm, obj, _| copy(vm, obj), "($self, /)\n--\n\nReturn a shallow copy of the context object."),
        NativeDef::positional("get", get, "($self, key, default=None, /)\n--\n\nReturn the value for `key` if `key` has the value in the context object.\n\nIf `key` does not exist, return `default`. If `default` is not given,\nreturn None."),
        NativeDef::no_args("keys", |vm, obj, _| parts(vm, obj, |(var, _)| var.clone()), "($self, /)\n--\n\nReturn a list of all variables in the context object."),
        NativeDef::no_args("values", |vm, obj, _| parts(vm, obj, |(_, value)| value.clone()), "($self, /)\n--\n\nReturn a list of all variables\' values in the context object."),
        NativeDef::no_args("items", |vm, obj, _| parts(vm, obj, |(var, value)| vm.tuple([var.clone(), value.clone()])), "($self, /)\n--\n\nReturn all variables and their values in the context object.\n\nThe result is returned as a list of 2-tuples (variable, value)."),
    ]);

fn context<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Context> {
    obj.get::<Context>().ok_or_else(|| vm.type_error("a Context is needed"))
}

fn key<'a>(vm: &Vm, var: &'a Obj) -> Res<&'a Obj> {
    if var.get::<ContextVar>().is_some() {
        return Ok(var);
    }
    Err(vm.type_error(format!("a ContextVar key was expected, got {}", vm.repr_text(var)?)))
}

fn parts(vm: &Vm, obj: &Obj, part: impl Fn(&(Obj, Obj)) -> Obj) -> Res<Obj> {
    let parts = context(vm, obj)?.parts(part);
    vm.iter(&vm.list(parts))
}

fn copy(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let values = context(vm, obj)?.values.borrow().clone();
    Ok(Ref::new(vm.native_type(&CONTEXT), Context { values: values.into(), ..Context::default() }).into_obj())
}

fn get(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [var, default] = args.unpack::<2>(vm, "get", 1)?;
    let var = key(vm, var.unwrap_or(&vm.none))?;
    Ok(context(vm, obj)?.get(var).unwrap_or_else(|| default.unwrap_or(&vm.none).clone()))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Context>(), b.get::<Context>()) else {
        return Ok(vm.not_implemented.clone());
    };
    let wanted = match op {
        CompareOp::Eq => true,
        CompareOp::Ne => false,
        _ => return Ok(vm.not_implemented.clone()),
    };
    let left = x.values.borrow().clone();
    let mut same = left.len() == y.values.borrow().len();
    for (var, value) in &left {
        same = same
            && match y.get(var) {
                Some(other) => vm.eq(value, &other)?,
                None => false,
            };
    }
    Ok(vm.bool(same == wanted))
}

fn run(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = context(vm, obj)?;
    let Some((function, rest)) = args.values.split_first().filter(|_| !args.pos().is_empty()) else {
        return Err(vm.type_error("run() missing 1 required positional argument"));
    };
    if own.is_entered.replace(true) {
        let text = vm.repr_text(obj)?;
        return Err(vm.runtime_error(format!("cannot enter context: {text} is already entered")));
    }
    let place = &vm.state::<Current>().0;
    own.previous.set(Some(current(vm)?.into_obj()));
    place.set(Some(obj.clone()));
    let result = vm.call_args(function, Args { values: rest, kwnames: args.kwnames });
    place.set(own.previous.take());
    own.is_entered.set(false);
    result
}

static CONTEXT_VAR: NativeType = NativeType::new("ContextVar", ContextVar::VTABLE)
    .module("_contextvars")
    .size(64, 0)
    .slots(|s| {
        s.new.set(Some(new_var));
        s.repr.set(Some(|vm, obj| {
            let own = var(vm, obj)?;
            let default = match own.default.get() {
                Some(default) => format!(" default={}", vm.repr_text(&default)?),
                None => String::new(),
            };
            Ok(vm.str(&format!("<ContextVar name={}{default} at {:#x}>", vm.repr_text(&own.name)?, obj.id())))
        }));
    })
    .methods(&[
        NativeDef::positional("get", get_var, "($self, default=<unrepresentable>, /)\n--\n\nReturn a value for the context variable for the current context.\n\nIf there is no value for the variable in the current context, the method will:\n * return the value of the default argument of the method, if provided; or\n * return the default value for the context variable, if it was created\n   with one; or\n * raise a LookupError."),
        NativeDef::one("set", set_var, "($self, value, /)\n--\n\nCall to set a new value for the context variable in the current context.\n\nThe required *value* argument is the new value for the context variable.\n\nReturns a Token object that can be used to restore the variable to its previous\nvalue via the `ContextVar.reset()` method."),
        NativeDef::one("reset", |vm, obj, args| reset(vm, obj, &args.values[0]), "($self, token, /)\n--\n\nReset the context variable.\n\nThe variable is reset to the value it had before the `ContextVar.set()` that\ncreated the token was used."),
        NativeDef::one("__class_getitem__", class_getitem, "See PEP 585").class_method(),
    ])
    .members(&[MemberDef::read_only("name", |vm, obj| Ok(var(vm, obj)?.name.clone()), "")]);

static NEW_VAR: Params<2> =
    Params::new("ContextVar", ["", "default"]).positional_only(1).keyword_only(1).required(1);

fn var<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a ContextVar> {
    obj.get::<ContextVar>().ok_or_else(|| {
        vm.type_error(format!("an instance of ContextVar was expected, not '{}'", obj.ty().name()))
    })
}

fn new_var(vm: &Vm, ty: &Ref<object::Type>, args: Args<'_>) -> Res<Obj> {
    let [name, default] = NEW_VAR.bind(vm, args)?;
    let Some(name) = name.filter(|name| name.get::<object::Str>().is_some()) else {
        return Err(vm.type_error("context variable name must be a str"));
    };
    vm.hash(name)?;
    let payload = ContextVar { name: name.clone(), default: ObjCell::new(default.cloned()) };
    Ok(Ref::new(ty, payload).into_obj())
}

fn get_var(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [default] = args.unpack::<1>(vm, "get", 0)?;
    let own = var(vm, obj)?;
    let value = current(vm)?.get(obj).or_else(|| default.cloned()).or_else(|| own.default.get());
    value.ok_or_else(|| vm.raise_class(vm.exc.lookup_error.as_obj(), std::slice::from_ref(obj)))
}

fn set_var(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let context = current(vm)?;
    let old = context.set(obj, Some(args.values[0].clone()));
    let token = Token {
        context: context.into_obj(),
        var: obj.clone(),
        old: ObjCell::new(old),
        is_used: Cell::new(false),
    };
    Ok(Ref::new(vm.native_type(&TOKEN), token).into_obj())
}

fn reset(vm: &Vm, obj: &Obj, holder: &Obj) -> Res<Obj> {
    let Some(token) = holder.get::<Token>() else {
        return Err(vm.type_error(format!("expected an instance of Token, got {}", vm.repr_text(holder)?)));
    };
    let refuse = |what: &str| Ok::<_, object::Raised>(format!("{} {what}", vm.repr_text(holder)?));
    if token.is_used.get() {
        return Err(vm.runtime_error(refuse("has already been used once")?));
    }
    if !token.var.is(obj) {
        return Err(vm.value_error(refuse("was created by a different ContextVar")?));
    }
    let context = current(vm)?;
    if !token.context.is(context.as_obj()) {
        return Err(vm.value_error(refuse("was created in a different Context")?));
    }
    token.is_used.set(true);
    drop(context.set(obj, token.old.get()));
    Ok(vm.none.clone())
}

static TOKEN: NativeType = NativeType::new("Token", Token::VTABLE)
    .module("_contextvars")
    .size(48, 0)
    .slots(|s| {
        s.new.set(Some(|vm, _, _| Err(vm.runtime_error("Tokens can only be created by ContextVars"))));
        s.repr.set(Some(|vm, obj| {
            let own = token(vm, obj)?;
            let used = if own.is_used.get() { " used" } else { "" };
            Ok(vm.str(&format!("<Token{used} var={} at {:#x}>", vm.repr_text(&own.var)?, obj.id())))
        }));
        s.hash.set(None);
    })
    .methods(&[
        NativeDef::no_args("__enter__", |_, obj, _| Ok(obj.clone()), "($self, /)\n--\n\nEnter into Token context manager."),
        NativeDef::positional("__exit__", |vm, obj, _| reset(vm, &token(vm, obj)?.var, obj), "($self, type, value, traceback, /)\n--\n\nExit from Token context manager, restore the linked ContextVar."),
        NativeDef::one("__class_getitem__", class_getitem, "See PEP 585").class_method(),
    ])
    .getset(&[
        GetSetDef::read_only("var", |vm, obj| Ok(token(vm, obj)?.var.clone()), ""),
        GetSetDef::read_only("old_value", |vm, obj| {
            Ok(token(vm, obj)?.old.get().unwrap_or_else(|| missing(vm)))
        }, ""),
    ])
    .attributes(|vm, ty| ty.dict().set_str(&vm.intern("MISSING"), missing(vm)));

fn token<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Token> {
    obj.get::<Token>().ok_or_else(|| vm.type_error("a Token is needed"))
}

static MISSING: NativeType = NativeType::new("Token.MISSING", object::Plain::VTABLE)
    .slots(|s| s.repr.set(Some(|vm, _| Ok(vm.str("<Token.MISSING>")))));

/// The one `Token.MISSING` of a machine.
#[derive(Default)]
struct Missing(ObjCell);

fn missing(vm: &Vm) -> Obj {
    let place = &vm.state::<Missing>().0;
    place.get().unwrap_or_else(|| {
        let missing = Ref::new(vm.native_type(&MISSING), object::Plain).into_obj();
        missing.make_immortal();
        place.set(Some(missing.clone()));
        missing
    })
}
