//! `textDocument/codeLens`

use tower_lsp::ls_types::request::CodeLensRequest;
use tower_lsp::ls_types::{CodeLens, CodeLensParams};

use super::commands;
use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for CodeLensRequest {
    fn answer(snapshot: &Snapshot, params: CodeLensParams) -> Outcome<Option<Vec<CodeLens>>> {
        if !snapshot.settings.code_lens.enabled {
            return Ok(None);
        }
        let uri = params.text_document.uri;
        let (document, converter) = snapshot.document(&uri)?;
        let lenses = snapshot.analysis.code_lenses(document.file)?.into_iter().map(|lens| CodeLens {
            range: converter.range(lens.range),
            command: commands::command(&uri, &converter, &lens.title, &lens.command),
            data: None,
        });
        Ok(Some(lenses.collect()))
    }
}
