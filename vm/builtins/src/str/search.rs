//! Finding one string in another, whatever their widths. Positions are code points; ranges are clipped by the callers.

use object::raw::StrView;

/// The first place of `needle` in `hay[start..end]`.
pub fn find(hay: StrView<'_>, needle: StrView<'_>, start: usize, end: usize) -> Option<usize> {
    if start > end {
        return None;
    }
    with_same_width(hay, needle, Find { start, end })
}

/// The last place of `needle` in `hay[start..end]`.
pub fn rfind(hay: StrView<'_>, needle: StrView<'_>, start: usize, end: usize) -> Option<usize> {
    if start > end {
        return None;
    }
    with_same_width(hay, needle, RFind { start, end })
}

/// How often `needle` occurs in `hay[start..end]` without overlap; between all characters if it is empty.
pub fn count(hay: StrView<'_>, needle: StrView<'_>, start: usize, end: usize, most: usize) -> usize {
    if start > end {
        return 0;
    }
    if len(needle) == 0 {
        return (end - start).saturating_add(1).min(most);
    }
    places(hay, needle, start, end).take(most).count()
}

/// All places of a needle that is not empty, without overlap.
pub fn places<'a>(
    hay: StrView<'a>,
    needle: StrView<'a>,
    start: usize,
    end: usize,
) -> impl Iterator<Item = usize> + 'a {
    let mut from = start;
    std::iter::from_fn(move || {
        let place = find(hay, needle, from, end)?;
        from = place + len(needle).max(1);
        Some(place)
    })
}

/// Whether `hay[at..]` begins with `needle`.
pub fn matches_at(hay: StrView<'_>, needle: StrView<'_>, at: usize) -> bool {
    let end = at + len(needle);
    end <= len(hay) && find(hay, needle, at, end) == Some(at)
}

/// The number of code points.
pub fn len(view: StrView<'_>) -> usize {
    match view {
        StrView::One(s) => s.len(),
        StrView::Two(s) => s.len(),
        StrView::Four(s) => s.len(),
    }
}

trait Search {
    fn run<T: Unit>(self, hay: &[T], needle: &[T]) -> Option<usize>;
}

/// A code point as it is stored.
trait Unit: Copy + Eq {
    fn position(hay: &[Self], unit: Self) -> Option<usize>;
}

impl Unit for u8 {
    fn position(hay: &[u8], unit: u8) -> Option<usize> {
        memchr::memchr(unit, hay)
    }
}

impl Unit for u16 {
    fn position(hay: &[u16], unit: u16) -> Option<usize> {
        hay.iter().position(|&u| u == unit)
    }
}

impl Unit for u32 {
    fn position(hay: &[u32], unit: u32) -> Option<usize> {
        hay.iter().position(|&u| u == unit)
    }
}

/// Runs a search with the needle as wide as the hay. A needle that is wider by nature occurs nowhere.
fn with_same_width(hay: StrView<'_>, needle: StrView<'_>, search: impl Search) -> Option<usize> {
    match (hay, needle) {
        (StrView::One(h), StrView::One(n)) => search.run(h, n),
        (StrView::Two(h), StrView::Two(n)) => search.run(h, n),
        (StrView::Four(h), StrView::Four(n)) => search.run(h, n),
        (StrView::Two(h), StrView::One(_)) => {
            let n: smallvec::SmallVec<[u16; 32]> = needle.iter().map(|c| c as u16).collect();
            search.run(h, &n)
        }
        (StrView::Four(h), StrView::One(_) | StrView::Two(_)) => {
            let n: smallvec::SmallVec<[u32; 32]> = needle.iter().collect();
            search.run(h, &n)
        }
        _ => None,
    }
}

struct Find {
    start: usize,
    end: usize,
}

impl Search for Find {
    fn run<T: Unit>(self, hay: &[T], needle: &[T]) -> Option<usize> {
        let hay = hay.get(self.start..self.end.min(hay.len()))?;
        match needle {
            [] => Some(self.start),
            [unit] => T::position(hay, *unit).map(|i| i + self.start),
            _ => find_long(hay, needle).map(|i| i + self.start),
        }
    }
}

struct RFind {
    start: usize,
    end: usize,
}

impl Search for RFind {
    fn run<T: Unit>(self, hay: &[T], needle: &[T]) -> Option<usize> {
        let hay = hay.get(self.start..self.end.min(hay.len()))?;
        match needle {
            [] => Some(self.start + hay.len()),
            [unit] => hay.iter().rposition(|u| u == unit).map(|i| i + self.start),
            _ => {
                // The first place in the mirror image: linear like the way forwards.
                let hay: Vec<T> = hay.iter().rev().copied().collect();
                let needle: Vec<T> = needle.iter().rev().copied().collect();
                find_long(&hay, &needle).map(|i| self.start + hay.len() - needle.len() - i)
            }
        }
    }
}

/// Knuth–Morris–Pratt behind a search for the first unit: linear in the worst case, fast where the first unit is rare.
fn find_long<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    let mut misses = 0;
    let mut at = 0;
    while at + needle.len() <= hay.len() {
        at += T::position(&hay[at..=hay.len() - needle.len()], needle[0])?;
        if hay[at..at + needle.len()] == *needle {
            return Some(at);
        }
        at += 1;
        misses += 1;
        if misses > 32 {
            return find_by_failures(&hay[at..], needle).map(|i| i + at);
        }
    }
    None
}

fn find_by_failures<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    let mut failure = vec![0usize; needle.len()];
    let mut k = 0;
    for i in 1..needle.len() {
        while k > 0 && needle[i] != needle[k] {
            k = failure[k - 1];
        }
        if needle[i] == needle[k] {
            k += 1;
        }
        failure[i] = k;
    }
    k = 0;
    for (i, unit) in hay.iter().enumerate() {
        while k > 0 && *unit != needle[k] {
            k = failure[k - 1];
        }
        if *unit == needle[k] {
            k += 1;
        }
        if k == needle.len() {
            return Some(i + 1 - k);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u32> {
        text.chars().map(u32::from).collect()
    }

    /// All of find, rfind and count against a plain scan, at one and four bytes a character.
    fn check(hay: &str, needle: &str) {
        let (h, n) = (wide(hay), wide(needle));
        let expected: Vec<usize> =
            (0..=h.len()).filter(|&i| h.get(i..i + n.len()).is_some_and(|w| w == n)).collect();
        for (hv, nv) in [
            (StrView::Four(&h), StrView::Four(&n)),
            (StrView::One(hay.as_bytes()), StrView::One(needle.as_bytes())),
            (StrView::Four(&h), StrView::One(needle.as_bytes())),
        ] {
            assert_eq!(find(hv, nv, 0, h.len()), expected.first().copied(), "{needle:?} in {hay:?}");
            assert_eq!(rfind(hv, nv, 0, h.len()), expected.last().copied(), "last {needle:?} in {hay:?}");
            assert_eq!(count(hv, nv, 0, h.len(), usize::MAX), hay.matches(needle).count());
        }
    }

    #[test]
    fn all_searches_agree_with_a_scan() {
        let long = "ab".repeat(100) + "aab";
        for hay in ["", "a", "abcabcabd", "aaaaaaaaaaaaaaaab", long.as_str()] {
            for needle in ["", "a", "b", "ab", "aab", "abd", "abcabd", "bb", "aaaaaaaaaaaaaaaaaaaaaaaaab"] {
                check(hay, needle);
            }
        }
        assert_eq!(find(StrView::One(b"abc"), StrView::Two(&[0x100]), 0, 3), None);
    }
}
