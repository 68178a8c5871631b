//! The running part of a machine: frames, handled exceptions, limits and hooks (CPython's `PyThreadState`).

use std::cell::{Cell, OnceCell, RefCell};

use crate::payload::Code;
use crate::raw::frame::FrameRef;
use crate::raw::stack::ValueStack;
use crate::raw::{Obj, ObjCell, Ref};

/// What asks for attention at the next safe point; see [`Thread::breaker`].
pub mod breaker {
    /// Run [`super::Thread::pending`].
    pub const PENDING: u32 = 1;
    /// Instructions are counted or watched: the traced loop runs.
    pub const TRACING: u32 = 2;
    /// A limit is asked.
    pub const LIMITED: u32 = 4;
}

/// What runs on a thread.
pub struct Thread {
    /// The frames' memory.
    pub stack: ValueStack,
    /// The running frame.
    pub frame: Cell<Option<FrameRef>>,
    /// Python frames below the running one, itself included.
    pub depth: Cell<usize>,
    /// `sys.getrecursionlimit()`.
    pub recursion_limit: Cell<usize>,
    /// The exceptions that are being handled: one entry for each generator that runs and one for what is below them
    /// all; the last belongs to the running code.
    handled: RefCell<Vec<Option<Obj>>>,
    /// The value of the `StopIteration` that an `iternext` slot ended with, if it had one: whoever wants it empties this
    /// before the call and takes it right after.
    pub stop_value: ObjCell,
    /// Reasons to leave the fast path at the next safe point (function entry, backward jump).
    pub breaker: Cell<u32>,
    /// What [`breaker::PENDING`] stands for: signal handlers, cancellation, limits. Each is run once at a safe point.
    pub pending: RefCell<Vec<Obj>>,
    /// `sys.settrace`'s function for new frames.
    pub trace_function: ObjCell,
    /// `sys.setprofile`'s function.
    pub profile_function: ObjCell,
    /// `sys.set_asyncgen_hooks`: first iteration.
    pub asyncgen_firstiter: ObjCell,
    /// `sys.set_asyncgen_hooks`: finalizer.
    pub asyncgen_finalizer: ObjCell,
    /// `sys.set_coroutine_origin_tracking_depth`.
    pub origin_depth: Cell<usize>,
    /// The code between a class that is called and its `__init__`.
    pub init_shim: OnceCell<Ref<Code>>,
    /// The function `len`, once a call of it was specialised.
    pub builtin_len: OnceCell<Obj>,
    /// The function `isinstance`, once a call of it was specialised.
    pub builtin_isinstance: OnceCell<Obj>,
    /// Instructions run by the traced loop.
    pub instructions: Cell<u64>,
}

impl Default for Thread {
    fn default() -> Thread {
        Thread {
            stack: ValueStack::default(),
            frame: Cell::new(None),
            depth: Cell::new(0),
            recursion_limit: Cell::new(1000),
            handled: RefCell::new(vec![None]),
            stop_value: ObjCell::default(),
            breaker: Cell::new(0),
            pending: RefCell::default(),
            trace_function: ObjCell::default(),
            profile_function: ObjCell::default(),
            asyncgen_firstiter: ObjCell::default(),
            asyncgen_finalizer: ObjCell::default(),
            origin_depth: Cell::new(0),
            init_shim: OnceCell::new(),
            builtin_len: OnceCell::new(),
            builtin_isinstance: OnceCell::new(),
            instructions: Cell::new(0),
        }
    }
}

impl Thread {
    /// The exception that is being handled now, `sys.exception()`.
    pub fn handled(&self) -> Option<Obj> {
        self.handled.borrow().iter().rev().flatten().next().cloned()
    }

    /// The exception that the running generator, or what runs outside of any, handles itself.
    pub fn handled_here(&self) -> Option<Obj> {
        self.handled.borrow().last().cloned().flatten()
    }

    /// Whether no exception is being handled: what most raises find.
    #[inline]
    pub fn handles_nothing(&self) -> bool {
        self.handled.borrow().iter().all(Option::is_none)
    }

    /// Enters or leaves an `except` block: sets the exception handled by the running code; the one before comes back.
    #[inline]
    pub fn set_handled(&self, exception: Option<Obj>) -> Option<Obj> {
        match self.handled.borrow_mut().last_mut() {
            Some(place) => std::mem::replace(place, exception),
            None => exception,
        }
    }

    /// A generator starts to run: what it handles comes on top.
    #[inline]
    pub fn push_handled(&self, exception: Option<Obj>) {
        self.handled.borrow_mut().push(exception);
    }

    /// A generator stops running: what it handles goes with it.
    #[inline]
    pub fn pop_handled(&self) -> Option<Obj> {
        self.handled.borrow_mut().pop().flatten()
    }
}
