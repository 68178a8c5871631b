//! `bytes`, `bytearray`, `memoryview`.

pub mod buffer;
