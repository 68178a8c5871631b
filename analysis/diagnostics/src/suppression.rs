//! Comments that silence findings on their line: `# bytelens: ignore`, `# bytelens: ignore[code, …]`, and flake8's
//! `# noqa` and `# noqa: F401, …`.

use rustc_hash::FxHashMap;
use syntax::lexer::{Lexer, LexerOptions};
use syntax::token::TokenKind;
use text::{LineIndex, Rope, Source as _, TextRange, TextSize};

use crate::diagnostic::{Code, Diagnostic};
use crate::rules::{
    SYNTAX_ERROR, UNBOUND_NAME, UNDEFINED_NAME, UNUSED_IMPORT, UNUSED_VARIABLE, USELESS_DECLARATION,
};

/// What a comment silences.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Silenced {
    Everything,
    /// These codes, ours or flake8's.
    Codes(Vec<String>),
}

/// flake8's codes for our rules.
const FLAKE8: [(&str, Code); 5] = [
    ("F401", UNUSED_IMPORT),
    ("F821", UNDEFINED_NAME),
    ("F823", UNBOUND_NAME),
    ("F824", USELESS_DECLARATION),
    ("F841", UNUSED_VARIABLE),
];

/// Removes the findings that comments in `text` silence. A comment counts on the first and the last line of what the
/// finding is about. Syntax errors cannot be silenced.
pub fn suppress(text: &Rope, found: &mut Vec<Diagnostic>) {
    // Only all of the text tells whether what looks like a comment is one; it is seldom asked.
    let has_directive = |line: u32| {
        let range = TextRange { start: text.line_start(line), end: text.line_start(line + 1) };
        let line = text.slice(range).to_ascii_lowercase();
        line.contains("noqa") || line.contains("bytelens:")
    };
    let lines = |it: &Diagnostic| [text.line(it.range.start), text.line(it.range.end)];
    if !found.iter().flat_map(lines).any(has_directive) {
        return;
    }
    let text = &*text.slice(TextRange { start: TextSize::ZERO, end: text.len() });
    let lines = LineIndex::new(text);
    let silenced = directives(text, &lines);
    let is_silenced = |line: u32, code: Code| match silenced.get(&line) {
        None => false,
        Some(Silenced::Everything) => true,
        Some(Silenced::Codes(codes)) => codes.iter().any(|written| matches(written, code)),
    };
    found.retain(|it| {
        let TextRange { start, end } = it.range;
        it.code == SYNTAX_ERROR
            || !(is_silenced(lines.line(start), it.code) || is_silenced(lines.line(end), it.code))
    });
}

fn matches(written: &str, code: Code) -> bool {
    written == code
        || FLAKE8.iter().any(|(flake8, ours)| written.eq_ignore_ascii_case(flake8) && *ours == code)
}

/// The directives of a text, by line.
fn directives(text: &str, lines: &LineIndex) -> FxHashMap<u32, Silenced> {
    let mut lexer = Lexer::new(text, LexerOptions { extra_tokens: true, ..LexerOptions::default() });
    let mut found = FxHashMap::default();
    loop {
        let token = lexer.next_token();
        match token.kind {
            TokenKind::EndMarker => return found,
            TokenKind::Comment => {
                let comment = text.get(token.range.to_usize()).unwrap_or_default();
                if let Some(silenced) = directive(comment) {
                    found.insert(lines.line(token.range.start), silenced);
                }
            }
            _ => {}
        }
    }
}

/// What a comment silences, if it is a directive. Several comments can share a line: `# x  # noqa`.
fn directive(comment: &str) -> Option<Silenced> {
    comment.split('#').find_map(|part| {
        let part = part.trim();
        if let Some(rest) = part.strip_prefix("bytelens:") {
            let rest = rest.trim_start().strip_prefix("ignore")?;
            return match rest.trim().strip_prefix('[') {
                Some(codes) => Some(Silenced::Codes(words(codes.split(']').next()?))),
                None if rest.trim().is_empty() => Some(Silenced::Everything),
                None => None,
            };
        }
        let start = part.get(..4)?;
        if !start.eq_ignore_ascii_case("noqa") {
            return None;
        }
        match part[4..].trim_start().strip_prefix(':') {
            Some(codes) => Some(Silenced::Codes(words(codes))),
            None => Some(Silenced::Everything),
        }
    })
}

fn words(list: &str) -> Vec<String> {
    let words = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
