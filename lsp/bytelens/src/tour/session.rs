//! The editor's part of the tour: one document, and the server that looks at it.

use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::peer::Peer;

/// The document's address: it is on no disk, so that nothing is written.
const URI: &str = "untitled:tour.py";

/// A session with one document.
pub struct Session {
    peer: Peer,
    text: String,
    version: i32,
    /// Names of the modifiers of semantic tokens, by bit.
    modifiers: Vec<String>,
}

/// What came of typing.
pub struct Typed {
    /// From each keystroke to its diagnostics.
    pub times: Vec<Duration>,
    /// After the last one.
    pub diagnostics: Vec<Value>,
}

impl Typed {
    /// Half of the keystrokes were answered at least this fast.
    pub fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    /// The slowest one.
    pub fn worst(&self) -> Duration {
        self.times.iter().max().copied().unwrap_or_default()
    }
}

/// An answer and how long it took.
type Timed<T> = io::Result<(T, Duration)>;

impl Session {
    /// Starts the server, and says how long that took.
    pub fn start(text: &str) -> Timed<Session> {
        let started = Instant::now();
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("server");
        let mut peer = Peer::spawn(command)?;
        let capabilities = json!({
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}},
        });
        let result = peer.initialize(&capabilities)?;
        let legend = result.pointer("/capabilities/semanticTokensProvider/legend/tokenModifiers");
        let modifiers = legend.and_then(Value::as_array).into_iter().flatten();
        let modifiers = modifiers.filter_map(Value::as_str).map(str::to_owned).collect();
        Ok((Session { peer, text: text.to_owned(), version: 1, modifiers }, started.elapsed()))
    }

    /// The server's process.
    pub fn process_id(&self) -> u32 {
        self.peer.process_id()
    }

    /// The document as it is.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Opens the document and waits for its diagnostics.
    pub fn open(&mut self) -> Timed<Vec<Value>> {
        let started = Instant::now();
        let document =
            json!({"uri": URI, "languageId": "python", "version": self.version, "text": self.text});
        self.peer.notify("textDocument/didOpen", &json!({"textDocument": document}))?;
        Ok((self.diagnostics()?, started.elapsed()))
    }

    /// Types at the end of the document, and waits after each key for what the server says about it.
    pub fn type_at_the_end(&mut self, typing: &str) -> io::Result<Typed> {
        let mut typed = Typed { times: Vec::new(), diagnostics: Vec::new() };
        for key in typing.chars() {
            let started = Instant::now();
            let end = end_of(&self.text);
            self.text.push(key);
            self.version += 1;
            let change = json!({"range": {"start": end, "end": end}, "text": key.to_string()});
            let document = json!({"uri": URI, "version": self.version});
            let params = json!({"textDocument": document, "contentChanges": [change]});
            self.peer.notify("textDocument/didChange", &params)?;
            typed.diagnostics = self.diagnostics()?;
            typed.times.push(started.elapsed());
        }
        Ok(typed)
    }

    /// Waits for the diagnostics of the present version.
    fn diagnostics(&mut self) -> io::Result<Vec<Value>> {
        let version = self.version;
        let mut params =
            self.peer.notification("textDocument/publishDiagnostics", |it| it["version"] == version)?;
        Ok(match params["diagnostics"].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        })
    }

    /// The top-level symbols.
    pub fn symbols(&mut self) -> io::Result<Vec<Value>> {
        let params = json!({"textDocument": {"uri": URI}});
        match self.peer.request("textDocument/documentSymbol", &params)? {
            Value::Array(symbols) => Ok(symbols),
            _ => Ok(Vec::new()),
        }
    }

    /// The place of a name worth a look: one that closures share, or else any that is not global.
    pub fn interesting_name(&mut self) -> io::Result<Option<(u32, u32)>> {
        let params = json!({"textDocument": {"uri": URI}});
        let tokens = self.peer.request("textDocument/semanticTokens/full", &params)?;
        let numbers: Vec<u32> = tokens["data"].as_array().into_iter().flatten().filter_map(number).collect();
        let bit = |name: &str| self.modifiers.iter().position(|it| it == name).map_or(0, |at| 1u32 << at);
        let (captured, global, builtin) = (bit("captured"), bit("global"), bit("defaultLibrary"));
        let (mut line, mut column) = (0, 0);
        let mut names = Vec::new();
        for token in numbers.chunks_exact(5) {
            column = if token[0] == 0 { column + token[1] } else { token[1] };
            line += token[0];
            let merit =
                if token[4] & captured != 0 { 2 } else { u32::from(token[4] & (global | builtin) == 0) };
            names.push((merit, (line, column)));
        }
        // Of the best ones, the last is a use rather than a definition.
        Ok(names.into_iter().max_by_key(|(merit, _)| *merit).map(|(_, place)| place))
    }

    /// What the server says at a place, as Markdown.
    pub fn hover(&mut self, (line, character): (u32, u32)) -> Timed<String> {
        let started = Instant::now();
        let params =
            json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}});
        let hover = self.peer.request("textDocument/hover", &params)?;
        let text = hover.pointer("/contents/value").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok((text, started.elapsed()))
    }

    /// Evaluates the last line; a refusal comes as `{"message": ...}`.
    pub fn evaluate_last_line(&mut self) -> Timed<Value> {
        let started = Instant::now();
        let end = end_of(&self.text);
        let start = json!({"line": end["line"], "character": 0});
        let params = json!({"textDocument": {"uri": URI}, "range": {"start": start, "end": end}});
        let id = self.peer.ask("bytelens/evaluate", &params)?;
        let mut response = self.peer.response(&id.into())?;
        let answer = if response["error"].is_object() { "error" } else { "result" };
        Ok((response[answer].take(), started.elapsed()))
    }

    /// Ends the session as an editor does.
    pub fn finish(self) -> io::Result<()> {
        let status = self.peer.shutdown()?;
        if status.success() {
            Ok(())
        } else {
            Err(io::Error::other(format!("the server ended with {status}")))
        }
    }
}

/// A position of the protocol as line and column.
pub fn place(position: &Value) -> Option<(u32, u32)> {
    Some((number(&position["line"])?, number(&position["character"])?))
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}

/// The position after the last character.
fn end_of(text: &str) -> Value {
    let lines = text::LineIndex::new(text);
    let end = lines.line_col(text, text::TextSize::of(text), text::ColumnUnit::Utf16);
    json!({"line": end.line, "character": end.col})
}
