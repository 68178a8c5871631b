//! Byte offsets and ranges of them.

use std::fmt;
use std::ops::{Add, AddAssign, Index, Sub, SubAssign};

/// A byte offset into UTF-8 text, or a length in bytes. Texts of 4 GiB and more are refused at the door.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextSize(pub u32);

impl TextSize {
    pub const ZERO: TextSize = TextSize(0);

    /// The length of `text` in bytes; lengths beyond `u32::MAX` saturate.
    pub fn of(text: &str) -> TextSize {
        TextSize::from(text.len())
    }

    #[inline]
    pub const fn to_usize(self) -> usize {
        self.0 as usize
    }
}

impl From<usize> for TextSize {
    /// Saturates at `u32::MAX`.
    #[inline]
    fn from(n: usize) -> Self {
        TextSize(u32::try_from(n).unwrap_or(u32::MAX))
    }
}

impl From<u32> for TextSize {
    #[inline]
    fn from(n: u32) -> Self {
        TextSize(n)
    }
}

impl Add for TextSize {
    type Output = TextSize;
    #[inline]
    fn add(self, other: TextSize) -> TextSize {
        TextSize(self.0 + other.0)
    }
}

impl AddAssign for TextSize {
    #[inline]
    fn add_assign(&mut self, other: TextSize) {
        self.0 += other.0;
    }
}

impl Sub for TextSize {
    type Output = TextSize;
    #[inline]
    fn sub(self, other: TextSize) -> TextSize {
        TextSize(self.0 - other.0)
    }
}

impl SubAssign for TextSize {
    #[inline]
    fn sub_assign(&mut self, other: TextSize) {
        self.0 -= other.0;
    }
}

impl fmt::Debug for TextSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The half-open byte range `start..end`; `start <= end`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TextRange {
    pub start: TextSize,
    pub end: TextSize,
}

impl TextRange {
    #[inline]
    pub fn new(start: impl Into<TextSize>, end: impl Into<TextSize>) -> TextRange {
        let (start, end) = (start.into(), end.into());
        debug_assert!(start <= end, "range {start:?}..{end:?}");
        TextRange { start, end }
    }

    /// The empty range at `offset`.
    #[inline]
    pub fn empty(offset: impl Into<TextSize>) -> TextRange {
        let offset = offset.into();
        TextRange { start: offset, end: offset }
    }

    #[inline]
    pub fn len(self) -> TextSize {
        TextSize(self.end.0 - self.start.0)
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies in the range, its end excluded.
    #[inline]
    pub fn contains(self, offset: TextSize) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether `offset` lies in the range or touches its end, as a cursor does.
    #[inline]
    pub fn touches(self, offset: TextSize) -> bool {
        self.start <= offset && offset <= self.end
    }

    #[inline]
    pub fn contains_range(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that holds both.
    #[inline]
    pub fn cover(self, other: TextRange) -> TextRange {
        TextRange { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The part that both have, unless they lie apart; touching ranges share an empty one.
    #[inline]
    pub fn intersect(self, other: TextRange) -> Option<TextRange> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start <= end).then_some(TextRange { start, end })
    }

    /// The range moved `by` bytes towards the end of the text.
    #[inline]
    pub fn shift(self, by: TextSize) -> TextRange {
        TextRange { start: self.start + by, end: self.end + by }
    }

    /// The range seen from `base`, which must not lie after its start.
    #[inline]
    pub fn relative_to(self, base: TextSize) -> TextRange {
        TextRange { start: self.start - base, end: self.end - base }
    }

    #[inline]
    pub fn to_usize(self) -> std::ops::Range<usize> {
        self.start.to_usize()..self.end.to_usize()
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start.0, self.end.0)
    }
}

impl Index<TextRange> for str {
    type Output = str;
    #[inline]
    fn index(&self, range: TextRange) -> &str {
        &self[range.to_usize()]
    }
}
