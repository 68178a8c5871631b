//! Errors and warnings, worded and placed as CPython does.

use text::{ColumnUnit, LineIndex, TextRange, TextSize};

pub use crate::lexer::ErrorPlace;
use crate::lexer::{ErrorClass, LexError};
use crate::literal::copied_len;

/// An error in the text, as CPython's exception would describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    pub place: ErrorPlace,
    /// Where to underline: bytes of the text.
    pub range: TextRange,
    /// Whether the tokenizer says so while it makes a token: CPython then has the line at hand, but not yet its end.
    pub of_token: bool,
}

/// The exception's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// Text that ends too early, where that is told apart
    IncompleteInput,
    /// What CPython's parser says of text nested too deep for it. It gives no place; ours is where it happened.
    MemoryError,
    /// What it says of a name that stands for `None`, `True` or `False` without being spelt so, and of `{value=}` in the
    /// format spec of a format spec. The same goes for its place.
    ValueError,
    /// What CPython's parser says of a bad escape sequence in a format spec. The same goes for its place.
    UnicodeDecodeError,
    /// What the compiler says of a docstring with a surrogate in it. The same goes for its place.
    UnicodeEncodeError,
}

impl ErrorKind {
    /// Whether CPython says where it is.
    pub fn has_place(self) -> bool {
        matches!(self, ErrorKind::SyntaxError | ErrorKind::IndentationError | ErrorKind::TabError)
    }

    /// The name of the exception's type.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::IncompleteInput => "_IncompleteInputError",
            ErrorKind::MemoryError => "MemoryError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::UnicodeDecodeError => "UnicodeDecodeError",
            ErrorKind::UnicodeEncodeError => "UnicodeEncodeError",
        }
    }
}

impl From<ErrorClass> for ErrorKind {
    fn from(class: ErrorClass) -> ErrorKind {
        match class {
            ErrorClass::SyntaxError => ErrorKind::SyntaxError,
            ErrorClass::IndentationError => ErrorKind::IndentationError,
            ErrorClass::TabError => ErrorKind::TabError,
            ErrorClass::ValueError => ErrorKind::ValueError,
        }
    }
}

impl SyntaxError {
    /// An error of the lexer in this source.
    pub fn of_lexer(error: &LexError, source: &str, lines: &LineIndex) -> SyntaxError {
        let place = error.place(source, lines);
        SyntaxError {
            kind: error.class().into(),
            message: error.message(|at| lines.line(at) + 1),
            place,
            range: error.range,
            // An end it has only where the tokenizer stands inside of the token.
            of_token: error.class() == ErrorClass::SyntaxError && place.end_offset > 0,
        }
    }
}

/// A warning about text that is valid for now, such as an invalid escape sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarning {
    pub kind: WarningKind,
    pub message: String,
    /// The line CPython gives, from 1.
    pub lineno: u32,
    /// Where to underline: bytes of the text.
    pub range: TextRange,
    /// The token that brings CPython to warn.
    pub token: TextRange,
    /// Where the literal text starts that it is in.
    pub literal_start: TextSize,
}

impl SyntaxWarning {
    /// The warning about an escape sequence at `start`, in the literal that starts at `literal_start`.
    pub(crate) fn of_escape(
        escape: &str,
        start: TextSize,
        literal_start: TextSize,
        token: TextRange,
        lines: &LineIndex,
    ) -> SyntaxWarning {
        let octal = if escape.len() > 2 { "octal " } else { "" };
        let mut warning = SyntaxWarning {
            kind: WarningKind::SyntaxWarning,
            message: format!(
                "\"{escape}\" is an invalid {octal}escape sequence. Such sequences will not work in the future. Did you mean \
                 \"\\{escape}\"? A raw string is also an option."
            ),
            lineno: 0,
            range: TextRange { start, end: start + TextSize::of(escape) },
            token,
            literal_start,
        };
        warning.issue_with(token, lines);
        warning
    }

    /// Sets the token that brings CPython to warn of an escape sequence. CPython counts lines from there.
    pub(crate) fn issue_with(&mut self, token: TextRange, lines: &LineIndex) {
        self.token = token;
        let line_in_literal = lines.line(self.range.start) - lines.line(self.literal_start);
        self.lineno = lines.line(token.start) + line_in_literal + 1;
    }

    /// Whether the tokenizer warns, not the parser.
    pub(crate) fn is_of_lexer(&self) -> bool {
        self.token.is_empty()
    }

    /// The error that the warning becomes where warnings are errors. `lines` are those of `text`, which it is about; the
    /// tokenizer has come to the line `read`, from 0. `ended`: CPython makes up the last line's end.
    pub(crate) fn as_error(&self, text: &str, lines: &LineIndex, read: u32, ended: bool) -> SyntaxError {
        // Of what is to come an error has nothing to say.
        let message = self.message.replace(" Such sequences will not work in the future.", "");
        let (column, width) = if self.is_of_lexer() {
            (lines.line_col(text, self.token.start, ColumnUnit::Utf8).col as usize, 0)
        } else {
            (self.counted_column(text, lines), 2)
        };
        let line = self.lineno;
        // CPython shows the line that it has come to; if it has read on, the one that it counted, without its end.
        let counted = line.saturating_sub(1);
        let source = Some(counted.min(read)).filter(|line| *line < lines.line_count()).map(|line| {
            let whole = &text[lines.line_range(line).to_usize()];
            let shown = whole.trim_end_matches(['\r', '\n']);
            (shown, usize::from(read <= counted && (ended || shown.len() < whole.len())))
        });
        let [offset, end_offset] = [column + 1, column + 1 + width].map(|bytes| match source {
            // Bytes behind the line's end count as far as there are any: the line feed, and the zero after it.
            Some((line, end)) => {
                let inside = line.floor_char_boundary(bytes);
                let cut = usize::from(inside < bytes.min(line.len()));
                let behind = (bytes - inside.max(bytes.min(line.len()))).min(1 + end);
                line[..inside].chars().count() + cut + behind
            }
            None => bytes,
        });
        let [offset, end_offset] = [offset, end_offset].map(|it| i32::try_from(it).unwrap_or(i32::MAX));
        SyntaxError {
            kind: ErrorKind::SyntaxError,
            message,
            place: ErrorPlace::on_lines([line; 2], [offset, end_offset]),
            range: self.range,
            of_token: self.is_of_lexer(),
        }
    }

    /// The column, in bytes, at which CPython believes an escape sequence (`warn_invalid_escape_sequence`): it counts from
    /// the token, in text whose characters above ASCII have become escape sequences themselves, and adds the quotes if
    /// the token begins with them.
    fn counted_column(&self, text: &str, lines: &LineIndex) -> usize {
        let before = &text[TextRange { start: self.literal_start, end: self.range.start }];
        if let Some((_, on_line)) = before.rsplit_once(['\n', '\r']) {
            return copied_len(on_line);
        }
        let token = &text.as_bytes()[self.token.to_usize()];
        let first = token.first().filter(|byte| matches!(byte, b'\'' | b'"'));
        let quotes = first.map_or(0, |quote| token.iter().take_while(|byte| *byte == quote).count());
        lines.line_col(text, self.token.start, ColumnUnit::Utf8).col as usize + copied_len(before) + quotes
    }
}

/// The warning's category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarningKind {
    SyntaxWarning,
    DeprecationWarning,
}
