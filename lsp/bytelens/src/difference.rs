//! What differs between two texts, for those who read it.

use std::time::Duration;

use similar::{Algorithm, TextDiff};

/// How long a comparison may look for the shortest difference.
const PATIENCE: Duration = Duration::from_millis(500);

/// The difference between two texts, line by line. Of texts that have next to nothing in common it is a longer one than
/// there could be, for the time it takes to find that out grows with its square.
pub fn difference<'a>(old: &'a str, new: &'a str) -> TextDiff<'a, 'a, 'a, str> {
    TextDiff::configure().algorithm(Algorithm::Patience).timeout(PATIENCE).diff_lines(old, new)
}
