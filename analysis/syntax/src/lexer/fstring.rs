//! f-strings (PEP 701) and t-strings (PEP 750): literal text and expressions by turns.

use text::TextRange;

use super::{FStringKind, LexErrorKind, Lexer};
use crate::token::{Token, TokenKind};

/// CPython's `MAXFSTRINGLEVEL`, the level outside of all strings included.
const MAX_STRINGS: usize = 150;
/// CPython's `MAX_EXPR_NESTING`: expressions inside the format specs of others.
const MAX_EXPRESSIONS: i32 = 3;

/// An f- or t-string that is open.
#[derive(Clone)]
pub(super) struct FString {
    pub(super) kind: FStringKind,
    raw: bool,
    pub(super) quote: u8,
    pub(super) triple: bool,
    /// Where its prefix starts.
    start: usize,
    /// How many brackets were open outside.
    pub(super) base_depth: usize,
    /// How deep in expressions we are: -1 in the string's own text, 0 in an expression, 1 in one in that one's spec.
    pub(super) expression_depth: i32,
    /// The next thing is literal text, not an expression.
    pub(super) in_literal: bool,
    in_format_spec: bool,
    /// It was cut short: nothing is left but its end.
    cut_short: bool,
}

impl FString {
    fn quote_len(&self) -> usize {
        if self.triple { 3 } else { 1 }
    }

    fn start_kind(&self) -> TokenKind {
        match self.kind {
            FStringKind::F => TokenKind::FStringStart,
            FStringKind::T => TokenKind::TStringStart,
        }
    }

    fn middle_kind(&self) -> TokenKind {
        match self.kind {
            FStringKind::F => TokenKind::FStringMiddle,
            FStringKind::T => TokenKind::TStringMiddle,
        }
    }

    fn end_kind(&self) -> TokenKind {
        match self.kind {
            FStringKind::F => TokenKind::FStringEnd,
            FStringKind::T => TokenKind::TStringEnd,
        }
    }
}

/// What ends a stretch of literal text.
enum Stop {
    /// An expression, a closing brace, or the end of the string: the text reaches up to here.
    Here,
    /// A doubled brace: the text takes in the first of the two, and goes on after the second.
    Doubled,
    /// The string is cut short by a line break or the end of the text.
    CutShort,
}

impl Lexer<'_> {
    /// The start of an f- or t-string whose prefix starts at `start`; its opening quote is next.
    pub(super) fn fstring_start(&mut self, start: usize, kind: FStringKind, raw: bool) -> Token {
        let quote = self.peek();
        let triple = self.peek_at(1) == quote && self.peek_at(2) == quote;
        self.pos += if triple { 3 } else { 1 };
        if self.fstrings.len() + 2 > MAX_STRINGS {
            self.error(LexErrorKind::TooManyFStrings, self.pos - 1, self.pos);
        }
        let fstring = FString {
            kind,
            raw,
            quote,
            triple,
            start,
            base_depth: self.brackets.len(),
            expression_depth: -1,
            in_literal: true,
            in_format_spec: false,
            cut_short: false,
        };
        let token = self.token(fstring.start_kind(), start);
        self.fstrings.push(fstring);
        token
    }

    /// The next token where literal text may stand.
    pub(super) fn fstring_token(&mut self) -> Token {
        let Some(fstring) = self.fstrings.last() else { return self.token_of_expression() };
        let (quote, quote_len) = (fstring.quote, fstring.quote_len());
        if fstring.cut_short {
            return self.fstring_end();
        }
        if self.peek() == b'{' && self.peek_at(1) != b'{' {
            self.start_expression(false);
            return self.token_of_expression();
        }
        if self.peek() == quote && (quote_len == 1 || (self.peek_at(1) == quote && self.peek_at(2) == quote))
        {
            return self.fstring_end();
        }
        let start = self.pos;
        let stop = self.literal_text();
        let kind = self.fstrings.last().map_or(TokenKind::FStringMiddle, FString::middle_kind);
        let token = self.token(kind, start);
        match stop {
            Stop::Here => {}
            Stop::Doubled => {
                self.pos += 1;
            }
            Stop::CutShort => {
                self.report_cut_short();
                if token.range.is_empty() {
                    return self.fstring_end();
                }
            }
        }
        token
    }

    /// A token that is no literal text. Not inlined, unlike where most tokens are read.
    #[inline(never)]
    fn token_of_expression(&mut self) -> Token {
        self.regular_token()
    }

    /// The end of the innermost string: its quotes, if they are next.
    pub(super) fn fstring_end(&mut self) -> Token {
        let start = self.pos;
        let Some(fstring) = self.fstrings.pop() else { return self.token(TokenKind::FStringEnd, start) };
        if self.peek() == fstring.quote && !fstring.cut_short {
            self.pos += fstring.quote_len();
        }
        // To CPython the brackets of an expression that the string ends in stay open.
        if self.brackets.len() > fstring.base_depth && !self.options.strict && !self.options.extra_tokens {
            self.brackets.truncate(fstring.base_depth);
            let reported =
                self.errors.last().is_some_and(|last| last.range.start.to_usize() >= fstring.start);
            if !fstring.cut_short && !reported {
                self.error(LexErrorKind::FStringExpectsBrace(fstring.kind), start, self.pos);
            }
        }
        self.token(fstring.end_kind(), start)
    }

    /// Steps over literal text. On the way the state is set for what comes next.
    fn literal_text(&mut self) -> Stop {
        let Some(fstring) = self.fstrings.last() else { return Stop::Here };
        let (quote, triple, raw) = (fstring.quote, fstring.triple, fstring.raw);
        let in_spec = fstring.in_format_spec && fstring.expression_depth >= 0;
        let outside = self.brackets.len() == fstring.base_depth;
        // Inside `\N{…}` braces are part of a name.
        let mut named_escape = false;
        loop {
            let Some(&byte) = self.bytes.get(self.pos) else { return Stop::CutShort };
            match byte {
                b'\n' | b'\r' if !triple => return Stop::CutShort,
                b'{' => {
                    if self.peek_at(1) == b'{' && !in_spec {
                        self.pos += 1;
                        return Stop::Doubled;
                    }
                    self.start_expression(true);
                    return Stop::Here;
                }
                b'}' => {
                    if named_escape {
                        self.pos += 1;
                        return Stop::Here;
                    }
                    if self.peek_at(1) == b'}' && !in_spec && outside {
                        self.pos += 1;
                        return Stop::Doubled;
                    }
                    self.leave_fstring_literal();
                    return Stop::Here;
                }
                b'\\' => {
                    self.pos += 1;
                    match self.peek() {
                        brace @ (b'{' | b'}') => {
                            if !raw {
                                let kind = LexErrorKind::InvalidEscape(char::from(brace));
                                self.warning(kind, self.pos - 1, self.pos + 1);
                            }
                        }
                        b'N' if !raw => {
                            self.pos += 1;
                            if self.peek() == b'{' {
                                self.pos += 1;
                                named_escape = true;
                            }
                        }
                        _ => self.skip_escaped(),
                    }
                }
                _ if byte == quote => {
                    if !triple || (self.peek_at(1) == quote && self.peek_at(2) == quote) {
                        return Stop::Here;
                    }
                    self.pos += 1;
                }
                _ => self.pos += 1,
            }
        }
    }

    /// An expression's `{` is next. `after_text`: literal text stands before it.
    fn start_expression(&mut self, after_text: bool) {
        let at = self.pos;
        let Some(fstring) = self.fstrings.last_mut() else { return };
        fstring.expression_depth += 1;
        fstring.in_literal = false;
        if after_text {
            fstring.in_format_spec = false;
        }
        if fstring.expression_depth == MAX_EXPRESSIONS {
            let kind = LexErrorKind::FStringTooDeep(fstring.kind);
            self.error(kind, at - 1, at);
        }
    }

    /// Whether a `:` here ends an expression and starts its format spec.
    #[inline]
    pub(super) fn ends_fstring_expression(&self) -> bool {
        self.fstrings.last().is_some_and(|fstring| {
            fstring.expression_depth >= 0
                && self.brackets.len() as i64 - fstring.base_depth as i64 - 1
                    == i64::from(fstring.expression_depth)
        })
    }

    pub(super) fn start_format_spec(&mut self) {
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.in_literal = true;
            fstring.in_format_spec = true;
        }
    }

    /// The `}` of an expression has been read.
    pub(super) fn end_fstring_expression(&mut self) {
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.expression_depth -= 1;
            fstring.in_literal = true;
            fstring.in_format_spec = false;
        }
    }

    pub(super) fn enter_fstring_literal(&mut self) {
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.in_literal = true;
        }
    }

    fn leave_fstring_literal(&mut self) {
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.in_literal = false;
            fstring.in_format_spec = false;
        }
    }

    fn report_cut_short(&mut self) {
        let detected_at = self.last_read().into();
        let pos = self.pos;
        let Some(fstring) = self.fstrings.last_mut() else { return };
        fstring.cut_short = true;
        let (kind, start) = (fstring.kind, fstring.start);
        let in_spec = fstring.in_format_spec && fstring.expression_depth >= 0;
        if fstring.triple {
            let error = LexErrorKind::UnterminatedTripleFString { kind, detected_at };
            self.push_error(error, TextRange::new(start, pos), pos);
        } else if in_spec {
            self.push_error(LexErrorKind::FStringNewlineInSpec(kind), TextRange::empty(pos), pos);
        } else {
            let error = LexErrorKind::UnterminatedFString { kind, detected_at };
            self.push_error(error, TextRange::new(start, pos), pos);
        }
    }
}
