//! What the tour prints.

use std::fmt::{Display, Write};
use std::io::IsTerminal;
use std::time::Duration;

use serde_json::Value;

use super::session::{Typed, place};

const WIDTH: usize = 96;
/// Longer answers are cut, and say so.
const MOST_LINES: usize = 28;

/// Text in the making; colours only where a person looks at it.
pub struct Page {
    out: String,
    colours: bool,
}

/// A way to set text apart: the parameter of the terminal's escape sequence.
type Style = &'static str;
const BOLD: Style = "1";
const DIM: Style = "2";
const RED: Style = "31";
const GREEN: Style = "32";
const YELLOW: Style = "33";
const CYAN: Style = "36";

impl Page {
    /// An empty page.
    pub fn new() -> Page {
        let colours = crate::output::wants_colours(std::io::stdout().is_terminal());
        Page { out: String::new(), colours }
    }

    /// All of it.
    pub fn finish(self) -> String {
        self.out
    }

    /// The first line.
    pub fn title(&mut self, text: &str) {
        let text = self.paint(BOLD, text);
        self.line(format_args!("\n{text}"));
    }

    /// A remark with a time.
    pub fn note(&mut self, text: &str, took: Duration) {
        let text = self.paint(DIM, format_args!("{text} {}", time(took)));
        self.line(text);
    }

    /// A heading: what is shown, why, and how long the answer took.
    pub fn section(&mut self, what: &str, why: &str, took: Duration) {
        let time = time(took);
        let used = what.chars().count() + why.chars().count() + time.chars().count() + 9;
        let rule = "─".repeat(WIDTH.saturating_sub(used).max(2));
        let (what, rule) = (self.paint(BOLD, what), self.paint(DIM, format_args!("──{rule}")));
        let time = self.paint(GREEN, time);
        self.line(format_args!("\n{what}  {why} {rule} {time}\n"));
    }

    /// A section that there is nothing to say in.
    pub fn skipped(&mut self, what: &str, why: &str) {
        let (what, why) = (self.paint(BOLD, what), self.paint(DIM, why));
        self.line(format_args!("\n{what}  {why}"));
    }

    /// Diagnostics under the lines that they are about.
    pub fn diagnostics(&mut self, text: &str, diagnostics: &[Value]) {
        if diagnostics.is_empty() {
            let nothing = self.paint(DIM, "nothing to complain about");
            self.line(format_args!("  {nothing}"));
        }
        const SHOWN: usize = 8;
        for diagnostic in diagnostics.iter().take(SHOWN) {
            let style = match diagnostic["severity"].as_u64() {
                Some(1) => RED,
                Some(2) => YELLOW,
                _ => CYAN,
            };
            let Some((line, start)) = place(&diagnostic["range"]["start"]) else { continue };
            let end =
                place(&diagnostic["range"]["end"]).filter(|end| end.0 == line).map_or(start + 1, |end| end.1);
            self.numbered(text, line);
            let carets = "^".repeat(end.saturating_sub(start).max(1) as usize);
            let message = diagnostic["message"].as_str().unwrap_or_default();
            let code = diagnostic["code"].as_str().unwrap_or_default();
            let marked = self.paint(style, format_args!("{carets} {message}"));
            let code = self.paint(DIM, format_args!("[{code}]"));
            let indent = " ".repeat(start as usize);
            self.line(format_args!("       {indent}{marked} {code}"));
        }
        if diagnostics.len() > SHOWN {
            let rest = self.paint(DIM, format_args!("… and {} more", diagnostics.len() - SHOWN));
            self.line(format_args!("  {rest}"));
        }
    }

    /// What was typed, and how the server kept up.
    pub fn typed(&mut self, text: &str, typing: &str, typed: &Typed) {
        let line = u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
        self.numbered(text, line);
        let median = time(typed.median());
        let remark = format!(
            "{} keys, half of them within {median}, all within {}",
            typing.chars().count(),
            time(typed.worst())
        );
        let remark = self.paint(DIM, remark);
        self.line(format_args!("  {remark}"));
    }

    /// A line of the source with a caret.
    pub fn source(&mut self, text: &str, (line, column): (u32, u32)) {
        self.numbered(text, line);
        let caret = self.paint(CYAN, "▲");
        let indent = " ".repeat(column as usize);
        self.line(format_args!("       {indent}{caret}"));
    }

    /// Markdown, well enough for a terminal: without the fences.
    pub fn markdown(&mut self, text: &str) {
        if text.is_empty() {
            let nothing = self.paint(DIM, "no answer");
            self.line(format_args!("  {nothing}"));
        }
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.starts_with("```") && *line != "---").collect();
        self.lines(&lines);
    }

    /// What came of an evaluation, in full.
    pub fn evaluation(&mut self, text: &str, expression: &str, evaluation: &Value) {
        for range in evaluation["ran"].as_array().into_iter().flatten() {
            if let Some((line, _)) = place(&range["start"]) {
                self.numbered(text, line);
            }
        }
        if evaluation["ran"].as_array().is_some_and(|ran| !ran.is_empty()) {
            let remark = self.paint(DIM, "ran before it, because it needs them; nothing else did");
            self.line(format_args!("       {remark}\n"));
        }
        self.summary(expression, evaluation);
        for chunk in evaluation["output"].as_array().into_iter().flatten() {
            let text = chunk["text"].as_str().unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            self.lines(&lines);
        }
        if let Some(traceback) = evaluation.pointer("/exception/traceback").and_then(Value::as_str) {
            let lines: Vec<&str> = traceback.lines().collect();
            self.lines(&lines);
        }
        if let (Some(instructions), Some(milliseconds)) =
            (evaluation["instructions"].as_u64(), evaluation["milliseconds"].as_f64())
        {
            let remark = format!("{instructions} instructions in {milliseconds:.2} ms");
            let remark = self.paint(DIM, remark);
            self.line(format_args!("  {remark}"));
        }
    }

    /// What came of an evaluation, in a line.
    pub fn summary(&mut self, expression: &str, evaluation: &Value) {
        let summary = evaluation["summary"].as_str().or(evaluation["message"].as_str()).unwrap_or_default();
        let style = if evaluation["ending"] == "finished" { GREEN } else { RED };
        let summary = self.paint(style, format_args!("⇒ {summary}"));
        self.line(format_args!("  {expression}  {summary}"));
    }

    fn lines(&mut self, lines: &[&str]) {
        for line in lines.iter().take(MOST_LINES) {
            self.line(format_args!("  {line}"));
        }
        if lines.len() > MOST_LINES {
            let rest = self.paint(DIM, format_args!("… and {} more lines", lines.len() - MOST_LINES));
            self.line(format_args!("  {rest}"));
        }
    }

    /// A line of the source with its number.
    fn numbered(&mut self, text: &str, line: u32) {
        let source: String = text.lines().nth(line as usize).unwrap_or_default().chars().take(200).collect();
        let number = self.paint(DIM, format_args!("{:>4} │", line + 1));
        self.line(format_args!("{number} {source}"));
    }

    fn line(&mut self, text: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{text}");
    }

    fn paint(&self, style: Style, text: impl Display) -> String {
        if self.colours { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_string() }
    }
}

fn time(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.2} ms") } else { format!("{milliseconds:.0} ms") }
}
