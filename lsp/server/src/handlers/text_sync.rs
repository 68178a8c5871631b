//! `textDocument/didOpen`, `didChange`, `didSave`, `didClose`

use tower_lsp::ls_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
};
use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams,
};

use crate::dispatch::Act;
use crate::state::State;

impl Act for DidOpenTextDocument {
    fn act(state: &mut State, params: DidOpenTextDocumentParams) -> Result<(), String> {
        let document = params.text_document;
        state.open(document.uri, document.version, &document.text);
        Ok(())
    }
}

impl Act for DidChangeTextDocument {
    fn act(state: &mut State, params: DidChangeTextDocumentParams) -> Result<(), String> {
        let document = params.text_document;
        state.change(&document.uri, document.version, params.content_changes)
    }
}

impl Act for DidSaveTextDocument {
    /// What is saved is what was edited.
    fn act(_: &mut State, _: DidSaveTextDocumentParams) -> Result<(), String> {
        Ok(())
    }
}

impl Act for DidCloseTextDocument {
    fn act(state: &mut State, params: DidCloseTextDocumentParams) -> Result<(), String> {
        state.close(&params.text_document.uri);
        Ok(())
    }
}
