//! Bytes in, bytes out: the client's stream is cut into messages, each is handed to the service in the
//! order in which it came, and answers go out as they become ready.
//!
//! The framework brings a loop of its own, which ends the session at the first byte it cannot read; this
//! one answers and goes on (see [`frame`] and [`message`]).

mod address;
mod frame;
mod message;

use std::io::{self, Read, Write};
use std::sync::mpsc as blocking;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tower::{Service, ServiceExt};
use tower_lsp::ClientSocket;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};

pub use frame::Decoder;
use message::Incoming;

/// Messages read ahead of the service; past this many the client has to wait.
const READ_AHEAD: usize = 1024;
/// How long answers under way may take once the client has closed its end.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Speaks with one client until it says `exit` or closes the stream.
pub async fn serve<S, I, O>(mut service: S, socket: ClientSocket, input: I, output: O)
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send,
    I: Read + Send + 'static,
    O: Write + Send + 'static,
{
    let mut incoming = spawn_reader(input);
    let (out, writer) = spawn_writer(output);
    let (mut own_requests, mut own_answers) = socket.split();
    let requests_out = out.clone();
    let forward = tokio::spawn(async move {
        while let Some(request) = own_requests.next().await {
            requests_out.send(&request);
        }
    });

    let mut answers = JoinSet::new();
    let mut exited = false;
    while let Some(message) = incoming.recv().await {
        match message {
            Incoming::Request(request) => {
                exited = request.method() == "exit";
                let Ok(ready) = service.ready().await else { break };
                // The call itself happens here, in wire order; only its answer is awaited elsewhere.
                let answer = ready.call(request);
                let out = out.clone();
                answers.spawn(async move {
                    if let Ok(Some(response)) = answer.await {
                        out.send(&response);
                    }
                });
            }
            Incoming::Response(response) => {
                if own_answers.send(response).await.is_err() {
                    break;
                }
            }
            Incoming::Malformed(response) => out.send(&response),
        }
        while answers.try_join_next().is_some() {}
        if exited {
            break;
        }
    }
    if !exited {
        let drained = async { while answers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(LAST_ANSWERS, drained).await;
    }
    answers.shutdown().await;
    forward.abort();
    let _ = forward.await;
    drop(out);
    let _ = writer.join();
}

/// Reads on a plain thread: a blocked read of standard input cannot be cancelled, so nothing may wait for it.
fn spawn_reader(mut input: impl Read + Send + 'static) -> mpsc::Receiver<Incoming> {
    let (messages, receiver) = mpsc::channel(READ_AHEAD);
    std::thread::spawn(move || {
        let mut decoder = frame::Decoder::default();
        let mut chunk = vec![0; 64 << 10];
        loop {
            match input.read(&mut chunk) {
                Ok(0) => return,
                Ok(count) => decoder.push(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    tracing::error!("reading from the client: {error}");
                    return;
                }
            }
            while let Some(body) = decoder.next_body() {
                let message = match body {
                    Ok(body) => message::parse(&body),
                    Err(error) => {
                        let error = Error {
                            code: ErrorCode::ParseError,
                            message: error.to_string().into(),
                            data: None,
                        };
                        Incoming::Malformed(Response::from_error(Id::Null, error))
                    }
                };
                if messages.blocking_send(message).is_err() {
                    return;
                }
            }
        }
    });
    receiver
}

/// The way out, shared by everything that answers.
#[derive(Clone)]
struct Outgoing(blocking::Sender<Vec<u8>>);

impl Outgoing {
    fn send(&self, message: &impl Serialize) {
        match serde_json::to_vec(message) {
            Ok(body) => {
                // A closed channel means that the client is gone; the reader will notice too.
                let _ = self.0.send(body);
            }
            Err(error) => tracing::error!("writing a message: {error}"),
        }
    }
}

fn spawn_writer(mut output: impl Write + Send + 'static) -> (Outgoing, std::thread::JoinHandle<()>) {
    let (sender, bodies) = blocking::channel::<Vec<u8>>();
    let writer = std::thread::spawn(move || {
        for body in bodies {
            let header = format!("Content-Length: {}\r\n\r\n", body.len());
            let written = output
                .write_all(header.as_bytes())
                .and_then(|()| output.write_all(&body))
                .and_then(|()| output.flush());
            if let Err(error) = written {
                tracing::error!("writing to the client: {error}");
                return;
            }
        }
    });
    (Outgoing(sender), writer)
}
