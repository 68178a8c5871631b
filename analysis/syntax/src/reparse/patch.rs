//! Parsing one unit, or the module without the units that the edit does not touch, and what it means for the rest.

use std::sync::Arc;

use text::{LineIndex, Source, TextRange, TextSize};

use super::Edit;
use crate::ast::{Child, Extent, HOLE_LEN, Nested, Unit, UnitHeader, UnitId};
use crate::error::SyntaxWarning;
use crate::lexer::{KNOWN_UNIT, KnownUnit};
use crate::parser::Parsed;
use crate::parser::findings::{Findings, Report, Shift};
use crate::parser::piece::{self, Piece, Void};
use crate::token::TokenKind;

/// A unit of the old tree with the blank rest up to the line that follows.
pub(super) struct Region<'a> {
    pub unit: &'a Arc<Unit>,
    pub id: UnitId,
    /// Which of its parent's children it is.
    pub index: usize,
    /// Where it starts in the file, and on which line.
    pub start: u32,
    pub line: u32,
    pub extent: Extent,
    /// It is followed by a line; else by at most a comment up to the end of the text.
    line_follows: bool,
}

impl<'a> Region<'a> {
    /// All of the file.
    pub fn module(module: &'a Arc<Unit>) -> Region<'a> {
        let extent = Extent { len: module.text_len().0, line_breaks: module.line_breaks() };
        Region { unit: module, id: UnitId::MODULE, index: 0, start: 0, line: 0, extent, line_follows: false }
    }

    fn end(&self) -> u32 {
        self.start + self.extent.len
    }

    /// The first line that has nothing of it.
    fn next_line(&self) -> u32 {
        self.line + self.extent.line_breaks + u32::from(!self.line_follows)
    }

    /// A nested unit, up to the line that follows it, be that another unit's.
    fn child(&self, index: usize) -> Region<'a> {
        self.of_child(index, self.unit.child_at(index))
    }

    /// All of them, in the order of the text.
    fn children(&self) -> impl Iterator<Item = Region<'a>> {
        self.unit.children().map(|(id, child)| self.of_child(id.index(), child))
    }

    fn of_child(&self, index: usize, child: Child<'a>) -> Region<'a> {
        let (mut extent, mut line_follows) = (child.extent, self.unit.line_follows(index));
        let last = index + 1 == self.unit.nested.len() && self.unit.ends_with_child();
        if last && self.id != UnitId::MODULE {
            line_follows = self.line_follows;
            extent.len = self.extent.len - child.offset;
            extent.line_breaks = self.extent.line_breaks - child.lines;
        }
        let (start, line) = (self.start + child.offset, self.line + child.lines);
        Region { unit: child.unit, id: child.id, index, start, line, extent, line_follows }
    }

    /// The last nested unit that starts before an offset.
    fn last_before(&self, offset: u32) -> Option<Region<'a>> {
        let (mut low, mut high) = (0, self.unit.nested.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.start + self.unit.child_at(middle).offset < offset {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Some(self.child(low.checked_sub(1)?))
    }

    /// The nested unit whose text alone an edit changes, its indentation excepted.
    pub fn around(&self, edit: TextRange) -> Option<Region<'a>> {
        let child = self.last_before(edit.start.0)?;
        if edit.start.0 <= child.first_token() {
            return None;
        }
        let inside = edit.end.0 < child.end() || !child.line_follows && edit.end.0 == child.end();
        inside.then_some(child)
    }

    /// Whether an edit leaves the unit and the places before and after it alone, and a line follows.
    fn is_apart_from(&self, edit: TextRange) -> bool {
        let apart = self.end() < edit.start.0 || self.start > edit.end.0;
        apart && self.line_follows
    }

    fn holds(&self, offset: u32) -> bool {
        self.start <= offset && (offset < self.end() || !self.line_follows)
    }

    /// Where the unit's indentation ends.
    fn first_token(&self) -> u32 {
        let head = &self.unit.own.head;
        let blank = head.len() - head.trim_start_matches([' ', '\t', '\x0c', '\\', '\n', '\r']).len();
        self.start + TextSize::from(blank).0
    }

    fn holds_statement(&self, report: &Report) -> bool {
        // That it is indented is its parent's affair.
        let indent = report.first == TokenKind::Indent && report.statement <= self.first_token();
        self.holds(report.statement) && !indent
    }
}

/// Why there is no new tree for a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The rest of the file would notice.
    Noticed,
    /// The lexer complains, which may concern any of the file.
    LexError,
}

/// A new tree for a region. Findings and warnings are those of the whole file.
pub(super) struct Patch {
    pub unit: Unit,
    pub findings: Findings,
    pub warnings: Vec<SyntaxWarning>,
    /// How much longer the region is than before; these wrap.
    pub more: Extent,
}

impl Patch {
    /// Parses a region after an edit in it; with `holes`, without the nested units that are apart from it.
    pub fn of<S: Source + ?Sized>(
        region: &Region<'_>,
        text: &S,
        edit: Edit,
        old: &Parsed,
        holes: bool,
    ) -> Result<Patch, Refusal> {
        let is_module = region.id == UnitId::MODULE;
        let mut compact = Compact::of(region, text, edit, old, holes);
        // A NUL is complained of before anything else on its line.
        if memchr::memchr(0, compact.text.as_bytes()).is_some() {
            return Err(Refusal::LexError);
        }
        let (unit, line_breaks, findings, warnings) = if is_module {
            let piece::Parsed { tree, findings, warnings } =
                compact.piece(true).module().or(Err(Refusal::Noticed))?;
            let line_breaks = tree.line_breaks();
            (tree, line_breaks, findings, warnings)
        } else {
            let indents = &region.unit.own.indents;
            let next_line = TextSize::of(&compact.text);
            let starts_line = compact.text.ends_with(['\n', '\r']);
            if starts_line != region.line_follows {
                return Err(Refusal::Noticed);
            }
            let mut more = 256;
            let parsed = loop {
                let at_end = compact.look_ahead(text, next_line, more);
                match compact.piece(at_end).definition(indents, next_line) {
                    Ok(parsed) => break parsed,
                    Err(Void::MoreText) if more < 1 << 14 && !at_end => more *= 8,
                    Err(_) => return Err(Refusal::Noticed),
                }
            };
            let piece::Parsed { tree: Nested { unit, extent, .. }, findings, warnings } = parsed;
            let hidden = compact.holes.iter().map(|hole| hole.extent.line_breaks - 1);
            let unit = Arc::into_inner(unit).ok_or(Refusal::Noticed)?;
            (unit, extent.line_breaks + hidden.sum::<u32>(), findings, warnings)
        };
        if !findings.lex_errors.is_empty() {
            return Err(Refusal::LexError);
        }
        let more = Extent {
            len: edit.len.0.wrapping_sub(edit.range.len().0),
            line_breaks: line_breaks.wrapping_sub(region.extent.line_breaks),
        };
        // The parent tells whether something comes after the unit, even if only a line end.
        let fills = |unit: &Unit, len: u32| unit.text_len().0 == len;
        if statement_kind(&unit) != statement_kind(region.unit)
            || fills(&unit, region.extent.len.wrapping_add(more.len)) != fills(region.unit, region.extent.len)
        {
            return Err(Refusal::Noticed);
        }
        let kept = Kept { edit: edit.range, next_line: region.next_line(), more };
        let (findings, warnings) = compact.placed(findings, warnings);
        let findings = kept.findings_around(region, &old.findings, findings).ok_or(Refusal::Noticed)?;
        let warnings = kept.warnings_around(region, &compact, &old.warnings, warnings);
        Ok(Patch { unit, findings, warnings, more })
    }
}

/// Which kind of statement a parent keeps for the unit.
fn statement_kind(unit: &Unit) -> (bool, bool) {
    match unit.header() {
        UnitHeader::Function(header) => (true, header.is_async),
        _ => (false, false),
    }
}

/// The new text of a region, with placeholders for nested units.
struct Compact {
    text: String,
    /// Where the region starts and ends in the new file.
    start: u32,
    end: u32,
    /// The line it starts on.
    line: u32,
    places: Vec<KnownUnit>,
    known: Vec<Nested>,
    holes: Vec<HoleInText>,
}

/// A nested unit that the text has no more than a placeholder for.
struct HoleInText {
    /// Where in the compact text.
    at: u32,
    /// Where in the old file.
    old_start: u32,
    extent: Extent,
}

impl Compact {
    fn of<S: Source + ?Sized>(
        region: &Region<'_>,
        text: &S,
        edit: Edit,
        old: &Parsed,
        holes: bool,
    ) -> Compact {
        let moved = |offset: u32| match offset >= edit.range.end.0 {
            true => offset - edit.range.end.0 + edit.range.start.0 + edit.len.0,
            false => offset,
        };
        let mut compact = Compact {
            text: String::new(),
            start: region.start,
            end: moved(region.end()),
            line: region.line,
            places: Vec::new(),
            known: Vec::new(),
            holes: Vec::new(),
        };
        let faults = faults(&old.findings);
        // Behind a backslash it takes a token to make a line of what follows, and the edit can be the first to bring one.
        let continued = region.last_before(edit.range.start.0).filter(|child| {
            let end = child.start + child.unit.text_len().0;
            let after = TextRange { start: end.into(), end: child.end().into() };
            child.end() < edit.range.start.0 && text.slice(after).contains('\\')
        });
        let is_continued = |child: &Region<'_>| continued.as_ref().is_some_and(|it| it.index == child.index);
        let mut copied = region.start;
        for child in region.children().take_while(|_| holes) {
            if !child.is_apart_from(edit.range) || is_faulty(&child, &faults) || is_continued(&child) {
                continue;
            }
            let start = moved(child.start);
            compact.append(text, copied, start);
            copied = start + child.extent.len;
            let at = TextSize::of(&compact.text).0;
            compact.text.push_str(KNOWN_UNIT);
            let own = &child.unit.own;
            let first_word = own.head.trim_start_matches([' ', '\t', '\x0c']);
            let keyword_first = first_word.starts_with("def") || first_word.starts_with("class");
            compact.places.push(KnownUnit { at, indents: own.indents.clone(), keyword_first });
            compact.known.push(Nested { id: child.id, unit: child.unit.clone(), extent: child.extent });
            compact.holes.push(HoleInText { at, old_start: child.start, extent: child.extent });
        }
        let end = compact.end;
        compact.append(text, copied, end);
        compact
    }

    fn append<S: Source + ?Sized>(&mut self, text: &S, start: u32, end: u32) {
        if start < end {
            self.text.push_str(&text.slice(TextRange::new(start, end)));
        }
    }

    fn piece(&self, at_end: bool) -> Piece<'_> {
        Piece { text: &self.text, places: &self.places, known: &self.known, at_end }
    }

    /// Lets whole lines of the text follow after the region, which is `len` long, about so many bytes. Returns whether the
    /// text ends with them.
    fn look_ahead<S: Source + ?Sized>(&mut self, text: &S, len: TextSize, bytes: u32) -> bool {
        self.text.truncate(len.to_usize());
        let mut to = self.end;
        loop {
            let end = to.saturating_add(bytes).min(text.len().0);
            let more = text.slice(TextRange::new(to, end));
            if end == text.len().0 {
                self.text.push_str(&more);
                return true;
            }
            if let Some(line_end) = memchr::memrchr(b'\n', more.as_bytes()) {
                self.text.push_str(&more[..=line_end]);
                return false;
            }
            self.text.push_str(&more);
            to += TextSize::of(&more).0;
        }
    }
}

impl Compact {
    /// Findings in the piece, at their places in the file.
    fn placed(
        &self,
        mut findings: Findings,
        mut warnings: Vec<SyntaxWarning>,
    ) -> (Findings, Vec<SyntaxWarning>) {
        if findings.reports.is_empty() && warnings.is_empty() {
            return (findings, warnings);
        }
        let lines = LineIndex::new(&self.text);
        let mut hidden = Extent::default();
        let mut places = Vec::with_capacity(self.holes.len());
        for hole in &self.holes {
            hidden.len += hole.extent.len - HOLE_LEN;
            hidden.line_breaks += hole.extent.line_breaks - 1;
            places.push((hole.at, lines.line(TextSize(hole.at)), hidden));
        }
        let placed = Placed { start: self.start, line: self.line, places };
        findings.reports.iter_mut().for_each(|report| placed.report(report));
        warnings.iter_mut().for_each(|warning| placed.warning(warning));
        (findings, warnings)
    }
}

/// From a compact text to the new file.
struct Placed {
    start: u32,
    line: u32,
    /// For each hole its offset and line in the compact text, and what it and those before hide.
    places: Vec<(u32, u32, Extent)>,
}

impl Placed {
    fn hidden(&self, count: usize) -> Extent {
        count.checked_sub(1).map_or_else(Extent::default, |last| self.places[last].2)
    }
}

impl Shift for Placed {
    fn offset(&self, offset: u32) -> u32 {
        let before = self.places.partition_point(|(at, _, _)| *at < offset);
        self.start + offset + self.hidden(before).len
    }

    fn lines_at(&self, offset: u32) -> u32 {
        let before = self.places.partition_point(|(at, _, _)| *at < offset);
        self.line + self.hidden(before).line_breaks
    }

    fn line(&self, line: u32) -> u32 {
        let before = self.places.partition_point(|(_, at, _)| *at < line);
        self.line + line + self.hidden(before).line_breaks
    }
}

/// Where what is outside of a region goes when the region changes.
struct Kept {
    edit: TextRange,
    /// The old line from which on lines move.
    next_line: u32,
    more: Extent,
}

impl Shift for Kept {
    fn offset(&self, offset: u32) -> u32 {
        if self.moves(offset) { offset.wrapping_add(self.more.len) } else { offset }
    }

    fn lines_at(&self, offset: u32) -> u32 {
        if self.moves(offset) { self.more.line_breaks } else { 0 }
    }

    fn line(&self, line: u32) -> u32 {
        if line >= self.next_line { line.wrapping_add(self.more.line_breaks) } else { line }
    }
}

impl Kept {
    fn moves(&self, offset: u32) -> bool {
        offset >= self.edit.end.0 && offset > self.edit.start.0
    }

    /// The findings of the file: the old ones, but for the region the new ones. `None` if an old one from outside of the
    /// region speaks of a place in it that may have changed.
    fn findings_around(&self, region: &Region<'_>, old: &Findings, new: Findings) -> Option<Findings> {
        if region.id == UnitId::MODULE {
            return Some(new);
        }
        let mut findings = new;
        let touched = |offset: u32| self.edit.start.0 < offset && offset < region.end();
        let mut found = false;
        let mut before = Vec::new();
        let mut after = Vec::new();
        for report in &old.reports {
            found |= report.here >= region.end() || region.holds_statement(report);
            if region.holds_statement(report) {
                continue;
            }
            // Those of statements around or right before the region may hang on what is in it.
            let reaches_in = report.statement <= region.first_token() && report.here >= region.start;
            let range = report.error.as_ref().map_or_else(TextRange::default, |error| error.error.range);
            if reaches_in || touched(report.statement) || touched(range.start.0) || touched(range.end.0) {
                return None;
            }
            let mut report = report.clone();
            self.report(&mut report);
            if found { after.push(report) } else { before.push(report) }
        }
        before.append(&mut findings.reports);
        before.append(&mut after);
        findings.reports = before;
        Some(findings)
    }

    /// The warnings of the file: the old ones, but for the region, its holes excepted, the new ones.
    fn warnings_around(
        &self,
        region: &Region<'_>,
        compact: &Compact,
        old: &[SyntaxWarning],
        new: Vec<SyntaxWarning>,
    ) -> Vec<SyntaxWarning> {
        let mut warnings = Vec::with_capacity(old.len() + new.len());
        for warning in old {
            let at = warning.range.start.0;
            let mut warning = warning.clone();
            if region.holds(at) {
                let hole = compact.holes.partition_point(|hole| hole.old_start <= at).checked_sub(1);
                let hole = hole.map(|hole| &compact.holes[hole]);
                let inside = hole.is_some_and(|hole| at < hole.old_start + hole.extent.len);
                if !inside {
                    continue;
                }
                // Holes move as a whole.
                let lines = if at >= self.edit.end.0 { self.more.line_breaks } else { 0 };
                warning.range = self.range(warning.range);
                warning.token = self.range(warning.token);
                warning.literal_start = self.offset(warning.literal_start.0).into();
                warning.lineno = warning.lineno.wrapping_add(lines);
            } else {
                self.warning(&mut warning);
            }
            warnings.push(warning);
        }
        warnings.extend(new);
        warnings.sort_by_key(|warning| warning.range.start);
        warnings
    }
}

/// Where statements are that something is wrong with, in order.
fn faults(findings: &Findings) -> Vec<u32> {
    let mut faults: Vec<u32> = findings.reports.iter().map(|report| report.statement).collect();
    faults.sort_unstable();
    faults
}

fn is_faulty(region: &Region<'_>, faults: &[u32]) -> bool {
    let first = faults.partition_point(|fault| *fault < region.start);
    faults.get(first).is_some_and(|fault| *fault < region.end())
}
