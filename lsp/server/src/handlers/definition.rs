//! `textDocument/definition`

use tower_lsp::ls_types::request::GotoDefinition;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse, Location};

use crate::convert::Converter;
use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for GotoDefinition {
    fn answer(snapshot: &Snapshot, params: GotoDefinitionParams) -> Outcome<Option<GotoDefinitionResponse>> {
        let place = params.text_document_position_params;
        let (document, converter) = snapshot.document(&place.text_document.uri)?;
        let found = snapshot.analysis.definition(document.file, converter.offset(place.position))?;
        let locations: Vec<Location> = found
            .into_iter()
            .filter_map(|location| {
                let (uri, document) = snapshot.documents.iter().find(|(_, it)| it.file == location.file)?;
                let converter = Converter::new(&document.rope, snapshot.session.unit);
                Some(Location { uri: uri.clone(), range: converter.range(location.range) })
            })
            .collect();
        Ok((!locations.is_empty()).then_some(GotoDefinitionResponse::Array(locations)))
    }
}
