//! The worker's side: takes a run, hands it to the machine, and reports.

use std::io::{self, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::protocol::{self, Chunk, Ending, Frame, Outcome, Run, Stream};
use crate::{Lockdown, lockdown};

/// Stack of the thread that runs programs. Address space only: pages are taken as they are touched.
const STACK: usize = 256 << 20;

/// What can run a Python program. A worker process makes one, for one run.
pub trait Machine {
    /// Runs the two pieces of `run` in one namespace. `output` takes what the program writes, as it is written.
    /// When `interrupt` becomes true the run is to end soon with [`Ending::Limit`].
    ///
    /// `output` and the time in the outcome are the caller's to fill in.
    fn run(self, run: &Run, output: &mut dyn FnMut(Stream, &str), interrupt: &Arc<AtomicBool>) -> Outcome;
}

/// The main function of a worker process: locks the process in, then serves the one run that comes in by standard
/// input.
///
/// `make` builds the machine; it is called after the walls stand, on the thread that will use it.
///
/// # Errors
/// Those of the standard streams.
pub fn work<M: Machine>(memory: u64, make: impl FnOnce() -> M + Send) -> io::Result<()> {
    let walls = lockdown(memory);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("evaluation".into()).stack_size(STACK);
        let served = thread.spawn_scoped(scope, || serve(walls, make()))?;
        served.join().unwrap_or_else(|_| Err(io::Error::other("the machine could not be set up")))
    })
}

fn serve(walls: Lockdown, machine: impl Machine) -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut out = io::stdout();
    protocol::write(&mut out, &Frame::Ready(walls))?;
    // The supervisor may find no use for it.
    let Some(run) = protocol::read::<Run>(&mut input)? else { return Ok(()) };
    protocol::write(&mut out, &Frame::Started)?;
    let outcome = perform(machine, &run, &mut out);
    protocol::write(&mut out, &Frame::Done(Box::new(outcome)))
}

fn perform(machine: impl Machine, run: &Run, out: &mut impl Write) -> Outcome {
    let interrupt = Arc::new(AtomicBool::new(false));
    let watchdog = Watchdog::start(run.limits.time(), interrupt.clone());
    let mut left = run.limits.output;
    let mut cut = false;
    let mut output = |stream: Stream, text: &str| {
        let room = usize::try_from(left).unwrap_or(usize::MAX);
        cut |= text.len() > room;
        let text = &text[..text.floor_char_boundary(room)];
        left -= text.len() as u64;
        if !text.is_empty() {
            let chunk = Chunk { stream, text: text.to_owned() };
            // Nobody reads: the supervisor is gone, and the next read will end the loop.
            let _ = protocol::write(out, &Frame::Output(chunk));
        }
    };
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| machine.run(run, &mut output, &interrupt)));
    let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    drop(watchdog);
    let outcome = outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("panic");
        Outcome::bare(Ending::Crashed(text.to_owned()))
    });
    Outcome { microseconds, output_cut: outcome.output_cut || cut, ..outcome }
}

/// What a run gets to stop once it was interrupted. Longer than the supervisor waits, whom a worker may
/// outlive.
const PATIENCE: Duration = Duration::from_secs(2);

/// Sets the interrupt when the time is over, unless it is dropped before; ends the process when that is not
/// heard.
struct Watchdog(Arc<(Mutex<bool>, Condvar)>);

impl Watchdog {
    fn start(time: Duration, interrupt: Arc<AtomicBool>) -> Watchdog {
        let ended = Arc::new((Mutex::new(false), Condvar::new()));
        let watched = ended.clone();
        let thread = std::thread::Builder::new().name("watchdog".into()).stack_size(64 << 10);
        // Without a watchdog the supervisor's own timer is still there.
        let _ = thread.spawn(move || {
            let (lock, signal) = &*watched;
            let Ok(guard) = lock.lock() else { return };
            let Ok((guard, wait)) = signal.wait_timeout_while(guard, time, |ended| !*ended) else { return };
            if !wait.timed_out() {
                return;
            }
            interrupt.store(true, Ordering::Relaxed);
            if signal
                .wait_timeout_while(guard, PATIENCE, |ended| !*ended)
                .is_ok_and(|(_, wait)| wait.timed_out())
            {
                std::process::exit(1);
            }
        });
        Watchdog(ended)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        if let Ok(mut ended) = self.0.0.lock() {
            *ended = true;
        }
        self.0.1.notify_all();
    }
}
