//! `bytes`, `bytearray`, `list`, `slice`, `range`, `cell`. (`str`, `tuple` and `dict` are [`crate::raw`]'s.)

use std::cell::{Cell, RefCell};

use crate::raw::{CoreKind, Kind, Obj, ObjCell, ObjVec, Payload, Visitor};

/// The payload of `bytes`.
pub struct Bytes(pub Box<[u8]>);

impl Payload for Bytes {
    const NAME: &'static str = "bytes";
    const KIND: CoreKind = CoreKind::of(Kind::Bytes);
    const TRACKED: bool = false;
}

/// The payload of `bytearray`. A borrow never spans a call into Python.
#[derive(Default)]
pub struct ByteArray(pub RefCell<Vec<u8>>, pub Cell<usize>);

impl ByteArray {
    /// One of these bytes, with no views of it (which the second field counts: while there are any, its size stays).
    pub fn new(bytes: Vec<u8>) -> ByteArray {
        ByteArray(RefCell::new(bytes), Cell::new(0))
    }
}

impl Payload for ByteArray {
    const NAME: &'static str = "bytearray";
    const KIND: CoreKind = CoreKind::of(Kind::ByteArray);
    const TRACKED: bool = false;
}

/// The payload of `list`.
#[derive(Default)]
pub struct List(pub ObjVec);

impl Payload for List {
    const NAME: &'static str = "list";
    const KIND: CoreKind = CoreKind::of(Kind::List);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.0.trace(visit);
    }
    fn clear(&self) {
        drop(self.0.take());
    }
}

/// The payload of `slice`.
pub struct Slice {
    /// Where it starts, or `None`.
    pub start: Obj,
    /// Where it stops, or `None`.
    pub stop: Obj,
    /// The step, or `None`.
    pub step: Obj,
}

impl Payload for Slice {
    const NAME: &'static str = "slice";
    const KIND: CoreKind = CoreKind::of(Kind::Slice);
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.start);
        visit(&self.stop);
        visit(&self.step);
    }
}

/// The payload of `range`: four `int` objects, as CPython keeps them.
pub struct Range {
    /// The first value.
    pub start: Obj,
    /// The end, exclusive.
    pub stop: Obj,
    /// The step, never 0.
    pub step: Obj,
    /// The number of values.
    pub length: Obj,
}

impl Payload for Range {
    const NAME: &'static str = "range";
    const KIND: CoreKind = CoreKind::of(Kind::Range);
    const TRACKED: bool = false;
}

/// The payload of `cell`: a variable shared between a function and those nested in it.
#[derive(Default)]
pub struct CellObject(pub ObjCell);

impl Payload for CellObject {
    const NAME: &'static str = "cell";
    const KIND: CoreKind = CoreKind::of(Kind::Cell);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.0.trace(visit);
    }
    fn clear(&self) {
        self.0.set(None);
    }
}
