//! The payload of `BaseException` (CPython's `exceptions.c`).

use std::cell::Cell;

use crate::raw::{CoreKind, Kind, ObjCell, Payload, Visitor};

/// What every exception carries. Attributes of the subclasses that have C structs of their own in CPython (`OSError.errno`,
/// `SyntaxError.lineno`, …) stand in `fields`, in the order that [`crate::exceptions::field`] names.
pub struct Exception {
    /// `args`, a tuple.
    pub args: ObjCell,
    /// `__traceback__`, or nothing.
    pub traceback: ObjCell,
    /// `__context__`, or nothing.
    pub context: ObjCell,
    /// `__cause__`, or nothing.
    pub cause: ObjCell,
    /// `__suppress_context__`.
    pub suppress_context: Cell<bool>,
    /// The attributes of the subclass; as many as its type says.
    pub fields: Box<[ObjCell]>,
}

impl Payload for Exception {
    const NAME: &'static str = "exception";
    const KIND: CoreKind = CoreKind::of(Kind::Exception);

    fn trace(&self, visit: &mut Visitor<'_>) {
        for cell in [&self.args, &self.traceback, &self.context, &self.cause] {
            cell.trace(visit);
        }
        for cell in &self.fields {
            cell.trace(visit);
        }
    }

    fn clear(&self) {
        for cell in [&self.args, &self.traceback, &self.context, &self.cause] {
            cell.set(None);
        }
        for cell in &self.fields {
            cell.set(None);
        }
    }
}
