//! `textDocument/semanticTokens/full` and `/range`: what names mean, for colours that follow scopes.

use ide::{SemanticKind, SemanticToken};
use text::TextRange;
use tower_lsp::ls_types::request::{SemanticTokensFullRequest, SemanticTokensRangeRequest};
use tower_lsp::ls_types::{
    self, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
    SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult, Uri,
};

use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

const TYPES: [SemanticTokenType; 9] = [
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::CLASS,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::METHOD,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::TYPE_PARAMETER,
    SemanticTokenType::DECORATOR,
];

const DECLARATION: u32 = 1;
const DEFAULT_LIBRARY: u32 = 1 << 1;
const CAPTURED: u32 = 1 << 2;
const GLOBAL: u32 = 1 << 3;

/// The names of types and modifiers, in the order of their numbers.
pub fn legend() -> SemanticTokensLegend {
    let modifiers = [
        SemanticTokenModifier::DECLARATION,
        SemanticTokenModifier::DEFAULT_LIBRARY,
        SemanticTokenModifier::new("captured"),
        SemanticTokenModifier::new("global"),
    ];
    SemanticTokensLegend { token_types: TYPES.into(), token_modifiers: modifiers.into() }
}

impl Quick for SemanticTokensFullRequest {
    fn answer(snapshot: &Snapshot, params: SemanticTokensParams) -> Outcome<Option<SemanticTokensResult>> {
        let tokens = tokens(snapshot, &params.text_document.uri, None)?;
        Ok(Some(SemanticTokensResult::Tokens(tokens)))
    }
}

impl Quick for SemanticTokensRangeRequest {
    fn answer(
        snapshot: &Snapshot,
        params: SemanticTokensRangeParams,
    ) -> Outcome<Option<SemanticTokensRangeResult>> {
        let uri = params.text_document.uri;
        let (_, converter) = snapshot.document(&uri)?;
        let tokens = tokens(snapshot, &uri, Some(converter.offsets(params.range)))?;
        Ok(Some(SemanticTokensRangeResult::Tokens(tokens)))
    }
}

/// The tokens, each placed relative to the one before.
fn tokens(snapshot: &Snapshot, uri: &Uri, range: Option<TextRange>) -> Outcome<SemanticTokens> {
    let (document, converter) = snapshot.document(uri)?;
    let mut data = Vec::new();
    let (mut line, mut column) = (0, 0);
    for token in snapshot.analysis.semantic_tokens(document.file, range)? {
        let start = converter.position(token.range.start);
        if start.line != line {
            column = 0;
        }
        let (token_type, token_modifiers_bitset) = meaning(&token);
        data.push(ls_types::SemanticToken {
            delta_line: start.line.saturating_sub(line),
            delta_start: start.character.saturating_sub(column),
            length: converter.width(token.range),
            token_type,
            token_modifiers_bitset,
        });
        (line, column) = (start.line, start.character);
    }
    Ok(SemanticTokens { result_id: None, data })
}

/// Numbers of a token's type and modifiers.
fn meaning(token: &SemanticToken) -> (u32, u32) {
    let number = match token.kind {
        SemanticKind::Namespace => 0,
        SemanticKind::Class => 1,
        SemanticKind::Function | SemanticKind::Builtin => 2,
        SemanticKind::Method => 3,
        SemanticKind::Variable => 4,
        SemanticKind::Property => 5,
        SemanticKind::Parameter => 6,
        SemanticKind::TypeParameter => 7,
        SemanticKind::Decorator => 8,
    };
    let mut modifiers = 0;
    for (applies, modifier) in [
        (token.declaration, DECLARATION),
        (token.kind == SemanticKind::Builtin, DEFAULT_LIBRARY),
        (token.captured, CAPTURED),
        (token.global, GLOBAL),
    ] {
        modifiers |= if applies { modifier } else { 0 };
    }
    (number, modifiers)
}
