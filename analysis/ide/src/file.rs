//! One state of one document, and what is computed of it, once and when it is first wanted.

use std::sync::{Arc, OnceLock};

use bytecode::CodeObject;
use compiler::{CompileOptions, Compiled, compile_module};
use diagnostics::{Diagnostic, Severity};
use rustc_hash::FxHashMap;
use symtable::{BlockId, NamePlace, SymbolError, SymbolTable};
use syntax::Parsed;
use syntax::ast::{Cursor, Unit, UnitHeader};
use syntax::token::TokenKind;
use text::{LineIndex, TextRange, TextSize};

/// A document's text with everything derived from it.
#[derive(Debug)]
pub struct File {
    pub path: Arc<str>,
    pub text: Arc<str>,
    lines: OnceLock<LineIndex>,
    parsed: OnceLock<Parsed>,
    symbols: OnceLock<(SymbolTable, Vec<SymbolError>)>,
    places: OnceLock<Vec<NamePlace>>,
    definitions: OnceLock<FxHashMap<TextSize, Definition>>,
    compiled: OnceLock<Option<Compiled>>,
}

/// A `def` or `class`, by the place of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub is_class: bool,
    /// Everything, decorators included.
    pub range: TextRange,
}

impl File {
    pub fn new(path: Arc<str>, text: &str) -> File {
        File {
            path,
            text: text.into(),
            lines: OnceLock::new(),
            parsed: OnceLock::new(),
            symbols: OnceLock::new(),
            places: OnceLock::new(),
            definitions: OnceLock::new(),
            compiled: OnceLock::new(),
        }
    }

    /// All of the text.
    pub fn range(&self) -> TextRange {
        TextRange::new(0u32, TextSize::of(&self.text))
    }

    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    pub fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| syntax::parse_module(&self.text))
    }

    pub fn module(&self) -> &Unit {
        &self.parsed().module
    }

    pub fn table(&self) -> &SymbolTable {
        &self.symbols().0
    }

    pub fn symbol_errors(&self) -> &[SymbolError] {
        &self.symbols().1
    }

    fn symbols(&self) -> &(SymbolTable, Vec<SymbolError>) {
        self.symbols.get_or_init(|| SymbolTable::build(self.module(), symtable::Options::default()))
    }

    /// What the compiler makes of the file; `None` if an earlier stage refuses it.
    fn compiled(&self) -> Option<&Compiled> {
        let compile = || {
            let sound = self.parsed().errors.is_empty() && self.symbol_errors().is_empty();
            let options = CompileOptions::default();
            sound.then(|| compile_module(self.module(), self.table(), &self.path, &options))
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// The module's code, or why there is none.
    pub fn code(&self) -> Result<Arc<CodeObject>, String> {
        match self.compiled() {
            Some(Compiled { code: Ok(code), .. }) => Ok(code.clone()),
            Some(Compiled { code: Err(error), .. }) => Err(error.message.clone()),
            None => {
                let syntax = self.parsed().errors.first().map(|error| error.message.clone());
                let symbols = || self.symbol_errors().first().map(|error| error.message.clone());
                Err(syntax.or_else(symbols).unwrap_or_default())
            }
        }
    }

    /// Everything wrong or doubtful, in the order of the file.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut found =
            diagnostics::check_file(&self.path, self.parsed(), self.table(), self.symbol_errors());
        if let Some(compiled) = self.compiled() {
            let warnings = compiled.warnings.iter().map(|it| (&it.message, it.loc, Severity::Warning));
            let error = compiled.code.as_ref().err().map(|it| (&it.message, it.loc, Severity::Error));
            found.extend(warnings.chain(error).map(|(message, place, severity)| Diagnostic {
                code: if severity == Severity::Error { "syntax-error" } else { "syntax-warning" },
                severity,
                message: message.clone(),
                range: self.range_of(place),
                related: Vec::new(),
                tags: Vec::new(),
                fix: None,
            }));
            found.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
        }
        diagnostics::suppress(&self.text, &mut found);
        found
    }

    /// The range of a place of the compiler's.
    fn range_of(&self, place: compiler::instr::Location) -> TextRange {
        let at = |line: i32, col: i32| {
            let line = u32::try_from(line).unwrap_or(1).saturating_sub(1);
            let col = u32::try_from(col).unwrap_or(0);
            self.lines().offset(&self.text, text::LineCol { line, col }, text::ColumnUnit::Utf8)
        };
        let (start, end) = (at(place.line, place.col), at(place.end_line, place.end_col));
        TextRange::new(start, end.max(start))
    }

    /// All places where a name is written, in order.
    pub fn places(&self) -> &[NamePlace] {
        self.places.get_or_init(|| self.table().places(self.module()))
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

    /// Whether an offset lies in a string or a comment, where names mean nothing.
    pub fn in_literal(&self, offset: TextSize) -> bool {
        let options = syntax::lexer::LexerOptions { extra_tokens: true, ..Default::default() };
        let mut lexer = syntax::lexer::Lexer::new(&self.text, options);
        loop {
            let token = lexer.next_token();
            if token.kind == TokenKind::EndMarker || token.range.start >= offset {
                return false;
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
                    return true;
                }
            }
        }
    }
}

/// The text of a unit, decorators included.
pub fn unit_range(cursor: Cursor<'_>) -> TextRange {
    TextRange { start: TextSize(cursor.base), end: TextSize(cursor.base + cursor.unit.text_len().0) }
}
