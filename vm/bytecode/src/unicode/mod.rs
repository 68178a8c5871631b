//! What Python's Unicode database says: what `repr` shows as it is, and the names of characters.

mod names;
mod printable;

pub use names::{character_named, name};
pub use printable::UNICODE_VERSION;

/// `chr(point).isprintable()`: `repr` shows the character as it is.
pub fn is_printable(point: u32) -> bool {
    if point < 0x7f {
        return point >= 0x20;
    }
    !within(printable::NOT_PRINTABLE, point)
}

/// Whether one of the ranges, first and last, has the code point.
fn within(ranges: &[(u32, u32)], point: u32) -> bool {
    let after = ranges.partition_point(|&(first, _)| first <= point);
    after != 0 && ranges[after - 1].1 >= point
}
