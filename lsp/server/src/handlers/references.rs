//! `textDocument/references`

use ide::Access;
use tower_lsp::ls_types::request::References;
use tower_lsp::ls_types::{Location, ReferenceParams};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for References {
    fn answer(snapshot: &Snapshot, params: ReferenceParams) -> Outcome<Option<Vec<Location>>> {
        let place = params.text_document_position;
        let uri = place.text_document.uri;
        let (document, converter) = snapshot.document(&uri)?;
        let found = snapshot.analysis.references(document.file, converter.offset(place.position))?;
        let wanted = |access| params.context.include_declaration || access == Access::Read;
        let locations = found.iter().filter(|reference| wanted(reference.access));
        Ok(Some(
            locations
                .map(|reference| Location { uri: uri.clone(), range: converter.range(reference.range) })
                .collect(),
        ))
    }
}
