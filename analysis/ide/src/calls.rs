//! Who calls whom in a file, as far as names tell: where a call of an attribute leads is known only when it runs.

use rustc_hash::{FxHashMap, FxHashSet};
use symtable::NamePlace;
use syntax::ast::ExprKind;
use text::{TextRange, TextSize};

use crate::file::{File, unit_range};
use crate::names;
use crate::outline;
use crate::types::{Calls, DocumentSymbol, SymbolKind};

/// The function or class of the file that the name at `offset` means.
pub fn prepare(file: &File<'_>, offset: TextSize) -> Option<DocumentSymbol> {
    meant(file, offset, &definitions(file))
}

/// The calls of what the name at `offset` means, by where they stand.
pub fn incoming(file: &File<'_>, offset: TextSize) -> Vec<Calls> {
    let Some(name) = file.name_at(offset) else { return Vec::new() };
    let (_, places) = file.places_of(&name);
    let definitions = definitions(file);
    let callers = callers(file, &definitions);
    let called = called_names(file);
    let mut calls = Vec::new();
    for place in places.iter().filter(|place| called.contains(&place.range)) {
        add(&mut calls, callers[place.block.unit.index()].clone(), place.range);
    }
    calls
}

/// The functions and classes of the file that the code of a definition calls; `None` is the code of the module.
pub fn outgoing(file: &File<'_>, definition: Option<TextSize>) -> Vec<Calls> {
    let definitions = definitions(file);
    let symbol = definition.and_then(|offset| meant(file, offset, &definitions));
    if definition.is_some() && symbol.is_none() {
        return Vec::new();
    }
    let from = symbol.unwrap_or_else(|| module(file));
    let callers = callers(file, &definitions);
    let called = called_names(file);
    let mut calls = Vec::new();
    for place in file.places().iter().filter(|place| called.contains(&place.range)) {
        if callers[place.block.unit.index()].name_range == from.name_range
            && let Some(to) = meant_at(file, place, &definitions)
        {
            add(&mut calls, to, place.range);
        }
    }
    calls
}

fn add(calls: &mut Vec<Calls>, symbol: DocumentSymbol, place: TextRange) {
    match calls.iter_mut().find(|it| it.symbol.name_range == symbol.name_range) {
        Some(known) => known.places.push(place),
        None => calls.push(Calls { symbol, places: vec![place] }),
    }
}

fn definitions(file: &File<'_>) -> Vec<DocumentSymbol> {
    let mut symbols = outline::symbols(file);
    let defines = |kind| matches!(kind, SymbolKind::Class | SymbolKind::Function | SymbolKind::Method);
    symbols.retain(|symbol| defines(symbol.kind));
    symbols
}

fn meant(file: &File<'_>, offset: TextSize, definitions: &[DocumentSymbol]) -> Option<DocumentSymbol> {
    meant_at(file, &file.name_at(offset)?, definitions)
}

fn meant_at(file: &File<'_>, name: &NamePlace, definitions: &[DocumentSymbol]) -> Option<DocumentSymbol> {
    let bound = names::definition(file, name.range.start);
    bound.iter().find_map(|range| definitions.iter().find(|symbol| symbol.name_range == *range)).cloned()
}

/// The names that calls call.
fn called_names(file: &File<'_>) -> FxHashSet<TextRange> {
    let mut called = FxHashSet::default();
    for cursor in file.table().cursors(file.module()) {
        for (_, expr) in cursor.unit.all_exprs() {
            if let ExprKind::Call { func, .. } = expr.kind
                && matches!(cursor.unit.expr(func).kind, ExprKind::Name { .. })
            {
                called.insert(cursor.range(cursor.unit.expr(func).range));
            }
        }
    }
    called
}

/// By unit, the definition whose code it is, or the module.
fn callers(file: &File<'_>, definitions: &[DocumentSymbol]) -> Vec<DocumentSymbol> {
    let by_range: FxHashMap<TextRange, &DocumentSymbol> =
        definitions.iter().map(|symbol| (symbol.range, symbol)).collect();
    let cursors = file.table().cursors(file.module());
    // The module comes first; a definition can cover all of it.
    let inner = cursors.into_iter().skip(1).map(|cursor| by_range.get(&unit_range(cursor)));
    let inner = inner.map(|symbol| symbol.map_or_else(|| module(file), |&symbol| symbol.clone()));
    [module(file)].into_iter().chain(inner).collect()
}

/// The module, as what calls from its own code.
fn module(file: &File<'_>) -> DocumentSymbol {
    DocumentSymbol {
        name: "<module>".to_owned(),
        detail: String::new(),
        kind: SymbolKind::Module,
        range: file.range(),
        name_range: TextRange::empty(0u32),
        depth: 0,
    }
}
