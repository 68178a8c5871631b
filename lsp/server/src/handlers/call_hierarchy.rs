//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls`, `callHierarchy/outgoingCalls`

use tower_lsp::ls_types::request::{
    CallHierarchyIncomingCalls, CallHierarchyOutgoingCalls, CallHierarchyPrepare,
};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range,
    SymbolKind, Uri,
};

use super::document_symbols::kind;
use crate::convert::Converter;
use crate::dispatch::{Outcome, Quick};
use crate::state::Snapshot;

impl Quick for CallHierarchyPrepare {
    fn answer(
        snapshot: &Snapshot,
        params: CallHierarchyPrepareParams,
    ) -> Outcome<Option<Vec<CallHierarchyItem>>> {
        let place = params.text_document_position_params;
        let uri = place.text_document.uri;
        let (document, converter) = snapshot.document(&uri)?;
        let found = snapshot.analysis.callee(document.file, converter.offset(place.position))?;
        Ok(found.map(|symbol| vec![item(&uri, &converter, symbol)]))
    }
}

impl Quick for CallHierarchyIncomingCalls {
    fn answer(
        snapshot: &Snapshot,
        params: CallHierarchyIncomingCallsParams,
    ) -> Outcome<Option<Vec<CallHierarchyIncomingCall>>> {
        let CallHierarchyItem { uri, selection_range, kind, .. } = params.item;
        if kind == SymbolKind::MODULE {
            return Ok(Some(Vec::new()));
        }
        let (document, converter) = snapshot.document(&uri)?;
        let calls =
            snapshot.analysis.incoming_calls(document.file, converter.offset(selection_range.start))?;
        let call = |calls: ide::Calls| CallHierarchyIncomingCall {
            from_ranges: ranges(&converter, &calls),
            from: item(&uri, &converter, calls.symbol),
        };
        Ok(Some(calls.into_iter().map(call).collect()))
    }
}

impl Quick for CallHierarchyOutgoingCalls {
    fn answer(
        snapshot: &Snapshot,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Outcome<Option<Vec<CallHierarchyOutgoingCall>>> {
        let CallHierarchyItem { uri, selection_range, kind, .. } = params.item;
        let (document, converter) = snapshot.document(&uri)?;
        let name = (kind != SymbolKind::MODULE).then(|| converter.offset(selection_range.start));
        let calls = snapshot.analysis.outgoing_calls(document.file, name)?;
        let call = |calls: ide::Calls| CallHierarchyOutgoingCall {
            from_ranges: ranges(&converter, &calls),
            to: item(&uri, &converter, calls.symbol),
        };
        Ok(Some(calls.into_iter().map(call).collect()))
    }
}

fn ranges(converter: &Converter, calls: &ide::Calls) -> Vec<Range> {
    calls.places.iter().map(|range| converter.range(*range)).collect()
}

fn item(uri: &Uri, converter: &Converter, symbol: ide::DocumentSymbol) -> CallHierarchyItem {
    CallHierarchyItem {
        range: converter.range(symbol.range),
        selection_range: converter.range(symbol.name_range),
        name: symbol.name,
        kind: kind(symbol.kind),
        tags: None,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        uri: uri.clone(),
        data: None,
    }
}
