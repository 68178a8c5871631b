//! `textDocument/prepareRename` and `textDocument/rename`

use tower_lsp::ls_types::request::{PrepareRenameRequest, Rename};
use tower_lsp::ls_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};

use super::code_actions::workspace_edit;
use crate::dispatch::{Failure, Outcome, Quick};
use crate::state::Snapshot;

impl Quick for PrepareRenameRequest {
    fn answer(
        snapshot: &Snapshot,
        params: TextDocumentPositionParams,
    ) -> Outcome<Option<PrepareRenameResponse>> {
        let (document, converter) = snapshot.document(&params.text_document.uri)?;
        match snapshot.analysis.prepare_rename(document.file, converter.offset(params.position))? {
            Ok(range) => Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
                range: converter.range(range),
                placeholder: document.rope.text(range),
            })),
            Err(why) => Err(Failure::because(why)),
        }
    }
}

impl Quick for Rename {
    fn answer(snapshot: &Snapshot, params: RenameParams) -> Outcome<Option<WorkspaceEdit>> {
        let place = params.text_document_position;
        let (document, converter) = snapshot.document(&place.text_document.uri)?;
        let offset = converter.offset(place.position);
        match snapshot.analysis.rename(document.file, offset, &params.new_name)? {
            Ok(edits) => Ok(Some(workspace_edit(&place.text_document.uri, &converter, &edits))),
            Err(why) => Err(Failure::because(why)),
        }
    }
}
