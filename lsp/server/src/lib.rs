//! The language server: the protocol, and nothing else.
//!
//! Messages come in through [`transport`], are posted in wire order by [`ordered`] to the [`mailbox`], and are
//! acted on by the [`main_loop`], which owns all state. Everything it knows about Python comes from [`ide`];
//! Python is run by worker processes, through [`sandbox`].

mod capabilities;
mod convert;
mod dispatch;
mod documents;
mod handlers;
mod mailbox;
mod main_loop;
mod ordered;
mod outbox;
pub mod peer;
mod pool;
mod session;
mod settings;
mod state;
mod transport;
mod views;

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use sandbox::{Supervisor, WorkerCommand};

use mailbox::{Mailbox, Message};
use main_loop::MainLoop;
use ordered::{Ordered, Progress};
use outbox::Outbox;
use pool::Pool;
use state::{State, Tools};
use views::Views;

/// Threads that answer requests. Each answer is one thread's work, and few are wanted at once.
const REQUEST_THREADS: usize = 4;

/// What the server is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How to start a worker; without one nothing is evaluated.
    pub worker: Option<WorkerCommand>,
}

/// Serves one client until it says `exit` or closes its end. The exit code is the protocol's: success only
/// after a `shutdown`.
///
/// # Errors
/// When threads cannot be started.
pub fn serve<I, O>(options: Options, input: I, output: O) -> io::Result<ExitCode>
where
    I: Read + Send + 'static,
    O: Write + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build()?;
    let (mailbox, inbox) = Mailbox::new();
    let pool = Pool::new(REQUEST_THREADS)?;
    let supervisor = options.worker.map(|command| Arc::new(Supervisor::new(command)));
    let views = Arc::new(Views::default());

    let progress = runtime.block_on(async {
        let (service, client, socket, progress) = Ordered::new(mailbox.clone());
        let outbox = Outbox::spawn(client, progress.clone(), mailbox.clone());
        let state = State::new(Tools { outbox, supervisor: supervisor.clone(), views: views.clone() });
        let main_loop = MainLoop::new(state, mailbox.clone(), pool);
        std::thread::Builder::new().name("main loop".into()).spawn(move || main_loop.run(&inbox))?;
        transport::serve(service, socket, input, output).await;
        let progress = *progress.borrow();
        Ok::<Progress, io::Error>(progress)
    })?;
    // Whatever still runs is of no use to anybody now. Evaluations are told to end, and then the worker goes.
    mailbox.post(Message::Shutdown);
    if let Some(supervisor) = supervisor {
        supervisor.restart();
    }
    runtime.shutdown_background();
    views.clear();
    Ok(if progress == Progress::ShutDown { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
