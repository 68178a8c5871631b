//! String and bytes literals without expressions inside.

use memchr::memchr2;

use super::{LexErrorKind, Lexer};
use crate::token::{Token, TokenKind};

impl Lexer<'_> {
    /// The string that starts at `start`; its opening quote is next.
    pub(super) fn string(&mut self, start: usize) -> Token {
        let quotes = self.pos;
        let quote = self.peek();
        let triple = self.skip_quotes(quote);
        let mut escaped_quote = false;
        let closed = if self.pos == quotes + 2 {
            true
        } else if triple {
            self.skip_triple_quoted(quote)
        } else {
            self.skip_single_quoted(quote, &mut escaped_quote)
        };
        if closed {
            return self.token(TokenKind::String, start);
        }
        if let Some(fstring) = self.fstrings.last()
            && fstring.quote == quote
            && fstring.triple == triple
        {
            // Not a string: the end of the one that we are inside of, before the end of its expression.
            self.error(LexErrorKind::FStringExpectsBrace(fstring.kind), start, start + 1);
            self.pos = quotes;
            return self.fstring_end();
        }
        let detected_at = self.last_read().into();
        let kind = if triple {
            LexErrorKind::UnterminatedTripleString { detected_at }
        } else {
            LexErrorKind::UnterminatedString { detected_at, escaped_quote }
        };
        self.push_error(kind, text::TextRange::new(start, self.pos), self.pos);
        self.token(TokenKind::String, start)
    }

    /// Steps over opening quotes: one, three, or both of an empty string's. Returns whether there are three.
    pub(super) fn skip_quotes(&mut self, quote: u8) -> bool {
        let triple = self.peek_at(1) == quote && self.peek_at(2) == quote;
        self.pos += match self.peek_at(1) == quote {
            _ if triple => 3,
            true => 2,
            false => 1,
        };
        triple
    }

    /// To the end of a single-quoted string; stays before the line break that cuts it short.
    fn skip_single_quoted(&mut self, quote: u8, escaped_quote: &mut bool) -> bool {
        while let Some(&byte) = self.bytes.get(self.pos) {
            match byte {
                b'\n' | b'\r' => return false,
                b'\\' => {
                    self.pos += 1;
                    *escaped_quote |= self.peek() == quote;
                    self.skip_escaped();
                }
                _ => {
                    self.pos += 1;
                    if byte == quote {
                        return true;
                    }
                }
            }
        }
        false
    }

    fn skip_triple_quoted(&mut self, quote: u8) -> bool {
        while let Some(at) = memchr2(quote, b'\\', &self.bytes[self.pos..]) {
            self.pos += at + 1;
            if self.bytes[self.pos - 1] == b'\\' {
                self.skip_escaped();
            } else if self.peek() == quote && self.peek_at(1) == quote {
                self.pos += 2;
                return true;
            }
        }
        self.pos = self.bytes.len();
        false
    }

    /// Steps over what a backslash escapes: a byte, or a whole line break.
    pub(super) fn skip_escaped(&mut self) {
        match self.peek() {
            b'\n' | b'\r' => self.skip_newline(),
            _ => self.pos = (self.pos + 1).min(self.bytes.len()),
        }
    }

    /// The last character that CPython has read when a string turns out to be unterminated: the line break that cuts it
    /// short, or the last of the text. It tells the line.
    pub(super) fn last_read(&self) -> usize {
        if self.pos < self.bytes.len() {
            return self.pos;
        }
        let end = self.bytes.len();
        if self.bytes.ends_with(b"\r\n") { end - 2 } else { end - 1 }
    }
}
