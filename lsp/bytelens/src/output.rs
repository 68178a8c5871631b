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

/// Whether text is to be coloured, by the conventions of `NO_COLOR` and `CLICOLOR_FORCE`.
pub fn wants_colours(terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    !set("NO_COLOR") && (set("CLICOLOR_FORCE") || terminal)
}
