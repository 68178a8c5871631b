//! `textDocument/foldingRange`

use tower_lsp::ls_types::request::FoldingRangeRequest;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for FoldingRangeRequest {
    fn answer(snapshot: &Snapshot, params: FoldingRangeParams) -> Outcome<Option<Vec<FoldingRange>>> {
        let (document, converter) = snapshot.document(&params.text_document.uri)?;
        let folding = |it: ide::FoldingRange| {
            let range = converter.range(it.range);
            FoldingRange {
                start_line: range.start.line,
                start_character: Some(range.start.character),
                end_line: range.end.line,
                end_character: Some(range.end.character),
                kind: match it.kind {
                    ide::FoldingKind::Code => None,
                    ide::FoldingKind::Comment => Some(FoldingRangeKind::Comment),
                    ide::FoldingKind::Imports => Some(FoldingRangeKind::Imports),
                },
                collapsed_text: None,
            }
        };
        Ok(Some(snapshot.analysis.folding_ranges(document.file)?.into_iter().map(folding).collect()))
    }
}
