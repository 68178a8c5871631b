//! What the parser reads: all tokens of a text or of a piece of it, and what the lexer found on the way.

use text::{LineIndex, TextRange, TextSize};

use crate::lexer::{Indents, KnownUnit, LexError, Lexer};
use crate::token::{Token, TokenKind as T};

/// The tokens of a text, up to and with an `EndMarker`.
pub(super) struct Tokens {
    pub tokens: Vec<Token>,
    pub type_ignores: Vec<Token>,
    pub errors: Vec<LexError>,
    pub warnings: Vec<LexError>,
    /// The `EndMarker` is where lexing was stopped, not the end of the text.
    pub cut: bool,
    /// All known units found their places, and the blocks open at the start stay open up to `stop`.
    pub fits: bool,
    /// For each token that may start a `def` or `class`, by index, the blocks that are open there.
    unit_starts: Vec<(usize, Indents)>,
    /// Where the lines of these tokens start that backslashes join to lines before.
    joined_lines: Vec<(TextSize, TextSize)>,
}

impl Tokens {
    /// Lexes to the end of the text; or, if `stop` says so, to the end of the first line that starts there or later.
    pub fn read(mut lexer: Lexer<'_>, known: &[KnownUnit], stop: Option<TextSize>) -> Tokens {
        let mut tokens: Vec<Token> = Vec::with_capacity(lexer.rest().len() / 6 + 2);
        let mut type_ignores = Vec::new();
        let mut unit_starts: Vec<(usize, Indents)> = Vec::new();
        let mut joined_lines = Vec::new();
        let mut cut = false;
        let mut out_of_place = false;
        let mut at_line_start = true;
        loop {
            let token = lexer.advance();
            if token.kind == T::TypeIgnore {
                type_ignores.push(token);
                continue;
            }
            if at_line_start && !matches!(token.kind, T::Indent | T::Dedent) {
                at_line_start = false;
                if !known.is_empty()
                    && let Some(Token { kind: T::Unit, range }) = tokens.iter().rfind(not_layout)
                {
                    out_of_place |= lexer.last_line() != range.end;
                }
                if let Some(line) = lexer.joined_line() {
                    joined_lines.push((token.range.start, line));
                }
                match token.kind {
                    T::Def | T::Class | T::At | T::Async => {
                        let like = unit_starts.last().map(|(_, indents)| indents.clone()).unwrap_or_default();
                        unit_starts.push((tokens.len(), lexer.indents_like(&like)));
                    }
                    T::Unit => {
                        at_line_start = true;
                        out_of_place |= ends_with_decorator(&tokens);
                    }
                    _ => {}
                }
            }
            tokens.push(token);
            match token.kind {
                T::EndMarker => break,
                T::Newline => {
                    at_line_start = true;
                    if stop.is_some_and(|stop| token.range.end > stop) && !token.range.is_empty() {
                        cut = true;
                        tokens.push(Token { kind: T::EndMarker, range: TextRange::empty(token.range.end) });
                        break;
                    }
                }
                _ => {}
            }
        }
        // They stay while the tree grows.
        tokens.shrink_to_fit();
        let known_fit = known.is_empty() || lexer.known_units_fit() && !out_of_place;
        let fits = known_fit && stop.is_none_or(|stop| lexer.keeps_blocks_until(stop));
        let (errors, warnings, _) = lexer.into_findings();
        Tokens { tokens, type_ignores, errors, warnings, cut, fits, unit_starts, joined_lines }
    }

    /// The blocks that are open at a token that starts a `def` or `class`.
    pub fn indents_at(&self, token: usize) -> Indents {
        let found = self.unit_starts.binary_search_by_key(&token, |(at, _)| *at);
        found.map_or_else(|_| Indents::default(), |index| self.unit_starts[index].1.clone())
    }

    /// Where the line of a token starts that is the first of its logical line, INDENT and DEDENT not counted.
    pub fn line_start(&self, token: usize, lines: &LineIndex) -> TextSize {
        let layout = |token: &&Token| matches!(token.kind, T::Indent | T::Dedent);
        let token = token + self.tokens[token..].iter().take_while(layout).count();
        let start = self.tokens[token].range.start;
        match self.joined_lines.binary_search_by_key(&start, |(token, _)| *token) {
            Ok(index) => self.joined_lines[index].1,
            Err(_) => lines.line_start(lines.line(start)),
        }
    }
}

/// Where a `NEWLINE` starts: to CPython a comment at the end of the line is part of it.
pub(super) fn line_end(source: &str, tokens: &[Token], newline: usize) -> u32 {
    let here = tokens[newline].range.start;
    let before = newline.checked_sub(1).map_or(TextSize::ZERO, |before| tokens[before].range.end);
    let between = source.as_bytes().get(before.to_usize()..here.to_usize()).unwrap_or_default();
    memchr::memchr(b'#', between).map_or(here.0, |at| before.0 + at as u32)
}

/// Where the last line ends, its line end not counted.
pub(super) fn end_of_last_line(source: &str) -> TextSize {
    let text = source.strip_suffix('\n').unwrap_or(source);
    TextSize::of(text.strip_suffix('\r').unwrap_or(text))
}

fn not_layout(token: &&Token) -> bool {
    !matches!(token.kind, T::Indent | T::Dedent)
}

/// Whether the last line is that of a decorator.
fn ends_with_decorator(tokens: &[Token]) -> bool {
    let layout = |kind| matches!(kind, T::Newline | T::Indent | T::Dedent | T::Unit);
    let mut line = tokens.iter().rev().skip_while(|token| layout(token.kind) && token.kind != T::Unit);
    match line.next() {
        Some(last) if last.kind != T::Unit => {
            let first = line.take_while(|token| !layout(token.kind)).last().unwrap_or(last);
            first.kind == T::At
        }
        _ => false,
    }
}
