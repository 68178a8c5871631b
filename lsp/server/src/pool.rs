//! A few threads that answer requests.
//!
//! Their stacks are deep, for trees are as deep as what people type; a job that panics loses nothing but its
//! own answer.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Pages of a stack are taken only as they are touched.
const STACK: usize = 64 << 20;

type Job = Box<dyn FnOnce() + Send>;

/// How soon a job is wanted. Within an urgency, first come is first served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for the answer.
    Now,
    /// Nobody asked; it may wait for those who did.
    Later,
}

/// The pool's handle. Its threads end with the process: they own nothing that needs closing.
#[derive(Clone)]
pub struct Pool {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    now: VecDeque<Job>,
    later: VecDeque<Job>,
}

impl Pool {
    /// Starts `threads` threads.
    ///
    /// # Errors
    /// When the system has no threads left.
    pub fn new(threads: usize) -> std::io::Result<Pool> {
        let queue = Arc::new(Queue::default());
        for number in 0..threads {
            let queue = queue.clone();
            let thread = std::thread::Builder::new().name(format!("request {number}")).stack_size(STACK);
            thread.spawn(move || {
                loop {
                    let job = queue.next();
                    // The panic hook has reported it; the job's reply, dropped, answers with an error.
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            })?;
        }
        Ok(Pool { queue })
    }

    /// Queues a job.
    pub fn spawn(&self, urgency: Urgency, job: impl FnOnce() + Send + 'static) {
        let mut jobs = self.queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        match urgency {
            Urgency::Now => jobs.now.push_back(Box::new(job)),
            Urgency::Later => jobs.later.push_back(Box::new(job)),
        }
        self.queue.changed.notify_one();
    }
}

impl Queue {
    fn next(&self) -> Job {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let job = jobs.now.pop_front();
            if let Some(job) = job.or_else(|| jobs.later.pop_front()) {
                return job;
            }
            jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
