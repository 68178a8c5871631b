//! `math`.

pub mod real;
