//! What supervisor and worker say to each other.
//!
//! A message is a little-endian `u32` with its length, and as many bytes of JSON. The supervisor sends one
//! [`Run`], which the worker answers with a [`Frame::Done`] before it ends; to cancel, it kills the process, which works
//! on a worker in any state.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Limits;

/// Messages past this size are taken for noise.
const MAX_MESSAGE: u32 = 256 << 20;

/// A request to evaluate: first `setup`, then `body`, in one module namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Name of the document, as it appears in tracebacks.
    pub filename: String,
    /// Statements that `body` needs before it.
    pub setup: Piece,
    /// What is evaluated. If its last statement is an expression, that one's value is the result.
    pub body: Piece,
    pub limits: Limits,
}

/// A part of a document, cut out of it: whole lines, with their common indentation removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub source: String,
    /// Where its lines are in the document, in their order.
    pub lines: Vec<Lines>,
}

/// Some lines of a [`Piece`]. Lines count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    pub source_line: u32,
    pub document_line: u32,
    pub count: u32,
    /// Bytes of indentation that were removed: what to add to a column to find it in the document.
    pub dedent: u32,
}

impl Piece {
    /// The source with blank lines put in, so that its lines have the numbers that they have in the document.
    /// Statements that share a line with the one before are the exception: they come on the lines after it.
    pub fn laid_out(&self) -> String {
        let source: Vec<&str> = self.source.split_inclusive('\n').collect();
        let mut text = String::new();
        let mut line = 0;
        for lines in &self.lines {
            let from = source.len().min(lines.source_line as usize);
            let to = source.len().min(from + lines.count as usize);
            while line < lines.document_line {
                text.push('\n');
                line += 1;
            }
            for piece in &source[from..to] {
                text.push_str(piece);
                if !piece.ends_with('\n') {
                    text.push('\n');
                }
                line += 1;
            }
        }
        text
    }

    /// How many bytes the line of the document (from 0) was moved to the left, if it is in the piece.
    pub fn dedent(&self, document_line: u32) -> Option<u32> {
        let within = |lines: &&Lines| {
            (lines.document_line..lines.document_line.saturating_add(lines.count)).contains(&document_line)
        };
        self.lines.iter().find(within).map(|lines| lines.dedent)
    }
}

/// What the worker sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Frame {
    /// Once, before anything else: which walls stand around the process.
    Ready(crate::Lockdown),
    /// The run has been read; from here on it is the program's.
    Started,
    /// Output, as it is written.
    Output(Chunk),
    /// The end of a run.
    Done(Box<Outcome>),
}

/// A piece of output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    pub stream: Stream,
    pub text: String,
}

/// Which of the program's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub ending: Ending,
    /// Value of the last step, if it was an expression that got evaluated.
    pub value: Option<Value>,
    /// The exception that ended the run.
    pub exception: Option<Exception>,
    /// Everything that was written, in order.
    #[serde(default)]
    pub output: Vec<Chunk>,
    /// Whether more was written than there is room for.
    pub output_cut: bool,
    /// Bytecode instructions executed.
    pub instructions: u64,
    /// Wall-clock time of the run itself, in microseconds.
    pub microseconds: u64,
}

/// How a run came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// It ran to its end.
    Finished,
    /// An exception was not caught.
    Raised,
    /// A limit was reached; the text says which.
    Limit(String),
    /// The client no longer wants it.
    Cancelled,
    /// The worker died of something that is not the program's fault; the text is for the log.
    Crashed(String),
    /// The machine cannot run this program; the text says why.
    Unsupported(String),
}

impl Outcome {
    /// An outcome that says nothing but how the run ended.
    pub fn bare(ending: Ending) -> Outcome {
        Outcome {
            ending,
            value: None,
            exception: None,
            output: Vec::new(),
            output_cut: false,
            instructions: 0,
            microseconds: 0,
        }
    }
}

/// A Python value as an editor can show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// `repr(value)`, cut when it is very long.
    pub repr: String,
    /// Name of its type, qualified unless it is a builtin.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// An exception that was not caught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Name of its type, qualified unless it is a builtin.
    #[serde(rename = "type")]
    pub type_name: String,
    /// `str(exception)`.
    pub message: String,
    /// The traceback as CPython prints it.
    pub traceback: String,
    /// Line of the document, from 1, of the innermost frame that is in it.
    pub line: Option<u32>,
    /// Columns on that line, from 0, in bytes of UTF-8, of the document; the end is past the line's if what failed goes
    /// on below.
    pub columns: Option<(u32, u32)>,
}

/// Sends one message.
///
/// # Errors
/// Those of the stream.
pub fn write<T: Serialize>(out: &mut impl Write, message: &T) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let length = u32::try_from(body.len()).ok().filter(|&length| length <= MAX_MESSAGE);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "message too large"))?;
    let mut frame = length.to_le_bytes().to_vec();
    frame.extend(body);
    out.write_all(&frame)?;
    out.flush()
}

/// Receives one message; `None` at the end of the stream.
///
/// # Errors
/// Those of the stream; `InvalidData` for what is not a message.
pub fn read<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    if length > MAX_MESSAGE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a message"));
    }
    let mut body = Vec::new();
    let read = input.take(u64::from(length)).read_to_end(&mut body)?;
    if read < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(serde_json::from_slice(&body)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(source: &str, lines: &[(u32, u32, u32, u32)]) -> Piece {
        let lines = lines.iter().map(|&(source_line, document_line, count, dedent)| Lines {
            source_line,
            document_line,
            count,
            dedent,
        });
        Piece { source: source.into(), lines: lines.collect() }
    }

    #[test]
    fn lines_are_laid_out_as_in_the_document() {
        let two = piece("a\nb\nc", &[(0, 1, 2, 0), (2, 5, 1, 4)]);
        assert_eq!(two.laid_out(), "\na\nb\n\n\nc\n");
        assert_eq!((two.dedent(1), two.dedent(5), two.dedent(9)), (Some(0), Some(4), None));
        assert_eq!(piece("a\nb\n", &[(0, 3, 1, 0), (1, 3, 1, 0)]).laid_out(), "\n\n\na\nb\n");
        assert_eq!(piece("a", &[(0, 0, 9, 0), (7, 2, 1, 0)]).laid_out(), "a\n\n");
        assert_eq!(Piece::default().laid_out(), "");
    }

    #[test]
    fn messages_come_back_as_they_went() {
        let run = Run {
            filename: "é.py".into(),
            setup: Piece::default(),
            body: piece("1\n", &[(0, 3, 1, 4)]),
            limits: Limits::default(),
        };
        let mut bytes = Vec::new();
        write(&mut bytes, &run).unwrap();
        write(&mut bytes, &run).unwrap();
        let mut input = &bytes[..];
        assert_eq!(read::<Run>(&mut input).unwrap(), Some(run.clone()));
        assert_eq!(read::<Run>(&mut input).unwrap(), Some(run));
        assert_eq!(read::<Run>(&mut input).unwrap(), None);
    }

    #[test]
    fn noise_is_an_error() {
        assert!(read::<Run>(&mut &b"\xff\xff\xff\xffxx"[..]).is_err());
        assert!(read::<Run>(&mut &b"\x05\0\0\0ab"[..]).is_err());
        assert!(read::<Run>(&mut &b"\x02\0\0\0ab"[..]).is_err());
    }
}
