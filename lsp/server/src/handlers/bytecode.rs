//! `bytelens/bytecode`: the bytecode of a piece of a document (see `docs/lsp-extensions.md`).

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::request::Request;
use tower_lsp::ls_types::{Position, Range, TextDocumentIdentifier, Uri};

use crate::dispatch::{Failure, Outcome, Quick};
use crate::state::Snapshot;

/// A piece of a document. Without a range or position it is the whole document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    pub text_document: TextDocumentIdentifier,
    pub range: Option<Range>,
    pub position: Option<Position>,
}

impl Target {
    /// The range meant; a position is an empty one.
    pub fn range(&self) -> Option<Range> {
        self.range.or(self.position.map(|position| Range { start: position, end: position }))
    }
}

/// A listing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct View {
    /// The document.
    pub uri: Uri,
    /// What was compiled.
    pub title: String,
    /// The listing, in the format of `python -m dis`.
    pub text: String,
    /// The source of what is listed.
    pub range: Range,
}

/// The request.
pub enum Bytecode {}

impl Request for Bytecode {
    type Params = Target;
    type Result = View;
    const METHOD: &'static str = "bytelens/bytecode";
}

impl Quick for Bytecode {
    fn answer(snapshot: &Snapshot, target: Target) -> Outcome<View> {
        let uri = &target.text_document.uri;
        let (document, converter) = snapshot.document(uri)?;
        let range = target.range().map(|range| converter.offsets(range));
        let view = snapshot.analysis.bytecode_view(document.file, range)?.map_err(Failure::because)?;
        Ok(View { uri: uri.clone(), title: view.title, text: view.text, range: converter.range(view.range) })
    }
}
