//! `OSError`: the class follows from the error number.

use super::base::{self, field_member};
use super::{ExceptionTypes, field};
use crate::payload::{Exception, Int};
use crate::raw::{Layout as _, Obj, Ref};
use crate::types::{GetSetDef, NativeDef, NativeType, Type};
use crate::vm::{Args, Res, Vm};

/// The error numbers that have classes of their own, as Linux numbers them.
#[allow(missing_docs)]
pub mod errno {
    pub const EPERM: i32 = 1;
    pub const ENOENT: i32 = 2;
    pub const ESRCH: i32 = 3;
    pub const EINTR: i32 = 4;
    pub const ECHILD: i32 = 10;
    pub const EAGAIN: i32 = 11;
    pub const EACCES: i32 = 13;
    pub const EEXIST: i32 = 17;
    pub const ENOTDIR: i32 = 20;
    pub const EISDIR: i32 = 21;
    pub const EPIPE: i32 = 32;
    pub const ECONNABORTED: i32 = 103;
    pub const ECONNRESET: i32 = 104;
    pub const ESHUTDOWN: i32 = 108;
    pub const ETIMEDOUT: i32 = 110;
    pub const ECONNREFUSED: i32 = 111;
    pub const EALREADY: i32 = 114;
    pub const EINPROGRESS: i32 = 115;
}

static OS_ERROR: NativeType = NativeType::new("OSError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(new));
        s.init.set(Some(init));
        s.str.set(Some(str));
    })
    .methods(&[NativeDef::no_args("__reduce__", reduce, "($self, /)\n--\n\n")])
    .members(&[
        field_member!("errno", field::OS_ERRNO, "POSIX exception code"),
        field_member!("strerror", field::OS_STRERROR, "exception strerror"),
        field_member!("filename", field::OS_FILENAME, "exception filename"),
        field_member!("filename2", field::OS_FILENAME2, "second exception filename"),
    ])
    .getset(&[GetSetDef::new("characters_written", get_written, set_written, "")])
    .size(112, 0)
    .offsets(16, 0);

pub(super) fn declaration(exc: &ExceptionTypes, ty: &Ref<Type>) -> Option<&'static NativeType> {
    ty.is(&exc.os_error).then_some(&OS_ERROR)
}

/// The class for an error number (PEP 3151).
pub(super) fn class_of(vm: &Vm, number: i32) -> &'static Ref<Type> {
    use errno::*;
    let exc = vm.exc;
    match number {
        EAGAIN | EALREADY | EINPROGRESS => &exc.blocking_io_error,
        EPIPE | ESHUTDOWN => &exc.broken_pipe_error,
        ECHILD => &exc.child_process_error,
        ECONNABORTED => &exc.connection_aborted_error,
        ECONNREFUSED => &exc.connection_refused_error,
        ECONNRESET => &exc.connection_reset_error,
        EEXIST => &exc.file_exists_error,
        ENOENT => &exc.file_not_found_error,
        EISDIR => &exc.is_a_directory_error,
        ENOTDIR => &exc.not_a_directory_error,
        EINTR => &exc.interrupted_error,
        EACCES | EPERM => &exc.permission_error,
        ESRCH => &exc.process_lookup_error,
        ETIMEDOUT => &exc.timeout_error,
        _ => &exc.os_error,
    }
}

/// Whether `__init__` sets the attributes rather than `__new__`: for classes that override the one and not the other.
fn uses_init(ty: &Ref<Type>) -> bool {
    let own_init = ty.slots.init.get().is_none_or(|f| !std::ptr::fn_addr_eq(f, init as crate::types::InitFn));
    let own_new = ty.slots.new.get().is_none_or(|f| !std::ptr::fn_addr_eq(f, new as crate::types::NewFn));
    own_init && !own_new
}

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    if uses_init(ty) {
        return base::new(vm, ty, Args::positional(&[]));
    }
    if !args.kwnames.is_empty() {
        return Err(vm.type_error(format!("{}() takes no keyword arguments", ty.name())));
    }
    let class = match args.values {
        [number, _, ..] if ty.is(&vm.exc.os_error) && args.values.len() <= 5 => {
            match number.get::<Int>().and_then(Int::small).and_then(|n| i32::try_from(n).ok()) {
                Some(n) => class_of(vm, n),
                None => ty,
            }
        }
        _ => ty,
    };
    let obj = base::new(vm, class, args)?;
    fill(vm, &obj, args.values)?;
    Ok(obj)
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    if !uses_init(obj.ty()) {
        return Ok(());
    }
    base::init(vm, obj, args)?;
    fill(vm, obj, args.values)
}

/// Sets the attributes from the arguments; with a file name, `args` keeps the first two only.
fn fill(vm: &Vm, obj: &Obj, args: &[Obj]) -> Res<()> {
    if !(2..=5).contains(&args.len()) {
        return Ok(());
    }
    base::set_field(vm, obj, field::OS_ERRNO, Some(&args[0]))?;
    base::set_field(vm, obj, field::OS_STRERROR, Some(&args[1]))?;
    let Some(filename) = args.get(2).filter(|f| !f.is(&vm.none)) else { return Ok(()) };
    if obj.ty().is(&vm.exc.blocking_io_error) && filename.get::<Int>().is_some() {
        // The third argument of BlockingIOError counts characters.
        return base::set_field(vm, obj, field::OS_WRITTEN, Some(filename));
    }
    base::set_field(vm, obj, field::OS_FILENAME, Some(filename))?;
    if let Some(second) = args.get(4).filter(|f| !f.is(&vm.none)) {
        base::set_field(vm, obj, field::OS_FILENAME2, Some(second))?;
    }
    base::payload(vm, obj)?.args.set(Some(vm.tuple(args[..2].iter().cloned())));
    Ok(())
}

fn str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let get = |index| base::field_optional(vm, obj, index);
    let text = |value: Option<Obj>| -> Res<String> { vm.str_text(value.as_ref().unwrap_or(&vm.none)) };
    let (number, message) = (get(field::OS_ERRNO)?, get(field::OS_STRERROR)?);
    if let Some(filename) = get(field::OS_FILENAME)? {
        let mut out = format!("[Errno {}] {}: {}", text(number)?, text(message)?, vm.repr_text(&filename)?);
        if let Some(second) = get(field::OS_FILENAME2)? {
            out.push_str(&format!(" -> {}", vm.repr_text(&second)?));
        }
        return Ok(vm.str(&out));
    }
    if number.is_some() && message.is_some() {
        return Ok(vm.str(&format!("[Errno {}] {}", text(number)?, text(message)?)));
    }
    base::str(vm, obj)
}

fn reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let mut args = base::args_of(vm, obj)?.to_vec();
    if args.len() == 2
        && let Some(filename) = base::field_optional(vm, obj, field::OS_FILENAME)?
    {
        args.push(filename);
        if let Some(second) = base::field_optional(vm, obj, field::OS_FILENAME2)? {
            args.extend([vm.none.clone(), second]);
        }
    }
    let (class, args) = (obj.ty().as_obj().clone(), vm.tuple(args));
    Ok(match base::state_dict(obj) {
        Some(dict) => vm.tuple([class, args, dict.into_obj()]),
        None => vm.tuple([class, args]),
    })
}

fn get_written(vm: &Vm, obj: &Obj) -> Res<Obj> {
    base::field_optional(vm, obj, field::OS_WRITTEN)?.ok_or_else(|| vm.attribute_error("characters_written"))
}

fn set_written(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) => {
            let n = vm.int(vm.as_isize(value)? as i64);
            base::set_field(vm, obj, field::OS_WRITTEN, Some(&n))
        }
        None if base::field_optional(vm, obj, field::OS_WRITTEN)?.is_none() => {
            Err(vm.attribute_error("characters_written"))
        }
        None => base::set_field(vm, obj, field::OS_WRITTEN, None),
    }
}
