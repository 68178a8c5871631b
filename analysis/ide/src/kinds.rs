//! What names stand for, as far as their bindings tell.

use rustc_hash::FxHashMap;
use symtable::{BlockId, BlockType, Role};

use crate::file::File;
use crate::outline::is_constant;
use crate::types::SymbolKind;

/// The kinds of all variables of a file.
pub struct Kinds(FxHashMap<(BlockId, String), SymbolKind>);

impl Kinds {
    /// Looks at every binding of the file; of several the first `def` or `class` counts, or else the first.
    pub fn of(file: &File<'_>) -> Kinds {
        let table = file.table();
        let mut kinds = FxHashMap::default();
        for place in file.places().iter().filter(|place| place.role.binds()) {
            let Some(owner) = table.owner(place.block, &place.name) else { continue };
            let of_class = table.block(owner).kind == BlockType::Class;
            let kind = match place.role {
                Role::Define => match file.definitions().get(&place.range.start) {
                    Some(definition) if definition.is_class => SymbolKind::Class,
                    _ if of_class => SymbolKind::Method,
                    _ => SymbolKind::Function,
                },
                Role::Import => SymbolKind::Import,
                Role::Parameter => SymbolKind::Parameter,
                Role::TypeParam => SymbolKind::TypeParameter,
                _ if of_class => SymbolKind::Field,
                _ if is_constant(&place.name) => SymbolKind::Constant,
                _ => SymbolKind::Variable,
            };
            let entry = kinds.entry((owner, place.name.clone())).or_insert(kind);
            if place.role == Role::Define {
                *entry = kind;
            }
        }
        Kinds(kinds)
    }

    /// The kind of the variable `name` of a block.
    pub fn get(&self, owner: BlockId, name: &str) -> SymbolKind {
        self.0.get(&(owner, name.to_owned())).copied().unwrap_or(SymbolKind::Variable)
    }
}
