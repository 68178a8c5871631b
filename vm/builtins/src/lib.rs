//! The built-in types and functions.

pub mod str {
    //! `str`.
    pub mod search;
}
pub mod unicode;

pub mod list {
    //! `list`.
    pub mod sort;
}
