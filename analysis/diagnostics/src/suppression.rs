//! Comments that silence findings on their line: `# bytelens: ignore`, `# bytelens: ignore[code, …]`, and flake8's
//! `# noqa` and `# noqa: F401, …`.

use rustc_hash::FxHashMap;
use syntax::ast::{Cursor, Unit};
use syntax::lexer::{Indents, Lexer, LexerOptions};
use syntax::token::TokenKind;
use text::{Rope, Source as _, TextRange, TextSize};

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

/// Removes the findings that comments in `text` silence; `module` is its tree. A comment counts on the first and the last
/// line of what the finding is about. Syntax errors cannot be silenced.
pub fn suppress(text: &Rope, module: &Unit, found: &mut Vec<Diagnostic>) {
    let mut known: FxHashMap<u32, Option<Silenced>> = FxHashMap::default();
    let mut is_silenced = |at: TextSize, code: Code| {
        let line = text.line(at);
        match known.entry(line).or_insert_with(|| silenced(text, module, line)) {
            None => false,
            Some(Silenced::Everything) => true,
            Some(Silenced::Codes(codes)) => codes.iter().any(|written| matches(written, code)),
        }
    };
    found.retain(|it| {
        let TextRange { start, end } = it.range;
        it.code == SYNTAX_ERROR || !(is_silenced(start, it.code) || is_silenced(end, it.code))
    });
}

fn matches(written: &str, code: Code) -> bool {
    written == code
        || FLAKE8.iter().any(|(flake8, ours)| written.eq_ignore_ascii_case(flake8) && *ours == code)
}

/// What a line's comment silences.
fn silenced(text: &Rope, module: &Unit, line: u32) -> Option<Silenced> {
    let range = TextRange { start: text.line_start(line), end: text.line_start(line + 1) };
    let words = text.slice(range).to_ascii_lowercase();
    if !words.contains("noqa") && !words.contains("bytelens:") {
        return None;
    }
    // Whether it is a comment only what comes before it tells.
    let start = Cursor::new(module).definition_before(range.start);
    let piece = text.slice(TextRange { start, end: range.end });
    let options = LexerOptions { extra_tokens: true, ..LexerOptions::default() };
    let mut lexer = Lexer::resume(&piece, TextSize::ZERO, Indents::default(), options);
    loop {
        let token = lexer.next_token();
        match token.kind {
            TokenKind::EndMarker => return None,
            TokenKind::Comment if token.range.start.0 + start.0 >= range.start.0 => {
                return directive(&piece[token.range]);
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
