//! Iteration, delegation, safe points.

use bytecode::Opcode;
use bytecode::verify::never_raises;
use object::raw::frame::{Cursor, FrameRef};
use object::raw::gc;
use object::thread::breaker;
use object::{Generator, ListIter, Obj, Raised, RangeIter, Res, TupleIter, Vm};

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

/// Tells of the next instruction; what is to be raised in its place. That waits in `late` before instructions that no handler
/// may be entered at: the frame would have what its code does not reckon with, as the variable of a comprehension in the
/// place of the cell that was there before.
pub(super) fn watched(vm: &Vm, cur: &mut Cursor, late: &mut Option<Raised>) -> Option<Raised> {
    if late.is_none() {
        cur.save();
        *late = crate::trace::instruction(vm, *cur).err();
    }
    late.as_ref()?;
    let mut opcodes = (0..).map(|at| Opcode(cur.opcode_behind(at)));
    if opcodes.find(|op| *op != Opcode::EXTENDED_ARG).is_some_and(never_raises) {
        return None;
    }
    // The handler is the instruction's.
    cur.fetch();
    late.take()
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

/// Ends a `FOR_ITER`: the value goes on the stack, or the loop is left at its `END_FOR`.
#[inline(always)]
pub(super) fn advance(cur: &mut Cursor, next: Option<Obj>, oparg: usize) {
    match next {
        Some(value) => {
            cur.push(value);
            cur.skip(1);
        }
        None => cur.jump(2 + oparg as isize),
    }
}

/// The next item of a list's or tuple's iterator; nothing if the object is something else.
#[inline(always)]
pub(super) fn next_of_list(iterator: &Obj) -> Option<Option<Obj>> {
    if let Some(list) = iterator.get::<ListIter>() {
        // A reversed iterator has the same payload.
        return (!list.reversed).then(|| list.next());
    }
    iterator.get::<TupleIter>().map(TupleIter::next)
}

/// The next number of a range's iterator; nothing if the object is something else.
#[inline(always)]
pub(super) fn next_of_range(iterator: &Obj) -> Option<Option<i64>> {
    iterator.get::<RangeIter>().map(RangeIter::next)
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
        vm.thread.stop_value.set(None);
        match next(vm, &receiver) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => {
                f.push_value(vm.thread.stop_value.take().unwrap_or_else(|| vm.none.clone()));
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
