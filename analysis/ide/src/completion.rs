//! Names for the word at the cursor: those that are in reach there.

use rustc_hash::FxHashSet;
use symtable::{BlockId, BlockType, LocalBlock, builtins, is_builtin};
use syntax::token::TokenKind;
use syntax::unicode::is_identifier_continue;
use text::{TextRange, TextSize};

use crate::file::File;
use crate::hover::describe;
use crate::kinds::Kinds;
use crate::types::{Completion, SymbolKind};

/// Completions for the word that ends at `offset`.
pub fn completions(file: &File<'_>, offset: TextSize) -> Vec<Completion> {
    let before = &file.text()[..offset.to_usize().min(file.text().len())];
    let word = before
        .rfind(|c| !is_identifier_continue(c))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    // What an object has is not known; and nothing is wanted in strings and comments.
    if before[..word].trim_end().ends_with('.') || file.literal_at(offset).is_some() {
        return Vec::new();
    }
    let replace = TextRange::new(word, before.len());
    let typed = &before[word..];
    let mut found = Found { typed, replace, seen: FxHashSet::default(), items: Vec::new() };
    let kinds = Kinds::of(file);
    for (rank, block) in (0u32..).zip(in_reach(file, offset)) {
        let origin = describe(file, block);
        for (name, symbol) in file.table().symbols(block) {
            if symbol.flags.intersects(symtable::Flags::DEF_BOUND) {
                found.add(name, kinds.get(block, name), &origin, rank);
            }
        }
    }
    for name in builtins().filter(|name| !name.starts_with('_') || typed.starts_with('_')) {
        let class = name.chars().next().is_some_and(char::is_uppercase);
        found.add(name, if class { SymbolKind::Class } else { SymbolKind::Builtin }, "builtin", 100);
    }
    for (word, _) in TokenKind::KEYWORDS.iter().filter(|(word, _)| !is_builtin(word)) {
        found.add(word, SymbolKind::Keyword, "", 200);
    }
    found.items
}

struct Found<'a> {
    typed: &'a str,
    replace: TextRange,
    seen: FxHashSet<String>,
    items: Vec<Completion>,
}

impl Found<'_> {
    fn add(&mut self, label: &str, kind: SymbolKind, detail: &str, rank: u32) {
        let fits = label.len() >= self.typed.len()
            && label.to_lowercase().starts_with(&self.typed.to_lowercase())
            && label != self.typed;
        if fits && self.seen.insert(label.to_owned()) {
            let item = Completion {
                label: label.to_owned(),
                kind,
                detail: detail.to_owned(),
                replace: self.replace,
                rank,
            };
            self.items.push(item);
        }
    }
}

/// The blocks whose names can be used at `offset`, inner before outer.
pub fn in_reach(file: &File<'_>, offset: TextSize) -> Vec<BlockId> {
    let table = file.table();
    let cursors = table.cursors(file.module());
    // Inner units have greater numbers; the end counts too, for that is where one types.
    let inside = |index: &symtable::UnitIndex| {
        let cursor = cursors[index.index()];
        let body = cursor.range(cursor.unit.node_range()).start;
        let indented = indentation(file, offset) > indentation(file, body);
        *index == symtable::UnitIndex::MODULE
            || body < offset && indented && !ends_before(file, cursor, offset)
    };
    let innermost = table.unit_indices().filter(inside).last().unwrap_or(symtable::UnitIndex::MODULE);
    let mut block = BlockId { unit: innermost, block: LocalBlock::BODY };
    let mut blocks = vec![block];
    while let Some(parent) = table.parent(block) {
        block = parent;
        // The names of a class are not seen from inside its functions.
        if table.block(block).kind != BlockType::Class {
            blocks.push(block);
        }
    }
    blocks
}

/// How far the line of an offset is indented.
fn indentation(file: &File<'_>, offset: TextSize) -> usize {
    let line = &file.text()[file.lines().line_range(file.lines().line(offset))];
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether something of less indentation comes between the end of a unit and an offset.
fn ends_before(file: &File<'_>, cursor: syntax::ast::Cursor<'_>, offset: TextSize) -> bool {
    let end = cursor.base + cursor.unit.text_len().0;
    if offset.0 <= end {
        return false;
    }
    let between = &file.text()[end as usize..offset.to_usize().min(file.text().len())];
    let head = indentation(file, cursor.range(cursor.unit.node_range()).start);
    between.lines().skip(1).any(|line| {
        let code = line.trim_start_matches([' ', '\t']);
        !code.is_empty() && line.len() - code.len() <= head
    })
}
