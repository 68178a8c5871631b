//! What `sys.settrace` and `sys.setprofile` are told of: calls, lines, returns, exceptions, instructions (CPython's
//! `legacy_tracing.c` on `instrumentation.c`).
//!
//! Only the traced loop comes here, before each instruction and when an exception passes a frame.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use bytecode::{Opcode, exceptiontable, linetable};
use object::raw::frame::{Cursor, FrameRef};
use object::{Code, Exception, Kind, Obj, Raised, Ref, Res, Vm};

use crate::frames;

/// The state of both functions.
#[derive(Default)]
struct Events {
    /// Above 0 one of the functions runs: nothing is traced meanwhile.
    busy: Cell<u32>,
    /// What was found out about code, by its address; it is kept alive, so that the address stays its own.
    lines: RefCell<HashMap<usize, (Ref<Code>, Rc<Lines>)>>,
    /// Native functions that the profiler was told of, with the frames that called them.
    calls: RefCell<Vec<(FrameRef, Obj)>>,
}

/// Where the lines of a code object start.
struct Lines {
    /// The line of each code unit; −1 for none.
    of_unit: Box<[i32]>,
    /// Whether a unit may be the first of its line to run.
    starts: Box<[bool]>,
}

/// Sets `sys.settrace`'s function.
pub fn set_trace(vm: &Vm, function: Option<Obj>) {
    vm.thread.trace_function.set(function);
    refresh(vm);
}

/// Sets `sys.setprofile`'s function.
pub fn set_profile(vm: &Vm, function: Option<Obj>) {
    vm.thread.profile_function.set(function);
    refresh(vm);
}

fn refresh(vm: &Vm) {
    if !is_on(vm) {
        vm.state::<Events>().lines.take();
        vm.state::<Events>().calls.take();
    }
    crate::trace::refresh(vm);
}

/// Whether one of the functions is set.
pub(crate) fn is_on(vm: &Vm) -> bool {
    !vm.thread.trace_function.is_none() || !vm.thread.profile_function.is_none()
}

/// Runs `work` as if no tracing function was running (`sys.call_tracing`).
pub fn call_tracing(vm: &Vm, work: impl FnOnce() -> Res<Obj>) -> Res<Obj> {
    let busy = &vm.state::<Events>().busy;
    let outer = busy.replace(0);
    let result = work();
    busy.set(outer);
    result
}

fn is_listening(vm: &Vm) -> bool {
    is_on(vm) && vm.state::<Events>().busy.get() == 0
}

/// The instruction as the compiler wrote it.
fn opcode_at(code: &Code, unit: usize) -> Opcode {
    Opcode(code.object.code.get(unit * 2).copied().unwrap_or_default())
}

/// An instruction is about to run.
pub(crate) fn instruction(vm: &Vm, cur: Cursor) -> Res<()> {
    if !is_listening(vm) {
        return Ok(());
    }
    let (frame, unit) = (cur.frame(), cur.position());
    let code = frame.code();
    if code.is(crate::code::init_shim(vm)) {
        return Ok(());
    }
    native_ended(vm, frame, "c_return")?;
    let previous = (!frame.is_fresh()).then(|| frame.instruction());
    frame.set_instruction(unit);
    if let Some(own) = frame.object.get()
        && let Some(own) = own.get::<object::FrameObject>()
        && !vm.thread.trace_function.is_none()
        && !own.trace.is_none()
    {
        if own.trace_lines.get() && begins_line(vm, code, unit, previous) {
            trace(vm, frame, "line", &vm.none)?;
        }
        if own.trace_opcodes.get() {
            trace(vm, frame, "opcode", &vm.none)?;
        }
    }
    match opcode_at(code, unit) {
        Opcode::RESUME => both(vm, frame, "call", &vm.none),
        Opcode::RETURN_VALUE | Opcode::YIELD_VALUE => {
            let value = cur.peek(1).clone();
            both(vm, frame, "return", &value)
        }
        Opcode::CALL | Opcode::CALL_KW | Opcode::CALL_FUNCTION_EX
            if !vm.thread.profile_function.is_none() =>
        {
            native_call(vm, cur)
        }
        _ => Ok(()),
    }
}

/// Whether the line of an instruction is reported, coming from the `previous` one.
fn begins_line(vm: &Vm, code: &Ref<Code>, unit: usize, previous: Option<usize>) -> bool {
    let lines = lines_of(vm, code);
    if !lines.starts.get(unit).copied().unwrap_or(false) {
        return false;
    }
    let line = |unit: usize| lines.of_unit.get(unit).copied().unwrap_or(-1);
    // A function's first line is reported, though RESUME has run in it, and that of a loop on one line each time.
    line(unit) >= 0
        && previous.is_none_or(|p| {
            line(p) != line(unit) || [Opcode::RESUME, Opcode::JUMP_BACKWARD].contains(&opcode_at(code, p))
        })
}

fn lines_of(vm: &Vm, code: &Ref<Code>) -> Rc<Lines> {
    let mut known = vm.state::<Events>().lines.borrow_mut();
    let entry = known.entry(code.as_obj().id()).or_insert_with(|| (code.clone(), Rc::new(Lines::of(code))));
    entry.1.clone()
}

impl Lines {
    /// `initialize_lines`
    fn of(code: &Code) -> Lines {
        let units = code.object.code.len() / 2;
        let mut of_unit: Vec<i32> = linetable::positions(&code.object.linetable, code.object.firstlineno)
            .map(|position| position.line.unwrap_or(-1))
            .collect();
        of_unit.resize(units, -1);
        let mut starts = vec![false; units];
        let first = (0..units).find(|&unit| opcode_at(code, unit) == Opcode::RESUME).unwrap_or(0);
        let (mut unit, mut line, mut operand, mut targets) = (first, -1, 0, Vec::new());
        while unit < units {
            let opcode = opcode_at(code, unit);
            operand = operand << 8 | usize::from(code.object.code[unit * 2 + 1]);
            // Loops jump over the first three; RESUME must come before any line.
            let passive =
                [Opcode::END_ASYNC_FOR, Opcode::END_FOR, Opcode::END_SEND, Opcode::RESUME].contains(&opcode);
            if !passive {
                starts[unit] = of_unit[unit] != line && of_unit[unit] >= 0;
                line = of_unit[unit];
            }
            unit += 1 + opcode.caches();
            match opcode {
                Opcode::EXTENDED_ARG => continue,
                Opcode::POP_JUMP_IF_FALSE
                | Opcode::POP_JUMP_IF_TRUE
                | Opcode::POP_JUMP_IF_NONE
                | Opcode::POP_JUMP_IF_NOT_NONE
                | Opcode::JUMP_FORWARD => targets.push(unit + operand),
                Opcode::FOR_ITER | Opcode::SEND => targets.push(unit + operand + 1),
                Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                    targets.extend(unit.checked_sub(operand));
                }
                _ => {}
            }
            operand = 0;
        }
        let handlers =
            exceptiontable::entries(&code.object.exceptiontable).map(|entry| entry.target as usize);
        targets.extend(handlers.filter(|&unit| opcode_at(code, unit) != Opcode::END_ASYNC_FOR));
        for target in targets {
            if let Some(start) = starts.get_mut(target) {
                *start = true;
            }
        }
        Lines { of_unit: of_unit.into(), starts: starts.into() }
    }
}

/// Tells the frame's trace function, or with `call` the one that decides about new frames (`trace_trampoline`).
fn trace(vm: &Vm, frame: FrameRef, event: &str, argument: &Obj) -> Res<()> {
    let Some(global) = vm.thread.trace_function.get() else { return Ok(()) };
    let object = frames::object_of(vm, frame);
    let function = if event == "call" { Some(global) } else { object.trace.get() };
    let Some(function) = function else { return Ok(()) };
    match tell(vm, &function, frame, event, argument) {
        Ok(result) if result.is(&vm.none) => Ok(()),
        Ok(result) => {
            object.trace.set(Some(result));
            Ok(())
        }
        Err(raised) => {
            set_trace(vm, None);
            object.trace.set(None);
            Err(raised)
        }
    }
}

fn profile(vm: &Vm, frame: FrameRef, event: &str, argument: &Obj) -> Res<()> {
    let Some(function) = vm.thread.profile_function.get() else { return Ok(()) };
    match tell(vm, &function, frame, event, argument) {
        Ok(_) => Ok(()),
        Err(raised) => {
            set_profile(vm, None);
            Err(raised)
        }
    }
}

fn both(vm: &Vm, frame: FrameRef, event: &str, argument: &Obj) -> Res<()> {
    trace(vm, frame, event, argument)?;
    profile(vm, frame, event, argument)
}

/// Calls a function with frame, event and argument (`call_trampoline`).
fn tell(vm: &Vm, function: &Obj, frame: FrameRef, event: &str, argument: &Obj) -> Res<Obj> {
    let busy = &vm.state::<Events>().busy;
    let object = frames::object_of(vm, frame).into_obj();
    busy.set(busy.get() + 1);
    let result = vm.call(function, &[object, vm.intern(event).into_obj(), argument.clone()]);
    busy.set(busy.get().saturating_sub(1));
    if let Err(raised) = &result {
        crate::types::traceback::add(vm, frame, frame.instruction(), &raised.0);
    }
    result
}

/// A call instruction is about to run: native functions are news for the profiler.
fn native_call(vm: &Vm, cur: Cursor) -> Res<()> {
    let frame = cur.frame();
    let unit = cur.position();
    let operand = usize::from(frame.code().object.code.get(unit * 2 + 1).copied().unwrap_or_default());
    let depth = match opcode_at(frame.code(), unit) {
        Opcode::CALL => operand + 2,
        Opcode::CALL_KW => operand + 3,
        _ => 4,
    };
    let callable = cur.peek(depth).clone();
    let function = if callable.kind() == Kind::NativeFunction {
        callable
    } else if callable.is_exactly(&vm.types.method_descriptor) {
        // The method as it is bound to its receiver.
        let receiver = match opcode_at(frame.code(), unit) {
            Opcode::CALL | Opcode::CALL_KW if !cur.is_null(depth - 1) => cur.peek(depth - 1).clone(),
            Opcode::CALL if operand > 0 => cur.peek(operand).clone(),
            _ => return Ok(()),
        };
        let Some(bind) = callable.ty().slots.descr_get.get() else { return Ok(()) };
        let class = receiver.ty().clone();
        bind(vm, &callable, Some(&receiver), Some(class.as_obj()))?
    } else {
        return Ok(());
    };
    profile(vm, frame, "c_call", &function)?;
    vm.state::<Events>().calls.borrow_mut().push((frame, function));
    Ok(())
}

/// If a native function that the frame called has ended, the profiler is told how.
fn native_ended(vm: &Vm, frame: FrameRef, event: &str) -> Res<()> {
    let ended = vm.state::<Events>().calls.borrow_mut().pop_if(|(caller, _)| *caller == frame);
    match ended {
        Some((_, function)) => profile(vm, frame, event, &function),
        None => Ok(()),
    }
}

/// A generator goes on with an exception that was thrown into it.
pub(crate) fn thrown(vm: &Vm, frame: FrameRef) -> Res<()> {
    if is_listening(vm) { both(vm, frame, "call", &vm.none) } else { Ok(()) }
}

/// An exception was raised in a frame or came to it; the tracing function's own takes its place.
pub(crate) fn exception(vm: &Vm, frame: FrameRef, raised: Raised) -> Raised {
    if !is_listening(vm) {
        return raised;
    }
    let traceback = raised.exception().and_then(|exception: &Exception| exception.traceback.get());
    let class = raised.0.ty().as_obj().clone();
    let what = vm.tuple([class, raised.0.clone(), traceback.unwrap_or_else(|| vm.none.clone())]);
    let told = native_ended(vm, frame, "c_exception").and_then(|()| trace(vm, frame, "exception", &what));
    told.err().unwrap_or(raised)
}

/// An exception leaves a frame.
pub(crate) fn unwound(vm: &Vm, frame: FrameRef, raised: Raised) -> Raised {
    if !is_listening(vm) {
        return raised;
    }
    both(vm, frame, "return", &vm.none).err().unwrap_or(raised)
}
