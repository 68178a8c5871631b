//! What the server says unasked: notifications and its own requests, sent one after the other.

use tokio::sync::{mpsc, watch};
use tower_lsp::Client;
use tower_lsp::ls_types::{MessageType, notification, request};

use crate::mailbox::Mailbox;
use crate::main_loop::Internal;
use crate::ordered::Progress;

/// Handle for those who have something to say; never blocks.
#[derive(Clone)]
pub struct Outbox {
    queue: mpsc::UnboundedSender<Letter>,
    mailbox: Mailbox,
}

/// One thing to say, as the future that says it.
type Letter = Box<dyn FnOnce(Client) -> Sending + Send>;
type Sending = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl Outbox {
    /// Starts the sender. Nothing leaves before the client has the answer to its `initialize`.
    pub fn spawn(client: Client, mut progress: watch::Receiver<Progress>, mailbox: Mailbox) -> Outbox {
        let (queue, mut letters) = mpsc::unbounded_channel::<Letter>();
        tokio::spawn(async move {
            if progress.wait_for(|&progress| progress != Progress::Starting).await.is_err() {
                return;
            }
            while let Some(letter) = letters.recv().await {
                letter(client.clone()).await;
            }
        });
        Outbox { queue, mailbox }
    }

    /// Sends a notification.
    pub fn notify<N>(&self, params: N::Params)
    where
        N: notification::Notification,
        N::Params: Send + 'static,
    {
        self.send(|client| Box::pin(async move { client.send_notification::<N>(params).await }));
    }

    /// Sends a request. The client's answer, if it is one, is posted as what `news` makes of it.
    pub fn ask<R>(&self, params: R::Params, news: fn(R::Result) -> Option<Internal>)
    where
        R: request::Request,
        R::Params: Send + 'static,
        R::Result: Send + 'static,
    {
        let mailbox = self.mailbox.clone();
        self.send(move |client| {
            // The answer can take as long as the user takes; what comes after it need not wait.
            tokio::spawn(async move {
                match client.send_request::<R>(params).await {
                    Ok(answer) => {
                        if let Some(news) = news(answer) {
                            mailbox.post(news);
                        }
                    }
                    Err(error) => tracing::warn!("the client refused {}: {error}", R::METHOD),
                }
            });
            Box::pin(std::future::ready(()))
        });
    }

    /// Writes a line to the client's log.
    pub fn log(&self, kind: MessageType, message: impl Into<String>) {
        let message = message.into();
        self.send(move |client| Box::pin(async move { client.log_message(kind, message).await }));
    }

    /// Shows a message to the user.
    pub fn show(&self, kind: MessageType, message: impl Into<String>) {
        let message = message.into();
        self.send(move |client| Box::pin(async move { client.show_message(kind, message).await }));
    }

    fn send(&self, letter: impl FnOnce(Client) -> Sending + Send + 'static) {
        // The queue outlives everybody but the process.
        let _ = self.queue.send(Box::new(letter));
    }
}
