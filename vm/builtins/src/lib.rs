//! The built-in types and functions.

pub mod unicode;

pub mod list {
    //! `list`.
    pub mod sort;
}
