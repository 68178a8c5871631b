//! Source files as the interpreter reads them to run them: line by line, not at once (`Parser/tokenizer/file_tokenizer.c`).
//!
//! Its errors are others than those of the same bytes in `compile`: they come when a line is read, name the file, and
//! count from where the reader is.

use super::{BOM, Cookie, DecodeError, Encoding, NoEncoding, SourceError, is_blank, line_end};
use crate::lexer::{ErrorPlace, LexErrorKind, Lexer, LexerOptions};
use crate::token::TokenKind;

/// A file that is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileSource {
    Text(String),
    /// Nothing of it is looked at: not even the encoding is had.
    Unreadable {
        error: SourceError,
        /// The line that the error shows, if it has one.
        line: Option<String>,
    },
    /// Reading ends at a line: what is wrong in those before it is found first.
    UpTo {
        /// The lines before, and a NUL, which the lexer refuses as soon as it comes to it.
        read: String,
        /// What is wrong with the line.
        error: SourceError,
        /// The line as the error shows it.
        line: String,
    },
}

/// How many bytes `io.TextIOWrapper` decodes at a time.
const CHUNK: usize = 8192;

/// Reads a program's file.
pub fn decode_file(bytes: &[u8], filename: &str) -> FileSource {
    let (body, bom) = match bytes.strip_prefix(BOM) {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let whole = super::decode(bytes);
    let Some(cookie) = Cookie::find(body, is_line_end) else {
        return match std::str::from_utf8(body) {
            Ok(text) => FileSource::Text(text.to_owned()),
            Err(_) if bom => undecodable_line(body),
            Err(error) => undeclared(body, error.valid_up_to(), filename),
        };
    };
    if cookie.name == "utf-8" {
        return match std::str::from_utf8(body) {
            Ok(text) => FileSource::Text(text.to_owned()),
            Err(_) => undecodable_line(body),
        };
    }
    match whole.error {
        None => FileSource::Text(whole.text),
        // What a byte order mark forbids
        Some(error) if error.place.is_some() => {
            let line = whole.text.lines().nth(usize::from(cookie.lineno == 2)).map(str::to_owned);
            FileSource::Unreadable { error, line }
        }
        Some(error) => match Encoding::find(&cookie.name) {
            Ok(encoding) => undecodable_chunk(encoding, body, cookie.end),
            // The reader has no advice to give.
            Err(NoEncoding::NotText) => unreadable(format!("'{}' is not a text encoding", cookie.name)),
            Err(_) => FileSource::Unreadable { error, line: None },
        },
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The line of a place, from its start to its end without the break, and its number from one.
fn line_at(bytes: &[u8], place: usize) -> (std::ops::Range<usize>, u32) {
    let (mut start, mut number) = (0, 1);
    loop {
        let end = start + line_end(&bytes[start..], is_line_end);
        if place < end || end == bytes.len() {
            let shown = bytes[start..end].iter().rposition(|&byte| !is_line_end(byte)).map_or(0, |at| at + 1);
            return (start..start + shown, number);
        }
        (start, number) = (end, number + 1);
    }
}

/// Bytes that are no UTF-8, which nobody said they were.
fn undeclared(body: &[u8], bad: usize, filename: &str) -> FileSource {
    let (range, mut number) = line_at(body, bad);
    let read = String::from_utf8_lossy(&body[..range.start]).into_owned();
    // After a first line that ends the search for a cookie CPython counts the second as the first, unless it has kept
    // both because a token goes on.
    let first = &body[..line_end(body, is_line_end)];
    let goes_on = || open_string(&read).is_some() || read.trim_end_matches(['\r', '\n']).ends_with('\\');
    if number == 2 && !is_blank(first) && !goes_on() {
        number = 1;
    }
    let message = format!(
        "Non-UTF-8 code starting with '\\x{:02x}' in file {filename} on line {number}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        body[bad]
    );
    let column = String::from_utf8_lossy(&body[range.start..bad]).chars().count() as i32 + 1;
    let place = ErrorPlace::on_lines([number; 2], [column; 2]);
    up_to(read, message, place, &body[range])
}

/// A line that is not the UTF-8 that the file declares.
fn undecodable_line(body: &[u8]) -> FileSource {
    let bad = std::str::from_utf8(body).map_or_else(|error| error.valid_up_to(), str::len);
    let (range, mut number) = line_at(body, bad);
    let read = String::from_utf8_lossy(&body[..range.start]).into_owned();
    let line = &body[range.clone()];
    // With its break: what is cut off by it is no end of data.
    let whole_line = &body[range.start..range.start + line_end(&body[range.start..], is_line_end)];
    let Err(error) = Encoding::Utf8.decode(whole_line) else { return FileSource::Text(read) };
    let mut shown = line;
    // In a string that began before, the line of that.
    if let Some((start, false)) = open_string(&read) {
        let (range, first) = line_at(body, start);
        (shown, number) = (&body[range], first);
    }
    up_to(read, format!("(unicode error) {error}"), ErrorPlace::on_lines([number; 2], [0; 2]), shown)
}

/// A piece of the file that is not of its encoding: the line before it is at fault, or the file as a whole if the
/// piece is its first.
fn undecodable_chunk(encoding: Encoding, body: &[u8], cookie_end: usize) -> FileSource {
    // Reading begins with the end of the line of the cookie.
    let stream = &body[cookie_end.saturating_sub(1)..];
    let error = match encoding.decode(stream) {
        Err(DecodeError::Bytes { codec, start, end, first_byte, reason }) => {
            let chunk = start / CHUNK * CHUNK;
            let error =
                DecodeError::Bytes { codec, start: start - chunk, end: end - chunk, first_byte, reason };
            if chunk > 0 {
                let before = &body[..cookie_end.saturating_sub(1) + chunk];
                let lines = before.iter().rposition(|&byte| is_line_end(byte)).map_or(0, |at| at + 1);
                let (range, number) = line_at(before, lines.saturating_sub(1));
                let read = encoding.decode_lossy(&before[..lines]).unwrap_or_default();
                let message = format!("(unicode error) {error}");
                let place = ErrorPlace::on_lines([number; 2], [0; 2]);
                return up_to(read, message, place, &before[range]);
            }
            error
        }
        Err(error) => error,
        Ok(text) => {
            let head = String::from_utf8_lossy(&body[..cookie_end.saturating_sub(1)]);
            return FileSource::Text(head.into_owned() + &text);
        }
    };
    unreadable(error.to_string())
}

fn unreadable(message: String) -> FileSource {
    FileSource::Unreadable { error: SourceError::nowhere(message), line: None }
}

fn up_to(read: String, message: String, place: ErrorPlace, line: &[u8]) -> FileSource {
    let error = SourceError { message, place: Some(place) };
    // Where a NUL is, CPython's text ends.
    let line = line.split(|&byte| byte == 0).next().unwrap_or_default();
    FileSource::UpTo { read: read + "\0", error, line: String::from_utf8_lossy(line).into_owned() }
}

/// Where a string of several lines starts that is open at the end of `text`, and whether it is one with expressions.
fn open_string(text: &str) -> Option<(usize, bool)> {
    let mut lexer = Lexer::new(text, LexerOptions::default());
    while lexer.next_token().kind != TokenKind::EndMarker {}
    lexer.errors().iter().find_map(|error| match error.kind {
        LexErrorKind::UnterminatedTripleString { .. } => Some((error.range.start.to_usize(), false)),
        LexErrorKind::UnterminatedTripleFString { .. } => Some((error.range.start.to_usize(), true)),
        _ => None,
    })
}
