//! Bytes of a source file to text: byte order mark, coding cookie (PEP 263), decoding, and CPython's errors about them.
//!
//! - [`decode`] does what `compile` does to bytes (`Parser/tokenizer/string_tokenizer.c`);
//! - [`decode_file`] does what running a file does (`Parser/tokenizer/file_tokenizer.c`);
//! - [`detect`] is `tokenize.detect_encoding` (`Lib/tokenize.py`), which differs in its errors.

mod codec;
mod file;
mod tables;
mod unicode;

pub use codec::{DecodeError, Encoding, NoEncoding, without_surrogates};
pub use file::{FileSource, decode_file};
pub use unicode::{Format, Order};

use bytecode::PyString;
use text::LineIndex;

use crate::lexer::{ErrorPlace, NULL_BYTES};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A decoded source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The text without byte order mark. Where `error` is, what could not be decoded is U+FFFD.
    pub text: String,
    /// How the bytes were decoded.
    pub encoding: Encoding,
    /// Whether there was a byte order mark.
    pub bom: bool,
    /// Why CPython would not read the file.
    pub error: Option<SourceError>,
}

/// A SyntaxError about the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    pub message: String,
    /// `None` where CPython gives no place (it says line 0).
    pub place: Option<ErrorPlace>,
}

impl SourceError {
    fn nowhere(message: String) -> SourceError {
        SourceError { message, place: None }
    }
}

/// Decodes `bytes` as `compile(bytes, …, 'exec')` does. Never fails: there is always some text.
pub fn decode(bytes: &[u8]) -> Source {
    decode_as(bytes, true)
}

/// Decodes `bytes` as `compile` does; the last line of what is no `program` may lack its end, and nothing is declared there.
pub fn decode_as(bytes: &[u8], program: bool) -> Source {
    let (body, bom) = match bytes.strip_prefix(BOM) {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let cookie = Cookie::find(body, |byte| matches!(byte, b'\n' | b'\r'));
    let cookie = cookie.filter(|cookie| program || matches!(body[cookie.end - 1], b'\n' | b'\r'));
    let mut error = None;
    let mut encoding = Encoding::Utf8;
    let mut declared_utf8 = true;
    if let Some(cookie) = cookie {
        declared_utf8 = cookie.name == "utf-8";
        if bom && !declared_utf8 {
            let (line, len) = (cookie.lineno, cookie.line.chars().count() as i32);
            // CPython counts the line break before the second line.
            let end_offset = if line == 1 { len } else { len + 1 };
            error = Some(SourceError {
                message: format!("encoding problem: {} with BOM", cookie.name),
                place: Some(ErrorPlace::on_lines([line; 2], [0, end_offset])),
            });
        } else {
            match Encoding::find(&cookie.name) {
                Ok(found) => encoding = found,
                Err(why) => error = Some(SourceError::nowhere(why.message(&cookie.name))),
            }
        }
    }
    let result = if declared_utf8 || error.is_some() {
        decode_utf8(body)
    } else {
        decode_declared(encoding, body, program).map_err(|error| SourceError::nowhere(error.to_string()))
    };
    let text = match result {
        Ok(text) => text,
        Err(decode_error) => {
            error.get_or_insert(decode_error);
            encoding.decode_lossy(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned())
        }
    };
    Source { text, encoding, bom, error }
}

/// Decodes what is in an encoding that a cookie names. CPython makes `\n` of line ends before, as if bytes were ASCII, and
/// adds one at the end of a program: it tells from errors, and from encodings that are not based on ASCII.
fn decode_declared(encoding: Encoding, bytes: &[u8], program: bool) -> Result<String, DecodeError> {
    let line_end = b"\r\n";
    let is_ascii_based = encoding.decode(line_end).is_ok_and(|text| text.as_bytes() == line_end);
    match encoding.decode(bytes) {
        Ok(text) if is_ascii_based => Ok(text),
        _ => {
            let mut lines = Vec::with_capacity(bytes.len() + 1);
            for (at, &byte) in bytes.iter().enumerate() {
                match byte {
                    b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
                    b'\r' => lines.push(b'\n'),
                    byte => lines.push(byte),
                }
            }
            if program && lines.last() != Some(&b'\n') {
                lines.push(b'\n');
            }
            encoding.decode(&lines)
        }
    }
}

/// Decodes UTF-8 that was not asked for in a cookie, or by its own name.
fn decode_utf8(bytes: &[u8]) -> Result<String, SourceError> {
    let bad = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error.valid_up_to(),
    };
    let text = String::from_utf8_lossy(&bytes[..bad]);
    let lines = LineIndex::new(&text);
    let line = lines.line_count();
    let column = text[lines.line_range(line - 1)].chars().count() as i32 + 1;
    let message = format!(
        "Non-UTF-8 code starting with '\\x{:02x}' on line {line}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        bytes[bad]
    );
    let place = ErrorPlace::on_lines([line; 2], [column; 2]);
    Err(SourceError { message, place: Some(place) })
}

/// What [`detect`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    pub encoding: Encoding,
    /// The name that an `ENCODING` token shows.
    pub name: String,
    /// How many bytes the byte order mark takes.
    pub bom_len: usize,
}

/// Why `tokenize` reads no further than the first lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DetectError {
    /// A SyntaxError, with this message.
    Syntax(String),
    /// An error that `tokenize` does not expect: the class of the exception, and its message.
    Unexpected(&'static str, String),
}

/// `tokenize.detect_encoding` for a file of that name.
///
/// # Errors
/// What that raises.
pub fn detect(bytes: &[u8], filename: &str) -> Result<Detected, DetectError> {
    let syntax = |message: String| Err(DetectError::Syntax(message));
    let mut quoted = String::new();
    bytecode::repr::write_str(&mut quoted, &PyString::from(filename));
    let bom_len = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let body = &bytes[bom_len..];
    let cookie = Cookie::find(body, |byte| byte == b'\n');
    let (name, encoding) = match &cookie {
        None => ("utf-8".to_owned(), Ok(Encoding::Utf8)),
        Some(cookie) => (cookie.name.clone(), Encoding::find(&cookie.name)),
    };
    if encoding == Err(NoEncoding::Unknown) {
        return syntax(format!("unknown encoding for {quoted}: {name}"));
    }
    if bom_len > 0 && name != "utf-8" {
        return syntax(format!("encoding problem for {quoted}: utf-8"));
    }
    // The lines that were looked at must be sound.
    let lines = match &cookie {
        Some(cookie) => cookie.end,
        None => Cookie::searched(body, |byte| byte == b'\n'),
    };
    let looked_at = &body[..lines];
    if looked_at.contains(&0) {
        return syntax(NULL_BYTES.into());
    }
    let encoding = encoding.map_err(|why| DetectError::Unexpected(why.class(), why.message(&name)))?;
    if let Err(DecodeError::Bytes { .. }) = encoding.decode(looked_at) {
        return syntax(format!("invalid or missing encoding declaration for {quoted}"));
    }
    Ok(Detected { encoding, name, bom_len })
}

/// A coding cookie: a comment on one of the first two lines that names the encoding.
struct Cookie {
    /// CPython's normal name of it: `utf-8` and `iso-8859-1` for their variants, else as written.
    name: String,
    /// The line it is on, and its number.
    line: String,
    lineno: u32,
    /// Where that line ends, its line break included.
    end: usize,
}

impl Cookie {
    fn find(bytes: &[u8], is_line_end: fn(u8) -> bool) -> Option<Cookie> {
        let first_end = line_end(bytes, is_line_end);
        let first = &bytes[..first_end];
        let on_line = |line: &[u8], lineno: u32, end: usize| {
            let name = cookie_name(line)?;
            let text = String::from_utf8_lossy(line);
            let line = text.trim_end_matches(['\n', '\r']).to_owned();
            Some(Cookie { name, line, lineno, end })
        };
        if let Some(cookie) = on_line(first, 1, first_end) {
            return Some(cookie);
        }
        if !is_blank(first) {
            return None;
        }
        let second_end = first_end + line_end(&bytes[first_end..], is_line_end);
        on_line(&bytes[first_end..second_end], 2, second_end)
    }

    /// How many bytes the lines take that a search without result looks at.
    fn searched(bytes: &[u8], is_line_end: fn(u8) -> bool) -> usize {
        let first = line_end(bytes, is_line_end);
        if is_blank(&bytes[..first]) { first + line_end(&bytes[first..], is_line_end) } else { first }
    }
}

/// The length of the first line, its line break included.
fn line_end(bytes: &[u8], is_line_end: fn(u8) -> bool) -> usize {
    match bytes.iter().position(|&byte| is_line_end(byte)) {
        Some(at) if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') => at + 2,
        Some(at) => at + 1,
        None => bytes.len(),
    }
}

fn skip_blanks(line: &[u8]) -> &[u8] {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
    &line[blanks..]
}

/// Whether there is nothing but perhaps a comment on the line.
fn is_blank(line: &[u8]) -> bool {
    matches!(skip_blanks(line).first(), None | Some(b'#' | b'\n' | b'\r'))
}

/// The normal name of the encoding that a line's comment names: `coding` and `:` or `=`, blanks, a name.
fn cookie_name(line: &[u8]) -> Option<String> {
    let comment = skip_blanks(line).strip_prefix(b"#")?;
    memchr::memmem::find_iter(comment, b"coding").find_map(|at| {
        let (&[b':' | b'='], rest) = comment[at + b"coding".len()..].split_at_checked(1)? else {
            return None;
        };
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = &rest[blanks..];
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let len = rest.iter().take_while(is_name).count();
        let name = std::str::from_utf8(&rest[..len]).ok()?;
        (len > 0).then(|| normal_name(name))
    })
}

/// `get_normal_name` in `Parser/tokenizer/helpers.c`; only the first twelve characters count.
fn normal_name(name: &str) -> String {
    let head: String =
        name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is =
        |normal: &str| head.strip_prefix(normal).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if is("utf-8") {
        "utf-8".into()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".into()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests;
