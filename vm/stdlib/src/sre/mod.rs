//! `_sre`: the engine behind `re`.
//!
//! `re`'s own compiler (Python) makes the code; [`engine`] runs it; [`ops`] has its instructions and [`chars`] what it
//! asks of characters.

pub mod chars;
pub mod engine;
pub mod ops;
