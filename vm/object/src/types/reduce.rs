//! `object.__reduce_ex__`, `__getstate__`: what `copy` and `pickle` ask for (PEP 307, `typeobject.c`).

use super::Type;
use crate::payload::List;
use crate::raw::dict::Dict;
use crate::raw::{Kind, Obj, Ref, Str, Tuple};
use crate::vm::{Args, Res, Vm};

pub(super) fn reduce_ex(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let protocol = vm.as_i32(&args.values[0])?;
    // An overridden `__reduce__` wins.
    let name = &vm.names.__reduce__;
    if let Some(reduce) = vm.getattr_optional(obj, name)? {
        let own = vm.type_lookup(obj.ty(), name);
        let plain = vm.type_lookup(&vm.types.object, name);
        let overridden = match (own, plain) {
            (Some(own), Some(plain)) => !own.is(&plain),
            _ => true,
        };
        if overridden {
            return vm.call0(&reduce);
        }
    }
    common_reduce(vm, obj, protocol)
}

pub(super) fn reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    common_reduce(vm, obj, 0)
}

fn copyreg(vm: &Vm) -> Res<Obj> {
    match vm.hooks.import.get() {
        Some(import) => import(vm, "copyreg"),
        None => Err(vm.runtime_error("no import system is installed")),
    }
}

fn common_reduce(vm: &Vm, obj: &Obj, protocol: i32) -> Res<Obj> {
    if protocol >= 2 {
        return reduce_newobj(vm, obj);
    }
    let reduce = vm.getattr_text(&copyreg(vm)?, "_reduce_ex")?;
    vm.call(&reduce, &[obj.clone(), vm.int(protocol.into())])
}

/// Positional and keyword arguments, each if given.
type NewArguments = (Option<Ref<Tuple>>, Option<Ref<Dict>>);

/// Arguments for `__new__`: from `__getnewargs_ex__` or `__getnewargs__`, and whether either is there.
fn new_arguments(vm: &Vm, obj: &Obj) -> Res<NewArguments> {
    if let Some(result) = vm.call_special(obj, &vm.names.__getnewargs_ex__, &[])? {
        let Some(pair) = result.downcast::<Tuple>() else {
            return Err(vm.type_error(format!(
                "__getnewargs_ex__ should return a tuple, not '{}'",
                result.ty().name()
            )));
        };
        let [args, kwargs] = pair.items() else {
            return Err(vm.value_error(format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.len()
            )));
        };
        let Some(args) = args.downcast::<Tuple>() else {
            return Err(vm.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                args.ty().name()
            )));
        };
        let Some(kwargs) = kwargs.downcast::<Dict>() else {
            return Err(vm.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                kwargs.ty().name()
            )));
        };
        return Ok((Some(args.clone()), Some(kwargs.clone())));
    }
    if let Some(args) = vm.call_special(obj, &vm.names.__getnewargs__, &[])? {
        return match args.downcast::<Tuple>() {
            Some(args) => Ok((Some(args.clone()), None)),
            None => {
                Err(vm
                    .type_error(format!("__getnewargs__ should return a tuple, not '{}'", args.ty().name())))
            }
        };
    }
    Ok((None, None))
}

fn reduce_newobj(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let ty = obj.ty().clone();
    if ty.slots.new.get().is_none() {
        return Err(vm.type_error(format!("cannot pickle '{}' object", ty.name())));
    }
    let (args, kwargs) = new_arguments(vm, obj)?;
    let has_args = args.is_some();
    let copyreg = copyreg(vm)?;
    let (function, arguments) = match (args, kwargs.filter(|k| !k.is_empty())) {
        (Some(args), Some(kwargs)) => (
            vm.getattr(&copyreg, &vm.names.__newobj_ex__)?,
            vm.tuple([ty.as_obj().clone(), args.into_obj(), kwargs.into_obj()]),
        ),
        (args, _) => {
            let mut items = vec![ty.as_obj().clone()];
            items.extend(args.iter().flat_map(|a| a.iter().cloned()));
            (vm.getattr(&copyreg, &vm.names.__newobj__)?, vm.tuple(items))
        }
    };
    let is_list = obj.get::<List>().is_some();
    let is_dict = obj.kind() == Kind::Dict;
    let state = object_state(vm, obj, !(has_args || is_list || is_dict))?;
    let list_items = if is_list { vm.iter(obj)? } else { vm.none.clone() };
    let dict_items = if is_dict {
        let items = vm.call_method(obj, &vm.names.items, &[])?;
        vm.iter(&items)?
    } else {
        vm.none.clone()
    };
    Ok(vm.tuple([function, arguments, state, list_items, dict_items]))
}

impl Vm {
    /// The state that `copy` and `pickle` save of an object: what its `__getstate__` gives (`_PyObject_GetState`).
    pub fn object_state(&self, obj: &Obj) -> Res<Obj> {
        object_state(self, obj, false)
    }
}

/// What `__getstate__` gives; `required` says that a payload of its own must not be lost.
fn object_state(vm: &Vm, obj: &Obj, required: bool) -> Res<Obj> {
    let method = vm.getattr(obj, &vm.names.__getstate__)?;
    let is_default = method.get::<crate::payload::NativeFunction>().is_some_and(|f| {
        std::ptr::fn_addr_eq(f.def.call, getstate as crate::payload::NativeFn)
            && f.receiver.get().is_some_and(|r| r.is(obj))
    });
    if is_default { default_state(vm, obj, required) } else { vm.call0(&method) }
}

pub(super) fn getstate(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    default_state(vm, obj, false)
}

/// The names of all `__slots__` along the MRO, by `copyreg._slotnames`, cached in the class.
fn slot_names(vm: &Vm, ty: &Ref<Type>) -> Res<Option<Vec<Obj>>> {
    let cached = ty.dict().get_str(&vm.names.__slotnames__);
    let names = match cached {
        Some(names) => names,
        None => {
            if !ty.is_heap_type() {
                return Ok(None);
            }
            let function = vm.getattr_text(&copyreg(vm)?, "_slotnames")?;
            vm.call1(&function, ty.as_obj())?
        }
    };
    if names.is(&vm.none) {
        return Ok(None);
    }
    match names.get::<List>() {
        Some(list) => Ok(Some(list.0.to_vec())),
        None => Err(vm.type_error("copyreg._slotnames didn't return a list or None")),
    }
}

fn default_state(vm: &Vm, obj: &Obj, required: bool) -> Res<Obj> {
    let ty = obj.ty().clone();
    if required && has_native_state(vm, &ty) {
        return Err(vm.type_error(format!("cannot pickle '{}' object", ty.name())));
    }
    let state = match vm.getattr_optional(obj, &vm.names.__dict__)? {
        Some(dict) if dict.get::<Dict>().is_some_and(|d| !d.is_empty()) => dict,
        Some(dict) if dict.get::<Dict>().is_none() => dict,
        _ => vm.none.clone(),
    };
    let Some(names) = slot_names(vm, &ty)?.filter(|n| !n.is_empty()) else { return Ok(state) };
    let slots = vm.dict();
    for name in names {
        if let Some(name) = name.downcast::<Str>() {
            let name = vm.intern_str(name.clone());
            if let Some(value) = vm.getattr_optional(obj, &name)? {
                slots.set_str(&name, value);
            }
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(vm.tuple([state, slots.into_obj()]))
}

/// Whether instances have data that neither `__dict__` nor `__slots__` show.
fn has_native_state(vm: &Vm, ty: &Ref<Type>) -> bool {
    !ty.layout().same(vm.types.object.layout())
}
