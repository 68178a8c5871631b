//! `textDocument/documentHighlight`

use ide::Access;
use tower_lsp::ls_types::request::DocumentHighlightRequest;
use tower_lsp::ls_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for DocumentHighlightRequest {
    fn answer(
        snapshot: &Snapshot,
        params: DocumentHighlightParams,
    ) -> Outcome<Option<Vec<DocumentHighlight>>> {
        let place = params.text_document_position_params;
        let (document, converter) = snapshot.document(&place.text_document.uri)?;
        let found = snapshot.analysis.references(document.file, converter.offset(place.position))?;
        let highlight = |reference: &ide::Reference| DocumentHighlight {
            range: converter.range(reference.range),
            kind: Some(match reference.access {
                Access::Read => DocumentHighlightKind::READ,
                Access::Write => DocumentHighlightKind::WRITE,
                Access::Declare => DocumentHighlightKind::TEXT,
            }),
        };
        Ok(Some(found.iter().map(highlight).collect()))
    }
}
