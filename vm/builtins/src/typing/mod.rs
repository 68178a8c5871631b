//! Type parameters, type aliases and `Generic` (CPython's `typevarobject.c`). What is known of types only is
//! `typing.py`'s: these types ask it.

mod alias;
mod evaluator;
mod parameter;

use object::{
    Layout as _, NativeDef, NativeType, Obj, ObjCell, Plain, Ref, Res, Tuple, TypeFlags, TypingOp, Vm,
};

pub use alias::TYPE_ALIAS;
pub use parameter::{PARAM_SPEC, PARAM_SPEC_ARGS, PARAM_SPEC_KWARGS, TYPE_VAR, TYPE_VAR_TUPLE};

pub(crate) use alias::is_alias;

/// `typing.Generic`
pub static GENERIC: NativeType = NativeType::new("Generic", Plain::VTABLE)
    .module("typing")
    .subclassable()
    .doc("Abstract base class for generic types.\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name::\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT:\n            ...\n        # Etc.\n\nOn older versions of Python, however, generic classes have to\nexplicitly inherit from Generic.\n\nAfter a class has been declared to be generic, it can then be used as\nfollows::\n\n    def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:\n        try:\n            return mapping[key]\n        except KeyError:\n            return default\n")
    .methods(&[
        NativeDef::keywords(
            "__class_getitem__",
            |vm, class, args| forward(vm, "_generic_class_getitem", class, args),
            "Parameterizes a generic class.\n\nAt least, parameterizing a generic class is the *main* thing this\nmethod does.  For example, for some generic class `Foo`, this is\ncalled when we do `Foo[int]` - there, with `cls=Foo` and\n`params=int`.\n\nHowever, note that this method is also called when defining generic\nclasses in the first place with `class Foo[T]: ...`.\n",
        )
        .class_method(),
        NativeDef::keywords(
            "__init_subclass__",
            |vm, class, args| forward(vm, "_generic_init_subclass", class, args),
            "Function to initialize subclasses.",
        )
        .class_method(),
    ])
    .attributes(set_module);

static NO_DEFAULT_TYPE: NativeType = NativeType::new("NoDefaultType", Plain::VTABLE)
    .doc("()\n--\n\nThe type of the NoDefault singleton.")
    .slots(|s| {
        s.new.set(Some(|vm, _, args| match args.values.is_empty() {
            true => Ok(no_default(vm)),
            false => Err(vm.type_error("NoDefaultType takes no arguments")),
        }));
        s.repr.set(Some(|vm, _| Ok(vm.str("typing.NoDefault"))));
    })
    .methods(&[NativeDef::no_args("__reduce__", |vm, _, _| Ok(vm.str("NoDefault")), "")]);

pub(crate) fn install(vm: &Vm) {
    vm.hooks.typing.set(Some(make));
}

/// The one `NoDefault` of a machine.
#[derive(Default)]
struct Only(ObjCell);

/// `typing.NoDefault`
pub fn no_default(vm: &Vm) -> Obj {
    let only = &vm.state::<Only>().0;
    if let Some(known) = only.get() {
        return known;
    }
    let made = Ref::new(vm.native_type(&NO_DEFAULT_TYPE), Plain).into_obj();
    made.make_immortal();
    only.set(Some(made.clone()));
    made
}

/// What the compiler's instructions ask for.
fn make(vm: &Vm, op: TypingOp, args: &[Obj]) -> Res<Obj> {
    match (op, args) {
        (TypingOp::SubscriptGeneric, [params]) => {
            let params = unpack_variadic(vm, params)?;
            call_typing(vm, "_GenericAlias", &[vm.native_type(&GENERIC).as_obj().clone(), params])
        }
        (TypingOp::TypeAlias, [parts]) => alias::from_statement(vm, parts),
        _ => parameter::from_syntax(vm, op, args),
    }
}

/// Calls a function of `typing.py`.
pub(crate) fn call_typing(vm: &Vm, function: &str, args: &[Obj]) -> Res<Obj> {
    vm.call(&from_typing(vm, function)?, args)
}

fn from_typing(vm: &Vm, name: &str) -> Res<Obj> {
    let Some(import) = vm.hooks.import.get() else {
        return Err(vm.system_error("type parameters need the module typing"));
    };
    vm.getattr_text(&import(vm, "typing")?, name)
}

fn forward(vm: &Vm, function: &str, class: &Obj, args: object::Args<'_>) -> Res<Obj> {
    vm.call_with_first(&from_typing(vm, function)?, class, args)
}

/// `typing.Unpack[parameter]`
fn unpacked(vm: &Vm, parameter: &Obj) -> Res<Obj> {
    vm.getitem(&from_typing(vm, "Unpack")?, parameter)
}

/// Iteration gives the unpacked form, once.
fn unpack_iter(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let only = vm.tuple([unpacked(vm, obj)?]);
    vm.iter(&only)
}

/// The parameters with each `TypeVarTuple` unpacked.
fn unpack_variadic(vm: &Vm, params: &Obj) -> Res<Obj> {
    let variadic = vm.native_type(&TYPE_VAR_TUPLE);
    let items = params.get::<Tuple>().map(|params| params.to_vec()).unwrap_or_default();
    if !items.iter().any(|param| param.is_exactly(variadic)) {
        return Ok(params.clone());
    }
    let items = items.into_iter().map(|param| match param.is_exactly(variadic) {
        true => unpacked(vm, &param),
        false => Ok(param),
    });
    Ok(vm.tuple(items.collect::<Res<Vec<_>>>()?))
}

/// The module of the running code, which made the object.
fn caller_module(vm: &Vm) -> Obj {
    let globals = vm.hooks.globals.get().and_then(|globals| globals(vm));
    globals.and_then(|globals| globals.get_str(&vm.names.__name__)).unwrap_or_else(|| vm.none.clone())
}

/// Says in the class where it comes from, so that instances say it, too.
fn set_module(vm: &Vm, class: &Ref<object::Type>) {
    class.dict().set_str(&vm.names.__module__, vm.str("typing"));
    class.add_flags(TypeFlags::HAVE_GC);
}
