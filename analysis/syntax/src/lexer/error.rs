//! What can be wrong with text before it is parsed, in CPython's words and at CPython's place.

use std::fmt;

use text::{ColumnUnit, LineIndex, TextRange, TextSize};

/// The class of the exception that CPython raises.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorClass {
    SyntaxError,
    IndentationError,
    TabError,
    ValueError,
}

impl ErrorClass {
    pub const fn name(self) -> &'static str {
        match self {
            ErrorClass::SyntaxError => "SyntaxError",
            ErrorClass::IndentationError => "IndentationError",
            ErrorClass::TabError => "TabError",
            ErrorClass::ValueError => "ValueError",
        }
    }
}

/// An error, or a `SyntaxWarning`, of the lexer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LexError {
    pub kind: LexErrorKind,
    /// The characters at fault. Its start is the place that CPython names.
    pub range: TextRange,
    /// How far the lexer had read when it found out; never decreases from one error to the next. CPython reports the
    /// error in place of the token that would end after this.
    pub found_at: TextSize,
}

/// The kinds of number that have a message of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberKind {
    Binary,
    Octal,
    Hexadecimal,
    Decimal,
    Imaginary,
}

impl fmt::Display for NumberKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NumberKind::Binary => "binary",
            NumberKind::Octal => "octal",
            NumberKind::Hexadecimal => "hexadecimal",
            NumberKind::Decimal => "decimal",
            NumberKind::Imaginary => "imaginary",
        })
    }
}

/// The two kinds of string with expressions inside; shown as their prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FStringKind {
    F,
    T,
}

impl fmt::Display for FStringKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FStringKind::F => "f",
            FStringKind::T => "t",
        })
    }
}

/// What is said of a NUL in the source.
pub const NULL_BYTES: &str = "source code cannot contain null bytes";

/// What is wrong. Places in messages are offsets, which [`LexError::message`] turns into lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LexErrorKind {
    NullByte,
    /// A character that no identifier has; `printable` as `str.isprintable` says.
    InvalidCharacter {
        character: char,
        printable: bool,
    },
    /// A name whose normal form is that keyword.
    ForbiddenIdentifier(&'static str),
    /// Also a warning: a number that a keyword follows at once.
    InvalidNumber(NumberKind),
    InvalidDigit {
        digit: char,
        kind: NumberKind,
    },
    LeadingZeros,
    /// Two prefixes of a string that do not go together.
    IncompatiblePrefixes {
        first: char,
        second: char,
    },
    UnterminatedString {
        detected_at: TextSize,
        escaped_quote: bool,
    },
    UnterminatedTripleString {
        detected_at: TextSize,
    },
    UnterminatedFString {
        kind: FStringKind,
        detected_at: TextSize,
    },
    UnterminatedTripleFString {
        kind: FStringKind,
        detected_at: TextSize,
    },
    FStringExpectsBrace(FStringKind),
    FStringSingleBrace(FStringKind),
    FStringUnmatched {
        kind: FStringKind,
        close: char,
    },
    FStringTooDeep(FStringKind),
    FStringNewlineInSpec(FStringKind),
    TooManyFStrings,
    /// A warning only: `\{` or `\}` in a string with expressions that is not raw.
    InvalidEscape(char),
    TooManyBrackets,
    UnmatchedBracket(char),
    /// `open_at` is the place of the opening bracket.
    MismatchedBracket {
        close: char,
        open: char,
        open_at: TextSize,
    },
    NeverClosed(char),
    /// `past_line`: CPython counts the column from the first line of a chunk of lines that were read as one, and stops
    /// one past the end of the line it shows.
    AfterLineContinuation {
        past_line: bool,
    },
    UnexpectedEof,
    InconsistentTabs,
    /// `unended`: the line has no end, which CPython else counts.
    InconsistentDedent {
        unended: bool,
    },
    TooDeeplyIndented,
}

/// Where CPython places an error: `SyntaxError`'s `lineno`, `offset`, `end_lineno` and `end_offset`. Lines and offsets
/// count from one, offsets in code points; an `end_offset` of 0 or -1 is CPython's way to leave it out, as a line of -1 is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorPlace {
    pub line: i32,
    pub offset: i32,
    pub end_line: i32,
    pub end_offset: i32,
}

impl ErrorPlace {
    /// A place on lines of a text: the first and the last line, and the offsets on them.
    pub(crate) fn on_lines(lines: [u32; 2], [offset, end_offset]: [i32; 2]) -> ErrorPlace {
        let [line, end_line] = lines.map(|line| i32::try_from(line).unwrap_or(i32::MAX));
        ErrorPlace { line, offset, end_line, end_offset }
    }
}

impl LexError {
    pub fn class(&self) -> ErrorClass {
        match self.kind {
            LexErrorKind::InconsistentTabs => ErrorClass::TabError,
            LexErrorKind::ForbiddenIdentifier(_) => ErrorClass::ValueError,
            LexErrorKind::InconsistentDedent { .. } | LexErrorKind::TooDeeplyIndented => {
                ErrorClass::IndentationError
            }
            _ => ErrorClass::SyntaxError,
        }
    }

    /// CPython's message. `line` gives the line, from one, of an offset.
    pub fn message(&self, line: impl Fn(TextSize) -> u32) -> String {
        use LexErrorKind::*;
        match &self.kind {
            NullByte => NULL_BYTES.into(),
            InvalidCharacter { character, printable: true } => {
                format!("invalid character '{character}' (U+{:04X})", u32::from(*character))
            }
            InvalidCharacter { character, printable: false } => {
                format!("invalid non-printable character U+{:04X}", u32::from(*character))
            }
            ForbiddenIdentifier(keyword) => format!("identifier field can't represent '{keyword}' constant"),
            InvalidNumber(kind) => format!("invalid {kind} literal"),
            InvalidDigit { digit, kind } => format!("invalid digit '{digit}' in {kind} literal"),
            LeadingZeros => "leading zeros in decimal integer literals are not permitted; \
                             use an 0o prefix for octal integers"
                .into(),
            IncompatiblePrefixes { first, second } => {
                format!("'{first}' and '{second}' prefixes are incompatible")
            }
            UnterminatedString { detected_at, escaped_quote } => {
                let hint = if *escaped_quote { "; perhaps you escaped the end quote?" } else { "" };
                format!("unterminated string literal (detected at line {}){hint}", line(*detected_at))
            }
            UnterminatedTripleString { detected_at } => {
                format!("unterminated triple-quoted string literal (detected at line {})", line(*detected_at))
            }
            UnterminatedFString { kind, detected_at } => {
                format!("unterminated {kind}-string literal (detected at line {})", line(*detected_at))
            }
            UnterminatedTripleFString { kind, detected_at } => {
                let line = line(*detected_at);
                format!("unterminated triple-quoted {kind}-string literal (detected at line {line})")
            }
            FStringExpectsBrace(kind) => format!("{kind}-string: expecting '}}'"),
            FStringSingleBrace(kind) => format!("{kind}-string: single '}}' is not allowed"),
            FStringUnmatched { kind, close } => format!("{kind}-string: unmatched '{close}'"),
            FStringTooDeep(kind) => format!("{kind}-string: expressions nested too deeply"),
            FStringNewlineInSpec(kind) => {
                format!(
                    "{kind}-string: newlines are not allowed in format specifiers for single quoted {kind}-strings"
                )
            }
            TooManyFStrings => "too many nested f-strings or t-strings".into(),
            InvalidEscape(c) => format!(
                "\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. \
                 Did you mean \"\\\\{c}\"? A raw string is also an option."
            ),
            TooManyBrackets => "too many nested parentheses".into(),
            UnmatchedBracket(close) => format!("unmatched '{close}'"),
            MismatchedBracket { close, open, open_at } => {
                let open_line = line(*open_at);
                let on_line = if open_line == line(self.range.start) {
                    String::new()
                } else {
                    format!(" on line {open_line}")
                };
                format!("closing parenthesis '{close}' does not match opening parenthesis '{open}'{on_line}")
            }
            NeverClosed(open) => format!("'{open}' was never closed"),
            AfterLineContinuation { .. } => "unexpected character after line continuation character".into(),
            UnexpectedEof => "unexpected EOF while parsing".into(),
            InconsistentTabs => "inconsistent use of tabs and spaces in indentation".into(),
            InconsistentDedent { .. } => "unindent does not match any outer indentation level".into(),
            TooDeeplyIndented => "too many levels of indentation".into(),
        }
    }

    /// CPython's place of the error. `source` is the text that was lexed, `lines` its lines.
    pub fn place(&self, source: &str, lines: &LineIndex) -> ErrorPlace {
        use LexErrorKind::*;
        let start = lines.line_col(source, self.range.start, ColumnUnit::Utf32);
        let line = start.line + 1;
        let mut offset = start.col as i32 + 1;
        if self.kind == NullByte {
            offset = 0;
        }
        match self.kind {
            AfterLineContinuation { past_line: true } => offset += 1,
            InconsistentDedent { unended: true } => offset -= 1,
            _ => {}
        }
        let end_offset = match self.kind {
            LeadingZeros => lines.line_col(source, self.range.end, ColumnUnit::Utf32).col as i32 + 1,
            IncompatiblePrefixes { .. } => {
                lines.line_col(source, self.range.end, ColumnUnit::Utf32).col as i32
            }
            NeverClosed(_) | InconsistentTabs | TooDeeplyIndented | AfterLineContinuation { .. } => 0,
            InconsistentDedent { .. } | UnexpectedEof => -1,
            _ => offset,
        };
        ErrorPlace::on_lines([line; 2], [offset, end_offset])
    }
}
