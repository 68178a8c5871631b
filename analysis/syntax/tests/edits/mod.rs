//! Edits as people make them, out of a sequence of numbers, and the law that they are to keep.

use fastrand::Rng;
use syntax::ast::{Unit, UnitId};
use syntax::{Edit, Parsed, Reparsed, parse_module, reparse};
use text::{TextRange, TextSize};

fn pick(of: &[&str], dice: &mut Rng) -> String {
    of[dice.usize(..of.len())].to_owned()
}

/// What gets typed, pasted or toggled.
const SNIPPETS: &[&str] = &[
    "x",
    " ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "f'",
    "f\"{",
    "}",
    "t'''",
    "rb'",
    "\\",
    "\\\n",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\x0c",
    "    ",
    "\n    ",
    "\n        ",
    "\n\t",
    ":",
    ";",
    ",",
    ".",
    "=",
    ":=",
    "->",
    "@",
    "#",
    "# ",
    "# type: ignore",
    "# -*- coding: latin-1 -*-\n",
    "é",
    "０",
    "\0",
    "\x01",
    "$",
    "?",
    "!",
    "0",
    "0x",
    "1_",
    "1if",
    "\\d",
    "'\\d'",
    "\n@decorator\n",
    "@property\n    ",
    "def f(): pass\n",
    "\ndef g(a, b=1, *c):\n    return a\n",
    "class C:\n    x = 1\n",
    "\n    def method(self):\n        pass\n",
    "async ",
    "await ",
    "async def h():\n    pass\n",
    "lambda x: x",
    "else:\n",
    "    else:\n",
    "elif x:\n",
    "try:\n",
    "except E:\n",
    "except* E:\n",
    "finally:\n",
    "if x:\n",
    "if x:\n    ",
    "for x in y:\n",
    "while x: ",
    "with a as b, c:\n",
    "match x:\n    case 1:\n        pass\n",
    "case _:\n",
    "type X = int\n",
    "return",
    "yield ",
    "pass",
    "pass\n",
    "import os\n",
    "from . import (a,\n",
    "global x\n",
    "x = (1,\n",
    "x = [\n",
    "foo(bar)",
    "foo(",
    "print 'x'",
    "print -1\n",
    "print[x]",
    "type X[T=int] = x\n",
    "not",
    "is not",
    "def ",
    "class ",
    "def f(",
    "def f(x",
    "def f(x):",
    "class C(",
    "class C",
    "1 +",
    "**",
    "*",
    "...",
    "%",
    "~",
    "None",
    "True = 1\n",
    "\u{feff}",
    "'é'",
    "f'{x!r:>{w}}'",
    "f'''{\nx}'''",
    "\"\"\"doc\"\"\"\n",
    "# comment\n",
    "\n\n\n",
    "    \n",
    "  # comment\n",
    "\\\n  ",
];

/// The start of a line near `at`, and its end without the line break.
fn line(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    (start, text[at..].find('\n').map_or(text.len(), |end| at + end))
}

fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Where in the text, what goes, what comes. Most edits are near the one before, at `cursor`.
pub fn edit(text: &str, cursor: &mut usize, dice: &mut Rng) -> (std::ops::Range<usize>, String) {
    if dice.usize(..8) == 0 {
        *cursor = dice.usize(..text.len() + 1);
    } else if dice.usize(..4) == 0 {
        *cursor = (*cursor + dice.usize(..200)).saturating_sub(100);
    }
    let at = boundary(text, *cursor);
    let (start, end) = line(text, at);
    let snippet = |dice: &mut Rng| pick(SNIPPETS, dice);
    let (range, new) = match dice.usize(..16) {
        // Typing, also over something.
        0..=3 => (at..at, snippet(dice)),
        4 => (start..start, snippet(dice)),
        5 => (end..end, snippet(dice)),
        6 => (boundary(text, at.saturating_sub(dice.usize(..4)))..at, snippet(dice)),
        // Backspace, delete.
        7 => (boundary(text, at.saturating_sub(1))..at, String::new()),
        8 => (at..boundary(text, at + 1 + dice.usize(..3)).max(at), String::new()),
        // Lines: deleted, joined, doubled, commented out, swapped with text from elsewhere.
        9 => (start..(end + 1).min(text.len()), String::new()),
        10 => {
            let (_, last) = line(text, boundary(text, end + 1 + dice.usize(..400)));
            (start..last.max(end), String::new())
        }
        11 => (start..start, format!("{}\n", &text[start..end])),
        12 => {
            let from = line(text, boundary(text, dice.usize(..text.len() + 1))).0;
            let to = line(text, boundary(text, from + dice.usize(..300))).1;
            (start..start, format!("{}\n", &text[from..to.max(from)]))
        }
        // Indentation: more, less.
        13 => (start..start, pick(&["    ", "  ", " ", "\t"], dice)),
        14 => {
            let blank = text[start..end].len() - text[start..end].trim_start_matches([' ', '\t']).len();
            (start..start + blank.min(1 + dice.usize(..5)), String::new())
        }
        // A quote or bracket away, wherever it is next.
        _ => match text[at..].find(['"', '\'', '(', ')', '[', ']', '{', '}', '\\', ':', '@']) {
            Some(found) => (at + found..at + found + 1, String::new()),
            None => (at..at, snippet(dice)),
        },
    };
    *cursor = range.start + new.len();
    (range, new)
}

/// The text after an edit, and the edit.
pub fn apply(text: &str, range: std::ops::Range<usize>, new: &str) -> (String, Edit) {
    let edit = Edit { range: TextRange::new(range.start, range.end), len: TextSize::of(new) };
    (format!("{}{new}{}", &text[..range.start], &text[range.end..]), edit)
}

/// Where two trees differ, if they do; and whether the ids in the new one are sound.
pub fn check(old: &Parsed, text: &str, edit: Edit) -> Result<Parsed, String> {
    let Reparsed { parsed, changed, removed } = reparse(old, text, edit);
    let expected = parse_module(text);
    if parsed != expected {
        let what = match () {
            () if parsed.module != expected.module => "trees",
            () if parsed.errors != expected.errors => "errors",
            () if parsed.warnings != expected.warnings => "warnings",
            () => "findings",
        };
        if what == "errors" {
            let errors = |parsed: &Parsed| {
                let errors = parsed.errors.iter();
                errors
                    .map(|it| format!("  {} {:?} {}", it.place.line, it.range, it.message))
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            return Err(format!("errors: found\n{}\nexpected\n{}", errors(&parsed), errors(&expected)));
        }
        return Err(format!("{what} differ: {}", difference(&parsed, &expected)));
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    units(&old.module, &mut before);
    units(&parsed.module, &mut after);
    before.sort_unstable();
    after.sort_unstable();
    if after.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err("an id stands for two units".to_owned());
    }
    for (id, unit) in &after {
        let kept = before.binary_search(&(*id, *unit)).is_ok();
        if kept == changed.iter().any(|(changed, _)| changed == id) {
            return Err(format!("{id:?} is {} among what changed", if kept { "" } else { "not" }));
        }
    }
    let gone = |id: &UnitId| after.binary_search_by_key(id, |(id, _)| *id).is_err();
    let mut expected: Vec<UnitId> = before.iter().map(|(id, _)| *id).filter(gone).collect();
    let mut removed = removed;
    expected.sort_unstable();
    removed.sort_unstable();
    if removed != expected {
        return Err(format!("removed {removed:?}, not {expected:?}"));
    }
    Ok(parsed)
}

/// Where two trees begin to differ.
fn difference(found: &Parsed, expected: &Parsed) -> String {
    let (found, expected) = (format!("{found:#?}"), format!("{expected:#?}"));
    // Numbers after `UnitId` are no difference.
    let lines = |shown: &'_ str| {
        let lines: Vec<&str> = shown.lines().collect();
        let after_id = |at: usize| at > 0 && lines[at - 1].ends_with("UnitId(");
        (0..lines.len()).filter(|at| !after_id(*at)).map(|at| lines[at].to_owned()).collect::<Vec<_>>()
    };
    let (found, expected) = (lines(&found), lines(&expected));
    let at = found.iter().zip(&expected).take_while(|(a, b)| a == b).count();
    let around = |lines: &[String]| lines[at.saturating_sub(4)..(at + 5).min(lines.len())].join("\n");
    format!("found\n{}\nexpected\n{}", around(&found), around(&expected))
}

/// Each nested unit with its address.
fn units(unit: &Unit, into: &mut Vec<(UnitId, *const Unit)>) {
    for (_, child) in unit.children() {
        into.push((child.id, &raw const **child.unit));
        units(child.unit, into);
    }
}
