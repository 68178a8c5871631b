//! The one place that decides order.
//!
//! The framework polls handlers concurrently, so by the time a handler runs, a later edit may already have
//! been applied. But a service's `call` runs synchronously, message by message: that is where each message
//! is posted to the mailbox, and a handler's future does nothing but wait for the main loop's answer.
//!
//! The lifecycle (`initialize`, `shutdown`, `exit`) is the framework's, for its client handle hangs on it;
//! here we only note, in the same order, which phase a message falls in.

use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use serde_json::Value;
use tokio::sync::{oneshot, watch};
use tower::Service;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response, Result};
use tower_lsp::ls_types::{InitializeParams, InitializeResult};
use tower_lsp::{ExitedError, LspService};

use crate::mailbox::{Answer, Mailbox, Message};

/// `ServerNotInitialized` of the protocol.
const NOT_INITIALIZED: ErrorCode = ErrorCode::ServerError(-32002);

/// What the framework calls for the lifecycle's messages. The answers come out of the mailbox.
pub struct Lifecycle {
    initialized: Slot,
}

/// Where [`Ordered`] leaves the answer of the `initialize` that it posted.
type Slot = std::sync::Arc<Mutex<Option<oneshot::Receiver<Answer>>>>;

impl LanguageServer for Lifecycle {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        let answer = self.initialized.lock().ok().and_then(|mut slot| slot.take());
        let value = wait(answer.ok_or_else(Error::invalid_request)?).await?;
        serde_json::from_value(value).map_err(|_| Error::internal_error())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Uninitialized,
    Running,
    ShutDown,
}

/// How far the session has come, for those outside of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The client does not know our capabilities yet: nothing may be sent to it.
    Starting,
    /// The answer to `initialize` is out.
    Ready,
    /// `shutdown` was received: an `exit` after it is a clean one.
    ShutDown,
}

/// The service that the transport calls: posts each message, in wire order.
pub struct Ordered {
    inner: LspService<Lifecycle>,
    initialized: Slot,
    mailbox: Mailbox,
    phase: Phase,
    progress: watch::Sender<Progress>,
}

impl Ordered {
    /// Wraps the framework's service; also returns its loopback to the client, and the session's progress.
    pub fn new(
        mailbox: Mailbox,
    ) -> (Ordered, tower_lsp::Client, tower_lsp::ClientSocket, watch::Receiver<Progress>) {
        let initialized = Slot::default();
        let mut handle = None;
        let (inner, socket) = LspService::new(|client| {
            handle = Some(client);
            Lifecycle { initialized: initialized.clone() }
        });
        let client = handle.expect("LspService::new calls its argument");
        let (progress, watcher) = watch::channel(Progress::Starting);
        let service = Ordered { inner, initialized, mailbox, phase: Phase::Uninitialized, progress };
        (service, client, socket, watcher)
    }

    fn initialize(&mut self, request: Request) -> Future {
        // Parameters that the framework is about to refuse do not start the session.
        let params = request.params().cloned().map(serde_json::from_value::<InitializeParams>);
        if let (Phase::Uninitialized, Some(Ok(params)), Some(_)) = (self.phase, params, request.id()) {
            let (reply, answer) = oneshot::channel();
            if let Ok(mut slot) = self.initialized.lock() {
                *slot = Some(answer);
            }
            self.phase = Phase::Running;
            self.mailbox.post(Message::Initialize { params: Box::new(params), reply });
            let answer = self.inner.call(request);
            let progress = self.progress.clone();
            return Box::pin(async move {
                let answer = answer.await;
                progress.send_replace(Progress::Ready);
                answer
            });
        }
        Box::pin(self.inner.call(request))
    }

    /// A request or notification other than the lifecycle's.
    fn ordinary(&mut self, request: Request) -> Future {
        let (method, id, params) = request.into_parts();
        let params = params.unwrap_or(Value::Null);
        let Some(id) = id else {
            match (&*method, self.phase) {
                ("$/cancelRequest", _) => {
                    if let Some(Ok(id)) = params.get("id").cloned().map(serde_json::from_value::<Id>) {
                        self.mailbox.post(Message::Cancel(id));
                    }
                }
                (_, Phase::Running) => {
                    self.mailbox.post(Message::Notification { method: method.into_owned(), params });
                }
                // Notifications outside of the session are dropped, as the protocol says.
                (_, Phase::Uninitialized | Phase::ShutDown) => {}
            }
            return Box::pin(std::future::ready(Ok(None)));
        };
        let refusal = match self.phase {
            Phase::Running => None,
            Phase::Uninitialized => {
                Some(Error { code: NOT_INITIALIZED, message: "Server not initialized".into(), data: None })
            }
            Phase::ShutDown => Some(Error::invalid_request()),
        };
        if let Some(error) = refusal {
            return Box::pin(std::future::ready(Ok(Some(Response::from_error(id, error)))));
        }
        let (reply, answer) = oneshot::channel();
        self.mailbox.post(Message::Request { id: id.clone(), method: method.into_owned(), params, reply });
        Box::pin(async move { Ok(Some(Response::from_parts(id, wait(answer).await))) })
    }
}

/// An answer's arrival. A reply that was dropped means that the main loop is gone.
async fn wait(answer: oneshot::Receiver<Answer>) -> Answer {
    answer.await.unwrap_or_else(|_| Err(Error::internal_error()))
}

type Future =
    Pin<Box<dyn std::future::Future<Output = std::result::Result<Option<Response>, ExitedError>> + Send>>;

impl Service<Request> for Ordered {
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<std::result::Result<(), ExitedError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Future {
        match request.method() {
            "initialize" => self.initialize(request),
            "shutdown" if request.id().is_some() => {
                if self.phase == Phase::Running {
                    self.phase = Phase::ShutDown;
                    self.progress.send_replace(Progress::ShutDown);
                    self.mailbox.post(Message::Shutdown);
                }
                Box::pin(self.inner.call(request))
            }
            "exit" => Box::pin(self.inner.call(request)),
            _ => self.ordinary(request),
        }
    }
}
