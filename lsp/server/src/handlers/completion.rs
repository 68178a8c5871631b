//! `textDocument/completion`

use tower_lsp::ls_types::request::Completion;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit, TextEdit,
};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for Completion {
    fn answer(snapshot: &Snapshot, params: CompletionParams) -> Outcome<Option<CompletionResponse>> {
        let place = params.text_document_position;
        let (document, converter) = snapshot.document(&place.text_document.uri)?;
        let found = snapshot.analysis.completions(document.file, converter.offset(place.position))?;
        let item = |it: ide::Completion| CompletionItem {
            kind: Some(kind(it.kind)),
            detail: (!it.detail.is_empty()).then_some(it.detail),
            sort_text: Some(format!("{:04}{}", it.rank, it.label)),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                range: converter.range(it.replace),
                new_text: it.label.clone(),
            })),
            label: it.label,
            ..CompletionItem::default()
        };
        Ok(Some(CompletionResponse::Array(found.into_iter().map(item).collect())))
    }
}

fn kind(kind: ide::SymbolKind) -> CompletionItemKind {
    use ide::SymbolKind::*;
    match kind {
        Module | Import => CompletionItemKind::MODULE,
        Class => CompletionItemKind::CLASS,
        Function | Lambda | Builtin => CompletionItemKind::FUNCTION,
        Method => CompletionItemKind::METHOD,
        Variable | Parameter => CompletionItemKind::VARIABLE,
        Field => CompletionItemKind::FIELD,
        Constant => CompletionItemKind::CONSTANT,
        TypeParameter | TypeAlias => CompletionItemKind::TYPE_PARAMETER,
        Keyword => CompletionItemKind::KEYWORD,
    }
}
