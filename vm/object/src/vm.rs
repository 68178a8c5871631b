//! [`Vm`], the state of one machine on one thread, and what travels through it: arguments, results, exceptions.

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};

use crate::raw::{Obj, Ref};
use crate::thread::Thread;
use crate::types::Type;

/// A raised exception on its way up: an instance of `BaseException`.
#[derive(Clone, Debug)]
pub struct Raised(pub Obj);

/// The result of anything that may raise.
pub type Res<T> = Result<T, Raised>;

/// The arguments of a call: positional values, then those of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    /// All values.
    pub values: &'a [Obj],
    /// The keywords' names (`str` objects), for as many of the last values.
    pub kwnames: &'a [Obj],
}

impl<'a> Args<'a> {
    /// Positional arguments alone.
    #[inline]
    pub fn positional(values: &'a [Obj]) -> Args<'a> {
        Args { values, kwnames: &[] }
    }

    /// The positional arguments.
    #[inline]
    pub fn pos(&self) -> &'a [Obj] {
        &self.values[..self.values.len() - self.kwnames.len()]
    }

    /// The keywords with their values.
    pub fn keywords(&self) -> impl ExactSizeIterator<Item = (&'a Obj, &'a Obj)> + use<'a> {
        self.kwnames.iter().zip(&self.values[self.values.len() - self.kwnames.len()..])
    }
}

macro_rules! core_types {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The types that the machine itself must know.
        #[derive(Clone)]
        pub struct Types {
            $($(#[$doc])* pub $name: Ref<Type>,)*
        }
    };
}

core_types! {
    /// `object`
    object,
    /// `type`
    r#type,
    /// `NoneType`
    none,
    /// `NotImplementedType`
    not_implemented,
    /// `ellipsis`
    ellipsis,
    /// `int`
    int,
    /// `bool`
    bool,
    /// `float`
    float,
    /// `complex`
    complex,
    /// `str`
    str,
    /// `bytes`
    bytes,
    /// `bytearray`
    bytearray,
    /// `tuple`
    tuple,
    /// `list`
    list,
    /// `dict`
    dict,
    /// `set`
    set,
    /// `frozenset`
    frozenset,
    /// `slice`
    slice,
    /// `range`
    range,
    /// `cell`
    cell,
    /// `function`
    function,
    /// `method`
    method,
    /// `builtin_function_or_method`
    builtin_function,
    /// `module`
    module,
    /// `weakref.ReferenceType`
    weakref,
}

/// The state of one machine. It belongs to one thread, and everything it makes stays there.
pub struct Vm {
    /// The core types.
    pub types: &'static Types,
    /// What runs.
    pub thread: Thread,
    /// What the crates above keep for this machine, by type.
    states: RefCell<Vec<(TypeId, &'static dyn Any)>>,
}

thread_local! {
    static TYPES: Cell<Option<&'static Types>> = const { Cell::new(None) };
    static CURRENT: Cell<Option<&'static Vm>> = const { Cell::new(None) };
}

/// The core types of this thread's machine.
///
/// # Panics
/// If no machine was made on this thread: a slip in the machine's start-up.
#[inline]
pub fn types() -> &'static Types {
    TYPES.get().expect("a machine on this thread")
}

/// Calls the finalizer of an object that is about to go.
pub(crate) fn run_finalizer(object: &Obj) {
    if let (Some(vm), Some(finalize)) = (CURRENT.get(), object.ty().slots.finalize.get()) {
        finalize(vm, object);
    }
}

/// Calls what was registered with a weak reference whose target went.
pub(crate) fn run_weakref_callback(callback: &Obj, weak: &Obj) {
    if let Some(vm) = CURRENT.get()
        && let Some(call) = callback.ty().slots.call.get()
    {
        // What a callback raises cannot travel: it is reported by the call's own unraisable hook.
        let _ = call(vm, callback, Args::positional(std::slice::from_ref(weak)));
    }
}

impl Vm {
    /// State of a crate above, made on first use.
    pub fn state<T: Any + Default>(&self) -> &'static T {
        let id = TypeId::of::<T>();
        let found = self.states.borrow().iter().find(|(t, _)| *t == id).map(|(_, s)| *s);
        if let Some(state) = found.and_then(|s| s.downcast_ref()) {
            return state;
        }
        let state: &'static T = Box::leak(Box::default());
        self.states.borrow_mut().push((id, state));
        state
    }
}
