//! What CPython says about a statement that is invalid.
//!
//! CPython's parser (`Grammar/python.gram`, `Parser/pegen.c`) tries the alternatives of its grammar in order and goes back
//! when one fails. If the text is invalid it does so a second time, now with the `invalid_…` rules, which recognise
//! common mistakes. Its answer thus depends on the order of alternatives and on how far it has looked ahead. This module
//! does the same, rule by rule, for the one statement that the parser proper could not read; the functions have the names
//! of the rules. It builds no tree but only what the messages need ([`machine::Node`]).

mod compound;
mod expressions;
mod literals;
mod machine;
mod parameters;
mod patterns;
mod primary;
mod raise;
mod simple;
mod targets;

pub(super) use machine::{Input, Machine, Verdict, Warned};
