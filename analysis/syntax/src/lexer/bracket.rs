//! Brackets: nesting, what CPython says when it does not add up, and how lexing goes on then.

use text::TextRange;

use super::name::{is_word, keyword_or_name};
use super::{LexErrorKind, Lexer};
use crate::token::{Token, TokenKind};

/// CPython's `MAXLEVEL`.
const MAX_DEPTH: usize = 200;

/// An open bracket.
#[derive(Clone, Copy)]
pub(super) struct Bracket {
    pub(super) open: u8,
    pub(super) at: u32,
}

impl Bracket {
    fn closes_with(self, close: u8) -> bool {
        matches!((self.open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
    }
}

impl Lexer<'_> {
    /// An opening bracket, which is next.
    pub(super) fn open(&mut self, open: u8) -> Token {
        let start = self.pos;
        self.pos += 1;
        if self.brackets.len() == MAX_DEPTH {
            self.error(LexErrorKind::TooManyBrackets, start, self.pos);
        }
        self.brackets.push(Bracket { open, at: start as u32 });
        let kind = match open {
            b'(' => TokenKind::LPar,
            b'[' => TokenKind::LSqb,
            _ => TokenKind::LBrace,
        };
        self.token(kind, start)
    }

    /// A closing bracket, which is next. One that closes nothing is reported and passed over: `None`.
    pub(super) fn close(&mut self, close: u8) -> Option<Token> {
        let start = self.pos;
        self.pos += 1;
        let kind = match close {
            b')' => TokenKind::RPar,
            b']' => TokenKind::RSqb,
            _ => TokenKind::RBrace,
        };
        let fstring =
            self.fstrings.last().map(|fstring| (fstring.kind, fstring.base_depth, fstring.expression_depth));
        if let Some((kind, base, _)) = fstring
            && close == b'}'
            && self.brackets.len() <= base
        {
            self.error(LexErrorKind::FStringSingleBrace(kind), start, self.pos);
            self.enter_fstring_literal();
            return None;
        }
        let Some(top) = self.brackets.last().copied() else {
            if self.options.extra_tokens {
                return Some(self.token(kind, start));
            }
            self.error(LexErrorKind::UnmatchedBracket(char::from(close)), start, self.pos);
            return None;
        };
        let mismatch = (!top.closes_with(close)).then(|| self.mismatch(top, close));
        let tolerated = |kind: &LexErrorKind| {
            self.options.extra_tokens && matches!(kind, LexErrorKind::MismatchedBracket { .. })
        };
        if let Some(kind) = mismatch.filter(|kind| !tolerated(kind)) {
            self.error(kind, start, self.pos);
            // What it does close further out is closed with all that is open inside; else it closes nothing.
            let base = fstring.map_or(0, |(_, base, _)| base + usize::from(close != b'}'));
            let within = &self.brackets[base.min(self.brackets.len())..];
            match within.iter().rposition(|bracket| bracket.closes_with(close)) {
                Some(index) => self.brackets.truncate(base + index + 1),
                None => return None,
            }
        }
        self.brackets.pop();
        if let Some((fstring_kind, base, expression_depth)) = fstring {
            let Some(depth) = self.brackets.len().checked_sub(base) else {
                let close = char::from(close);
                self.error(LexErrorKind::FStringUnmatched { kind: fstring_kind, close }, start, self.pos);
                return Some(self.token(kind, start));
            };
            if close == b'}' && depth as i32 == expression_depth {
                self.end_fstring_expression();
            }
        }
        Some(self.token(kind, start))
    }

    /// What is wrong with a closing bracket that meets this opening one.
    fn mismatch(&self, open: Bracket, close: u8) -> LexErrorKind {
        let close = char::from(close);
        match self.fstrings.last() {
            Some(fstring)
                if open.open == b'{'
                    && (self.brackets.len() - 1)
                        .checked_sub(fstring.base_depth)
                        .map(|depth| depth as i32)
                        == Some(fstring.expression_depth) =>
            {
                LexErrorKind::FStringUnmatched { kind: fstring.kind, close }
            }
            _ => {
                let (open, open_at) = (char::from(open.open), open.at.into());
                LexErrorKind::MismatchedBracket { close, open, open_at }
            }
        }
    }

    /// Whether a keyword is next that stands at the start of statements and nowhere in brackets.
    pub(super) fn at_statement_keyword(&self) -> bool {
        let rest = &self.bytes[self.pos..];
        if !rest.first().is_some_and(u8::is_ascii_lowercase) {
            return false;
        }
        let len = rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        starts_only_statements(keyword_or_name(&rest[..len]))
    }

    /// Gives up the open brackets: the last line was the last of its statement, and the next starts another.
    pub(super) fn abandon_brackets(&mut self) -> Token {
        self.never_closed();
        self.at_line_start = true;
        Token { kind: TokenKind::Newline, range: TextRange::empty(self.last_end) }
    }

    /// Reports the innermost bracket as never closed, and forgets all of them.
    pub(super) fn never_closed(&mut self) {
        if let Some(open) = self.brackets.last().copied() {
            let at = open.at as usize;
            self.push_error(
                LexErrorKind::NeverClosed(char::from(open.open)),
                TextRange::new(at, at + 1),
                self.pos,
            );
        }
        self.brackets.clear();
        self.fstrings.clear();
    }
}

/// Keywords that start a statement or a clause and stand nowhere inside brackets.
fn starts_only_statements(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Assert
            | Break
            | Class
            | Continue
            | Def
            | Del
            | Elif
            | Except
            | Finally
            | Global
            | Import
            | Nonlocal
            | Pass
            | Raise
            | Return
            | Try
            | While
            | With
    )
}
