//! The guard of native recursion: nothing that nests as deep as a program's data may overflow the native stack.

use crate::raw::Obj;
use crate::vm::{Res, Vm};

/// How deep native code may nest before it is a `RecursionError`. The stack grows meanwhile, so that this is the limit.
const MAX_NATIVE_DEPTH: usize = 4000;
/// Bytes that must be left before native code goes deeper, and by how much the stack grows.
const RED_ZONE: usize = 256 * 1024;
const GROWTH: usize = 4 * 1024 * 1024;

impl Vm {
    /// Runs `work` one level deeper (`Py_EnterRecursiveCall`); `place` ends the message, such as `" in comparison"`.
    #[inline]
    pub fn recurse<T>(&self, place: &str, work: impl FnOnce() -> Res<T>) -> Res<T> {
        let depth = self.native_depth.get();
        if depth >= MAX_NATIVE_DEPTH {
            return Err(self.too_deep(place));
        }
        self.native_depth.set(depth + 1);
        let result = stacker::maybe_grow(RED_ZONE, GROWTH, work);
        self.native_depth.set(depth);
        result
    }

    #[cold]
    fn too_deep(&self, place: &str) -> crate::vm::Raised {
        self.recursion_error(format!("maximum recursion depth exceeded{place}"))
    }

    /// Notes that the `repr` of a container is being made. False if it already is: the container contains itself.
    pub fn repr_enter(&self, obj: &Obj) -> bool {
        let mut running = self.repr_running.borrow_mut();
        if running.contains(&obj.id()) {
            return false;
        }
        running.push(obj.id());
        true
    }

    /// Ends what [`repr_enter`](Self::repr_enter) began.
    pub fn repr_leave(&self, obj: &Obj) {
        let mut running = self.repr_running.borrow_mut();
        if let Some(at) = running.iter().rposition(|id| *id == obj.id()) {
            running.swap_remove(at);
        }
    }
}
