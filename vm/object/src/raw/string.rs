//! `str`: immutable code points behind the header, one, two or four bytes each (PEP 393).

use std::cell::Cell;
use std::cmp::Ordering;
use std::mem::size_of;

use super::alloc;
use super::header::{Kind, Obj, flag};
use super::payload::{CoreKind, Payload, PyBox, Ref, allocate_var};
use crate::types::Type;

/// How wide the code points of a string are stored; always the narrowest that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum StrKind {
    /// All below U+0080, one byte each.
    Ascii,
    /// All below U+0100, one byte each.
    Latin1,
    /// All below U+10000, two bytes each.
    Ucs2,
    /// Four bytes each.
    Ucs4,
}

impl StrKind {
    /// The narrowest kind that holds this code point.
    #[inline]
    pub fn of(code_point: u32) -> StrKind {
        match code_point {
            0..0x80 => StrKind::Ascii,
            0x80..0x100 => StrKind::Latin1,
            0x100..0x10000 => StrKind::Ucs2,
            _ => StrKind::Ucs4,
        }
    }

    /// Bytes for a code point.
    #[inline]
    pub fn width(self) -> usize {
        match self {
            StrKind::Ascii | StrKind::Latin1 => 1,
            StrKind::Ucs2 => 2,
            StrKind::Ucs4 => 4,
        }
    }
}

/// The code points of a string as they are stored.
#[derive(Clone, Copy, Debug)]
pub enum StrView<'a> {
    /// ASCII or Latin-1.
    One(&'a [u8]),
    /// UCS-2; surrogates stand for themselves.
    Two(&'a [u16]),
    /// UCS-4; surrogates stand for themselves.
    Four(&'a [u32]),
}

/// The payload of `str`.
#[repr(C)]
pub struct Str {
    len: usize,
    hash: Cell<i64>,
    kind: StrKind,
}

impl Payload for Str {
    const NAME: &'static str = "str";
    const KIND: CoreKind = CoreKind::of(Kind::Str);
    const TRACKED: bool = false;
}

impl Str {
    /// # Safety
    /// The caller writes `len` code points of `kind` behind the payload at once.
    unsafe fn allocate(ty: &Ref<Type>, len: usize, kind: StrKind) -> Ref<Str> {
        assert!(ty.layout().kind == Kind::Str, "a str payload for another type");
        // SAFETY: the layout is checked; the caller initialises.
        unsafe { allocate_var(ty, Str { len, hash: Cell::new(-1), kind }, len * kind.width()) }
    }

    #[inline]
    fn data(&self) -> *mut u8 {
        (self as *const Str).wrapping_add(1) as *mut u8
    }

    /// From Latin-1 bytes.
    pub fn from_latin1(ty: &Ref<Type>, bytes: &[u8]) -> Ref<Str> {
        let kind = if bytes.is_ascii() { StrKind::Ascii } else { StrKind::Latin1 };
        // SAFETY: as many bytes are written as the string is long.
        unsafe {
            let s = Str::allocate(ty, bytes.len(), kind);
            s.data().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            s
        }
    }

    /// From Rust text.
    pub fn from_text(ty: &Ref<Type>, text: &str) -> Ref<Str> {
        if text.is_ascii() {
            return Str::from_latin1(ty, text.as_bytes());
        }
        Str::from_code_points(ty, &text.chars().map(u32::from).collect::<Vec<u32>>())
    }

    /// From code points, surrogates included; those past U+10FFFF become U+FFFD.
    pub fn from_code_points(ty: &Ref<Type>, points: &[u32]) -> Ref<Str> {
        let widest = points.iter().copied().max().unwrap_or(0);
        let kind = StrKind::of(widest);
        // SAFETY: each arm writes `points.len()` code points of the width; the data is aligned to 8.
        unsafe {
            let s = Str::allocate(ty, points.len(), kind);
            match kind {
                StrKind::Ascii | StrKind::Latin1 => {
                    for (i, &c) in points.iter().enumerate() {
                        s.data().add(i).write(c as u8);
                    }
                }
                StrKind::Ucs2 => {
                    for (i, &c) in points.iter().enumerate() {
                        s.data().cast::<u16>().add(i).write(c as u16);
                    }
                }
                StrKind::Ucs4 => {
                    for (i, &c) in points.iter().enumerate() {
                        s.data().cast::<u32>().add(i).write(if c > 0x10FFFF { 0xFFFD } else { c });
                    }
                }
            }
            s
        }
    }

    /// From WTF-8 bytes (UTF-8 that may hold surrogates); what is neither becomes U+FFFD.
    pub fn from_wtf8(ty: &Ref<Type>, bytes: &[u8]) -> Ref<Str> {
        if bytes.is_ascii() {
            return Str::from_latin1(ty, bytes);
        }
        Str::from_code_points(ty, &decode_wtf8(bytes))
    }

    /// `left + right`, in place where nobody else can see `left`.
    pub fn append(left: Ref<Str>, right: &Str) -> Ref<Str> {
        let kind = left.kind.max(right.kind);
        let object = left.as_obj();
        let header = object.header();
        let len = left.len + right.len;
        if kind == left.kind
            && object.refcount() == 1
            && !header.has(flag::INTERNED | flag::GC_HEAD)
            && !object.ty().has_extras()
        {
            let size = size_of::<PyBox<Str>>() + len * kind.width();
            // SAFETY: we hold the only reference, so the block may grow and move; the new tail is written before the
            // length says that it is there. Without a collector head the block starts at the header.
            unsafe {
                let class = header.size_class;
                let mut raw = left.into_obj().into_raw();
                if size > alloc::capacity(raw.cast(), class) {
                    if class != alloc::LARGE {
                        let left = Ref::<Str>::from_obj_checked(Obj::from_raw(raw));
                        return Str::concat_with_room(&left, right, kind, len);
                    }
                    raw = alloc::resize_large(raw.cast(), size + size / 8).cast();
                }
                let left = Ref::<Str>::from_obj_checked(Obj::from_raw(raw));
                right.copy_to(left.data().add(left.len * kind.width()), kind);
                let payload = &raw mut (*raw.cast::<PyBox<Str>>().as_ptr()).payload;
                (*payload).len = len;
                (*payload).hash = Cell::new(-1);
                return left;
            }
        }
        let ty = if left.as_obj().ty().has_extras() { right_type(&left) } else { left.ty().clone() };
        Str::concat(&ty, &left, right)
    }

    /// `left + right` as a new string of type `ty`.
    pub fn concat(ty: &Ref<Type>, left: &Str, right: &Str) -> Ref<Str> {
        let kind = left.kind.max(right.kind);
        // SAFETY: both halves are written.
        unsafe {
            let s = Str::allocate(ty, left.len + right.len, kind);
            left.copy_to(s.data(), kind);
            right.copy_to(s.data().add(left.len * kind.width()), kind);
            s
        }
    }

    /// All parts one after the other.
    pub fn join(ty: &Ref<Type>, parts: &[&Str]) -> Ref<Str> {
        let kind = parts.iter().map(|p| p.kind).max().unwrap_or(StrKind::Ascii);
        let len = parts.iter().map(|p| p.len).sum();
        // SAFETY: the parts fill the string exactly.
        unsafe {
            let s = Str::allocate(ty, len, kind);
            let mut to = s.data();
            for part in parts {
                part.copy_to(to, kind);
                to = to.add(part.len * kind.width());
            }
            s
        }
    }

    /// The first growth out of a small block: leaves room, so that appending in a loop is linear.
    fn concat_with_room(left: &Ref<Str>, right: &Str, kind: StrKind, len: usize) -> Ref<Str> {
        let spare = if len * kind.width() > 128 { alloc::MAX_SMALL } else { len * kind.width() };
        // SAFETY: the string is allocated with spare bytes behind its `len` code points, which both halves fill.
        unsafe {
            let s =
                allocate_var(left.ty(), Str { len, hash: Cell::new(-1), kind }, len * kind.width() + spare);
            left.copy_to(s.data(), kind);
            right.copy_to(s.data().add(left.len * kind.width()), kind);
            s
        }
    }

    /// # Safety
    /// `to` has room for all code points at `kind`, which is at least as wide as this string's.
    unsafe fn copy_to(&self, to: *mut u8, kind: StrKind) {
        // SAFETY: the caller's promise; data of width 2 and 4 is aligned, for widths only grow to the string's own.
        unsafe {
            match (self.view(), kind.width()) {
                (StrView::One(from), 1) => to.copy_from_nonoverlapping(from.as_ptr(), from.len()),
                (StrView::Two(from), 2) => {
                    to.cast::<u16>().copy_from_nonoverlapping(from.as_ptr(), from.len())
                }
                (StrView::Four(from), 4) => {
                    to.cast::<u32>().copy_from_nonoverlapping(from.as_ptr(), from.len())
                }
                (view, width) => {
                    for (i, c) in view.iter().enumerate() {
                        if width == 2 {
                            to.cast::<u16>().add(i).write(c as u16);
                        } else {
                            to.cast::<u32>().add(i).write(c);
                        }
                    }
                }
            }
        }
    }

    /// The number of code points, `len(s)`.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How the code points are stored.
    #[inline]
    pub fn kind(&self) -> StrKind {
        self.kind
    }

    /// The code points.
    #[inline]
    pub fn view(&self) -> StrView<'_> {
        let data = self.data();
        // SAFETY: `len` code points of the kind stand behind the payload; strings do not change while borrowed
        // (`append` works on its only reference).
        unsafe {
            match self.kind {
                StrKind::Ascii | StrKind::Latin1 => StrView::One(std::slice::from_raw_parts(data, self.len)),
                StrKind::Ucs2 => StrView::Two(std::slice::from_raw_parts(data.cast(), self.len)),
                StrKind::Ucs4 => StrView::Four(std::slice::from_raw_parts(data.cast(), self.len)),
            }
        }
    }

    /// The bytes of the code points as they are stored: what is hashed.
    #[inline]
    pub fn raw_bytes(&self) -> &[u8] {
        // SAFETY: as in `view`.
        unsafe { std::slice::from_raw_parts(self.data(), self.len * self.kind.width()) }
    }

    /// The text, if it is ASCII.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        if self.kind == StrKind::Ascii {
            // SAFETY: the kind says that all bytes are ASCII.
            Some(unsafe { std::str::from_utf8_unchecked(self.raw_bytes()) })
        } else {
            None
        }
    }

    /// The code point at `index`.
    #[inline]
    pub fn code_point(&self, index: usize) -> Option<u32> {
        match self.view() {
            StrView::One(s) => s.get(index).map(|&c| c.into()),
            StrView::Two(s) => s.get(index).map(|&c| c.into()),
            StrView::Four(s) => s.get(index).copied(),
        }
    }

    /// All code points.
    pub fn code_points(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + Clone + '_ {
        self.view().iter()
    }

    /// As Rust text, surrogates replaced by U+FFFD.
    pub fn to_text_lossy(&self) -> std::borrow::Cow<'_, str> {
        match self.as_ascii() {
            Some(text) => text.into(),
            None => {
                self.code_points().map(|c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect::<String>().into()
            }
        }
    }

    /// As Rust text, if there are no surrogates in it.
    pub fn to_text(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self.as_ascii() {
            Some(text) => Some(text.into()),
            None => self.code_points().map(char::from_u32).collect::<Option<String>>().map(Into::into),
        }
    }

    /// As WTF-8: UTF-8, with surrogates encoded as if they were characters.
    pub fn to_wtf8(&self) -> Vec<u8> {
        if let Some(text) = self.as_ascii() {
            return text.as_bytes().to_vec();
        }
        let mut out = Vec::with_capacity(self.len * 2);
        for c in self.code_points() {
            encode_wtf8(c, &mut out);
        }
        out
    }

    /// The code points `start..end`, clipped, as a new string of type `ty`.
    pub fn substring(&self, ty: &Ref<Type>, start: usize, end: usize) -> Ref<Str> {
        let end = end.min(self.len);
        let start = start.min(end);
        match self.view() {
            StrView::One(s) => Str::from_latin1(ty, &s[start..end]),
            StrView::Two(s) => {
                Str::from_code_points(ty, &s[start..end].iter().map(|&c| c.into()).collect::<Vec<u32>>())
            }
            StrView::Four(s) => Str::from_code_points(ty, &s[start..end]),
        }
    }

    /// CPython's hash of a string under `PYTHONHASHSEED=0`: SipHash-1-3 with a zero key.
    #[inline]
    pub fn hash_value(&self) -> i64 {
        match self.hash.get() {
            -1 => self.compute_hash(),
            known => known,
        }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let hash = bytecode::hash::bytes(self.raw_bytes());
        self.hash.set(hash);
        hash
    }

    /// Whether the code points are the same.
    #[inline]
    pub fn same(&self, other: &Str) -> bool {
        self.len == other.len && self.kind == other.kind && self.raw_bytes() == other.raw_bytes()
    }

    /// Whether this is exactly the ASCII text.
    #[inline]
    pub fn is_text(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => !text.is_ascii() && self.code_points().eq(text.chars().map(u32::from)),
        }
    }

    /// Order by code points.
    pub fn compare(&self, other: &Str) -> Ordering {
        match (self.view(), other.view()) {
            (StrView::One(a), StrView::One(b)) => a.cmp(b),
            (StrView::Two(a), StrView::Two(b)) => a.cmp(b),
            _ => self.code_points().cmp(other.code_points()),
        }
    }

    /// Bytes that stand behind the payload.
    pub(super) fn trailing(&self) -> usize {
        self.len * self.kind.width()
    }
}

impl Ref<Str> {
    /// Whether the string is the one of its content that the intern table holds.
    #[inline]
    pub fn is_interned(&self) -> bool {
        self.as_obj().header().has(flag::INTERNED)
    }

    /// Notes that the intern table holds the string. The caller keeps it there for good.
    pub(crate) fn set_interned(&self) {
        self.as_obj().header().set(flag::INTERNED);
    }
}

fn right_type(left: &Ref<Str>) -> Ref<Type> {
    // `str` itself: the last of the bases that still has strings behind it and no extras.
    let mut ty = left.ty().clone();
    while ty.has_extras() {
        match ty.base() {
            Some(base) if base.layout().kind == Kind::Str => ty = base,
            _ => break,
        }
    }
    ty
}

impl<'a> StrView<'a> {
    /// The code points.
    pub fn iter(self) -> StrIter<'a> {
        match self {
            StrView::One(s) => StrIter::One(s.iter()),
            StrView::Two(s) => StrIter::Two(s.iter()),
            StrView::Four(s) => StrIter::Four(s.iter()),
        }
    }
}

/// An iterator over code points.
#[derive(Clone)]
pub enum StrIter<'a> {
    /// Over bytes.
    One(std::slice::Iter<'a, u8>),
    /// Over UCS-2.
    Two(std::slice::Iter<'a, u16>),
    /// Over UCS-4.
    Four(std::slice::Iter<'a, u32>),
}

impl Iterator for StrIter<'_> {
    type Item = u32;
    #[inline]
    fn next(&mut self) -> Option<u32> {
        match self {
            StrIter::One(s) => s.next().map(|&c| c.into()),
            StrIter::Two(s) => s.next().map(|&c| c.into()),
            StrIter::Four(s) => s.next().copied(),
        }
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            StrIter::One(s) => s.size_hint(),
            StrIter::Two(s) => s.size_hint(),
            StrIter::Four(s) => s.size_hint(),
        }
    }
}

impl DoubleEndedIterator for StrIter<'_> {
    fn next_back(&mut self) -> Option<u32> {
        match self {
            StrIter::One(s) => s.next_back().map(|&c| c.into()),
            StrIter::Two(s) => s.next_back().map(|&c| c.into()),
            StrIter::Four(s) => s.next_back().copied(),
        }
    }
}

impl ExactSizeIterator for StrIter<'_> {}

/// Appends one code point, surrogate or not, to WTF-8 bytes.
pub fn encode_wtf8(c: u32, out: &mut Vec<u8>) {
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend([0xC0 | (c >> 6) as u8, 0x80 | (c & 0x3F) as u8]),
        0x800..0x10000 => {
            out.extend([0xE0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3F) as u8, 0x80 | (c & 0x3F) as u8]);
        }
        _ => out.extend([
            0xF0 | (c >> 18) as u8,
            0x80 | (c >> 12 & 0x3F) as u8,
            0x80 | (c >> 6 & 0x3F) as u8,
            0x80 | (c & 0x3F) as u8,
        ]),
    }
}

/// The code points of WTF-8 bytes; each byte that fits nothing becomes U+FFFD.
pub fn decode_wtf8(bytes: &[u8]) -> Vec<u32> {
    let mut points = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let lead = bytes[i];
        let (len, first) = match lead {
            0..0x80 => (1, u32::from(lead)),
            0xC2..=0xDF => (2, u32::from(lead & 0x1F)),
            0xE0..=0xEF => (3, u32::from(lead & 0x0F)),
            0xF0..=0xF4 => (4, u32::from(lead & 0x07)),
            _ => (0, 0),
        };
        let tail = bytes.get(i + 1..i + len).filter(|tail| tail.iter().all(|b| b & 0xC0 == 0x80));
        match tail {
            Some(tail) if len > 0 => {
                points.push(tail.iter().fold(first, |c, b| c << 6 | u32::from(b & 0x3F)));
                i += len;
            }
            _ => {
                points.push(0xFFFD);
                i += 1;
            }
        }
    }
    points
}
