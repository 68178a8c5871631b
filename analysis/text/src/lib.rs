//! Text: byte offsets and ranges.

mod range;

pub use range::{TextRange, TextSize};
