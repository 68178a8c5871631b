//! The start of a line: indentation, and the INDENT and DEDENT tokens that come of it.

use std::sync::Arc;

use text::TextRange;

use super::{LexErrorKind, Lexer};
use crate::token::{Token, TokenKind};

/// CPython's `MAXINDENT`, the outermost level included.
const MAX_LEVELS: usize = 100;
const TAB_SIZE: u32 = 8;

/// How far a line is indented, counted twice: with tabs to multiples of eight, and with tabs as one column. Where the
/// two disagree, tabs and spaces are mixed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Indent {
    column: u32,
    alternative: u32,
}

/// The indentations of the open blocks, outermost first; the module's own, zero, is not stored. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Indents {
    blocks: Arc<[Indent]>,
}

impl Indents {
    /// How many blocks are open.
    pub fn depth(&self) -> usize {
        self.blocks.len()
    }

    /// The column, tabs counted to multiples of eight, of the innermost block's lines.
    pub fn column(&self) -> u32 {
        self.top().column
    }

    fn top(&self) -> Indent {
        self.blocks.last().copied().unwrap_or_default()
    }

    pub(super) fn to_vec(&self) -> Vec<Indent> {
        self.blocks.to_vec()
    }

    /// These indentations; the same object as this one if they are equal.
    pub(super) fn or_new(&self, blocks: &[Indent]) -> Indents {
        if *self.blocks == *blocks { self.clone() } else { Indents { blocks: blocks.into() } }
    }
}

/// The place of a nested unit that is known already, in a text that has two bytes for it: a control character that stands
/// for its lines, and a line end.
#[derive(Clone, Debug)]
pub(crate) struct KnownUnit {
    /// Where the two bytes are.
    pub at: u32,
    pub indents: Indents,
    /// It starts with `def` or `class`, as no line in brackets does.
    pub keyword_first: bool,
}

/// What stands for a known unit.
pub(crate) const KNOWN_UNIT: &str = "\x01\n";

/// What the start of a line turned out to be.
pub(super) enum LineStart {
    /// Nothing but perhaps a comment is on the line.
    Blank,
    /// Tokens follow.
    Text,
    /// A statement starts here although brackets are open. The line is yet to be read.
    Statement,
}

impl Lexer<'_> {
    /// Reads the indentation of a line, and puts INDENT or DEDENT tokens on the way. Without extra tokens, blank lines are
    /// passed altogether, up to a line with text or the end.
    pub(super) fn line_start(&mut self) -> LineStart {
        loop {
            let line = self.pos;
            self.line_start = line;
            self.joined_line = false;
            self.start_chunk();
            if self.null_line <= line {
                self.report_null(line);
            }
            if self.next_known <= line {
                return self.known_unit_line(line);
            }
            let Some(indent) = self.indentation() else {
                // The blocks stay open, whichever they are.
                self.base_left = self.base_left.min(line);
                return LineStart::Text;
            };
            let next = self.peek();
            match next {
                b'#' if !self.options.extra_tokens && !self.options.type_comments => {
                    let start = self.pos;
                    self.skip_comment();
                    self.comments.push(TextRange::new(start, self.pos));
                    if self.pos < self.bytes.len() {
                        self.skip_newline();
                    } else {
                        self.implicit_newline = false;
                    }
                }
                b'\r' if self.is_lone_return() => return LineStart::Blank,
                b'\n' | b'\r' if !self.options.extra_tokens => self.skip_newline(),
                b'#' | b'\n' | b'\r' => return LineStart::Blank,
                0 if self.pos >= self.bytes.len() && self.implicit_newline => {
                    // CPython sees a line break here: the line is blank.
                    if self.options.extra_tokens {
                        return LineStart::Blank;
                    }
                    self.implicit_newline = false;
                }
                _ => {
                    if self.brackets.is_empty() {
                        self.check_line_after_known(line, indent);
                        self.set_indentation(indent);
                        if self.pos == self.bytes.len() {
                            self.blanks_at_end(line);
                        }
                    } else if !self.options.strict
                        && !self.options.extra_tokens
                        && self.at_statement_keyword()
                    {
                        self.pos = line;
                        return LineStart::Statement;
                    }
                    return LineStart::Text;
                }
            }
        }
    }

    /// Blanks without a line end, in a block: to CPython there is a statement to come, and it is the end of the text.
    #[cold]
    fn blanks_at_end(&mut self, line: usize) {
        self.line_open |= !self.blocks.is_empty() && line < self.pos;
    }

    fn top(&self) -> Indent {
        self.blocks.last().copied().unwrap_or_default()
    }

    /// The line of a known unit. Where it does not fit, that is remembered.
    fn known_unit_line(&mut self, line: usize) -> LineStart {
        let known = &self.known[self.known_passed];
        if known.at as usize != line {
            self.misfit = true;
            self.next_known = usize::MAX;
            return LineStart::Text;
        }
        if !self.brackets.is_empty() {
            if known.keyword_first && !self.options.strict && self.fstrings.is_empty() {
                return LineStart::Statement;
            }
            self.misfit = true;
            return LineStart::Text;
        }
        let (indent, errors) = (known.indents.top(), self.errors.len());
        self.check_line_after_known(line, indent);
        self.set_indentation(indent);
        self.misfit |= self.errors.len() > errors || *self.blocks != *known.indents.blocks;
        self.known_end = line + KNOWN_UNIT.len();
        self.known_passed += 1;
        self.next_known = self.known.get(self.known_passed).map_or(usize::MAX, |known| known.at as usize);
        LineStart::Text
    }

    /// The line after a known unit must be right behind it, and not deeper.
    fn check_line_after_known(&mut self, line: usize, indent: Indent) {
        if self.known_end > 0 {
            self.misfit |= line != self.known_end || indent.column > self.top().column;
            self.known_end = 0;
        }
    }

    /// CPython reads another line into an empty buffer. `tokenize`, which reads from a file, keeps it inside f-strings.
    fn start_chunk(&mut self) {
        if self.fstrings.is_empty() || !self.options.extra_tokens {
            self.chunk_start = self.pos;
        }
    }

    /// Steps over a line's indentation and measures it. `None` if a stray backslash stands in it, or the text ends after
    /// one; that has been reported.
    fn indentation(&mut self) -> Option<Indent> {
        let rest = &self.bytes[self.pos..];
        let spaces = rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len());
        self.pos += spaces;
        let mut indent = Indent { column: spaces as u32, alternative: spaces as u32 };
        // The first line of several that backslashes join gives the indentation.
        let mut first_line: Option<Indent> = None;
        loop {
            match self.peek() {
                b' ' => {
                    indent.column += 1;
                    indent.alternative += 1;
                }
                b'\t' => {
                    indent.column = (indent.column / TAB_SIZE + 1) * TAB_SIZE;
                    indent.alternative += 1;
                }
                b'\x0c' => indent = Indent::default(),
                b'\\' if self.pos + 1 == self.bytes.len() => {
                    if !self.options.unended {
                        self.chunk_start = self.bytes.len();
                    }
                    return None;
                }
                b'\\' if matches!(self.peek_at(1), b'\n' | b'\r') => {
                    self.joined_line = true;
                    if first_line.is_none_or(|first| first.column == 0) {
                        first_line = Some(Indent { column: indent.column, alternative: indent.column });
                    }
                    self.pos += 1;
                    self.skip_newline();
                    if self.pos >= self.bytes.len() {
                        // Left to `line_continuation`, which knows this error.
                        self.start_chunk();
                        self.pos = memchr::memrchr(b'\\', &self.bytes[..self.pos]).unwrap_or(self.pos);
                        return None;
                    }
                    self.start_chunk();
                    continue;
                }
                b'\\' => return None,
                _ => break,
            }
            self.pos += 1;
        }
        Some(match first_line {
            Some(first) if first.column != 0 => first,
            _ => indent,
        })
    }

    fn set_indentation(&mut self, indent: Indent) {
        let top = self.top();
        if indent == top {
            return;
        }
        if indent.column > top.column {
            if self.blocks.len() + 2 > MAX_LEVELS {
                self.indentation_error(LexErrorKind::TooDeeplyIndented);
            } else if indent.alternative <= top.alternative {
                self.indentation_error(LexErrorKind::InconsistentTabs);
            }
            self.blocks.push(indent);
            self.pending = 1;
            return;
        }
        let mut innermost = None;
        while self.top().column > indent.column {
            innermost = self.blocks.pop();
            self.pending -= 1;
        }
        if self.blocks.len() < self.base_depth && self.base_left == usize::MAX {
            self.base_left = self.line_start;
        }
        let top = self.top();
        if indent.column != top.column {
            self.inconsistent_dedent();
            // Nothing ends here that a later line would not end as well: the block goes on at the new column.
            if innermost.is_some() {
                self.blocks.push(indent);
                self.pending += 1;
            }
        } else if indent.alternative != top.alternative {
            self.indentation_error(LexErrorKind::InconsistentTabs);
        }
    }

    /// Reports an error that CPython places at the start of the line, whatever the indentation.
    fn indentation_error(&mut self, kind: LexErrorKind) {
        let line_start = memchr::memrchr2(b'\n', b'\r', &self.bytes[..self.pos]).map_or(0, |at| at + 1);
        self.push_error(kind, TextRange::new(line_start, self.pos), self.pos);
    }

    /// Reports a dedent to a column that no block has; CPython places it at the line's end.
    fn inconsistent_dedent(&mut self) {
        let rest = &self.bytes[self.pos..];
        let line_end = self.pos + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let unended = line_end == self.bytes.len() && self.options.unended;
        let kind = LexErrorKind::InconsistentDedent { unended };
        self.push_error(kind, TextRange::empty(line_end), self.pos);
    }

    /// One of the INDENT or DEDENT tokens on the way.
    pub(super) fn pending_token(&mut self) -> Token {
        if self.pending < 0 {
            self.pending += 1;
            self.token(TokenKind::Dedent, self.pos)
        } else {
            self.pending -= 1;
            self.token(TokenKind::Indent, self.chunk_start)
        }
    }
}
