//! Raising, catching and unwinding.

use bytecode::Opcode;
use object::raw::frame::{Cursor, FrameRef, Owner};
use object::raw::stack::StackRef;
use object::thread::breaker;
use object::{Exception, Int, Obj, Raised, Res, Vm};

use super::asynchronous;
use crate::exceptions;
use crate::frames;
use crate::types::traceback;

/// What a `raise` statement leads to.
pub(super) enum Raise {
    /// An exception starts its way from here.
    New(Raised),
    /// The handled exception goes on, as it was.
    Again(Raised),
}

/// Finds the handler of an exception, in this frame or in those that called it, and goes there. Frames without a handler
/// end. `Err` if the entry frame has none.
#[cold]
#[inline(never)]
pub(super) fn unwind(vm: &Vm, cur: Cursor, mut raised: Raised, mut note: bool) -> Result<Cursor, Raised> {
    let mut frame = cur.frame();
    // A RERAISE has made an earlier instruction the frame's, for tracebacks; handlers go by where the loop is.
    // A limit can end a frame before its first instruction.
    let mut unit = cur.position().saturating_sub(1);
    loop {
        if note {
            let incomplete = is_incomplete(vm, frame);
            if !incomplete {
                traceback::add(vm, frame, frame.instruction(), &raised.0);
            }
            if vm.thread.breaker.get() & breaker::TRACING != 0 {
                crate::trace::exception(vm, frame, &raised);
                if !incomplete {
                    raised = crate::tracing::exception(vm, frame, raised);
                }
            }
        }
        if let Some(handler) = frame.code().handler(unit) {
            frame.cut(handler.depth as usize);
            if handler.lasti {
                // Where it was raised first, if a RERAISE has made that the frame's place.
                frame.push_value(vm.int(frame.instruction() as i64));
            }
            frame.push_value(raised.0);
            let mut next = Cursor::enter(frame, 0);
            next.go_to(handler.target as usize);
            return Ok(next);
        }
        if vm.thread.breaker.get() & breaker::TRACING != 0 && !is_incomplete(vm, frame) {
            raised = crate::tracing::unwound(vm, frame, raised);
        }
        frame.cut(0);
        match frames::leave(vm, frame) {
            Some(caller) => {
                frame = caller;
                unit = frame.instruction();
            }
            None => return Err(raised),
        }
        note = true;
    }
}

/// Whether the frame has not come to its body yet: such a frame is in no traceback.
fn is_incomplete(vm: &Vm, frame: FrameRef) -> bool {
    if frame.owner() == Owner::Generator {
        return false;
    }
    if frame.code().is(crate::code::init_shim(vm)) {
        return true;
    }
    let unit = frame.instruction();
    let units = frame.code().units();
    units.iter().take(unit + 1).all(|u| {
        matches!(
            Opcode(u.get() as u8),
            Opcode::COPY_FREE_VARS | Opcode::MAKE_CELL | Opcode::RETURN_GENERATOR | Opcode::EXTENDED_ARG
        )
    })
}

/// Pops the operands of a `raise` statement.
pub(super) fn raise_varargs(vm: &Vm, f: FrameRef, count: usize) -> Raise {
    let cause = (count == 2).then(|| f.pop());
    if count == 0 {
        return match vm.thread.handled() {
            Some(exception) => Raise::Again(Raised(exception)),
            None => Raise::New(vm.raise_text(&vm.exc.runtime_error, "No active exception to reraise")),
        };
    }
    let exception = f.pop();
    match exceptions::prepare_raise(vm, exception, cause) {
        Ok(raised) | Err(raised) => Raise::New(raised),
    }
}

/// The instructions that an exception may pass on its way, which is none of their raising: tracebacks do not show it.
pub(super) fn raise_on(vm: &Vm, f: FrameRef, opcode: Opcode, oparg: usize) -> Res<()> {
    match opcode {
        Opcode::CLEANUP_THROW => asynchronous::cleanup_throw(vm, f),
        Opcode::END_ASYNC_FOR => asynchronous::end_async_for(vm, f),
        _ => Err(reraise(f, oparg)),
    }
}

/// Pops the exception of a `RERAISE`; with an operand, the instruction that raised first is the frame's again.
fn reraise(f: FrameRef, depth: usize) -> Raised {
    let exception = f.pop();
    if depth != 0 {
        let unit = f.peek(depth);
        if let Some(unit) = unit.get::<Int>().and_then(Int::small) {
            f.set_instruction(unit as usize);
        }
    }
    Raised(exception)
}

pub(super) fn push_exc_info(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let exception = f.pop();
    let previous = vm.thread.set_handled(Some(exception.clone()));
    f.push_value(previous.unwrap_or_else(|| vm.none.clone()));
    f.push_value(exception);
    Ok(())
}

pub(super) fn pop_except(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let previous = Some(f.pop()).filter(|e| !e.is(&vm.none));
    drop(vm.thread.set_handled(previous));
    Ok(())
}

/// Whether something may stand behind `except`.
fn is_exception_class(vm: &Vm, object: &Obj) -> bool {
    object.get::<object::Type>().is_some()
        && object.downcast::<object::Type>().is_some_and(|t| t.is_subtype_of(&vm.exc.base_exception))
}

fn check_except_type(vm: &Vm, ty: &Obj) -> Res<()> {
    const CANNOT: &str = "catching classes that do not inherit from BaseException is not allowed";
    let fits = if ty.ty().is_subtype_of(&vm.types.tuple)
        && let Some(items) = ty.get::<object::Tuple>()
    {
        items.iter().all(|item| is_exception_class(vm, item))
    } else {
        is_exception_class(vm, ty)
    };
    if fits { Ok(()) } else { Err(vm.type_error(CANNOT)) }
}

pub(super) fn check_exc_match(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let ty = f.pop();
    let exception = f.peek(1);
    check_except_type(vm, &ty)?;
    let fits = exceptions::matches(&exception, &ty);
    f.push_value(vm.bool(fits));
    Ok(())
}

pub(super) fn check_eg_match(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    const GROUP: &str = "catching ExceptionGroup with except* is not allowed. Use except instead.";
    let ty = f.pop();
    let exception = f.pop();
    check_except_type(vm, &ty)?;
    let is_group = |t: &Obj| crate::groups::is_group_class(vm, t);
    let names_group = match ty.get::<object::Tuple>() {
        Some(items) => items.iter().any(is_group),
        None => is_group(&ty),
    };
    if names_group {
        return Err(vm.type_error(GROUP));
    }
    let (matched, rest) = crate::groups::matching(vm, &exception, &ty)?;
    if let Some(matched) = &matched {
        drop(vm.thread.set_handled(Some(matched.clone())));
    }
    f.push_value(rest.unwrap_or_else(|| vm.none.clone()));
    f.push_value(matched.unwrap_or_else(|| vm.none.clone()));
    Ok(())
}

/// On the stack: `__exit__`, its receiver or nothing, the instruction, the handled exception before, the exception.
pub(super) fn with_except_start(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let exception = f.peek(1);
    let exit = f.peek(5);
    let receiver: StackRef = f.peek_ref(4);
    let ty = exception.ty().as_obj().clone();
    let traceback = exception.get::<Exception>().and_then(|e| e.traceback.get()).unwrap_or(vm.none.clone());
    let result = match receiver.into_option() {
        Some(receiver) => vm.call(&exit, &[receiver, ty, exception, traceback])?,
        None => vm.call(&exit, &[ty, exception, traceback])?,
    };
    f.push_value(result);
    Ok(())
}
