//! Docstrings: finding, cleaning and stripping them.

use std::borrow::Cow;

use bytecode::{Const, Op, PyString};
use memchr::{memchr, memchr_iter};
use syntax::ErrorKind;
use syntax::ast::*;
use syntax::source::without_surrogates;

use super::Generator;
use super::node::{Cx, Expr, text};
use crate::errors::{Error, Res};
use crate::instr::Location;

/// A body that begins with a docstring.
pub(super) struct Docstring<'a> {
    /// The cleaned text.
    pub text: PyString,
    /// The place of the literal.
    pub loc: Location,
    /// The statements behind it.
    pub rest: &'a [StmtId],
}

impl<'a> Generator<'a> {
    /// The docstring of a body, if it begins with one and they are kept.
    ///
    /// # Errors
    /// A surrogate in it.
    pub(super) fn docstring(&self, cx: Cx<'a>, body: &'a [StmtId]) -> Res<Option<Docstring<'a>>> {
        let Some((literal, bytes)) = leading_string(cx, body).filter(|_| !self.strips_docstrings()) else {
            return Ok(None);
        };
        let loc = literal.loc();
        if std::str::from_utf8(bytes).is_err() {
            // They are found when tabs are spaces by then.
            let code_points: Vec<u32> = text(&expand_tabs(bytes)).code_points().collect();
            without_surrogates(&code_points).map_err(|error| Error {
                kind: ErrorKind::UnicodeEncodeError,
                message: error.to_string(),
                loc,
            })?;
        }
        Ok(Some(Docstring { text: clean(bytes), loc, rest: &body[1..] }))
    }

    /// The statements of a body, less the docstring it keeps; one to be stripped is stripped (`astfold_body`).
    pub(super) fn body_statements(&mut self, cx: Cx<'a>, body: &'a [StmtId]) -> Res {
        let Some((&docstring, rest)) = body.split_first().filter(|_| self.strips(cx, body)) else {
            return self.statement_ids(cx, body);
        };
        if rest.is_empty() {
            self.emit(Op::NOP, pass_loc(cx.stmt(docstring).loc()));
            return Ok(());
        }
        let Some((next, bytes)) = leading_string(cx, rest) else { return self.statement_ids(cx, rest) };
        // The next string must not become the docstring: it is evaluated instead.
        self.load_const(Const::Str(text(bytes)), next.loc());
        self.emit(Op::POP_TOP, Location::NONE);
        self.statement_ids(cx, &rest[1..])
    }

    /// The place of a body's first statement, after stripping.
    pub(super) fn first_statement_loc(&self, cx: Cx<'a>, body: &[StmtId]) -> Option<Location> {
        let (&first, rest) = body.split_first()?;
        Some(match (self.strips(cx, body), rest) {
            (false, _) => cx.stmt(first).loc(),
            (true, &[next, ..]) => cx.stmt(next).loc(),
            (true, []) => pass_loc(cx.stmt(first).loc()),
        })
    }

    /// Whether a body begins with a docstring that is not kept.
    fn strips(&self, cx: Cx<'a>, body: &[StmtId]) -> bool {
        self.strips_docstrings() && leading_string(cx, body).is_some()
    }

    fn strips_docstrings(&self) -> bool {
        self.options.optimize >= 2
    }
}

/// The place of the `pass` that stands for a stripped docstring, a statement, in a body that would be empty otherwise.
fn pass_loc(docstring: Location) -> Location {
    let Location { line, col, .. } = docstring;
    Location { line, end_line: line, col, end_col: col + 4 }
}

/// The string literal that a body begins with, and its value.
fn leading_string<'a>(cx: Cx<'a>, body: &[StmtId]) -> Option<(Expr<'a>, &'a [u8])> {
    let (literal, bytes) = cx.unit().leading_string(body)?;
    Some((cx.expr(literal), bytes))
}

/// Takes the common indentation away from all lines but the first, and blanks before the first
/// (`_PyCompile_CleanDoc`).
fn clean(bytes: &[u8]) -> PyString {
    let expanded = match memchr(b'\t', bytes) {
        Some(_) => Cow::Owned(expand_tabs(bytes)),
        None => Cow::Borrowed(bytes),
    };
    let indent = |line: &[u8]| line.iter().take_while(|&&b| b == b' ').count();
    let mut lines = lines(&expanded);
    let first = lines.next().unwrap_or_default();
    let margin = lines.clone().filter(|l| indent(l) < l.len()).map(indent).min().unwrap_or(0);
    let mut out = Vec::with_capacity(expanded.len());
    out.extend_from_slice(&first[indent(first)..]);
    for line in lines {
        out.push(b'\n');
        let cut = indent(line).min(margin);
        out.extend_from_slice(&line[cut..]);
    }
    text(&out)
}

/// What stands between line ends
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let mut start = 0;
    let ends = memchr_iter(b'\n', text).chain([text.len()]);
    ends.map(move |end| &text[std::mem::replace(&mut start, end + 1)..end])
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
    use crate::{SourceOptions, compile_source};

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

    #[test]
    fn surrogates_are_where_they_are_without_tabs() {
        let refused = [
            (r"'a\tb\ud800'", "character '\\ud800' in position 9"),
            (r"'\t\ud800\ud801'", "characters in position 8-9"),
        ];
        for (text, expect) in refused {
            let error = compile_source(text, "x.py", &SourceOptions::default()).code.unwrap_err();
            assert_eq!(error.message, format!("'utf-8' codec can't encode {expect}: surrogates not allowed"));
        }
    }
}
