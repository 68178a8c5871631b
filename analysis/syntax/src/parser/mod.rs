//! The parser: recursive descent and precedence climbing over the tokens, into the arenas of units.
//!
//! It decides what is valid, and nothing more: when a statement fails, it only knows that it did. What CPython says
//! about it is found out afterwards by [`errors`], which reads the same statement as CPython's own parser does; the
//! rest of the text is parsed on by [`recovery`]. Of what is warned, in which order and what of it is an error tells
//! [`issued`].

mod builder;
mod calls;
mod compound;
mod definitions;
mod errors;
mod expressions;
pub(crate) mod findings;
mod first_error;
mod fstrings;
mod incomplete;
mod issued;
mod patterns;
pub(crate) mod piece;
mod recovery;
mod simple;
mod strings;
mod targets;
mod tokens;

use std::sync::Arc;

use text::{LineIndex, TextSize};

use crate::ast::{
    Arg, ExprId, ExprList, Ident, List, Nested, StmtId, StmtKind, StmtList, TypeIgnore, Unit, UnitHeader,
};
use crate::error::{SyntaxError, SyntaxWarning};
use crate::lexer::{Lexer, LexerOptions};
use crate::reparse::Ids;
use crate::token::{Token, TokenKind};
use builder::Builder;
use findings::{Findings, Report};
pub(crate) use first_error::errors_of;
use incomplete::incomplete_input;
pub use issued::IssuedWarning;
use recovery::Run;
use tokens::Tokens;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    pub mode: Mode,
    /// Keep `# type:` comments in the tree.
    pub type_comments: bool,
    /// `from __future__ import barry_as_FLUFL` is in force (PEP 401): `<>` in place of `!=`.
    pub barry_as_flufl: bool,
    /// Refuse what Python 3.`n` does not have, as far as CPython knows (`feature_version` of `ast.parse`).
    pub feature_version: Option<u8>,
    /// In mode [`Single`](Mode::Single) the end of the text does not end the blocks that are open.
    pub dont_imply_dedent: bool,
    /// Text that ends too early is an error of its own.
    pub allow_incomplete_input: bool,
}

impl ParseOptions {
    fn lexer(self) -> LexerOptions {
        let (type_comments, unended) = (self.type_comments, self.mode != Mode::Exec);
        LexerOptions { type_comments, unended, ..LexerOptions::default() }
    }
}

/// A tree, and what is wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub module: Arc<Unit>,
    /// The first is the one that CPython reports; the others follow in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// In the order of the text; see [`Parsed::issued_warnings`].
    pub warnings: Vec<SyntaxWarning>,
    pub(crate) options: ParseOptions,
    pub(crate) findings: Findings,
    pub(crate) ids: Ids,
}

/// Parses a module.
pub fn parse_module(source: &str) -> Parsed {
    parse(source, ParseOptions::default())
}

/// Parses text. This never fails: see [`Parsed::errors`].
pub fn parse(source: &str, options: ParseOptions) -> Parsed {
    parse_with(source, options, |mut module| {
        let mut ids = Ids::default();
        ids.number(&mut module);
        (Arc::new(module), ids)
    })
}

/// Parses text; `name` gives the units in the tree their ids.
pub(crate) fn parse_with(
    source: &str,
    options: ParseOptions,
    name: impl FnOnce(Unit) -> (Arc<Unit>, Ids),
) -> Parsed {
    let lexer = Lexer::new(source, options.lexer());
    let source = lexer.source();
    let lines = LineIndex::new(source);
    let read = Tokens::read(lexer, &[], None);
    let mut parser = Parser::new(source, &lines, &read, &[], options);
    let (header, body) = match options.mode {
        Mode::Exec => parser.file(&read.type_ignores),
        Mode::Single => parser.interactive(),
        Mode::Eval => parser.eval(),
        Mode::FuncType => parser.func_type(),
    };
    let Parser { builder, warnings, reports, barry_as_flufl, .. } = parser;
    let (module, ids) = name(builder.end_module(header, body, TextSize::of(source).0));
    let warnings = recovery::with_lexer_warnings(warnings, &read.warnings, &lines);
    let findings = Findings { reports, lex_errors: read.errors, barry_as_flufl };
    let errors = errors_of(source, options, &findings);
    let incomplete = options.allow_incomplete_input && !errors.is_empty();
    let incomplete = incomplete.then(|| incomplete_input(source, options, &findings));
    let errors = incomplete.flatten().map_or(errors, |error| vec![error]);
    Parsed { module, errors, warnings, options, findings, ids }
}

struct Parser<'a> {
    source: &'a str,
    lines: &'a LineIndex,
    tokens: &'a [Token],
    read: &'a Tokens,
    /// Units that are known, as they come in the text, and how many of them had their turn.
    known: &'a [Nested],
    known_used: usize,
    /// How deep the unit is nested whose children they are.
    known_depth: usize,
    options: ParseOptions,
    /// Index of the next token.
    pos: usize,
    /// Its kind.
    kind: TokenKind,
    /// End of the last token that is not layout.
    prev_end: u32,
    builder: Builder<'a>,
    reports: Vec<Report>,
    warnings: Vec<SyntaxWarning>,
    /// How the statements of the block in hand went.
    run: Run,
    /// `<>` stands in place of `!=`, see [`ParseOptions`].
    barry_as_flufl: bool,
    /// A mistake was looked into without all of its text at hand.
    misjudged: bool,
    /// Where the statements start that the parser is in, outermost first: indices of tokens.
    statement_starts: Vec<usize>,
    /// A literal in the statement in hand has no value; which and why is found out when it is reported.
    bad_literal: bool,
    /// It has something that looks like a mistake, though it is valid: see [`Pass::OfValid`](findings::Pass).
    suspect: bool,
    /// Depth of nesting, measured in calls of CPython's parser.
    levels: u32,
    /// The statement in hand is nested too deep for CPython.
    too_complex: bool,
    /// In a header: the first expression that has no place in the tree yet.
    parts_from: usize,
    /// The parameters before a mistake among them.
    salvaged_args: Vec<Arg>,
}

/// Grows the stack when little of it is left: nesting of the text must not overflow it.
#[inline]
pub(crate) fn with_stack<T>(parse: impl FnOnce() -> T) -> T {
    const LOW_WATER: usize = 128 * 1024;
    const SEGMENT: usize = 2 * 1024 * 1024;
    stacker::maybe_grow(LOW_WATER, SEGMENT, parse)
}

/// CPython's parser gives up above so many calls of its own rules, those at the start of a statement not counted.
const MAX_LEVELS: u32 = 5968;

/// How many calls CPython's parser nests for one level of brackets; in truth it hangs on the kind of bracket.
const BRACKET_LEVELS: u32 = 25;

impl<'a> Parser<'a> {
    fn new(
        source: &'a str,
        lines: &'a LineIndex,
        read: &'a Tokens,
        known: &'a [Nested],
        options: ParseOptions,
    ) -> Parser<'a> {
        Parser {
            source,
            lines,
            tokens: &read.tokens,
            read,
            known,
            known_used: 0,
            known_depth: 0,
            options,
            pos: 0,
            kind: read.tokens[0].kind,
            prev_end: 0,
            builder: Builder::new(lines.line_starts()),
            reports: Vec::new(),
            warnings: Vec::new(),
            run: Run::default(),
            barry_as_flufl: options.barry_as_flufl,
            misjudged: false,
            statement_starts: Vec::new(),
            bad_literal: false,
            suspect: false,
            levels: 0,
            too_complex: false,
            parts_from: 0,
            salvaged_args: Vec::new(),
        }
    }

    fn file(&mut self, type_ignores: &[Token]) -> (UnitHeader, StmtList) {
        let body = self.builder.begin_list::<StmtId>();
        while !self.at(TokenKind::EndMarker) {
            if self.at(TokenKind::Dedent) { self.bump_layout() } else { self.statement_or_stray() }
        }
        let body = self.builder.end_list(body);
        let ignores: Vec<TypeIgnore> = type_ignores
            .iter()
            .map(|token| {
                let tag = self.builder.unit.string_constant(self.text(*token).as_bytes());
                TypeIgnore { line: self.lines.line(token.range.start), tag }
            })
            .collect();
        (UnitHeader::Module { type_ignores: self.builder.list(&ignores) }, body)
    }

    /// One statement, or nothing but line ends, which count as `pass`.
    fn interactive(&mut self) -> (UnitHeader, StmtList) {
        let body = self.builder.begin_list::<StmtId>();
        let compound = self.is_compound();
        match self.kind {
            TokenKind::Newline => {
                let start = self.own_start();
                self.bump_layout();
                let pass = self.builder.stmt(StmtKind::Pass, start, start.0);
                self.builder.push(pass);
            }
            TokenKind::EndMarker => self.report_end(),
            _ => self.statement_or_stray(),
        }
        match compound {
            false => self.report_second_statement(),
            true if !self.at(TokenKind::EndMarker) => self.report(0, Mode::Single),
            true if self.lacks_newline() => self.report_end(),
            true => {}
        }
        (UnitHeader::Interactive, self.builder.end_list(body))
    }

    fn eval(&mut self) -> (UnitHeader, StmtList) {
        let body = self.whole_expression(Self::expressions);
        (UnitHeader::Expression { body }, List::EMPTY)
    }

    fn func_type(&mut self) -> (UnitHeader, StmtList) {
        let mut argtypes = List::EMPTY;
        let returns = self.whole_expression(|parser| {
            parser.expect(TokenKind::LPar)?;
            argtypes = parser.type_expressions()?;
            parser.expect(TokenKind::RPar)?;
            parser.expect(TokenKind::RArrow)?;
            parser.expression()
        });
        (UnitHeader::FunctionType { argtypes, returns }, List::EMPTY)
    }

    /// `type_expressions`: types, of which the last two may have stars that do not show in the tree.
    fn type_expressions(&mut self) -> Parse<ExprList> {
        let list = self.builder.begin_list::<ExprId>();
        let mut stars = 0;
        while !self.at(TokenKind::RPar) {
            let found = match self.kind {
                TokenKind::Star => 1,
                TokenKind::DoubleStar => 2,
                _ => 0,
            };
            if stars > 0 && found <= stars {
                return Err(Fail);
            }
            stars = found;
            if found > 0 {
                self.bump();
            }
            let item = self.expression()?;
            self.builder.push(item);
            if self.at(TokenKind::RPar) {
                break;
            }
            self.expect(TokenKind::Comma)?;
            if self.at(TokenKind::RPar) {
                return Err(Fail);
            }
        }
        Ok(self.builder.end_list(list))
    }

    /// Parses what is nested in what is being parsed, where CPython's parser would nest so many calls.
    #[inline]
    fn nested<R>(&mut self, levels: u32, parse: impl FnOnce(&mut Self) -> Parse<R>) -> Parse<R> {
        self.levels += levels;
        let result = if self.levels > MAX_LEVELS {
            self.too_complex = true;
            Err(Fail)
        } else {
            with_stack(|| parse(self))
        };
        self.levels -= levels;
        result
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
        Ident {
            name,
            range: text::TextRange { start: unit.own(token.range.start.0), end: unit.own(token.range.end.0) },
        }
    }

    /// Own coordinates, in the unit in hand, of the start of the next token.
    fn own_start(&self) -> TextSize {
        self.builder.unit.own(self.start())
    }
}
