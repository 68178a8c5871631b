//! `notebookDocument/didOpen`, `didChange`, `didSave`, `didClose`
//!
//! Each cell is a document of its own.

use tower_lsp::ls_types::notification::{
    DidChangeNotebookDocument, DidCloseNotebookDocument, DidOpenNotebookDocument, DidSaveNotebookDocument,
};
use tower_lsp::ls_types::{
    DidChangeNotebookDocumentParams, DidCloseNotebookDocumentParams, DidOpenNotebookDocumentParams,
    DidSaveNotebookDocumentParams,
};

use crate::dispatch::Act;
use crate::state::State;

impl Act for DidOpenNotebookDocument {
    fn act(state: &mut State, params: DidOpenNotebookDocumentParams) -> Result<(), String> {
        for cell in params.cell_text_documents {
            state.open(cell.uri, cell.version, &cell.text);
        }
        Ok(())
    }
}

impl Act for DidChangeNotebookDocument {
    fn act(state: &mut State, params: DidChangeNotebookDocumentParams) -> Result<(), String> {
        let Some(cells) = params.change.cells else { return Ok(()) };
        if let Some(structure) = cells.structure {
            for cell in structure.did_close.into_iter().flatten() {
                state.close(&cell.uri);
            }
            for cell in structure.did_open.into_iter().flatten() {
                state.open(cell.uri, cell.version, &cell.text);
            }
        }
        for change in cells.text_content.into_iter().flatten() {
            state.change(&change.document.uri, change.document.version, change.changes)?;
        }
        Ok(())
    }
}

impl Act for DidSaveNotebookDocument {
    /// What is saved is what was edited.
    fn act(_: &mut State, _: DidSaveNotebookDocumentParams) -> Result<(), String> {
        Ok(())
    }
}

impl Act for DidCloseNotebookDocument {
    fn act(state: &mut State, params: DidCloseNotebookDocumentParams) -> Result<(), String> {
        for cell in params.cell_text_documents {
            state.close(&cell.uri);
        }
        Ok(())
    }
}
