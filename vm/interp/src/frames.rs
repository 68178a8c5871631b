//! Starting and ending frames; frame objects.

use object::raw::frame::{FrameRef, Owner};
use object::raw::stack::StackRef;
use object::{Code, FrameObject, Generator, GeneratorState, Raised, Ref, Res, Vm};

use crate::types::frame::FRAME;

/// The error of too deep a recursion.
#[cold]
pub(crate) fn recursion_error(vm: &Vm) -> Raised {
    // What handles the error needs some frames itself.
    let limit = vm.thread.recursion_limit.get();
    vm.thread.recursion_limit.set(limit + 50);
    let raised = vm.raise_text(&vm.exc.recursion_error, "maximum recursion depth exceeded");
    vm.thread.recursion_limit.set(limit);
    raised
}

/// Whether another frame fits under the recursion limit.
#[inline(always)]
pub(crate) fn has_room(vm: &Vm) -> bool {
    vm.thread.depth.get() < vm.thread.recursion_limit.get()
}

/// Pushes a frame, which [`start`] makes the running one once its arguments are bound.
pub(crate) fn push(vm: &Vm, function: StackRef, code: Ref<Code>) -> Res<FrameRef> {
    if !has_room(vm) {
        return Err(recursion_error(vm));
    }
    match FrameRef::push(&vm.thread.stack, function, code, vm.thread.frame.get()) {
        Some(frame) => Ok(frame),
        None => Err(recursion_error(vm)),
    }
}

/// Makes a frame the running one.
#[inline(always)]
pub(crate) fn start(vm: &Vm, frame: FrameRef) {
    vm.thread.frame.set(Some(frame));
    vm.thread.depth.set(vm.thread.depth.get() + 1);
}

/// Ends the running frame. The caller's frame comes back, unless native code waits for the result.
#[inline(always)]
pub(crate) fn leave(vm: &Vm, frame: FrameRef) -> Option<FrameRef> {
    let previous = frame.previous.get();
    let caller = if frame.is_entry.get() { None } else { previous };
    vm.thread.frame.set(previous);
    vm.thread.depth.set(vm.thread.depth.get() - 1);
    if frame.owner() == Owner::Thread && frame.object.is_none() {
        frame.pop_frame(&vm.thread.stack);
    } else {
        leave_slow(vm, frame);
    }
    caller
}

#[cold]
#[inline(never)]
fn leave_slow(vm: &Vm, frame: FrameRef) {
    let previous = frame.previous.get();
    // A frame object that others hold keeps the variables.
    let object = frame.object.take().filter(|o| o.refcount() > 1);
    // That of a generator is nobody's any more.
    if object.is_some()
        && frame.owner() != Owner::Generator
        && let Some(previous) = previous
        && let Some(own) = object.as_ref().and_then(|o| o.get::<FrameObject>())
    {
        own.back.set(Some(object_of(vm, previous).into_obj()));
    }
    let own = object.as_ref().and_then(|o| o.get::<FrameObject>());
    match frame.owner() {
        Owner::Generator => {
            drop(vm.thread.pop_handled());
            if let Some(holder) = frame.generator()
                && let Some(generator) = holder.get::<Generator>()
            {
                generator.state.set(GeneratorState::Finished);
                frame.is_running.set(false);
                frame.previous.set(None);
                match own {
                    Some(own) => own.take_over(generator.frame.steal(Owner::FrameObject)),
                    None => frame.clear(),
                }
            }
        }
        Owner::Thread => match own {
            Some(own) => own.take_over(frame.move_to_heap(&vm.thread.stack, Owner::FrameObject)),
            None => frame.pop_frame(&vm.thread.stack),
        },
        Owner::FrameObject => {}
    }
}

/// The frame object of a live frame, made now if there is none.
pub fn object_of(vm: &Vm, frame: FrameRef) -> Ref<FrameObject> {
    if let Some(object) = frame.object.get().and_then(|o| o.into_ref().ok()) {
        return object;
    }
    let object = Ref::new(vm.native_type(&FRAME), FrameObject::new(frame));
    frame.object.set(Some(object.clone().into_obj()));
    object
}

/// The running frame, `depth` callers up.
pub fn caller(vm: &Vm, depth: usize) -> Option<FrameRef> {
    let mut frame = vm.thread.frame.get();
    for _ in 0..depth {
        frame = frame?.previous.get();
    }
    frame
}
