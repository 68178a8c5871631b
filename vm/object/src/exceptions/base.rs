//! `BaseException`: arguments, traceback, chaining, notes, pickling.

use std::cell::Cell;

use super::ExceptionTypes;
use crate::payload::Exception;
use crate::raw::dict::Dict;
use crate::raw::{Layout as _, Obj, ObjCell, Ref, Str, Tuple};
use crate::types::{GetSetDef, MemberDef, NativeDef, NativeType, Type};
use crate::vm::{Args, Res, Vm};

static BASE_EXCEPTION: NativeType = NativeType::new("BaseException", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(new));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.str.set(Some(str));
        s.getattro.set(Some(crate::types::object_getattro));
        s.getattro_optional.set(Some(Vm::generic_getattr_optional));
        s.setattro.set(Some(Vm::generic_setattr));
    })
    .methods(&[
        NativeDef::no_args("__reduce__", reduce, "($self, /)\n--\n\n"),
        NativeDef::one("__setstate__", setstate, "($self, object, /)\n--\n\n"),
        NativeDef::one(
            "with_traceback",
            with_traceback,
            "($self, object, /)\n--\n\nSet self.__traceback__ to tb and return self.",
        ),
        NativeDef::one("add_note", add_note, "($self, object, /)\n--\n\nAdd a note to the exception"),
    ])
    .getset(&[
        GetSetDef::new("__dict__", crate::types::object_dict, crate::types::set_object_dict, ""),
        GetSetDef::new("args", get_args, set_args, ""),
        GetSetDef::new("__traceback__", get_traceback, set_traceback, ""),
        GetSetDef::new("__context__", get_context, set_context, ""),
        GetSetDef::new("__cause__", get_cause, set_cause, ""),
    ])
    .members(&[MemberDef::new("__suppress_context__", get_suppress, set_suppress, "")])
    .size(72, 0)
    .offsets(16, 0);

pub(super) fn declaration(exc: &ExceptionTypes, ty: &Ref<Type>) -> Option<&'static NativeType> {
    ty.is(&exc.base_exception).then_some(&BASE_EXCEPTION)
}

/// The payload of an exception object. Methods are only ever called on exceptions: their descriptors check it.
pub(super) fn payload<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Exception> {
    obj.get::<Exception>().ok_or_else(|| vm.type_error("an exception is needed"))
}

/// `BaseException.__new__`: keeps the positional arguments.
pub(super) fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let payload = Exception {
        args: ObjCell::new(Some(vm.tuple(args.pos().iter().cloned()))),
        traceback: ObjCell::default(),
        context: ObjCell::default(),
        cause: ObjCell::default(),
        suppress_context: Cell::new(false),
        fields: (0..ty.exception_fields.get()).map(|_| ObjCell::default()).collect(),
    };
    Ok(Ref::new(ty, payload).into_obj())
}

/// `BaseException.__init__`
pub(super) fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    if !args.kwnames.is_empty() {
        return Err(vm.type_error(format!("{}() takes no keyword arguments", obj.ty().name())));
    }
    payload(vm, obj)?.args.set(Some(vm.tuple(args.values.iter().cloned())));
    Ok(())
}

/// The `args` tuple.
pub(super) fn args_of(vm: &Vm, obj: &Obj) -> Res<Ref<Tuple>> {
    let args = payload(vm, obj)?.args.get();
    Ok(args.and_then(|a| a.into_ref().ok()).unwrap_or_else(|| vm.empty_tuple.clone()))
}

pub(super) fn str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let args = args_of(vm, obj)?;
    match args.items() {
        [] => Ok(vm.names.empty.as_obj().clone()),
        [one] => vm.str_of(one),
        _ => vm.str_of(args.as_obj()),
    }
}

pub(super) fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let args = args_of(vm, obj)?;
    let name = obj.ty().short_name();
    let name = name.rsplit('.').next().unwrap_or_default();
    let inside = match args.items() {
        [one] => {
            let mut inside = vm.str_ref("(");
            inside = Str::concat(&vm.types.str, &inside, &*vm.repr_ref(one)?);
            Str::concat(&vm.types.str, &inside, &vm.str_ref(")"))
        }
        _ => vm.repr_ref(args.as_obj())?,
    };
    Ok(Str::concat(&vm.types.str, &vm.str_ref(name), &inside).into_obj())
}

fn reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let args = args_of(vm, obj)?.into_obj();
    let class = obj.ty().as_obj().clone();
    Ok(match state_dict(obj) {
        Some(dict) => vm.tuple([class, args, dict.into_obj()]),
        None => vm.tuple([class, args]),
    })
}

/// The instance dict, if there is anything in it.
pub(super) fn state_dict(obj: &Obj) -> Option<Ref<Dict>> {
    obj.instance_dict().filter(|d| !d.is_empty())
}

fn setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let state = &args.values[0];
    if !state.is(&vm.none) {
        let Some(dict) = state.get::<Dict>() else { return Err(vm.type_error("state is not a dictionary")) };
        for (key, value) in dict.to_vec() {
            let name = vm.attribute_name(&key)?;
            vm.setattr(obj, &name, &value)?;
        }
    }
    Ok(vm.none.clone())
}

fn with_traceback(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    set_traceback(vm, obj, Some(&args.values[0]))?;
    Ok(obj.clone())
}

fn add_note(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    add_note_to(vm, obj, &args.values[0])?;
    Ok(vm.none.clone())
}

pub(super) fn add_note_to(vm: &Vm, obj: &Obj, note: &Obj) -> Res<()> {
    if note.get::<Str>().is_none() {
        return Err(vm.type_error(format!("add_note() argument must be str, not {}", note.ty().name())));
    }
    let notes = match vm.getattr_optional(obj, &vm.names.__notes__)? {
        Some(notes) => notes,
        None => {
            let notes = vm.list(Vec::new());
            vm.setattr(obj, &vm.names.__notes__, &notes)?;
            notes
        }
    };
    match notes.get::<crate::payload::List>() {
        Some(list) => {
            list.0.push(note.clone());
            Ok(())
        }
        None => Err(vm.type_error("Cannot add note: __notes__ is not a list")),
    }
}

fn get_args(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(args_of(vm, obj)?.into_obj())
}

fn set_args(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("args may not be deleted")) };
    let items = vm.iter_to_vec(value)?;
    payload(vm, obj)?.args.set(Some(vm.tuple(items)));
    Ok(())
}

fn get_traceback(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(payload(vm, obj)?.traceback.get().unwrap_or_else(|| vm.none.clone()))
}

fn set_traceback(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("__traceback__ may not be deleted")) };
    if !value.is(&vm.none) && value.kind() != crate::raw::Kind::Traceback {
        return Err(vm.type_error("__traceback__ must be a traceback or None"));
    }
    payload(vm, obj)?.traceback.set(Some(value.clone()).filter(|v| !v.is(&vm.none)));
    Ok(())
}

/// An exception or nothing, for `__cause__` and `__context__`.
fn chained(vm: &Vm, value: Option<&Obj>, what: &str) -> Res<Option<Obj>> {
    let Some(value) = value else { return Err(vm.type_error(format!("{what} may not be deleted"))) };
    if value.is(&vm.none) {
        return Ok(None);
    }
    if value.get::<Exception>().is_none() {
        let short = what.trim_matches('_');
        return Err(vm.type_error(format!("exception {short} must be None or derive from BaseException")));
    }
    Ok(Some(value.clone()))
}

fn get_context(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(payload(vm, obj)?.context.get().unwrap_or_else(|| vm.none.clone()))
}

fn set_context(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let value = chained(vm, value, "__context__")?;
    payload(vm, obj)?.context.set(value);
    Ok(())
}

fn get_cause(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(payload(vm, obj)?.cause.get().unwrap_or_else(|| vm.none.clone()))
}

fn set_cause(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let value = chained(vm, value, "__cause__")?;
    let own = payload(vm, obj)?;
    own.cause.set(value);
    own.suppress_context.set(true);
    Ok(())
}

fn get_suppress(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.bool(payload(vm, obj)?.suppress_context.get()))
}

fn set_suppress(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    };
    if !value.is_exactly(&vm.types.bool) {
        return Err(vm.type_error("attribute value type must be bool"));
    }
    payload(vm, obj)?.suppress_context.set(value.is(&vm.true_));
    Ok(())
}

/// A field as an attribute value: `None` if it is not set.
pub(super) fn field(vm: &Vm, obj: &Obj, index: usize) -> Res<Obj> {
    Ok(field_optional(vm, obj, index)?.unwrap_or_else(|| vm.none.clone()))
}

/// A field, if it is set.
pub(super) fn field_optional(vm: &Vm, obj: &Obj, index: usize) -> Res<Option<Obj>> {
    Ok(payload(vm, obj)?.fields.get(index).and_then(ObjCell::get))
}

/// Sets or empties a field.
pub(super) fn set_field(vm: &Vm, obj: &Obj, index: usize, value: Option<&Obj>) -> Res<()> {
    if let Some(cell) = payload(vm, obj)?.fields.get(index) {
        cell.set(value.cloned());
    }
    Ok(())
}

/// A member that shows a field: `None` if it is not set.
macro_rules! field_member {
    ($name:literal, $index:expr, $doc:literal) => {
        $crate::types::MemberDef::new(
            $name,
            |vm, obj| $crate::exceptions::base::field(vm, obj, $index),
            |vm, obj, value| $crate::exceptions::base::set_field(vm, obj, $index, value),
            $doc,
        )
    };
}
pub(super) use field_member;

/// The one keyword that an exception's `__init__` knows is bound; any other is CPython's error.
pub(super) fn keyword_values<const N: usize>(
    vm: &Vm,
    function: &str,
    args: Args<'_>,
    names: [&str; N],
) -> Res<[Option<Obj>; N]> {
    let mut values = [const { None }; N];
    for (name, value) in args.keywords() {
        let text = name.get::<Str>().map(|s| s.to_text_lossy().into_owned()).unwrap_or_default();
        match names.iter().position(|n| *n == text) {
            Some(index) => values[index] = Some(value.clone()),
            None => {
                return Err(
                    vm.type_error(format!("{function}() got an unexpected keyword argument '{text}'"))
                );
            }
        }
    }
    Ok(values)
}
