//! An editor's end of the line: starts a server as a child process and speaks with it.
//!
//! `bytelens tour` and the tests use it. It is a client of the protocol like any other, and shares nothing
//! with the server but the way to cut a stream into messages.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::transport::Decoder;

/// A server process and the stream to it. Dropping it kills the process.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Notifications and answers that came and nobody asked for yet.
    unclaimed: VecDeque<Value>,
    /// Requests of the server's, already answered.
    requests: Vec<Value>,
    next_id: i64,
    patience: Duration,
}

impl Peer {
    /// Starts a server.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub fn spawn(mut command: Command) -> io::Result<Peer> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let mut output = child.stdout.take().ok_or_else(|| io::Error::other("no pipe"))?;
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            let mut decoder = Decoder::default();
            let mut chunk = vec![0; 64 << 10];
            while let Ok(count @ 1..) = output.read(&mut chunk) {
                decoder.push(&chunk[..count]);
                while let Some(Ok(body)) = decoder.next_body() {
                    let Ok(message) = serde_json::from_slice(&body) else { continue };
                    if sender.send(message).is_err() {
                        return;
                    }
                }
            }
        });
        Ok(Peer {
            child,
            input,
            messages,
            unclaimed: VecDeque::new(),
            requests: Vec::new(),
            next_id: 0,
            patience: Duration::from_secs(30),
        })
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the server has closed its end.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write_all(bytes)?;
        input.flush()
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the server has closed its end.
    pub fn send(&mut self, message: &Value) -> io::Result<()> {
        let body = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
    }

    /// Sends a notification.
    ///
    /// # Errors
    /// When the server has closed its end.
    pub fn notify(&mut self, method: &str, params: &Value) -> io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Sends a request without waiting for the answer; returns its id.
    ///
    /// # Errors
    /// When the server has closed its end.
    pub fn ask(&mut self, method: &str, params: &Value) -> io::Result<i64> {
        self.next_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}))?;
        Ok(self.next_id)
    }

    /// Waits for the response with an id (`null` for what the server could not read), and returns it whole.
    ///
    /// # Errors
    /// When it does not come, or the server ends.
    pub fn response(&mut self, id: &Value) -> io::Result<Value> {
        self.wait(|message| message.get("method").is_none() && message.get("id") == Some(id))
    }

    /// Sends a request and waits for its result.
    ///
    /// # Errors
    /// When it does not come, or the server ends, or answers with an error.
    pub fn request(&mut self, method: &str, params: &Value) -> io::Result<Value> {
        let id = self.ask(method, params)?;
        let mut response = self.response(&id.into())?;
        match response.get("error") {
            Some(error) => Err(io::Error::other(format!("{method}: {error}"))),
            None => Ok(response["result"].take()),
        }
    }

    /// Waits for a notification for which `wanted` holds, and returns its parameters. Earlier ones count.
    ///
    /// # Errors
    /// When it does not come, or the server ends.
    pub fn notification(&mut self, method: &str, wanted: impl Fn(&Value) -> bool) -> io::Result<Value> {
        let fits = |message: &Value| message["method"] == method && wanted(&message["params"]);
        self.wait(|message| message.get("id").is_none() && fits(message)).map(|mut it| it["params"].take())
    }

    /// The server's requests so far, with their parameters.
    pub fn requests(&self) -> &[Value] {
        &self.requests
    }

    /// Goes through the handshake.
    ///
    /// # Errors
    /// As [`Peer::request`].
    pub fn initialize(&mut self, capabilities: &Value) -> io::Result<Value> {
        let params = json!({"processId": std::process::id(), "rootUri": null, "capabilities": capabilities});
        let result = self.request("initialize", &params)?;
        self.notify("initialized", &json!({}))?;
        Ok(result)
    }

    /// Ends the session as an editor does, and returns the server's exit status.
    ///
    /// # Errors
    /// When the server does not end.
    pub fn shutdown(mut self) -> io::Result<ExitStatus> {
        self.request("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        self.exit_status()
    }

    /// Closes the stream without a word, and returns the server's exit status.
    ///
    /// # Errors
    /// When the server does not end.
    pub fn hang_up(mut self) -> io::Result<ExitStatus> {
        self.input = None;
        self.exit_status()
    }

    /// The process id of the server.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    fn exit_status(&mut self) -> io::Result<ExitStatus> {
        let deadline = Instant::now() + self.patience;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "the server does not end"))
    }

    /// Reads until a message for which `wanted` holds; keeps the others for later, answers requests.
    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> io::Result<Value> {
        if let Some(at) = self.unclaimed.iter().position(&wanted) {
            return self.unclaimed.remove(at).ok_or_else(|| io::ErrorKind::NotFound.into());
        }
        let deadline = Instant::now() + self.patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).map_err(|error| match error {
                RecvTimeoutError::Timeout => {
                    io::Error::new(io::ErrorKind::TimedOut, "the server does not answer")
                }
                RecvTimeoutError::Disconnected => {
                    io::Error::new(io::ErrorKind::BrokenPipe, "the server is gone")
                }
            })?;
            if wanted(&message) {
                return Ok(message);
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                self.answer(message)?;
            } else {
                self.unclaimed.push_back(message);
            }
        }
    }

    /// Answers a request of the server's: yes to everything, no settings.
    fn answer(&mut self, message: Value) -> io::Result<()> {
        let result = match message["method"].as_str() {
            Some("workspace/configuration") => {
                let count = message["params"]["items"].as_array().map_or(0, Vec::len);
                Value::Array(vec![Value::Null; count])
            }
            Some("window/showDocument") => json!({"success": true}),
            _ => Value::Null,
        };
        self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}))?;
        self.requests.push(message);
        Ok(())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Both fail only for a process that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
