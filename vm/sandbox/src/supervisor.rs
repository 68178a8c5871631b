//! The side that asks: starts workers, bounds them, replaces them.

use std::ffi::OsString;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::protocol::{self, Chunk, Ending, Frame, Outcome, Run};
use crate::{Limits, Lockdown};

/// What the worker gets on top of the time limit to stop by itself, with a traceback to show for it.
const GRACE: Duration = Duration::from_millis(750);
/// How long a worker may take to get ready.
const START: Duration = Duration::from_secs(20);
/// How often a wait looks whether it was cancelled.
const TICK: Duration = Duration::from_millis(20);

/// How to start a worker process.
#[derive(Clone, Debug)]
pub struct WorkerCommand {
    pub program: PathBuf,
    pub args: Vec<OsString>,
}

/// Asks a run to end; clones share the request.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Owns a worker process, or the means to start one. Runs are taken one after the other, each by a process of its own:
/// what a program leaves behind goes with it. The next process starts when a run has ended, so that it is ready by then.
#[derive(Debug)]
pub struct Supervisor {
    command: WorkerCommand,
    worker: Mutex<Option<Worker>>,
}

impl Supervisor {
    /// A supervisor whose first worker starts with the first run.
    pub fn new(command: WorkerCommand) -> Supervisor {
        Supervisor { command, worker: Mutex::new(None) }
    }

    /// Evaluates. Blocks until the run has ended in one of the ways that [`Ending`] lists; a worker that dies
    /// or does not end in time is one of them.
    pub fn run(&self, run: &Run, cancel: &Cancel) -> Outcome {
        let mut slot = loop {
            match self.worker.try_lock() {
                Ok(slot) => break slot,
                Err(std::sync::TryLockError::Poisoned(poison)) => break poison.into_inner(),
                Err(std::sync::TryLockError::WouldBlock) if cancel.is_cancelled() => {
                    return Outcome::bare(Ending::Cancelled);
                }
                Err(std::sync::TryLockError::WouldBlock) => std::thread::sleep(TICK),
            }
        };
        // A worker can have died while it waited; a fresh one that does has no excuse.
        let mut failure = String::new();
        for _ in 0..2 {
            let waiting = slot.take().filter(|worker| worker.memory == run.limits.memory);
            let waiting = waiting.and_then(|mut worker| worker.is_alive().then_some(worker));
            let worker = waiting.map_or_else(|| Worker::spawn(&self.command, &run.limits), Ok);
            let mut worker = match worker {
                Ok(worker) => worker,
                Err(error) => return Outcome::bare(Ending::Crashed(format!("no worker process: {error}"))),
            };
            if worker.ready().is_err() || protocol::write(&mut worker.input, run).is_err() {
                failure = worker.cause_of_death();
                continue;
            }
            let Some(outcome) = worker.collect(&run.limits, cancel) else {
                failure = worker.cause_of_death();
                continue;
            };
            // Without it the next run starts one, and reports why that fails.
            *slot = Worker::spawn(&self.command, &run.limits).ok();
            return outcome;
        }
        Outcome::bare(Ending::Crashed(failure))
    }

    /// Starts a worker ahead of the first run, so that it need not wait. Reports the walls around it.
    ///
    /// # Errors
    /// When the process cannot be started or does not get ready.
    pub fn warm(&self, limits: &Limits) -> io::Result<Lockdown> {
        let mut slot = self.lock();
        let worker = match &mut *slot {
            Some(worker) => worker,
            None => slot.insert(Worker::spawn(&self.command, limits)?),
        };
        worker.ready()
    }

    /// Ends the worker that waits; the next run gets a new one. Waits for the run under way, if there is one:
    /// cancel that first.
    pub fn restart(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Worker>> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running worker process. Dropping it kills it.
#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    frames: Receiver<io::Result<Frame>>,
    /// The last of what it wrote to its standard error: the reason, when it dies.
    last_words: Arc<Mutex<Vec<u8>>>,
    /// The walls around it, once it has reported them: then it is ready.
    walls: Option<Lockdown>,
    /// The memory limit it was started with.
    memory: u64,
}

impl Worker {
    /// Starts one, and does not wait until it is [`ready`](Self::ready).
    fn spawn(command: &WorkerCommand, limits: &Limits) -> io::Result<Worker> {
        let mut child = Command::new(&command.program)
            .args(&command.args)
            .arg("--memory")
            .arg(limits.memory.to_string())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (Some(input), Some(output), Some(mut errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("no pipes"));
        };
        let (sender, frames) = mpsc::sync_channel(64);
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(frame) = protocol::read(&mut output).transpose() {
                let failed = frame.is_err();
                if sender.send(frame).is_err() || failed {
                    return;
                }
            }
        });
        let last_words = Arc::new(Mutex::new(Vec::new()));
        let words = last_words.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 1024];
            while let Ok(count @ 1..) = errors.read(&mut chunk) {
                let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
                words.extend_from_slice(&chunk[..count]);
                let excess = words.len().saturating_sub(4096);
                words.drain(..excess);
            }
        });
        Ok(Worker { child, input, frames, last_words, walls: None, memory: limits.memory })
    }

    /// Whether the process has not ended.
    fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until the worker has locked itself in.
    fn ready(&mut self) -> io::Result<Lockdown> {
        if let Some(walls) = &self.walls {
            return Ok(walls.clone());
        }
        match self.frames.recv_timeout(START) {
            Ok(Ok(Frame::Ready(walls))) => Ok(self.walls.insert(walls).clone()),
            Ok(Err(error)) => Err(error),
            _ => Err(io::Error::other(self.cause_of_death())),
        }
    }

    /// Waits for the end of the run that was sent; nothing if the worker died before it had read that.
    fn collect(&mut self, limits: &Limits, cancel: &Cancel) -> Option<Outcome> {
        let started = Instant::now();
        let mut was_read = false;
        let mut output: Vec<Chunk> = Vec::new();
        let (ending, reported) = loop {
            if cancel.is_cancelled() {
                break (Ending::Cancelled, None);
            }
            if started.elapsed() > limits.time() + GRACE {
                break (Ending::Limit(time_limit(limits)), None);
            }
            match self.frames.recv_timeout(TICK) {
                Ok(Ok(Frame::Output(chunk))) => match output.last_mut() {
                    Some(last) if last.stream == chunk.stream => last.text.push_str(&chunk.text),
                    _ => output.push(chunk),
                },
                Ok(Ok(Frame::Done(outcome))) => break (outcome.ending.clone(), Some(outcome)),
                Ok(Ok(Frame::Started)) => was_read = true,
                Ok(Ok(Frame::Ready(_))) => {}
                Ok(Err(error)) => break (Ending::Crashed(error.to_string()), None),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) if !was_read => return None,
                Err(RecvTimeoutError::Disconnected) => break (self.death(limits), None),
            }
        };
        let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let outcome =
            reported.map_or_else(|| Outcome { microseconds, ..Outcome::bare(ending) }, |outcome| *outcome);
        Some(Outcome { output, ..outcome })
    }

    /// What the end of a worker that closed its output amounts to.
    fn death(&mut self, limits: &Limits) -> Ending {
        let cause = self.cause_of_death();
        if cause.contains("memory allocation of") {
            Ending::Limit(format!("out of memory (limit: {} MiB)", limits.memory >> 20))
        } else if cause.contains("has overflowed its stack") {
            Ending::Limit("the native stack is used up".into())
        } else {
            Ending::Crashed(cause)
        }
    }

    /// Exit status and last words.
    fn cause_of_death(&mut self) -> String {
        let deadline = Instant::now() + GRACE;
        let status = loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < deadline => std::thread::sleep(TICK),
                Ok(status) => break status,
                Err(_) => break None,
            }
        };
        // The thread that listens to standard error may be a little behind.
        std::thread::sleep(TICK);
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        let words = String::from_utf8_lossy(&words).trim().to_owned();
        match status {
            Some(status) => format!("the worker process ended: {status}. {words}"),
            None => format!("the worker process closed its output. {words}"),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both fail only for a process that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The message for a run that took too long.
fn time_limit(limits: &Limits) -> String {
    format!("it took longer than {} ms", limits.milliseconds)
}
