//! The outline, and what of it has commands.

use rustc_hash::FxHashSet;
use symtable::{BlockType, LocalBlock, NamePlace, Role, UnitIndex};
use syntax::ast::{Cursor, ExprKind, StmtKind, UnitHeader};
use text::TextRange;

use crate::file::{File, unit_range};
use crate::types::{CodeLens, Command, DocumentSymbol, SymbolKind};

/// Longest signature shown.
const DETAIL: usize = 100;

/// The outline: classes, functions, and the variables of the module and of classes.
pub fn symbols(file: &File<'_>) -> Vec<DocumentSymbol> {
    let table = file.table();
    let cursors = table.cursors(file.module());
    let mut depths: Vec<u32> = Vec::with_capacity(cursors.len());
    let mut symbols = Vec::new();
    for (index, cursor) in table.unit_indices().zip(&cursors) {
        // Units come outer before inner, so that the parent's depth is known.
        let parent = table.unit_parent(index).map(|(parent, _)| parent);
        let position = parent.map(UnitIndex::index);
        let depth = position.map_or(0, |at| depths[at] + u32::from(at != 0));
        depths.push(depth);
        let (name, kind) = match cursor.unit.header() {
            UnitHeader::Class(header) => (header.name, SymbolKind::Class),
            UnitHeader::Function(header) => {
                let method =
                    position.is_some_and(|at| matches!(cursors[at].unit.header(), UnitHeader::Class(_)));
                (header.name, if method { SymbolKind::Method } else { SymbolKind::Function })
            }
            _ => continue,
        };
        let name_range = cursor.range(name.range);
        let detail = if kind == SymbolKind::Class { String::new() } else { signature(file, name_range) };
        let name = cursor.unit.name(name.name).to_owned();
        symbols.push(DocumentSymbol { name, detail, kind, range: unit_range(*cursor), name_range, depth });
    }
    let mut seen = FxHashSet::default();
    // Names of functions are not shown; and those are most of the units.
    let is_function = |cursor: &Cursor<'_>| matches!(cursor.unit.header(), UnitHeader::Function(_));
    let shown = table.unit_indices().zip(&cursors).filter(|(_, cursor)| !is_function(cursor));
    let mut places: Vec<NamePlace> =
        shown.flat_map(|(index, cursor)| table.places_in(index, *cursor)).collect();
    places.retain(|place| matches!(place.role, Role::Store | Role::Annotate));
    places.sort_by_key(|place| place.range.start);
    for place in &places {
        let block = table.block(place.block);
        let kind = match block.kind {
            BlockType::Module if is_constant(&place.name) => SymbolKind::Constant,
            BlockType::Module => SymbolKind::Variable,
            BlockType::Class => SymbolKind::Field,
            _ => continue,
        };
        if place.block.block == LocalBlock::BODY && seen.insert((place.block, place.name.as_str())) {
            let at = place.block.unit.index();
            let depth = depths[at] + u32::from(at != 0);
            symbols.push(variable(place, kind, depth));
        }
    }
    symbols.sort_by_key(|symbol| (symbol.range.start, symbol.depth));
    symbols
}

fn variable(place: &NamePlace, kind: SymbolKind, depth: u32) -> DocumentSymbol {
    DocumentSymbol {
        name: place.name.clone(),
        detail: String::new(),
        kind,
        range: place.range,
        name_range: place.range,
        depth,
    }
}

/// Whether a name is spelt like a constant's.
pub fn is_constant(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// What follows a function's name, to its colon: as written, on one line.
fn signature(file: &File<'_>, name: TextRange) -> String {
    let rest = &file.text()[name.end.to_usize()..];
    let mut depth = 0u32;
    let end = rest.char_indices().find(|(_, c)| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == ':' && depth == 0
    });
    let text = &rest[..end.map_or(0, |(at, _)| at)];
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(DETAIL) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// Commands above definitions, and above what a module runs.
pub fn code_lenses(file: &File<'_>) -> Vec<CodeLens> {
    let mut lenses = Vec::new();
    for name in file.definitions().keys() {
        let range = TextRange::empty(*name);
        let command = Command::ShowBytecode { range };
        lenses.push(CodeLens { range, title: "bytecode".to_owned(), command });
    }
    let module = file.module();
    let cursor = syntax::ast::Cursor::new(module);
    for id in module.list(module.body()) {
        let stmt = module.stmt(*id);
        let runs = match stmt.kind {
            StmtKind::Expr { value } => !matches!(module.expr(value).kind, ExprKind::Constant { .. }),
            StmtKind::If { .. } => file.text()[cursor.range(stmt.range)].starts_with("if __name__"),
            _ => false,
        };
        if runs {
            let range = cursor.range(stmt.range);
            let command = Command::RunSelection { range };
            lenses.push(CodeLens { range: TextRange::empty(range.start), title: "run".to_owned(), command });
        }
    }
    lenses.sort_by_key(|lens| lens.range.start);
    lenses
}
