//! Who owns a name: Python's LEGB rule as the compiler applies it, for hover, references and diagnostics.

use syntax::ast::{Cursor, Unit};
use text::{TextRange, TextSize};

use crate::block::{BlockId, BlockType, LocalBlock, Nested, Node, UnitIndex};
use crate::collect::occurrences;
use crate::names::Names;
use crate::occurrence::{Occurrence, Role};
use crate::symbol::{Flags, Scope};
use crate::table::SymbolTable;

/// How a name is found at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// A slot of the frame: `LOAD_FAST`.
    Fast,
    /// A cell made by this frame, shared with nested functions: `LOAD_DEREF`.
    Cell,
    /// A cell made by an enclosing frame: `LOAD_DEREF`.
    Free,
    /// In a class body or an annotation scope of a class: its namespace first, then the cell
    /// (`LOAD_FROM_DICT_OR_DEREF`).
    ClassThenFree,
    /// In an annotation scope of a class: its namespace first, then globals and builtins
    /// (`LOAD_FROM_DICT_OR_GLOBALS`).
    ClassThenGlobal,
    /// The module's namespace, then builtins, past anything between: `LOAD_GLOBAL`.
    Global,
    /// The namespace of the module or class that runs, then globals and builtins: `LOAD_NAME`.
    Namespace,
}

/// A name as seen from a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    pub kind: NameKind,
    pub scope: Scope,
    /// The block whose variable it is; the module's for a global, whether or not the module binds it.
    pub owner: BlockId,
    /// The block whose code object has the instruction: not the block itself where a comprehension is inlined.
    pub frame: BlockId,
}

/// One place of a name in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePlace {
    /// The name as stored, that is mangled if need be.
    pub name: String,
    /// The block it is looked up from.
    pub block: BlockId,
    pub role: Role,
    /// Bytes of the file.
    pub range: TextRange,
}

impl SymbolTable {
    /// Who owns `name` (mangled) as seen from `block`; `None` if the block does not mention it.
    pub fn resolve(&self, block: BlockId, name: &str) -> Option<Resolution> {
        let scope = self.scope(block, name)?;
        let frame = self.frame(block);
        // In an inlined comprehension the enclosing block says how to reach what is not the comprehension's own.
        let inlined = frame != block;
        let frame_block = self.block(frame);
        let sees_class = self.block(block).can_see_class_scope;
        let own = matches!(scope, Scope::Local | Scope::Cell);
        let owner = match scope {
            Scope::Local | Scope::Cell => block,
            Scope::Free => self.owner_of_free(block, name),
            Scope::GlobalImplicit | Scope::GlobalExplicit => self.module(),
        };
        let in_class = !inlined && frame_block.kind == BlockType::Class;
        let kind = match scope {
            Scope::Cell => NameKind::Cell,
            Scope::Local if inlined || frame_block.is_function_like() => NameKind::Fast,
            Scope::Local => NameKind::Namespace,
            Scope::Free if in_class || sees_class => NameKind::ClassThenFree,
            Scope::Free if inlined && owner == frame => match self.scope(frame, name) {
                Some(Scope::Local) => NameKind::Fast,
                _ => NameKind::Cell,
            },
            Scope::Free => NameKind::Free,
            Scope::GlobalImplicit if sees_class => NameKind::ClassThenGlobal,
            Scope::GlobalImplicit if !frame_block.is_function_like() => NameKind::Namespace,
            Scope::GlobalImplicit | Scope::GlobalExplicit => NameKind::Global,
        };
        // A name of an inlined comprehension that nested functions share is a cell of the frame.
        let kind = match kind {
            NameKind::Fast if inlined && own && self.is_inlined_cell(frame, name) => NameKind::Cell,
            kind => kind,
        };
        Some(Resolution { kind, scope, owner, frame })
    }

    /// The block whose code object runs `block`: another one where a comprehension is inlined.
    pub fn frame(&self, mut block: BlockId) -> BlockId {
        while self.block(block).comp_inlined
            && let Some(parent) = self.parent(block)
        {
            block = parent;
        }
        block
    }

    /// The blocks that reach the variable `name` of `owner` as a free variable, outer before inner.
    pub fn captured_by(&self, owner: BlockId, name: &str) -> Vec<BlockId> {
        let mut capturing = Vec::new();
        let mut open: Vec<BlockId> = self.nested(owner);
        while let Some(block) = open.pop() {
            let symbol = self.symbol(block, name);
            let free = symbol.is_some_and(|symbol| symbol.scope == Some(Scope::Free));
            if !free && symbol.is_some() && self.block(block).is_function_like() {
                // A variable of its own, or a global: nothing inside reaches ours. A class's variables do not count.
                continue;
            }
            // With no flags the block only hands the cell on.
            let names_it = symbol.is_some_and(|symbol| !symbol.flags.is_empty());
            if free && names_it && !self.block(block).comp_inlined {
                capturing.push(block);
            }
            open.extend(self.nested(block));
        }
        capturing.sort_unstable();
        capturing
    }

    /// Whether the file gives the global `name` a value: in the module, or in a function that declares it `global`.
    pub fn binds_global(&self, name: &str) -> bool {
        let module = self.symbol(self.module(), name);
        let Some(module) = module else { return false };
        if module.flags.intersects(Flags::DEF_BOUND) {
            return true;
        }
        module.flags.contains(Flags::DEF_GLOBAL)
            && self.blocks().any(|block| {
                self.symbol(block, name).is_some_and(|symbol| {
                    symbol.scope == Some(Scope::GlobalExplicit) && symbol.flags.intersects(Flags::DEF_BOUND)
                })
            })
    }

    /// The tree's units with their places, by number. `module` is what the table was built from.
    pub fn cursors<'a>(&self, module: &'a Unit) -> Vec<Cursor<'a>> {
        let mut cursors: Vec<Cursor<'a>> = Vec::with_capacity(self.unit_count());
        for linked in &self.units {
            let cursor = match linked.parent {
                None => Cursor::new(module),
                Some((parent, child, _)) => cursors[parent.0 as usize].child(child),
            };
            cursors.push(cursor);
        }
        cursors
    }

    /// The line (from 1) that block `id` begins on, 0 of a module's. `cursors` are those of the table.
    pub fn line(&self, cursors: &[Cursor<'_>], id: BlockId) -> u32 {
        let block = self.block(id);
        if block.kind == BlockType::Module {
            return 0;
        }
        let (child, node) = block.node;
        let unit = cursors[id.unit.index()];
        let cursor = child.map_or(unit, |child| unit.child(child));
        let range = match node {
            Node::Body | Node::TypeParams | Node::Annotations => cursor.unit.node_range(),
            _ => block.range,
        };
        cursor.span(range).line
    }

    /// The name written at `offset` of the file, also when the offset is just behind it.
    pub fn name_at(&self, module: &Unit, offset: TextSize) -> Option<NamePlace> {
        let mut unit = UnitIndex::MODULE;
        let mut cursor = Cursor::new(module);
        loop {
            // A child's header belongs to the unit around it.
            if let Some(found) = self.name_in_unit(unit, cursor, offset) {
                return Some(found);
            }
            let inner = cursor.unit.children().find(|(_, child)| {
                let start = cursor.base + child.offset;
                (start..=start + child.unit.text_len().0).contains(&offset.0)
            });
            let (id, _) = inner?;
            unit = self.child(unit, id)?;
            cursor = cursor.child(id);
        }
    }

    fn name_in_unit(&self, unit: UnitIndex, cursor: Cursor<'_>, offset: TextSize) -> Option<NamePlace> {
        let (names, places) = occurrences(cursor.unit, self.context(unit));
        let hit = |place: &&Occurrence| {
            let range = place.place.file_range(cursor);
            range.start <= offset && offset <= range.end
        };
        let found = places.iter().filter(hit).min_by_key(|place| place.role == Role::Unevaluated)?;
        Some(self.name_place(unit, cursor, &names, found))
    }

    fn name_place(
        &self,
        unit: UnitIndex,
        cursor: Cursor<'_>,
        names: &Names,
        found: &Occurrence,
    ) -> NamePlace {
        NamePlace {
            name: names.text(found.name).to_owned(),
            block: BlockId { unit, block: found.block },
            role: found.role,
            range: found.place.file_range(cursor),
        }
    }

    /// All places in the file where a name is written, in the order of the file.
    pub fn places(&self, module: &Unit) -> Vec<NamePlace> {
        let mut found = Vec::new();
        for (unit, cursor) in self.unit_indices().zip(self.cursors(module)) {
            found.extend(self.places_in(unit, cursor));
        }
        found.sort_by_key(|place| (place.range.start, place.range.end));
        found
    }

    /// The places in one unit, headers of the units in it included, in no particular order. `cursor` is at the unit.
    pub fn places_in(&self, unit: UnitIndex, cursor: Cursor<'_>) -> Vec<NamePlace> {
        let (names, places) = occurrences(cursor.unit, self.context(unit));
        places.iter().map(|place| self.name_place(unit, cursor, &names, place)).collect()
    }

    /// All places in the file where the variable `name` of `owner` is written, in the order of the file.
    pub fn places_of(&self, module: &Unit, owner: BlockId, name: &str) -> Vec<NamePlace> {
        let mut found = Vec::new();
        let cursors = self.cursors(module);
        for (index, linked) in self.units.iter().enumerate() {
            if linked.scopes.names.get(name.as_bytes()).is_none() {
                continue;
            }
            let unit = UnitIndex(index as u32);
            let (names, places) = occurrences(cursors[index].unit, &linked.context);
            for place in places {
                let block = BlockId { unit, block: place.block };
                if names.text(place.name) == name && self.owner(block, name) == Some(owner) {
                    found.push(self.name_place(unit, cursors[index], &names, &place));
                }
            }
        }
        found.sort_by_key(|place| (place.range.start, place.range.end));
        found.dedup_by(|a, b| a.range == b.range);
        found
    }

    /// The block whose variable `name` is as seen from `block`. The module's names are one, however they are declared.
    pub fn owner(&self, block: BlockId, name: &str) -> Option<BlockId> {
        self.resolve(block, name).map(|resolution| resolution.owner)
    }

    /// All nested blocks of this and other units, inlined comprehensions included.
    fn nested(&self, id: BlockId) -> Vec<BlockId> {
        let linked = &self.units[id.unit.0 as usize];
        let blocks = &linked.scopes.blocks;
        let mut nested: Vec<BlockId> = (0..blocks.len())
            .filter(|index| blocks[*index].parent == Some(id.block))
            .map(|index| BlockId { unit: id.unit, block: LocalBlock(index as u32) })
            .collect();
        nested.extend(self.block(id).children.iter().filter_map(|child| match child {
            Nested::Unit(child) => {
                linked.children.get(child).map(|unit| BlockId { unit: *unit, block: LocalBlock::BODY })
            }
            Nested::Block(_) => None,
        }));
        nested
    }

    /// The block around `block` that makes the cell of `name`.
    fn owner_of_free(&self, block: BlockId, name: &str) -> BlockId {
        let implied = matches!(name, "__class__" | "__classdict__" | "__conditional_annotations__");
        let mut at = block;
        while let Some(parent) = self.parent(at) {
            at = parent;
            if self.block(at).kind == BlockType::Class {
                if implied {
                    return at;
                }
                continue;
            }
            if self.block(at).is_function_like()
                && matches!(self.scope(at, name), Some(Scope::Local | Scope::Cell))
            {
                return at;
            }
        }
        self.module()
    }

    fn is_inlined_cell(&self, frame: BlockId, name: &str) -> bool {
        self.symbol(frame, name).is_some_and(|symbol| symbol.flags.contains(Flags::DEF_COMP_CELL))
    }
}
