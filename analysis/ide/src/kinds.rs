//! What names stand for, as far as their bindings tell.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use symtable::{BlockId, BlockType, Role, UnitIndex};
use syntax::ast::{Cursor, UnitHeader};
use text::TextSize;

use crate::file::File;
use crate::outline::is_constant;
use crate::types::SymbolKind;

/// The kinds of the variables of a file, unit by unit as they are asked for.
pub struct Kinds<'f> {
    file: &'f File<'f>,
    cursors: Vec<Cursor<'f>>,
    units: RefCell<FxHashMap<UnitIndex, Rc<UnitKinds>>>,
}

type UnitKinds = FxHashMap<(BlockId, String), SymbolKind>;

impl<'f> Kinds<'f> {
    pub fn of(file: &'f File<'f>) -> Kinds<'f> {
        Kinds { file, cursors: file.table().cursors(file.module()), units: RefCell::default() }
    }

    /// The kind of the variable `name` of a block. What gives it a value in its own unit counts, not who declares it
    /// `global` or `nonlocal`.
    pub fn get(&self, owner: BlockId, name: &str) -> SymbolKind {
        let known = self.units.borrow().get(&owner.unit).cloned();
        let kinds = known.unwrap_or_else(|| {
            let kinds = Rc::new(self.unit(owner.unit));
            self.units.borrow_mut().insert(owner.unit, kinds.clone());
            kinds
        });
        kinds.get(&(owner, name.to_owned())).copied().unwrap_or(SymbolKind::Variable)
    }

    /// Looks at every binding in a unit; of several the first `def` or `class` counts, or else the first.
    fn unit(&self, unit: UnitIndex) -> UnitKinds {
        let table = self.file.table();
        let cursor = self.cursors[unit.index()];
        let mut classes: FxHashMap<TextSize, bool> = FxHashMap::default();
        for (id, child) in cursor.unit.children() {
            let (name, is_class) = match child.unit.header() {
                UnitHeader::Function(header) => (header.name, false),
                UnitHeader::Class(header) => (header.name, true),
                _ => continue,
            };
            classes.insert(cursor.child(id).range(name.range).start, is_class);
        }
        let mut places = table.places_in(unit, cursor);
        places.retain(|place| place.role.binds());
        places.sort_by_key(|place| place.range.start);
        let mut kinds = UnitKinds::default();
        for place in places {
            let Some(owner) = table.owner(place.block, &place.name) else { continue };
            let of_class = table.block(owner).kind == BlockType::Class;
            let kind = match place.role {
                Role::Define if classes.get(&place.range.start) == Some(&true) => SymbolKind::Class,
                Role::Define if of_class => SymbolKind::Method,
                Role::Define => SymbolKind::Function,
                Role::Import => SymbolKind::Import,
                Role::Parameter => SymbolKind::Parameter,
                Role::TypeParam => SymbolKind::TypeParameter,
                _ if of_class => SymbolKind::Field,
                _ if is_constant(&place.name) => SymbolKind::Constant,
                _ => SymbolKind::Variable,
            };
            let entry = kinds.entry((owner, place.name)).or_insert(kind);
            if place.role == Role::Define
                && !matches!(*entry, SymbolKind::Class | SymbolKind::Function | SymbolKind::Method)
            {
                *entry = kind;
            }
        }
        kinds
    }
}
