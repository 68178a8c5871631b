//! How a frame is entered: called, or resumed with a value or an exception.

use object::raw::frame::{Cursor, FrameRef};
use object::thread::breaker;
use object::{Obj, Raised, Res, Vm};

use super::{Exit, main_loop};

/// Runs a frame until it returns or yields, or raises. It must be the running frame already, and be marked as entry.
pub(crate) fn run(vm: &Vm, frame: FrameRef, start: Start) -> Res<Obj> {
    stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || {
        let mut cursor = Cursor::enter(frame, frame.return_offset.get().into());
        let mut start = Some(start);
        loop {
            let raised = match start.take() {
                Some(Start::Throw(raised)) => {
                    // The `yield` finds a value on the stack however it is left.
                    cursor.push(vm.none.clone());
                    Some(raised)
                }
                Some(Start::Send(value)) => {
                    cursor.push(value);
                    None
                }
                Some(Start::Call) | None => None,
            };
            let exit = if vm.thread.breaker.get() & breaker::TRACING != 0 {
                main_loop::<true>(vm, &cursor, raised)
            } else {
                main_loop::<false>(vm, &cursor, raised)
            };
            match exit {
                Exit::Value(value) => return Ok(value),
                Exit::Raised(raised) => return Err(raised),
                Exit::Switch(at) => cursor = at,
            }
        }
    })
}

/// How a frame is started.
pub(crate) enum Start {
    /// At its beginning.
    Call,
    /// Where it is suspended, with the value of the `yield`.
    Send(Obj),
    /// Where it is suspended, with an exception.
    Throw(Raised),
}
