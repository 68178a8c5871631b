//! Inlay hints: where names live that are not plain locals.

use rustc_hash::FxHashSet;
use symtable::{BlockType, NameKind, Scope};
use text::TextRange;

use crate::file::{File, unit_range};
use crate::hover::describe;
use crate::types::InlayHint;

/// Hints for the names in `range`: in each scope, where it first mentions a variable that is captured, comes from an
/// enclosing function, or is a declared global.
pub fn hints(file: &File<'_>, range: TextRange) -> Vec<InlayHint> {
    let table = file.table();
    let mut hints = Vec::new();
    for (index, cursor) in table.unit_indices().zip(table.cursors(file.module())) {
        // A name in a header belongs to the unit around, which reaches further.
        if unit_range(cursor).intersect(range).is_none() {
            continue;
        }
        let mut places = table.places_in(index, cursor);
        places.sort_by_key(|place| place.range.start);
        let mut seen = FxHashSet::default();
        for place in &places {
            if !seen.insert((place.block, place.name.as_str())) {
                continue;
            }
            let shown = range.start <= place.range.end && place.range.end <= range.end;
            let Some(found) = table.resolve(place.block, &place.name).filter(|_| shown) else { continue };
            let owner = || describe(file, found.owner).replace('`', "");
            let (label, tooltip) = match found.kind {
                NameKind::Cell => {
                    let capturing = table.captured_by(found.owner, &place.name);
                    let capturing: Vec<String> =
                        capturing.into_iter().map(|block| describe(file, block).replace('`', "")).collect();
                    ("cell", format!("captured by {}", capturing.join(", ")))
                }
                NameKind::Free | NameKind::ClassThenFree => {
                    ("free", format!("lives in a cell of {}", owner()))
                }
                NameKind::Global
                    if found.scope == Scope::GlobalExplicit
                        && table.block(place.block).kind != BlockType::Module =>
                {
                    ("global", "lives in the module's namespace".to_owned())
                }
                _ => continue,
            };
            hints.push(InlayHint { offset: place.range.end, label: label.to_owned(), tooltip });
        }
    }
    hints.sort_by_key(|hint| hint.offset);
    hints
}
