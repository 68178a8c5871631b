//! A file as the reports with source lines show it: of a very long line only what is around the place in question.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::files::{Error, Files};
use text::TextSize;

use super::Places;

/// Longer lines are cut, in bytes.
const LONG: usize = 240;
/// How much of a long line is shown before the place, and from there on.
const BEFORE: usize = 60;
const BEHIND: usize = 160;

/// A file, and which parts of its long lines are in view.
pub(super) struct Excerpt<'a> {
    name: &'a str,
    places: Places<'a>,
    /// By the number of the line.
    windows: RefCell<BTreeMap<usize, Range<usize>>>,
}

impl<'a> Excerpt<'a> {
    pub fn new(name: &'a str, text: &'a str) -> Excerpt<'a> {
        Excerpt { name, places: Places::new(text), windows: RefCell::default() }
    }

    /// Forgets what was in view.
    pub fn reset(&mut self) {
        self.windows.get_mut().clear();
    }

    /// Brings a range into view. It comes back without the parts of it that lie out of sight, or not at all if all of it
    /// does.
    pub fn show(&mut self, range: Range<usize>) -> Option<Range<usize>> {
        let first = self.line(range.start);
        let last = self.line(range.end);
        let start = self.window(first, range.start);
        if !(start.start..=start.end).contains(&range.start) {
            return None;
        }
        let end = if first == last { start } else { self.window(last, range.end) };
        Some(range.start..range.end.clamp(end.start, end.end).max(range.start))
    }

    fn line(&self, offset: usize) -> usize {
        self.places.lines.line(TextSize::from(offset)) as usize
    }

    fn whole_line(&self, line: usize) -> Range<usize> {
        self.places.lines.line_range(u32::try_from(line).unwrap_or(u32::MAX)).to_usize()
    }

    /// What is in view of a line, with `offset` in the midst of it if that is not settled yet.
    fn window(&self, line: usize, offset: usize) -> Range<usize> {
        let whole = self.whole_line(line);
        if whole.len() <= LONG {
            return whole;
        }
        let text = self.places.text;
        let window = || {
            let start = offset.saturating_sub(BEFORE).max(whole.start);
            let end = (offset + BEHIND).min(whole.end);
            text.floor_char_boundary(start)..text.ceil_char_boundary(end)
        };
        self.windows.borrow_mut().entry(line).or_insert_with(window).clone()
    }
}

impl<'a> Files<'a> for Excerpt<'a> {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(self.name)
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(self.places.text)
    }

    fn line_index(&'a self, (): (), offset: usize) -> Result<usize, Error> {
        Ok(self.line(offset))
    }

    fn column_number(&'a self, (): (), _: usize, offset: usize) -> Result<usize, Error> {
        Ok(self.places.place(TextSize::from(offset)).1 as usize)
    }

    fn line_range(&'a self, (): (), line: usize) -> Result<Range<usize>, Error> {
        let max = self.places.lines.line_count() as usize;
        if line >= max {
            return Err(Error::LineTooLarge { given: line, max });
        }
        Ok(self.window(line, self.whole_line(line).start))
    }
}
