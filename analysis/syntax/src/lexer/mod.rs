//! The lexer: text to tokens, on demand, cut exactly where CPython's tokenizer (`Parser/lexer/lexer.c`) cuts.
//!
//! It never stops: what is wrong goes to [`Lexer::errors`] with CPython's words and place, and lexing goes on. At the
//! start of a statement its whole state is the stack of indentations ([`Indents`]), from which [`Lexer::resume`] starts.
//!
//! - `error`: the errors;
//! - `indentation`: the start of a line, INDENT and DEDENT;
//! - `bracket`: nesting, and what to do when it does not add up;
//! - `name`, `number`, `string`, `fstring`: the tokens that have an inside.

mod bracket;
mod error;
mod fstring;
mod indentation;
mod name;
mod number;
mod string;

pub use error::{ErrorClass, ErrorPlace, FStringKind, LexError, LexErrorKind, NULL_BYTES, NumberKind};
pub use indentation::Indents;
pub(crate) use indentation::{KNOWN_UNIT, KnownUnit};

use text::{TextRange, TextSize};

use crate::token::{Token, TokenKind};
use bracket::Bracket;
use fstring::FString;
use indentation::{Indent, LineStart};

/// What a lexer returns besides the tokens of the grammar, and how strict it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LexerOptions {
    /// Lex as `tokenize` does (CPython's `extra_tokens`): `Comment` and `Nl` are tokens, and what the parser or the
    /// compiler would refuse later (odd names, brackets that do not match, numbers running into names) passes.
    pub extra_tokens: bool,
    /// `TypeComment` and `TypeIgnore` are tokens.
    pub type_comments: bool,
    /// Do not repair: a bracket stays open to the end of the text, as for CPython, even where a statement clearly starts.
    pub strict: bool,
    /// The last line may lack its end: for texts other than programs CPython does not make it up.
    pub unended: bool,
}

/// Lexes a text token by token.
#[derive(Clone)]
pub struct Lexer<'src> {
    source: &'src str,
    bytes: &'src [u8],
    options: LexerOptions,
    /// The next byte to read.
    pos: usize,
    /// The next thing to read is a line's indentation.
    at_line_start: bool,
    /// `Indent` tokens to come, or `Dedent` tokens if negative.
    pending: i32,
    /// The indentations of the open blocks, outermost first.
    blocks: Vec<Indent>,
    brackets: Vec<Bracket>,
    /// The f- and t-strings that we are inside of, outermost first.
    fstrings: Vec<FString>,
    /// The text has no final line break, and the one that CPython adds has not been read yet.
    implicit_newline: bool,
    /// With extra tokens: the comment just returned stands on a line of its own.
    comment_line: bool,
    /// Start of the physical line that CPython's buffer starts with: the last that was not read inside a token.
    chunk_start: usize,
    /// Start of the first line with a NUL that has not been reported; `usize::MAX` if there is none.
    null_line: usize,
    /// A logical line has been started and not ended.
    line_open: bool,
    /// End of the last token returned.
    last_end: usize,
    errors: Vec<LexError>,
    warnings: Vec<LexError>,
    comments: Vec<TextRange>,
    /// Units in the text that need not be lexed, in order.
    known: &'src [KnownUnit],
    /// How many of them have been passed.
    known_passed: usize,
    /// Where the next of them is; `usize::MAX` if there is none.
    next_known: usize,
    /// Where the last of them ended, until the next line has been looked at; else 0.
    known_end: usize,
    /// How many blocks were open at the start.
    base_depth: usize,
    /// Start of the first line that one of them ended before; `usize::MAX` if there is none.
    base_left: usize,
    /// A known unit cannot stand where it is.
    misfit: bool,
    /// Start of the last line that was looked at for indentation.
    line_start: usize,
    /// Its indentation has a line end that a backslash joins.
    joined_line: bool,
}

impl<'src> Lexer<'src> {
    /// A lexer at the start of `source`, which has no byte order mark. Text past 4 GiB is not read.
    pub fn new(source: &'src str, options: LexerOptions) -> Lexer<'src> {
        Lexer::resume(source, TextSize::ZERO, Indents::default(), options)
    }

    /// A lexer that goes on at `offset`, the start of a line that starts a statement, where the blocks `indents` are
    /// open.
    pub fn resume(
        source: &'src str,
        offset: TextSize,
        indents: Indents,
        options: LexerOptions,
    ) -> Lexer<'src> {
        let mut len = source.len().min(u32::MAX as usize);
        while !source.is_char_boundary(len) {
            len -= 1;
        }
        let source = &source[..len];
        let bytes = source.as_bytes();
        let offset = offset.to_usize().min(bytes.len());
        let null_line = line_with_null(bytes, offset);
        Lexer {
            source,
            bytes,
            options,
            pos: offset,
            at_line_start: true,
            pending: 0,
            base_depth: indents.depth(),
            base_left: usize::MAX,
            blocks: indents.to_vec(),
            brackets: Vec::new(),
            fstrings: Vec::new(),
            implicit_newline: match bytes.last() {
                None | Some(b'\n') => false,
                Some(b'\r') => options.extra_tokens,
                Some(_) => !options.unended,
            },
            comment_line: false,
            chunk_start: offset,
            null_line,
            line_open: false,
            last_end: offset,
            errors: Vec::new(),
            warnings: Vec::new(),
            comments: Vec::new(),
            known: &[],
            known_passed: 0,
            next_known: usize::MAX,
            known_end: 0,
            misfit: false,
            line_start: offset,
            joined_line: false,
        }
    }

    /// Gives the lexer units that it need not read.
    pub(crate) fn with_known_units(mut self, known: &'src [KnownUnit]) -> Lexer<'src> {
        self.known = known;
        self.next_known = known.first().map_or(usize::MAX, |known| known.at as usize);
        self
    }

    /// Whether all known units have found their places.
    pub(crate) fn known_units_fit(&self) -> bool {
        !self.misfit && self.known_passed == self.known.len()
    }

    /// The text being lexed.
    pub fn source(&self) -> &'src str {
        self.source
    }

    /// What has not been lexed yet.
    pub(crate) fn rest(&self) -> &'src str {
        &self.source[self.pos..]
    }

    /// The errors found so far, in the order of their discovery.
    pub fn errors(&self) -> &[LexError] {
        &self.errors
    }

    /// What CPython warns of (`SyntaxWarning`) so far.
    pub fn warnings(&self) -> &[LexError] {
        &self.warnings
    }

    /// The comments passed so far, `#` included, unless they are tokens.
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// Moves errors, warnings and comments out.
    pub fn into_findings(self) -> (Vec<LexError>, Vec<LexError>, Vec<TextRange>) {
        (self.errors, self.warnings, self.comments)
    }

    /// The blocks open now. At a statement's first token that is the state to [`resume`](Lexer::resume) from.
    pub fn indents(&self) -> Indents {
        Indents::default().or_new(&self.blocks)
    }

    /// The blocks open now, given some that may be the same.
    pub(crate) fn indents_like(&self, like: &Indents) -> Indents {
        like.or_new(&self.blocks)
    }

    /// Whether the blocks that were open at the start are still open before the line at `offset`.
    pub(crate) fn keeps_blocks_until(&self, offset: TextSize) -> bool {
        self.base_left >= offset.to_usize()
    }

    /// Start of the last line that was looked at for indentation.
    pub(crate) fn last_line(&self) -> TextSize {
        TextSize::from(self.line_start)
    }

    /// Where the line of the token just returned starts, if a backslash joins its indentation to lines before.
    pub(crate) fn joined_line(&self) -> Option<TextSize> {
        self.joined_line.then(|| TextSize::from(self.line_start))
    }

    /// Where CPython's buffer of lines starts; see `chunk_start`.
    pub(crate) fn chunk_start(&self) -> usize {
        self.chunk_start
    }

    /// The innermost bracket open now, and where it is.
    pub fn open_bracket(&self) -> Option<(char, TextSize)> {
        self.brackets.last().map(|bracket| (char::from(bracket.open), TextSize(bracket.at)))
    }

    /// How many brackets are open now, those around the expressions of f-strings included.
    pub fn bracket_depth(&self) -> usize {
        self.brackets.len()
    }

    /// The next token; `EndMarker` again and again at the end. Every other token is followed by a `Newline` before it.
    pub fn next_token(&mut self) -> Token {
        self.advance()
    }

    /// [`next_token`](Self::next_token), for the one loop that reads all there is.
    #[inline(always)]
    pub(crate) fn advance(&mut self) -> Token {
        let token = match self.fstrings.last() {
            Some(fstring) if fstring.in_literal => self.fstring_token(),
            _ => self.regular_token(),
        };
        if self.null_line < self.pos {
            self.report_null(self.pos - 1);
        }
        match token.kind {
            TokenKind::Newline | TokenKind::Unit => self.line_open = false,
            TokenKind::Nl | TokenKind::Comment | TokenKind::TypeIgnore => {}
            TokenKind::Indent | TokenKind::Dedent => {}
            _ => self.line_open = true,
        }
        self.last_end = token.range.end.to_usize();
        token
    }

    #[inline(always)]
    fn regular_token(&mut self) -> Token {
        loop {
            let mut blank_line = false;
            if self.at_line_start {
                self.at_line_start = false;
                match self.line_start() {
                    LineStart::Blank => blank_line = true,
                    LineStart::Text => {}
                    LineStart::Statement => return self.abandon_brackets(),
                }
            }
            if self.pending != 0 {
                return self.pending_token();
            }
            if let Some(token) = self.token_on_line(blank_line) {
                return token;
            }
        }
    }

    /// Whether a carriage return is next that ends no line. `tokenize` reads lines that end at `\n` alone.
    pub(self) fn is_lone_return(&self) -> bool {
        self.options.extra_tokens
            && self.peek() == b'\r'
            && self.bytes.get(self.pos + 1).is_some_and(|&next| next != b'\n')
    }

    /// CPython steps over a carriage return, expecting a line feed, and takes what it finds for an operator.
    fn lone_return(&mut self) -> Token {
        let start = self.pos;
        self.pos += 1;
        let next = self.source[self.pos..].chars().next().unwrap_or(' ');
        if next.is_ascii_control() {
            let kind = LexErrorKind::InvalidCharacter { character: next, printable: false };
            self.error(kind, self.pos, self.pos + 1);
        }
        self.pos += next.len_utf8();
        self.token(TokenKind::Unknown, start)
    }

    /// The next token on this line, or `None` if it is done with and another starts. `blank_line`: there is nothing on
    /// the line but perhaps a comment.
    #[inline(always)]
    fn token_on_line(&mut self, blank_line: bool) -> Option<Token> {
        loop {
            while matches!(self.peek(), b' ' | b'\t' | b'\x0c') {
                self.pos += 1;
            }
            let start = self.pos;
            let byte = self.peek();
            return Some(match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128.. => self.name_or_string(),
                b'0'..=b'9' => self.number(),
                b'.' if self.peek_at(1).is_ascii_digit() => self.number(),
                b'"' | b'\'' => self.string(start),
                b'\n' | b'\r' => {
                    if self.is_lone_return() {
                        return Some(self.lone_return());
                    }
                    self.skip_newline();
                    if self.pos == self.bytes.len() && self.bytes[self.pos - 1] == b'\r' {
                        self.implicit_newline = false;
                    }
                    return self.newline(start, blank_line);
                }
                b'#' => match self.comment(blank_line) {
                    Some(token) => token,
                    None => continue,
                },
                b'\\' => {
                    if !self.line_continuation() {
                        return self.end_early();
                    }
                    continue;
                }
                0 if start >= self.bytes.len() => {
                    if self.implicit_newline {
                        self.implicit_newline = false;
                        return self.newline(start, blank_line);
                    }
                    return self.end();
                }
                b'(' | b'[' | b'{' => self.open(byte),
                b')' | b']' | b'}' => match self.close(byte) {
                    Some(token) => token,
                    None if self.fstrings.last().is_some_and(|fstring| fstring.in_literal) => {
                        self.fstring_token()
                    }
                    None => continue,
                },
                b':' if self.ends_fstring_expression() => {
                    self.start_format_spec();
                    self.pos += 1;
                    self.token(TokenKind::Colon, start)
                }
                b'$' | b'?' | b'`' => {
                    self.pos += 1;
                    self.token(TokenKind::Unknown, start)
                }
                1 if start + KNOWN_UNIT.len() == self.known_end => {
                    self.pos += KNOWN_UNIT.len();
                    self.at_line_start = true;
                    self.token(TokenKind::Unit, start)
                }
                _ => match self.operator() {
                    Some(kind) => self.token(kind, start),
                    None => {
                        // A control character; one error is enough, the parser needs no token for it.
                        self.pos += 1;
                        if byte != 0 || self.options.extra_tokens {
                            let character = char::from(byte);
                            let kind = LexErrorKind::InvalidCharacter { character, printable: false };
                            self.error(kind, start, self.pos);
                        }
                        continue;
                    }
                },
            });
        }
    }

    /// The operator that starts here, the longest of them; steps over it.
    #[inline]
    fn operator(&mut self) -> Option<TokenKind> {
        use TokenKind::*;
        let next = self.peek_at(1);
        let or_equal = |alone, equal| if next == b'=' { (equal, 2) } else { (alone, 1) };
        let or_twice = |byte, alone, equal, twice, twice_equal| match (next == byte, self.peek_at(2) == b'=')
        {
            (true, true) => (twice_equal, 3),
            (true, false) => (twice, 2),
            _ => or_equal(alone, equal),
        };
        let (kind, len) = match self.peek() {
            b',' => (Comma, 1),
            b'.' if next == b'.' && self.peek_at(2) == b'.' => (Ellipsis, 3),
            b'.' => (Dot, 1),
            b'=' => or_equal(Equal, EqEqual),
            b':' => or_equal(Colon, ColonEqual),
            b'-' if next == b'>' => (RArrow, 2),
            b'-' => or_equal(Minus, MinEqual),
            b'+' => or_equal(Plus, PlusEqual),
            b'*' => or_twice(b'*', Star, StarEqual, DoubleStar, DoubleStarEqual),
            b'/' => or_twice(b'/', Slash, SlashEqual, DoubleSlash, DoubleSlashEqual),
            b'<' => or_twice(b'<', Less, LessEqual, LeftShift, LeftShiftEqual),
            b'>' => or_twice(b'>', Greater, GreaterEqual, RightShift, RightShiftEqual),
            b'%' => or_equal(Percent, PercentEqual),
            b'@' => or_equal(At, AtEqual),
            b'|' => or_equal(VBar, VBarEqual),
            b'&' => or_equal(Amper, AmperEqual),
            b'^' => or_equal(Circumflex, CircumflexEqual),
            b'!' => or_equal(Exclamation, NotEqual),
            b'~' => (Tilde, 1),
            b';' => (Semi, 1),
            _ => return Option::None,
        };
        self.pos += len;
        Some(kind)
    }

    /// A line break from `start` to here. In brackets and on blank lines it is no token of the grammar.
    fn newline(&mut self, start: usize, blank_line: bool) -> Option<Token> {
        self.at_line_start = true;
        let insignificant = blank_line || !self.brackets.is_empty() || self.comment_line;
        self.comment_line = false;
        let kind = if insignificant { TokenKind::Nl } else { TokenKind::Newline };
        (kind == TokenKind::Newline || self.options.extra_tokens).then(|| self.token(kind, start))
    }

    /// A comment up to the line break. It is a token only where the options say so.
    fn comment(&mut self, blank_line: bool) -> Option<Token> {
        let start = self.pos;
        self.skip_comment();
        if self.options.type_comments
            && let Some(token) = self.type_comment(start, blank_line)
        {
            return Some(token);
        }
        if self.options.extra_tokens {
            self.comment_line = blank_line;
            return Some(self.token(TokenKind::Comment, start));
        }
        self.comments.push(TextRange::new(start, self.pos));
        None
    }

    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.pos..];
        self.pos += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    /// The token of a `# type: …` comment that reaches from `start` to here, if it is one.
    fn type_comment(&mut self, start: usize, blank_line: bool) -> Option<Token> {
        let blanks = [' ', '\t'];
        let comment = &self.source[start..self.pos];
        let rest = comment.strip_prefix('#')?.trim_start_matches(blanks);
        let rest = rest.strip_prefix("type:")?.trim_start_matches(blanks);
        let Some(ignored) = rest.strip_prefix("ignore").filter(|tail| {
            tail.as_bytes().first().is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
        }) else {
            return Some(self.token(TokenKind::TypeComment, self.pos - rest.len()));
        };
        let token = self.token(TokenKind::TypeIgnore, self.pos - ignored.len());
        if blank_line {
            if matches!(self.peek(), b'\n' | b'\r') {
                self.skip_newline();
            }
            self.implicit_newline &= self.pos < self.bytes.len();
            self.at_line_start = true;
        }
        Some(token)
    }

    /// A backslash, which is next: joins the next line to this one. Returns false if there is none.
    fn line_continuation(&mut self) -> bool {
        self.pos += 1;
        match self.peek() {
            b'\n' | b'\r' => self.skip_newline(),
            0 if self.pos >= self.bytes.len() && !self.options.unended => {}
            _ => {
                self.report_after_continuation();
                return true;
            }
        }
        self.pos < self.bytes.len()
    }

    /// The text ended after a line continuation.
    fn end_early(&mut self) -> Option<Token> {
        let implicit_newline = std::mem::take(&mut self.implicit_newline);
        self.at_line_start = true;
        if self.brackets.is_empty() {
            let at = if implicit_newline { self.pos } else { self.last_read() };
            self.error(LexErrorKind::UnexpectedEof, at, self.pos);
        } else {
            self.never_closed();
        }
        self.line_open.then(|| self.token(TokenKind::Newline, self.pos))
    }

    fn report_after_continuation(&mut self) {
        let line_start = memchr::memrchr2(b'\n', b'\r', &self.bytes[..self.pos]).map_or(0, |at| at + 1);
        let rest = &self.bytes[self.pos..];
        let line_end = self.pos + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        // CPython's copy of the text has one byte for each line end. At the end of the text there is nothing to step over.
        let wide_ends = self.source[self.chunk_start..self.pos].matches("\r\n").count();
        let column = self.pos - self.chunk_start - wide_ends - usize::from(rest.is_empty());
        let ended = line_end < self.bytes.len() || !self.options.unended;
        let past_line = line_start + column > line_end && ended;
        let mut at = (line_start + column).min(line_end);
        while !self.source.is_char_boundary(at) {
            at -= 1;
        }
        self.push_error(
            LexErrorKind::AfterLineContinuation { past_line },
            TextRange::empty(at),
            self.pos + 1,
        );
    }

    /// The end of the text.
    fn end(&mut self) -> Option<Token> {
        let unclosed = !self.brackets.is_empty();
        if unclosed {
            self.never_closed();
        }
        let line_open = if self.options.extra_tokens { unclosed } else { self.line_open };
        if line_open || unclosed {
            self.at_line_start = true;
            return line_open.then(|| self.token(TokenKind::Newline, self.pos));
        }
        Some(self.token(TokenKind::EndMarker, self.pos))
    }

    /// Reports NULs on lines that start up to `reached`: CPython refuses such a line as it reads it.
    #[cold]
    pub(super) fn report_null(&mut self, reached: usize) {
        while self.null_line <= reached {
            let line = self.null_line;
            let at = line + memchr::memchr(0, &self.bytes[line..]).unwrap_or(0);
            let found_at = self.errors.last().map_or(line, |last| line.max(last.found_at.to_usize()));
            self.push_error(LexErrorKind::NullByte, TextRange::new(at, at + 1), found_at);
            let line_end =
                at + memchr::memchr2(b'\n', b'\r', &self.bytes[at..]).unwrap_or(self.bytes.len() - at);
            self.null_line = line_with_null(self.bytes, line_end);
        }
    }

    #[inline]
    fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    /// The byte `ahead` of the next; zero past the end.
    #[inline]
    fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    /// Steps over a line break, which must be next.
    #[inline]
    fn skip_newline(&mut self) {
        self.pos += if self.peek() == b'\r' && self.peek_at(1) == b'\n' { 2 } else { 1 };
    }

    #[inline]
    fn token(&self, kind: TokenKind, start: usize) -> Token {
        // The text is no longer than what 32 bits count.
        Token { kind, range: TextRange::new(start as u32, self.pos as u32) }
    }

    /// Reports an error in `start..end`, `end` being as far as the lexer had read.
    fn error(&mut self, kind: LexErrorKind, start: usize, end: usize) {
        let end = end.clamp(start, self.bytes.len().max(start));
        self.push_error(kind, TextRange::new(start.min(self.bytes.len()), end.min(self.bytes.len())), end);
    }

    fn push_error(&mut self, kind: LexErrorKind, range: TextRange, found_at: usize) {
        // The line was read before there was anything to find in it.
        if self.null_line < found_at && kind != LexErrorKind::NullByte {
            self.report_null(found_at - 1);
        }
        self.errors.push(LexError { kind, range, found_at: TextSize::from(found_at.min(self.bytes.len())) });
    }

    fn warning(&mut self, kind: LexErrorKind, start: usize, end: usize) {
        let (range, found_at) = (TextRange::new(start, end), TextSize::from(end));
        self.warnings.push(LexError { kind, range, found_at });
    }
}

/// The start of the first line with a NUL at `from` or after it, or `usize::MAX`.
fn line_with_null(bytes: &[u8], from: usize) -> usize {
    match memchr::memchr(0, &bytes[from..]) {
        Some(at) => memchr::memrchr2(b'\n', b'\r', &bytes[..from + at]).map_or(0, |line_end| line_end + 1),
        None => usize::MAX,
    }
}
