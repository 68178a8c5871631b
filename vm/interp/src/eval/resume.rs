//! Generators inside the loop: starting, suspending, making them.

use bytecode::flags;
use object::raw::frame::{FrameRef, Owner};
use object::{Function, Generator, GeneratorKind, GeneratorState, Obj, ObjCell, Ref, Vm};

use crate::frames;
use crate::types::async_generator::ASYNC_GENERATOR;
use crate::types::generator::{COROUTINE, GENERATOR};

/// Makes a suspended generator or coroutine the running frame. `None` if the object is something else, runs already or
/// has ended, or if the recursion limit is reached: the general path tells these apart.
#[inline]
pub(crate) fn start(vm: &Vm, object: &Obj, caller: FrameRef) -> Option<FrameRef> {
    let generator = object.get::<Generator>()?;
    if generator.kind == GeneratorKind::AsyncGenerator {
        return None;
    }
    match generator.state.get() {
        GeneratorState::Created | GeneratorState::Suspended | GeneratorState::SuspendedYieldFrom => {}
        GeneratorState::Running | GeneratorState::Finished => return None,
    }
    if !frames::has_room(vm) {
        return None;
    }
    activate(vm, object, generator, Some(caller));
    generator.frame.frame().is_entry.set(false);
    Some(generator.frame.frame())
}

/// Puts a suspended generator's frame on top of the chain.
pub(crate) fn activate(vm: &Vm, object: &Obj, generator: &Generator, caller: Option<FrameRef>) {
    let frame = generator.frame.frame();
    generator.state.set(GeneratorState::Running);
    frame.set_generator(object);
    frame.previous.set(caller);
    frame.is_running.set(true);
    vm.thread.push_handled(generator.handled.take());
    frames::start(vm, frame);
}

/// Takes a generator's frame, whose value is on its way out, off the chain. The caller's frame comes back unless native
/// code waits.
#[inline]
pub(crate) fn suspend(vm: &Vm, frame: FrameRef, delegating: usize) -> Option<FrameRef> {
    let previous = frame.previous.take();
    vm.thread.frame.set(previous);
    vm.thread.depth.set(vm.thread.depth.get() - 1);
    frame.is_running.set(false);
    frame.return_offset.set(1);
    let handled = vm.thread.pop_handled();
    if let Some(holder) = frame.generator()
        && let Some(generator) = holder.get::<Generator>()
    {
        generator.handled.set(handled);
        generator.state.set(if delegating & 1 == 0 {
            GeneratorState::Suspended
        } else {
            GeneratorState::SuspendedYieldFrom
        });
    }
    if frame.is_entry.get() { None } else { previous }
}

/// Turns the running frame into a generator object. The caller's frame comes back unless native code waits.
pub(crate) fn make_generator(vm: &Vm, frame: FrameRef) -> (Obj, Option<FrameRef>) {
    let code = frame.code().clone();
    let (kind, ty) = if code.flags & flags::ASYNC_GENERATOR != 0 {
        (GeneratorKind::AsyncGenerator, vm.native_type(&ASYNC_GENERATOR))
    } else if code.flags & flags::COROUTINE != 0 {
        (GeneratorKind::Coroutine, vm.native_type(&COROUTINE))
    } else {
        (GeneratorKind::Generator, vm.native_type(&GENERATOR))
    };
    let (name, qualname) = {
        let function = frame.function();
        function.get::<Function>().map_or((None, None), |f| (f.name.get(), f.qualname.get()))
    };
    let previous = frame.previous.take();
    let caller = if frame.is_entry.get() { None } else { previous };
    vm.thread.frame.set(previous);
    vm.thread.depth.set(vm.thread.depth.get() - 1);
    frame.is_running.set(false);
    frame.return_offset.set(1);
    let heap = frame.move_to_heap(&vm.thread.stack, Owner::Generator);
    let origin = match kind {
        GeneratorKind::Coroutine => crate::types::generator::origin(vm),
        _ => None,
    };
    let generator = Ref::new(
        ty,
        Generator {
            frame: heap,
            state: GeneratorState::Created.into(),
            kind,
            name: ObjCell::new(name),
            qualname: ObjCell::new(qualname),
            handled: ObjCell::default(),
            origin_or_finalizer: ObjCell::new(origin),
            hooks_done: false.into(),
            closed: false.into(),
            running_async: false.into(),
        },
    );
    generator.frame.frame().set_generator(generator.as_obj());
    (generator.into_obj(), caller)
}
