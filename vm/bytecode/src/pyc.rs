//! `.pyc` files: a header of sixteen bytes (PEP 552), then the module's code, marshalled.

use std::fmt;
use std::sync::Arc;

use crate::{CodeObject, Const, PythonVersion, marshal};

/// How a `.pyc` knows whether it is out of date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validation {
    /// By the source's modification time (seconds) and size, each modulo 2³²
    Timestamp {
        /// Seconds since the epoch
        mtime: u32,
        /// Bytes
        size: u32,
    },
    /// By the source's hash, which `check` says to compare
    Hash {
        /// [`source_hash`]
        hash: u64,
        /// Whether the import system compares it
        check: bool,
    },
}

/// Why a file is no `.pyc` we can read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The file ends in the header
    Short,
    /// Made by another version of Python; its magic number
    Magic(u16),
    /// Flags that no version defines
    Flags(u32),
    /// The code is malformed
    Marshal(marshal::Error),
    /// The object in it is no code
    NoCode,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Short => f.write_str("reached EOF while reading the .pyc header"),
            Error::Magic(n) => {
                write!(f, "bad magic number {n}: not a .pyc of CPython 3.14")?;
                match minor_version(*n) {
                    Some(minor) => write!(f, ", but of 3.{minor}"),
                    None => Ok(()),
                }
            }
            Error::Flags(flags) => write!(f, "invalid flags {flags:#x}"),
            Error::Marshal(e) => e.fmt(f),
            Error::NoCode => f.write_str("the .pyc holds no code object"),
        }
    }
}

impl std::error::Error for Error {}

/// The version that writes a magic number: since 3.11 each has fifty (`Include/internal/pycore_magic_number.h`).
fn minor_version(magic: u16) -> Option<u16> {
    Some(magic.checked_sub(3450)? / 50 + 11).filter(|minor| *minor < 20 && *minor != 14)
}

const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// The bytes of a `.pyc`.
pub fn write(code: &Arc<CodeObject>, validation: Validation) -> Vec<u8> {
    let mut out = header(validation);
    out.extend(marshal::dump(&Const::Code(code.clone())));
    out
}

/// The sixteen bytes that a `.pyc` begins with.
pub fn header(validation: Validation) -> Vec<u8> {
    let mut out = PythonVersion::V3_14.tables().magic.to_vec();
    match validation {
        Validation::Timestamp { mtime, size } => {
            for word in [0, mtime, size] {
                out.extend(word.to_le_bytes());
            }
        }
        Validation::Hash { hash, check } => {
            let flags = HASH_BASED | if check { CHECK_SOURCE } else { 0 };
            out.extend(flags.to_le_bytes());
            out.extend(hash.to_le_bytes());
        }
    }
    out
}

/// Whether the bytes begin as a `.pyc` of some CPython does.
pub fn is_pyc(bytes: &[u8]) -> bool {
    matches!(bytes, [_, _, b'\r', b'\n', ..])
}

/// Reads a `.pyc`.
///
/// # Errors
/// If it is cut off, of another version, or malformed.
pub fn read(bytes: &[u8]) -> Result<(Arc<CodeObject>, Validation), Error> {
    let header: &[u8; 16] = bytes.first_chunk().ok_or(Error::Short)?;
    let word = |i: usize| u32::from_le_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]);
    if header[..4] != PythonVersion::V3_14.tables().magic {
        return Err(Error::Magic(word(0) as u16));
    }
    let flags = word(4);
    let validation = match flags {
        0 => Validation::Timestamp { mtime: word(8), size: word(12) },
        _ if flags & !(HASH_BASED | CHECK_SOURCE) == 0 => Validation::Hash {
            hash: u64::from(word(8)) | u64::from(word(12)) << 32,
            check: flags & CHECK_SOURCE != 0,
        },
        _ => return Err(Error::Flags(flags)),
    };
    match marshal::load(&bytes[16..]).map_err(Error::Marshal)? {
        Const::Code(code) => Ok((code, validation)),
        _ => Err(Error::NoCode),
    }
}

/// `_imp.source_hash`: SipHash-1-3 of the source, keyed with the magic number.
pub fn source_hash(source: &[u8]) -> u64 {
    siphash13(u32::from_le_bytes(PythonVersion::V3_14.tables().magic).into(), source)
}

/// SipHash with one compression and three finalisation rounds; the second half of the key is zero.
fn siphash13(key: u64, data: &[u8]) -> u64 {
    let mut v = [
        key ^ 0x736f_6d65_7073_6575,
        0x646f_7261_6e64_6f6d,
        key ^ 0x6c79_6765_6e65_7261,
        0x7465_6462_7974_6573,
    ];
    let (words, tail) = data.as_chunks::<8>();
    for word in words {
        compress(&mut v, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..tail.len()].copy_from_slice(tail);
    last[7] = data.len() as u8;
    compress(&mut v, u64::from_le_bytes(last));
    v[2] ^= 0xff;
    (0..3).for_each(|_| round(&mut v));
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn compress(v: &mut [u64; 4], word: u64) {
    v[3] ^= word;
    round(v);
    v[0] ^= word;
}

fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_cpythons() {
        // _imp.source_hash(_imp.pyc_magic_number_token, ...) of CPython 3.14
        let cases: &[(&[u8], u64)] = &[
            (b"", 0xa46a_3a65_cbb7_f561),
            (b"x", 0x59ac_77ad_437b_a6a1),
            (b"12345678", 0x996b_c620_d57b_d50d),
            (b"print(1)\nprint(1)\nprint(1)\n", 0x8128_5932_82d9_bdc9),
        ];
        for (source, hash) in cases {
            assert_eq!(source_hash(source), *hash, "{source:?}");
        }
    }

    #[test]
    fn headers_come_back() {
        let code = Arc::new(CodeObject::default());
        for validation in [
            Validation::Timestamp { mtime: 7, size: u32::MAX },
            Validation::Hash { hash: u64::MAX - 1, check: true },
            Validation::Hash { hash: 1, check: false },
        ] {
            let bytes = write(&code, validation);
            assert!(is_pyc(&bytes));
            assert_eq!(read(&bytes), Ok((code.clone(), validation)));
            assert!((0..bytes.len()).all(|n| read(&bytes[..n]).is_err()));
        }
    }
}
