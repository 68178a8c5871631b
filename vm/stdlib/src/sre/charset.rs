//! Sets of characters and categories, as compiled patterns spell them.

use super::chars;
use super::ops::{category, op};

/// Whether a character is of a category.
pub(super) fn in_category(which: u32, c: u32) -> bool {
    use chars::*;
    match which {
        category::DIGIT => is_ascii_digit(c),
        category::NOT_DIGIT => !is_ascii_digit(c),
        category::SPACE => is_ascii_space(c),
        category::NOT_SPACE => !is_ascii_space(c),
        category::WORD | category::LOC_WORD => is_ascii_word(c),
        category::NOT_WORD | category::LOC_NOT_WORD => !is_ascii_word(c),
        category::LINEBREAK => is_linebreak(c),
        category::NOT_LINEBREAK => !is_linebreak(c),
        category::UNI_DIGIT => is_unicode_digit(c),
        category::UNI_NOT_DIGIT => !is_unicode_digit(c),
        category::UNI_SPACE => is_unicode_space(c),
        category::UNI_NOT_SPACE => !is_unicode_space(c),
        category::UNI_WORD => is_unicode_word(c),
        category::UNI_NOT_WORD => !is_unicode_word(c),
        category::UNI_LINEBREAK => is_unicode_linebreak(c),
        category::UNI_NOT_LINEBREAK => !is_unicode_linebreak(c),
        _ => false,
    }
}

/// Whether a character is in the set that starts at `set[0]`.
pub(super) fn in_charset(set: &[u32], c: u32) -> bool {
    let mut is_in = true;
    let mut i = 0;
    let bit = |words: &[u32], n: usize| words.get(n / 32).is_some_and(|w| w >> (n % 32) & 1 == 1);
    while let Some(&instruction) = set.get(i) {
        let operand = |n: usize| set.get(i + n).copied().unwrap_or(0);
        match instruction {
            op::LITERAL if c == operand(1) => return is_in,
            op::LITERAL => i += 2,
            op::CATEGORY if in_category(operand(1), c) => return is_in,
            op::CATEGORY => i += 2,
            op::RANGE if (operand(1)..=operand(2)).contains(&c) => return is_in,
            op::RANGE_UNI_IGNORE
                if (operand(1)..=operand(2)).contains(&c)
                    || (operand(1)..=operand(2)).contains(&chars::unicode_upper(c)) =>
            {
                return is_in;
            }
            op::RANGE | op::RANGE_UNI_IGNORE => i += 3,
            op::NEGATE => {
                is_in = !is_in;
                i += 1;
            }
            op::CHARSET => {
                if c < 256 && set.get(i + 1..i + 9).is_some_and(|words| bit(words, c as usize)) {
                    return is_in;
                }
                i += 9;
            }
            op::BIGCHARSET => {
                let blocks = operand(1) as usize;
                let Some((table, chunks)) = set.get(i + 2..).and_then(|rest| rest.split_at_checked(64))
                else {
                    return false;
                };
                if c < 0x10000 {
                    let high = (c >> 8) as usize;
                    let block = (table[high / 4] >> (high % 4 * 8) & 0xFF) as usize;
                    if bit(chunks, block * 256 + (c & 0xFF) as usize) {
                        return is_in;
                    }
                }
                i += 66 + blocks * 8;
            }
            _ => return !is_in,
        }
    }
    !is_in
}
