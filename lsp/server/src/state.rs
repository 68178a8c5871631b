//! All state of a session, and the part of it that a request sees.

use std::collections::BTreeSet;
use std::sync::Arc;

use ide::{Analysis, Host};
use sandbox::Supervisor;
use serde_json::Value;
use text::Rope;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::ls_types::{
    Diagnostic, InitializeParams, InitializeResult, MessageType, PublishDiagnosticsParams,
    TextDocumentContentChangeEvent, Uri, notification,
};

use crate::capabilities;
use crate::convert::Converter;
use crate::dispatch::Failure;
use crate::documents::{self, Document, Documents};
use crate::outbox::Outbox;
use crate::session::Session;
use crate::settings::Settings;
use crate::views::Views;

/// The session's state. The main loop owns it.
pub struct State {
    host: Host,
    documents: Documents,
    session: Arc<Session>,
    settings: Arc<Settings>,
    tools: Tools,
    /// Documents that have changed since their diagnostics were last asked for.
    stale: BTreeSet<Uri>,
    /// The document that the client spoke of last.
    active: Option<Uri>,
    /// Counts changes, so that each state of each document has a number of its own.
    revision: u64,
}

/// What requests use besides data; shared by all of them.
#[derive(Clone)]
pub struct Tools {
    pub outbox: Outbox,
    /// `None` where no worker process can be had.
    pub supervisor: Option<Arc<Supervisor>>,
    pub views: Arc<Views>,
}

/// What a request sees: the state at the moment when its turn came.
///
/// An edit waits until the [`Analysis`] of every snapshot is gone (and asks them to hurry), so whoever waits
/// for something outside drops its snapshot first.
pub struct Snapshot {
    pub analysis: Analysis,
    pub documents: Documents,
    pub session: Arc<Session>,
    pub settings: Arc<Settings>,
    pub tools: Tools,
    pub active: Option<Uri>,
}

impl Snapshot {
    /// The document at an address, and the means to convert its places.
    pub fn document(&self, uri: &Uri) -> Result<(&Document, Converter), Failure> {
        match self.documents.get(uri) {
            Some(document) => Ok((document, Converter::new(&document.rope, self.session.unit))),
            None => {
                let why = documents::read(uri).err().map_or_else(String::new, |why| format!(": {why}"));
                let message = format!("{} is not open{why}", uri.as_str()).into();
                Err(Failure::Refused(Error { code: ErrorCode::InvalidParams, message, data: None }))
            }
        }
    }
}

impl State {
    /// The state before the client has said anything.
    pub fn new(tools: Tools) -> State {
        State {
            host: Host::new(),
            documents: Documents::default(),
            session: Arc::default(),
            settings: Arc::default(),
            tools,
            stale: BTreeSet::new(),
            active: None,
            revision: 0,
        }
    }

    /// Takes note of what the client can do, and says what the server can.
    pub fn initialize(&mut self, params: InitializeParams) -> InitializeResult {
        self.session = Arc::new(Session::new(&params));
        if let Some(options) = params.initialization_options {
            self.configure(options);
        }
        capabilities::initialize_result(&self.session)
    }

    /// What was agreed with the client.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Changes what was agreed.
    pub fn session_mut(&mut self) -> &mut Session {
        Arc::make_mut(&mut self.session)
    }

    /// The way to the client.
    pub fn outbox(&self) -> &Outbox {
        &self.tools.outbox
    }

    /// The state as it is now.
    pub fn snapshot(&mut self) -> Snapshot {
        Snapshot {
            analysis: self.host.snapshot(),
            documents: self.documents.clone(),
            session: self.session.clone(),
            settings: self.settings.clone(),
            tools: self.tools.clone(),
            active: self.active.clone(),
        }
    }

    /// Takes the user's settings.
    pub fn configure(&mut self, settings: Value) {
        match Settings::read(settings) {
            Ok(settings) => {
                self.settings = Arc::new(settings);
                if self.session.refreshes_lenses {
                    self.outbox().ask::<tower_lsp::ls_types::request::CodeLensRefresh>((), |()| None);
                }
            }
            Err(error) => self.outbox().log(MessageType::WARNING, format!("settings of bytelens: {error}")),
        }
    }

    /// A document was opened in the editor.
    pub fn open(&mut self, uri: Uri, version: i32, text: &str) {
        self.insert(uri.clone(), Some(version), text);
        self.touch(&uri);
    }

    fn insert(&mut self, uri: Uri, version: Option<i32>, text: &str) {
        let path = uri.to_file_path().filter(|_| uri.scheme().as_str() == "file");
        let path = path.map_or_else(|| uri.as_str().to_owned(), |path| path.to_string_lossy().into_owned());
        let file = self.host.open(&path, text);
        self.revision += 1;
        let rope = self.host.rope(file).unwrap_or_default();
        let document = Document { file, rope, version, revision: self.revision };
        if let Some(before) = self.documents.insert(uri, document) {
            self.host.close(before.file);
        }
    }

    /// A document was edited. The changes apply one after the other.
    pub fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> Result<(), String> {
        let unit = self.session.unit;
        self.revision += 1;
        let Some(document) = self.documents.get_mut(uri).filter(|document| document.version.is_some()) else {
            return Err(format!("{} is not open", uri.as_str()));
        };
        document.version = Some(version);
        document.revision = self.revision;
        for change in changes {
            let applied = match change.range {
                Some(range) => {
                    let range = Converter::new(&document.rope, unit).offsets(range);
                    self.host.edit(document.file, range, &change.text)
                }
                None => self.host.set_text(document.file, &change.text),
            };
            let rope = applied.and_then(|()| self.host.rope(document.file));
            document.rope = rope.map_err(|error| format!("{}: {error:?}", uri.as_str()))?;
        }
        self.touch(uri);
        Ok(())
    }

    /// A document was closed in the editor; what is on the disk counts again.
    pub fn close(&mut self, uri: &Uri) {
        self.forget(uri);
        // An editor keeps what it was pushed until it is pushed something else.
        if !self.session.pulls_diagnostics {
            self.send_diagnostics(uri.clone(), None, Vec::new());
        }
    }

    /// A file changed on the disk. It only matters if it is not open.
    pub fn changed_on_disk(&mut self, uri: &Uri) {
        if self.documents.get(uri).is_some_and(|document| document.version.is_none()) {
            self.forget(uri);
        }
    }

    fn forget(&mut self, uri: &Uri) {
        if let Some(document) = self.documents.remove(uri) {
            self.host.close(document.file);
        }
        self.stale.remove(uri);
        if self.active.as_ref() == Some(uri) {
            self.active = None;
        }
    }

    /// Reads the document that a request is about from disk, in case it is not open.
    pub fn load(&mut self, params: &Value) {
        let address = params
            .pointer("/textDocument/uri")
            .or_else(|| params.pointer("/arguments/0"))
            .or_else(|| params.pointer("/arguments/0/uri"));
        let Some(uri) = address.and_then(Value::as_str).and_then(|uri| uri.parse::<Uri>().ok()) else {
            return;
        };
        match self.documents.get(&uri) {
            Some(open) if open.version.is_some() => self.active = Some(uri),
            known => {
                let Ok(text) = documents::read(&uri) else { return };
                if known.is_none_or(|document| document.rope != Rope::new(&text)) {
                    self.insert(uri, None, &text);
                }
            }
        }
    }

    fn touch(&mut self, uri: &Uri) {
        self.active = Some(uri.clone());
        self.stale.insert(uri.clone());
    }

    /// The open documents whose diagnostics are to be found and pushed.
    pub fn take_stale(&mut self) -> BTreeSet<Uri> {
        let stale = std::mem::take(&mut self.stale);
        if self.session.pulls_diagnostics { BTreeSet::new() } else { stale }
    }

    /// Pushes diagnostics, unless the document has changed since.
    pub fn publish(&self, uri: Uri, revision: u64, diagnostics: Vec<Diagnostic>) {
        if let Some(document) = self.documents.get(&uri).filter(|document| document.revision == revision) {
            self.send_diagnostics(uri, document.version, diagnostics);
        }
    }

    fn send_diagnostics(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.outbox().notify::<notification::PublishDiagnostics>(params);
    }
}
