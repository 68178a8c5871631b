//! Expected values are what CPython 3.14's `compile(bytes, …)` raised.

use super::*;

#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    check_as(bytes, true, expected);
}

#[track_caller]
fn check_as(bytes: &[u8], program: bool, expected: &str) {
    let error = decode_as(bytes, program).error.map(|error| match error.place {
        Some(place) => {
            let ErrorPlace { line, offset, end_line, end_offset } = place;
            format!("{} ({line}, {offset}, {end_line}, {end_offset})", error.message)
        }
        None => error.message,
    });
    assert_eq!(error.as_deref().unwrap_or("OK"), expected, "{:?}", bytes.escape_ascii().to_string());
}

#[test]
fn only_programs_get_a_line_end() {
    let bytes = b"# coding: utf8\n# \xe9";
    check_as(bytes, true, "'utf-8' codec can't decode byte 0xe9 in position 17: invalid continuation byte");
    check_as(bytes, false, "'utf-8' codec can't decode byte 0xe9 in position 17: unexpected end of data");
}

#[test]
fn errors() {
    let non_utf8 = |byte: &str, line: u32, column: u32| {
        format!(
            "Non-UTF-8 code starting with '\\x{byte}' on line {line}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details ({line}, {column}, {line}, {column})"
        )
    };
    check(b"x='\xe9'\n", &non_utf8("e9", 1, 4));
    check(b"\n\n\nx='\xe9\xff'\n", &non_utf8("e9", 4, 4));
    check(b"x='\xed\xa0\x80'", &non_utf8("ed", 1, 4));
    check(b"# coding: utf-8\r\rx='\xe9'", &non_utf8("e9", 3, 4));
    check(b"# coding: UTF_8-x\nx='\xe9'\n", &non_utf8("e9", 2, 4));
    check(b"# coding: foo\nx\n", "unknown encoding: foo");
    check(b"\n\x0c# coding: foo\n", "unknown encoding: foo");
    check(b"\r# coding: foo", "unknown encoding: foo");
    check(b"# codingfoo coding=foo", "unknown encoding: foo");
    check(b"# coding=foo.bar-baz_1\n", "unknown encoding: foo.bar-baz_1");
    check(b"x\n# coding: foo\n", "OK");
    check(b"\\\n# coding: foo\n", "OK");
    check(b"x=1 # coding: foo\n", "OK");
    check(b"# coding : foo", "OK");
    check(b"\xef\xbb\xbf# coding: latin-1\nx\n", "encoding problem: iso-8859-1 with BOM (1, 0, 1, 17)");
    check(b"\xef\xbb\xbf# coding: utf-8\n", "OK");
    check(
        b"# coding: ascii\nx='\xe9'\n",
        "'ascii' codec can't decode byte 0xe9 in position 19: ordinal not in range(128)",
    );
    check(
        b"# coding: cp1252\nx='\x81'\n",
        "'charmap' codec can't decode byte 0x81 in position 20: character maps to <undefined>",
    );
    check(
        b"# coding: utf8\nx='\xe9'\n",
        "'utf-8' codec can't decode byte 0xe9 in position 18: invalid continuation byte",
    );
    check(
        b"# coding: shift_jis\nx='\x81'\n",
        "'shift_jis' codec can't decode byte 0x81 in position 23: illegal multibyte sequence",
    );
    check(
        b"# coding: hex\nx\n",
        "'hex' is not a text encoding; use codecs.decode() to handle arbitrary codecs",
    );
}

#[test]
fn encodings() {
    for (cookie, bytes, text) in [
        ("latin-1", &b"\xe9"[..], "é"),
        ("latin-1-unix", b"\xe9", "é"),
        ("ISO_8859-15", b"\xa4", "€"),
        ("cp1252", b"\x80", "€"),
        ("Windows-1251", b"\xc0", "А"),
        ("koi8-r", b"\xc1", "а"),
        ("cp437", b"\x80", "Ç"),
        ("mac-roman", b"\x80", "Ä"),
        ("euc-jp", b"\xa4\xa2", "あ"),
        ("sjis", b"\x82\xa0", "あ"),
        ("gbk", b"\xc4\xe3", "你"),
        ("Big5", b"\xa7\x41", "你"),
        ("UTF8", "é".as_bytes(), "é"),
    ] {
        let mut source = format!("# -*- coding: {cookie} -*-\n").into_bytes();
        source.extend_from_slice(bytes);
        let decoded = decode(&source);
        assert_eq!(decoded.error, None, "{cookie}");
        assert_eq!(decoded.text.lines().nth(1), Some(text), "{cookie}");
    }
}

#[test]
fn errors_of_unicode_formats() {
    check(b"# coding: utf-7\nx = '+AOkgrA-'\n", "OK");
    check(b"# coding: utf-7\n'+2ADcAA-'\n", "OK");
    check(b"# coding: utf-7\nx+\n", "'utf7' codec can't decode bytes in position 17-18: ill-formed sequence");
    check(
        b"# coding: utf-7\n+AB\n",
        "'utf7' codec can't decode bytes in position 16-19: partial character in shift sequence",
    );
    check(
        b"# coding: utf-7\n+A",
        "'utf7' codec can't decode bytes in position 16-18: partial character in shift sequence",
    );
    check(
        b"# coding: utf7\n\xe9\n",
        "'utf7' codec can't decode byte 0xe9 in position 15: unexpected special character",
    );
    check(
        b"# coding: utf-7\n'+2AA-'\n",
        "'utf-8' codec can't encode character '\\ud800' in position 17: surrogates not allowed",
    );
    check(
        b"# coding: utf-16\r\nx\r\n",
        "'utf-16-le' codec can't decode byte 0x0a in position 18: truncated data",
    );
    check(b"# coding: utf-16", "'utf-16-le' codec can't decode byte 0x0a in position 16: truncated data");
    check(
        b"# coding: utf-16le\n\xd8\xd8\xd8x\n",
        "'utf-16-le' codec can't decode bytes in position 18-19: illegal UTF-16 surrogate",
    );
    check(
        b"# coding: utf-16be\n  \xdc\xd8x \n",
        "'utf-16-be' codec can't decode bytes in position 22-23: illegal UTF-16 surrogate",
    );
    check(
        b"# coding: utf-32\nx\n",
        "'utf-32-le' codec can't decode bytes in position 0-3: code point not in range(0x110000)",
    );
    check(b"# coding: undefined\nx\n", "undefined encoding");
    check(
        b"# coding: ascii\r\n\xff",
        "'ascii' codec can't decode byte 0xff in position 16: ordinal not in range(128)",
    );
}

#[test]
fn text_in_unicode_formats() {
    assert_eq!(decode(b"# coding: utf-7\nx = '+AOkgrA-+-'").text, "# coding: utf-7\nx = '\u{e9}\u{20ac}+'");
    assert_eq!(
        decode(b"# coding: U16\n ").text,
        "\u{2023}\u{6f63}\u{6964}\u{676e}\u{203a}\u{3155}\u{a36}\u{a20}"
    );
}
