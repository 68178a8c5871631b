//! Source lines with carets below the part that an instruction stands for (CPython's
//! `StackSummary.format_frame_summary`, `_extract_caret_anchors_from_line_segment`).
//!
//! CPython parses the part to find its operator or brackets. Here the part is read as tokens: what a binary operation,
//! a subscript or a call is can be told from the operators outside of brackets.

use unicode_width::UnicodeWidthChar;

/// Where the operator or the brackets are: line and character, start and end.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Anchors {
    left: (usize, usize),
    right: (usize, usize),
}

/// The lines, indented by four, with carets. Columns are byte offsets into the first and last line.
pub(super) fn annotate(lines: &[String], column: Option<i32>, end_column: Option<i32>) -> String {
    let (Some(column), Some(end_column)) = (column, end_column) else {
        return format!("    {}\n", lines[0].trim());
    };
    let dedented = dedent(lines);
    let removed = chars(&lines[0]) - chars(&dedented[0]);
    let last = dedented.len() - 1;
    let start = characters_before(&lines[0], column).saturating_sub(removed);
    let end = characters_before(&lines[last], end_column).saturating_sub(removed);
    let anchors = find(&segment(&dedented, start, end));
    let carets = show_carets(&dedented, start, end, anchors.is_some());

    let mut significant: Vec<usize> = vec![0, last];
    let mut shifted = anchors;
    if let Some(anchors) = &mut shifted {
        for (line, offset) in [&mut anchors.left, &mut anchors.right] {
            if *line == 0 {
                *offset += start;
            }
            *offset = width(&dedented[*line], *offset);
            significant.extend((line.saturating_sub(1)..=*line + 1).filter(|l| *l <= last));
        }
    }
    significant.sort_unstable();
    significant.dedup();

    let (from, to) = (width(&dedented[0], start), width(&dedented[last], end));
    let mut out: Vec<String> = Vec::new();
    let output = |number: usize, out: &mut Vec<String>| {
        let line = &dedented[number];
        out.push(line.clone());
        if !carets {
            return;
        }
        let spaces = chars(line) - chars(line.trim_start());
        let count = if number == last { to } else { width(line, chars(line)) };
        out.push((0..count).map(|col| caret(number, col, spaces, from, shifted)).collect());
    };
    for (i, &number) in significant.iter().enumerate() {
        if i > 0 {
            let gap = number - significant[i - 1];
            if gap == 2 {
                output(number - 1, &mut out);
            } else if gap > 2 {
                out.push(format!("...<{} lines>...", gap - 1));
            }
        }
        output(number, &mut out);
    }
    dedent(&out).iter().map(|line| format!("    {line}\n")).collect()
}

fn caret(line: usize, col: usize, spaces: usize, from: usize, anchors: Option<Anchors>) -> char {
    if col < spaces || (line == 0 && col < from) {
        return ' ';
    }
    match anchors {
        Some(Anchors { left, right }) if (line, col) >= left && (line, col) < right => '^',
        Some(_) => '~',
        None => '^',
    }
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

fn characters_before(line: &str, byte: i32) -> usize {
    let byte = usize::try_from(byte).unwrap_or(0).min(line.len());
    line.char_indices().take_while(|(at, _)| *at < byte).count()
}

/// The columns that the first `count` characters take on a terminal.
fn width(line: &str, count: usize) -> usize {
    if line.is_ascii() {
        return count;
    }
    line.chars().take(count).map(|c| if c.width() == Some(2) { 2 } else { 1 }).sum()
}

/// `textwrap.dedent`
fn dedent(lines: &[String]) -> Vec<String> {
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|l| !l.trim_matches([' ', '\t']).is_empty()) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(m) => {
                let common = m.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &m[..common]
            }
        });
    }
    let margin = margin.unwrap_or("").to_owned();
    lines
        .iter()
        .map(|line| {
            if line.trim_matches([' ', '\t']).is_empty() {
                String::new()
            } else {
                line.strip_prefix(margin.as_str()).unwrap_or(line).to_owned()
            }
        })
        .collect()
}

fn segment(lines: &[String], start: usize, end: usize) -> Vec<char> {
    let last = lines.len() - 1;
    let mut all = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let line: Vec<char> = line.chars().collect();
        let from = if i == 0 { start.min(line.len()) } else { 0 };
        let to = if i == last { end.min(line.len()) } else { line.len() };
        all.extend(line.get(from..to).unwrap_or_default());
        if i != last {
            all.push('\n');
        }
    }
    all
}

/// Carets that only say "this whole line" are left out, as are those below `return f(…)` and `x = f(…)`.
fn show_carets(lines: &[String], start: usize, end: usize, anchored: bool) -> bool {
    let last = lines.len() - 1;
    let before: String = lines[0].chars().take(start).collect();
    let after: String = lines[last].chars().skip(end).collect();
    let part = segment(lines, start, end);
    let rest = after.trim_start();
    if (rest.is_empty() || rest.starts_with(['#', ';']))
        && let Some(Shape::Call { plain_name }) = shape(&part)
    {
        let target = before.trim_end();
        let assigns = target.strip_suffix('=').is_some_and(|name| is_name(name.trim_end()));
        if target == "return" && plain_name || assigns {
            return false;
        }
    }
    anchored || !before.trim_start().is_empty() || !after.trim_end().is_empty()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_numeric())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&text)
}

const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "async", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
];

#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Name,
    Literal,
    Operator,
    /// A pair of brackets with what is between them.
    Brackets(char),
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

/// The tokens outside of brackets; `None` if the brackets do not match.
fn tokens(text: &[char]) -> Option<Vec<Token>> {
    let mut found: Vec<Token> = Vec::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let c = text[at];
        let start = at;
        let kind = if c.is_whitespace() || c == '\\' {
            at += 1;
            continue;
        } else if c == '#' {
            while at < text.len() && text[at] != '\n' {
                at += 1;
            }
            continue;
        } else if c == '"' || c == '\'' {
            at = string_end(text, at)?;
            Kind::Literal
        } else if c.is_alphabetic() || c == '_' {
            while at < text.len() && (text[at].is_alphanumeric() || text[at] == '_') {
                at += 1;
            }
            if at < text.len() && matches!(text[at], '"' | '\'') && at - start <= 2 {
                at = string_end(text, at)?;
                Kind::Literal
            } else {
                Kind::Name
            }
        } else if c.is_numeric() || (c == '.' && text.get(at + 1).is_some_and(|d| d.is_numeric())) {
            while at < text.len() && (text[at].is_alphanumeric() || matches!(text[at], '_' | '.')) {
                let exponent = matches!(text[at], 'e' | 'E') && matches!(text.get(at + 1), Some('+' | '-'));
                let hexadecimal = matches!(text.get(start + 1), Some('x' | 'X'));
                at += if exponent && !hexadecimal { 2 } else { 1 };
            }
            Kind::Literal
        } else if matches!(c, '(' | '[' | '{') {
            open.push((c, at));
            at += 1;
            continue;
        } else if matches!(c, ')' | ']' | '}') {
            let (opener, from) = open.pop()?;
            at += 1;
            if open.is_empty() {
                found.push(Token { kind: Kind::Brackets(opener), start: from, end: at });
            }
            continue;
        } else {
            let rest: String = text[at..text.len().min(at + 3)].iter().collect();
            let length = [
                "**=", "//=", ">>=", "<<=", "...", "!=", "->", ":=", "**", "//", ">>", "<<", "<=", ">=", "==",
            ]
            .iter()
            .find(|op| rest.starts_with(**op))
            .map_or(1, |op| op.len());
            let augmented = length == 1 && "+-*/%@&|^".contains(c) && rest[1..].starts_with('=');
            at += if augmented { 2 } else { length };
            Kind::Operator
        };
        if open.is_empty() {
            found.push(Token { kind, start, end: at });
        }
    }
    open.is_empty().then_some(found)
}

fn string_end(text: &[char], quote_at: usize) -> Option<usize> {
    let quote = text[quote_at];
    let triple = text.get(quote_at + 1) == Some(&quote) && text.get(quote_at + 2) == Some(&quote);
    let mut at = quote_at + if triple { 3 } else { 1 };
    loop {
        match *text.get(at)? {
            '\\' => at += 2,
            c if c == quote && !triple => return Some(at + 1),
            c if c == quote && text.get(at + 1) == Some(&quote) && text.get(at + 2) == Some(&quote) => {
                return Some(at + 3);
            }
            _ => at += 1,
        }
    }
}

/// What kind of expression a part is, as far as it matters.
enum Shape {
    /// A binary operation: its operator, and how many characters of it are marked.
    Binary { operator: usize, marked: usize },
    /// A subscript: its bracket.
    Subscript { bracket: usize },
    /// A call; whether what is called is a plain name.
    Call { plain_name: bool },
}

fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "|" => 1,
        "^" => 2,
        "&" => 3,
        "<<" | ">>" => 4,
        "+" | "-" => 5,
        "*" | "/" | "//" | "%" | "@" => 6,
        "**" => 8,
        _ => return None,
    })
}

fn shape(text: &[char]) -> Option<Shape> {
    shape_with_bracket(text).map(|(shape, _)| shape)
}

/// The shape, and for calls where their bracket is.
fn shape_with_bracket(text: &[char]) -> Option<(Shape, usize)> {
    let list = tokens(text)?;
    let content = |t: &Token| -> String { text[t.start..t.end].iter().collect() };
    let mut best: Option<(u8, usize)> = None;
    let mut starts_unary = false;
    let mut operand_before = false;
    for (i, token) in list.iter().enumerate() {
        let word = content(token);
        match token.kind {
            Kind::Name if KEYWORDS.contains(&word.as_str()) => return None,
            Kind::Name if word == "await" && !operand_before => {
                if list.len() == 1 {
                    return None;
                }
                starts_unary |= i == 0 && list.iter().all(|t| precedence(&content(t)).is_none());
                continue;
            }
            Kind::Name | Kind::Literal => {
                let adjacent_strings =
                    token.kind == Kind::Literal && i > 0 && list[i - 1].kind == Kind::Literal;
                if operand_before && !adjacent_strings {
                    return None;
                }
                operand_before = true;
            }
            Kind::Brackets(opener) => {
                if operand_before && opener == '{' {
                    return None;
                }
                operand_before = true;
            }
            Kind::Operator if word == "." || word == "..." => operand_before = word == "...",
            Kind::Operator => match precedence(&word) {
                Some(level) if operand_before => {
                    // Left to right, but for powers.
                    if best.is_none_or(|(least, _)| level < least || (level == least && level != 8)) {
                        best = Some((level, i));
                    }
                    operand_before = false;
                }
                _ if !operand_before && matches!(word.as_str(), "+" | "-" | "~") => starts_unary |= i == 0,
                _ => return None,
            },
        }
    }
    if !operand_before {
        return None;
    }
    if let Some((level, i)) = best {
        if level == 8 && starts_unary {
            return None;
        }
        let operator = list[i];
        let marked = marked_length(text, operator, &list[i + 1..]);
        return Some((Shape::Binary { operator: operator.start, marked }, 0));
    }
    if starts_unary {
        return None;
    }
    let last = list.last()?;
    match last.kind {
        // Brackets around everything mean nothing.
        Kind::Brackets('(') if list.len() == 1 => None,
        Kind::Brackets('(') => {
            let plain_name = list.len() == 2 && list[0].kind == Kind::Name;
            Some((Shape::Call { plain_name }, last.start))
        }
        Kind::Brackets('[') if list.len() > 1 => Some((Shape::Subscript { bracket: last.start }, last.start)),
        _ => None,
    }
}

/// One or two characters: the second one if it belongs to no operand.
fn marked_length(text: &[char], operator: Token, right: &[Token]) -> usize {
    let Some(&second) = text.get(operator.start + 1) else { return 1 };
    if second.is_whitespace() || matches!(second, '\\' | '#') {
        return 1;
    }
    let Some(first) = right.first() else { return 1 };
    let mut right_start = first.start;
    // Brackets around the whole right operand are not part of it, unless they make it a tuple.
    if right.len() == 1 && first.kind == Kind::Brackets('(') {
        let inside = &text[first.start + 1..first.end - 1];
        let is_tuple = tokens(inside).is_none_or(|t| {
            t.is_empty()
                || t.iter()
                    .any(|t| matches!(&text[first.start + 1..][t.start..t.end], [','] | ['f', 'o', 'r']))
        });
        if !is_tuple {
            right_start = first.start + 1;
        }
    }
    if operator.start + 1 < right_start { 2 } else { 1 }
}

fn find(text: &[char]) -> Option<Anchors> {
    let (shape, bracket) = shape_with_bracket(text)?;
    let place = |index: usize| {
        let before = &text[..index];
        let line = before.iter().filter(|c| **c == '\n').count();
        let start = before.iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
        (line, index - start)
    };
    Some(match shape {
        Shape::Binary { operator, marked } => {
            let (line, col) = place(operator);
            Anchors { left: (line, col), right: (line, col + marked) }
        }
        Shape::Subscript { bracket } => Anchors { left: place(bracket), right: place(text.len()) },
        Shape::Call { .. } => Anchors { left: place(bracket), right: place(text.len()) },
    })
}

#[cfg(test)]
mod tests {
    use super::annotate;

    fn check(lines: &[&str], columns: (i32, i32), expected: &[&str]) {
        let lines: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
        let expected: String = expected.iter().map(|l| format!("    {l}\n")).collect();
        assert_eq!(annotate(&lines, Some(columns.0), Some(columns.1)), expected, "{lines:?}");
    }

    #[test]
    fn carets_are_cpythons() {
        check(&["    return 1 / 0"], (11, 16), &["return 1 / 0", "       ~~^~~"]);
        check(&["x = f(1)"], (4, 8), &["x = f(1)"]);
        check(&["return g(1)"], (7, 11), &["return g(1)"]);
        check(&["f(1)(2)"], (0, 7), &["f(1)(2)", "~~~~^^^"]);
        check(&["a[1][2] + 3"], (0, 7), &["a[1][2] + 3", "~~~~^^^"]);
        check(&["x.foo.bar"], (0, 9), &["x.foo.bar"]);
        check(&["y = x.foo"], (4, 9), &["y = x.foo", "    ^^^^^"]);
        check(&["a = b+(c)"], (4, 9), &["a = b+(c)", "    ~^^~~"]);
    }
}
