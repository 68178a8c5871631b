//! The machine, as the worker drives it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sandbox::{Ending, Machine, Outcome, Run, Stream};

/// Runs what a server asks for.
pub struct Evaluator;

impl Evaluator {
    /// A machine that has run nothing yet.
    pub fn new() -> Evaluator {
        Evaluator
    }
}

impl Machine for Evaluator {
    fn run(&mut self, _: &Run, _: &mut dyn FnMut(Stream, &str), _: &Arc<AtomicBool>) -> Outcome {
        Outcome::bare(Ending::Unsupported("this build cannot run programs".into()))
    }
}
