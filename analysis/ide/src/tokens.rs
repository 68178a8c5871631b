//! Semantic tokens: names with their meaning.

use symtable::{BlockType, NamePlace, Role, Scope, is_builtin};
use text::TextRange;

use crate::file::{File, unit_range};
use crate::kinds::Kinds;
use crate::types::{SemanticKind, SemanticToken, SymbolKind};

/// The names in `range`, or everywhere, in order and disjoint.
pub fn tokens(file: &File<'_>, range: Option<TextRange>) -> Vec<SemanticToken> {
    let table = file.table();
    let kinds = Kinds::of(file);
    let mut tokens: Vec<SemanticToken> = Vec::new();
    for place in places(file, range) {
        let wanted = range.is_none_or(|range| range.start < place.range.end && place.range.start < range.end);
        let overlaps = tokens.last().is_some_and(|last| place.range.start < last.range.end);
        // A name that a line break is in (`import a.\` and the like) cannot be one token.
        if !wanted || overlaps || place.range.is_empty() || file.text()[place.range].contains(['\n', '\r']) {
            continue;
        }
        let Some(found) = table.resolve(place.block, &place.name) else { continue };
        let global = found.owner == table.module();
        let kind = if global && !file.binds_global(&place.name) {
            if !is_builtin(&place.name) {
                continue;
            }
            SemanticKind::Builtin
        } else {
            meaning(kinds.get(found.owner, &place.name), table.block(found.owner).kind)
        };
        let captured = !global && matches!(table.scope(found.owner, &place.name), Some(Scope::Cell))
            || found.scope == Scope::Free;
        let declaration = place.role.binds() && place.role != Role::Store;
        let global = global && kind != SemanticKind::Builtin;
        tokens.push(SemanticToken { range: place.range, kind, declaration, captured, global });
    }
    tokens
}

/// The places of the units that a range touches, in order.
fn places(file: &File<'_>, range: Option<TextRange>) -> Vec<NamePlace> {
    let Some(range) = range else { return file.places().to_vec() };
    let table = file.table();
    let mut found = Vec::new();
    for (unit, cursor) in table.unit_indices().zip(table.cursors(file.module())) {
        if unit_range(cursor).intersect(range).is_some() {
            found.extend(table.places_in(unit, cursor));
        }
    }
    found.sort_by_key(|place| (place.range.start, place.range.end));
    found
}

fn meaning(kind: SymbolKind, owner: BlockType) -> SemanticKind {
    match kind {
        SymbolKind::Module | SymbolKind::Import => SemanticKind::Namespace,
        SymbolKind::Class => SemanticKind::Class,
        SymbolKind::Function | SymbolKind::Lambda => SemanticKind::Function,
        SymbolKind::Method => SemanticKind::Method,
        SymbolKind::Parameter => SemanticKind::Parameter,
        SymbolKind::TypeParameter => SemanticKind::TypeParameter,
        SymbolKind::TypeAlias => SemanticKind::Class,
        SymbolKind::Builtin => SemanticKind::Builtin,
        SymbolKind::Field => SemanticKind::Property,
        SymbolKind::Variable | SymbolKind::Constant | SymbolKind::Keyword if owner == BlockType::Class => {
            SemanticKind::Property
        }
        SymbolKind::Variable | SymbolKind::Constant | SymbolKind::Keyword => SemanticKind::Variable,
    }
}
