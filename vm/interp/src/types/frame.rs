//! `frame` (CPython's `frameobject.c`).

use object::raw::frame::FrameRef;
use object::types::{GetSetDef, MemberDef, NativeDef, NativeType};
use object::{Args, FrameObject, Generator, GeneratorState, Layout as _, Obj, Raised, Res, Vm};

use super::locals;
use crate::frames;

/// The type `frame`.
pub static FRAME: NativeType = NativeType::new("frame", FrameObject::VTABLE)
    .slots(|s| s.repr.set(Some(repr)))
    .methods(&[NativeDef::no_args(
        "clear",
        clear,
        "($self, /)\n--\n\nClear all references held by the frame.",
    )])
    .members(&[MemberDef::new(
        "f_trace_lines",
        |vm, o| Ok(vm.bool(receiver(vm, o)?.trace_lines.get())),
        set_trace_lines,
        "",
    )])
    .getset(&[
        GetSetDef::read_only(
            "f_locals",
            f_locals,
            "Return the mapping used by the frame to look up local variables.",
        ),
        GetSetDef::new("f_lineno", f_lineno, set_lineno, "Return the current line number in the frame."),
        GetSetDef::new(
            "f_trace",
            f_trace,
            set_trace,
            "Return the trace function for this frame, or None if no trace function is set.",
        ),
        GetSetDef::new(
            "f_trace_opcodes",
            |vm, o| Ok(vm.bool(receiver(vm, o)?.trace_opcodes.get())),
            set_trace_opcodes,
            "Return True if opcode tracing is enabled, False otherwise.",
        ),
        GetSetDef::read_only("f_back", f_back, ""),
        GetSetDef::read_only(
            "f_code",
            |vm, o| Ok(frame_of(vm, o)?.code().clone().into_obj()),
            "Return the code object being executed in this frame.",
        ),
        GetSetDef::read_only(
            "f_globals",
            |vm, o| Ok(frame_of(vm, o)?.globals().clone().into_obj()),
            "Return the global variables in the frame.",
        ),
        GetSetDef::read_only(
            "f_builtins",
            |vm, o| Ok(frame_of(vm, o)?.builtins().clone().into_obj()),
            "Return the built-in variables in the frame.",
        ),
        GetSetDef::read_only(
            "f_lasti",
            |vm, o| Ok(vm.int(frame_of(vm, o)?.instruction() as i64 * 2)),
            "Return the index of the last attempted instruction in the frame.",
        ),
        GetSetDef::read_only(
            "f_generator",
            f_generator,
            "Return the generator or coroutine associated with this frame, or None.",
        ),
    ])
    .size(152, 8);

pub(crate) fn receiver<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a FrameObject> {
    obj.get::<FrameObject>().ok_or_else(|| wrong(vm, obj))
}

fn wrong(vm: &Vm, obj: &Obj) -> Raised {
    vm.type_error(format!("a frame was expected, not '{}'", obj.ty().name()))
}

fn frame_of(vm: &Vm, obj: &Obj) -> Res<FrameRef> {
    Ok(receiver(vm, obj)?.frame())
}

/// The line of the instruction that a frame is at.
pub fn line_of(frame: FrameRef) -> Option<i32> {
    if frame.is_fresh() {
        return Some(frame.code().object.firstlineno);
    }
    frame.code().line(frame.instruction())
}

fn f_locals(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let frame = frame_of(vm, obj)?;
    if frame.code().has(bytecode::flags::OPTIMIZED) || locals::has_hidden(receiver(vm, obj)?) {
        return Ok(locals::proxy(vm, obj));
    }
    match frame.locals.get() {
        Some(namespace) => Ok(namespace),
        None => {
            let fresh = vm.dict().into_obj();
            frame.locals.set(Some(fresh.clone()));
            Ok(fresh)
        }
    }
}

fn f_lineno(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(line_of(frame_of(vm, obj)?).map_or_else(|| vm.none.clone(), |line| vm.int(line.into())))
}

fn set_lineno(vm: &Vm, _: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        None => Err(vm.attribute_error("attribute 'f_lineno' of 'frame' objects cannot be deleted")),
        Some(_) => Err(vm.value_error("f_lineno can only be set in a trace function")),
    }
}

fn f_trace(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.trace.get().unwrap_or_else(|| vm.none.clone()))
}

fn set_trace(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    receiver(vm, obj)?.trace.set(value.filter(|v| !v.is(&vm.none)).cloned());
    Ok(())
}

fn set_trace_lines(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(on) if on.is_exactly(&vm.types.bool) => {
            receiver(vm, obj)?.trace_lines.set(on.is(&vm.true_));
            Ok(())
        }
        Some(_) => Err(vm.type_error("attribute value type must be bool")),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

fn set_trace_opcodes(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(v) if v.is_exactly(&vm.types.bool) => {
            receiver(vm, obj)?.trace_opcodes.set(v.is(&vm.true_));
            Ok(())
        }
        Some(_) => Err(vm.type_error("attribute value type must be bool")),
        None => Err(vm.attribute_error("attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted")),
    }
}

fn f_back(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = receiver(vm, obj)?;
    if own.has_ended() {
        return Ok(own.back.get().unwrap_or_else(|| vm.none.clone()));
    }
    let mut previous = own.frame().previous.get();
    let shim = crate::code::init_shim(vm);
    while let Some(frame) = previous
        && frame.code().is(shim)
    {
        previous = frame.previous.get();
    }
    Ok(previous.map_or_else(|| vm.none.clone(), |frame| frames::object_of(vm, frame).into_obj()))
}

fn f_generator(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = receiver(vm, obj)?;
    let generator = if own.has_ended() { None } else { own.frame().generator() };
    Ok(generator.unwrap_or_else(|| vm.none.clone()))
}

fn clear(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let own = receiver(vm, obj)?;
    let frame = own.frame();
    if own.has_ended() {
        frame.clear();
        return Ok(vm.none.clone());
    }
    if let Some(holder) = frame.generator()
        && let Some(generator) = holder.get::<Generator>()
    {
        return match generator.state.get() {
            GeneratorState::Running => Err(vm.runtime_error("cannot clear an executing frame")),
            GeneratorState::Suspended | GeneratorState::SuspendedYieldFrom => {
                Err(vm.runtime_error("cannot clear a suspended frame"))
            }
            GeneratorState::Created => {
                super::generator::finalize(vm, &holder);
                generator.state.set(GeneratorState::Finished);
                frame.clear();
                Ok(vm.none.clone())
            }
            GeneratorState::Finished => Ok(vm.none.clone()),
        };
    }
    Err(vm.runtime_error("cannot clear an executing frame"))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let frame = frame_of(vm, obj)?;
    let code = frame.code();
    Ok(vm.str(&format!(
        "<frame at {:#x}, file {}, line {}, code {}>",
        obj.id(),
        vm.repr_text(code.filename.as_obj())?,
        line_of(frame).unwrap_or(0),
        code.name.to_text_lossy()
    )))
}
