//! Standard output, buffered.

use std::io::{self, BufWriter, StdoutLock, Write};

/// Prints `text` and flushes: nothing is lost when the process ends.
///
/// # Errors
/// Those of standard output, a broken pipe among them.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Standard output for writing piece by piece; flush it at the end.
pub fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 << 10, io::stdout().lock())
}
