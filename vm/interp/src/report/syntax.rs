//! The report of a `SyntaxError`: place, line, carets (CPython's `TracebackException._format_syntax_error`).

use object::exceptions::field;
use object::{Exception, Int, Obj, Str, Vm};

pub(super) fn format(vm: &Vm, exception: &Obj, kind: &str) -> String {
    let payload = exception.get::<Exception>();
    let value = |index: usize| -> Option<Obj> {
        payload.and_then(|e| e.fields.get(index)?.get()).filter(|v| !v.is(&vm.none))
    };
    let text_of = |index: usize| value(index).map(|v| vm.str_text(&v).unwrap_or_default());
    let number = |index: usize| value(index).and_then(|v| v.get::<Int>().and_then(Int::small));
    let mut out = String::new();
    let filename = text_of(field::SYNTAX_FILENAME);
    let line = text_of(field::SYNTAX_LINENO);
    let mut suffix = String::new();
    match (&line, &filename) {
        (Some(line), _) => {
            let shown = filename.as_deref().filter(|f| !f.is_empty()).unwrap_or("<string>");
            out.push_str(&format!("  File \"{shown}\", line {line}\n"));
        }
        (None, Some(filename)) => suffix = format!(" ({filename})"),
        (None, None) => {}
    }
    let text = value(field::SYNTAX_TEXT).and_then(|t| t.get::<Str>().map(|s| s.to_text_lossy().into_owned()));
    if let Some(text) = text {
        let same_line = line == text_of(field::SYNTAX_END_LINENO);
        let end = number(field::SYNTAX_END_OFFSET).filter(|end| *end != 0);
        out.push_str(&line_with_carets(&text, number(field::SYNTAX_OFFSET), end, same_line));
    }
    let message = text_of(field::SYNTAX_MSG).filter(|m| !m.is_empty());
    let message = message.as_deref().unwrap_or("<no detail available>");
    out.push_str(&format!("{kind}: {message}{suffix}\n"));
    out
}

fn line_with_carets(text: &str, offset: Option<i64>, end: Option<i64>, same_line: bool) -> String {
    let right_trimmed = text.trim_end_matches('\n');
    let trimmed = right_trimmed.trim_start_matches([' ', '\n', '\x0c']);
    let length = right_trimmed.chars().count() as i64;
    let spaces = length - trimmed.chars().count() as i64;
    let whole = text.chars().count() as i64;
    let mut out = format!("    {trimmed}\n");
    let Some(mut offset) = offset else { return out };
    let mut end = if same_line { end.unwrap_or(offset) } else { length + 1 };
    if whole > 0 && offset > whole {
        offset = length + 1;
    }
    if whole > 0 && end > whole {
        end = length + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (column, end_column) = (offset - 1 - spaces, end - 1 - spaces);
    if column >= 0 {
        // Tabs stay, so that the carets stand below their text.
        let lead: String =
            trimmed.chars().take(column as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
        out.push_str(&format!("    {lead}{}\n", "^".repeat((end_column - column) as usize)));
    }
    out
}
