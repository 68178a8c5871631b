//! `repr` of strings, as CPython writes it.

use crate::unicode::is_printable;

/// Appends `repr(text)` to `out`.
pub fn repr_str(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c == quote => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            _ if is_printable(c) => out.push(c),
            '\0'..='\u{ff}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            '\0'..='\u{ffff}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push(quote);
}

#[cfg(test)]
mod tests {
    #[test]
    fn as_cpython() {
        for (text, expected) in [
            ("a'b", r#""a'b""#),
            ("a'\"b", r#"'a\'"b'"#),
            ("\\\n\t\r\x7f", r"'\\\n\t\r\x7f'"),
            ("é\u{a0}\u{2028}\u{e000}\u{e0001}𝒳", r"'é\xa0\u2028\ue000\U000e0001𝒳'"),
        ] {
            let mut out = String::new();
            super::repr_str(text, &mut out);
            assert_eq!(out, expected);
        }
    }
}
