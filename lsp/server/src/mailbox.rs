//! The main loop's mailbox: one queue, in which messages lie in the order in which the client sent them.

use std::sync::mpsc;

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Id, Result};
use tower_lsp::ls_types::InitializeParams;

use crate::main_loop::Internal;

/// The result of a request as it goes over the wire.
pub type Answer = Result<Value>;
/// Where a request's answer goes. Dropping it unused answers with an internal error.
pub type Reply = oneshot::Sender<Answer>;

/// Something for the main loop to act on.
#[derive(Debug)]
pub enum Message {
    /// The `initialize` request.
    Initialize { params: Box<InitializeParams>, reply: Reply },
    /// Any other request that the lifecycle allows at this point.
    Request { id: Id, method: String, params: Value, reply: Reply },
    /// A notification, `$/cancelRequest` apart.
    Notification { method: String, params: Value },
    /// The client gave up waiting for a request's answer.
    Cancel(Id),
    /// The client asked to shut down: answers under way are still wanted, evaluation is not.
    Shutdown,
    /// News from our own threads.
    Internal(Internal),
}

/// The sending end, for as many threads as need it.
#[derive(Clone, Debug)]
pub struct Mailbox(mpsc::Sender<Message>);

impl Mailbox {
    /// A mailbox and its reading end.
    pub fn new() -> (Mailbox, mpsc::Receiver<Message>) {
        let (sender, receiver) = mpsc::channel();
        (Mailbox(sender), receiver)
    }

    /// Posts a message. After the main loop's end there is nobody left to read it, and nobody waits for it.
    pub fn post(&self, message: impl Into<Message>) {
        let _ = self.0.send(message.into());
    }
}

impl From<Internal> for Message {
    fn from(news: Internal) -> Message {
        Message::Internal(news)
    }
}
