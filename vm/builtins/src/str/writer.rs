//! Making a `str` piece by piece (CPython's `_PyUnicodeWriter`).

use object::raw::StrView;
use object::{Obj, Ref, Str, Vm};

/// Collects code points: as bytes for as long as they all fit one, as words from then on.
#[derive(Default)]
pub struct StrWriter {
    narrow: Vec<u8>,
    wide: Option<Vec<u32>>,
}

impl StrWriter {
    /// An empty one with room for so many code points.
    pub fn with_capacity(room: usize) -> StrWriter {
        StrWriter { narrow: Vec::with_capacity(room), wide: None }
    }

    /// Whether nothing was written
    pub fn is_empty(&self) -> bool {
        self.narrow.is_empty() && self.wide.as_ref().is_none_or(Vec::is_empty)
    }

    #[cold]
    fn widen(&mut self) -> &mut Vec<u32> {
        let narrow = std::mem::take(&mut self.narrow);
        let room = narrow.capacity();
        self.wide.get_or_insert_with(|| {
            let mut wide = Vec::with_capacity(room);
            wide.extend(narrow.iter().map(|&b| u32::from(b)));
            wide
        })
    }

    /// Appends one code point.
    #[inline]
    pub fn push(&mut self, c: u32) {
        match &mut self.wide {
            Some(wide) => wide.push(c),
            None if c < 0x100 => self.narrow.push(c as u8),
            None => self.widen().push(c),
        }
    }

    /// Appends one code point `n` times.
    pub fn push_times(&mut self, c: u32, n: usize) {
        match &mut self.wide {
            Some(wide) => wide.resize(wide.len() + n, c),
            None if c < 0x100 => self.narrow.resize(self.narrow.len() + n, c as u8),
            None => {
                let wide = self.widen();
                wide.resize(wide.len() + n, c);
            }
        }
    }

    /// Appends Rust text.
    pub fn push_text(&mut self, text: &str) {
        if text.is_ascii() {
            return self.push_view(StrView::One(text.as_bytes()));
        }
        text.chars().for_each(|c| self.push(c.into()));
    }

    /// Appends code points.
    pub fn push_view(&mut self, view: StrView<'_>) {
        match (&mut self.wide, view) {
            (None, StrView::One(s)) => self.narrow.extend_from_slice(s),
            (Some(wide), StrView::One(s)) => wide.extend(s.iter().map(|&c| u32::from(c))),
            (Some(wide), StrView::Two(s)) => wide.extend(s.iter().map(|&c| u32::from(c))),
            (Some(wide), StrView::Four(s)) => wide.extend_from_slice(s),
            (None, view) => view.iter().for_each(|c| self.push(c)),
        }
    }

    /// Appends a string.
    #[inline]
    pub fn push_str(&mut self, s: &Str) {
        self.push_view(s.view());
    }

    /// The string.
    pub fn finish_ref(self, vm: &Vm) -> Ref<Str> {
        match self.wide {
            Some(wide) => Str::from_code_points(&vm.types.str, &wide),
            None if self.narrow.is_empty() => vm.names.empty.clone(),
            None => Str::from_latin1(&vm.types.str, &self.narrow),
        }
    }

    /// The string.
    pub fn finish(self, vm: &Vm) -> Obj {
        self.finish_ref(vm).into_obj()
    }
}

/// A part of a view; the range is within it.
pub fn part(view: StrView<'_>, start: usize, end: usize) -> StrView<'_> {
    match view {
        StrView::One(s) => StrView::One(&s[start..end]),
        StrView::Two(s) => StrView::Two(&s[start..end]),
        StrView::Four(s) => StrView::Four(&s[start..end]),
    }
}
