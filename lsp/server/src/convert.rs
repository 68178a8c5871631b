//! Between the protocol's positions and byte offsets.

use std::cell::Cell;

use text::{ColumnUnit, LineCol, Rope, TextRange, TextSize};
use tower_lsp::ls_types::{Position, PositionEncodingKind, Range};

/// Converts places of one text. Ranges that come in order, as most do, cost what lies between them.
#[derive(Debug)]
pub struct Converter {
    rope: Rope,
    unit: ColumnUnit,
    /// A place converted before.
    last: Cell<(TextSize, LineCol)>,
}

impl Converter {
    /// For a text and the negotiated unit of columns.
    pub fn new(rope: &Rope, unit: ColumnUnit) -> Converter {
        Converter { rope: rope.clone(), unit, last: Cell::default() }
    }

    /// The offset of a position. One past a line's end is the line's end, one past the text its end.
    pub fn offset(&self, position: Position) -> TextSize {
        self.rope.offset(LineCol { line: position.line, col: position.character }, self.unit)
    }

    /// The offsets of a range; one whose ends are the wrong way round is turned round.
    pub fn offsets(&self, range: Range) -> TextRange {
        let (a, b) = (self.offset(range.start), self.offset(range.end));
        TextRange::new(a.min(b), a.max(b))
    }

    /// The position of an offset.
    pub fn position(&self, offset: TextSize) -> Position {
        let (from, at) = self.last.get();
        let line_end = self.rope.line_start(at.line.saturating_add(1));
        let near = from <= offset && offset < line_end;
        let place = if near {
            let between = self.rope.text(TextRange::new(from, offset));
            LineCol { line: at.line, col: at.col + self.unit.width(&between) }
        } else {
            self.rope.line_col(offset, self.unit)
        };
        self.last.set((offset, place));
        Position { line: place.line, character: place.col }
    }

    /// The positions of a range.
    pub fn range(&self, range: TextRange) -> Range {
        let start = self.position(range.start);
        Range { start, end: self.position(range.end) }
    }

    /// How wide a piece of text is in the negotiated unit.
    pub fn width(&self, range: TextRange) -> u32 {
        self.unit.width(&self.rope.text(range))
    }
}

/// The unit to use, of those that a client offers; the cheapest for us comes first.
pub fn negotiate(offered: Option<&[PositionEncodingKind]>) -> (PositionEncodingKind, ColumnUnit) {
    let known = [
        (PositionEncodingKind::UTF8, ColumnUnit::Utf8),
        (PositionEncodingKind::UTF32, ColumnUnit::Utf32),
        (PositionEncodingKind::UTF16, ColumnUnit::Utf16),
    ];
    let offered = offered.unwrap_or_default();
    known
        .into_iter()
        .find(|(kind, _)| offered.contains(kind))
        .unwrap_or((PositionEncodingKind::UTF16, ColumnUnit::Utf16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_any_order_convert_alike() {
        let rope = Rope::new("aé𝒳b\r\nc𝒳\n\nd");
        for unit in [ColumnUnit::Utf8, ColumnUnit::Utf16, ColumnUnit::Utf32] {
            let converter = Converter::new(&rope, unit);
            let starts: Vec<TextSize> =
                rope.to_string().char_indices().map(|(at, _)| TextSize::from(at)).collect();
            for &a in &starts {
                for &b in &starts {
                    converter.position(a);
                    let position = converter.position(b);
                    let expect = rope.line_col(b, unit);
                    assert_eq!((position.line, position.character), (expect.line, expect.col), "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn backwards_and_outlying_ranges_are_ranges() {
        let converter = Converter::new(&Rope::new("ab\ncd"), ColumnUnit::Utf16);
        let far = Position { line: u32::MAX, character: u32::MAX };
        let one = Position { line: 0, character: 1 };
        assert_eq!(converter.offsets(Range { start: far, end: one }), TextRange::new(1u32, 5u32));
        assert_eq!(converter.offset(Position { line: 0, character: u32::MAX }), TextSize(2));
    }
}
