//! `workspace/symbol`: the symbols of the documents that the server knows.

use tower_lsp::ls_types::request::WorkspaceSymbolRequest;
use tower_lsp::ls_types::{SymbolInformation, WorkspaceSymbolParams, WorkspaceSymbolResponse};

use super::document_symbols;
use crate::convert::Converter;
use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for WorkspaceSymbolRequest {
    fn answer(
        snapshot: &Snapshot,
        params: WorkspaceSymbolParams,
    ) -> Outcome<Option<WorkspaceSymbolResponse>> {
        let query = params.query.to_lowercase();
        let mut found: Vec<SymbolInformation> = Vec::new();
        for (uri, document) in snapshot.documents.iter() {
            let mut symbols = snapshot.analysis.document_symbols(document.file)?;
            symbols.retain(|symbol| matches(&symbol.name, &query));
            let converter = Converter::new(&document.rope, snapshot.session.unit);
            found.extend(document_symbols::flat(uri, &converter, symbols));
        }
        found.sort_by(|a, b| (&a.name, &a.location.uri).cmp(&(&b.name, &b.location.uri)));
        Ok(Some(WorkspaceSymbolResponse::Flat(found)))
    }
}

/// Whether a name has the letters of the query (in lower case) in their order; clients do the ranking.
fn matches(name: &str, query: &str) -> bool {
    let mut wanted = query.chars().peekable();
    for c in name.chars().flat_map(char::to_lowercase) {
        wanted.next_if_eq(&c);
    }
    wanted.peek().is_none()
}

#[cfg(test)]
mod tests {
    #[test]
    fn queries_are_subsequences() {
        assert!(super::matches("ReadFile", "rf"));
        assert!(super::matches("anything", ""));
        assert!(!super::matches("ReadFile", "fr"));
    }
}
