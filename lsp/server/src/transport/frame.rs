//! The base protocol's framing: `Content-Length: N`, a blank line, N bytes of body.
//!
//! A client's mistake must cost that client one message, not the session. So the decoder never fails for
//! good: whatever it cannot read as a frame it reports once and skips, up to the next thing that looks
//! like a header. Two facts make that reliable. A raw line break may not occur inside a JSON string, and
//! the words `Content-Length` are not JSON outside of one; hence a header inside what should be a body
//! proves that the length before it was wrong, and that the next message starts right there.

use std::fmt;

use memchr::memmem;

/// Bodies past this size are refused instead of buffered.
const MAX_BODY: usize = 512 << 20;
/// A header block longer than this is not one.
const MAX_HEADER: usize = 16 << 10;

const LENGTH: &[u8] = b"content-length";

/// Why some bytes were skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// A header block without a usable `Content-Length`.
    Header(String),
    /// A body that was shorter than its header said: the next header came inside it.
    ShortBody { announced: usize, found: usize },
    /// A body larger than the server takes.
    TooLarge(usize),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FrameError::Header(what) => write!(f, "malformed message header: {what}"),
            FrameError::ShortBody { announced, found } => {
                write!(
                    f,
                    "Content-Length announced {announced} bytes, but the next message began after {found}"
                )
            }
            FrameError::TooLarge(size) => write!(f, "a message of {size} bytes is larger than {MAX_BODY}"),
        }
    }
}

/// Cuts a byte stream into message bodies.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// Length of the body that is due, once its header has been read.
    body: Option<usize>,
    /// How much of the buffer has been searched for a misplaced header (or a header's end).
    scanned: usize,
    /// Set while skipping: one error was reported already, the rest of the rubbish is the same one.
    skipping: bool,
}

impl Decoder {
    /// Adds bytes as they came from the client.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next body, or what was wrong with the bytes that were skipped; `None` when more bytes are needed.
    pub fn next_body(&mut self) -> Option<Result<Vec<u8>, FrameError>> {
        loop {
            let step = match self.body {
                None => self.header()?,
                Some(length) => return self.body_of(length),
            };
            if let Some(error) = step {
                return Some(Err(error));
            }
        }
    }

    /// Reads one header block. `None`: needs more bytes. `Some(None)`: went on without anything to report.
    fn header(&mut self) -> Option<Option<FrameError>> {
        let blank = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.drop_front(blank);
        let from = self.scanned.saturating_sub(3);
        let Some((end, after)) = header_end(&self.buffer, from) else {
            self.scanned = self.buffer.len();
            if self.buffer.len() <= MAX_HEADER {
                return None;
            }
            let keep = find_length(&self.buffer[1..]).map_or(self.buffer.len() - LENGTH.len(), |at| at + 1);
            self.drop_front(keep);
            return Some(self.report(FrameError::Header("no end in sight".into())));
        };
        let block = &self.buffer[..end];
        let Some(at) = find_length(block) else {
            let shown = String::from_utf8_lossy(&block[..block.len().min(80)]).into_owned();
            self.drop_front(after);
            return Some(self.report(FrameError::Header(format!("no Content-Length in {shown:?}"))));
        };
        let at_line_start = at == 0 || block[at - 1] == b'\n';
        if !at_line_start {
            // The tail of a message that was longer than announced runs into this header.
            self.drop_front(at);
            return Some(self.report(FrameError::Header("unexpected bytes before a header".into())));
        }
        let line = block[at..].split(|&byte| byte == b'\n').next().unwrap_or_default();
        let value = line.iter().position(|&byte| byte == b':').map(|colon| line[colon + 1..].trim_ascii());
        let length =
            value.and_then(|value| std::str::from_utf8(value).ok()).and_then(|value| value.parse().ok());
        let shown = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        self.drop_front(after);
        match length {
            None => Some(self.report(FrameError::Header(format!("{shown:?}")))),
            Some(length) if length > MAX_BODY => Some(self.report(FrameError::TooLarge(length))),
            Some(length) => {
                self.body = Some(length);
                self.skipping = false;
                Some(None)
            }
        }
    }

    fn body_of(&mut self, length: usize) -> Option<Result<Vec<u8>, FrameError>> {
        let have = self.buffer.len().min(length);
        // Enough overlap that a header cut by the previous read is still seen whole.
        let from = self.scanned.saturating_sub(64);
        if let Some(found) = misplaced_header(&self.buffer[..have], from) {
            self.body = None;
            self.drop_front(found);
            return Some(Err(FrameError::ShortBody { announced: length, found }));
        }
        self.scanned = have;
        if have < length {
            return None;
        }
        let rest = self.buffer.split_off(length);
        let body = std::mem::replace(&mut self.buffer, rest);
        self.body = None;
        self.scanned = 0;
        Some(Ok(body))
    }

    fn drop_front(&mut self, count: usize) {
        self.buffer.drain(..count);
        self.scanned = self.scanned.saturating_sub(count);
    }

    fn report(&mut self, error: FrameError) -> Option<FrameError> {
        let first = !std::mem::replace(&mut self.skipping, true);
        first.then_some(error)
    }
}

/// Where the header block ends and where its body starts. A bare line feed is taken for a line end too.
fn header_end(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let tail = &bytes[from..];
    let crlf = memmem::find(tail, b"\r\n\r\n").map(|at| (from + at, from + at + 4));
    let lf = memmem::find(tail, b"\n\n").map(|at| (from + at, from + at + 2));
    match (crlf, lf) {
        (Some(a), Some(b)) => Some(if a.0 < b.0 { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// The last `Content-Length` in a header block, in any case of letters.
fn find_length(block: &[u8]) -> Option<usize> {
    block.windows(LENGTH.len()).rposition(|window| window.eq_ignore_ascii_case(LENGTH))
}

/// Where a complete `Content-Length: N` line starts inside a body, if one does.
fn misplaced_header(body: &[u8], from: usize) -> Option<usize> {
    memmem::find_iter(&body[from..], b"Content-Length:").map(|at| from + at).find(|&at| {
        let value = body[at + LENGTH.len() + 1..].trim_ascii_start();
        let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && value[digits..].starts_with(b"\r\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// What a decoder makes of `input`, fed in pieces of `step` bytes: bodies as they are, errors as `!`.
    fn decode(input: &[u8], step: usize) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        for piece in input.chunks(step) {
            decoder.push(piece);
            while let Some(item) = decoder.next_body() {
                out.push(
                    item.map_or_else(|_| "!".to_owned(), |body| String::from_utf8_lossy(&body).into_owned()),
                );
            }
        }
        out
    }

    #[track_caller]
    fn check(input: &str, expect: &[&str]) {
        for step in [1, 7, input.len().max(1)] {
            assert_eq!(decode(input.as_bytes(), step), expect, "in pieces of {step}");
        }
    }

    #[test]
    fn whole_messages_come_through_however_they_are_cut() {
        check(&(frame("{}") + &frame("[1]") + &frame("")), &["{}", "[1]", ""]);
        check("content-type: x; charset=utf-8\r\nCONTENT-LENGTH:2\r\n\r\n{}", &["{}"]);
        check("Content-Length: 2\n\n{}", &["{}"]);
    }

    #[test]
    fn a_bad_header_costs_one_error() {
        check(&("Content-Length: x\r\n\r\n{}".to_owned() + &frame("{}")), &["!", "{}"]);
        check(&("Content-Length: -4\r\n\r\n{}\r\n".to_owned() + &frame("{}")), &["!", "{}"]);
        check(&("No-Length: 2\r\n\r\n{}".to_owned() + &frame("{}")), &["!", "{}"]);
        check(&("Content-Length: 99999999999999999999\r\n\r\n{}".to_owned() + &frame("{}")), &["!", "{}"]);
        check(&("Content-Length: 9999999999999\r\n\r\n{}".to_owned() + &frame("{}")), &["!", "{}"]);
    }

    #[test]
    fn a_wrong_length_costs_that_message() {
        check(&("Content-Length: 5000\r\n\r\n{\"a\":1}".to_owned() + &frame("{}")), &["!", "{}"]);
        check(&("Content-Length: 3\r\n\r\n{\"a\":1}".to_owned() + &frame("{}")), &["{\"a", "!", "{}"]);
    }

    #[test]
    fn a_header_quoted_in_a_document_is_text() {
        let body = r#"{"text":"Content-Length: 5\r\n\r\nhello"}"#;
        check(&frame(body), &[body]);
    }

    #[test]
    fn endless_rubbish_is_dropped() {
        let mut decoder = Decoder::default();
        for _ in 0..64 {
            decoder.push(&[b'x'; 4096]);
            while decoder.next_body().is_some() {}
        }
        assert!(decoder.buffer.len() <= MAX_HEADER + 4096);
        decoder.push(frame("{}").as_bytes());
        let items: Vec<_> = std::iter::from_fn(|| decoder.next_body()).collect();
        assert_eq!(items, [Ok(b"{}".to_vec())]);
    }
}
