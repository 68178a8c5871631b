//! `textDocument/signatureHelp`

use text::{ColumnUnit, TextSize};
use tower_lsp::ls_types::request::SignatureHelpRequest;
use tower_lsp::ls_types::{
    ParameterInformation, ParameterLabel, SignatureHelp, SignatureHelpParams, SignatureInformation,
};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for SignatureHelpRequest {
    fn answer(snapshot: &Snapshot, params: SignatureHelpParams) -> Outcome<Option<SignatureHelp>> {
        let place = params.text_document_position_params;
        let (document, converter) = snapshot.document(&place.text_document.uri)?;
        let help = snapshot.analysis.signature_help(document.file, converter.offset(place.position))?;
        Ok(help.map(|help| {
            let active = help.active.and_then(|active| u32::try_from(active).ok());
            // Offsets in labels are UTF-16's, whatever was agreed for documents.
            let at = |offset: TextSize| ColumnUnit::Utf16.width(&help.label[..offset.to_usize()]);
            let parameter = |range: &text::TextRange| ParameterInformation {
                label: ParameterLabel::LabelOffsets([at(range.start), at(range.end)]),
                documentation: None,
            };
            let parameters = help.parameters.iter().map(parameter).collect();
            let signature = SignatureInformation {
                label: help.label.clone(),
                documentation: None,
                parameters: Some(parameters),
                active_parameter: active,
            };
            SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter: active }
        }))
    }
}
