//! The four normal forms (UAX #15).

use super::database::{Version, of};
use super::table::{OLD_TARGETS, PAIRS};

/// A normal form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Whether what can be composed is composed: `NFC` and `NFKC`.
    composed: bool,
    /// Whether compatibility characters are replaced: `NFKD` and `NFKC`.
    compatible: bool,
}

impl Form {
    /// The form of a name.
    pub fn named(name: &str) -> Option<Form> {
        let (composed, compatible) = match name {
            "NFC" => (true, false),
            "NFKC" => (true, true),
            "NFD" => (false, false),
            "NFKD" => (false, true),
            _ => return None,
        };
        Some(Form { composed, compatible })
    }

    /// The form of a text.
    pub fn of(self, version: Version, text: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut points = Vec::new();
        for c in text {
            self.decompose(version, c, &mut points);
        }
        reorder(&mut points);
        if self.composed { compose(&points) } else { points }
    }

    /// Appends what a character fully decomposes to.
    fn decompose(self, version: Version, c: u32, out: &mut Vec<u32>) {
        if let Some((parts, count)) = hangul::decomposed(c) {
            out.extend(&parts[..count]);
            return;
        }
        if version == Version::Old
            && let Some(corrected) = of(OLD_TARGETS, c)
        {
            out.push(corrected);
            return;
        }
        match version.mapping(c).filter(|mapping| mapping.tag.is_empty() || self.compatible) {
            // The database has no cycles, and its chains are a few steps long.
            Some(mapping) => mapping.target.iter().for_each(|&c| self.decompose(version, c, out)),
            None => out.push(c),
        }
    }
}

fn class(c: u32) -> u8 {
    if c < 0x300 { 0 } else { Version::Current.record(c).combining }
}

/// Brings marks on the same character into their canonical order.
fn reorder(points: &mut [u32]) {
    for marks in points.chunk_by_mut(|&a, &b| class(a) != 0 && class(b) != 0) {
        if marks.len() > 1 {
            marks.sort_by_key(|&c| class(c));
        }
    }
}

/// What two characters compose to.
fn pair(first: u32, second: u32) -> Option<u32> {
    let syllable = hangul::composed(first, second);
    syllable.or_else(|| {
        let found = PAIRS.binary_search_by_key(&(first, second), |&(first, second, _)| (first, second));
        found.ok().map(|index| PAIRS[index].2)
    })
}

/// Composes a decomposed and ordered text.
fn compose(points: &[u32]) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(points.len());
    let mut starter: Option<usize> = None;
    for &c in points {
        let own = class(c);
        if let Some(at) = starter {
            // Between the two there are only marks; the last one blocks if its class is not below.
            let blocked = at + 1 < out.len() && out.last().is_some_and(|&last| class(last) >= own);
            if !blocked && let Some(whole) = pair(out[at], c) {
                out[at] = whole;
                continue;
            }
        }
        if own == 0 {
            starter = Some(out.len());
        }
        out.push(c);
    }
    out
}

/// Hangul syllables: they decompose by arithmetic.
pub(super) mod hangul {
    const SYLLABLES: u32 = 0xAC00;
    const LEADS: u32 = 0x1100;
    const VOWELS: u32 = 0x1161;
    /// One before the first: a syllable may have none.
    const TAILS: u32 = 0x11A7;
    const LEAD_COUNT: u32 = 19;
    const VOWEL_COUNT: u32 = 21;
    const TAIL_COUNT: u32 = 28;

    /// The letters of a syllable, and how many there are.
    pub fn decomposed(c: u32) -> Option<([u32; 3], usize)> {
        let index =
            c.checked_sub(SYLLABLES).filter(|&index| index < LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT)?;
        let tail = index % TAIL_COUNT;
        let vowel = index / TAIL_COUNT % VOWEL_COUNT;
        let lead = index / TAIL_COUNT / VOWEL_COUNT;
        Some(([LEADS + lead, VOWELS + vowel, TAILS + tail], if tail == 0 { 2 } else { 3 }))
    }

    /// A lead and a vowel, or a syllable without tail and a tail.
    pub fn composed(first: u32, second: u32) -> Option<u32> {
        if let (Some(lead), Some(vowel)) = (first.checked_sub(LEADS), second.checked_sub(VOWELS))
            && lead < LEAD_COUNT
            && vowel < VOWEL_COUNT
        {
            return Some(SYLLABLES + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT);
        }
        let (_, letters) = decomposed(first)?;
        let tail = second.checked_sub(TAILS).filter(|tail| (1..TAIL_COUNT).contains(tail))?;
        (letters == 2).then_some(first + tail)
    }
}
