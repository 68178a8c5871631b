//! `traceback` (CPython's `traceback.c`): the objects. Printing is [`crate::report`]'s.

use object::raw::frame::FrameRef;
use object::types::{GetSetDef, MemberDef, NativeDef, NativeType};
use object::{
    Args, Exception, FrameObject, Layout as _, Obj, ObjCell, Raised, Ref, Res, Traceback, Type, Vm,
};

use crate::frames;

/// The type `traceback`.
pub static TRACEBACK: NativeType = NativeType::new("traceback", Traceback::VTABLE)
    .doc("(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nCreate a new traceback object.")
    .slots(|s| s.new.set(Some(new)))
    .methods(&[NativeDef::no_args(
        "__dir__",
        |vm, _, _| {
            Ok(vm.list(["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|name| vm.str(name)).to_vec()))
        },
        "($self, /)\n--\n\n",
    )])
    .members(&[
        MemberDef::read_only("tb_frame", |vm, o| Ok(receiver(vm, o)?.frame.clone().into_obj()), ""),
        MemberDef::read_only("tb_lasti", |vm, o| Ok(vm.int(receiver(vm, o)?.place.into())), ""),
    ])
    .getset(&[
        GetSetDef::new("tb_next", get_next, set_next, ""),
        GetSetDef::read_only("tb_lineno", get_line, ""),
    ])
    .size(64, 0);

/// Puts the frame in front of the exception's traceback (`PyTraceBack_Here`).
pub(crate) fn add(vm: &Vm, frame: FrameRef, unit: usize, exception: &Obj) {
    let Some(payload) = exception.get::<Exception>() else { return };
    let traceback = Traceback {
        next: ObjCell::new(payload.traceback.get()),
        frame: frames::object_of(vm, frame),
        place: unit as i32 * 2,
        line: None.into(),
    };
    payload.traceback.set(Some(Ref::new(vm.native_type(&TRACEBACK), traceback).into_obj()));
}

/// Says of an exception without a traceback where it was met: in the frame that runs (`PyErr_WriteUnraisable`).
pub fn locate(vm: &Vm, exception: &Obj) {
    let is_bare = exception.get::<Exception>().is_some_and(|payload| payload.traceback.get().is_none());
    if let Some(frame) = vm.thread.frame.get().filter(|_| is_bare) {
        add(vm, frame, frame.instruction(), exception);
    }
}

fn receiver<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Traceback> {
    obj.get::<Traceback>().ok_or_else(|| wrong(vm, obj))
}

fn wrong(vm: &Vm, obj: &Obj) -> Raised {
    vm.type_error(format!("expected traceback object, got '{}'", obj.ty().name()))
}

fn get_next(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.next.get().unwrap_or_else(|| vm.none.clone()))
}

fn set_next(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = receiver(vm, obj)?;
    let Some(value) = value else { return Err(vm.type_error("can't delete tb_next attribute")) };
    if value.is(&vm.none) {
        own.next.set(None);
        return Ok(());
    }
    if value.get::<Traceback>().is_none() {
        return Err(wrong(vm, value));
    }
    // The chain must end.
    let mut at = Some(value.clone());
    while let Some(link) = at {
        if link.is(obj) {
            return Err(vm.value_error("traceback loop detected"));
        }
        at = link.get::<Traceback>().and_then(|t| t.next.get());
    }
    own.next.set(Some(value.clone()));
    Ok(())
}

fn get_line(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.line().map_or_else(|| vm.none.clone(), |line| vm.int(line.into())))
}

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [next, frame, place, line] = args.pos() else {
        return Err(
            vm.type_error(format!("TracebackType() takes exactly 4 arguments ({} given)", args.values.len()))
        );
    };
    if !next.is(&vm.none) && next.get::<Traceback>().is_none() {
        let given = next.ty().name();
        return Err(vm.type_error(format!("expected traceback object or None, got '{given}'")));
    }
    let Some(frame) = frame.downcast::<FrameObject>() else {
        return Err(vm.bad_argument("TracebackType", "argument 'tb_frame'", "frame", frame));
    };
    let traceback = Traceback {
        next: ObjCell::new(Some(next.clone()).filter(|n| !n.is(&vm.none))),
        frame: frame.clone(),
        place: vm.as_i32(place)?,
        line: Some(vm.as_i32(line)?).into(),
    };
    Ok(Ref::new(ty, traceback).into_obj())
}
