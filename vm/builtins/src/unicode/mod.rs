//! Properties and case of characters, as CPython's `unicodectype.c` has them: what the methods of `str`, the numbers'
//! parsers and `re` ask for. All take code points; surrogates have no properties.

mod table;

use table::{BLOCK_OF, BLOCKS, RECORDS};

/// What is known of a character; equal ones share a record.
struct Record {
    flags: u16,
    /// What to add for the upper case, if that is one character.
    upper: i32,
    lower: i32,
    title: i32,
    /// The digit's value, or 255.
    digit: u8,
}

#[inline]
fn record(c: u32) -> &'static Record {
    let block = BLOCK_OF.get((c >> 7) as usize).copied().unwrap_or(0);
    &RECORDS[BLOCKS[block as usize][(c & 127) as usize] as usize]
}

macro_rules! properties {
    ($($(#[$doc:meta])* $name:ident: $($flag:ident)|+;)*) => {
        $($(#[$doc])* #[inline] pub fn $name(c: u32) -> bool { record(c).flags & ($(table::$flag)|+) != 0 })*
    };
}

properties! {
    /// A letter (`str.isalpha`).
    is_alpha: ALPHA;
    /// A digit of a decimal system (`str.isdecimal`).
    is_decimal: DECIMAL;
    /// A digit, superscripts and the like included (`str.isdigit`).
    is_digit: DIGIT;
    /// Anything with a numeric value (`str.isnumeric`).
    is_numeric: NUMERIC;
    /// A letter or number (`str.isalnum`).
    is_alnum: ALPHA | DECIMAL | DIGIT | NUMERIC;
    /// A lower-case letter.
    is_lower: LOWER;
    /// An upper-case letter.
    is_upper: UPPER;
    /// A title-case letter.
    is_title: TITLE;
    /// White space (`str.isspace`).
    is_space: SPACE;
    /// The start of an identifier.
    is_xid_start: XID_START;
    /// A part of an identifier.
    is_xid_continue: XID_CONTINUE;
    /// A letter with case, for the final sigma.
    is_cased: CASED;
    /// What the final sigma looks past.
    is_case_ignorable: IGNORABLE;
}

/// `\n`, `\r` and the other line breaks of `str.splitlines`.
pub fn is_linebreak(c: u32) -> bool {
    matches!(c, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// The value of a digit (`unicodedata.digit`).
pub fn digit_value(c: u32) -> Option<u8> {
    Some(record(c).digit).filter(|&d| d != 255)
}

/// The value of a digit of a decimal system (`unicodedata.decimal`): what `int` and `float` accept.
pub fn decimal_value(c: u32) -> Option<u8> {
    if is_decimal(c) { digit_value(c) } else { None }
}

/// The upper case as one character; the first one where it is longer.
pub fn simple_upper(c: u32) -> u32 {
    first(table::UPPER_LONG, c).unwrap_or_else(|| c.wrapping_add_signed(record(c).upper))
}

/// The lower case as one character.
#[inline]
pub fn simple_lower(c: u32) -> u32 {
    match record(c).lower {
        0 => first(table::LOWER_LONG, c).unwrap_or(c),
        delta => c.wrapping_add_signed(delta),
    }
}

fn find(list: &'static [(u32, &'static str)], c: u32) -> Option<&'static str> {
    list.binary_search_by_key(&c, |&(key, _)| key).ok().map(|i| list[i].1)
}

fn first(list: &'static [(u32, &'static str)], c: u32) -> Option<u32> {
    find(list, c)?.chars().next().map(u32::from)
}

fn push(out: &mut Vec<u32>, long: Option<&str>, c: u32, delta: i32) {
    match long {
        Some(text) => out.extend(text.chars().map(u32::from)),
        None => out.push(c.wrapping_add_signed(delta)),
    }
}

/// Appends the upper case.
pub fn push_upper(c: u32, out: &mut Vec<u32>) {
    push(out, find(table::UPPER_LONG, c), c, record(c).upper);
}

/// Appends the title case.
pub fn push_title(c: u32, out: &mut Vec<u32>) {
    push(out, find(table::TITLE_LONG, c), c, record(c).title);
}

/// Appends the case-folded form.
pub fn push_fold(c: u32, out: &mut Vec<u32>) {
    match find(table::FOLD, c) {
        Some(text) => out.extend(text.chars().map(u32::from)),
        None => push(out, find(table::LOWER_LONG, c), c, record(c).lower),
    }
}

/// Appends the lower case of `text[index]`, which for a capital sigma depends on its neighbours.
pub fn push_lower(text: &[u32], index: usize, out: &mut Vec<u32>) {
    let c = text[index];
    if c == 0x3A3 {
        let before = text[..index].iter().rev().find(|&&c| !is_case_ignorable(c));
        let after = text[index + 1..].iter().find(|&&c| !is_case_ignorable(c));
        let is_final = before.is_some_and(|&c| is_cased(c)) && !after.is_some_and(|&c| is_cased(c));
        out.push(if is_final { 0x3C2 } else { 0x3C3 });
        return;
    }
    push(out, find(table::LOWER_LONG, c), c, record(c).lower);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(text: &str, push: impl Fn(u32, &mut Vec<u32>)) -> String {
        let mut out = Vec::new();
        text.chars().for_each(|c| push(c.into(), &mut out));
        out.into_iter().filter_map(char::from_u32).collect()
    }

    #[test]
    fn case_mappings_are_pythons() {
        assert_eq!(mapped("straße ŉ ﬁ", push_upper), "STRASSE ʼN FI");
        assert_eq!(mapped("ǆ", push_title), "ǅ");
        assert_eq!(mapped("Straße", push_fold), "strasse");
        let text: Vec<u32> = "ΟΔΟΣ ΣΑΣ".chars().map(u32::from).collect();
        let mut lower = Vec::new();
        (0..text.len()).for_each(|i| push_lower(&text, i, &mut lower));
        assert_eq!(lower.into_iter().filter_map(char::from_u32).collect::<String>(), "οδος σας");
        assert_eq!(simple_lower(0x130), 'i' as u32);
    }

    #[test]
    fn properties_are_pythons() {
        assert!(
            is_alpha('é' as u32) && !is_alpha('1' as u32) && is_numeric('½' as u32) && !is_digit('½' as u32)
        );
        assert!(is_digit('²' as u32) && !is_decimal('²' as u32) && decimal_value('٣' as u32) == Some(3));
        assert!(is_space(0x85) && is_space(0x1c) && !is_space(0x200b));
        assert!(!is_alpha(0xD800) && !is_alpha(0x110000));
    }
}
