//! The thread that owns all state and does every write.
//!
//! It takes one message after the other out of the mailbox. An edit is applied on the spot. A request gets a
//! snapshot of the state as it is at that point, moves to a thread of the pool with it, and comes back as an
//! [`Internal::Answered`]. So a request always sees the edits that were sent before it, and none after.

use std::collections::HashMap;
use std::sync::mpsc::Receiver;

use sandbox::Cancel;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Id};
use tower_lsp::ls_types::{Diagnostic, Uri};

use crate::dispatch::{self, Failure, Handler};
use crate::mailbox::{Answer, Mailbox, Message, Reply};
use crate::pool::{Pool, Urgency};
use crate::state::State;

/// How often a request is tried again because an edit came in between. Past it the client is told.
const ATTEMPTS: u32 = 8;

/// What our own threads tell the main loop.
#[derive(Debug)]
pub enum Internal {
    /// A request was worked out.
    Answered { id: Id, answer: Answer },
    /// An edit came in before a request was worked out; it is to be tried on the new text.
    Interrupted { id: Id },
    /// The diagnostics of one revision of a document.
    Diagnosed { uri: Uri, revision: u64, diagnostics: Vec<Diagnostic> },
    /// The client's settings.
    Configured(Value),
}

/// A request that was not answered yet.
struct Flight {
    handler: Handler,
    params: Value,
    reply: Reply,
    cancel: Cancel,
    attempt: u32,
}

/// The main loop's own part of the state; what requests see is in [`State`].
pub struct MainLoop {
    state: State,
    mailbox: Mailbox,
    pool: Pool,
    flights: HashMap<Id, Flight>,
}

impl MainLoop {
    /// A loop that has yet to be [run](MainLoop::run).
    pub fn new(state: State, mailbox: Mailbox, pool: Pool) -> MainLoop {
        MainLoop { state, mailbox, pool, flights: HashMap::new() }
    }

    /// Runs until nobody is left who could post anything.
    pub fn run(mut self, inbox: &Receiver<Message>) {
        for message in inbox {
            self.handle(message);
            self.diagnose();
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Initialize { params, reply } => {
                let result = self.state.initialize(*params);
                let _ = reply.send(serde_json::to_value(result).map_err(|_| Error::internal_error()));
            }
            Message::Request { id, method, params, reply } => self.request(id, &method, params, reply),
            Message::Notification { method, params } => {
                if let Err(error) = dispatch::notification(&mut self.state, &method, params) {
                    tracing::warn!("{method}: {error}");
                }
            }
            Message::Cancel(id) => {
                if let Some(flight) = self.flights.remove(&id) {
                    flight.cancel.cancel();
                    let _ = flight.reply.send(Err(Error::request_cancelled()));
                }
            }
            Message::Shutdown => {
                for flight in self.flights.values() {
                    flight.cancel.cancel();
                }
            }
            Message::Internal(news) => self.news(news),
        }
    }

    fn request(&mut self, id: Id, method: &str, params: Value, reply: Reply) {
        if self.flights.contains_key(&id) {
            let _ = reply.send(Err(Error::invalid_request()));
            return;
        }
        let Some(handler) = dispatch::request(method) else {
            let _ = reply.send(Err(Error {
                message: format!("no method {method}").into(),
                ..Error::method_not_found()
            }));
            return;
        };
        self.state.load(&params);
        self.flights
            .insert(id.clone(), Flight { handler, params, reply, cancel: Cancel::default(), attempt: 1 });
        self.launch(id);
    }

    /// Starts work on a request that is in flight.
    fn launch(&mut self, id: Id) {
        let Some(flight) = self.flights.get(&id) else { return };
        let (handler, params, cancel) = (flight.handler, flight.params.clone(), flight.cancel.clone());
        let snapshot = self.state.snapshot();
        let mailbox = self.mailbox.clone();
        let job = move || {
            if cancel.is_cancelled() {
                return;
            }
            let mut landing = Landing { id: Some(id), mailbox };
            let outcome = handler.call(params, snapshot, &cancel);
            landing.report(outcome);
        };
        match handler {
            Handler::Quick(_) => self.pool.spawn(Urgency::Now, job),
            // It waits for a process: a thread of its own, so that no quick one has to wait for it.
            Handler::Slow(_) => {
                let thread = std::thread::Builder::new().name("command".into());
                // On failure the job is dropped, and its landing answers.
                let _ = thread.spawn(job);
            }
        }
    }

    fn news(&mut self, news: Internal) {
        match news {
            Internal::Answered { id, answer } => {
                if let Some(flight) = self.flights.remove(&id) {
                    let _ = flight.reply.send(answer);
                }
            }
            Internal::Interrupted { id } => {
                let Some(flight) = self.flights.get_mut(&id) else { return };
                flight.attempt += 1;
                // A command is what somebody has asked for: typing on does not take it back.
                if flight.attempt <= ATTEMPTS || matches!(flight.handler, Handler::Slow(_)) {
                    self.launch(id);
                } else if let Some(flight) = self.flights.remove(&id) {
                    let _ = flight.reply.send(Err(Error::content_modified()));
                }
            }
            Internal::Diagnosed { uri, revision, diagnostics } => {
                self.state.publish(uri, revision, diagnostics)
            }
            Internal::Configured(settings) => self.state.configure(settings),
        }
    }

    /// Starts to look for diagnostics in the documents that have changed.
    fn diagnose(&mut self) {
        for uri in self.state.take_stale() {
            let snapshot = self.state.snapshot();
            let mailbox = self.mailbox.clone();
            self.pool.spawn(Urgency::Later, move || {
                // Interrupted by an edit: that edit has made the document stale again.
                if let Ok((revision, diagnostics)) = crate::handlers::diagnostics::of(&snapshot, &uri) {
                    drop(snapshot);
                    mailbox.post(Internal::Diagnosed { uri, revision, diagnostics });
                }
            });
        }
    }
}

/// Sees to it that a request is answered even when its handler panics.
struct Landing {
    id: Option<Id>,
    mailbox: Mailbox,
}

impl Landing {
    fn report(&mut self, outcome: Result<Value, Failure>) {
        let Some(id) = self.id.take() else { return };
        self.mailbox.post(match outcome {
            Ok(value) => Internal::Answered { id, answer: Ok(value) },
            Err(Failure::Interrupted) => Internal::Interrupted { id },
            Err(Failure::Refused(error)) => Internal::Answered { id, answer: Err(error) },
        });
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.report(Err(Failure::Refused(Error::internal_error())));
    }
}
