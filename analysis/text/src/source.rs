//! What text is read from: a string, or the rope of a document under edit.

use std::borrow::Cow;

use crate::{Rope, TextRange, TextSize};

/// A text that can be read in pieces.
pub trait Source {
    /// The length in bytes.
    fn len(&self) -> TextSize;

    /// A part of the text, copied if it does not lie in one piece. The range is clipped to the text and widened to whole
    /// characters.
    fn slice(&self, range: TextRange) -> Cow<'_, str>;

    fn is_empty(&self) -> bool {
        self.len() == TextSize::ZERO
    }
}

impl Source for str {
    fn len(&self) -> TextSize {
        TextSize::of(self)
    }

    fn slice(&self, range: TextRange) -> Cow<'_, str> {
        let mut end = range.end.to_usize().min(str::len(self));
        let mut start = range.start.to_usize().min(end);
        while !self.is_char_boundary(start) {
            start -= 1;
        }
        while !self.is_char_boundary(end) {
            end += 1;
        }
        Cow::Borrowed(&self[start..end])
    }
}

impl Source for Rope {
    fn len(&self) -> TextSize {
        Rope::len(self)
    }

    fn slice(&self, range: TextRange) -> Cow<'_, str> {
        self.piece(range.to_usize())
    }
}
