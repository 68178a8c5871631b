//! `function` (CPython's `funcobject.c`).

use bytecode::flags;
use object::types::{GetSetDef, MemberDef, NativeType, TypeFlags};
use object::{
    Args, Code, Dict, Function, Layout as _, Method, Obj, ObjCell, Raised, Ref, Res, Str, Tuple, Type, Vm,
};

use crate::eval;

/// The type `function`.
pub static FUNCTION: NativeType = NativeType::new("function", Function::VTABLE)
    .doc("(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)\n--\n\nCreate a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables\n  kwdefaults\n    a dictionary that specifies the default keyword argument values")
    .flags(TypeFlags::METHOD_DESCRIPTOR.with(TypeFlags::HAVE_VECTORCALL))
    .slots(|s| {
        s.call.set(Some(eval::call_function));
        s.descr_get.set(Some(descr_get));
        s.repr.set(Some(repr));
        s.new.set(Some(new));
    })
    .members(&[
        MemberDef::read_only("__closure__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.closure)), ""),
        MemberDef::new("__doc__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.doc)), |vm, o, v| set_cell(&receiver(vm, o)?.doc, v), ""),
        MemberDef::read_only("__globals__", |vm, o| Ok(receiver(vm, o)?.globals.clone().into_obj()), ""),
        MemberDef::new("__module__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.module)), |vm, o, v| set_cell(&receiver(vm, o)?.module, v), ""),
        MemberDef::read_only("__builtins__", |vm, o| Ok(receiver(vm, o)?.builtins.clone().into_obj()), ""),
    ])
    .getset(&[
        GetSetDef::new("__code__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.code)), set_code, ""),
        GetSetDef::new("__defaults__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.defaults)), set_defaults, ""),
        GetSetDef::new("__kwdefaults__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.kwdefaults)), set_kwdefaults, ""),
        GetSetDef::new("__annotations__", get_annotations, set_annotations, "Dict of annotations in a function object."),
        GetSetDef::new("__annotate__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.annotate)), set_annotate, "Get the code object for a function."),
        GetSetDef::new("__dict__", get_dict, set_dict, ""),
        GetSetDef::new("__name__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.name)), set_name, ""),
        GetSetDef::new("__qualname__", |vm, o| Ok(or_none(vm, &receiver(vm, o)?.qualname)), set_qualname, ""),
        GetSetDef::new("__type_params__", get_type_params, set_type_params, "Get the declared type parameters for a function."),
    ])
    .size(152, 0)
    .offsets(88, 96);

fn receiver<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Function> {
    obj.get::<Function>().ok_or_else(|| wrong(vm, obj))
}

fn wrong(vm: &Vm, obj: &Obj) -> Raised {
    vm.type_error(format!("a function was expected, not '{}'", obj.ty().name()))
}

fn or_none(vm: &Vm, cell: &ObjCell) -> Obj {
    cell.get().unwrap_or_else(|| vm.none.clone())
}

fn set_cell(cell: &ObjCell, value: Option<&Obj>) -> Res<()> {
    cell.set(value.cloned());
    Ok(())
}

fn given<'a>(vm: &Vm, value: Option<&'a Obj>) -> Option<&'a Obj> {
    value.filter(|v| !v.is(&vm.none))
}

fn set_code(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = receiver(vm, obj)?;
    let Some(code) = value.and_then(|v| v.get::<Code>()) else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let closed = own.closure.get().and_then(|c| c.get::<Tuple>().map(|t| t.len())).unwrap_or(0);
    if code.free_count as usize != closed {
        return Err(vm.value_error(format!(
            "{}() requires a code object with {closed} free vars, not {}",
            crate::function::name_text(own),
            code.free_count
        )));
    }
    let kind = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
    let old = own.code.get();
    if old.as_ref().and_then(|old| old.get::<Code>()).is_some_and(|old| (old.flags ^ code.flags) & kind != 0)
    {
        let message = "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)";
        vm.warn(&vm.exc.deprecation_warning, message, 1)?;
    }
    own.version.set(0);
    set_cell(&own.code, value)
}

fn set_defaults(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = receiver(vm, obj)?;
    let value = given(vm, value);
    if value.is_some_and(|v| v.get::<Tuple>().is_none()) {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    own.version.set(0);
    set_cell(&own.defaults, value)
}

fn set_kwdefaults(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = receiver(vm, obj)?;
    let value = given(vm, value);
    if value.is_some_and(|v| v.get::<Dict>().is_none()) {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    own.version.set(0);
    set_cell(&own.kwdefaults, value)
}

/// The annotations, evaluated now if need be (PEP 649): format 1 is `VALUE`.
fn get_annotations(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = receiver(vm, obj)?;
    if let Some(found) = own.annotations.get() {
        // The compiler of old hands over a tuple of names and values.
        if let Some(pairs) = found.get::<Tuple>() {
            let dict = vm.dict();
            for pair in pairs.items().chunks_exact(2) {
                vm.dict_set(&dict, &pair[0], pair[1].clone())?;
            }
            own.annotations.set(Some(dict.clone().into_obj()));
            return Ok(dict.into_obj());
        }
        return Ok(found);
    }
    let value = match own.annotate.get().filter(|a| !a.is(&vm.none)) {
        Some(annotate) => {
            let value = vm.call(&annotate, &[vm.int(1)])?;
            if value.get::<Dict>().is_none() {
                let kind = value.ty().name();
                return Err(vm.type_error(format!("__annotate__ returned non-dict of type '{kind}'")));
            }
            value
        }
        None => vm.dict().into_obj(),
    };
    own.annotations.set(Some(value.clone()));
    Ok(value)
}

fn set_annotations(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = receiver(vm, obj)?;
    let value = given(vm, value);
    if value.is_some_and(|v| v.get::<Dict>().is_none()) {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    own.annotate.set(None);
    set_cell(&own.annotations, value)
}

fn set_annotate(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = receiver(vm, obj)?;
    match value {
        None => Err(vm.type_error("__annotate__ cannot be deleted")),
        Some(value) if value.is(&vm.none) => set_cell(&own.annotate, None),
        Some(value) if vm.is_callable(value) => {
            own.annotations.set(None);
            set_cell(&own.annotate, Some(value))
        }
        Some(_) => Err(vm.type_error("__annotate__ must be callable or None")),
    }
}

fn get_dict(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = receiver(vm, obj)?;
    if let Some(dict) = own.dict.get() {
        return Ok(dict);
    }
    let dict = vm.dict().into_obj();
    own.dict.set(Some(dict.clone()));
    Ok(dict)
}

fn set_dict(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) if value.get::<Dict>().is_some() => set_cell(&receiver(vm, obj)?.dict, Some(value)),
        Some(value) => {
            Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{}'", value.ty().name())))
        }
        None => Err(vm.type_error("cannot delete __dict__")),
    }
}

fn set_name(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) if value.get::<Str>().is_some() => set_cell(&receiver(vm, obj)?.name, Some(value)),
        _ => Err(vm.type_error("__name__ must be set to a string object")),
    }
}

fn set_qualname(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) if value.get::<Str>().is_some() => set_cell(&receiver(vm, obj)?.qualname, Some(value)),
        _ => Err(vm.type_error("__qualname__ must be set to a string object")),
    }
}

fn get_type_params(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.type_params.get().unwrap_or_else(|| vm.empty_tuple.as_obj().clone()))
}

fn set_type_params(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) if value.get::<Tuple>().is_some() => {
            set_cell(&receiver(vm, obj)?.type_params, Some(value))
        }
        _ => Err(vm.type_error("__type_params__ must be set to a tuple")),
    }
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let name = or_none(vm, &receiver(vm, obj)?.qualname);
    Ok(vm.str(&format!("<function {} at {:#x}>", vm.str_text(&name)?, obj.id())))
}

fn descr_get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _: Option<&Obj>) -> Res<Obj> {
    match instance.filter(|i| !i.is(&vm.none)) {
        Some(instance) => {
            let method = Method { function: obj.clone(), receiver: instance.clone() };
            Ok(Ref::new(&vm.types.method, method).into_obj())
        }
        None => Ok(obj.clone()),
    }
}

fn new(vm: &Vm, _: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let mut slots: [Option<Obj>; 6] = Default::default();
    const NAMES: [&str; 6] = ["code", "globals", "name", "argdefs", "closure", "kwdefaults"];
    if args.pos().len() > NAMES.len() {
        return Err(
            vm.type_error(format!("function() takes at most 6 arguments ({} given)", args.values.len()))
        );
    }
    for (slot, value) in slots.iter_mut().zip(args.pos()) {
        *slot = Some(value.clone());
    }
    for (name, value) in args.keywords() {
        let place = NAMES.iter().position(|n| name.get::<Str>().is_some_and(|s| s.is_text(n)));
        match place {
            Some(place) => slots[place] = Some(value.clone()),
            None => {
                return Err(vm.type_error(format!(
                    "function() got an unexpected keyword argument '{}'",
                    vm.str_text(name)?
                )));
            }
        }
    }
    let [code, globals, name, defaults, closure, kwdefaults] = slots;
    let (Some(code), Some(globals)) = (&code, &globals) else {
        let (missing, place) = if code.is_none() { ("code", 1) } else { ("globals", 2) };
        return Err(vm.type_error(format!("function() missing required argument '{missing}' (pos {place})")));
    };
    let Some(code) = code.downcast::<Code>() else {
        return Err(vm.bad_argument("function", "argument 'code'", "code", code));
    };
    let Some(globals) = globals.downcast::<Dict>() else {
        return Err(vm.bad_argument("function", "argument 'globals'", "dict", globals));
    };
    let given = |o: &Option<Obj>| o.clone().filter(|o| !o.is(&vm.none));
    let free = code.free_count as usize;
    let cells = given(&closure).and_then(|c| c.get::<Tuple>().map(|t| t.len()));
    if closure.as_ref().is_some_and(|c| c.get::<Tuple>().is_none() && (free != 0 || !c.is(&vm.none))) {
        return Err(vm.type_error(if free == 0 {
            "arg 5 (closure) must be None or tuple"
        } else {
            "arg 5 (closure) must be tuple"
        }));
    }
    if cells.unwrap_or(0) != free {
        return Err(vm.value_error(format!(
            "{} requires closure of length {free}, not {}",
            code.name.to_text_lossy(),
            cells.unwrap_or(0)
        )));
    }
    let closure = given(&closure);
    if let Some(bad) = closure
        .as_ref()
        .and_then(|c| c.get::<Tuple>())
        .and_then(|cells| cells.iter().find(|c| c.get::<object::CellObject>().is_none()))
    {
        return Err(vm.type_error(format!("arg 5 (closure) expected cell, found {}", bad.ty().name())));
    }
    let made = crate::function::for_globals(vm, code.clone(), globals);
    if let Some(name) = given(&name) {
        made.name.set(Some(name));
    }
    made.defaults.set(given(&defaults));
    made.kwdefaults.set(given(&kwdefaults));
    made.closure.set(closure);
    Ok(made.into_obj())
}
