//! The text of `python -m tokenize`: `Lib/tokenize.py` over the lexer with extra tokens.

use std::fmt::Write;

use bytecode::PyString;
use bytecode::repr::write_str;
use text::{LineIndex, TextRange, TextSize};

use crate::lexer::{ErrorClass, LexError, LexErrorKind, Lexer, LexerOptions};
use crate::source::{self, DetectError, Encoding};
use crate::token::{Token, TokenKind};

/// What a run of the command leaves behind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    /// The exit status.
    pub status: u8,
}

/// `python -m tokenize filename`, with `-e` if `exact`, where the file holds `source`.
///
/// An error's text goes to `stderr`, and then there is nothing on `stdout`, as the command prints only once it has seen
/// the whole file.
pub fn tokenize(source: &[u8], filename: &str, exact: bool) -> Output {
    match tokenize_bytes(source, filename, exact) {
        Ok(stdout) => Output { stdout, ..Output::default() },
        Err(stderr) => Output { stdout: String::new(), stderr, status: 1 },
    }
}

/// What goes to standard output, or to standard error.
fn tokenize_bytes(source: &[u8], filename: &str, exact: bool) -> Result<String, String> {
    let detected = source::detect(source, filename).map_err(|error| match error {
        DetectError::Syntax(message) => format!("{filename}: error: {message}\n"),
        // A traceback follows, of which the last line tells something of the file.
        DetectError::Unexpected(class, message) => {
            format!("unexpected error: {message}\n{class}: {message}\n")
        }
    })?;
    // CPython decodes line by line.
    let mut text = String::with_capacity(source.len());
    for line in source[detected.bom_len..].split_inclusive(|byte| *byte == b'\n') {
        match detected.encoding.decode_lossy(line) {
            Ok(line) => text.push_str(&line),
            Err(message) => {
                return Err(format!("unexpected error: {message}\nUnicodeEncodeError: {message}\n"));
            }
        }
    }
    let mut out = String::with_capacity(text.len() * 8);
    write_row(&mut out, Place::default(), Place::default(), "ENCODING", &detected.name);
    match write_tokens(&mut out, &text, exact) {
        Ok(()) => Ok(out),
        Err(error) => Err(format!("{filename}:{error}\n")),
    }
}

/// `python -m tokenize`, with `-e` if `exact`, where standard input is `source`: there it is text already, and the tokens
/// before an error are printed.
pub fn tokenize_standard_input(source: &[u8], exact: bool) -> Output {
    let text = match Encoding::Utf8.decode(source) {
        Ok(text) => text,
        Err(error) => {
            let stderr = format!("unexpected error: {error}\nUnicodeDecodeError: {error}\n");
            return Output { stderr, status: 1, ..Output::default() };
        }
    };
    let mut stdout = String::with_capacity(text.len() * 8);
    match write_tokens(&mut stdout, &text, exact) {
        Ok(()) => Output { stdout, ..Output::default() },
        Err(error) => Output { stdout, stderr: format!("<stdin>:{error}\n"), status: 1 },
    }
}

/// Writes the tokens of a text, up to the first error. That comes back as its text after the file name and a colon.
fn write_tokens(out: &mut String, text: &str, exact: bool) -> Result<(), String> {
    let options = LexerOptions { extra_tokens: true, ..LexerOptions::default() };
    let mut lexer = Lexer::new(text, options);
    let mut cursor = Cursor::new(text);
    loop {
        let token = lexer.next_token();
        if let Some(error) = lexer.errors().first() {
            return Err(error_text(text, &lexer, error));
        }
        write_token(out, &mut cursor, token, exact);
        if token.kind == TokenKind::EndMarker {
            return Ok(());
        }
    }
}

/// Row, from one, and column, from zero and in characters. The encoding stands at row zero.
#[derive(Clone, Copy, Default)]
struct Place {
    row: u32,
    column: u32,
}

/// Turns offsets, asked for in order, into places.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    place: Place,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, offset: 0, place: Place { row: 1, column: 0 } }
    }

    fn advance(&mut self, offset: TextSize) -> Place {
        let passed = &self.text[self.offset..offset.to_usize()];
        let last_line = match passed.rfind('\n') {
            Some(newline) => {
                self.place.row += passed.bytes().filter(|&byte| byte == b'\n').count() as u32;
                self.place.column = 0;
                &passed[newline + 1..]
            }
            None => passed,
        };
        self.place.column += last_line.chars().count() as u32;
        self.offset = offset.to_usize();
        self.place
    }

    /// The start of the row after the last.
    fn after_end(&mut self) -> Place {
        let place = self.advance(TextSize::of(self.text));
        let row = if self.text.is_empty() || self.text.ends_with('\n') { place.row } else { place.row + 1 };
        Place { row, column: 0 }
    }
}

/// A token as the module `tokenize` has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRow<'a> {
    /// The number of its kind in `token.py`; operators have that of `OP`.
    pub kind: u8,
    /// `string`
    pub text: &'a str,
    /// Row, from one, and column, from zero and in characters.
    pub start: (u32, u32),
    /// Where it ends, in the same way.
    pub end: (u32, u32),
    /// The physical line, or for strings of several lines all of them.
    pub line: &'a str,
}

/// What ends the tokens before their time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenError {
    /// The class of the exception.
    pub class: ErrorClass,
    /// Its message.
    pub message: String,
    /// The line, from one, and the column, as CPython counts it for this error.
    pub place: (u32, i32),
    /// Whether the text just ends, which the exception's arguments say nothing of but the message.
    pub is_end: bool,
}

/// All tokens of a text, comments and empty lines included (`_tokenize.TokenizerIter` with `extra_tokens`), up to the
/// first error.
pub fn rows(text: &str) -> (Vec<TokenRow<'_>>, Option<TokenError>) {
    let mut lexer = Lexer::new(text, LexerOptions { extra_tokens: true, ..LexerOptions::default() });
    let mut cursor = Cursor::new(text);
    let mut physical = PhysicalLine::default();
    let mut rows = Vec::new();
    loop {
        let token = lexer.next_token();
        if let Some(error) = lexer.errors().first() {
            return (rows, Some(located(text, &lexer, error)));
        }
        let is_trailing = matches!(token.kind, TokenKind::EndMarker | TokenKind::Dedent)
            && token.range.end.to_usize() == text.len();
        let row = row(&mut cursor, token);
        let line = if is_trailing { "" } else { physical.of(text, token, row.end.row) };
        rows.push(TokenRow {
            kind: number(token.kind),
            text: row.text,
            start: (row.start.row, row.start.column),
            end: (row.end.row, row.end.column),
            line,
        });
        if token.kind == TokenKind::EndMarker {
            return (rows, None);
        }
    }
}

/// The line that tokens say they are in. Pieces of a string that end in one row share theirs.
#[derive(Default)]
struct PhysicalLine {
    row: u32,
    range: std::ops::Range<usize>,
    /// Where the line of the last string began.
    string: usize,
}

impl PhysicalLine {
    fn of<'a>(&mut self, text: &'a str, token: Token, row: u32) -> &'a str {
        use TokenKind::*;
        let range = token.range.to_usize();
        let start_of = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let in_string = matches!(
            token.kind,
            String | FStringStart | FStringMiddle | FStringEnd | TStringStart | TStringMiddle | TStringEnd
        );
        if in_string && !matches!(token.kind, FStringEnd | TStringEnd) {
            self.string = start_of(range.start);
        }
        // What follows a string of several lines on its last one is in that one alone.
        if row != self.row || !in_string {
            self.row = row;
            // A line break ends the line that it stands in.
            let inside = if matches!(token.kind, Newline | Nl) { range.start } else { range.end };
            let start = if in_string { self.string } else { start_of(inside) };
            let end = text[inside..].find('\n').map_or(text.len(), |newline| inside + newline + 1);
            self.range = start..end;
        }
        &text[self.range.clone()]
    }
}

/// A token with its places.
struct Row<'a> {
    text: &'a str,
    start: Place,
    end: Place,
}

fn row<'a>(cursor: &mut Cursor<'a>, token: Token) -> Row<'a> {
    let source = cursor.text;
    let at_end = token.range.end.to_usize() == source.len();
    let mut text = &source[token.range];
    if matches!(token.kind, TokenKind::EndMarker | TokenKind::Dedent) && at_end {
        let place = cursor.after_end();
        return Row { text: "", start: place, end: place };
    }
    let start = cursor.advance(token.range.start);
    let end = if matches!(token.kind, TokenKind::Newline | TokenKind::Nl) {
        let implicit = at_end && !source.ends_with('\n');
        let width = token.range.len().0 + u32::from(implicit);
        if implicit && token.kind == TokenKind::Nl {
            text = "";
        }
        Place { row: start.row, column: start.column + width }
    } else {
        cursor.advance(token.range.end)
    };
    Row { text, start, end }
}

fn write_token(out: &mut String, cursor: &mut Cursor<'_>, token: Token, exact: bool) {
    let row = row(cursor, token);
    write_row(out, row.start, row.end, name(token.kind, exact), row.text);
}

/// `"%-20s%-15s%-15r"`, widths counted in characters.
fn write_row(out: &mut String, start: Place, end: Place, name: &str, text: &str) {
    let row = out.len();
    let _ = write!(out, "{},{}-{},{}:", start.row, start.column, end.row, end.column);
    pad(out, row, 20);
    let _ = write!(out, "{name:<15}");
    let repr = out.len();
    write_str(out, &PyString::from(text));
    pad(out, repr, 15);
    out.push('\n');
}

/// Fills what stands in `out` from `start` on up to `width` characters.
fn pad(out: &mut String, start: usize, width: usize) {
    let len = out[start..].chars().take(width).count();
    out.extend(std::iter::repeat_n(' ', width - len));
}

/// The text of an error after the file name.
fn error_text(source: &str, lexer: &Lexer<'_>, error: &LexError) -> String {
    let TokenError { place: (line, column), mut message, .. } = located(source, lexer, error);
    if let LexErrorKind::UnterminatedTripleString { .. } = error.kind {
        message = "EOF in multi-line string".into();
    }
    format!("{line}:{column}: error: {message}")
}

/// An error with the place that the tokenizer's exception names.
fn located(source: &str, lexer: &Lexer<'_>, error: &LexError) -> TokenError {
    let lines = LineIndex::of_binary(source);
    let place = error.place(source, &lines);
    let message = error.message(|offset| lines.line(offset) + 1);
    let (line, column, message) = match error.kind {
        LexErrorKind::UnexpectedEof | LexErrorKind::NeverClosed(_) => {
            // CPython tells how many bytes it keeps, not a column.
            let kept = source.len() - lexer.chunk_start();
            let implicit = usize::from(kept > 0 && !source.ends_with('\n'));
            let last = lines.line(TextSize::from(source.len().saturating_sub(1))) + 1;
            (last, (kept + implicit) as i32, "unexpected EOF in multi-line statement".into())
        }
        LexErrorKind::AfterLineContinuation { .. }
        | LexErrorKind::InconsistentDedent { .. }
        | LexErrorKind::InconsistentTabs
        | LexErrorKind::TooDeeplyIndented => {
            let line = lines.line(error.found_at);
            let own = lines.line_range(line);
            // At the start of a line each line that goes on is read on its own; the lexer may have read on since.
            let moved = lexer.chunk_start() >= error.found_at.to_usize();
            let start = if moved { own.start.to_usize() } else { lexer.chunk_start() };
            let chunk = TextRange::new(start, own.end);
            let implicit = i32::from(!source[chunk].ends_with('\n'));
            (line + 1, source[chunk].chars().count() as i32 + implicit, message)
        }
        _ => (u32::try_from(place.line).unwrap_or(0), place.offset, message),
    };
    let is_end = matches!(error.kind, LexErrorKind::UnexpectedEof | LexErrorKind::NeverClosed(_));
    TokenError { class: error.class(), message, place: (line, column), is_end }
}

/// The number of a kind in `token.py`.
fn number(kind: TokenKind) -> u8 {
    use TokenKind::*;
    match kind {
        EndMarker => 0,
        Number => 2,
        String => 3,
        Newline => 4,
        Indent => 5,
        Dedent => 6,
        TypeIgnore => 56,
        TypeComment => 57,
        FStringStart => 59,
        FStringMiddle => 60,
        FStringEnd => 61,
        TStringStart => 62,
        TStringMiddle => 63,
        TStringEnd => 64,
        Comment => 65,
        Nl => 66,
        Unknown => 55,
        _ if kind.is_operator() => 55,
        _ => 1,
    }
}

/// The name of a kind in `token.py`; operators have their own where `exact`.
fn name(kind: TokenKind, exact: bool) -> &'static str {
    use TokenKind::*;
    match kind {
        EndMarker => "ENDMARKER",
        Newline => "NEWLINE",
        Indent => "INDENT",
        Dedent => "DEDENT",
        Number => "NUMBER",
        String => "STRING",
        FStringStart => "FSTRING_START",
        FStringMiddle => "FSTRING_MIDDLE",
        FStringEnd => "FSTRING_END",
        TStringStart => "TSTRING_START",
        TStringMiddle => "TSTRING_MIDDLE",
        TStringEnd => "TSTRING_END",
        Comment => "COMMENT",
        Nl => "NL",
        TypeComment => "TYPE_COMMENT",
        TypeIgnore => "TYPE_IGNORE",
        _ if exact => kind.exact_name().unwrap_or("NAME"),
        Unknown => "OP",
        _ if kind.is_operator() => "OP",
        _ => "NAME",
    }
}
