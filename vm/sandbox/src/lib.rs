//! Evaluation in a process of its own.
//!
//! [`Supervisor`] is the side that asks: it starts a worker process, sends it a [`Run`], collects what comes
//! back, and kills and replaces a worker that crashes, hangs or outgrows its limits. [`work`] is the worker's
//! side: it gives up what rights the process has ([`lockdown`]) before it reads the first request, and hands
//! each one to a [`Machine`], which the binary brings; this crate knows nothing of how Python is run.
//!
//! The two speak length-prefixed JSON over the worker's standard streams ([`protocol`]).

mod limits;
mod lockdown;
mod protocol;
mod supervisor;
mod worker;

pub use limits::Limits;
pub use lockdown::{Lockdown, lockdown};
pub use protocol::{Chunk, Ending, Exception, Frame, Lines, Outcome, Piece, Run, Stream, Value};
pub use supervisor::{Cancel, Supervisor, WorkerCommand};
pub use worker::{Machine, work};
