//! `cargo xtask picture [--release]`: the README's picture, `docs/tour.svg`, from what `bytelens tour` prints.

use std::fmt::Write;
use std::process::Command;

use crate::python::{root, write};

const FONT_SIZE: f32 = 13.0;
const CHARACTER: f32 = 7.83;
const LINE: f32 = 18.0;
const MARGIN: f32 = 22.0;
const COLUMNS: usize = 104;

pub fn run(args: &[String]) -> Result<(), String> {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "bytelens"])
        .args(args)
        .args(["--", "tour"])
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR")
        .current_dir(root())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("the tour failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    write("docs/tour.svg", &picture(String::from_utf8_lossy(&output.stdout).trim_matches('\n')))
}

/// Terminal text with escape sequences as an image.
fn picture(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let width = COLUMNS as f32 * CHARACTER + 2.0 * MARGIN;
    let height = lines.len() as f32 * LINE + 2.0 * MARGIN;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}">
<rect width="100%" height="100%" rx="8" fill="#1b1e25"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="{FONT_SIZE}" fill="#d7dae0" xml:space="preserve">
"##
    );
    for (number, line) in lines.iter().enumerate() {
        let y = MARGIN + (number as f32 + 0.75) * LINE;
        let mut column = 0;
        for (style, piece) in pieces(line) {
            let x = MARGIN + column as f32 * CHARACTER;
            let count = piece.chars().count();
            let room = COLUMNS.saturating_sub(column);
            let shown: String = piece.chars().take(room).collect();
            column += count;
            if shown.trim().is_empty() {
                continue;
            }
            let length = shown.chars().count() as f32 * CHARACTER;
            let escaped = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            // Writing to a string cannot fail.
            let _ = writeln!(
                svg,
                r#"<text x="{x:.1}" y="{y:.1}" textLength="{length:.1}"{}>{escaped}</text>"#,
                attributes(style)
            );
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// The parts of a line, each with the parameter of the escape sequence that is in force.
fn pieces(line: &str) -> Vec<(&str, &str)> {
    let mut pieces = Vec::new();
    let mut style = "0";
    for (number, part) in line.split("\x1b[").enumerate() {
        let text = match part.split_once('m').filter(|_| number > 0) {
            Some((parameter, text)) => {
                style = parameter;
                text
            }
            None => part,
        };
        if !text.is_empty() {
            pieces.push((style, text));
        }
    }
    pieces
}

fn attributes(style: &str) -> &'static str {
    match style {
        "1" => r##" font-weight="bold" fill="#ffffff""##,
        "2" => r##" fill="#7d8590""##,
        "31" => r##" fill="#ff7b72""##,
        "32" => r##" fill="#7ee787""##,
        "33" => r##" fill="#e3b341""##,
        "36" => r##" fill="#79c0ff""##,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_styles() {
        assert_eq!(pieces("a\x1b[31mb\x1b[0mc"), [("0", "a"), ("31", "b"), ("0", "c")]);
        assert_eq!(pieces("mm"), [("0", "mm")]);
        let svg = picture("x \x1b[1m<&\x1b[0m");
        assert!(svg.contains("&lt;&amp;") && svg.contains("bold"));
    }
}
