//! `textDocument/inlayHint`

use tower_lsp::ls_types::request::InlayHintRequest;
use tower_lsp::ls_types::{InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for InlayHintRequest {
    fn answer(snapshot: &Snapshot, params: InlayHintParams) -> Outcome<Option<Vec<InlayHint>>> {
        if !snapshot.settings.inlay_hints.enabled {
            return Ok(None);
        }
        let (document, converter) = snapshot.document(&params.text_document.uri)?;
        let hints = snapshot.analysis.inlay_hints(document.file, converter.offsets(params.range))?;
        let hint = |hint: ide::InlayHint| InlayHint {
            position: converter.position(hint.offset),
            label: InlayHintLabel::String(hint.label),
            tooltip: Some(InlayHintTooltip::String(hint.tooltip)),
            kind: None,
            text_edits: None,
            padding_left: Some(true),
            padding_right: None,
            data: None,
        };
        Ok(Some(hints.into_iter().map(hint).collect()))
    }
}
