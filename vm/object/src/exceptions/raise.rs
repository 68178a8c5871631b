//! Making exceptions in Rust: one constructor for each kind that the machine raises itself.

use std::cell::Cell;

use super::field;
use crate::payload::Exception;
use crate::raw::{Obj, ObjCell, Ref, Str};
use crate::types::Type;
use crate::vm::{Raised, Res, Vm};

impl Raised {
    /// The exception's payload.
    pub fn exception(&self) -> Option<&Exception> {
        self.0.get::<Exception>()
    }

    /// Whether its only argument is this text.
    pub fn message_is(&self, text: &str) -> bool {
        let args = self.exception().and_then(|e| e.args.get());
        let Some(args) = args.as_ref().and_then(|a| a.get::<crate::raw::Tuple>()) else { return false };
        matches!(args.items(), [one] if one.get::<Str>().is_some_and(|s| s.is_text(text)))
    }
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident)*) => {
        impl Vm {
            $($(#[$doc])*
            #[cold]
            pub fn $name(&self, message: impl AsRef<str>) -> Raised {
                self.raise_text(&self.exc.$name, message.as_ref())
            })*
        }
    };
}

constructors! {
    /// `TypeError(message)`
    type_error
    /// `ValueError(message)`
    value_error
    /// `IndexError(message)`
    index_error
    /// `OverflowError(message)`
    overflow_error
    /// `ZeroDivisionError(message)`
    zero_division_error
    /// `RuntimeError(message)`
    runtime_error
    /// `RecursionError(message)`
    recursion_error
    /// `NotImplementedError(message)`
    not_implemented_error
    /// `SystemError(message)`
    system_error
    /// `AssertionError(message)`
    assertion_error
    /// `BufferError(message)`
    buffer_error
    /// `EOFError(message)`
    eof_error
    /// `ReferenceError(message)`
    reference_error
    /// `LookupError(message)`
    lookup_error
    /// `UnboundLocalError(message)`
    unbound_local_error
    /// `AttributeError(message)` without name and object
    attribute_error
}

impl Vm {
    /// An exception object of this type with these arguments; subclass attributes are not set.
    pub fn new_exception(&self, ty: &Ref<Type>, args: &[Obj]) -> Obj {
        let payload = Exception {
            args: ObjCell::new(Some(self.tuple(args.iter().cloned()))),
            traceback: ObjCell::default(),
            context: ObjCell::default(),
            cause: ObjCell::default(),
            suppress_context: Cell::new(false),
            fields: (0..ty.exception_fields.get()).map(|_| ObjCell::default()).collect(),
        };
        Ref::new(ty, payload).into_obj()
    }

    /// Raises an exception object: it gets the exception that is being handled as its context
    /// (`_PyErr_SetObject`).
    pub fn raise(&self, exception: Obj) -> Raised {
        self.chain_context(&exception, self.thread.handled());
        Raised(exception)
    }

    /// Gives an exception the one that was being handled as its context.
    pub fn chain_context(&self, exception: &Obj, handled: Option<Obj>) {
        if let (Some(own), Some(handled)) = (exception.get::<Exception>(), handled)
            && !handled.is(exception)
        {
            // No cycle of contexts may come about: the chain is cut where it would lead back.
            // A cycle that is there already is noticed by a second, slower walk.
            let (mut at, mut slow, mut slow_moves) = (handled.clone(), handled.clone(), false);
            loop {
                let next = at.get::<Exception>().and_then(|e| e.context.get());
                match next {
                    Some(next) if next.is(exception) => {
                        if let Some(e) = at.get::<Exception>() {
                            e.context.set(None);
                        }
                        break;
                    }
                    Some(next) => at = next,
                    None => break,
                }
                if at.is(&slow) {
                    break;
                }
                if slow_moves && let Some(next) = slow.get::<Exception>().and_then(|e| e.context.get()) {
                    slow = next;
                }
                slow_moves = !slow_moves;
            }
            own.context.set(Some(handled));
        }
    }

    /// Raises an exception of this type with a text.
    #[cold]
    pub fn raise_text(&self, ty: &Ref<Type>, message: &str) -> Raised {
        self.raise(self.new_exception(ty, &[self.str(message)]))
    }

    /// Raises an exception of this type with these arguments. Subclass attributes are not set.
    #[cold]
    pub fn raise_args(&self, ty: &Ref<Type>, args: &[Obj]) -> Raised {
        self.raise(self.new_exception(ty, args))
    }

    /// Raises what calling the class gives, for classes that a program defined.
    pub fn raise_class(&self, class: &Obj, args: &[Obj]) -> Raised {
        match self.call(class, args) {
            Ok(exception) => self.raise(exception),
            Err(raised) => raised,
        }
    }

    fn raise_with_fields(&self, ty: &Ref<Type>, args: &[Obj], fields: &[(usize, Obj)]) -> Raised {
        let exception = self.new_exception(ty, args);
        if let Some(payload) = exception.get::<Exception>() {
            for (index, value) in fields {
                if let Some(cell) = payload.fields.get(*index) {
                    cell.set(Some(value.clone()));
                }
            }
        }
        self.raise(exception)
    }

    /// `KeyError(key)`
    #[cold]
    pub fn key_error(&self, key: &Obj) -> Raised {
        self.raise_args(&self.exc.key_error, std::slice::from_ref(key))
    }

    /// `MemoryError()`
    #[cold]
    pub fn memory_error(&self) -> Raised {
        self.raise_args(&self.exc.memory_error, &[])
    }

    /// `StopIteration(value)`, with no argument for nothing.
    #[cold]
    pub fn stop_iteration(&self, value: Option<&Obj>) -> Raised {
        let args = value.map(std::slice::from_ref).unwrap_or_default();
        let value = value.unwrap_or(&self.none).clone();
        self.raise_with_fields(&self.exc.stop_iteration, args, &[(field::STOP_VALUE, value)])
    }

    /// `StopAsyncIteration()`
    #[cold]
    pub fn stop_async_iteration(&self) -> Raised {
        self.raise_args(&self.exc.stop_async_iteration, &[])
    }

    /// `AttributeError(message, name=name, obj=obj)`
    #[cold]
    pub fn attribute_error_named(&self, obj: &Obj, name: &Ref<Str>, message: &str) -> Raised {
        self.raise_with_fields(
            &self.exc.attribute_error,
            &[self.str(message)],
            &[(field::ATTRIBUTE_OBJ, obj.clone()), (field::ATTRIBUTE_NAME, name.as_obj().clone())],
        )
    }

    /// `NameError(message, name=name)`, or that of a subclass.
    #[cold]
    pub fn name_error(&self, ty: &Ref<Type>, name: &Ref<Str>, message: &str) -> Raised {
        self.raise_with_fields(ty, &[self.str(message)], &[(field::NAME_NAME, name.as_obj().clone())])
    }

    /// `ImportError(message, name=name, path=path)`, or that of a subclass.
    #[cold]
    pub fn import_error(
        &self,
        ty: &Ref<Type>,
        message: &str,
        name: Option<&Obj>,
        path: Option<&Obj>,
    ) -> Raised {
        let text = self.str(message);
        let mut fields = vec![(field::IMPORT_MSG, text.clone())];
        fields.extend(name.map(|n| (field::IMPORT_NAME, n.clone())));
        fields.extend(path.map(|p| (field::IMPORT_PATH, p.clone())));
        self.raise_with_fields(ty, &[text], &fields)
    }

    /// `OSError(errno, strerror[, filename])`, of the subclass that stands for the number.
    #[cold]
    pub fn os_error(&self, errno: i32, strerror: &str, filename: Option<&Obj>) -> Raised {
        let ty = super::os_error::class_of(self, errno);
        let (number, text) = (self.int(errno.into()), self.str(strerror));
        let mut fields = vec![(field::OS_ERRNO, number.clone()), (field::OS_STRERROR, text.clone())];
        fields.extend(filename.map(|f| (field::OS_FILENAME, f.clone())));
        self.raise_with_fields(ty, &[number, text], &fields)
    }

    /// Adds a note (`BaseException.add_note`).
    pub fn add_note(&self, raised: &Raised, note: &str) -> Res<()> {
        super::base::add_note_to(self, &raised.0, &self.str(note))
    }

    /// `f() argument 'x' must be str, not int` (`_PyArg_BadArgument`).
    #[cold]
    pub fn bad_argument(&self, function: &str, place: &str, expected: &str, got: &Obj) -> Raised {
        let got = if got.is(&self.none) { "None".into() } else { got.ty().name() };
        self.type_error(format!("{function}() {place} must be {expected}, not {got}"))
    }
}
