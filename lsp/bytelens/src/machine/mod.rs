//! The machine of evaluations: the library's machine, without access to anything, its output collected.

mod evaluation;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use sandbox::Stream;
use stdlib::{Config, Machine, Sink};

use crate::compile::Hook;

pub use evaluation::Evaluator;

thread_local! {
    static COLLECTED: RefCell<Vec<(Stream, String)>> = const { RefCell::new(Vec::new()) };
    /// How many bytes may still be collected; the rest is dropped.
    static ROOM: Cell<usize> = const { Cell::new(0) };
}

/// A new machine that collects up to `room` bytes of output.
///
/// # Errors
/// If the library cannot be set up: what it raised.
pub fn new(filename: &str, room: usize) -> Result<Machine, String> {
    COLLECTED.take();
    ROOM.set(room);
    Machine::new(Config {
        argv: vec![filename.to_owned()],
        path: Vec::new(),
        may_read_files: false,
        stdout: sink(Stream::Stdout),
        stderr: sink(Stream::Stderr),
        stdin: Box::new(std::io::empty()),
        compiler: Rc::new(Hook),
    })
}

/// What was written since the machine was made.
pub fn collected() -> Vec<(Stream, String)> {
    COLLECTED.take()
}

fn sink(stream: Stream) -> Sink {
    Box::new(move |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let kept = &text[..text.floor_char_boundary(ROOM.get())];
        ROOM.set(ROOM.get() - kept.len());
        COLLECTED.with_borrow_mut(|collected| match collected.last_mut() {
            Some((last, written)) if *last == stream => written.push_str(kept),
            _ => collected.push((stream, kept.to_owned())),
        });
    })
}
