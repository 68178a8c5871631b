//! From a method's name to the code that handles it.

use ide::Cancelled;
use sandbox::Cancel;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::ls_types::notification::{self, Notification};
use tower_lsp::ls_types::request::{self, Request};

use crate::handlers::{bytecode, evaluation};
use crate::state::{Snapshot, State};

/// Why a request has no result.
#[derive(Debug)]
pub enum Failure {
    /// An edit came in between; it can be tried again.
    Interrupted,
    /// It has no result, and this is the answer.
    Refused(Error),
}

impl Failure {
    /// A refusal in words: the request made sense, but cannot be fulfilled.
    pub fn because(message: impl Into<String>) -> Failure {
        /// `RequestFailed` of the protocol.
        const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);
        Failure::Refused(Error { code: REQUEST_FAILED, message: message.into().into(), data: None })
    }
}

impl From<Cancelled> for Failure {
    fn from(Cancelled: Cancelled) -> Failure {
        Failure::Interrupted
    }
}

/// What a handler returns.
pub type Outcome<T> = Result<T, Failure>;

/// A request that is answered from the analysis, and soon.
pub trait Quick: Request {
    fn answer(snapshot: &Snapshot, params: Self::Params) -> Outcome<Self::Result>;
}

/// A request that waits for something outside.
pub trait Slow: Request {
    fn answer(snapshot: Snapshot, params: Self::Params, cancel: &Cancel) -> Outcome<Self::Result>;
}

/// A notification, which changes the state.
pub trait Act: Notification {
    fn act(state: &mut State, params: Self::Params) -> Result<(), String>;
}

/// What handles a request.
#[derive(Clone, Copy)]
pub enum Handler {
    Quick(fn(Value, &Snapshot) -> Outcome<Value>),
    Slow(fn(Value, Snapshot, &Cancel) -> Outcome<Value>),
}

impl Handler {
    /// Runs it. The snapshot is gone when this returns.
    pub fn call(self, params: Value, snapshot: Snapshot, cancel: &Cancel) -> Outcome<Value> {
        match self {
            Handler::Quick(handle) => handle(params, &snapshot),
            Handler::Slow(handle) => handle(params, snapshot, cancel),
        }
    }
}

/// The requests that the server answers (the lifecycle's apart).
const REQUESTS: &[(&str, Handler)] = &[
    quick::<request::HoverRequest>(),
    quick::<request::DocumentSymbolRequest>(),
    quick::<request::WorkspaceSymbolRequest>(),
    quick::<request::GotoDefinition>(),
    quick::<request::References>(),
    quick::<request::DocumentHighlightRequest>(),
    quick::<request::CallHierarchyPrepare>(),
    quick::<request::CallHierarchyIncomingCalls>(),
    quick::<request::CallHierarchyOutgoingCalls>(),
    quick::<request::PrepareRenameRequest>(),
    quick::<request::Rename>(),
    quick::<request::Completion>(),
    quick::<request::SignatureHelpRequest>(),
    quick::<request::InlayHintRequest>(),
    quick::<request::FoldingRangeRequest>(),
    quick::<request::SelectionRangeRequest>(),
    quick::<request::SemanticTokensFullRequest>(),
    quick::<request::SemanticTokensRangeRequest>(),
    quick::<request::DocumentDiagnosticRequest>(),
    quick::<request::CodeLensRequest>(),
    quick::<request::CodeActionRequest>(),
    quick::<bytecode::Bytecode>(),
    slow::<evaluation::Evaluate>(),
    slow::<request::ExecuteCommand>(),
];

/// The notifications that the server acts on (the lifecycle's and `$/cancelRequest` apart).
const NOTIFICATIONS: &[(&str, Action)] = &[
    action::<notification::Initialized>(),
    action::<notification::DidOpenTextDocument>(),
    action::<notification::DidChangeTextDocument>(),
    action::<notification::DidSaveTextDocument>(),
    action::<notification::DidCloseTextDocument>(),
    action::<notification::DidChangeConfiguration>(),
    action::<notification::DidChangeWatchedFiles>(),
    action::<notification::DidChangeWorkspaceFolders>(),
];

type Action = fn(&mut State, Value) -> Result<(), String>;

/// The handler of a request.
pub fn request(method: &str) -> Option<Handler> {
    REQUESTS.iter().find(|(name, _)| *name == method).map(|(_, handler)| *handler)
}

/// Acts on a notification. One that is not known is ignored, as the protocol says.
///
/// # Errors
/// What is wrong with it, for the log.
pub fn notification(state: &mut State, method: &str, params: Value) -> Result<(), String> {
    match NOTIFICATIONS.iter().find(|(name, _)| *name == method) {
        Some((_, act)) => act(state, params),
        None => Ok(()),
    }
}

const fn quick<R: Quick>() -> (&'static str, Handler) {
    (R::METHOD, Handler::Quick(|params, snapshot| to_value(R::answer(snapshot, from_value(params)?)?)))
}

const fn slow<R: Slow>() -> (&'static str, Handler) {
    let handle =
        |params, snapshot, cancel: &Cancel| to_value(R::answer(snapshot, from_value(params)?, cancel)?);
    (R::METHOD, Handler::Slow(handle))
}

const fn action<N: Act>() -> (&'static str, Action) {
    (N::METHOD, |state, params| {
        N::act(state, serde_json::from_value(params).map_err(|error| error.to_string())?)
    })
}

fn from_value<T: serde::de::DeserializeOwned>(params: Value) -> Outcome<T> {
    serde_json::from_value(params).map_err(|error| Failure::Refused(Error::invalid_params(error.to_string())))
}

fn to_value<T: serde::Serialize>(result: T) -> Outcome<Value> {
    serde_json::to_value(result).map_err(|error| {
        Failure::Refused(Error { message: error.to_string().into(), ..Error::internal_error() })
    })
}
