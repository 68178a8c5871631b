//! Standard output, and the end of those who read it.

use std::io::{self, Write};

/// Prints `text` and flushes: nothing is lost when the process ends.
///
/// # Errors
/// Those of standard output, a broken pipe among them.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
