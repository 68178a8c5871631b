//! The types that running code is made of: `code`, `cell`, `function`, `generator` and its kin, `frame`, `traceback`.

pub mod async_generator;
pub mod cell;
pub mod code;
pub mod frame;
pub mod function;
pub mod generator;
pub mod locals;
pub mod template;
pub mod traceback;
