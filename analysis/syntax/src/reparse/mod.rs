//! From one tree to the next: what an edit changed is parsed again, and the rest is kept.
//!
//! The law is `reparse(old, text, edit).parsed == parse_module(text)`. Units outlive edits by their [`UnitId`].
//!
//! The innermost unit around the edit is parsed for itself, units inside that the edit does not touch being no more than
//! placeholders in its text ([`patch`]). If it ends where it did, before the same line, the rest of the file cannot tell
//! the difference: the new unit takes the old one's place. If not, the unit around it is tried, and last the module.
//! The parser tells when it had to look at something that is not there, a placeholder or what comes after the piece;
//! then the attempt is void.
//!
//! A lexer's error (an unterminated string, an unbalanced bracket, a bad dedent) can reach anywhere in the file: text that
//! has one, before the edit or after it, is parsed whole.

mod inherit;
mod patch;

use std::sync::Arc;

use text::{Source, TextRange, TextSize};

use crate::ast::{Extent, Unit, UnitId};
use crate::parser::{ParseOptions, Parsed, parse_with};
use inherit::Heir;
pub(crate) use inherit::Ids;
use patch::{Patch, Refusal, Region};

/// A change of the text: `range` of the old text gave way to `len` bytes of the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    pub range: TextRange,
    pub len: TextSize,
}

/// A tree after an edit, and how it differs from the one before.
#[derive(Debug)]
pub struct Reparsed {
    pub parsed: Parsed,
    /// The units that are not what they were, outer before inner, new ones included. Those around a changed unit are
    /// among them, for they hold it; [`Unit::same_own`] tells whether more than that is new, and [`Unit::same_head`]
    /// what a parent sees of its children. All others are the same `Arc` as before.
    pub changed: Vec<(UnitId, Arc<Unit>)>,
    /// The units that are no more.
    pub removed: Vec<UnitId>,
}

/// The tree of `text`, which came out of the text of `old` by `edit`.
pub fn reparse<S: Source + ?Sized>(old: &Parsed, text: &S, edit: Edit) -> Reparsed {
    let is_that_edit = edit.range.end <= old.module.text_len()
        && u64::from(old.module.text_len().0) + u64::from(edit.len.0)
            == u64::from(text.len().0) + u64::from(edit.range.len().0);
    let whole = !old.findings.lex_errors.is_empty()
        || old.findings.barry_as_flufl
        || old.options.feature_version.is_some();
    if !is_that_edit || whole || old.options != ParseOptions::default() {
        return reparse_whole(old, text);
    }
    let mut regions = vec![Region::module(&old.module)];
    while let Some(inner) = regions[regions.len() - 1].around(edit.range) {
        regions.push(inner);
    }
    while let Some(region) = regions.pop() {
        let mut patch = Patch::of(&region, text, edit, old, true);
        if matches!(patch, Err(Refusal::Noticed)) && region.unit.nested.len() > 0 && !regions.is_empty() {
            patch = Patch::of(&region, text, edit, old, false);
        }
        match patch {
            Ok(patch) => return apply(old, patch, &region, &regions),
            Err(Refusal::Noticed) => {}
            Err(Refusal::LexError) => break,
        }
    }
    reparse_whole(old, text)
}

/// Puts a new unit in the place of the old one, in all units around it.
fn apply(old: &Parsed, patch: Patch, region: &Region<'_>, around: &[Region<'_>]) -> Reparsed {
    let Patch { unit, findings, warnings, more } = patch;
    let mut heir = Heir::new(old.ids);
    let mut unit = heir.succeed(region.id, unit, region.unit);
    let mut inner = region;
    for outer in around.iter().rev() {
        let unchanged = Arc::ptr_eq(&unit, inner.unit) && more == Extent::default();
        if unchanged {
            unit = outer.unit.clone();
        } else {
            let last = outer.unit.ends_with_child() && inner.index + 1 == outer.unit.nested.len();
            let mut nested = outer.unit.nested.clone();
            nested.update(inner.index, |nested| {
                let (len, line_breaks) = (nested.extent.len, nested.extent.line_breaks);
                nested.extent = if last {
                    Extent { len: unit.text_len().0, line_breaks: unit.line_breaks() }
                } else {
                    Extent {
                        len: len.wrapping_add(more.len),
                        line_breaks: line_breaks.wrapping_add(more.line_breaks),
                    }
                };
                nested.unit = unit;
            });
            unit = Arc::new(Unit::new(outer.unit.own.clone(), nested));
            heir.changed.push((outer.id, unit.clone()));
        }
        inner = outer;
    }
    let errors = findings.parser_errors();
    heir.finish(Parsed { module: unit, errors, warnings, options: old.options, findings, ids: old.ids })
}

/// Parses everything, and keeps the units that come out equal.
fn reparse_whole<S: Source + ?Sized>(old: &Parsed, text: &S) -> Reparsed {
    let mut heir = Heir::new(old.ids);
    let parsed = parse_with(&whole(text), old.options, |module| {
        (heir.succeed(UnitId::MODULE, module, &old.module), old.ids)
    });
    heir.finish(parsed)
}

fn whole<S: Source + ?Sized>(text: &S) -> std::borrow::Cow<'_, str> {
    text.slice(TextRange { start: TextSize::ZERO, end: text.len() })
}
