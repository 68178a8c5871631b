//! What Python's Unicode database says, as far as `repr` needs it.

mod printable;

pub use printable::UNICODE_VERSION;

/// `chr(point).isprintable()`: `repr` shows the character as it is.
pub fn is_printable(point: u32) -> bool {
    if point < 0x7f {
        return point >= 0x20;
    }
    let ranges = printable::NOT_PRINTABLE;
    let after = ranges.partition_point(|&(first, _)| first <= point);
    after == 0 || ranges[after - 1].1 < point
}
