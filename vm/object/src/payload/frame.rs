//! `frame` and `traceback`.

use std::cell::{Cell, RefCell};

use crate::raw::frame::{FrameRef, HeapFrame};
use crate::raw::{CoreKind, Kind, Obj, ObjCell, ObjVec, Payload, Ref, Visitor};

enum Source {
    /// The frame is on the thread's stack or in a generator.
    Live(FrameRef),
    /// The frame has ended; what was left of it is here.
    Own(HeapFrame),
}

/// The payload of `frame`.
pub struct FrameObject {
    source: RefCell<Source>,
    /// Values of fast locals that writes through `f_locals` replaced: borrows of them may be on the frame's stack, so
    /// they live until the frame ends.
    kept: ObjVec,
    /// Names that `f_locals` has beyond the frame's variables: a dict, once there are any.
    pub extra_locals: ObjCell,
    /// The caller's frame object, once the frame has ended.
    pub back: ObjCell,
    /// `f_trace`.
    pub trace: ObjCell,
    /// `f_trace_lines`.
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`.
    pub trace_opcodes: Cell<bool>,
}

impl Payload for FrameObject {
    const NAME: &'static str = "frame";
    const KIND: CoreKind = CoreKind::of(Kind::Frame);
    fn trace(&self, visit: &mut Visitor<'_>) {
        if let Source::Own(frame) = &*self.source.borrow() {
            frame.frame().trace(visit);
        }
        self.kept.trace(visit);
        for cell in [&self.extra_locals, &self.back, &self.trace] {
            cell.trace(visit);
        }
    }
    fn clear(&self) {
        if let Some(frame) = self.own() {
            // The frame stays in place, and nothing replaces it any more: no borrow is needed while it is cleared.
            frame.clear();
        }
        drop(self.kept.take());
        self.extra_locals.set(None);
        self.back.set(None);
        self.trace.set(None);
    }
}

impl FrameObject {
    /// The object for a live frame.
    pub fn new(frame: FrameRef) -> FrameObject {
        FrameObject {
            source: RefCell::new(Source::Live(frame)),
            kept: ObjVec::default(),
            extra_locals: ObjCell::default(),
            back: ObjCell::default(),
            trace: ObjCell::default(),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
        }
    }

    /// The frame, wherever it is.
    pub fn frame(&self) -> FrameRef {
        match &*self.source.borrow() {
            Source::Live(frame) => *frame,
            Source::Own(frame) => frame.frame(),
        }
    }

    /// Whether the frame has ended.
    pub fn has_ended(&self) -> bool {
        matches!(&*self.source.borrow(), Source::Own(_))
    }

    fn own(&self) -> Option<FrameRef> {
        self.has_ended().then(|| self.frame())
    }

    /// The frame has ended: keeps what is left of it.
    pub fn take_over(&self, frame: HeapFrame) {
        frame.frame().previous.set(None);
        frame.frame().is_running.set(false);
        let old = self.source.replace(Source::Own(frame));
        drop(old);
        drop(self.kept.take());
    }

    /// Keeps a replaced local alive until the frame ends.
    pub fn keep(&self, value: Obj) {
        self.kept.push(value);
    }
}

/// The payload of `traceback`.
pub struct Traceback {
    /// `tb_next`.
    pub next: ObjCell,
    /// `tb_frame`.
    pub frame: Ref<FrameObject>,
    /// `tb_lasti`: where the instruction is, in bytes.
    pub place: i32,
    /// `tb_lineno`, once it was asked for or set.
    pub line: Cell<Option<i32>>,
}

impl Payload for Traceback {
    const NAME: &'static str = "traceback";
    const KIND: CoreKind = CoreKind::of(Kind::Traceback);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.next.trace(visit);
        visit(self.frame.as_obj());
    }
    fn clear(&self) {
        self.next.set(None);
    }
}

impl Traceback {
    /// The code unit of the instruction, if there is one.
    pub fn unit(&self) -> Option<usize> {
        usize::try_from(self.place / 2).ok().filter(|_| self.place >= 0)
    }

    /// `tb_lineno`.
    pub fn line(&self) -> Option<i32> {
        self.line.get().or_else(|| {
            let line = self.frame.frame().code().line(self.unit()?);
            self.line.set(line);
            line
        })
    }
}
