//! `textDocument/selectionRange`

use tower_lsp::ls_types::request::SelectionRangeRequest;
use tower_lsp::ls_types::{Position, Range, SelectionRange, SelectionRangeParams};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

/// Each step is nested in the next one, and clients read nested answers recursively: of a longer chain the
/// innermost steps are kept, and the outermost.
const STEPS: usize = 48;

impl Quick for SelectionRangeRequest {
    fn answer(snapshot: &Snapshot, params: SelectionRangeParams) -> Outcome<Option<Vec<SelectionRange>>> {
        let (document, converter) = snapshot.document(&params.text_document.uri)?;
        let mut chains = Vec::new();
        for position in params.positions {
            let ranges = snapshot.analysis.selection_ranges(document.file, converter.offset(position))?;
            chains.push(chain(position, ranges.into_iter().map(|range| converter.range(range)).collect()));
        }
        Ok(Some(chains))
    }
}

/// Links ranges, innermost first. Every position has an answer, if only itself.
fn chain(position: Position, mut ranges: Vec<Range>) -> SelectionRange {
    ranges.dedup();
    if ranges.len() > STEPS {
        ranges.drain(STEPS / 2..ranges.len() - STEPS / 2);
    }
    let mut outer = None;
    for range in ranges.into_iter().rev() {
        outer = Some(Box::new(SelectionRange { range, parent: outer }));
    }
    outer.map_or_else(
        || SelectionRange { range: Range { start: position, end: position }, parent: None },
        |innermost| *innermost,
    )
}
