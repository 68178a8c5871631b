//! The text of a document under edit: a rope, so that an edit and a snapshot cost the same in any file size.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use ropey::LineType::LF_CR;

use crate::{ColumnUnit, LineCol, TextRange, TextSize};

/// Editable text. Cloning is cheap (the tree is shared), so a clone serves as a snapshot.
#[derive(Clone, Default)]
pub struct Rope {
    inner: ropey::Rope,
}

/// Why an edit was refused; the text is then unchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EditError {
    /// The range reaches past the end of the text.
    OutOfBounds,
    /// An end of the range lies inside a character.
    NotOnCharBoundary,
    /// The text would grow past what a [`TextSize`] counts.
    TooLong,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EditError::OutOfBounds => "the edit reaches past the end of the text",
            EditError::NotOnCharBoundary => "the edit begins or ends inside a character",
            EditError::TooLong => "the text would grow past 4 GiB",
        })
    }
}

impl std::error::Error for EditError {}

impl Rope {
    /// A rope of `text`.
    pub fn new(text: &str) -> Rope {
        Rope { inner: ropey::Rope::from_str(text) }
    }

    /// The length in bytes.
    pub fn len(&self) -> TextSize {
        TextSize::from(self.inner.len())
    }

    pub fn is_empty(&self) -> bool {
        self.inner.len() == 0
    }

    /// Replaces `range` by `text`.
    pub fn edit(&mut self, range: TextRange, text: &str) -> Result<(), EditError> {
        let Range { start, end } = range.to_usize();
        if start > end || end > self.inner.len() {
            return Err(EditError::OutOfBounds);
        }
        if !self.inner.is_char_boundary(start) || !self.inner.is_char_boundary(end) {
            return Err(EditError::NotOnCharBoundary);
        }
        if u32::try_from(self.inner.len() - (end - start) + text.len()).is_err() {
            return Err(EditError::TooLong);
        }
        self.inner.remove(start..end);
        self.inner.insert(start, text);
        Ok(())
    }

    /// A copy of a part of the text. The range is clipped to the text and widened to whole characters.
    pub fn text(&self, range: TextRange) -> String {
        let Range { start, end } = range.to_usize();
        self.string(start..end)
    }

    /// The text in pieces, in order; their concatenation is the whole.
    pub fn chunks(&self) -> impl Iterator<Item = &str> {
        self.inner.chunks()
    }

    /// The number of lines; a text that ends in a line end has an empty last line.
    pub fn line_count(&self) -> u32 {
        TextSize::from(self.inner.len_lines(LF_CR)).0
    }

    /// The line (from zero) that `offset` lies on; an offset past the end lies on the last.
    pub fn line(&self, offset: TextSize) -> u32 {
        TextSize::from(self.inner.byte_to_line_idx(offset.to_usize().min(self.inner.len()), LF_CR)).0
    }

    /// The start of `line`; the end of the text for a line past the last.
    pub fn line_start(&self, line: u32) -> TextSize {
        if line >= self.line_count() {
            return self.len();
        }
        TextSize::from(self.inner.line_to_byte_idx(line as usize, LF_CR))
    }

    /// Line and column of an offset.
    pub fn line_col(&self, offset: TextSize, unit: ColumnUnit) -> LineCol {
        let mut at = offset.to_usize().min(self.inner.len());
        while !self.inner.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line(TextSize::from(at));
        let before = self.string(self.line_start(line).to_usize()..at);
        LineCol { line, col: unit.width(&before) }
    }

    /// The offset of a place. A column past its line's end means the line's end (before the line break), a line
    /// past the last means the end of the text.
    pub fn offset(&self, at: LineCol, unit: ColumnUnit) -> TextSize {
        let start = self.line_start(at.line);
        let text = self.string(start.to_usize()..self.line_start(at.line.saturating_add(1)).to_usize());
        let line = text.trim_end_matches(['\n', '\r']);
        start + TextSize(unit.bytes(line, at.col))
    }

    fn string(&self, range: Range<usize>) -> String {
        self.piece(range).into_owned()
    }

    /// A part of the text, clipped to it and widened to whole characters.
    pub(crate) fn piece(&self, range: Range<usize>) -> Cow<'_, str> {
        let mut end = range.end.min(self.inner.len());
        let mut start = range.start.min(end);
        while !self.inner.is_char_boundary(start) {
            start -= 1;
        }
        while !self.inner.is_char_boundary(end) {
            end += 1;
        }
        let mut chunks = self.inner.slice(start..end).chunks();
        match (chunks.next(), chunks.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(whole), None) => Cow::Borrowed(whole),
            (Some(first), Some(second)) => {
                let mut text = String::with_capacity(end - start);
                text.push_str(first);
                text.push_str(second);
                text.extend(chunks);
                Cow::Owned(text)
            }
        }
    }
}

impl fmt::Display for Rope {
    /// The whole text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

impl fmt::Debug for Rope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rope({} bytes, {} lines)", self.len().0, self.line_count())
    }
}

impl PartialEq for Rope {
    fn eq(&self, other: &Rope) -> bool {
        self.inner == other.inner
    }
}

impl Eq for Rope {}

impl From<&str> for Rope {
    fn from(text: &str) -> Rope {
        Rope::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LineIndex;

    #[test]
    fn agrees_with_the_line_index() {
        let text = "a\nbé\r\n𝒳c\r\n\rd\x0ce\u{85}f\n";
        let (rope, index) = (Rope::new(text), LineIndex::new(text));
        assert_eq!(rope.line_count(), index.line_count());
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let offset = TextSize::from(offset);
            assert_eq!(rope.line(offset), index.line(offset), "{offset:?}");
            for unit in [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32] {
                let at = rope.line_col(offset, unit);
                assert_eq!(at, index.line_col(text, offset, unit));
                assert_eq!(rope.offset(at, unit), index.offset(text, at, unit));
            }
        }
    }

    #[test]
    fn edits() {
        let mut rope = Rope::new("héllo\n");
        assert_eq!(rope.edit(TextRange::new(2usize, 3usize), "x"), Err(EditError::NotOnCharBoundary));
        assert_eq!(rope.edit(TextRange::new(3usize, 9usize), "x"), Err(EditError::OutOfBounds));
        rope.edit(TextRange::new(1usize, 3usize), "e\r\n").unwrap();
        assert_eq!(rope.to_string(), "he\r\nllo\n");
        assert_eq!(rope.line_count(), 3);
        assert_eq!(rope.text(TextRange::new(4usize, 99usize)), "llo\n");
    }
}
