//! `textDocument/documentSymbol`

use tower_lsp::ls_types::request::DocumentSymbolRequest;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind,
    Uri,
};

use crate::convert::Converter;
use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

/// Symbols nested deeper than this become siblings: clients (and the encoder) read nested answers recursively.
const DEEPEST: u32 = 32;

impl Quick for DocumentSymbolRequest {
    fn answer(snapshot: &Snapshot, params: DocumentSymbolParams) -> Outcome<Option<DocumentSymbolResponse>> {
        let uri = params.text_document.uri;
        let (document, converter) = snapshot.document(&uri)?;
        let symbols = snapshot.analysis.document_symbols(document.file)?;
        Ok(Some(if snapshot.session.nested_symbols {
            DocumentSymbolResponse::Nested(nest(&converter, symbols))
        } else {
            DocumentSymbolResponse::Flat(flat(&uri, &converter, symbols))
        }))
    }
}

/// Builds the tree from entries that each say how deep they are.
fn nest(converter: &Converter, symbols: Vec<ide::DocumentSymbol>) -> Vec<DocumentSymbol> {
    let mut roots = Vec::new();
    // The entries whose children are being collected, outermost first.
    let mut open: Vec<DocumentSymbol> = Vec::new();
    let close = |open: &mut Vec<DocumentSymbol>, roots: &mut Vec<DocumentSymbol>| {
        let Some(done) = open.pop() else { return };
        match open.last_mut() {
            Some(parent) => parent.children.get_or_insert_default().push(done),
            None => roots.push(done),
        }
    };
    for symbol in symbols {
        let depth = symbol.depth.min(DEEPEST) as usize;
        while open.len() > depth {
            close(&mut open, &mut roots);
        }
        open.push(entry(converter, symbol));
    }
    while !open.is_empty() {
        close(&mut open, &mut roots);
    }
    roots
}

fn entry(converter: &Converter, symbol: ide::DocumentSymbol) -> DocumentSymbol {
    #[allow(deprecated, reason = "the protocol's struct has a field that it no longer wants")]
    DocumentSymbol {
        range: converter.range(symbol.range),
        selection_range: converter.range(symbol.name_range),
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        children: None,
    }
}

/// The symbols as a list, each with the name of the one around it.
pub fn flat(uri: &Uri, converter: &Converter, symbols: Vec<ide::DocumentSymbol>) -> Vec<SymbolInformation> {
    let mut around: Vec<String> = Vec::new();
    let mut list = Vec::new();
    for symbol in symbols {
        around.truncate(symbol.depth as usize);
        let container = around.last().cloned();
        around.push(symbol.name.clone());
        #[allow(deprecated, reason = "the protocol's struct has a field that it no longer wants")]
        list.push(SymbolInformation {
            location: Location { uri: uri.clone(), range: converter.range(symbol.range) },
            name: symbol.name,
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            container_name: container,
        });
    }
    list
}

/// A kind as the protocol has it.
pub fn kind(kind: ide::SymbolKind) -> SymbolKind {
    use ide::SymbolKind::*;
    match kind {
        Module | Import => SymbolKind::MODULE,
        Class => SymbolKind::CLASS,
        Function | Lambda | Builtin => SymbolKind::FUNCTION,
        Method => SymbolKind::METHOD,
        Variable | Parameter | Keyword => SymbolKind::VARIABLE,
        Field => SymbolKind::FIELD,
        Constant => SymbolKind::CONSTANT,
        TypeParameter | TypeAlias => SymbolKind::TYPE_PARAMETER,
    }
}

#[cfg(test)]
mod tests {
    use text::{ColumnUnit, Rope, TextRange};

    use super::*;

    fn outline(symbols: &[DocumentSymbol]) -> String {
        let one = |symbol: &DocumentSymbol| {
            format!("{}({})", symbol.name, outline(symbol.children.as_deref().unwrap_or_default()))
        };
        symbols.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn depths_become_a_tree() {
        let converter = Converter::new(&Rope::new(""), ColumnUnit::Utf16);
        let symbols = |depths: &[u32]| {
            let symbol = |(at, &depth): (usize, &u32)| ide::DocumentSymbol {
                name: at.to_string(),
                detail: String::new(),
                kind: ide::SymbolKind::Class,
                range: TextRange::empty(0u32),
                name_range: TextRange::empty(0u32),
                depth,
            };
            depths.iter().enumerate().map(symbol).collect()
        };
        assert_eq!(outline(&nest(&converter, symbols(&[0, 1, 2, 1, 0]))), "0(1(2()) 3()) 4()");
        assert_eq!(outline(&nest(&converter, symbols(&[]))), "");
        let deep: Vec<u32> = (0..5000).collect();
        let tree = nest(&converter, symbols(&deep));
        assert!(serde_json::to_vec(&tree).is_ok());
    }
}
