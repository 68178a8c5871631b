//! The diagnostic itself: plain data, byte offsets.

use text::TextRange;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Hint,
    Information,
    Warning,
    Error,
}

/// Name of a rule, as in a suppression comment: `undefined-name`.
pub type Code = &'static str;

/// How an editor may show the text concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Not needed: grey.
    Unnecessary,
    /// Deprecated: struck through.
    Deprecated,
}

/// Another place that explains the diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Related {
    pub range: TextRange,
    pub message: String,
}

/// A replacement of a part of the file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextEdit {
    pub range: TextRange,
    pub text: String,
}

/// A change that removes the cause.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    pub title: String,
    /// Disjoint, in the order of the file.
    pub edits: Vec<TextEdit>,
}

/// A finding about a range of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    /// Bytes of the file.
    pub range: TextRange,
    pub related: Vec<Related>,
    pub tags: Vec<Tag>,
    pub fix: Option<Fix>,
}
