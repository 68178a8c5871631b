//! Encodings by CPython's names, and decoding with CPython's errors.
//!
//! UTF-7, -8, -16 and -32, ASCII, Latin-1 and all one-byte encodings are CPython's own, byte for byte. The East Asian
//! ones are `encoding_rs`'s. CPython's remaining encodings (ISO 2022 but for Japanese, JIS X 0213, Johab, HZ, Punycode,
//! IDNA and the two of escapes) are refused as unknown: a source file in them is a curiosity.

use std::fmt;

use super::tables::{ALIASES, CHARMAPS};
use super::unicode::{Fault, Format, Order};

/// How bytes become text.
#[derive(Clone, Copy, Debug)]
pub enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    /// UTF-7, UTF-16 or UTF-32
    Unicode(Format),
    /// The 256 characters of the bytes; U+FFFE where there is none.
    Charmap(&'static str),
    /// An encoding of more bytes to a character, with CPython's name for it.
    Multibyte(&'static encoding_rs::Encoding, &'static str),
}

impl PartialEq for Encoding {
    fn eq(&self, other: &Encoding) -> bool {
        match (self, other) {
            (Encoding::Charmap(a), Encoding::Charmap(b)) => a == b,
            (Encoding::Multibyte(_, a), Encoding::Multibyte(_, b)) => a == b,
            (Encoding::Unicode(a), Encoding::Unicode(b)) => a == b,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Eq for Encoding {}

/// A `UnicodeDecodeError`, or the `UnicodeEncodeError` that surrogates in the text are; shown as CPython shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    Bytes {
        codec: &'static str,
        /// The bytes at fault, by their place.
        start: usize,
        end: usize,
        first_byte: u8,
        reason: &'static str,
    },
    /// Surrogates without partners: the first, its place among the characters, and where they end.
    Surrogates { first: u32, start: usize, end: usize },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Bytes { codec, start, end, first_byte, reason } if end - start == 1 => {
                write!(
                    f,
                    "'{codec}' codec can't decode byte 0x{first_byte:02x} in position {start}: {reason}"
                )
            }
            DecodeError::Bytes { codec, start, end, reason, .. } => {
                write!(f, "'{codec}' codec can't decode bytes in position {start}-{}: {reason}", end - 1)
            }
            DecodeError::Surrogates { first, start, end } if end - start == 1 => write!(
                f,
                "'utf-8' codec can't encode character '\\u{first:04x}' in position {start}: surrogates not allowed"
            ),
            DecodeError::Surrogates { start, end, .. } => write!(
                f,
                "'utf-8' codec can't encode characters in position {start}-{}: surrogates not allowed",
                end - 1
            ),
        }
    }
}

/// CPython's modules of more bytes to a character, and the standard's label of the same encoding.
const MULTIBYTE: &[(&str, &encoding_rs::Encoding)] = &[
    ("big5", encoding_rs::BIG5),
    ("big5hkscs", encoding_rs::BIG5),
    ("cp932", encoding_rs::SHIFT_JIS),
    ("cp949", encoding_rs::EUC_KR),
    ("cp950", encoding_rs::BIG5),
    ("euc_jp", encoding_rs::EUC_JP),
    ("euc_kr", encoding_rs::EUC_KR),
    ("gb18030", encoding_rs::GB18030),
    ("gb2312", encoding_rs::GBK),
    ("gbk", encoding_rs::GBK),
    ("iso2022_jp", encoding_rs::ISO_2022_JP),
    ("shift_jis", encoding_rs::SHIFT_JIS),
];

/// Encodings that turn bytes into bytes or text into text, which no source file can be in.
const NOT_TEXT: &[&str] =
    &["base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"];

/// Why a file cannot be in an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEncoding {
    Unknown,
    /// It does not make text of bytes.
    NotText,
    /// `undefined`, which fails always.
    Undefined,
}

impl NoEncoding {
    /// What CPython says of the encoding `name`.
    pub fn message(self, name: &str) -> String {
        match self {
            NoEncoding::Unknown => format!("unknown encoding: {name}"),
            NoEncoding::NotText => {
                format!("'{name}' is not a text encoding; use codecs.decode() to handle arbitrary codecs")
            }
            NoEncoding::Undefined => "undefined encoding".to_owned(),
        }
    }

    /// The class of the exception.
    pub fn class(self) -> &'static str {
        match self {
            NoEncoding::Undefined => "UnicodeError",
            _ => "LookupError",
        }
    }
}

impl Encoding {
    /// The encoding that CPython finds by `name`.
    ///
    /// # Errors
    /// When there is none, or not for files.
    pub fn find(name: &str) -> Result<Encoding, NoEncoding> {
        let module = module(name);
        let find = |table: &'static [(&str, &str)]| {
            table.binary_search_by_key(&module.as_str(), |entry| entry.0).ok().map(|index| table[index].1)
        };
        if let Some(table) = find(CHARMAPS) {
            return Ok(Encoding::Charmap(table));
        }
        if let Some((name, encoding)) = MULTIBYTE.iter().find(|entry| entry.0 == module) {
            return Ok(Encoding::Multibyte(encoding, name));
        }
        match module.as_str() {
            "utf_8" | "utf_8_sig" => Ok(Encoding::Utf8),
            "ascii" => Ok(Encoding::Ascii),
            "latin_1" | "iso8859_1" | "charmap" => Ok(Encoding::Latin1),
            "utf_7" => Ok(Encoding::Unicode(Format::Utf7)),
            "utf_16" => Ok(Encoding::Unicode(Format::Utf16(None))),
            "utf_16_le" => Ok(Encoding::Unicode(Format::Utf16(Some(Order::Little)))),
            "utf_16_be" => Ok(Encoding::Unicode(Format::Utf16(Some(Order::Big)))),
            "utf_32" => Ok(Encoding::Unicode(Format::Utf32(None))),
            "utf_32_le" => Ok(Encoding::Unicode(Format::Utf32(Some(Order::Little)))),
            "utf_32_be" => Ok(Encoding::Unicode(Format::Utf32(Some(Order::Big)))),
            "undefined" => Err(NoEncoding::Undefined),
            module if NOT_TEXT.contains(&module) => Err(NoEncoding::NotText),
            _ => Err(NoEncoding::Unknown),
        }
    }

    /// Decodes all of `bytes`, or tells what is wrong with the first that cannot be.
    pub fn decode(self, bytes: &[u8]) -> Result<String, DecodeError> {
        let error = |codec, range: std::ops::Range<usize>, reason| DecodeError::Bytes {
            codec,
            first_byte: bytes[range.start],
            start: range.start,
            end: range.end,
            reason,
        };
        match self {
            Encoding::Utf8 => std::str::from_utf8(bytes).map(str::to_owned).map_err(|utf8_error| {
                let start = utf8_error.valid_up_to();
                let (end, reason) = match utf8_error.error_len() {
                    None => (bytes.len(), "unexpected end of data"),
                    Some(len) if matches!(bytes[start], 0xc2..=0xf4) => {
                        (start + len, "invalid continuation byte")
                    }
                    Some(len) => (start + len, "invalid start byte"),
                };
                error("utf-8", start..end, reason)
            }),
            Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                Some(at) => Err(error("ascii", at..at + 1, "ordinal not in range(128)")),
                None => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
            },
            Encoding::Latin1 => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Encoding::Unicode(format) => {
                let code_points = format
                    .decode(bytes, false)
                    .map_err(|Fault { codec, range, reason }| error(codec, range, reason))?;
                without_surrogates(&code_points)
            }
            Encoding::Charmap(table) => {
                let table: Vec<char> = table.chars().collect();
                match bytes.iter().position(|&byte| table[usize::from(byte)] == UNDEFINED) {
                    Some(at) => Err(error("charmap", at..at + 1, "character maps to <undefined>")),
                    None => Ok(bytes.iter().map(|&byte| table[usize::from(byte)]).collect()),
                }
            }
            Encoding::Multibyte(encoding, name) => {
                if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                    return Ok(text.into_owned());
                }
                let start = valid_prefix(encoding, bytes);
                Err(error(name, start..start + 1, "illegal multibyte sequence"))
            }
        }
    }

    /// Decodes `bytes`, with U+FFFD in place of what cannot be decoded.
    ///
    /// # Errors
    /// Surrogates that come out.
    pub fn decode_lossy(self, bytes: &[u8]) -> Result<String, DecodeError> {
        Ok(match self {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Latin1 => return self.decode(bytes),
            Encoding::Unicode(format) => {
                return without_surrogates(&format.decode(bytes, true).unwrap_or_default());
            }
            Encoding::Ascii => {
                let decode =
                    |&byte: &u8| if byte.is_ascii() { char::from(byte) } else { char::REPLACEMENT_CHARACTER };
                bytes.iter().map(decode).collect()
            }
            Encoding::Charmap(table) => {
                let table: Vec<char> = table
                    .chars()
                    .map(|c| if c == UNDEFINED { char::REPLACEMENT_CHARACTER } else { c })
                    .collect();
                bytes.iter().map(|&byte| table[usize::from(byte)]).collect()
            }
            Encoding::Multibyte(encoding, _) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        })
    }
}

/// The text of code points, which is not to have surrogates.
///
/// # Errors
/// The first that it has.
pub fn without_surrogates(code_points: &[u32]) -> Result<String, DecodeError> {
    let text: Option<String> = code_points.iter().map(|c| char::from_u32(*c)).collect();
    text.ok_or_else(|| {
        let is_surrogate = |c: &u32| char::from_u32(*c).is_none();
        let start = code_points.iter().position(is_surrogate).unwrap_or(0);
        let count = code_points[start..].iter().take_while(|c| is_surrogate(c)).count();
        DecodeError::Surrogates { first: code_points[start], start, end: start + count }
    })
}

const UNDEFINED: char = '\u{fffe}';

/// How many bytes decode without fault.
fn valid_prefix(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len() * 3 + 16);
    match decoder.decode_to_string_without_replacement(bytes, &mut out, true) {
        (encoding_rs::DecoderResult::Malformed(len, after), read) => {
            read.saturating_sub(usize::from(len) + usize::from(after))
        }
        (_, read) => read.min(bytes.len().saturating_sub(1)),
    }
}

/// The module of CPython's package `encodings` that stands for `name`: normalised, then looked up among the aliases.
fn module(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !normal.is_empty() {
                normal.push('_');
            }
            gap = false;
            normal.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    let alias = |name: &str| {
        ALIASES.binary_search_by_key(&name, |entry| entry.0).ok().map(|index| ALIASES[index].1.to_owned())
    };
    alias(&normal).or_else(|| alias(&normal.replace('.', "_"))).unwrap_or(normal)
}
