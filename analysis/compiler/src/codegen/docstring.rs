//! Docstrings: finding and cleaning them.

use bytecode::PyString;
use syntax::ast::*;

use super::Generator;
use super::node::{Cx, text};

/// A body that begins with a docstring.
pub(super) struct Docstring<'a> {
    /// The cleaned text; none if docstrings are stripped.
    pub text: Option<PyString>,
    /// The statements behind it.
    pub rest: &'a [StmtId],
}

impl<'a> Generator<'a> {
    /// The docstring of a body, if it begins with one.
    pub(super) fn docstring(&self, cx: Cx<'a>, body: &'a [StmtId]) -> Option<Docstring<'a>> {
        let (&first, rest) = body.split_first()?;
        let StmtKind::Expr { value } = cx.stmt(first).kind() else { return None };
        let ExprKind::Constant { value, .. } = cx.expr(value).kind() else { return None };
        let Constant::Str(bytes) = cx.unit().constant(value) else { return None };
        if self.options.optimize < 2 {
            return Some(Docstring { text: Some(clean(bytes)), rest });
        }
        // A body of a docstring alone keeps a statement: it becomes `pass`.
        Some(Docstring { text: None, rest: if rest.is_empty() { body } else { rest } })
    }
}

/// Takes the common indentation away from all lines but the first, and blanks before the first
/// (`_PyCompile_CleanDoc`).
fn clean(bytes: &[u8]) -> PyString {
    let expanded = expand_tabs(bytes);
    let lines: Vec<&[u8]> = expanded.split(|&b| b == b'\n').collect();
    let indent = |line: &[u8]| line.iter().take_while(|&&b| b == b' ').count();
    let margin = lines[1..].iter().filter(|l| indent(l) < l.len()).map(|l| indent(l)).min().unwrap_or(0);
    let first = lines[0];
    let mut out = first[indent(first)..].to_vec();
    for line in &lines[1..] {
        out.push(b'\n');
        let cut = indent(line).min(margin);
        out.extend(&line[cut..]);
    }
    text(&out)
}

/// `str.expandtabs()` on WTF-8.
fn expand_tabs(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &b in bytes {
        match b {
            b'\t' => {
                let spaces = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            b'\n' | b'\r' => {
                out.push(b);
                column = 0;
            }
            _ => {
                out.push(b);
                // Continuation bytes belong to the character before them.
                column += usize::from(b & 0xC0 != 0x80);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn indentation_is_taken_away() {
        for (text, expect) in [
            ("  a\n    b\n      c", "a\nb\n  c"),
            ("a", "a"),
            ("", ""),
            ("\n  x\n\n  y\n  ", "\nx\n\ny\n"),
            ("a\n\tb\n        c", "a\nb\nc"),
            ("a\n   \n  b", "a\n \nb"),
        ] {
            assert_eq!(clean(text.as_bytes()).to_string_lossy(), expect, "{text:?}");
        }
    }
}
