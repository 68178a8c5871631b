//! What CPython asks of single characters: may an identifier have it, is it printable.
//!
//! `unicode-ident` follows the newest Unicode, CPython 3.14 knows version 16. What was assigned later is not printable
//! there, and every character of an identifier is, but for the two joiners.

/// `str.isprintable` of one character.
pub fn is_printable(c: char) -> bool {
    bytecode::unicode::is_printable(u32::from(c))
}

/// Whether an identifier may start with `c`: XID_Start or an underscore.
pub fn is_identifier_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c) && is_printable(c)
}

/// Whether `c` may stand inside an identifier: XID_Continue.
pub fn is_identifier_continue(c: char) -> bool {
    unicode_ident::is_xid_continue(c) && (is_printable(c) || matches!(c, '\u{200c}' | '\u{200d}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many characters satisfy `test`, and a checksum of which.
    fn census(test: fn(char) -> bool) -> (u32, u64) {
        let (mut count, mut sum) = (0, 0u64);
        for c in (0..=0x10ffff).filter_map(char::from_u32).filter(|&c| test(c)) {
            count += 1;
            sum = (sum * 31 + u64::from(u32::from(c))) % 1_000_000_007;
        }
        (count, sum)
    }

    /// The expected values are CPython 3.14's, by the same sum over `chr(i).isidentifier()`, `('a' + chr(i)).isidentifier()`
    /// and `chr(i).isprintable()`.
    #[test]
    fn every_character_as_in_cpython() {
        assert_eq!(census(is_identifier_start), (141247, 698930696));
        assert_eq!(census(is_identifier_continue), (144522, 950499155));
        assert_eq!(census(is_printable), (154810, 254682380));
    }
}
