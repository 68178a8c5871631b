//! `textDocument/hover`

use tower_lsp::ls_types::request::HoverRequest;
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for HoverRequest {
    fn answer(snapshot: &Snapshot, params: HoverParams) -> Outcome<Option<Hover>> {
        let place = params.text_document_position_params;
        let (document, converter) = snapshot.document(&place.text_document.uri)?;
        let hover = snapshot.analysis.hover(document.file, converter.offset(place.position))?;
        // Markdown reads well as plain text, too.
        let kind = if snapshot.session.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        Ok(hover.map(|hover| Hover {
            range: Some(converter.range(hover.range)),
            contents: HoverContents::Markup(MarkupContent { kind, value: hover.markdown }),
        }))
    }
}
