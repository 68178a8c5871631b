//! Iteration, delegation, safe points.

use object::raw::frame::FrameRef;
use object::raw::gc;
use object::thread::breaker;
use object::{Generator, Obj, Res, Vm};

use crate::types::generator::{self, Resumed};

/// What waits for a safe point is done: collection, delayed frees, pending calls.
#[cold]
#[inline(never)]
pub(super) fn safe_point(vm: &Vm) -> Res<()> {
    if gc::is_wanted() {
        gc::collect_if_wanted();
        gc::run_later();
    }
    let reasons = vm.thread.breaker.get();
    if reasons & breaker::PENDING != 0 {
        vm.thread.breaker.set(reasons & !breaker::PENDING);
        let pending = vm.thread.pending.take();
        for call in pending {
            vm.call(&call, &[])?;
        }
    }
    crate::trace::check_limits(vm)
}

pub(super) fn get_iter(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let iterable = f.pop();
    f.push_value(vm.iter(&iterable)?);
    Ok(())
}

/// The next value of an iterator on the stack.
#[inline]
pub(super) fn next(vm: &Vm, iterator: &Obj) -> Res<Option<Obj>> {
    match iterator.ty().slots.iternext.get() {
        Some(next) => next(vm, iterator),
        None => vm.next(iterator),
    }
}

/// `SEND` to something that cannot run inside the loop: on the stack the receiver and the value, which is replaced by what
/// comes back. Whether the receiver has ended.
pub(super) fn send(vm: &Vm, f: FrameRef) -> Res<bool> {
    let value = f.pop();
    let receiver = f.peek(1);
    if receiver.get::<Generator>().is_some_and(|g| g.kind != object::GeneratorKind::AsyncGenerator) {
        return match generator::resume(vm, &receiver, generator::Input::Send(value))? {
            Resumed::Yielded(value) => {
                f.push_value(value);
                Ok(false)
            }
            Resumed::Returned(value) => {
                f.push_value(value);
                Ok(true)
            }
        };
    }
    let result = if value.is(&vm.none) && receiver.ty().slots.iternext.get().is_some() {
        match next(vm, &receiver) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => {
                // The iterator's own StopIteration value, if it has any, is `None` here.
                f.push_value(generator::take_stop_value(vm));
                return Ok(true);
            }
            Err(raised) => Err(raised),
        }
    } else {
        vm.call_method(&receiver, &vm.names.send, &[value])
    };
    match result {
        Ok(value) => {
            f.push_value(value);
            Ok(false)
        }
        Err(raised) => match generator::stop_value(vm, &raised) {
            Some(value) => {
                f.push_value(value);
                Ok(true)
            }
            None => Err(raised),
        },
    }
}
