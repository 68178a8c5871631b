//! The names of characters: what `\N{…}` and `unicodedata` go by.

/// The name of a character (`unicodedata.name`).
pub fn name(c: char) -> Option<String> {
    Some(unicode_names2::name(c).filter(|_| is_known(c))?.to_string())
}

/// Whether the character had been assigned in the version of Unicode that CPython knows; the crate knows a newer one.
fn is_known(c: char) -> bool {
    super::is_printable(c.into()) || super::within(super::printable::INVISIBLE, c.into())
}

/// The character of this name or alias, in any case. Named sequences are no characters.
pub fn character_named(name: &str) -> Option<char> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-');
    if !name.bytes().all(is_letter) || name.starts_with(' ') || name.ends_with(' ') {
        return None;
    }
    let name = name.to_ascii_uppercase();
    if let Some(digits) = name.strip_prefix("TANGUT IDEOGRAPH-") {
        return tangut_ideograph(digits);
    }
    let found = unicode_names2::character(&name).filter(|&c| is_known(c))?;
    // The crate matches loosely (UAX #44), CPython does not. The name of an alias is not known here, but none of them has
    // what loose matching forgives.
    let loose = |name: &str| name.replace([' ', '-'], "");
    let canonical = self::name(found).unwrap_or_default();
    // By rule, and without aliases
    let is_ideograph = [&name, &canonical].iter().any(|name| name.starts_with("CJK UNIFIED IDEOGRAPH-"));
    let inexact = loose(&name) == loose(&canonical) || is_ideograph || name.contains("  ");
    (name == canonical || !inexact).then_some(found)
}

/// Tangut ideographs have names by rule, which the crate does not know.
fn tangut_ideograph(digits: &str) -> Option<char> {
    let code = u32::from_str_radix(digits, 16).ok()?;
    let assigned = (0x17000..=0x187F7).contains(&code) || (0x18D00..=0x18D08).contains(&code);
    char::from_u32(code).filter(|_| assigned && digits == format!("{code:X}"))
}
