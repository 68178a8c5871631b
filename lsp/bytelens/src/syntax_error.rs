//! A SyntaxError as CPython prints it (`TracebackException._format_syntax_error` in `Lib/traceback.py`).

use std::fmt::Write;

use syntax::lexer::ErrorPlace;

/// The report of an error: its place, the line, carets under what is wrong, and the message. A SyntaxError about a file as a
/// whole has no place, which CPython calls line 0; other errors than SyntaxErrors say nothing of theirs.
pub fn format(filename: &str, class: &str, message: &str, place: Option<ErrorPlace>, text: &str) -> String {
    let mut out = String::new();
    if let Some(place) = place {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  File \"{filename}\", line {}", place.line);
        let lines = text::LineIndex::new(text);
        // The one line of an empty text is its line 0.
        let index = u32::try_from(place.line).ok().map(|line| line.saturating_sub(1));
        if let Some(index) = index.filter(|&index| index < lines.line_count()) {
            write_line(&mut out, &text[lines.line_range(index)], place);
        }
        let _ = writeln!(out, "{class}: {message}");
    } else if class == "SyntaxError" {
        let _ = writeln!(out, "  File \"{filename}\", line 0\n{class}: {message}");
    } else {
        let _ = writeln!(out, "{class}: {message}");
    }
    out
}

/// The line of the error and the carets below it.
fn write_line(out: &mut String, line: &str, place: ErrorPlace) {
    let line: Vec<char> = line.trim_end_matches(['\n', '\r']).chars().collect();
    let spaces = line.iter().take_while(|c| [' ', '\n', '\x0c'].contains(c)).count();
    let stripped = &line[spaces..];
    let past_end = line.len() as i64 + 1;
    let mut start = i64::from(place.offset);
    let mut end = match (place.line == place.end_line, place.end_offset) {
        (true, 0) => start,
        (true, end) => i64::from(end),
        (false, _) => past_end,
    };
    // What CPython measures against includes the line feed.
    if start > past_end {
        start = past_end;
    }
    if end > past_end {
        end = past_end;
    }
    if start >= end || end < 0 {
        end = start + 1;
    }
    let text: String = stripped.iter().collect();
    let _ = writeln!(out, "    {text}");
    let column = start - 1 - spaces as i64;
    if let Ok(column) = usize::try_from(column) {
        // Tabs keep what is below them in line with what is above.
        let blanks = stripped.iter().take(column).map(|c| if c.is_whitespace() { *c } else { ' ' });
        let blanks: String = blanks.collect();
        let carets = "^".repeat(usize::try_from(end - start).unwrap_or(1));
        let _ = writeln!(out, "    {blanks}{carets}");
    }
}
