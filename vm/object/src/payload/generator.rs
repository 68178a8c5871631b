//! `generator`, `coroutine`, `async_generator`, and `coroutine_wrapper`.

use std::cell::Cell;

use crate::raw::frame::HeapFrame;
use crate::raw::{CoreKind, Kind, Obj, ObjCell, Payload, Ref, Str, Visitor};

/// Where a generator is in its life (`FRAME_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorState {
    /// Not started.
    Created,
    /// At a `yield`.
    Suspended,
    /// At a `yield from` or an `await`.
    SuspendedYieldFrom,
    /// In the chain of running frames.
    Running,
    /// Ended: nothing is left in its frame.
    Finished,
}

/// What kind of function made a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorKind {
    /// `yield`
    Generator,
    /// `async def`
    Coroutine,
    /// `async def` with `yield`
    AsyncGenerator,
}

/// The payload of the three generator types (`PyGenObject`).
pub struct Generator {
    /// The frame.
    pub frame: HeapFrame,
    /// Where it is.
    pub state: Cell<GeneratorState>,
    /// Which of the three it is.
    pub kind: GeneratorKind,
    /// `__name__`.
    pub name: ObjCell,
    /// `__qualname__`.
    pub qualname: ObjCell,
    /// The exception that its frame handles, while it is suspended.
    pub handled: ObjCell,
    /// `cr_origin` of coroutines; the finalizer hook of asynchronous generators.
    pub origin_or_finalizer: ObjCell,
    /// Asynchronous generators: the hooks were called (`ag_hooks_inited`).
    pub hooks_done: Cell<bool>,
    /// Asynchronous generators: no more values come (`ag_closed`).
    pub closed: Cell<bool>,
    /// Asynchronous generators: an `asend`, `athrow` or `aclose` is under way (`ag_running`).
    pub running_async: Cell<bool>,
}

impl Payload for Generator {
    const NAME: &'static str = "generator";
    const KIND: CoreKind = CoreKind::of(Kind::Generator);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.frame.frame().trace(visit);
        for cell in [&self.name, &self.qualname, &self.handled, &self.origin_or_finalizer] {
            cell.trace(visit);
        }
    }
    fn clear(&self) {
        if self.state.get() != GeneratorState::Running {
            self.state.set(GeneratorState::Finished);
            self.frame.frame().clear();
        }
        self.handled.set(None);
        self.origin_or_finalizer.set(None);
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        // A frame object that others still hold takes the variables over.
        if let Some(object) = self.frame.frame().object.take()
            && object.refcount() > 1
            && let Some(frame) = object.get::<super::FrameObject>()
        {
            frame.take_over(self.frame.steal(crate::raw::frame::Owner::FrameObject));
        }
    }
}

impl Generator {
    /// The name as a string object, for messages.
    pub fn qualname_str(&self) -> Option<Ref<Str>> {
        self.qualname.get().and_then(|q| q.into_ref().ok())
    }
}

/// The payload of `coroutine_wrapper`: what `coroutine.__await__()` gives.
pub struct CoroutineWrapper {
    /// The coroutine.
    pub coroutine: Obj,
}

impl Payload for CoroutineWrapper {
    const NAME: &'static str = "coroutine_wrapper";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.coroutine);
    }
}
