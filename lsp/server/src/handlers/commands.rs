//! `workspace/executeCommand`: what code lenses, code actions and key bindings of any client can start.
//!
//! A client that has its own way to show results uses the requests of [`bytecode`](super::bytecode) and
//! [`evaluation`](super::evaluation); the commands show them by what the protocol has: a document, a message.

use sandbox::Cancel;
use serde_json::Value;
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::request::{ExecuteCommand, ShowDocument};
use tower_lsp::ls_types::{
    Command, ExecuteCommandParams, MessageType, Range, ShowDocumentParams, TextDocumentIdentifier, Uri,
};

use super::bytecode::{Bytecode, Target, View};
use super::evaluation::{self, Evaluation};
use crate::convert::Converter;
use crate::dispatch::{Failure, Outcome, Quick, Slow};
use crate::state::Snapshot;

const SHOW_BYTECODE: &str = "bytelens.showBytecode";
const RUN_SELECTION: &str = "bytelens.runSelection";
const RESTART_WORKER: &str = "bytelens.restartWorker";

/// The commands that the server knows.
pub const NAMES: &[&str] = &[SHOW_BYTECODE, RUN_SELECTION, RESTART_WORKER];

/// A command of the façade's as the protocol has it; an edit is none.
pub fn command(uri: &Uri, converter: &Converter, title: &str, command: &ide::Command) -> Option<Command> {
    let (name, range) = match command {
        ide::Command::ShowBytecode { range } => (SHOW_BYTECODE, *range),
        ide::Command::RunSelection { range } => (RUN_SELECTION, *range),
        ide::Command::Edit { .. } => return None,
    };
    let range = serde_json::to_value(converter.range(range)).ok()?;
    let arguments = Some(vec![Value::String(uri.as_str().to_owned()), range]);
    Some(Command { title: title.to_owned(), command: name.to_owned(), arguments })
}

impl Slow for ExecuteCommand {
    fn answer(snapshot: Snapshot, params: ExecuteCommandParams, cancel: &Cancel) -> Outcome<Option<Value>> {
        let result = match params.command.as_str() {
            SHOW_BYTECODE => {
                let target = target(&snapshot, params.arguments)?;
                serde_json::to_value(show_bytecode(&snapshot, target)?)
            }
            RUN_SELECTION => {
                let target = target(&snapshot, params.arguments)?;
                let token = params.work_done_progress_params.work_done_token;
                let tools = snapshot.tools.clone();
                let evaluation = evaluation::evaluate(snapshot, &target, token, cancel)?;
                tools.outbox.show(message_type(&evaluation), message(&evaluation));
                serde_json::to_value(evaluation)
            }
            RESTART_WORKER => {
                let supervisor = snapshot.tools.supervisor.clone();
                drop(snapshot);
                if let Some(supervisor) = supervisor {
                    supervisor.restart();
                }
                Ok(Value::Null)
            }
            other => {
                return Err(Failure::Refused(Error::invalid_params(format!("no command {other:?}"))));
            }
        };
        result.map(Some).map_err(|error| Failure::because(error.to_string()))
    }
}

/// What a command is about: `[uri, range]`, `[uri]`, one object as [`Target`] or with `uri` and `range`, or
/// nothing, which means the document that the client spoke of last.
fn target(snapshot: &Snapshot, arguments: Vec<Value>) -> Outcome<Target> {
    let invalid = |what: &str| Failure::Refused(Error::invalid_params(what.to_owned()));
    let mut arguments = arguments.into_iter().filter(|argument| !argument.is_null());
    let first = arguments.next();
    let mut range = arguments.next();
    let address = match first {
        Some(Value::Object(mut object)) => {
            if object.contains_key("textDocument") {
                return serde_json::from_value(Value::Object(object))
                    .map_err(|error| invalid(&error.to_string()));
            }
            range = object.remove("range").filter(|range| !range.is_null());
            object.remove("uri")
        }
        other => other,
    };
    let uri = match address {
        Some(address) => {
            serde_json::from_value(address).map_err(|error| invalid(&format!("uri: {error}")))?
        }
        None => snapshot.active.clone().ok_or_else(|| Failure::because("no document is open"))?,
    };
    let range = range.map(serde_json::from_value::<Range>).transpose();
    let range = range.map_err(|error| invalid(&format!("range: {error}")))?;
    Ok(Target { text_document: TextDocumentIdentifier { uri }, range, position: None })
}

/// Finds the bytecode and has the client open it, if it can.
fn show_bytecode(snapshot: &Snapshot, target: Target) -> Outcome<View> {
    let view = Bytecode::answer(snapshot, target)?;
    if snapshot.session.shows_documents {
        let path = snapshot.tools.views.write(&view.title, &view.text);
        let path =
            path.map_err(|error| Failure::because(format!("the listing cannot be written: {error}")))?;
        if let Some(uri) = Uri::from_file_path(path) {
            let params =
                ShowDocumentParams { uri, external: Some(false), take_focus: Some(false), selection: None };
            snapshot.tools.outbox.ask::<ShowDocument>(params, |_| None);
        }
    }
    Ok(view)
}

fn message_type(evaluation: &Evaluation) -> MessageType {
    match evaluation.ending.as_str() {
        "finished" | "cancelled" => MessageType::INFO,
        "raised" | "limit" => MessageType::WARNING,
        _ => MessageType::ERROR,
    }
}

/// An evaluation for a message box: what came of it, for some clients show one line; then output and traceback.
fn message(evaluation: &Evaluation) -> String {
    let mut text = evaluation.summary.clone();
    let output: String = evaluation.output.iter().map(|chunk| chunk.text.as_str()).collect();
    let traceback = evaluation.exception.as_ref().map_or("", |exception| &exception.traceback);
    for more in [output.trim_end(), traceback.trim_end()] {
        if !more.is_empty() && more != text {
            text.push('\n');
            text.push_str(more);
        }
    }
    text
}
