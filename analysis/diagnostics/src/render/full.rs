//! With the lines of the source, for people.

use codespan_reporting::diagnostic::{Diagnostic as Report, Label, Severity as Level};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config};

use super::FileReport;
use super::excerpt::Excerpt;
use crate::{Diagnostic, Severity};

pub fn render(files: &[FileReport<'_>], colours: bool) -> String {
    let bytes = if colours {
        write(files, Ansi::new(Vec::new())).into_inner()
    } else {
        write(files, NoColor::new(Vec::new())).into_inner()
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

fn write<W: WriteColor>(files: &[FileReport<'_>], mut out: W) -> W {
    let config = Config::default();
    for file in files {
        let mut source = Excerpt::new(file.name, file.text);
        for diagnostic in file.diagnostics {
            source.reset();
            let report = report(diagnostic, &mut source);
            // Fails when the writer does, which a vector does not, or for a range outside of the text.
            if term::emit_to_write_style(&mut out, &config, &source, &report).is_err() {
                debug_assert!(false, "a range outside of the text");
            }
        }
    }
    out
}

fn report(it: &Diagnostic, source: &mut Excerpt<'_>) -> Report<()> {
    let level = match it.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Information => Level::Note,
        Severity::Hint => Level::Help,
    };
    let primary = source.show(it.range.to_usize()).map(|range| Label::primary((), range));
    let related = it.related.iter().filter_map(|it| {
        Some(Label::secondary((), source.show(it.range.to_usize())?).with_message(&it.message))
    });
    Report::new(level)
        .with_code(it.code)
        .with_message(&it.message)
        .with_labels_iter(primary)
        .with_labels_iter(related)
}

#[cfg(test)]
mod tests {
    use text::{TextRange, TextSize};

    use super::*;

    #[test]
    fn of_a_long_line_only_what_is_around_the_place() {
        let text = format!("x\n{}here{}\n", "é + ".repeat(5_000), " + é".repeat(5_000));
        let start = TextSize::from(text.find("here").expect("it is there"));
        let range = TextRange::new(start, start + TextSize::of("here"));
        let diagnostic = Diagnostic {
            range,
            severity: Severity::Error,
            code: "code",
            message: "message".into(),
            related: Vec::new(),
            tags: Vec::new(),
            fix: None,
        };
        let report = render(&[FileReport { name: "f.py", text: &text, diagnostics: &[diagnostic] }], false);
        assert!(report.contains("f.py:2:20001"), "{report}");
        assert!(report.contains("+ é + here + é +"), "{report}");
        assert!(report.lines().all(|line| line.len() < 300), "{report}");
    }
}
