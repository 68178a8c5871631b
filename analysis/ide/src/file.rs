//! One document as a request sees it. What is computed of it comes from the database.

use std::cell::OnceCell;
use std::sync::Arc;

use bytecode::CodeObject;
use db::{Database, UnitKey};
use diagnostics::Diagnostic;
use rustc_hash::FxHashMap;
use symtable::{BlockId, NamePlace, SymbolTable};
use syntax::Parsed;
use syntax::ast::{Cursor, Unit, UnitHeader};
use syntax::lexer::{Indents, Lexer, LexerOptions};
use syntax::token::TokenKind;
use text::{LineIndex, TextRange, TextSize};

/// A document in a state of the database.
pub struct File<'a> {
    db: &'a Database,
    file: db::File,
    definitions: OnceCell<FxHashMap<TextSize, Definition>>,
}

/// A `def` or `class`, by the place of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub is_class: bool,
    /// Everything, decorators included.
    pub range: TextRange,
}

impl<'a> File<'a> {
    pub fn new(db: &'a Database, file: db::File) -> File<'a> {
        File { db, file, definitions: OnceCell::new() }
    }

    /// All of the text.
    pub fn range(&self) -> TextRange {
        TextRange::new(0u32, self.file.rope(self.db).len())
    }

    pub fn text(&self) -> &'a str {
        db::source(self.db, self.file)
    }

    pub fn lines(&self) -> &'a LineIndex {
        db::lines(self.db, self.file)
    }

    pub fn parsed(&self) -> &'a Parsed {
        self.file.parsed(self.db)
    }

    pub fn module(&self) -> &'a Unit {
        &self.parsed().module
    }

    pub fn table(&self) -> &'a SymbolTable {
        db::table(self.db, self.file)
    }

    /// The units that hold a range, each in the one before; the first is the module.
    pub fn units_around(&self, range: TextRange) -> Vec<(UnitKey, Cursor<'a>)> {
        let mut found = Vec::new();
        let mut next = self.file.root(self.db).map(|root| (root, Cursor::new(self.module())));
        while let Some((key, cursor)) = next {
            found.push((key, cursor));
            let inside = TextRange::new(
                range.start.0.saturating_sub(cursor.base),
                range.end.0.saturating_sub(cursor.base),
            );
            let inner = cursor.unit.child_around(inside).map(|(id, _)| id);
            next = inner.and_then(|id| Some((*key.children(self.db).get(id.index())?, cursor.child(id))));
        }
        found
    }

    /// The innermost unit that holds a range, and the unit around that.
    pub fn unit_around(&self, range: TextRange) -> Option<UnitAround<'a>> {
        let mut around = self.units_around(range);
        let (key, cursor) = around.pop()?;
        Some(UnitAround { key, cursor, outer: around.pop() })
    }

    /// The code of a unit with all units in it, or why there is none.
    pub fn code(&self, key: UnitKey, cursor: Cursor<'_>) -> Result<Arc<CodeObject>, String> {
        match self.parsed().errors.first() {
            Some(error) => Err(error.message.clone()),
            None => db::code_of(self.db, key, cursor.base_line),
        }
    }

    /// Everything wrong or doubtful, in the order of the file.
    pub fn diagnostics(&self) -> &'a [Diagnostic] {
        db::file_findings(self.db, self.file)
    }

    /// All places where a name is written, in order.
    pub fn places(&self) -> &'a [NamePlace] {
        db::places(self.db, self.file)
    }

    /// The name at an offset, or just before it.
    pub fn name_at(&self, offset: TextSize) -> Option<NamePlace> {
        self.table().name_at(self.module(), offset)
    }

    /// All places of the variable that is meant at `place`, and the block that owns it.
    pub fn places_of(&self, place: &NamePlace) -> (Option<BlockId>, Vec<NamePlace>) {
        match self.table().owner(place.block, &place.name) {
            Some(owner) => (Some(owner), self.table().places_of(self.module(), owner, &place.name)),
            None => (None, vec![place.clone()]),
        }
    }

    /// The definitions of the file, by the start of their names.
    pub fn definitions(&self) -> &FxHashMap<TextSize, Definition> {
        self.definitions.get_or_init(|| {
            let cursors = self.table().cursors(self.module());
            let definition = |cursor: &Cursor<'_>| {
                let (name, is_class) = match cursor.unit.header() {
                    UnitHeader::Function(header) => (header.name, false),
                    UnitHeader::Class(header) => (header.name, true),
                    _ => return None,
                };
                Some((cursor.range(name.range).start, Definition { is_class, range: unit_range(*cursor) }))
            };
            cursors.iter().filter_map(definition).collect()
        })
    }

    /// Whether the file itself gives a global of that name a value.
    pub fn binds_global(&self, name: &str) -> bool {
        self.table().binds_global(name)
    }

    /// The string, comment or number that an offset lies in, where names mean nothing. A comment has no end but that of
    /// its line.
    pub fn literal_at(&self, offset: TextSize) -> Option<TokenKind> {
        let options = LexerOptions { extra_tokens: true, ..LexerOptions::default() };
        let start = Cursor::new(self.module()).definition_before(offset);
        let mut lexer = Lexer::resume(self.text(), start, Indents::default(), options);
        loop {
            let token = lexer.next_token();
            if token.kind == TokenKind::EndMarker || token.range.start >= offset {
                return None;
            }
            if token.range.end >= offset {
                let open_ended = token.kind == TokenKind::Comment;
                let literal = matches!(
                    token.kind,
                    TokenKind::String
                        | TokenKind::Comment
                        | TokenKind::FStringStart
                        | TokenKind::FStringMiddle
                        | TokenKind::TStringStart
                        | TokenKind::TStringMiddle
                        | TokenKind::Number
                );
                if literal && (open_ended || offset < token.range.end) {
                    return Some(token.kind);
                }
            }
        }
    }
}

/// A unit with its place, and what it stands in.
#[derive(Clone, Copy)]
pub struct UnitAround<'a> {
    pub key: UnitKey,
    pub cursor: Cursor<'a>,
    /// `None` for the module.
    pub outer: Option<(UnitKey, Cursor<'a>)>,
}

/// The text of a unit, decorators included.
pub fn unit_range(cursor: Cursor<'_>) -> TextRange {
    TextRange { start: TextSize(cursor.base), end: TextSize(cursor.base + cursor.unit.text_len().0) }
}
