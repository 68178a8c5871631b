//! Lines of a plain string, and columns in the three units that anyone counts them in.

use crate::{TextRange, TextSize};

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ColumnUnit {
    /// Bytes of UTF-8: CPython's `col_offset`.
    Utf8,
    /// Code units of UTF-16: LSP's default.
    Utf16,
    /// Code points: `SyntaxError.offset`, `tokenize`.
    Utf32,
}

impl ColumnUnit {
    /// How many units the whole of `text` takes.
    pub fn width(self, text: &str) -> u32 {
        let n = match self {
            ColumnUnit::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            ColumnUnit::Utf16 => text.chars().map(char::len_utf16).sum(),
            ColumnUnit::Utf32 => text.chars().count(),
        };
        TextSize::from(n).0
    }

    /// How many bytes of `line` its first `column` units take. A column inside a character means that
    /// character's start; one past the end means the end.
    pub fn bytes(self, line: &str, column: u32) -> u32 {
        let column = column as usize;
        if self == ColumnUnit::Utf8 {
            let mut at = column.min(line.len());
            while !line.is_char_boundary(at) {
                at -= 1;
            }
            return TextSize::from(at).0;
        }
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += if self == ColumnUnit::Utf16 { c.len_utf16() } else { 1 };
            if units > column {
                return TextSize::from(at).0;
            }
        }
        TextSize::from(line.len()).0
    }
}

/// A place by line and column, both counted from zero; the unit of the column is the asker's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct LineCol {
    pub line: u32,
    pub col: u32,
}

/// The line starts of a text. Built in one pass, asked by binary search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineIndex {
    /// Never empty: a text has at least one line. The first is zero.
    starts: Vec<TextSize>,
    len: TextSize,
}

impl LineIndex {
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        // `\r\n` is one line end: its `\n` counts.
        let ends_line = |&at: &usize| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        LineIndex::with_line_ends(text, memchr::memchr2_iter(b'\n', b'\r', bytes).filter(ends_line))
    }

    /// Lines that end at `\n` alone, as those of a file read in binary do.
    pub fn of_binary(text: &str) -> LineIndex {
        LineIndex::with_line_ends(text, memchr::memchr_iter(b'\n', text.as_bytes()))
    }

    fn with_line_ends(text: &str, line_ends: impl Iterator<Item = usize>) -> LineIndex {
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(TextSize::ZERO);
        starts.extend(line_ends.map(|at| TextSize::from(at + 1)));
        LineIndex { starts, len: TextSize::of(text) }
    }

    /// The number of lines; a text that ends in a line end has an empty last line.
    pub fn line_count(&self) -> u32 {
        TextSize::from(self.starts.len()).0
    }

    /// The offset of each line's first byte.
    pub fn line_starts(&self) -> &[TextSize] {
        &self.starts
    }

    /// The line (from zero) that `offset` lies on; an offset past the end lies on the last.
    pub fn line(&self, offset: TextSize) -> u32 {
        TextSize::from(self.starts.partition_point(|&start| start <= offset) - 1).0
    }

    /// The start of `line`; the end of the text for a line past the last.
    pub fn line_start(&self, line: u32) -> TextSize {
        self.starts.get(line as usize).copied().unwrap_or(self.len)
    }

    /// The range of `line` with its line end.
    pub fn line_range(&self, line: u32) -> TextRange {
        TextRange::new(self.line_start(line), self.line_start(line.saturating_add(1)))
    }

    /// Line and column in bytes: needs no text.
    pub fn line_col_utf8(&self, offset: TextSize) -> LineCol {
        let offset = offset.min(self.len);
        let line = self.line(offset);
        LineCol { line, col: (offset - self.line_start(line)).0 }
    }

    /// Line and column of `offset` in `text`, which must be the text the index was made from.
    pub fn line_col(&self, text: &str, offset: TextSize, unit: ColumnUnit) -> LineCol {
        let at = self.line_col_utf8(offset);
        if unit == ColumnUnit::Utf8 {
            return at;
        }
        let start = self.line_start(at.line).to_usize();
        let mut end = start + at.col as usize;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        LineCol { line: at.line, col: unit.width(&text[start..end]) }
    }

    /// The offset of a place. A column past its line's end means the line's end (before the line break), a line
    /// past the last means the end of the text.
    pub fn offset(&self, text: &str, at: LineCol, unit: ColumnUnit) -> TextSize {
        if at.line >= self.line_count() {
            return self.len;
        }
        let range = self.line_range(at.line);
        let line = text[range].trim_end_matches(['\n', '\r']);
        range.start + TextSize(unit.bytes(line, at.col))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_line_ends() {
        let text = "a\nb\r\nc\rd\x0ce\u{85}f";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (0..index.line_count()).map(|l| &text[index.line_range(l)]).collect();
        assert_eq!(lines, ["a\n", "b\r\n", "c\r", "d\x0ce\u{85}f"]);
    }

    #[test]
    fn columns_in_three_units() {
        let text = "x\né𝒳y\n";
        let index = LineIndex::new(text);
        let y = TextSize::from(text.find('y').unwrap());
        for (unit, col) in [(ColumnUnit::Utf8, 6), (ColumnUnit::Utf16, 3), (ColumnUnit::Utf32, 2)] {
            let at = LineCol { line: 1, col };
            assert_eq!(index.line_col(text, y, unit), at);
            assert_eq!(index.offset(text, at, unit), y);
        }
        // Inside the surrogate pair, past the line, past the text.
        assert_eq!(index.offset(text, LineCol { line: 1, col: 2 }, ColumnUnit::Utf16), TextSize(4));
        assert_eq!(index.offset(text, LineCol { line: 1, col: 99 }, ColumnUnit::Utf16), TextSize(9));
        assert_eq!(index.offset(text, LineCol { line: 99, col: 0 }, ColumnUnit::Utf16), TextSize::of(text));
    }
}
