//! The type `module`, and the module `builtins`.

use object::{
    Args, Dict, GetSetDef, Layout as _, MemberDef, Module, NativeDef, NativeType, Obj, Params, Ref, Res, Str,
    Type, Vm,
};

static MODULE: NativeType = NativeType::new("module", Module::VTABLE)
    .subclassable()
    .doc("(name, doc=None)\n--\n\nCreate a module object.\n\nThe name must be a string; the optional docstring can have any type.")
    .slots(|s| {
        s.new.set(Some(|vm, ty, _| Ok(Ref::new(ty, Module { dict: vm.dict() }).into_obj())));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.getattro.set(Some(getattro));
        s.getattro_optional.set(Some(getattro_optional));
        s.setattro.set(Some(Vm::generic_setattr));
    })
    .methods(&[NativeDef::no_args("__dir__", dir, "__dir__() -> list\nspecialized dir() implementation")])
    .members(&[MemberDef::read_only("__dict__", |vm, obj| Ok(dict_of(vm, obj)?.clone().into_obj()), "")])
    .getset(&[
        GetSetDef::new("__annotations__", get_annotations, set_annotations, ""),
        GetSetDef::new("__annotate__", get_annotate, set_annotate, ""),
    ])
    .size(56, 0)
    .offsets(16, 40);

fn dict_of<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<Dict>> {
    match obj.get::<Module>() {
        Some(module) => Ok(&module.dict),
        None => Err(vm.type_error("a module is needed")),
    }
}

static PARAMS: Params<2> = Params::new("module", ["name", "doc"]).required(1);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [name, doc] = PARAMS.bind(vm, args)?;
    let name = name.unwrap_or(&vm.none);
    if name.get::<Str>().is_none() {
        return Err(vm.bad_argument("module", "argument \'name\'", "str", name));
    }
    let dict = dict_of(vm, obj)?;
    fill(vm, dict, name.clone(), doc.cloned());
    Ok(())
}

/// The attributes that every module has.
fn fill(vm: &Vm, dict: &Ref<Dict>, name: Obj, doc: Option<Obj>) {
    let names = vm.names;
    dict.set_str(&names.__name__, name);
    dict.set_str(&names.__doc__, doc.unwrap_or_else(|| vm.none.clone()));
    for empty in [&names.__package__, &names.__loader__, &names.__spec__] {
        dict.set_str(empty, vm.none.clone());
    }
}

/// A new module object.
pub fn new_module(vm: &Vm, name: &str, doc: Option<&str>) -> Ref<Module> {
    let module = Ref::new(&vm.types.module, Module { dict: vm.dict() });
    fill(vm, &module.dict, vm.intern(name).into_obj(), doc.map(|d| vm.str(d)));
    module
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    // The import system knows best where a module is from.
    if let Some(import) = vm.hooks.import.get()
        && let Ok(bootstrap) = import(vm, "_frozen_importlib")
        && let Some(module_repr) = vm.getattr_optional(&bootstrap, &vm.intern("_module_repr"))?
    {
        return vm.call1(&module_repr, obj);
    }
    let dict = dict_of(vm, obj)?;
    let text = |name: &Ref<Str>| -> Res<Option<String>> {
        dict.get_str(name).filter(|v| !v.is(&vm.none)).map(|v| vm.repr_text(&v)).transpose()
    };
    let name = text(&vm.names.__name__)?.unwrap_or_else(|| "\'?\'".into());
    Ok(vm.str(&match text(&vm.names.__file__)? {
        Some(file) => format!("<module {name} from {file}>"),
        None => format!("<module {name} (built-in)>"),
    }))
}

fn getattro_optional(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Option<Obj>> {
    if let Some(value) = vm.generic_getattr_optional(obj, name)? {
        return Ok(Some(value));
    }
    // A module may say what it does about names that it lacks (PEP 562).
    match dict_of(vm, obj)?.get_str(&vm.names.__getattr__) {
        None => Ok(None),
        Some(hook) => match vm.call1(&hook, name) {
            Ok(value) => Ok(Some(value)),
            Err(raised) if raised.is_instance(&vm.exc.attribute_error) => Ok(None),
            Err(raised) => Err(raised),
        },
    }
}

fn getattro(vm: &Vm, obj: &Obj, name: &Obj) -> Res<Obj> {
    if let Some(value) = vm.generic_getattr_optional(obj, name)? {
        return Ok(value);
    }
    let dict = dict_of(vm, obj)?;
    if let Some(hook) = dict.get_str(&vm.names.__getattr__) {
        return vm.call1(&hook, name);
    }
    let name = vm.attribute_name(name)?;
    let text = name.to_text_lossy();
    let own = dict.get_str(&vm.names.__name__);
    let message = match own.as_ref().and_then(|n| n.get::<Str>()) {
        Some(own) if is_initializing(vm, dict)? => format!(
            "partially initialized module \'{0}\' has no attribute \'{text}\' (most likely due to a circular import)",
            own.to_text_lossy()
        ),
        Some(own) => format!("module \'{}\' has no attribute \'{text}\'", own.to_text_lossy()),
        None => format!("module has no attribute \'{text}\'"),
    };
    Err(vm.attribute_error_named(obj, &name, &message))
}

/// Whether the module\'s body is still running, by its spec.
fn is_initializing(vm: &Vm, dict: &Ref<Dict>) -> Res<bool> {
    let Some(spec) = dict.get_str(&vm.names.__spec__).filter(|s| !s.is(&vm.none)) else { return Ok(false) };
    match vm.getattr_optional(&spec, &vm.names._initializing)? {
        Some(value) => vm.is_true(&value),
        None => Ok(false),
    }
}

fn dir(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let seen = vm.getattr(obj, &vm.names.__dict__)?;
    let Some(dict) = seen.downcast::<Dict>() else {
        return Err(vm.type_error("<module>.__dict__ is not a dictionary"));
    };
    match dict.get_str(&vm.intern("__dir__")) {
        Some(hook) => vm.call0(&hook),
        None => Ok(vm.list(dict.to_vec().into_iter().map(|(key, _)| key).collect())),
    }
}

fn get_annotate(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let dict = dict_of(vm, obj)?;
    match dict.get_str(&vm.names.__annotate__) {
        Some(annotate) => Ok(annotate),
        None => {
            dict.set_str(&vm.names.__annotate__, vm.none.clone());
            Ok(vm.none.clone())
        }
    }
}

fn set_annotate(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("cannot delete __annotate__ attribute")) };
    if !value.is(&vm.none) && !vm.is_callable(value) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    let dict = dict_of(vm, obj)?;
    dict.set_str(&vm.names.__annotate__, value.clone());
    if !value.is(&vm.none) {
        drop(dict.remove_str(&vm.names.__annotations__));
    }
    Ok(())
}

fn get_annotations(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let dict = dict_of(vm, obj)?;
    if let Some(annotations) = dict.get_str(&vm.names.__annotations__) {
        return Ok(annotations);
    }
    let annotate = dict.get_str(&vm.names.__annotate__).filter(|a| vm.is_callable(a));
    let annotations = match annotate {
        Some(annotate) => {
            let result = vm.call1(&annotate, &vm.int(1))?;
            if result.get::<Dict>().is_none() {
                return Err(vm.type_error(format!(
                    "__annotate__ returned non-dict of type \'{}\'",
                    result.ty().name()
                )));
            }
            result
        }
        None => vm.dict().into_obj(),
    };
    if !is_initializing(vm, dict)? {
        dict.set_str(&vm.names.__annotations__, annotations.clone());
    }
    Ok(annotations)
}

fn set_annotations(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let dict = dict_of(vm, obj)?;
    match value {
        Some(value) => dict.set_str(&vm.names.__annotations__, value.clone()),
        None => {
            if dict.remove_str(&vm.names.__annotations__).is_none() {
                return Err(vm.attribute_error("__annotations__"));
            }
        }
    }
    drop(dict.remove_str(&vm.names.__annotate__));
    Ok(())
}

/// Gives the type `module` its behaviour.
pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.module, &MODULE);
}

/// A new module `builtins`: functions, types, exceptions, constants. `open`, `__import__`, `exit` and their like are
/// added by who has files and an import system.
pub fn module(vm: &Vm) -> Ref<Module> {
    let module = new_module(
        vm,
        "builtins",
        Some(
            "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all \'built-in\'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be useful in modules that provide\nobjects with the same name as a builtin and need the\nsame name in their own namespace, for example a wrapped\nversion of open().",
        ),
    );
    let dict = &module.dict;
    for def in super::functions::tables().into_iter().flatten() {
        let function = vm.native_function(def, Some(module.as_obj()), "builtins");
        dict.set_str(&vm.intern(def.name), function);
    }
    let types = vm.types;
    let core: [&Ref<Type>; 19] = [
        &types.object,
        &types.r#type,
        &types.int,
        &types.bool,
        &types.float,
        &types.complex,
        &types.str,
        &types.bytes,
        &types.bytearray,
        &types.tuple,
        &types.list,
        &types.dict,
        &types.set,
        &types.frozenset,
        &types.slice,
        &types.range,
        &types.property,
        &types.staticmethod,
        &types.classmethod,
    ];
    let lazy =
        super::lazy::types().into_iter().chain([&super::bytes::MEMORYVIEW]).map(|decl| vm.native_type(decl));
    for ty in core.into_iter().chain(lazy).chain([vm.super_type()]).chain(vm.exc.all()) {
        dict.set_str(&vm.intern(&ty.name()), ty.as_obj().clone());
    }
    for alias in ["EnvironmentError", "IOError"] {
        dict.set_str(&vm.intern(alias), vm.exc.os_error.as_obj().clone());
    }
    for (name, value) in [
        ("None", &vm.none),
        ("True", &vm.true_),
        ("False", &vm.false_),
        ("Ellipsis", &vm.ellipsis),
        ("NotImplemented", &vm.not_implemented),
        ("__debug__", &vm.true_),
    ] {
        dict.set_str(&vm.intern(name), value.clone());
    }
    module
}
