//! What the database says of single characters, in its own version and in 3.2.0 (`unicodedata.ucd_3_2_0`), which
//! internationalised domain names go by.

use super::table::{
    BLOCK_OF, BLOCKS, MAPPINGS, NUMERIC, OLD_BLOCK_OF, OLD_DECIMAL, OLD_NUMERIC, RECORDS, TAGS, TARGETS,
};

/// What is known of a character; equal ones share a record.
pub(super) struct Record {
    /// `category`
    pub category: &'static str,
    /// `bidirectional`
    pub direction: &'static str,
    /// `combining`
    pub combining: u8,
    /// `east_asian_width`
    pub width: &'static str,
    /// `mirrored`
    pub mirrored: bool,
}

/// Which database is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// The one that the interpreter knows.
    Current,
    /// Version 3.2.0.
    Old,
}

/// How a character decomposes.
pub(super) struct Mapping {
    /// `<compat>`, `<font>` and so on; nothing for canonical ones.
    pub tag: &'static str,
    /// What it decomposes to.
    pub target: &'static [u32],
}

impl Version {
    /// What is known of a character.
    pub fn record(self, c: u32) -> &'static Record {
        let blocks = match self {
            Version::Current => &BLOCK_OF,
            Version::Old => &OLD_BLOCK_OF,
        };
        let block = blocks.get((c >> 7) as usize).copied().unwrap_or(0);
        &RECORDS[BLOCKS[block as usize][(c & 127) as usize] as usize]
    }

    /// Whether there is such a character.
    pub fn is_assigned(self, c: u32) -> bool {
        self.record(c).category != "Cn"
    }

    /// The number that a character stands for.
    pub fn numeric(self, c: u32) -> Option<f64> {
        match self {
            Version::Old => of(OLD_NUMERIC, c).unwrap_or_else(|| of(NUMERIC, c)),
            Version::Current => of(NUMERIC, c),
        }
    }

    /// The value of a digit in a decimal system.
    pub fn decimal(self, c: u32) -> Option<u8> {
        match self {
            Version::Old => of(OLD_DECIMAL, c).unwrap_or_else(|| builtins::unicode::decimal_value(c)),
            Version::Current => builtins::unicode::decimal_value(c),
        }
    }

    /// How a character decomposes, by one step; Hangul syllables do by rule.
    pub fn mapping(self, c: u32) -> Option<Mapping> {
        let index = MAPPINGS.binary_search_by_key(&c, |&(of, ..)| of).ok()?;
        if self == Version::Old && !self.is_assigned(c) {
            return None;
        }
        let (_, tag, start, length) = MAPPINGS[index];
        let start = usize::from(start);
        Some(Mapping { tag: TAGS[usize::from(tag)], target: &TARGETS[start..start + usize::from(length)] })
    }
}

/// What a sorted table has for a character.
pub(super) fn of<T: Copy>(table: &[(u32, T)], c: u32) -> Option<T> {
    table.binary_search_by_key(&c, |&(key, _)| key).ok().map(|index| table[index].1)
}
