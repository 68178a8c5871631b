//! `FrameLocalsProxy`, the write-through mapping behind `frame.f_locals` (PEP 667).

use object::raw::stack::StackRef;
use object::types::{CompareOp, NativeDef, NativeType, TypeFlags};
use object::{Args, CellObject, Dict, FrameObject, Layout as _, Obj, Payload, Raised, Ref, Res, Str, Vm};

use super::frame::receiver as frame_receiver;

/// The payload of `FrameLocalsProxy`.
pub struct LocalsProxy {
    frame: Obj,
}

impl Payload for LocalsProxy {
    const NAME: &'static str = "FrameLocalsProxy";
    fn trace(&self, visit: &mut object::Visitor<'_>) {
        visit(&self.frame);
    }
}

/// The type `FrameLocalsProxy`.
pub static LOCALS_PROXY: NativeType = NativeType::new("FrameLocalsProxy", LocalsProxy::VTABLE)
    .flags(TypeFlags::MAPPING)
    .slots(|s| {
        s.repr.set(Some(|vm, o| vm.repr(snapshot(vm, o)?.as_obj())));
        s.mp_length.set(Some(|vm, o| Ok(snapshot(vm, o)?.len())));
        s.mp_subscript.set(Some(getitem));
        s.mp_ass_subscript.set(Some(assign));
        s.sq_contains.set(Some(|vm, o, key| vm.dict_contains(&*snapshot(vm, o)?, key)));
        s.iter.set(Some(|vm, o| vm.iter(&keys_of(vm, o)?)));
        s.richcompare.set(Some(compare));
        s.nb_or.set(Some(|vm, a, b| {
            let (a, b) = (as_dict(vm, a)?, as_dict(vm, b)?);
            vm.binary_op(object::protocol::NumberOp::Or, &a, &b)
        }));
    })
    .methods(&[
        NativeDef::no_args("keys", |vm, o, _| keys_of(vm, o), "($self, /)\n--\n\n"),
        NativeDef::no_args(
            "values",
            |vm, o, _| Ok(vm.list(snapshot(vm, o)?.to_vec().into_iter().map(|(_, v)| v).collect())),
            "($self, /)\n--\n\n",
        ),
        NativeDef::no_args(
            "items",
            |vm, o, _| {
                Ok(vm.list(snapshot(vm, o)?.to_vec().into_iter().map(|(k, v)| vm.tuple([k, v])).collect()))
            },
            "($self, /)\n--\n\n",
        ),
        NativeDef::no_args("copy", |vm, o, _| Ok(snapshot(vm, o)?.into_obj()), "($self, /)\n--\n\n"),
        NativeDef::no_args(
            "__reversed__",
            |vm, o, _| {
                let mut keys: Vec<Obj> = snapshot(vm, o)?.to_vec().into_iter().map(|(k, _)| k).collect();
                keys.reverse();
                vm.iter(&vm.list(keys))
            },
            "($self, /)\n--\n\n",
        ),
        NativeDef::positional("get", get, ""),
        NativeDef::positional("setdefault", set_default, ""),
        NativeDef::positional("pop", pop, ""),
        NativeDef::one("update", update, ""),
    ])
    .size(24, 0);

/// The proxy of a frame object.
pub(crate) fn proxy(vm: &Vm, frame: &Obj) -> Obj {
    Ref::new(vm.native_type(&LOCALS_PROXY), LocalsProxy { frame: frame.clone() }).into_obj()
}

fn frame_object<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a FrameObject> {
    match obj.get::<LocalsProxy>() {
        Some(proxy) => frame_receiver(vm, &proxy.frame),
        None => Err(vm.type_error(format!("expected FrameLocalsProxy, got '{}'", obj.ty().name()))),
    }
}

fn as_dict(vm: &Vm, obj: &Obj) -> Res<Obj> {
    if obj.get::<LocalsProxy>().is_some() { Ok(snapshot(vm, obj)?.into_obj()) } else { Ok(obj.clone()) }
}

/// The value in a place, looked for in the cell if there is one.
fn value_in(frame: &FrameObject, index: usize) -> Option<Obj> {
    let live = frame.frame();
    let value = live.local(index)?;
    let is_cell_place =
        live.code().place_kind(index) & (bytecode::local_kind::CELL | bytecode::local_kind::FREE) != 0;
    match value.get::<CellObject>() {
        Some(cell) if is_cell_place => cell.0.get(),
        _ => Some(value),
    }
}

/// Whether a comprehension that was inlined into a module or class is under way: its variables are in fast slots, and
/// the names around it are not seen in `f_locals` (`_PyFrame_HasHiddenLocals`).
pub(crate) fn has_hidden(frame: &FrameObject) -> bool {
    let live = frame.frame();
    let code = live.code();
    (0..code.place_count()).any(|index| {
        code.place_kind(index) & bytecode::local_kind::HIDDEN != 0 && value_in(frame, index).is_some()
    })
}

/// All variables with values, by name (`frame.f_locals` as it is now).
pub(crate) fn variables(vm: &Vm, frame: &FrameObject) -> Res<Ref<Dict>> {
    let dict = vm.dict();
    let live = frame.frame();
    let code = live.code();
    for index in 0..code.place_count() {
        if let Some(value) = value_in(frame, index) {
            dict.set_str(&code.place_names[index], value);
        }
    }
    if let Some(extra) = frame.extra_locals.get()
        && let Some(extra) = extra.get::<Dict>()
    {
        for (key, value) in extra.to_vec() {
            vm.dict_set(&dict, &key, value)?;
        }
    }
    Ok(dict)
}

fn snapshot(vm: &Vm, obj: &Obj) -> Res<Ref<Dict>> {
    variables(vm, frame_object(vm, obj)?)
}

fn keys_of(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.list(snapshot(vm, obj)?.to_vec().into_iter().map(|(k, _)| k).collect()))
}

fn getitem(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    match vm.dict_get(&*snapshot(vm, obj)?, key)? {
        Some(value) => Ok(value),
        None => Err(vm.raise_text(
            &vm.exc.key_error,
            &format!("local variable '{}' is not defined", vm.repr_text(key)?),
        )),
    }
}

fn assign(vm: &Vm, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    let frame = frame_object(vm, obj)?;
    let live = frame.frame();
    let code = live.code().clone();
    let place = key.downcast::<Str>().and_then(|name| {
        (0..code.place_count()).find(|&i| {
            code.place_names[i].same(name) && code.place_kind(i) & bytecode::local_kind::HIDDEN == 0
        })
    });
    match (place, value) {
        (Some(_), None) => Err(vm.value_error("cannot remove local variables from FrameLocalsProxy")),
        (Some(index), Some(value)) => {
            let kind = code.place_kind(index);
            if kind & (bytecode::local_kind::CELL | bytecode::local_kind::FREE) != 0
                && let Some(cell) = live.local(index)
                && let Some(cell) = cell.get::<CellObject>()
            {
                cell.0.set(Some(value.clone()));
                return Ok(());
            }
            let old = live.set_local(index, StackRef::new(value.clone()));
            if let Some(old) = old.into_option() {
                frame.keep(old);
            }
            Ok(())
        }
        (None, value) => {
            let extra = match frame.extra_locals.get().map(Obj::into_ref::<Dict>) {
                Some(Ok(extra)) => extra,
                _ => {
                    let extra = vm.dict();
                    frame.extra_locals.set(Some(extra.clone().into_obj()));
                    extra
                }
            };
            match value {
                Some(value) => vm.dict_set(&extra, key, value.clone()),
                None => match vm.dict_remove(&extra, key)? {
                    Some(_) => Ok(()),
                    None => Err(vm.key_error(key)),
                },
            }
        }
    }
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let same_frame = match (a.get::<LocalsProxy>(), b.get::<LocalsProxy>()) {
        (Some(a), Some(b)) => Some(a.frame.is(&b.frame)),
        _ => None,
    };
    match (op, same_frame) {
        (CompareOp::Eq, Some(same)) => Ok(vm.bool(same)),
        (CompareOp::Ne, Some(same)) => Ok(vm.bool(!same)),
        (CompareOp::Eq | CompareOp::Ne, None) if b.get::<Dict>().is_some() => {
            vm.compare(snapshot(vm, a)?.as_obj(), b, op)
        }
        _ => Ok(vm.not_implemented.clone()),
    }
}

fn arguments(vm: &Vm, name: &str, args: Args<'_>) -> Res<(Obj, Option<Obj>)> {
    match args.values {
        [key] => Ok((key.clone(), None)),
        [key, default] => Ok((key.clone(), Some(default.clone()))),
        other => Err(argument_count(vm, name, other.len())),
    }
}

fn argument_count(vm: &Vm, name: &str, count: usize) -> Raised {
    let (bound, expected) = if count == 0 { ("at least", "1 argument") } else { ("at most", "2 arguments") };
    vm.type_error(format!("{name} expected {bound} {expected}, got {count}"))
}

fn get(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (key, default) = arguments(vm, "get", args)?;
    let found = vm.dict_get(&*snapshot(vm, obj)?, &key)?;
    Ok(found.or(default).unwrap_or_else(|| vm.none.clone()))
}

fn set_default(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (key, default) = arguments(vm, "setdefault", args)?;
    if let Some(found) = vm.dict_get(&*snapshot(vm, obj)?, &key)? {
        return Ok(found);
    }
    let default = default.unwrap_or_else(|| vm.none.clone());
    assign(vm, obj, &key, Some(&default))?;
    Ok(default)
}

fn pop(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (key, default) = arguments(vm, "pop", args)?;
    match (vm.dict_get(&*snapshot(vm, obj)?, &key)?, default) {
        (Some(found), _) => {
            assign(vm, obj, &key, None)?;
            Ok(found)
        }
        (None, Some(default)) => Ok(default),
        (None, None) => Err(vm.key_error(&key)),
    }
}

fn update(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let merged = vm.dict();
    vm.dict_update(&merged, &args.values[0])?;
    for (key, value) in merged.to_vec() {
        assign(vm, obj, &key, Some(&value))?;
    }
    Ok(vm.none.clone())
}
