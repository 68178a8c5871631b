//! `_ThreadHandle`: what `threading` holds of a thread.

use std::cell::Cell;

use object::{Args, GetSetDef, Int, Layout as _, NativeDef, NativeType, Obj, Payload, Ref, Res, Vm};

/// The payload of `_ThreadHandle`.
#[derive(Default)]
struct Handle {
    ident: Cell<u64>,
    is_started: Cell<bool>,
    is_done: Cell<bool>,
}

impl Payload for Handle {
    const NAME: &'static str = "_ThreadHandle";
}

pub(super) static HANDLE: NativeType = NativeType::new("_ThreadHandle", Handle::VTABLE)
    .module("_thread")
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, Handle::default()).into_obj())));
        s.repr.set(Some(|vm, obj| {
            let ident = own(vm, obj)?.ident.get();
            Ok(vm.str(&format!("<{} object: ident={ident}>", obj.ty().name())))
        }));
    })
    .methods(&[
        NativeDef::positional("join", join, ""),
        NativeDef::no_args(
            "_set_done",
            |vm, obj, _| {
                let handle = started(vm, obj)?;
                handle.is_done.set(true);
                Ok(vm.none.clone())
            },
            "($self, /)\n--\n\n",
        ),
        NativeDef::no_args(
            "is_done",
            |vm, obj, _| Ok(vm.bool(own(vm, obj)?.is_done.get())),
            "($self, /)\n--\n\n",
        ),
    ])
    .getset(&[GetSetDef::read_only("ident", |vm, obj| Ok(vm.int_unsigned(own(vm, obj)?.ident.get())), "")])
    .size(24, 0);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Handle> {
    obj.get::<Handle>().ok_or_else(|| vm.type_error("'handle' must be a _ThreadHandle"))
}

fn started<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Handle> {
    let handle = own(vm, obj)?;
    if handle.is_started.get() { Ok(handle) } else { Err(vm.runtime_error("thread not started")) }
}

/// Whether this is a handle at all.
pub(super) fn check(vm: &Vm, obj: &Obj) -> Res<()> {
    own(vm, obj).map(|_| ())
}

/// The handle of a thread that runs already.
pub(super) fn make(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let ident = &args.values[0];
    if ident.get::<Int>().is_none() {
        return Err(vm.type_error("ident must be an integer"));
    }
    let handle = Handle::default();
    handle.ident.set(vm.as_i64(ident)? as u64);
    handle.is_started.set(true);
    Ok(Ref::new(vm.native_type(&HANDLE), handle).into_obj())
}

/// Threads that others would wait for are none but the one that waits.
fn join(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [timeout] = args.unpack(vm, "join", 0)?;
    if let Some(timeout) = timeout.filter(|timeout| !timeout.is(&vm.none)) {
        super::lock::seconds(vm, timeout)?;
    }
    let handle = started(vm, obj)?;
    if !handle.is_done.get() && handle.ident.get() == super::ident(vm) {
        return Err(vm.runtime_error("Cannot join current thread"));
    }
    Ok(vm.none.clone())
}
