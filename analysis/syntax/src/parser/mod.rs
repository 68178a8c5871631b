//! The parser: recursive descent and precedence climbing over the tokens, into the arenas of units.
//!
//! It decides what is valid, and nothing more: when a statement fails, it only knows that it did. What CPython says
//! about it is found out afterwards by [`errors`], which reads the same statement as CPython's own parser does; the
//! rest of the text is parsed on by [`recovery`].

mod builder;
mod calls;
mod compound;
mod definitions;
mod expressions;
mod fstrings;
mod patterns;
mod recovery;
mod simple;
mod strings;
mod targets;

use text::{LineIndex, TextSize};

use crate::ast::{Arg, ExprId, Ident, Unit, UnitHeader};
use crate::error::{SyntaxError, SyntaxWarning};
use crate::token::{Token, TokenKind};
use builder::Builder;

/// The statement in hand is invalid. Where and why is not said: see the module's documentation.
#[derive(Clone, Copy, Debug)]
struct Fail;

type Parse<T = ExprId> = Result<T, Fail>;

/// What the text is to be parsed as: the modes of `ast.parse` and `compile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// A module.
    #[default]
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement.
    Single,
    /// The signature in a function's type comment.
    FuncType,
}

/// How to parse.
#[derive(Clone, Copy, Debug, Default)]
pub struct ParseOptions {
    pub mode: Mode,
    /// Keep `# type:` comments in the tree.
    pub type_comments: bool,
}

/// A tree, and what is wrong with the text.
#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    pub module: std::sync::Arc<Unit>,
    /// The first is the one that CPython reports; the others follow in the order of the text.
    pub errors: Vec<SyntaxError>,
    pub warnings: Vec<SyntaxWarning>,
}

struct Parser<'a> {
    source: &'a str,
    lines: &'a LineIndex,
    tokens: &'a [Token],
    options: ParseOptions,
    /// Index of the next token.
    pos: usize,
    /// Its kind.
    kind: TokenKind,
    /// End of the last token that is not layout.
    prev_end: u32,
    builder: Builder<'a>,
    errors: Vec<SyntaxError>,
    warnings: Vec<SyntaxWarning>,
    /// Where the statements start that the parser is in, outermost first: indices of tokens.
    statement_starts: Vec<usize>,
    /// A literal in the statement in hand has no value; which and why is found out when it is reported.
    bad_literal: bool,
    /// In a header: the first expression that has no place in the tree yet.
    parts_from: usize,
    /// The parameters before a mistake among them.
    salvaged_args: Vec<Arg>,
}

/// Grows the stack when little of it is left: nesting of the text must not overflow it.
#[inline]
fn with_stack<T>(parse: impl FnOnce() -> T) -> T {
    const LOW_WATER: usize = 128 * 1024;
    const SEGMENT: usize = 2 * 1024 * 1024;
    stacker::maybe_grow(LOW_WATER, SEGMENT, parse)
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, lines: &'a LineIndex, tokens: &'a [Token], options: ParseOptions) -> Parser<'a> {
        Parser {
            source,
            lines,
            tokens,
            options,
            pos: 0,
            kind: tokens[0].kind,
            prev_end: 0,
            builder: Builder::new(lines.line_starts()),
            errors: Vec::new(),
            warnings: Vec::new(),
            statement_starts: Vec::new(),
            bad_literal: false,
            parts_from: 0,
            salvaged_args: Vec::new(),
        }
    }

    /// The next token.
    #[inline]
    fn token(&self) -> Token {
        self.tokens[self.pos]
    }

    /// Where the next token starts.
    #[inline]
    fn start(&self) -> u32 {
        self.token().range.start.0
    }

    /// The kind of the token `ahead` of the next one.
    #[inline]
    fn peek(&self, ahead: usize) -> TokenKind {
        self.tokens.get(self.pos + ahead).map_or(TokenKind::EndMarker, |token| token.kind)
    }

    #[inline]
    fn at(&self, kind: TokenKind) -> bool {
        self.kind == kind
    }

    /// Goes past the next token, which is not layout; the end of the text is never passed.
    #[inline]
    fn bump(&mut self) {
        self.prev_end = self.token().range.end.0;
        self.bump_layout();
    }

    /// Goes past a `NEWLINE`, `INDENT` or `DEDENT`, which no node includes.
    #[inline]
    fn bump_layout(&mut self) {
        if self.pos + 1 < self.tokens.len() {
            self.pos += 1;
        }
        self.kind = self.tokens[self.pos].kind;
    }

    /// Goes past the next token if it is of this kind.
    #[inline]
    fn eat(&mut self, kind: TokenKind) -> bool {
        let there = self.kind == kind;
        if there {
            self.bump();
        }
        there
    }

    #[inline]
    fn expect(&mut self, kind: TokenKind) -> Parse<()> {
        if self.eat(kind) { Ok(()) } else { Err(Fail) }
    }

    /// Goes to a token that was passed before, or ahead.
    fn seek(&mut self, pos: usize, prev_end: u32) {
        self.pos = pos;
        self.kind = self.tokens[pos].kind;
        self.prev_end = prev_end;
    }

    fn text(&self, token: Token) -> &'a str {
        &self.source[token.range]
    }

    /// An identifier, soft keywords included.
    fn ident(&mut self) -> Parse<Ident> {
        if !self.kind.is_name() {
            return Err(Fail);
        }
        let token = self.token();
        self.bump();
        Ok(self.ident_of(token))
    }

    fn ident_of(&mut self, token: Token) -> Ident {
        let name = self.builder.unit.intern(&self.source[token.range]);
        let unit = &self.builder.unit;
        Ident { name, range: text::TextRange { start: unit.own(token.range.start.0), end: unit.own(token.range.end.0) } }
    }

    /// Own coordinates, in the unit in hand, of the start of the next token.
    fn own_start(&self) -> TextSize {
        self.builder.unit.own(self.start())
    }
}
