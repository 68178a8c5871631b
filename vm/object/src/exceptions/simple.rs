//! Exceptions with a few attributes: `StopIteration`, `SystemExit`, `ImportError`, `NameError`, `AttributeError`,
//! `KeyError`.

use super::base::{self, field_member};
use super::{ExceptionTypes, field};
use crate::payload::Exception;
use crate::raw::{Layout as _, Obj, Ref};
use crate::types::{NativeDef, NativeType, Type};
use crate::vm::{Args, Res, Vm};

static STOP_ITERATION: NativeType = NativeType::new("StopIteration", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(|vm, obj, args| {
            base::init(vm, obj, args)?;
            base::set_field(vm, obj, field::STOP_VALUE, Some(args.values.first().unwrap_or(&vm.none)))
        }));
    })
    .members(&[field_member!("value", field::STOP_VALUE, "generator return value")])
    .size(80, 0)
    .offsets(16, 0);

static SYSTEM_EXIT: NativeType = NativeType::new("SystemExit", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(|vm, obj, args| {
            base::init(vm, obj, args)?;
            let code = match args.values {
                // What an earlier call said stays.
                [] => return Ok(()),
                [one] => Some(one.clone()),
                _ => Some(base::args_of(vm, obj)?.into_obj()),
            };
            base::set_field(vm, obj, field::EXIT_CODE, code.as_ref())
        }));
    })
    .members(&[field_member!("code", field::EXIT_CODE, "exception code")])
    .size(80, 0)
    .offsets(16, 0);

static IMPORT_ERROR: NativeType = NativeType::new("ImportError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(import_error_init));
        s.str.set(Some(import_error_str));
    })
    .methods(&[NativeDef::no_args("__reduce__", import_error_reduce, "($self, /)\n--\n\n")])
    .members(&[
        field_member!("msg", field::IMPORT_MSG, "exception message"),
        field_member!("name", field::IMPORT_NAME, "module name"),
        field_member!("path", field::IMPORT_PATH, "module path"),
        field_member!("name_from", field::IMPORT_NAME_FROM, "name imported from module"),
    ])
    .size(104, 0)
    .offsets(16, 0);

static NAME_ERROR: NativeType = NativeType::new("NameError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(|vm, obj, args| {
            base::init(vm, obj, Args::positional(args.pos()))?;
            let [name] = base::keyword_values(vm, "NameError", args, ["name"])?;
            base::set_field(vm, obj, field::NAME_NAME, name.as_ref())
        }));
    })
    .members(&[field_member!("name", field::NAME_NAME, "name")])
    .size(80, 0)
    .offsets(16, 0);

static ATTRIBUTE_ERROR: NativeType = NativeType::new("AttributeError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(|vm, obj, args| {
            base::init(vm, obj, Args::positional(args.pos()))?;
            let [name, object] = base::keyword_values(vm, "AttributeError", args, ["name", "obj"])?;
            base::set_field(vm, obj, field::ATTRIBUTE_NAME, name.as_ref())?;
            base::set_field(vm, obj, field::ATTRIBUTE_OBJ, object.as_ref())
        }));
    })
    .methods(&[
        NativeDef::no_args("__reduce__", attribute_error_reduce, "($self, /)\n--\n\n"),
        NativeDef::no_args("__getstate__", attribute_error_getstate, "($self, /)\n--\n\n"),
    ])
    .members(&[
        field_member!("name", field::ATTRIBUTE_NAME, "attribute name"),
        field_member!("obj", field::ATTRIBUTE_OBJ, "object"),
    ])
    .size(88, 0)
    .offsets(16, 0);

static KEY_ERROR: NativeType = NativeType::new("KeyError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(base::init));
        s.str.set(Some(|vm, obj| match base::args_of(vm, obj)?.items() {
            // The key itself says more than its text: an empty string would show nothing.
            [key] => vm.repr(key),
            _ => base::str(vm, obj),
        }));
    })
    .size(72, 0)
    .offsets(16, 0);

pub(super) fn declaration(exc: &ExceptionTypes, ty: &Ref<Type>) -> Option<&'static NativeType> {
    let table: [(&Ref<Type>, &'static NativeType); 6] = [
        (&exc.stop_iteration, &STOP_ITERATION),
        (&exc.system_exit, &SYSTEM_EXIT),
        (&exc.import_error, &IMPORT_ERROR),
        (&exc.name_error, &NAME_ERROR),
        (&exc.attribute_error, &ATTRIBUTE_ERROR),
        (&exc.key_error, &KEY_ERROR),
    ];
    table.into_iter().find(|(t, _)| t.is(ty)).map(|(_, decl)| decl)
}

fn import_error_init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    base::init(vm, obj, Args::positional(args.pos()))?;
    let [name, path, name_from] =
        base::keyword_values(vm, "ImportError", args, ["name", "path", "name_from"])?;
    base::set_field(vm, obj, field::IMPORT_NAME, name.as_ref())?;
    base::set_field(vm, obj, field::IMPORT_PATH, path.as_ref())?;
    base::set_field(vm, obj, field::IMPORT_NAME_FROM, name_from.as_ref())?;
    let message = if let [one] = args.pos() { Some(one) } else { None };
    base::set_field(vm, obj, field::IMPORT_MSG, message)
}

fn import_error_str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    match base::field_optional(vm, obj, field::IMPORT_MSG)? {
        Some(msg) if msg.is_exactly(&vm.types.str) => Ok(msg),
        _ => base::str(vm, obj),
    }
}

/// `(class, args)` with a state of the instance dict and these fields, if there is any.
fn reduce_with(vm: &Vm, obj: &Obj, fields: &[(&str, usize)]) -> Res<Obj> {
    let args = base::args_of(vm, obj)?.into_obj();
    let class = obj.ty().as_obj().clone();
    Ok(match state_with(vm, obj, fields)? {
        Some(state) => vm.tuple([class, args, state]),
        None => vm.tuple([class, args]),
    })
}

fn state_with(vm: &Vm, obj: &Obj, fields: &[(&str, usize)]) -> Res<Option<Obj>> {
    let state = vm.dict();
    if let Some(dict) = base::state_dict(obj) {
        state.copy_from(&dict);
    }
    for (name, index) in fields {
        if let Some(value) = base::field_optional(vm, obj, *index)? {
            state.set_str(&vm.intern(name), value);
        }
    }
    Ok((!state.is_empty()).then(|| state.into_obj()))
}

fn import_error_reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    reduce_with(
        vm,
        obj,
        &[("name", field::IMPORT_NAME), ("path", field::IMPORT_PATH), ("name_from", field::IMPORT_NAME_FROM)],
    )
}

/// The object that lacks the attribute stays out: it may not be picklable.
const ATTRIBUTE_STATE: &[(&str, usize)] = &[("name", field::ATTRIBUTE_NAME)];

fn attribute_error_state(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let args = vm.names.args.clone();
    let Some(state) = state_with(vm, obj, ATTRIBUTE_STATE)? else { return Ok(None) };
    if let Some(dict) = state.get::<crate::raw::dict::Dict>() {
        dict.set_str(&args, base::args_of(vm, obj)?.into_obj());
    }
    Ok(Some(state))
}

fn attribute_error_reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let args = base::args_of(vm, obj)?.into_obj();
    let class = obj.ty().as_obj().clone();
    Ok(match attribute_error_state(vm, obj)? {
        Some(state) => vm.tuple([class, args, state]),
        None => vm.tuple([class, args]),
    })
}

fn attribute_error_getstate(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    Ok(attribute_error_state(vm, obj)?.unwrap_or_else(|| vm.none.clone()))
}
